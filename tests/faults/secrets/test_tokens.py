"""Tokens, through every way to sign in and every way to fail: only in the file of the sign-in."""

from __future__ import annotations

import re
import signal

import pytest

from store.practice.faults import Fault
from tests.faults.secrets import inside
from tests.faults.secrets.world import World
from tests.microsoft import ANNA

EVERYTHING = {inside.DEBUG: "1", "PYTHONASYNCIODEBUG": "1", "PYTHONFAULTHANDLER": "1"}
TEXTUAL = {"TEXTUAL_LOG": "textual.log", "TEXTUAL_DEBUG": "1", "TEXTUAL": "devtools,debug"}


def test_a_sync_with_everything_logged_writes_no_token_down(signed_in: World) -> None:
    signed_in.run("sync", environment=EVERYTHING)
    assert list(signed_in.seen.glob("debug-*.log")), "nothing was logged"
    assert signed_in.traces() == []


def test_a_sign_in_by_a_code_writes_its_tokens_into_one_file(world: World) -> None:
    config = world.root / "home/config/partnerdesk/config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text('token-cache = "file"\n')
    with world.terminal("sign-in", environment=EVERYTHING) as terminal:
        terminal.sees("ctrl+c stops")
        found = re.search(r"enter the code (\w{9})", " ".join(terminal.text.split()))
        assert found
        world.cloud.tokens.grants.answer(found[1], ANNA)
        assert terminal.end() == 0
    assert world.traces_on(bytes(terminal.raw)) == []
    assert world.traces() == []
    assert [path.name for path in world.root.rglob("tokens/*.json")]


@pytest.mark.usefixtures("kept_in_memory")
def test_a_sign_in_that_is_kept_in_memory_leaves_nothing_at_all(world: World) -> None:
    with world.terminal(environment=EVERYTHING | TEXTUAL, size=(120, 36)) as terminal:
        terminal.sees("Contoso")
        terminal.press("6")
        terminal.sees("i signs in")
        terminal.press("i")
        terminal.sees("what for?")
        terminal.press("\r")
        terminal.until(lambda: re.search(r"\b[B-Z2-9]{9}\b", terminal.text))
        found = re.search(r"\b[B-Z2-9]{9}\b", terminal.text)
        assert found
        world.cloud.tokens.grants.answer(found[0], ANNA)
        terminal.sees(ANNA)
        terminal.press("r")
        terminal.settle(1.0)
        terminal.kill(signal.SIGUSR1)
        terminal.until(lambda: list(world.scratch.glob("*.svg")))
        terminal.press("\x11")
        assert terminal.end() == 0
    assert world.traces_on(bytes(terminal.raw)) == []
    assert world.traces() == []
    assert not list(world.root.rglob("tokens/*.json"))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(path="delegatedAdmin", status=401, code="InvalidAuthenticationToken", times=9),
        Fault(path="delegatedAdmin", status=403, code="Authorization_RequestDenied", times=9),
        Fault(path="delegatedAdmin", kind="lost", times=9),
        Fault(path="delegatedAdmin", kind="html", times=9),
        Fault(path="delegatedAdmin", kind="half", times=9),
    ],
    ids=["401", "403", "lost", "a page", "half"],
)
def test_nor_does_any_way_to_fail(signed_in: World, fault: Fault) -> None:
    signed_in.cloud.faults.add(fault)
    signed_in.run("sync", status=None, environment=EVERYTHING)
    assert signed_in.traces() == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT, signal.SIGTERM, signal.SIGSEGV])
def test_whatever_ends_it_in_the_middle_leaves_no_image_of_its_memory(
    signed_in: World, number: signal.Signals
) -> None:
    signed_in.cloud.faults.add(Fault(path="delegatedAdmin", delay=60, times=9))
    with signed_in.start("sync", environment=EVERYTHING) as running:
        signed_in.until_asked("delegatedAdmin")
        ended = running.kill(number)
    assert ended.status != 0
    assert signed_in.dumps() == []
    assert signed_in.traces() == []
