"""Whoever breaks off while a connection is being made leaves nothing open."""

from __future__ import annotations

import asyncio
import gc
import socket
import warnings

import pytest

from store.graph.client import Graph
from store.graph.endpoints import Endpoint
from store.model.partner import Cloud


async def token(scopes: object, fresh: bool = False) -> str:
    return "token"


async def test_breaking_off_in_the_middle_of_tls_closes_the_connection() -> None:
    loop = asyncio.get_running_loop()
    with socket.socket() as mute, warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        mute.setblocking(False)
        address = f"https://127.0.0.1:{mute.getsockname()[1]}"
        async with Graph(Endpoint(Cloud.PRACTICE, address, address, ""), token) as graph:
            asking = asyncio.create_task(graph.relationship("r"))
            came, _ = await loop.sock_accept(mute)
            with came:
                assert await loop.sock_recv(came, 1)  # TLS has begun
                asking.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await asking
        del asking, graph
        gc.collect()
    assert [str(one.message) for one in said] == []
