"""`partnerdesk WORD …`: finds the command and runs it."""

from __future__ import annotations

from collections.abc import Sequence

import click

from store.errors import DeskError
from tui.commands.base import Context, Lazy, fail, tell
from tui.commands.values import complete_files
from tui.language import _

COMMANDS = {
    "partner": "partner",
    "offer": "offer",
    "letters": "letters",
    "customers": "customers",
    "consent": "consent",
    "answers": "answers",
    "users": "users",
    "send": "send",
    "outbox": "outbox",
    "may": "may",
    "act": "act.group",
    "follow-up": "follow_up.group",
    "sync": "sync",
    "relationships": "relationships",
    "groups": "groups",
    "practice": "practice",
    "journal": "journal",
    "sign-in": "sign_in",
    "sign-out": "sign_out",
    "demo": "demo",
    "doctor": "doctor",
    "completion": "completion",
}


def run(words: Sequence[str], context: Context) -> int:
    """Runs one command; returns its exit status."""
    try:
        status = program().main(
            list(words), prog_name="partnerdesk", obj=context, standalone_mode=False
        )
    except DeskError as error:
        fail(error)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.Abort:
        return 130
    except click.ClickException as error:
        for line in _said_by_click(error):
            tell(line)
        return error.exit_code
    return status if isinstance(status, int) else 0


def _said_by_click(error: click.ClickException) -> list[str]:
    """What click would print of a wrong call, which may hold any character that was typed."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message().split("\n")
    lines: list[str] = []
    if isinstance(error, click.UsageError) and error.ctx:
        hint = _("Try '{command} {option}' for help.")
        lines = [
            *error.ctx.get_usage().split("\n"),
            hint.format(command=error.ctx.command_path, option="--help"),
            "",
        ]
    return [*lines, _("Error: {message}").format(message=error.format_message())]


def program() -> click.Group:
    """The group of all commands, with its help in the interface language."""
    # click has no word for these in its catalogue, and shows a range beside them anyway.
    click.types.IntParamType.name = click.IntRange.name = _("integer")

    @click.command(
        cls=Lazy,
        commands_in=COMMANDS,
        invoke_without_command=True,
        help=_(
            "A keyboard-driven desk for Microsoft cloud partners. Without a command it opens full "
            "screen."
        ),
        epilog=_("Exit status: 0 done, 1 failed, 2 usage, 3 needs attention, 4 not allowed."),
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    @click.option(
        "--store", metavar="FOLDER", shell_complete=complete_files, help=_("The store to use.")
    )
    @click.version_option(package_name="partnerdesk", message="%(prog)s %(version)s")
    @click.pass_context
    def partnerdesk(ctx: click.Context, store: str | None) -> int | None:
        found: Context = ctx.obj
        found.store = store or ""
        if ctx.invoked_subcommand is None:
            return found.open_desk(found.folder, found.settings, found.operator)
        return None

    group: click.Group = partnerdesk
    return group


def words_of(command: click.Command, path: str = "") -> list[tuple[str, click.Command]]:
    """Every command below one, with the words that call it."""
    if not isinstance(command, click.Group):
        return [(path, command)]
    ctx = click.Context(command)
    found: list[tuple[str, click.Command]] = []
    if path and command.invoke_without_command:
        found.append((path, command))
    for name in command.list_commands(ctx):
        below = command.get_command(ctx, name)
        if below:
            found += words_of(below, f"{path} {name}".strip())
    return found
