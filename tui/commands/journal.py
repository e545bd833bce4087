"""`partnerdesk journal`: who did what, whether it still holds, and the way out."""

from __future__ import annotations

from itertools import islice

import click

from store.actions import history
from store.errors import BadInput
from store.message import msg, nmsg
from store.paths import typed_path
from tui.commands.base import Context, context, put, put_json, put_table, tell
from tui.commands.values import complete_files
from tui.language import _, say


@click.group(help=_("The journal: show it, verify it, export it."))
def command() -> None: ...


@command.command("show", help=_("Who did what, newest first."))
@click.option(
    "--limit", type=click.IntRange(0), default=50, show_default=True, help=_("How many lines.")
)
@click.option("--search", metavar="TEXT", default="", help=_("Only lines with this text."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def show(ctx: Context, limit: int, search: str, as_json: bool) -> None:
    wanted = search.casefold()
    with ctx.reading() as desk:  # whatever is wrong with the store is said first
        lines = (
            line
            for line in history.newest_first(desk.path)
            if wanted in f"{line.who} {line.member} {line.did} {say(line.what)}".casefold()
        )
        found = list(islice(lines, limit))
    if as_json:
        put_json(
            [
                {
                    "seq": line.seq,
                    "at": line.at,
                    "by": line.who,
                    "member": line.member or None,
                    "from": line.where,
                    "did": line.did,
                    "what": say(line.what),
                    "changes": list(line.changes),
                }
                for line in found
            ]
        )
        return
    rows = [(str(line.seq), line.at, line.who, say(line.what)) for line in found]
    put_table((_("No."), _("When (UTC)"), _("Who"), _("What")), rows)


@command.command("verify", help=_("Read every line ever written and say what does not hold."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def verify(ctx: Context, as_json: bool) -> int:
    if not ctx.folder.is_dir():
        raise BadInput(msg("There is no store in {path}.", path=str(ctx.folder)))
    report = history.check(ctx.folder)
    if as_json:
        put_json(
            {
                "sound": report.sound,
                "lines": report.lines,
                "segments": report.segments,
                "seq": report.seq,
                "head": report.head,
                "problems": [say(problem) for problem in report.problems],
                "notes": [say(note) for note in report.notes],
            }
        )
        return 0 if report.sound else 1
    for note in report.notes:
        tell(note)
    for problem in report.problems:
        put(say(problem))
    if report.sound:
        put(
            say(
                nmsg(
                    "Sound: {count} line, following from the first.",
                    "Sound: {count} lines, each following the one before.",
                    report.lines,
                )
            )
        )
    put(say(msg("Proven up to change {seq}, head {head}.", seq=str(report.seq), head=report.head)))
    tell(msg("Note the number and the head elsewhere: what is cut off at the end, or replaced as "
             "a whole, shows only against them."))  # fmt: skip
    return 0 if report.sound else 1


@command.command("export", help=_("Make a working store, or one TinyDB file, of the journal."))
@click.option(
    "--to",
    "folder",
    metavar="NEWSTORE",
    shell_complete=complete_files,
    help=_("A folder for a new store."),
)
@click.option("--until", type=int, metavar="SEQ", help=_("Only up to this change."))
@click.option(
    "--tinydb",
    "file",
    metavar="FILE",
    shell_complete=complete_files,
    help=_("A file that stock TinyDB opens."),
)
@context
def export(ctx: Context, folder: str | None, until: int | None, file: str | None) -> None:
    if bool(folder) == bool(file):
        raise BadInput(msg("Say where to: --to NEWSTORE or --tinydb FILE."))
    if folder:
        target = typed_path(folder)
        last = history.export_store(ctx.folder, target, until)
        put(
            say(
                nmsg(
                    "Made a store of {count} change in {path}. Use it: partnerdesk --store {path}",
                    "Made a store of {count} changes in {path}. Use it: partnerdesk --store {path}",
                    last,
                    path=str(target),
                )
            )
        )
        return
    if until is not None:
        raise BadInput(msg("--until belongs to --to."))
    target = typed_path(str(file))
    with ctx.reading() as desk:
        history.export_tinydb(desk, target)
    put(say(msg("Wrote all tables to {path}.", path=str(target))))
