"""The practice cloud over TLS on 127.0.0.1, in a thread of its own."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from store.errors import DeskError
from store.message import N_, msg
from store.practice.certificate import Files, certificate

if TYPE_CHECKING:
    from store.practice.cloud import Practice

HERE = "127.0.0.1"
log = logging.getLogger("uvicorn.error")
log.addHandler(logging.NullHandler())  # else what goes wrong would be printed to stderr


class NotServed(DeskError):
    """The practice cloud cannot listen."""

    title = N_("The practice cloud cannot be served")


class Listener:
    """An ASGI app over TLS at `address`; a context manager. Port 0 takes one that is free.

    An app that raises `ConnectionResetError` has its connection cut there and then, whether it
    has answered, answered half or not at all.
    """

    def __init__(self, app: ASGIApp, folder: Path, port: int = 0) -> None:
        self.port = port
        self._app = app
        self._folder = folder
        self._wanted = port
        self._files: Files | None = None
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def host(self) -> str:
        """Where it listens, as 127.0.0.1:PORT."""
        return f"{HERE}:{self.port}"

    @property
    def address(self) -> str:
        """Its address, without a slash at the end."""
        return f"https://{self.host}"

    @property
    def ca_file(self) -> Path:
        """The authority that whoever comes has to trust."""
        assert self._files is not None, "it was not started"
        return self._files.ca_file

    def start(self) -> None:
        """Listens; returns when whoever comes is answered. Raises `NotServed`."""
        assert self._server is None, "it listens already"
        try:
            self._files = certificate(self._folder)
        except OSError as error:
            raise NotServed(
                msg(
                    "No certificate can be made in {folder}: {reason}.",
                    folder=self._folder,
                    reason=error.strerror or error,
                ),
            ) from error
        listening = _bound(self._wanted)
        self.port = listening.getsockname()[1]
        self._server = _Server(self._app, self._files.server_file)
        self._thread = threading.Thread(
            target=self._server.live, args=(listening,), name="practice", daemon=True
        )
        self._thread.start()
        self._server.up.wait()
        if self._server.failure:
            failure = self._server.failure
            self.stop()
            raise failure

    def stop(self) -> None:
        """Cuts every connection and lets the port go; nothing happens if it does not listen."""
        if self._server and self._thread:
            self._server.leave()
            self._thread.join()
            self._server = self._thread = None

    def __enter__(self) -> Any:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()


class Served(Listener):
    """The practice cloud as others reach it; while it is served, its links lead here."""

    def __init__(self, practice: Practice, folder: Path, port: int = 0) -> None:
        from store.practice.app import asgi

        super().__init__(asgi(practice), folder, port)
        self.practice = practice
        self._unserved = practice.host

    def start(self) -> None:
        """As `Listener.start`; the practice cloud's host becomes this one."""
        super().start()
        self.practice.host = self.host

    def stop(self) -> None:
        """As `Listener.stop`; the practice cloud's host becomes what it was."""
        super().stop()
        self.practice.host = self._unserved


def _bound(port: int) -> socket.socket:
    """A socket that has the port; raises `NotServed`."""
    # Named TCP, or asyncio leaves Nagle's algorithm on and each answer waits 40 ms.
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((HERE, port))
        made.listen()
    except (OSError, OverflowError) as error:
        made.close()
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise NotServed(
                msg("Port {port} is taken by another program.", port=str(port)),
                todo=msg("Choose another port, or 0 for any that is free."),
            ) from error
        reason = getattr(error, "strerror", None) or str(error).rstrip(".")
        raise NotServed(
            msg("Port {port} cannot be listened on: {reason}.", port=str(port), reason=reason),
            todo=msg("Choose another port, or 0 for any that is free."),
        ) from error
    return made


class _Server(Server):
    """Uvicorn on a loop of its own: up and down without a pause, and silent.

    A word on stderr would stand in the middle of a full-screen program, so what goes wrong goes
    to the log `uvicorn.error`, which prints nothing unless somebody listens to it.
    """

    def __init__(self, app: ASGIApp, server_file: Path) -> None:
        super().__init__(
            Config(
                app,
                loop="asyncio",
                http=_Connection,
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,
                ssl_certfile=server_file,
            )
        )
        self.up = threading.Event()
        self.failure: BaseException | None = None
        self._loop = asyncio.new_event_loop()
        self._leave = asyncio.Event()

    def live(self, listening: socket.socket) -> None:
        """Serves until `leave`; the thread's whole life."""
        self._loop.set_exception_handler(_to_the_log)
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self.serve([listening]))
        except BaseException as error:
            self.failure = error
        finally:
            listening.close()
            self.up.set()

    def leave(self) -> None:
        """Ends `live`, from another thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._leave.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    async def main_loop(self) -> None:
        await self._leave.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in sockets or ():
            self._loop.remove_reader(listening)
        await asyncio.sleep(0)  # a server that is closed would trip over whoever was just let in
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            assert isinstance(connection, _Connection)
            connection.cut()
        # Whoever still shakes hands is no connection of uvicorn's yet.
        for transport in list(getattr(self._loop, "_transports", {}).values()):
            transport.abort()
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for server in self.servers:
            await server.wait_closed()


class _Connection(H11Protocol):
    """One connection, which the app may cut."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        answer = self.app

        async def answered_or_cut(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await answer(scope, receive, send)
            except ConnectionResetError:
                self.cut()

        self.app = answered_or_cut

    def cut(self) -> None:
        """Ends the connection as a lost line does: no answer, and no goodbye of TLS either."""
        if self.cycle:
            self.cycle.disconnected = True
        self.transport.abort()


def _to_the_log(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    log.error(context.get("message", ""), exc_info=context.get("exception"))
