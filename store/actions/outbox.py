"""The outbox: letters are queued, looked through, and what became of a doubtful one is said."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any, NamedTuple

from store.actions.invitations import asked_with
from store.actions.letters import Copy, waiting_for
from store.actions.posting import Fate, Line, Posting, composed, plan, sender_of, why_no_way
from store.actions.stages import GIVES, letters_of
from store.desk import Desk, Receipt
from store.errors import BadInput, NotAllowed, NotFound
from store.mail.account import Account, Auth, Security, Way
from store.message import Message, msg, nmsg
from store.model.customer import Customer
from store.model.offer import Kind
from store.model.outgoing import WHAT_NAMES, Outgoing, Stage, What
from store.view import OUTBOX, View
from store.work import Tables

__all__ = [
    "Account",
    "Auth",
    "Queued",
    "Security",
    "Way",
    "conversation",
    "doubtful",
    "queue",
    "queued",
    "recomposed",
    "test_letter",
    "why_otherwise",
]
# The accounts are `store.mail`'s, which no face may reach: they get them from here.

_WENT = (Stage.SENT, Stage.UNKNOWN)


class Queued(NamedTuple):
    """What was queued: the letters' numbers, and the lines that were left out since they changed.

    `batch` is common to the letters.
    """

    receipt: Receipt
    batch: str
    ids: tuple[int, ...]
    left: tuple[Line, ...] = ()


# -- queueing ---------------------------------------------------------------------------------


def queue(desk: Desk, posting: Posting, account: Account) -> Queued:
    """Queues the letters of a plan as they were looked at, in one transaction.

    What would read otherwise by now, or may not be sent any more, is left out. Raises
    `NotAllowed`, and `BadInput` where nothing is left.
    """
    view = desk.view
    looked_at = {line.customer: line for line in posting.to_send}
    now = _again(desk, view, posting, account)
    batch, ids, left = secrets.token_hex(4), [], []

    def work(tables: Tables) -> Message:
        plan_ = now if tables.view.seq == view.seq else _again(desk, tables.view, posting, account)
        if plan_.why_not:
            raise NotAllowed(plan_.why_not)
        used = _references(tables.view)
        for line in plan_.lines:
            then = looked_at[line.customer]
            if line.fate is Fate.SEND and line.digest == then.digest:
                made = _letter(tables, line, posting, account, batch, used)
                ids.append(tables.outbox.insert(made))
            else:
                why = line.why or msg("It reads otherwise now.")
                left.append(line._replace(fate=Fate.REFUSED, why=why))
        if not ids:
            raise BadInput(
                msg("There is nothing to send."),
                todo=msg("{name}: {why}", name=left[0].label, why=left[0].why) if left else None,
            )
        return nmsg("Queued {count} letter.", "Queued {count} letters.", len(ids))

    receipt = desk.transaction("outbox.queue", work)
    notes = (msg("{name}: {why}", name=line.label, why=line.why) for line in left)
    return Queued(receipt.with_notes(*notes), batch, tuple(ids), tuple(left))


def test_letter(desk: Desk, posting: Posting, line: Line, account: Account) -> int:
    """Queues the letter of one line to the sender's own address; returns its number.

    Raises `NotAllowed`, or what composing it raises.
    """
    from store.mail.message import digest

    ids = []

    def work(tables: Tables) -> Message:
        why = why_no_way(account, tables.view)
        if why:
            raise NotAllowed(why)
        copy = _composed(tables, line, posting)
        sample = line._replace(
            to=account.sender,
            language=copy.letter.language,
            subject=copy.subject,
            digest=digest(copy, *_from_to(account, tables.view)),
        )
        made = _letter(
            tables, sample, posting._replace(what=What.TEST), account, "", _references(tables.view)
        )
        made |= {"customer": 0, "sample_of": line.customer, "sample_what": posting.what.value}
        ids.append(tables.outbox.insert(made))
        return msg("Queued a test letter to {address}.", address=account.sender)

    desk.transaction("outbox.test", work)
    return ids[0]


test_letter.__test__ = False  # type: ignore[attr-defined]  # no test, whatever pytest takes it for


def _from_to(account: Account, view: View) -> tuple[tuple[str, str], str, str]:
    name, address, reply_to = sender_of(account, view)
    return (name, address), account.sender, reply_to


def _composed(tables: Tables, line: Line, posting: Posting) -> Copy:
    customer = tables.view.customer(line.customer)
    if customer is None:
        raise NotFound(msg("Customer {key} is no longer there.", key=str(line.customer)))
    return composed(
        tables.view, posting.what, customer, posting.kind, posting.language, tables.today,
        posting.offer, posting.templates,
    )  # fmt: skip


def _again(desk: Desk, view: View, posting: Posting, account: Account) -> Posting:
    """The plan once more, of a view that may be another."""
    return plan(
        view,
        desk.operator,
        posting.what,
        [line.customer for line in posting.to_send],
        posting.kind,
        language=posting.language,
        today=desk.today(),
        offer=posting.offer,
        templates=posting.templates,
        account=account,
    )


def _letter(
    tables: Tables, line: Line, posting: Posting, account: Account, batch: str, used: set[str]
) -> dict[str, Any]:
    """The document of a letter that is queued."""
    from store.mail.message import new_message_id, new_reference

    first, invitation = None, 0
    if posting.what is not What.TEST:
        invitation = _about(tables, line.customer, posting)
        if posting.what is What.REMINDER:
            first = _first(tables.view, line.customer, posting.kind, posting.offer, invitation)
    reference = first.reference if first else new_reference(used)
    used.add(reference)
    return {
        "customer": line.customer,
        "what": posting.what.value,
        "to": line.to,
        "stage": Stage.QUEUED.value,
        "kind": posting.kind.value,
        "offer": posting.offer,
        "invitation": invitation,
        "language": line.language,
        "subject": line.subject,
        "message_id": new_message_id(account.sender),
        "reference": reference,
        "replies_to": first.message_id if first else "",
        "digest": line.digest,
        "batch": batch,
        "tries": 0,
        "queued_at": tables.now,
        "at": tables.now,
        "by": tables.operator.name,
    }


def _about(tables: Tables, key: int, posting: Posting) -> int:
    """The invitation that a letter is about, where there is one already; 0 for none."""
    view, today = tables.view, tables.today
    customer = view.customer(key)
    if posting.what is What.REMINDER and customer:
        return waiting_for(view, customer, posting.kind, today, posting.offer).id
    if posting.what not in GIVES:
        return 0
    asked = asked_with(view, key, view.offer(posting.kind, posting.offer), today).invitation
    return asked.id if asked else 0


def _first(view: View, customer: int, kind: Kind, offer: str, invitation: int) -> Outgoing | None:
    """The letter that a reminder belongs to: the first of its invitation, else the last that went.

    A letter whose end is unknown may have no invitation yet.
    """
    found = [
        letter
        for letter in view.letters(customer)
        if letter.what in GIVES and letter.stage in _WENT and letter.kind is kind
    ]
    of_it = [letter for letter in found if invitation and letter.invitation == invitation]
    unsure = [
        letter
        for letter in found
        if not letter.invitation and letter.offer.casefold() == offer.casefold()
    ]
    return of_it[0] if of_it else unsure[-1] if unsure else None


def conversation(view: View, posting: Posting, customer: int, today: date) -> str:
    """The reference that a letter sent by hand goes on with; empty where it begins one."""
    found = view.customer(customer)
    if posting.what is not What.REMINDER or found is None:
        return ""
    about = waiting_for(view, found, posting.kind, today, posting.offer).id
    first = _first(view, customer, posting.kind, posting.offer, about)
    return first.reference if first else ""


def _references(view: View) -> set[str]:
    return {str(row.get("reference", "")) for row in view.tables.table(OUTBOX).values()}


# -- looking through --------------------------------------------------------------------------


def queued(view: View) -> list[Outgoing]:
    """The letters that wait to be sent: those that were tried least first, then the oldest.

    One at which the mail server ends it each time keeps no other from going. A test letter, which
    only a process that died leaves here, goes with no others.
    """
    waiting = (it for it in letters_of(view, Stage.QUEUED) if it.what != What.TEST)
    return sorted(waiting, key=lambda letter: letter.tries)


def doubtful(view: View) -> list[Outgoing]:
    """The letters of which nobody knows whether they arrived, oldest first."""
    return letters_of(view, Stage.UNKNOWN)


def recomposed(view: View, letter: Outgoing, today: date, templates: str = "") -> Copy:
    """A letter of the outbox as it would read now; raises what composing it raises."""
    key = letter.sample_of or letter.customer
    customer: Customer | None = view.customer(key)
    if customer is None:
        raise NotFound(msg("Customer {key} is no longer there.", key=str(key)))
    what = letter.sample_what or letter.what
    if what not in WHAT_NAMES:
        raise BadInput(msg("Letters of this sort are not known here: {what}", what=what),
                       todo=msg("A newer partnerdesk wrote it, perhaps."))  # fmt: skip
    return composed(
        view, What(what), customer, letter.kind, letter.language, today, letter.offer, templates
    )


def why_otherwise(view: View, letter: Outgoing, copy: Copy, account: Account) -> Message | None:
    """Why a letter that was composed anew is not the one that was looked at, if so."""
    from store.mail.message import digest

    name, address, reply_to = sender_of(account, view)
    if digest(copy, (name, address), letter.to, reply_to) != letter.digest:
        return msg("It reads otherwise now than when it was queued.")
    customer = view.customer(letter.customer)
    if letter.customer and (customer is None or customer.archived):
        return msg("Its customer is archived.")
    if customer and customer.contact != letter.to:
        return msg("The customer's contact address is another one now.")
    return None
