"""Sends one request and brings its answer: token, waits, repeats, and errors in words."""

from __future__ import annotations

from typing import Protocol

from store.graph.scopes import Scope


class TokenSource(Protocol):
    """Where access tokens come from: `await token((Scope.ME,), fresh=False)`.

    Answers with a token for the partner's tenant that allows `scopes` at least, without asking a
    person anything; `fresh` says that the last one was refused, so the one it keeps is no good.
    Raises `SignInNeeded`, or `NoConnection` where nobody could be asked.
    """

    async def __call__(self, scopes: tuple[Scope, ...], fresh: bool = False) -> str: ...
