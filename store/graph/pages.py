"""Lists that come in pages: in order, each record once, and honest about what is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
from urllib.parse import urlsplit

from store.errors import DeskError
from store.graph.asking import Ask
from store.graph.scopes import Scope
from store.graph.transport import VERSION, Wire, not_graph
from store.message import Message, msg, nmsg

_MOST_PAGES = 5_000
_MOST_EMPTY = 50
"""Pages without anything new, one after the other, before nobody believes in more."""


class _Record(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Record)
Told = Callable[[int], None]
"""Is told how many records have come so far."""


class Listing(NamedTuple, Generic[T]):
    """What a list held, in Microsoft's order.

    Only of a `whole` one may it be said that what is not in it is gone; else `why` says what is
    missing.
    """

    items: tuple[T, ...]
    whole: bool = True
    why: Message | None = None


class Gathered(Generic[T]):
    """The pages of one list as they come in."""

    def __init__(self, read: Callable[[dict[str, Any]], T | None], own: str) -> None:
        self._read = read
        self._own = urlsplit(own)
        self._found: dict[str, T] = {}
        self._came_from: set[str] = set()
        self._dropped = 0
        self._repeated = 0
        self._empty = 0
        self._promised: int | None = None
        self.trouble: Message | None = None

    def __len__(self) -> int:
        return len(self._found)

    @property
    def pages(self) -> int:
        """How many pages were followed."""
        return len(self._came_from)

    def add(self, body: dict[str, Any]) -> str:
        """Takes one page in; the path of the next, "" after the last or where it cannot go on.

        Raises `NoConnection` for what is no page.
        """
        items = body.get("value")
        if not isinstance(items, list):
            raise not_graph()
        before = len(self._found)
        for item in items:
            record = self._read(item) if isinstance(item, dict) else None
            if record is None:
                self._dropped += 1
                continue
            self._repeated += record.id in self._found
            self._found[record.id] = record
        promised = body.get("@odata.count")
        if type(promised) is int:
            self._promised = max(promised, self._promised or 0)
        after = body.get("@odata.nextLink")
        grown = len(self._found) > before
        if items and not grown and self._came_from:
            self.trouble = msg("Microsoft sent the same page twice.")
            return ""
        self._empty = 0 if grown else self._empty + 1
        return "" if after in (None, "") else self._next(after)

    def _next(self, link: object) -> str:
        path = self._path(link)
        if not path:
            self.trouble = msg(
                "The next page was said to be at another address, which is not followed."
            )
        elif path in self._came_from:
            self.trouble = msg("The pages lead round in a circle.")
        elif len(self._came_from) >= _MOST_PAGES or self._empty >= _MOST_EMPTY:
            self.trouble = msg("The pages do not come to an end.")
        else:
            self._came_from.add(path)
            return path
        return ""

    def _path(self, link: object) -> str:
        """The link as a path of our own host; "" for any other host, and for what is no link.

        Only the path is used, so whoever reads the address differently still asks the same host.
        """
        if not isinstance(link, str) or not link.isascii() or not link.isprintable():
            return ""
        try:
            parts = urlsplit(link)
            same = (parts.scheme, parts.netloc.lower()) == (self._own.scheme, self._own.netloc)
        except ValueError:
            return ""
        if not same or not parts.path.startswith(VERSION + "/") or "\\" in link or " " in link:
            return ""
        path = parts.path.removeprefix(VERSION)
        return f"{path}?{parts.query}" if parts.query else path

    def listing(self) -> Listing[T]:
        """What came, and whether that is all."""
        why = self.trouble
        if why is None and self._dropped:
            why = nmsg(
                "{count} record could not be read.",
                "{count} records could not be read.",
                self._dropped,
            )
        if why is None and self._promised is not None and self._promised > len(self._found):
            why = nmsg(
                "{count} record that Microsoft counts was not among the pages.",
                "{count} records that Microsoft counts were not among the pages.",
                self._promised - len(self._found),
            )
        if why is None and self._repeated and self._promised is None:
            why = msg("The list changed while it was read.")
        return Listing(tuple(self._found.values()), why is None, why)


async def listed(
    wire: Wire,
    path: str,
    scopes: tuple[Scope, ...],
    read: Callable[[dict[str, Any]], T | None],
    told: Told | None = None,
    first: dict[str, Any] | None = None,
) -> Listing[T]:
    """All pages from `path` on; `first` is the first one where it has come already.

    Raises what goes wrong with the first page; afterwards the listing says it and is not whole.
    """
    gathered = Gathered(read, wire.endpoint.graph)
    body = (await wire.ask(Ask("GET", path, scopes))).body if first is None else first
    try:
        path = gathered.add(body)
        while path:
            if told:
                told(len(gathered))
            path = gathered.add((await wire.ask(Ask("GET", path, scopes))).body)
    except DeskError as error:
        if not gathered.pages:
            raise
        gathered.trouble = msg("The list broke off: {error}", error=error.what)
    if told:
        told(len(gathered))
    return gathered.listing()
