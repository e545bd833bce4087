"""Consent: the operator records what a customer answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from store.actions.fields import through_the_door
from store.actions.invitations import earlier_invitation
from store.clean import TEXT_LIMIT
from store.desk import Desk, Receipt
from store.errors import BadInput
from store.message import N_, Message, msg, nmsg
from store.model import document
from store.model.consent import ANSWER_WORDS, USABLE, Answer, State, consent_in
from store.model.customer import Customer
from store.model.invitation import Invitation
from store.model.offer import Kind
from store.view import View
from store.work import Tables

_NOT_GRANTED = frozenset(
    {State.WAITING, State.LAPSED, State.DECLINED, State.ELSEWHERE, State.WITHOUT}
)
_OVER = frozenset({State.EXPIRED, State.TERMINATED})


def record(
    desk: Desk,
    customers: Iterable[int],
    answer: Answer,
    *,
    on: date | None = None,
    note: str = "",
) -> Receipt:
    """Records one answer for some customers, all or none; `on` is the day it came (today).

    It goes to the invitations that it answers. A grant, refusal or other answer of a customer
    that this desk never gave anything is kept with an invitation marked as earlier. Where the
    access was granted already, a grant is left alone, and the receipt says so. Raises `BadInput`.
    """
    kept_note, changed = through_the_door("note", N_("Note"), note, limit=TEXT_LIMIT)
    keys = list(dict.fromkeys(customers))
    left: list[Customer] = []

    def work(tables: Tables) -> Message:
        day = on or tables.today
        if day > tables.today:
            raise BadInput(
                msg("{day} is in the future.", day=day.isoformat()),
                field="on",
                todo=msg("Give the day on which the answer came."),
            )
        event = {
            "what": "ended" if answer is Answer.ENDED else "answered",
            "on": day.isoformat(),
            "at": tables.now,
            "by": tables.operator.name,
            "answer": "" if answer is Answer.ENDED else answer.value,
            "note": kept_note,
        }
        found = []
        for key in keys:
            customer = tables.view.customer(key)
            if customer is None:
                raise BadInput(msg("Customer {key} is no longer there.", key=str(key)))
            if _record_one(tables, customer, answer, day, event):
                found.append(customer)
            else:
                left.append(customer)
        nothing = _left_alone(left)
        if nothing and not found:
            return nothing
        if len(found) == 1:
            return msg("Recorded for {name}: {answer}.", name=found[0].label,
                       answer=msg(ANSWER_WORDS[answer]))  # fmt: skip
        return nmsg(
            "Recorded for {count} customer: {answer}.",
            "Recorded for {count} customers: {answer}.",
            len(found),
            answer=msg(ANSWER_WORDS[answer]),
        )

    receipt = desk.transaction("consent.record", work)
    said = _left_alone(left) if receipt.seq else None
    return receipt.with_notes(changed, said)


def _left_alone(customers: list[Customer]) -> Message | None:
    if len(customers) == 1:
        return msg("{name} has granted it already, so nothing was recorded for it.",
                   name=customers[0].label)  # fmt: skip
    return (
        nmsg(
            "{count} customer has granted it already, so nothing was recorded for it.",
            "{count} customers have granted it already, so nothing was recorded for them.",
            len(customers),
        )
        if customers
        else None
    )


def _record_one(
    tables: Tables, customer: Customer, answer: Answer, day: date, event: dict[str, Any]
) -> bool:
    """Whether there was something to record."""
    answered = answered_by(tables.view, customer, answer, day, tables.today)
    if answered is None:
        return False
    for invitation in answered:
        _refuse_too_early(customer, invitation, answer, day)

        def add(found: Any) -> None:
            found["events"] = [*document.listed(found, "events"), event]

        tables.invitations.update(add, doc_ids=[invitation.id])
    if not answered:
        tables.invitations.insert(earlier_invitation(customer, event))
    return True


def _refuse_too_early(
    customer: Customer, invitation: Invitation, answer: Answer, day: date
) -> None:
    """What is recorded of an invitation goes forward in time."""
    # Being given again, as a reminder, is no answer: what the customer had first counts.
    answers = [event for event in invitation.events if event.what != "given"]
    last = (answers or list(invitation.events[:1]))[-1]
    if not last.on or day >= last.on:
        return
    values = {"name": customer.label, "before": last.on.isoformat(), "day": day.isoformat()}
    if answer is Answer.ENDED:
        said = msg("{name} granted it on {before}, after {day}.", **values)
        todo = msg("Give the day on which it ended.")
    elif last.what == "given":
        said = msg("{name} got the offer on {given}, after {day}.", given=values["before"],
                   **values)  # fmt: skip
        todo = msg("Give the day on which the answer came.")
    else:
        said = msg("The last answer of {name} is of {before}, after {day}.", **values)
        todo = msg("Give the day on which the answer came.")
    raise BadInput(said, field="on", todo=todo)


def answered_by(
    view: View, customer: Customer, answer: Answer, day: date, today: date
) -> list[Invitation] | None:
    """The invitations that an answer is about; none if the customer was never given any.

    `None` says that the access was granted already. Raises `BadInput` where the answer cannot
    be: an end without a consent, a trial taken without delegation where none was offered, a grant
    through a link that is used up, an answer after the last day for one. What asked for no
    delegation is answered by taking it, or by a refusal where nothing else waits for one.
    """
    given = [i for i in view.invitations(customer.id) if not i.is_draft]
    asked = [i for i in given if i.delegation]
    plain = [i for i in given if not i.delegation]
    if answer is Answer.TOOK:
        if not plain:
            raise BadInput(
                msg("{name} was given no trial invitation or purchase offer without delegation.",
                    name=customer.label),
                field="answer",
                todo=msg("Record granted or without-delegation instead, or give that offer first."),
            )  # fmt: skip
        return _waiting(plain, today) or plain[-1:]
    if answer is Answer.WITHOUT:
        asked = [invitation for invitation in asked if invitation.kind is not Kind.DELEGATED]
        if not asked:
            raise BadInput(
                msg("{name} was given no trial invitation or purchase offer with delegation.",
                    name=customer.label),
                field="answer",
                todo=msg("Record declined instead, or give that offer first."),
            )  # fmt: skip
    states = {i.id: consent_in(i, today).state for i in asked}
    if answer is Answer.ENDED:
        lasting = [i for i in asked if states[i.id] in {*USABLE, State.GRANTED, State.UNKNOWN}]
        if not lasting:
            raise BadInput(
                msg("{name} has given no access that could end.", name=customer.label),
                field="answer",
            )
        return lasting
    late = [
        i
        for i in asked
        # That a customer does not want it is our own note, and true on any day.
        if answer is not Answer.DECLINED
        and states[i.id] in _NOT_GRANTED
        and i.answer_by
        and day > i.answer_by
    ]
    timely = [i for i in asked if i not in late]
    waiting = [i for i in timely if states[i.id] in (State.WAITING, State.LAPSED)]
    if answer is not Answer.GRANTED:
        if answer is Answer.DECLINED and not waiting:
            waiting = _waiting(plain, today)
        if not waiting and late:
            raise _too_late(customer, late[-1], day)
        return waiting or timely[-1:] or (plain[-1:] if answer is Answer.DECLINED else [])
    if waiting:
        return waiting[-1:]
    for invitation in reversed(timely):
        if states[invitation.id] in USABLE:
            return None
        if not (invitation.granular and states[invitation.id] in _OVER):
            return [invitation]
    if late:
        raise _too_late(customer, late[-1], day)
    if timely:
        raise BadInput(
            msg("The access of {name} has ended, and its link was for one answer.",
                name=customer.label),
            field="answer",
            todo=msg("Make a new link in Partner Center and give it to the customer."),
        )  # fmt: skip
    return []


def possible(view: View, customers: Iterable[int], today: date) -> list[Answer]:
    """The answers that some customers can have given on some day, all of them the same one.

    What they were given comes first; what would be an answer to nothing of ours, last.
    """
    can_be: dict[Answer, bool] = dict.fromkeys(Answer, False)
    for key in customers:
        customer = view.customer(key)
        for answer in list(can_be) if customer else ():
            assert customer is not None
            try:
                answered = answered_by(view, customer, answer, date.min, today)
            except BadInput:
                del can_be[answer]
            else:
                can_be[answer] |= answered is None or bool(answered)
    return sorted(can_be, key=lambda answer: not can_be[answer])


def _waiting(invitations: list[Invitation], today: date) -> list[Invitation]:
    return [i for i in invitations if consent_in(i, today).state is State.WAITING]


def _too_late(customer: Customer, invitation: Invitation, day: date) -> BadInput:
    last = invitation.answer_by
    return BadInput(
        msg("{name} could answer until {last}, and {day} is later.", name=customer.label,
            last=last.isoformat() if last else "", day=day.isoformat()),
        field="on",
        todo=msg("Give the day on which the answer came, or give the customer a new link."),
    )  # fmt: skip
