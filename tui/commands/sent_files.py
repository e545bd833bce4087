"""Letters that do not go out: a preview, files to send by another program, mailto lines."""

from __future__ import annotations

from collections.abc import Iterator

from store.actions import by_hand, offers, outbox
from store.actions.letters import Copy, letter_for
from store.actions.posting import Line, Posting, sender_of
from store.desk import Desk
from store.errors import BadInput
from store.message import N_, msg, nmsg
from store.model.invitation import How
from store.model.outgoing import What
from store.paths import typed_path
from tui.commands.base import Context, done, labelled, put, put_raw, tell
from tui.commands.mail_way import account_of
from tui.language import say


def _copies(desk: Desk, posting: Posting) -> Iterator[tuple[Line, Copy]]:
    """The letters that would be sent; what would not is told."""
    for line in posting.lines:
        if line.why:
            tell(msg("{name}: {why}", name=line.label, why=line.why))
    for line in posting.to_send:
        customer = desk.view.customer(line.customer)
        assert customer is not None
        yield line, letter_for(
            desk.view, posting.what, customer, posting.kind, posting.language, desk.today(),
            offer=posting.offer, templates=posting.templates,
        )  # fmt: skip


def _reference(desk: Desk, posting: Posting, line: Line) -> str:
    return outbox.conversation(desk.view, posting, line.customer, desk.today())


def preview(ctx: Context, desk: Desk, posting: Posting) -> int:
    """Prints the first letter with its headers, as it would be read."""
    name, sender, reply_to = sender_of(account_of(ctx, desk), desk.view)
    for line, copy in _copies(desk, posting):
        put(labelled(N_("From"), f"{name} <{sender}>".strip()))
        put(labelled(N_("To"), line.to))
        if reply_to:
            put(labelled(N_("Reply to"), reply_to))
        put(labelled(N_("Subject"), f"{copy.subject} [PD-…]"))
        put()
        put_raw(copy.text)
        return 0
    return 3


def mailto(desk: Desk, posting: Posting) -> int:
    """Prints a line for each that opens a new mail with the letter in it."""
    for line, copy in _copies(desk, posting):
        put(by_hand.mailto(copy, line.to, _reference(desk, posting, line)))
    return 3 if posting.refused else 0


def save(desk: Desk, posting: Posting, folder: str, give: bool) -> int:
    """Writes each letter as a draft, never over a file that is there."""
    if give and posting.what is not What.OFFER:
        raise BadInput(msg("Only an offer is given."), field="give")
    found = list(_copies(desk, posting))
    count = by_hand.save_drafts(
        typed_path(folder),
        (copy for _, copy in found),
        desk.view.partner,
        {line.customer: _reference(desk, posting, line) for line, _ in found},
    )
    put(say(nmsg("Saved {count} letter.", "Saved {count} letters.", count)))
    if give and found:
        done(
            offers.give(
                desk, [line.customer for line, _ in found], posting.kind, How.SAVED,
                language=posting.language, offer=posting.offer,
            )
        )  # fmt: skip
    return 3 if posting.refused else 0
