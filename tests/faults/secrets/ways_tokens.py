"""Ways that tokens go: signing in, being used, refused and lost, and ends in the middle of it.

Each does what it says in a world and returns the traces that it left, which should be none.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Callable

from store.practice.faults import Fault
from tests.faults.secrets import inside
from tests.faults.secrets.traces import Trace
from tests.faults.secrets.world import World
from tests.microsoft import ANNA

Way = Callable[[World], list[Trace]]
LOGGED = {inside.DEBUG: "1", "PYTHONASYNCIODEBUG": "1", "PYTHONFAULTHANDLER": "1"}
"""Everything that Python and the libraries can write down is written down."""
TEXTUAL = {"TEXTUAL_LOG": "textual.log", "TEXTUAL_DEBUG": "1", "TEXTUAL": "devtools,debug"}
_CODE = re.compile(r"\b[B-Z2-9]{9}\b")
_LISTS = "delegatedAdmin"


def sync(world: World) -> list[Trace]:
    """Tokens in use, with everything logged."""
    world.run("sync", environment=LOGGED)
    assert world.logged("HTTP Request"), "nothing was logged"
    return world.traces()


def code(world: World) -> list[Trace]:
    """A sign-in by a code, on a terminal."""
    world.keep_sign_in("file")
    with world.terminal("sign-in", environment=LOGGED) as terminal:
        terminal.sees("ctrl+c stops")
        found = re.search(r"enter the code (\w{9})", " ".join(terminal.text.split()))
        assert found
        world.cloud.tokens.grants.answer(found[1], ANNA)
        assert terminal.end() == 0
    assert list(world.root.rglob("tokens/*.json"))
    return world.traces() + world.traces_on(bytes(terminal.raw))


def memory(world: World) -> list[Trace]:
    """A sign-in at the desk that ends with it, used and photographed."""
    world.keep_sign_in("memory")
    with world.terminal(environment=LOGGED | TEXTUAL, size=(120, 36)) as terminal:
        terminal.sees("Contoso")
        terminal.press("6")
        terminal.sees("i signs in")
        terminal.press("i")
        terminal.sees("what for?")
        terminal.press("\r")
        terminal.until(lambda: _CODE.search(terminal.text))
        found = _CODE.search(terminal.text)
        assert found
        world.cloud.tokens.grants.answer(found[0], ANNA)
        terminal.sees(ANNA)
        terminal.press("r")
        terminal.until(lambda: world.cloud.tokens._issued and world.logged("tenantRelationships"))
        terminal.settle()
        world.photograph(terminal)
        terminal.press("\x11")
        assert terminal.end() == 0
    left = [Trace(str(path), "kept") for path in world.root.rglob("tokens/*.json")]
    return left + world.traces() + world.traces_on(bytes(terminal.raw))


def _failing(**fault: object) -> Way:
    def way(world: World) -> list[Trace]:
        world.cloud.faults.add(Fault(path=_LISTS, **fault))  # type: ignore[arg-type]
        world.run("sync", status=None, environment=LOGGED)
        assert not world.cloud.faults.coming, "nothing failed"
        return world.traces()

    return way


def _repeated(world: World) -> list[Trace]:
    """Microsoft, or who stands in between, repeats the token in what it answers."""
    world.run("sync")
    for status in (400, 403, 500):
        said = " ".join(world.cloud.tokens._issued)
        world.cloud.faults.add(Fault(path=_LISTS, status=status, code=said, message=said))
        world.run("sync", status=None, environment=LOGGED)
    world.cloud.faults.clear()
    return world.traces()


def _repeated_at_sign_in(world: World) -> list[Trace]:
    """The sign-in repeats what it was sent, and refuses it."""
    world.learn()
    kept = list(world.cloud.tokens.grants._refreshes)[-1]
    said = f"AADSTS99999: {kept} is not good"
    body = {"error": "invalid_request", "error_description": said, "error_codes": [99999]}
    world.cloud.faults.add(Fault(path="/token$", status=400, body=body))
    file = next(world.root.rglob("tokens/practice-*.json"))
    file.write_text(
        re.sub(r'\\"expires_on\\": \\"\d+', r'\\"expires_on\\": \\"1', file.read_text())
    )
    world.run("sync", status=None, environment=LOGGED)
    assert not world.cloud.faults.coming, "nobody signed in"
    return world.traces()


def _ending(number: signal.Signals) -> Way:
    def way(world: World) -> list[Trace]:
        world.cloud.faults.add(Fault(path=_LISTS, delay=60))
        with world.start("sync", environment=LOGGED) as running:
            world.until_asked(_LISTS)
            assert running.kill(number).status != 0
        world.cloud.faults.clear()
        return world.traces() + world.dumps()

    return way


SIGNED_OUT: dict[str, Way] = {"a sign-in by a code": code, "a sign-in kept in memory": memory}
SIGNED_IN: dict[str, Way] = {
    "a sync": sync,
    "a token that is refused": _failing(
        status=401, code="InvalidAuthenticationToken", message="Access token has expired", times=2
    ),
    "a request that is refused": _failing(status=403, code="Authorization_RequestDenied"),
    "an answer that is lost": _failing(kind="lost"),
    "a page of a proxy": _failing(kind="html"),
    "half an answer": _failing(kind="half"),
    "an answer that repeats it": _repeated,
    "a sign-in that repeats it": _repeated_at_sign_in,
    "kill -9": _ending(signal.SIGKILL),
    "an abort, with cores": _ending(signal.SIGABRT),
    "a fault of memory, with cores": _ending(signal.SIGSEGV),
    "SIGTERM": _ending(signal.SIGTERM),
}
