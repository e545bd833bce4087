"""What an operator decides about a mail that answers a letter: one function, one transaction."""

from __future__ import annotations

from datetime import date
from typing import Any

from store.actions.answered import answered_by, asked_about
from store.actions.answers import Action, Proposal, handled
from store.actions.consent import record_in
from store.actions.fields import through_the_door
from store.clean import TEXT_LIMIT
from store.desk import Desk, Receipt
from store.errors import BadInput, Conflict, NotAllowed
from store.message import N_, Message, msg
from store.model import document
from store.model.consent import Answer
from store.model.customer import Customer
from store.model.outgoing import Outgoing, Stage
from store.model.touch import Did
from store.view import View
from store.work import Tables

_ON_ITS_WAY = frozenset({Stage.QUEUED, Stage.SENDING})


def take(
    desk: Desk,
    proposal: Proposal,
    answer: Answer,
    *,
    note: str = "",
    on: date | None = None,
    sure: bool = False,
) -> Receipt:
    """Records what the customer answers in a mail, and that the mail is handled.

    It answers what the letter asked, while that waits. It is recorded as of `on`, or the day of
    the mail. `sure` says that the operator saw what speaks against the mail, and takes it all the
    same. Raises `BadInput` where the answer cannot be, `NotAllowed` where it is doubtful and nobody
    is sure, and `Conflict` where somebody decided on the mail meanwhile.
    """
    refuse_reports(proposal)
    if proposal.doubts and not sure:
        raise NotAllowed(
            msg("This mail is hardly the word of {name}.", name=proposal.customer.label),
            todo=msg("Wait for its own answer, and dismiss this one or keep a note of it. Where "
                     "you know that it speaks for the customer, say {yes}.", yes="--yes"),
        )  # fmt: skip
    kept, changed = through_the_door("note", N_("Note"), note, limit=TEXT_LIMIT)
    left: list[Customer] = []

    def work(tables: Tables) -> Message:
        _decide(tables, proposal, "answer", answer=answer.value)
        day = on or day_of(tables.view, proposal, tables.today)
        customers = [proposal.letter.customer]
        about = proposal.letter.invitation
        return record_in(tables, customers, answer, on=day, note=kept, left=left, about=about)

    return desk.transaction("answers.take", work).with_notes(changed)


def refuse(view: View, proposal: Proposal, answer: Answer, today: date) -> None:
    """Raises `BadInput` where a mail cannot be taken for an answer: nothing is asked then."""
    refuse_reports(proposal)
    customer, day = proposal.customer, day_of(view, proposal, today)
    asked = asked_about(view.invitations(customer.id), proposal.letter.invitation, answer, today)
    answered_by(customer, asked, answer, day, today)


def refuse_reports(proposal: Proposal) -> None:
    """Raises `BadInput` where a mail is a server's report, and so nobody's answer."""
    if proposal.found.bounce:
        raise BadInput(
            msg("This mail is a server's report, and no answer of the customer's."),
            todo=msg("Record that the letter came back, or dismiss it."),
        )


def bounced(desk: Desk, proposal: Proposal) -> Receipt:
    """Records that the letter did not arrive: it counts as refused, and the mail is handled.

    Raises `NotAllowed` where the report says that it may still arrive, or it is being sent again.
    """
    bounce = proposal.found.bounce
    if bounce and bounce.action is not Action.FAILED:
        raise NotAllowed(
            msg("The mail does not say that the letter failed."),
            todo=msg("Dismiss it, and wait whether another one follows."),
        )

    def work(tables: Tables) -> Message:
        _decide(tables, proposal, "bounce")
        letter = _letter(tables.view, proposal)
        name = proposal.customer.label
        if letter.stage in _ON_ITS_WAY:
            raise NotAllowed(msg("The letter to {name} is being sent again.", name=name))
        if letter.stage in (Stage.SENT, Stage.UNKNOWN):
            tables.outbox.update(_refusal(tables, proposal), doc_ids=[letter.id])
        return msg("The letter to {name} came back from {address}.", name=name, address=letter.to)

    receipt = desk.transaction("answers.bounce", work)
    return receipt.with_notes(
        msg("Correct the contact address of {name}, and send a new letter.",
            name=proposal.customer.label)
    )  # fmt: skip


def dismiss(desk: Desk, proposal: Proposal) -> Receipt:
    """Leaves a mail out of the list from now on, without anything else."""

    def work(tables: Tables) -> Message:
        _decide(tables, proposal, "dismissed")
        return msg("Dismissed the mail about {name}; nothing else was recorded.",
                   name=proposal.customer.label)  # fmt: skip

    return desk.transaction("answers.dismiss", work)


def keep_as_note(desk: Desk, proposal: Proposal, note: str) -> Receipt:
    """Keeps a note about the customer, as of the day of the mail, which is handled by that."""
    kept, changed = through_the_door("note", N_("Note"), note, limit=TEXT_LIMIT)
    if not kept:
        raise BadInput(msg("The note is empty."), field="note", todo=msg("Write what to keep."))

    def work(tables: Tables) -> Message:
        _decide(tables, proposal, "note")
        tables.touches.insert(
            {
                "customer": proposal.letter.customer,
                "what": Did.NOTED.value,
                "on": day_of(tables.view, proposal, tables.today).isoformat(),
                "until": "",
                "note": kept,
                "at": tables.now,
                "by": tables.operator.name,
            }
        )
        return msg("Kept a note about {name}.", name=proposal.customer.label)

    return desk.transaction("answers.note", work).with_notes(changed)


def day_of(view: View, proposal: Proposal, today: date) -> date:
    """The day that an answer counts from: the mail's, but neither before the letter nor ahead.

    The date in a mail is its sender's word for it.
    """
    letter = proposal.letter
    queued = document.local_day(letter.queued_at)
    given = [one.given for one in view.invitations(letter.customer) if one.id == letter.invitation]
    days = [proposal.found.day, *(day for day in (queued, letter.on, *given) if day)]
    return min(max(days), today)


def _decide(tables: Tables, proposal: Proposal, taken: str, **more: Any) -> None:
    """Keeps that a mail was decided on: what it is known by, and never a word of it."""
    found = proposal.found
    if found.digest in handled(tables.view):
        raise Conflict(
            msg("Somebody decided on this mail meanwhile."),
            theirs={},
            todo=msg("See what is recorded about {name}.", name=proposal.customer.label),
        )
    if tables.view.customer(proposal.letter.customer) is None:
        raise BadInput(msg("Customer {key} is no longer there.", key=str(proposal.letter.customer)))
    tables.answers.insert(
        {
            "digest": found.digest,
            "message_id": found.message_id,
            "customer": proposal.letter.customer,
            "letter": proposal.letter.id,
            "taken": taken,
            "at": tables.now,
            "by": tables.operator.name,
            **more,
        }
    )


def _letter(view: View, proposal: Proposal) -> Outgoing:
    letter = view.letter(proposal.letter.id)
    if letter is None:
        raise BadInput(msg("The letter is no longer in the outbox."))
    return letter


def _refusal(tables: Tables, proposal: Proposal) -> dict[str, Any]:
    bounce = proposal.found.bounce
    said = (bounce.diagnostic if bounce else "") or proposal.found.subject
    why = msg("It came back: {said}", said=said)
    todo = msg("Correct the contact address, and send a new letter.")
    return {
        "stage": Stage.REFUSED.value,
        "code": bounce.status if bounce else "",
        "why": why.to_json(),
        "todo": todo.to_json(),
        "at": tables.now,
        "by": tables.operator.name,
    }
