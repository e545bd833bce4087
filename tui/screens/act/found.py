"""Finding out at Microsoft what became of deeds whose end is not known."""

from __future__ import annotations

import asyncio

from store.errors import DeskError
from store.message import N_
from store.model.act import Outcome
from tui import text
from tui.screens.act.base import ended_as
from tui.screens.base import DeskScreen


async def find_out(screen: DeskScreen, customer: int) -> None:
    """Looks up each of them, and says what that told; only in a worker."""
    from store.actions.acting import acting, unknown_deeds
    from store.actions.acting import find_out as look_up

    desk, found = screen.session.desk, []
    screen.say(N_("Looking at Microsoft…"))
    try:
        connection = await asyncio.to_thread(screen.session.microsoft.connection)
        who = await asyncio.to_thread(acting, desk, connection, customer)
        async with await asyncio.to_thread(who.tenant, screen.say) as tenant:
            for deed in unknown_deeds(desk.view, customer):
                found.append(await look_up(who, tenant, deed.id))
    except DeskError as error:
        screen.say_error(error)
        return
    settled = all(ended.outcome is not Outcome.UNKNOWN for ended in found)
    screen.say_content(text.join(list(map(ended_as, found)), " "), error=not settled)
