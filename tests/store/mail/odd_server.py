"""A mail server that says what it is told to, on a real socket: one script a connection."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

HANG_UP, SILENT, PAYLOAD = "hang up", "silent", "payload"
"""Steps of a script besides lines to say: close, wait for the other to go, read a whole letter."""


class OddServer:
    """What it heard: the commands of each connection, and the letters."""

    def __init__(self) -> None:
        self.port = 0
        self.heard: list[list[str]] = []
        self.letters: list[bytes] = []


@contextmanager
def odd_server(*scripts: Sequence[str]) -> Iterator[OddServer]:
    """Serves one connection after the other; each script begins with the greeting.

    Before each later step it waits for a command, but for the one after `PAYLOAD`.
    """
    office = OddServer()
    listening = socket.create_server(("127.0.0.1", 0))
    office.port = listening.getsockname()[1]

    def serve() -> None:
        for script in scripts:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream, suppress(OSError):
                office.heard.append([])
                _follow(script, stream, office)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield office
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(20)
        assert not thread.is_alive()


def _follow(script: Sequence[str], stream, office: OddServer) -> None:  # type: ignore[no-untyped-def]
    reads = False
    for step in script:
        if step == PAYLOAD:
            lines = []
            while (line := stream.readline()) not in (b".\r\n", b""):
                lines.append(line)
            office.letters.append(b"".join(lines))
            reads = False
            continue
        if reads:
            line = stream.readline()
            if not line:
                return
            office.heard[-1].append(line.decode("ascii", "replace").rstrip("\r\n"))
        if step == HANG_UP:
            return
        if step == SILENT:
            while stream.readline():
                pass
            return
        stream.write(step.encode() + b"\r\n")
        stream.flush()
        reads = True
    while stream.readline():  # whatever else: to begin anew, or goodbye
        stream.write(b"250 fine\r\n")
        stream.flush()
