"""Asking Microsoft from a screen: the connection, what it waits for, and its errors in words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from store.errors import DeskError
from tui.screens.base import Keyed

Found = TypeVar("Found")


async def ask(screen: Keyed[Any], work: Callable[[Any], Awaitable[Found]]) -> Found | None:
    """What `work` found with the client that it is given; says why, where that is nothing."""
    try:
        return await answer(screen, work)
    except DeskError as error:
        screen.say_error(error)
        return None


async def answer(screen: Keyed[Any], work: Callable[[Any], Awaitable[Found]]) -> Found:
    """What `work` found with the client that it is given; raises `DeskError`."""
    connection = await asyncio.to_thread(screen.session.microsoft.connection)
    async with connection.graph(on_wait=screen.say) as graph:
        return await work(graph)
