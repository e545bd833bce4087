"""A command starts like a command: it imports no screens, and Microsoft's side only to go there."""

from __future__ import annotations

import subprocess
import sys

import pytest

EVERY_MODULE = """
import importlib, pkgutil, sys
import tui.commands
for found in pkgutil.iter_modules(tui.commands.__path__, "tui.commands."):
    importlib.import_module(found.name)
    print(found.name)
"""
ONE_COMMAND = """
import sys
from tui.main import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""
FOR_SCREENS = "textual rich pyperclip"
FOR_MICROSOFT = "msal msal_extensions httpx requests cryptography segno starlette uvicorn icalendar"
LOADED = """
print('heavy:', *[name for name in "{heavy}".split() if name in sys.modules])
"""


FOR_CHANGES = "asyncio tinydb"


def run(script: str, *words: str, heavy: str = f"{FOR_SCREENS} {FOR_MICROSOFT}") -> list[str]:
    """What a script prints in an interpreter of its own; the last line says what it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", script + LOADED.format(heavy=heavy), *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_no_module_of_the_commands_imports_anything_heavy() -> None:
    *modules, heavy = run(EVERY_MODULE)
    assert {"tui.commands.main", "tui.commands.customers", "tui.commands.demo"} <= set(modules)
    assert heavy == "heavy:"


@pytest.mark.parametrize(
    "words",
    [
        ("customers", "list"),
        ("offer", "show", "--format", "eml"),
        ("demo", "--customers", "3"),
        ("doctor",),
        ("partner", "show"),
        ("sign-in", "--steps"),
        ("sign-out",),
        ("--help",),
    ],
)
def test_running_a_command_imports_nothing_heavy(words: tuple[str, ...]) -> None:
    *printed, heavy = run(ONE_COMMAND, *words)
    assert printed
    assert heavy == "heavy:"


@pytest.mark.parametrize(
    "words",
    [
        ("customers", "list"),
        ("users", "list"),
        ("relationships", "list"),
        ("groups", "show", "--json"),
        ("follow-up",),
        ("follow-up", "--attention", "30", "--json"),
        ("follow-up", "expiring"),
    ],
)
def test_whoever_only_reads_imports_nothing_that_changes(words: tuple[str, ...]) -> None:
    run(ONE_COMMAND, "partner", "set", "name=Adatum")
    *printed, heavy = run(ONE_COMMAND, *words, heavy=FOR_CHANGES)
    assert printed
    assert heavy == "heavy:"
