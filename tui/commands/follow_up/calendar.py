"""`partnerdesk follow-up calendar`: what has to be done by a day, as a calendar file."""

from __future__ import annotations

import click

from store.message import msg, nmsg
from store.paths import typed_path
from tui.commands.base import Context, context, put_file, tell
from tui.commands.values import complete_files
from tui.language import _, say


@click.command(
    help=_(
        "A calendar file (.ics) with the last days to answer, the last safe days to ask for a new "
        "consent, and the ends of accesses."
    )
)
@click.option("--within", type=click.IntRange(min=0), metavar="N", help=_("Only the next N days."))
@click.option(
    "--to", "target", metavar="FILE", shell_complete=complete_files,
    help=_("Into a file, instead of on stdout; only a calendar of ours is replaced."),
)  # fmt: skip
@context
def command(ctx: Context, within: int | None, target: str | None) -> None:
    from store.actions.calendar import OURS, entries, ics
    from store.actions.exporting import write_new

    with ctx.reading() as desk:
        made = ics(desk.view, desk.today(), within, say)
    count = entries(made)
    if not count:
        tell(msg("Nothing has to be done by a day: the calendar is empty."))
    if target is None or target == "-":
        put_file(made)
    else:
        path = str(write_new(typed_path(target), made, over=OURS))
        tell(nmsg("Saved {count} entry as {path}.", "Saved {count} entries as {path}.", count,
                  path=path))  # fmt: skip
