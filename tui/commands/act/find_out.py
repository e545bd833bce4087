"""`partnerdesk act find-out`: what became of deeds whose end is not known."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from store.errors import DeskError
from store.message import msg
from store.model.act import DEED_NAMES, Act, Deed, Outcome
from tui.commands.act.group import acting_of
from tui.commands.act.report import record, tell_ended
from tui.commands.base import Context, context, put_json, tell
from tui.commands.values import customer_argument
from tui.language import _

if TYPE_CHECKING:
    from store.actions.acting.base import Acting, Ended


@click.command(help=_("Look at Microsoft what became of everything whose end is not known."))
@customer_argument
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def command(ctx: Context, customer: str, as_json: bool) -> int:
    with ctx.connected() as desk:
        who = acting_of(ctx, desk, customer)
        ended = asyncio.run(_find_out(who))
        if as_json:
            put_json([record(who.customer.label, one) for one in ended])
        else:
            for one in ended:
                tell_ended(one)
    if not ended:
        tell(msg("Everything that was done here has a known end."))
    return 3 if any(one.outcome is Outcome.UNKNOWN for one in ended) else 0


async def _find_out(who: Acting) -> list[Ended]:
    from store.actions.acting.find_out import find_out, unknown_deeds

    deeds = unknown_deeds(who.desk.view, who.key)
    if not deeds:
        return []
    made = []
    async with who.tenant(tell) as tenant:
        for act in deeds:
            try:
                made.append(await find_out(who, tenant, act.id))
            except DeskError as error:  # says nothing of the deeds after it
                made.append(_not_looked(act, error))
    return made


def _not_looked(act: Act, error: DeskError) -> Ended:
    from store.actions.acting.base import Ended

    said = msg("{deed}, {target}: {why}", deed=msg(DEED_NAMES[Deed(act.deed)]), target=act.target,
               why=error.what)  # fmt: skip
    return Ended(Outcome.UNKNOWN, said, error.todo, act.id)
