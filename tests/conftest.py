"""Every test has a home, a clock and a clipboard of its own."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from store.desk import Desk
from store.operator import Operator
from tests.faults import count
from tests.practice.listening import (  # noqa: F401  (fixtures)
    browser,
    certificate_folder,
    cloud,
    served,
)
from tui import language

TODAY = date(2026, 11, 22)
OPERATOR = Operator("anna", "anna", "jump1", "")

# httpcore looks for it on every disk path at each request; what is known to be absent is quick.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]

# Several tests run side by side: how long an example takes says nothing.
settings.register_profile(
    "side by side",
    deadline=None,
    max_examples=count(60, 300),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("side by side")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the person who runs the tests is read or written."""
    for name in list(os.environ):
        if name.startswith(("PARTNERDESK_", "XDG_", "SSH_", "LC_")):
            monkeypatch.delenv(name)
    for name in ("TMUX", "STY", "DISPLAY", "WAYLAND_DISPLAY", "NO_COLOR", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "home" / name.lower()))
    monkeypatch.setenv("TERM", "xterm-256color")
    language.install("en")


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Moves the host to another zone for the test, as in `EST+5` or `JST-9`."""

    def move(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An empty desk on the 22nd of November 2026, polling often."""
    with Desk(tmp_path / "store", OPERATOR, today=lambda: TODAY, poll=0.02).open() as opened:
        yield opened


@pytest.fixture
def partner(desk: Desk) -> Desk:
    """A desk whose worldwide, certified partner is set."""
    from store.actions import partner as actions

    actions.set_fields(
        desk,
        {
            "name": "Adatum Cloud Services",
            "tenant": "11111111-2222-4333-8444-555555555555",
            "contact": "Anna Lindqvist",
            "mail": "partners@adatum.example",
            "certified": "yes",
        },
    )
    return desk
