"""Says, as the desk opens, that there are letters of which nobody knows whether they left."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from store.desk import Desk
from store.errors import DeskError
from store.message import Message, nmsg
from store.view import OUTBOX
from tui.screens.keyed import Keyed

if TYPE_CHECKING:
    from tui.app import PartnerDesk


def tell_doubtful(app: PartnerDesk) -> None:
    """Looks in the outbox, where there is one, and says what somebody has to look up."""
    if app.session.view.tables.table(OUTBOX):
        app.run_worker(_tell(app), group="outbox")


async def _tell(app: PartnerDesk) -> None:
    desk = app.session.desk
    said = await asyncio.to_thread(_doubtful, desk)
    if said and not desk.damage and isinstance(app.screen, Keyed):
        app.screen.say(said)


def _doubtful(desk: Desk) -> Message | None:
    from store.actions import outbox, resolving

    with contextlib.suppress(DeskError):  # it is said when the outbox is opened
        resolving.settle(desk)
    count = len(outbox.doubtful(desk.view))
    if not count:
        return None
    return nmsg(
        "Nobody knows whether {count} letter left. O opens the outbox: it says what to look for.",
        "Nobody knows whether {count} letters left. O opens the outbox: it says what to look for.",
        count,
    )
