"""`partnerdesk follow-up extend`: lets relationships extend themselves."""

from __future__ import annotations

import sys

import click

from store.actions import lookup, renewing
from store.actions.renewing import AT_MICROSOFT, Extended, Renewing, Step
from store.desk import Desk
from store.errors import BadInput, DeskError
from store.message import msg, nmsg
from tui.commands.base import Context, context, heard_or_not, put, tell
from tui.commands.follow_up.expiring import put_plan
from tui.commands.values import complete_customers
from tui.language import _, say


@click.command(
    help=_(
        "Let active relationships extend themselves by 180 days at their end, all or those of "
        "some customers. No new consent is needed; what needs one is left alone."
    )
)
@click.argument("customers", metavar="[C…]", nargs=-1, shell_complete=complete_customers)
@click.option("--within", type=click.IntRange(min=0), metavar="N",
              help=_("Only those that end in the next N days."))  # fmt: skip
@click.option("--dry-run", is_flag=True, help=_("Only show what would be done."))
@click.option(
    "--drop-global-administrator", "drop", is_flag=True,
    help=_("Take Global Administrator out first, where it stands in the way. Only a new consent "
           "brings it back."),
)  # fmt: skip
@click.option("--yes", is_flag=True, help=_("Do it, without a question."))
@context
def command(
    ctx: Context,
    customers: tuple[str, ...],
    within: int | None,
    dry_run: bool,
    drop: bool,
    yes: bool,
) -> int:
    import asyncio

    with ctx.reading() if dry_run else ctx.connected() as desk:
        view = desk.view
        wanted = [c.id for c in lookup.customers(view, customers)] if customers else None
        plan = renewing.plan(view, desk.today(), within, wanted)
        ours = [one for one in plan if one.step in AT_MICROSOFT]
        todo = [one for one in ours if drop or one.step is not Step.DROP]
        left = len(ours) - len(todo)
        if ours:
            with heard_or_not():
                put_plan(ours)
        if left:
            tell(nmsg("{count} relationship holds Global Administrator and is left as it is: "
                      "--drop-global-administrator takes that out first.",
                      "{count} relationships hold Global Administrator and are left as they are: "
                      "--drop-global-administrator takes that out first.", left))  # fmt: skip
        if not todo:
            tell(msg("Nothing is to be done."))
        if dry_run or not todo:
            return 3 if left else 0
        if not yes and not _confirmed(len(todo)):
            tell(msg("Nothing was changed."))
            return 1
        made, ended = asyncio.run(_extend(ctx, desk, todo))
    put(say(nmsg("{count} relationship extends itself now.",
                 "{count} relationships extend themselves now.",
                 sum(one.done for one in made))))  # fmt: skip
    if ended:
        raise ended
    return 3 if left or len(made) < len(todo) or not all(one.done for one in made) else 0


def _confirmed(count: int) -> bool:
    if not sys.stdin.isatty():
        raise BadInput(
            msg("This changes relationships at Microsoft and has to be confirmed."),
            field="yes",
            todo=msg("Give {option}.", option="--yes"),
        )
    question = nmsg("Change {count} relationship at Microsoft?",
                    "Change {count} relationships at Microsoft?", count)  # fmt: skip
    return click.confirm(say(question), default=False, err=True)


async def _extend(
    ctx: Context, desk: Desk, todo: list[Renewing]
) -> tuple[list[Extended], DeskError | None]:
    def told(one: Extended) -> None:
        said = msg("extends itself") if one.done else one.why
        tell(msg("{name}: {said}", name=one.renewing.name, said=said))
        if one.todo:
            tell(one.todo)

    async with ctx.connection(desk).graph(on_wait=tell) as graph:
        run = renewing.Run(desk, graph, told=told)
        return await run.extend(todo), run.ended
