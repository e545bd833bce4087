"""What is asked of Graph and what it answers, apart from any wire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from store.practice.clock import stamp

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})

JSON = (
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;"
    "charset=utf-8"
)
DENIED = "Authorization_RequestDenied"
NOT_FOUND = "Request_ResourceNotFound"
BAD = "Request_BadRequest"


class Asked(NamedTuple):
    """A call: `path` after `/v1.0/`, decoded; headers in lower case; `base` is `https://host`."""

    method: str
    path: str
    query: Mapping[str, str] = _NO_HEADERS
    headers: Mapping[str, str] = _NO_HEADERS
    body: Any = None
    base: str = "https://localhost:8443"

    @property
    def knows_future_members(self) -> bool:
        """Whether enumeration members after the sentinel may be named."""
        return "include-unknown-enum-members" in self.headers.get("prefer", "")


class Answer(NamedTuple):
    """An answer; `None` is an empty body."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = _NO_HEADERS


class Refused(Exception):
    """A call that is refused, as Graph says it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def bad(message: str, code: str = "BadRequest") -> Refused:
    """400: what was asked makes no sense."""
    return Refused(400, code, message)


def denied(message: str = "Insufficient privileges to complete the operation.") -> Refused:
    """403: whoever asks may not."""
    return Refused(403, DENIED, message)


def unknown(key: str) -> Refused:
    """404: nothing is called so."""
    return Refused(
        404,
        NOT_FOUND,
        f"Resource '{key}' does not exist or one of its queried reference-property objects are "
        "not present.",
    )


def envelope(
    status: int, code: str, message: str, *, now: datetime, request: str, client: str
) -> Answer:
    """A refusal in Microsoft's words."""
    date = stamp(now)
    inner = {"date": date and date[:19], "request-id": request, "client-request-id": client}
    return Answer(status, {"error": {"code": code, "message": message, "innerError": inner}})


def texts_in(body: Mapping[str, Any], names: set[str], *, empty: bool = True) -> None:
    """Refuses properties that are no text; `null` and "" pass where `empty` says so."""
    for name in names & body.keys():
        value = body[name]
        if (value is None or value == "") and empty:
            continue
        if not isinstance(value, str) or not value.strip():
            raise bad(f"Invalid value specified for property '{name}'.", BAD)


def body_of(asked: Asked, *, allowed: set[str] | None = None) -> dict[str, Any]:
    """The body as an object; refuses anything else, and properties that are not `allowed`."""
    if not isinstance(asked.body, dict):
        raise bad("Unable to read JSON request payload.")
    if allowed is not None:
        for name in asked.body:
            if name not in allowed and not name.startswith("@odata."):
                raise bad(f"Invalid property '{name}'.")
    return asked.body
