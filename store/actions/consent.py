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
from store.model.consent import (
    ANSWER_WORDS,
    USABLE,
    Answer,
    Invitation,
    State,
    consent_in,
)
from store.model.customer import Customer
from store.model.offer import Kind
from store.view import View
from store.work import Tables


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
    that this desk never gave anything is kept with an invitation marked as earlier. Raises
    `BadInput`.
    """
    kept_note, changed = through_the_door("note", N_("Note"), note, limit=TEXT_LIMIT)
    keys = list(dict.fromkeys(customers))

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
            found.append(customer)
            _record_one(tables, customer, answer, day, event)
        if len(found) == 1:
            return msg("Recorded for {name}: {answer}.", name=found[0].label,
                       answer=msg(ANSWER_WORDS[answer]))  # fmt: skip
        return nmsg(
            "Recorded for {count} customer: {answer}.",
            "Recorded for {count} customers: {answer}.",
            len(found),
            answer=msg(ANSWER_WORDS[answer]),
        )

    return desk.transaction("consent.record", work).with_notes(changed)


def _record_one(
    tables: Tables, customer: Customer, answer: Answer, day: date, event: dict[str, Any]
) -> None:
    answered = answered_by(tables.view, customer, answer, tables.today)
    for invitation in answered:
        before = invitation.events[-1].on if answer is Answer.ENDED else None
        if before and day < before:
            raise BadInput(
                msg("{name} granted it on {before}, after {day}.", name=customer.label,
                    before=before.isoformat(), day=day.isoformat()),
                field="on",
                todo=msg("Give the day on which it ended."),
            )  # fmt: skip
        given = invitation.given
        if given and day < given:
            raise BadInput(
                msg("{name} got the offer on {given}, after {day}.", name=customer.label,
                    given=given.isoformat(), day=day.isoformat()),
                field="on",
                todo=msg("Give the day on which the answer came."),
            )  # fmt: skip

        def add(document: Any) -> None:
            document["events"] = [*document["events"], event]

        tables.invitations.update(add, doc_ids=[invitation.id])
    if not answered:
        tables.invitations.insert(earlier_invitation(customer, event))


def answered_by(view: View, customer: Customer, answer: Answer, today: date) -> list[Invitation]:
    """The invitations that an answer is about; none if the customer was never given any.

    Raises `BadInput` where the answer cannot be: an end without a consent, a trial taken without
    delegation where none was offered.
    """
    asked = [i for i in view.invitations(customer.id) if i.delegation and not i.is_draft]
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
    waiting = [i for i in asked if states[i.id] in (State.WAITING, State.LAPSED)]
    if answer is Answer.GRANTED:
        return (waiting or asked)[-1:]
    return waiting or asked[-1:]
