"""Correcting: an answer that was recorded by mistake is taken out again."""

from __future__ import annotations

from typing import Any, NamedTuple

from store.desk import Desk, Receipt
from store.errors import NotAllowed, NotFound
from store.message import Message, msg
from store.model import document
from store.model.consent import ANSWER_WORDS, STATE_NAMES, Answer
from store.model.customer import Customer
from store.model.invitation import Event, How, Invitation
from store.model.relationship import REPORTED_NAMES
from store.view import ANSWERS, View
from store.work import Tables

_RECORDED = frozenset({"answered", "ended"})


class Corrected(NamedTuple):
    """What was taken out, and what says so; `receipt` notes what holds now."""

    answer: Answer
    event: Event
    receipt: Receipt


def undo_answer(desk: Desk, customer: Customer) -> Corrected:
    """Takes out the answer of a customer that was recorded last.

    One that was recorded of several invitations at once goes from all of them, an invitation that
    was made for it goes with it, and a mail that it came from waits to be decided on again. Raises
    `NotFound` where nothing was recorded, and `NotAllowed` where Microsoft reported something since
    or the offer was given again.
    """
    taken: list[Event] = []

    def work(tables: Tables) -> Message:
        view = tables.view
        event = _last(view, customer)
        taken.append(event)
        for invitation in view.invitations(customer.id):
            if event in invitation.events:
                _refuse_built_on(customer, invitation, event)
                _take_out(tables, invitation, event)
        _propose_again(tables, customer, event)
        return msg("Undone for {name}: {answer}, of {day}.", name=customer.label,
                   answer=msg(ANSWER_WORDS[_answer(event)]),
                   day=event.on.isoformat() if event.on else "")  # fmt: skip

    receipt = desk.transaction("consent.undo", work)
    state = desk.view.state(customer.id, desk.today())
    now = msg("The consent of {name} is now: {state}.", name=customer.label,
              state=msg(STATE_NAMES[state]))  # fmt: skip
    return Corrected(_answer(taken[0]), taken[0], receipt.with_notes(now))


def _last(view: View, customer: Customer) -> Event:
    """What was recorded last, of whichever invitation."""
    found = [
        (event.at, one.id, place, event)
        for one in view.invitations(customer.id)
        for place, event in enumerate(one.events)
        if event.what in _RECORDED
    ]
    if found:
        return max(found, key=lambda each: each[:3])[3]
    said = any(e.what == "reported" for one in view.invitations(customer.id) for e in one.events)
    if said:
        raise NotAllowed(
            msg("What is known of {name} was said by Microsoft, and recorded by nobody.",
                name=customer.label),
            todo=msg("Ask Microsoft again: {command}", command="partnerdesk sync"),
        )  # fmt: skip
    raise NotFound(
        msg("No answer of {name} was recorded.", name=customer.label),
        todo=msg("See what was: {command}", command=f"partnerdesk customers show {customer.ref}"),
    )


def _answer(event: Event) -> Answer:
    return document.choice(Answer, event.answer, Answer.ENDED)


def _refuse_built_on(customer: Customer, invitation: Invitation, event: Event) -> None:
    """What was recorded goes backwards one by one, and no further than what others said."""
    last, name = invitation.events[-1], customer.label
    if last == event:
        return
    if last.what == "reported":
        raise NotAllowed(
            msg("Microsoft has said of {name} since: {status}.", name=name,
                status=msg(REPORTED_NAMES.get(last.status, last.status))),
            todo=msg("What Microsoft says counts, whatever was recorded before."),
        )  # fmt: skip
    raise NotAllowed(
        msg("{name} was given the offer again since.", name=name),
        todo=msg("Record what it answers now: {command}",
                 command=f"partnerdesk consent record {customer.ref} …"),
    )  # fmt: skip


def _take_out(tables: Tables, invitation: Invitation, event: Event) -> None:
    first = invitation.events[0]
    made_for_it = first.how == How.EARLIER and first.at == event.at and len(invitation.events) == 2
    if made_for_it:
        tables.invitations.remove(doc_ids=[invitation.id])
        return

    def shorten(found: Any) -> None:
        found["events"] = document.listed(found, "events")[:-1]

    tables.invitations.update(shorten, doc_ids=[invitation.id])


def _propose_again(tables: Tables, customer: Customer, event: Event) -> None:
    """Forgets that the mail that it came from was decided on."""
    keys = [
        key
        for key, row in tables.view.tables.table(ANSWERS).items()
        if row.get("customer") == customer.id
        and row.get("taken") == "answer"
        and (row.get("at"), row.get("answer")) == (event.at, _answer(event).value)
    ]
    if keys:
        tables.answers.remove(doc_ids=keys)
