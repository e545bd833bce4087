"""Finding out at Microsoft what became of deeds whose end is not known."""

from __future__ import annotations

from store.errors import DeskError
from store.message import N_
from store.model.act import Outcome
from tui import text
from tui.screens.act.base import ended_as, there
from tui.screens.base import DeskScreen


async def find_out(screen: DeskScreen, customer: int) -> None:
    """Looks up each of them, and says what that told; only in a worker."""
    from store.actions.acting import find_out as look_up
    from store.actions.acting import unknown_deeds

    desk, found = screen.session.desk, []
    screen.say(N_("Looking at Microsoft…"))
    try:
        async with there(screen, customer) as (who, tenant):
            for deed in unknown_deeds(desk.view, customer):
                found.append(await look_up(who, tenant, deed.id))
    except DeskError as error:
        screen.say_error(error)
        return
    settled = all(ended.outcome is not Outcome.UNKNOWN for ended in found)
    screen.say_content(text.join(list(map(ended_as, found)), " "), error=not settled)
