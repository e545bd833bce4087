"""Consent: the operator records what a customer answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from store.actions.answered import answered_by, asked_about
from store.actions.fields import through_the_door
from store.actions.invitations import earlier_invitation
from store.clean import TEXT_LIMIT
from store.desk import Desk, Receipt
from store.errors import BadInput
from store.message import N_, Message, msg, nmsg
from store.model import document
from store.model.consent import ANSWER_WORDS, Answer
from store.model.customer import Customer
from store.model.invitation import Invitation
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
    that this desk never gave anything is kept with an invitation marked as earlier. Where the
    access was granted already, a grant is left alone, and the receipt says so. Raises `BadInput`.
    """
    kept_note, changed = through_the_door("note", N_("Note"), note, limit=TEXT_LIMIT)
    left: list[Customer] = []

    def work(tables: Tables) -> Message:
        return record_in(tables, customers, answer, on=on, note=kept_note, left=left)

    receipt = desk.transaction("consent.record", work)
    said = _left_alone(left) if receipt.seq else None
    return receipt.with_notes(changed, said)


def record_in(
    tables: Tables,
    customers: Iterable[int],
    answer: Answer,
    *,
    on: date | None,
    note: str,
    left: list[Customer],
    about: int = 0,
) -> Message:
    """Does that inside a transaction; `note` is clean, and `left` gets who was left alone.

    `about` is the invitation that was answered, where that is known.
    """
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
        "note": note,
    }
    found = []
    for key in dict.fromkeys(customers):
        customer = tables.view.customer(key)
        if customer is None:
            raise BadInput(msg("Customer {key} is no longer there.", key=str(key)))
        if _record_one(tables, customer, answer, day, event, about):
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
    tables: Tables, customer: Customer, answer: Answer, day: date, event: dict[str, Any], about: int
) -> bool:
    """Whether there was something to record."""
    asked = asked_about(tables.view.invitations(customer.id), about, answer, tables.today)
    answered = answered_by(customer, asked, answer, day, tables.today)
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
