"""Asking Microsoft from a screen: the connection, what it waits for, and its errors in words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from store.errors import DeskError, SignInNeeded
from tui.screens.base import DeskScreen
from tui.screens.keyed import Keyed

Found = TypeVar("Found")


async def ask(
    screen: Keyed[Any], work: Callable[[Any], Awaitable[Found]], purpose: str = "read"
) -> Found | None:
    """What `work` found with the client that it is given; says why, where that is nothing.

    Where a sign-in is missing, or does not reach that far, it offers one for `purpose` and tries
    once more. Only in a worker.
    """
    try:
        try:
            return await _answer(screen, work, purpose)
        except SignInNeeded as error:
            if not await sign_in_for(screen, error, purpose):
                return None
            return await _answer(screen, work, purpose)
    except DeskError as error:
        screen.say_error(error)
        return None


async def sign_in_for(screen: Keyed[Any], error: SignInNeeded, purpose: str) -> bool:
    """Offers to sign in for a purpose that was refused; whether somebody did."""
    from tui.screens.sign_in import sign_in_anew

    if isinstance(screen, DeskScreen):
        return await sign_in_anew(screen, error, purpose)
    screen.say_error(error)
    return False


async def _answer(
    screen: Keyed[Any], work: Callable[[Any], Awaitable[Found]], purpose: str
) -> Found:
    """As `answer`; what is changed there is not to be cut off."""
    if purpose != "write":
        return await answer(screen, work)
    with screen.session.under_way():
        return await answer(screen, work)


async def answer(screen: Keyed[Any], work: Callable[[Any], Awaitable[Found]]) -> Found:
    """What `work` found with the client that it is given; raises `DeskError`."""
    connection = await asyncio.to_thread(screen.session.microsoft.connection)
    async with await asyncio.to_thread(connection.graph, screen.say) as graph:  # reads files
        return await work(graph)
