"""A full disk, a file that may not grow, a folder that cannot be written: said, and survived."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from store.actions import customers, partner
from store.desk import Desk
from store.journal.verify import verify
from tests.conftest import OPERATOR
from tests.terminal.pty_driver import PROGRAM, Terminal

_CAN_MOUNT = (
    shutil.which("unshare") is not None
    and subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False
    ).returncode
    == 0
)
needs_mount = pytest.mark.skipif(not _CAN_MOUNT, reason="no file system can be mounted here")

FILL = f"""
set -u
mount -t tmpfs -o size=72k none "$1"
store="$1/store"
head -c 49152 /dev/zero > "$1/ballast"
added=0
while {PROGRAM} --store "$store" customers add "Customer $added $2" >/dev/null; do
    added=$((added + 1))
done
echo "added $added, listed $({PROGRAM} --store "$store" customers list --csv | grep -c Customer)"
{PROGRAM} --store "$store" journal verify
rm "$1/ballast"
{PROGRAM} --store "$store" customers add "After room was made"
{PROGRAM} --store "$store" journal verify
"""
"""Adds customers until the disk is full, counts and verifies, makes room, and adds one more."""


@needs_mount
def test_a_full_disk_loses_nothing_that_was_confirmed(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", FILL, "sh", str(tmp_path / "disk"), "x" * 150],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "the disk is full" in done.stderr
    assert "Everything saved before is still there." in done.stderr
    counted = re.search(r"added (\d+), listed (\d+)", done.stdout)
    assert counted and counted[1] == counted[2]
    assert int(counted[1]) > 5
    assert f"Sound: {int(counted[1]) + 1} lines" in done.stdout
    assert "Added After room was made" in done.stdout
    assert f"Sound: {int(counted[1]) + 2} lines" in done.stdout


def test_the_desk_says_so_and_goes_on(tmp_path: Path) -> None:
    """The same in the full screen: a file that may not grow refuses a change and keeps the rest."""
    with Desk(tmp_path / "store", OPERATOR).open() as desk:
        partner.set_fields(desk, {"name": "Adatum"})
        customers.add(desk, {"name": "Contoso"})
        before = desk.view.seq
    size = (tmp_path / "store" / "journal.1.jsonl").stat().st_size
    program = tmp_path / "limited"
    program.write_text(
        f"#!{sys.executable} -B\n"  # Python itself would leave half a .pyc behind here
        "import resource, signal, sys\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 100}, {size + 100}))\n"
        "from tui.main import main\n"
        "main()\n"
    )
    program.chmod(0o755)
    with Terminal("--store", str(tmp_path / "store"), program=program) as terminal:
        terminal.sees("Contoso")
        terminal.settle(0.2)
        terminal.press("n")
        terminal.sees("Company name")
        terminal.settle(0.2)
        terminal.press("Fabrikam")
        terminal.sees("Fabrikam")
        terminal.press("\x13")
        terminal.sees(
            "Nothing was saved", "may not grow", "Everything saved before is still there."
        )
        assert "Fabrikam" in terminal.text, "what was typed stays"
        terminal.press("\x1b")
        terminal.settle(0.3)
    report = verify(tmp_path / "store")
    assert report.sound
    with Desk(tmp_path / "store", OPERATOR).open() as desk:
        assert desk.view.seq == before
        customers.add(desk, {"name": "Fabrikam"})


@needs_mount
def test_a_folder_that_cannot_be_written_is_read(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with Desk(store, OPERATOR).open() as desk:
        partner.set_fields(desk, {"name": "Adatum"})
        customers.add(desk, {"name": "Contoso"})
    before = verify(store)
    program = tmp_path / "read-only"
    program.write_text(
        "#!/bin/sh\n"
        f"exec unshare -rm sh -c 'mount --bind {store} {store} && mount -o remount,bind,ro {store}"
        f" && exec {PROGRAM} --store {store}'\n"
    )
    program.chmod(0o755)
    with Terminal(program=program) as terminal:
        terminal.sees("Contoso", "READ-ONLY")
        terminal.settle(0.2)
        terminal.press("n")
        terminal.sees("New: The store is read-only", "may not be written by this account")
        terminal.press("\x1b[B\r")
        terminal.sees("written to nobody yet", "asks to administer")
        terminal.settle(0.2)
        terminal.press("q")
        terminal.sees("Contoso")
        terminal.press("q")
        assert terminal.end() == 0
    assert verify(store) == before
