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
from store.message import msg

if TYPE_CHECKING:
    from store.actions.connection import Connection
    from store.graph.client import Graph
    from store.mail.smtp import Patience

_OURS = re.compile(r"limit|quota|mailbox|BadRequest", re.IGNORECASE)
"""Codes of refusals that every other letter would get too."""
MayBegin = Callable[[], bool]
Told = Callable[[Delivery], None]


class Carrier(Protocol):
    """Carries letters, one after the other."""

    async def carry(self, parcels: Sequence[Parcel], may_begin: MayBegin, came: Told) -> None:
        """Carries them in their order, until no more is to be begun.

        `came` hears what came of each before the next begins, and may change whether it does; from
        whichever thread. A `DeskError` says that there is no way to carry the next one.
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
        self._broken_off = False

    async def carry(self, parcels: Sequence[Parcel], may_begin: MayBegin, came: Told) -> None:
        """See `Carrier`."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def deliver(error: BaseException | None) -> None:
            if done.done():
                return
            if error:
                done.set_exception(error)
            else:
                done.set_result(None)

        def run() -> None:
            failed: BaseException | None = None
            try:
                for parcel in parcels:
                    if not may_begin():
                        break
                    came(self._smtp.carry(parcel))
            except BaseException as error:
                failed = error
            with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
                loop.call_soon_threadsafe(deliver, failed)

        if self._thread is None:
            self._thread = threading.Thread(target=self._live, name="mail", daemon=True)
            self._thread.start()
        self._jobs.put(run)
        try:
            await done
        except asyncio.CancelledError:
            self._broken_off = True
            raise

    async def close(self) -> None:
        """See `Carrier`; the goodbye is said by the thread, after what it still has to do."""
        self._jobs.put(self._smtp.close)
        self._jobs.put(None)
        if self._thread and not self._broken_off:
            await asyncio.get_running_loop().run_in_executor(None, self._thread.join, 5.0)

    def _live(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


class ByGraph:
    """The mailbox of whoever is signed in to Microsoft."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._graph: Graph | None = None
        self._open = contextlib.AsyncExitStack()

    async def carry(self, parcels: Sequence[Parcel], may_begin: MayBegin, came: Told) -> None:
        """See `Carrier`."""
        if self._graph is None:
            self._graph = await self._open.enter_async_context(self._connection.graph())
        for parcel in parcels:
            if not may_begin():
                break
            came(await _by_graph(self._graph, parcel))

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
    if status != 202:
        return unknown(msg("Microsoft answered {status}, which means nothing to a letter.",
                           status=str(status)), str(status))  # fmt: skip
    return Delivery(Came.ACCEPTED, str(status))
