"""What a request sends: JSON, in which a password becomes readable only on its way out."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

from store.secret import DOTS, Secret


class Mime(NamedTuple):
    """A whole message, which Microsoft wants as base64 instead of JSON."""

    message: bytes


class Body:
    """The JSON of a request, encoded anew whenever it is sent, so that nothing keeps it.

    `httpx` holds on to a request and what is in it; this holds only the wrapped secrets.
    """

    def __init__(self, content: Any) -> None:
        self._content = content

    def __repr__(self) -> str:
        return "<body>"

    @property
    def headers(self) -> dict[str, str]:
        """What says what it is, and how long; none for no body."""
        if self._content is None:
            return {}
        return {
            "Content-Type": "text/plain" if isinstance(self._content, Mime) else "application/json",
            "Content-Length": str(len(_encoded(self._content))),
        }

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._content is not None:
            yield _encoded(self._content)


def secrets_in(content: Any) -> list[Secret]:
    """Every secret in a body."""
    if isinstance(content, Secret):
        return [content]
    if isinstance(content, dict):
        return [found for value in content.values() for found in secrets_in(value)]
    if isinstance(content, list | tuple):
        return [found for value in content for found in secrets_in(value)]
    return []


def without(content: Any, answer: Any) -> Any:
    """An answer with dots for every secret of `content` that one of its texts repeats."""
    secrets = [secret for secret in secrets_in(content) if secret]
    return _without(secrets, answer) if secrets else answer


def bare(error: BaseException) -> BaseException:
    """`error` without the frames of whatever led to it: they may hold what was being sent."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            one.__traceback__ = None
            waiting += [one.__cause__, one.__context__]
            if isinstance(one, BaseExceptionGroup):
                waiting += one.exceptions
    return error


def _without(secrets: list[Secret], value: Any) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret.reveal(), DOTS)
        return value
    if isinstance(value, dict):
        return {name: _without(secrets, one) for name, one in value.items()}
    return [_without(secrets, one) for one in value] if isinstance(value, list) else value


def _encoded(content: Any) -> bytes:
    if isinstance(content, Mime):
        return base64.b64encode(content.message)
    # In ASCII, since an error about a letter that cannot be written would show all of the text.
    return json.dumps(content, separators=(",", ":"), default=_revealed).encode("ascii")


def _revealed(value: object) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError(type(value).__name__)
