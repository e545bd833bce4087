"""`partnerdesk outbox`: letters on their way, and what an operator says became of them."""

from __future__ import annotations

from typing import Any

import click

from store.actions import exporting, post_summary, resolving
from store.actions.resolving import Resolve
from store.actions.stages import letters_of
from store.errors import NotFound
from store.message import N_, msg
from store.model.offer import Kind, offer_label
from store.model.outgoing import STAGE_NAMES, WHAT_NAMES, Outgoing, Stage, What
from store.paths import typed_path
from store.view import View
from tui.commands.base import (
    Context,
    context,
    done,
    labelled,
    put,
    put_file,
    put_json,
    put_table,
    tell,
)
from tui.commands.values import complete_files
from tui.language import _, say

_STAGES = click.Choice([stage.value for stage in Stage])
_ids = click.argument("ids", metavar="ID…", nargs=-1, required=True, type=int)


@click.group(help=_("Letters on their way, and what became of them."))
def command() -> None: ...


@command.command("list", help=_("List letters; those of which nobody knows come first."))
@click.option("--stage", type=_STAGES, help=_("Only in this stage."))
@click.option("--batch", metavar="B", default="", help=_("Only those that were queued together."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def list_(ctx: Context, stage: str | None, batch: str, as_json: bool) -> None:
    with ctx.reading() as desk:
        settled = resolving.settle(desk)
        if settled:
            tell(settled.message)
        view = desk.view
    found = [it for it in letters_of(view, batch=batch) if stage in (None, it.stage.value)]
    found.sort(key=lambda letter: (letter.stage is not Stage.UNKNOWN, letter.id))
    if as_json:
        put_json([record(view, letter) for letter in found])
        return
    put_table(
        ("ID", _("Customer"), _("Address"), _("Letter"), _("Stage"), _("What was said")),
        [
            (
                str(letter.id),
                _label(view, letter),
                letter.to,
                _what(letter),
                _(STAGE_NAMES[letter.stage]),
                say(letter.why) if letter.why else letter.code,
            )
            for letter in found
        ],
    )


@command.command("show", help=_("Show one letter: its Message-ID, and what the server said."))
@click.argument("id", metavar="ID", type=int)
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def show(ctx: Context, id: int, as_json: bool) -> None:  # noqa: A002
    with ctx.reading() as desk:
        resolving.settle(desk)
        view = desk.view
    letter = view.letter(id)
    if letter is None:
        raise NotFound(msg("There is no letter {key} in the outbox.", key=str(id)))
    if as_json:
        put_json(record(view, letter))
        return
    for title, value in _lines(view, letter):
        put(labelled(title, value))


@command.command(
    "resolve",
    help=_(
        "Say what became of letters: arrived, again (send once more), or dropped. Look for the "
        "Message-ID first."
    ),
)
@_ids
@click.argument("how", type=click.Choice([how.value for how in Resolve]))
@context
def resolve(ctx: Context, ids: tuple[int, ...], how: str) -> None:
    with ctx.desk() as desk:
        resolving.settle(desk)
        done(resolving.resolve(desk, ids, Resolve(how)))
    if how == Resolve.AGAIN:
        tell(msg("Nothing was sent yet: {command}", command="partnerdesk send --resume"))


@command.command("drop", help=_("Take letters out of the outbox for good."))
@_ids
@context
def drop(ctx: Context, ids: tuple[int, ...]) -> None:
    with ctx.desk() as desk:
        resolving.settle(desk)
        done(resolving.drop(desk, ids))


@command.command("summary", help=_("Write what became of letters, for a spreadsheet."))
@click.option(
    "--batch", metavar="B", help=_("Those that were queued together; else the last of them.")
)
@click.option(
    "--to", metavar="FILE", default="", shell_complete=complete_files,
    help=_("A new file; else on stdout."),
)  # fmt: skip
@context
def summary(ctx: Context, batch: str | None, to: str) -> None:
    with ctx.reading() as desk:
        resolving.settle(desk)
        view = desk.view
    if batch and not letters_of(view, batch=batch):
        raise NotFound(
            msg("No letters were queued together as {batch}.", batch=batch),
            todo=msg("See them all: {command}", command="partnerdesk outbox list --json"),
        )
    data = post_summary.summary_csv(view, batch or post_summary.last_batch(view), said=say)
    if to:
        exporting.write_new(typed_path(to), data)
        return
    put_file(data)


# -- saying it --------------------------------------------------------------------------------


def _label(view: View, letter: Outgoing) -> str:
    customer = view.customer(letter.customer)
    return customer.label if customer else "-"


def _what(letter: Outgoing) -> str:
    """What it is for, and which offer it is about where that is not delegated administration."""
    offer = say(offer_label(letter.kind, letter.offer))
    if letter.what == What.OFFER:
        return offer
    what = next((_(name) for what, name in WHAT_NAMES.items() if what == letter.what), letter.what)
    if letter.kind is Kind.DELEGATED:
        return what
    return say("{what}: {offer}", what=what, offer=offer)


_NEXT = {
    Stage.UNKNOWN: "partnerdesk outbox resolve {id} arrived|again|dropped",
    Stage.REFUSED: "partnerdesk outbox resolve {id} again|dropped",
    Stage.QUEUED: "partnerdesk send --resume",
}
"""What an operator can do about a letter in a stage, where there is anything."""


def _next(letter: Outgoing) -> str:
    if letter.what == What.TEST and letter.stage is Stage.QUEUED:
        return f"partnerdesk outbox drop {letter.id}"  # only a process that died leaves one
    said = _NEXT.get(letter.stage, "").format(id=letter.id)
    return said.replace("again|", "") if letter.what == What.TEST else said


def _lines(view: View, letter: Outgoing) -> list[tuple[str, str]]:
    made = [
        (N_("Customer"), _label(view, letter)),
        (N_("Letter"), _what(letter)),
        (N_("Address"), letter.to),
        (N_("Subject"), letter.subject),
        (N_("Reference"), letter.reference),
        (N_("Message-ID"), letter.message_id),
        (N_("Stage"), _(STAGE_NAMES[letter.stage])),
        (N_("Code"), letter.code),
        (N_("Why"), say(letter.why) if letter.why else ""),
        (N_("What to do"), say(letter.todo) if letter.todo else ""),
        (N_("Queued"), letter.queued_at),
        (N_("Changed"), letter.at),
        (N_("By"), letter.by),
        (N_("Next"), _next(letter)),
    ]
    return [(title, value) for title, value in made if value]


def record(view: View, letter: Outgoing) -> dict[str, Any]:
    """A letter as JSON."""
    return {
        "id": letter.id,
        "customer": _label(view, letter) if letter.customer else None,
        "what": letter.what,
        "kind": letter.kind.value,
        "offer": letter.offer or None,
        "to": letter.to,
        "language": letter.language,
        "subject": letter.subject,
        "reference": letter.reference,
        "message_id": letter.message_id,
        "stage": letter.stage.value,
        "way": letter.way or None,
        "code": letter.code or None,
        "why": say(letter.why) if letter.why else None,
        "todo": say(letter.todo) if letter.todo else None,
        "tries": letter.tries,
        "batch": letter.batch or None,
        "queued_at": letter.queued_at,
        "at": letter.at,
    }
