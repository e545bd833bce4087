"""Who carries letters away: a mail server, on a thread of its own, or Microsoft Graph."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import re
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from store.errors import DeskError, GraphForbidden, GraphOutcomeUnknown, GraphRefused
from store.mail.account import Account, Way
from store.mail.delivery import Came, Delivery, Parcel
from store.mail.trouble import stopped, unknown

if TYPE_CHECKING:
    from store.actions.connection import Connection
    from store.graph.client import Graph
    from store.mail.smtp import Patience, Smtp

_OURS = re.compile(r"limit|quota|mailbox|BadRequest", re.IGNORECASE)
"""Codes of refusals that every other letter would get too."""
MayBegin = Callable[[], bool]
Told = Callable[[Delivery], None]


class Carrier(Protocol):
    """Carries letters, one after the other."""

    async def carry(
        self, parcels: Sequence[Parcel], may_begin: MayBegin, came: Told
    ) -> list[Delivery]:
        """What came of each; fewer than there are where no more was to be begun.

        `came` hears of each before the next begins, and may change whether it does; from whichever
        thread.
        """

    async def close(self) -> None:
        """Lets go of the connection."""


def carrier_for(
    account: Account,
    connection: Callable[[], Connection] | None = None,
    patience: Patience | None = None,
) -> Carrier:
    """The carrier of an account; `connection` is asked for one only where letters go by Graph."""
    if account.way is Way.GRAPH:
        assert connection is not None
        return ByGraph(connection())
    return BySmtp(account, patience)


class BySmtp:
    """A mail server; whoever breaks off never waits for one that does not answer."""

    def __init__(self, account: Account, patience: Patience | None = None) -> None:
        from store.mail.smtp import Smtp

        self._smtp = Smtp(account, patience)
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def carry(
        self, parcels: Sequence[Parcel], may_begin: MayBegin, came: Told
    ) -> list[Delivery]:
        """See `Carrier`."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[list[Delivery]] = loop.create_future()

        def deliver(found: list[Delivery] | BaseException) -> None:
            if not done.done():
                if isinstance(found, BaseException):
                    done.set_exception(found)
                else:
                    done.set_result(found)

        def run() -> None:
            found: list[Delivery] | BaseException
            try:
                found = _carried(self._smtp, parcels, may_begin, came)
            except BaseException as error:
                found = error
            with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
                loop.call_soon_threadsafe(deliver, found)

        if self._thread is None:
            self._thread = threading.Thread(target=self._live, name="mail", daemon=True)
            self._thread.start()
        self._jobs.put(run)
        return await done

    async def close(self) -> None:
        """See `Carrier`; the goodbye is said by the thread, after what it still has to do."""
        self._jobs.put(self._smtp.close)
        self._jobs.put(None)
        if self._thread:
            await asyncio.get_running_loop().run_in_executor(None, self._thread.join, 5.0)

    def _live(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


def _carried(
    smtp: Smtp, parcels: Sequence[Parcel], may_begin: MayBegin, came: Told
) -> list[Delivery]:
    found: list[Delivery] = []
    for parcel in parcels:
        if not may_begin():
            break
        found.append(smtp.carry(parcel))
        came(found[-1])
    return found


class ByGraph:
    """The mailbox of whoever is signed in to Microsoft."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._graph: Graph | None = None
        self._open = contextlib.AsyncExitStack()

    async def carry(
        self, parcels: Sequence[Parcel], may_begin: MayBegin, came: Told
    ) -> list[Delivery]:
        """See `Carrier`."""
        if self._graph is None:
            self._graph = await self._open.enter_async_context(self._connection.graph())
        found: list[Delivery] = []
        for parcel in parcels:
            if not may_begin():
                break
            found.append(await _by_graph(self._graph, parcel))
            came(found[-1])
        return found

    async def close(self) -> None:
        """See `Carrier`."""
        await self._open.aclose()


async def _by_graph(graph: Graph, parcel: Parcel) -> Delivery:
    """What came of one letter: a refusal of the letter, or one of us."""
    try:
        status = await graph.send_mail(parcel.message)
    except GraphOutcomeUnknown as error:
        return unknown(error.what)
    except GraphForbidden as error:
        return stopped(error, error.status)
    except GraphRefused as error:
        if error.status in (400, 413) and not _OURS.search(error.code):
            code = f"{error.status} {error.code}".strip()
            return Delivery(Came.REFUSED, code, error.what, error.todo)
        return stopped(error, error.status)
    except DeskError as error:
        return stopped(error)
    return Delivery(Came.ACCEPTED, str(status))
