"""Copying, each way by itself: what is truly done, and that only the truth is told."""

from __future__ import annotations

import os
import platform
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tui import clipboard
from tui.clipboard import Outcome, Step

TEXT = "Hello 东方,\nplease accept"
TAKES = 'printf "%s" "$*" >"$0.words"\ncat >"$0.taken"\n'

StandIn = Callable[[str, str], Path]


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """Makes a program of a name on a PATH that has nothing else of ours; returns its file."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setattr(clipboard, "SECONDS", 30.0)

    def make(name: str, script: str) -> Path:
        file = folder / name
        file.write_text(f"#!/bin/sh\n{script}", encoding="utf-8")
        file.chmod(0o755)
        return file

    return make


def run(step: Step, tmp_path: Path, text: str = TEXT) -> Outcome:
    """Does one step, which may send nothing to the terminal."""
    return clipboard.run(
        step, text, send=_nothing_is_sent, folder=tmp_path / "texts", environment=os.environ
    )


def _nothing_is_sent(sequence: str) -> None:
    raise AssertionError(f"{sequence!r} was sent to the terminal")


@pytest.mark.parametrize(
    ("step", "words", "said"),
    [
        (
            Step.TMUX,
            "load-buffer -w -",
            "(prefix ] pastes); tmux passes it to your terminal if it can.",
        ),
        (Step.TMUX_BUFFER, "load-buffer -", "In the tmux buffer: prefix ] pastes."),
    ],
)
def test_tmux_is_given_the_text_and_asked_no_more(
    stand_in: StandIn, tmp_path: Path, step: Step, words: str, said: str
) -> None:
    tmux = stand_in("tmux", TAKES)
    outcome = run(step, tmp_path)
    assert outcome.done
    assert said in str(outcome.message)
    assert Path(f"{tmux}.words").read_text() == words
    assert Path(f"{tmux}.taken").read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize("step", [Step.TMUX, Step.TMUX_BUFFER])
@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'no server running on /tmp/x' >&2\nexit 1\n", "no server running on /tmp/x"),
        ("exit 3\n", "exit status 3"),
        ("cat >/dev/null\necho 'unknown flag -w' >&2\n", "unknown flag -w"),
        ("echo first >&2\necho last >&2\nexit 1\n", "last"),
        ("kill -9 $$\n", "exit status -9"),
    ],
)
def test_tmux_that_does_not_take_it_is_believed(
    stand_in: StandIn, tmp_path: Path, step: Step, script: str, reason: str
) -> None:
    stand_in("tmux", script)
    outcome = run(step, tmp_path)
    assert not outcome.done
    assert str(outcome.message) == f"tmux did not take it: {reason}."


def test_a_program_that_does_not_read_what_it_is_given_is_no_trouble(
    stand_in: StandIn, tmp_path: Path
) -> None:
    stand_in("tmux", "exit 1\n")
    assert not run(Step.TMUX, tmp_path, "x" * 1_000_000).done


def test_tmux_that_hangs_is_left_alone_after_a_while(
    stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "never")
    stand_in("tmux", f"exec cat '{tmp_path / 'never'}'\n")
    monkeypatch.setattr(clipboard, "SECONDS", 0.2)
    outcome = run(Step.TMUX, tmp_path)
    assert not outcome.done
    assert "tmux did not take it: no answer within " in str(outcome.message)


def test_tmux_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    outcome = run(Step.TMUX, tmp_path)
    assert not outcome.done
    assert str(outcome.message) == "tmux did not take it: No such file or directory."


def test_what_a_program_says_in_anger_is_kept_short(stand_in: StandIn, tmp_path: Path) -> None:
    stand_in("tmux", "head -c 3000 /dev/zero | tr '\\0' x >&2\nexit 1\n")
    outcome = run(Step.TMUX, tmp_path)
    assert str(outcome.message) == f"tmux did not take it: {'x' * 200}."


ON_WSL = pytest.mark.skipif(
    "microsoft" in platform.release().lower(), reason="needs a Linux that is not in Windows"
)


@ON_WSL
def test_the_desktop_takes_the_text_through_its_own_program(
    stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    xclip = stand_in("xclip", TAKES)
    monkeypatch.setenv("DISPLAY", ":0")
    outcome = run(Step.NATIVE, tmp_path)
    assert outcome.done
    assert str(outcome.message) == f"Copied ({len(TEXT.encode())} bytes)."
    assert Path(f"{xclip}.taken").read_text(encoding="utf-8") == TEXT


@ON_WSL
def test_a_desktop_that_fails_without_saying_so_to_pyperclip_is_not_believed(
    stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in("xclip", 'cat >/dev/null\necho "Error: Can\'t open display: :0" >&2\nexit 1\n')
    monkeypatch.setenv("DISPLAY", ":0")
    outcome = run(Step.NATIVE, tmp_path)
    assert not outcome.done
    assert "did not take it: Error: Can't open display: :0." in str(outcome.message)


@ON_WSL
def test_without_a_desktop_the_native_way_says_why(stand_in: StandIn, tmp_path: Path) -> None:
    outcome = run(Step.NATIVE, tmp_path)
    assert not outcome.done
    assert "The desktop's clipboard did not take it: " in str(outcome.message)


@pytest.mark.parametrize("step", [Step.OSC52, Step.SCREEN])
def test_a_terminal_is_sent_one_sequence_and_its_size_is_told(step: Step, tmp_path: Path) -> None:
    sent: list[str] = []
    outcome = clipboard.run(
        step, TEXT, send=sent.append, folder=tmp_path, environment={"TERM": "xterm"}
    )
    sequence = clipboard.osc52(TEXT)
    assert sent == [clipboard.screen_frames(sequence) if step is Step.SCREEN else sequence]
    assert outcome.done
    assert str(outcome.message) == (
        f"Sent to your terminal ({len(TEXT.encode())} bytes). Nothing pasted? v shows it."
    )


def test_where_a_multiplexer_may_have_kept_the_copy_that_is_told(tmp_path: Path) -> None:
    outcome = clipboard.run(
        Step.OSC52, TEXT, send=lambda sequence: None, folder=tmp_path,
        environment={"TERM": "screen-256color"},
    )  # fmt: skip
    assert outcome.done
    assert "but tmux or screen may have kept it." in str(outcome.message)


def test_a_file_is_its_owners_alone_and_ends_in_a_newline(tmp_path: Path) -> None:
    outcome = run(Step.FILE, tmp_path)
    (file,) = (tmp_path / "texts").iterdir()
    assert outcome.done
    assert str(outcome.message) == f"Saved in {file}."
    assert file.read_text(encoding="utf-8") == TEXT + "\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_second_file_does_not_replace_the_first(tmp_path: Path) -> None:
    run(Step.FILE, tmp_path, "first")
    run(Step.FILE, tmp_path, "second")
    kept = sorted(file.read_text() for file in (tmp_path / "texts").iterdir())
    assert kept == ["first\n", "second\n"]


def test_where_no_file_can_be_made_the_reason_is_told(tmp_path: Path) -> None:
    (tmp_path / "texts").write_text("in the way")
    outcome = run(Step.FILE, tmp_path)
    assert not outcome.done
    assert str(outcome.message) == "No file either: File exists."
