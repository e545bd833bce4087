"""D1: the canaries would be found if what protects them were taken out."""

from __future__ import annotations

import shutil

import pytest

from tests.faults.secrets import (
    inside,
    some,
    ways_commands,
    ways_forms,
    ways_screens,
    ways_tmux,
    ways_tokens,
)
from tests.faults.secrets.ways_tokens import Way
from tests.faults.secrets.world import World

SIGN_IN = ways_tokens.SIGNED_OUT
TOKENS, COMMANDS = ways_tokens.SIGNED_IN, ways_commands.WAYS
SCREENS, TMUX = ways_screens.WAYS | ways_forms.WAYS, ways_tmux.WAYS
CAUGHT: dict[str, tuple[dict[str, Way], str]] = {
    "cores": (COMMANDS, "typed, an abort with cores"),
    "a_repr": (COMMANDS, "in a crash"),
    "talk": (COMMANDS, "made"),
    "an_echo": (COMMANDS, "refused by Microsoft"),
    "an_echo_of_a_token": (TOKENS, "an answer that repeats it"),
    "an_echo_at_sign_in": (TOKENS, "a sign-in that repeats it"),
    "results_of_threads": (TOKENS, "a sync"),
    "a_file_in_spite": (SIGN_IN, "a sign-in kept in memory"),
    "an_open_file_of_tokens": (SIGN_IN, "a sign-in by a code"),
    "an_open_file_of_passwords": (COMMANDS, "with --json"),
    "a_seen_question": (COMMANDS, "typed at a question"),
    "a_journal_that_knows": (COMMANDS, "made"),
    "keys_in_a_log": (SCREENS, "typed"),
    "pictures": (SCREENS, "a picture"),
    "the_message_line": (SCREENS, "a picture"),
    "left_standing_on_one_screen": (SCREENS, "SIGTERM"),
    "textual_tells": (SCREENS, "typed, a crash"),
    "a_report_with_values": (SCREENS, "typed, a crash"),
    "a_plain_field": (SCREENS, "typed"),
    "the_usual_ladder": (SCREENS, "not copied, to no file"),
    "a_clipboard_that_stays": (SCREENS, "copied by a desktop"),
    "left_standing": (TMUX, "ended, with one screen"),
    "a_stop_unnoticed": (TMUX, "left to the shell"),
    "a_buffer_that_stays": (TMUX, "copied"),
    "a_buffer_deleted_by_the_desk": (TMUX, "copied, then kill -9"),
    "an_argument": (TMUX, "copied"),
    "an_environment": (TMUX, "copied"),
}


@pytest.mark.parametrize("mutant", some(CAUGHT, "cores"))
def test_without_its_protection_a_secret_is_found(
    mutant: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways, name = CAUGHT[mutant]
    if ways is TMUX and shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    kind = {id(SIGN_IN): "world", id(TOKENS): "signed_in"}.get(id(ways), "at_work")
    world: World = request.getfixturevalue(kind)
    monkeypatch.setenv(inside.MUTANT, mutant)
    assert ways[name](world), f"{mutant} was not noticed by {name!r}"
