"""Tokens on their way into a request; they show themselves in no repr, traceback or log."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from typing import Protocol

import httpx

from store.errors import SignInNeeded
from store.graph.scopes import Scope
from store.graph.waits import Waits
from store.message import msg
from store.secret import DOTS
from store.undumped import no_core_dumps

_KEPT = 60.0
"""Seconds for which a token is not asked for again; its life is the source's business."""

SHORTEST = 16
"""Letters of a token: what is shorter is none of Microsoft's, and may be part of any word."""


class TokenSource(Protocol):
    """Where access tokens come from: `await token((Scope.ME,), fresh=False)`.

    Answers with a token for the partner's tenant that allows `scopes` at least, without asking a
    person anything; `fresh` says that the last one was refused, so the one it keeps is no good.
    Raises `SignInNeeded`, or `NoConnection` where nobody could be asked.
    """

    async def __call__(self, scopes: tuple[Scope, ...], fresh: bool = False) -> str: ...


class Bearer(httpx.Auth):
    """One token; `refused` once Microsoft did not take it."""

    def __init__(self, text: str, until: float) -> None:
        no_core_dumps()
        self._text = text
        self.until = until
        self.refused = False

    def __repr__(self) -> str:
        return "<token>"

    @property
    def is_sound(self) -> bool:
        """Whether it can stand in a header; an error about a header would show it."""
        return bool(self._text) and all("!" <= character <= "~" for character in self._text)

    def masked(self, answer: bytes) -> bytes:
        """An answer with dots where it repeats the token."""
        if len(self._text) < SHORTEST:
            return answer
        return answer.replace(self._text.encode(), DOTS.encode())

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Puts the token into the request."""
        request.headers["Authorization"] = "Bearer " + self._text
        yield request


class Keyring:
    """The tokens in use, asked for one at a time, so that one refusal leads to one new token."""

    def __init__(self, source: TokenSource, waits: Waits) -> None:
        self._source = source
        self._waits = waits
        self._held: dict[tuple[Scope, ...], Bearer] = {}
        self._asking = asyncio.Lock()

    async def bearer(self, scopes: tuple[Scope, ...]) -> Bearer:
        """A token for `scopes`: the one held, unless it is old or was refused."""
        async with self._asking:
            held = self._held.get(scopes)
            if held and not held.refused and self._waits.now() < held.until:
                return held
            fresh = held is not None and held.refused
            made = Bearer(await self._source(scopes, fresh=fresh), until=self._waits.now() + _KEPT)
            if not made.is_sound:
                raise SignInNeeded(
                    msg("The token of this sign-in cannot be used."),
                    todo=msg("Sign in again: {command}", command="partnerdesk sign-in"),
                )
            self._held[scopes] = made
            return made
