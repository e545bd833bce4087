"""`partnerdesk answers`: mails that answer our letters, out of a folder that is only read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.desk import Desk, Receipt
from store.message import N_, msg, nmsg
from store.model.consent import Answer
from tui.commands.base import (
    Context,
    context,
    done,
    heard_or_not,
    labelled,
    put,
    put_json,
    put_table,
    tell,
)
from tui.commands.values import complete_files, optional_day
from tui.language import _, say

if TYPE_CHECKING:
    from store.actions.answers import Proposal, Reading

_folder = click.argument(
    "folder", metavar="[FOLDER]", default="", shell_complete=complete_files, required=False
)
_MOST_BROKEN = 3
"""Files that are named one by one where they cannot be read: there may be thousands."""
_number = click.argument("number", metavar="N")


@click.group(
    help=_(
        "Mails that answer our letters, out of a folder of .eml files or a Maildir: replies, mails "
        "with the reference (PD-…) in their subject, and reports of mail servers. FOLDER is the "
        "setting answers in the table [mail] where none is given; it is only read."
    )
)
def command() -> None: ...


@command.command("list", help=_("List the mails to decide on, newest first."))
@_folder
@click.option("--attention", is_flag=True, help=_("Exit 3 if there is one."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def list_(ctx: Context, folder: str, attention: bool, as_json: bool) -> int:
    where = _where(ctx, folder)
    if attention:
        ctx.has_to_be_there()
    with ctx.reading() as desk:
        found = _read(ctx, where, desk)
        damaged = desk.damage is not None
    if found.about_others:
        tell(found.about_others)
    with heard_or_not():
        if as_json:
            put_json([_record(one) for one in found.proposals])
        elif found.proposals:
            _put_proposals(found.proposals)
    if not as_json and not found.proposals:
        tell(
            nmsg(
                "Nothing to decide on: {count} file was read in {path}.",
                "Nothing to decide on: {count} files were read in {path}.",
                found.files,
                path=str(where),
            )
        )
    return 3 if attention and (found.proposals or damaged) else 0


def _put_proposals(found: Sequence[Proposal]) -> None:
    from store.actions.answers import kind_of

    put_table(
        ("N", _("Date"), _("Customer"), _("What"), _("From"), _("Subject"), _("Remarks")),
        [
            (
                one.id,
                one.found.day.isoformat(),
                one.customer.label,
                say(kind_of(one.found)),
                one.found.from_address or one.found.from_name,
                one.found.subject,
                " ".join(map(say, one.remarks)),
            )
            for one in found
        ],
    )


@command.command("show", help=_("Print one mail as plain text."))
@_number
@_folder
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def show(ctx: Context, number: str, folder: str, as_json: bool) -> None:
    from store.actions.answers import BY_NAMES

    where = _where(ctx, folder)
    with ctx.reading() as desk:
        one = _one(ctx, where, desk, number)
    if as_json:
        put_json({**_record(one), "text": one.found.text})
        return
    found, letter = one.found, one.letter
    for title, value in (
        (N_("Customer"), one.customer.label),
        (N_("Letter"), f"{letter.subject} · {letter.to}"),
        (N_("Why"), say(BY_NAMES[one.by])),
        (N_("From"), found.sender),
        (N_("Date"), found.here.isoformat(sep=" ", timespec="minutes")),
        (N_("Subject"), found.subject),
        (N_("File"), found.path),
    ):
        put(labelled(title, value))
    for remark in one.remarks:
        put(say(N_("Note: {remark}"), remark=remark))
    put()
    for line in found.text.split("\n"):
        put(line)


@command.command("take", help=_("Record what the customer answers in a mail."))
@_number
@click.argument("answer", type=click.Choice([answer.value for answer in Answer]))
@_folder
@click.option("--on", metavar="DATE", help=_("The day it came: the mail's, where none is given."))
@click.option("--note", metavar="TEXT", default="", help=_("What to remember about it."))
@click.option("--yes", is_flag=True, help=_("Although the remarks speak against it."))
@context
def take(
    ctx: Context, number: str, answer: str, folder: str, on: str | None, note: str, yes: bool
) -> None:
    from store.actions import answering

    day = optional_day(on, "on")

    def act(desk: Desk, one: Proposal) -> Receipt:
        for remark in one.remarks:
            tell(msg("Note: {remark}", remark=remark))
        return answering.take(desk, one, Answer(answer), note=note, on=day, sure=yes)

    _decide(ctx, folder, number, act)


@command.command("bounce", help=_("Record that the letter did not arrive."))
@_number
@_folder
@context
def bounce(ctx: Context, number: str, folder: str) -> None:
    from store.actions import answering

    _decide(ctx, folder, number, answering.bounced)


@command.command("note", help=_("Keep a note about the customer instead; the mail is handled."))
@_number
@click.argument("text", metavar="TEXT")
@_folder
@context
def note(ctx: Context, number: str, text: str, folder: str) -> None:
    from store.actions import answering

    _decide(ctx, folder, number, lambda desk, one: answering.keep_as_note(desk, one, text))


@command.command("dismiss", help=_("Leave a mail out of the list from now on."))
@_number
@_folder
@context
def dismiss(ctx: Context, number: str, folder: str) -> None:
    from store.actions import answering

    _decide(ctx, folder, number, answering.dismiss)


def _decide(
    ctx: Context, folder: str, number: str, act: Callable[[Desk, Proposal], Receipt]
) -> None:
    where = _where(ctx, folder)
    with ctx.desk() as desk:
        done(act(desk, _one(ctx, where, desk, number)))


def _where(ctx: Context, folder: str) -> Path:
    from store.actions.answers import checked_folder

    return checked_folder(folder or ctx.settings.mail.answers)


def _one(ctx: Context, where: Path, desk: Desk, number: str) -> Proposal:
    from store.actions import answers

    return answers.proposal(_read(ctx, where, desk).proposals, number)


def _read(ctx: Context, where: Path, desk: Desk) -> Reading:
    """What is in the folder; what could not be read of it is told."""
    from store.actions import answers

    sender = ctx.settings.mail.sender
    found = answers.look(where, desk.view, desk.today(), sender=sender)
    if found.cut:
        tell(found.cut)
    for broken in found.broken[:_MOST_BROKEN]:
        tell(msg("{path}: {why}", path=broken.path, why=broken.why))
    rest = len(found.broken) - _MOST_BROKEN
    if rest > 0:
        tell(nmsg("{count} other file could not be read.",
                  "{count} other files could not be read.", rest))  # fmt: skip
    return found


def _record(one: Proposal) -> dict[str, Any]:
    found, bounce = one.found, one.found.bounce
    return {
        "id": one.id,
        "by": one.by.value,
        "customer": one.customer.id,
        "customer_name": one.customer.label,
        "letter": one.letter.id,
        "from_name": found.from_name,
        "from_address": found.from_address,
        "subject": found.subject,
        "date": found.date.isoformat(),
        "message_id": found.message_id,
        "automatic": found.auto_submitted,
        "bounce": bounce
        and {
            "action": bounce.action.value,
            "recipient": bounce.recipient,
            "status": bounce.status,
            "diagnostic": bounce.diagnostic,
        },
        "remarks": [say(remark) for remark in one.remarks],
        "path": found.path,
    }
