"""The way to Microsoft for a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.access import access
from tui.commands.base import Context

if TYPE_CHECKING:
    from store.actions.connection import Connection


def connection_of(ctx: Context) -> Connection:
    """The connection of the store's partner, by the operator's settings; asks nobody."""
    from store.actions.connection import Connection

    with ctx.reading() as desk:
        partner = desk.view.partner
    return Connection(partner, ctx.folder, access(ctx.settings, ctx.environment))
