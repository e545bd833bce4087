"""Whom a command is for: by name, by what they have in common, out of a pipe."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.commands.posting import NAMES, TO, addressed, post
from tests.commands.shell import Shell
from tests.post_office import PostOffice

__all__ = ["addressed", "post"]


def sends(shell: Shell, words: str, status: int = 0, stdin: bytes = b"") -> list[str]:
    """The names of the customers that a plan of letters has a line for."""
    ran = shell(f"send {words} --dry-run --json", status=status, stdin=stdin)
    return [line["customer"] for line in ran.json()["lines"]]


def test_letters_go_to_all_in_one_state_and_nobody_else(addressed: Shell, post: PostOffice) -> None:
    addressed("offer give contoso.com")
    addressed("customers archive immo.example")
    assert sends(addressed, "--state not-offered") == ["Fabrikam SARL"]
    addressed("send --state not-offered --yes")
    assert post.to == ["info@fabrikam.fr"]


def test_letters_go_to_all_with_a_tag_and_both_narrow_it_down(addressed: Shell) -> None:
    addressed("customers set fabrikam.fr tags=VIP")
    assert sends(addressed, "--tag vip") == ["Contoso Ltd", "Fabrikam SARL"]
    addressed("offer give contoso.com")
    assert sends(addressed, "--tag vip --state waiting") == ["Contoso Ltd"]
    assert sends(addressed, "--tag nobody") == []
    assert "No customer matches." in addressed("send --tag nobody --yes").err


def test_a_reminder_goes_to_whoever_follow_up_calls_due(addressed: Shell, post: PostOffice) -> None:
    addressed.today = addressed.today.replace(day=10)
    addressed(f"offer give {NAMES}")
    assert sends(addressed, "--due --what reminder") == []
    addressed.today = addressed.today.replace(day=22)
    addressed("follow-up phoned fabrikam.fr")
    assert len(sends(addressed, "--due --what reminder")) == 2
    assert sends(addressed, "--due --tag vip --what reminder") == ["Contoso Ltd"]
    addressed("send --due --what reminder --yes")
    assert post.to == [TO[0], TO[2]]
    assert "Nobody is due." in addressed("send --due --what reminder --yes").err


def test_names_come_out_of_a_pipe_as_a_list_prints_them(addressed: Shell) -> None:
    addressed("customers add Nameless --microsoft-id cccccccc-0000-4000-8000-000000000003")
    addressed("customers add Unknown")
    piped = addressed("customers list --names").out
    assert piped.splitlines() == [
        "contoso.com", "immo.example", "fabrikam.fr", "cccccccc-0000-4000-8000-000000000003", "#5",
    ]  # fmt: skip
    assert len(sends(addressed, "-", status=3, stdin=piped.encode())) == 5
    assert sends(addressed, "contoso.com -", stdin=b"\n fabrikam.fr \r\n\n") == [
        "Contoso Ltd", "Fabrikam SARL",
    ]  # fmt: skip
    assert addressed("customers list --tag north --names").out == "contoso.com\n"


def test_an_empty_pipe_is_nobody_and_not_everybody(addressed: Shell, post: PostOffice) -> None:
    assert sends(addressed, "-") == []
    post.recipient = lambda to: "451 4.7.1 greylisted"
    addressed("send contoso.com --yes", status=3)
    assert "Nothing is queued for these customers" in addressed("send - --resume --yes").err


@pytest.mark.parametrize("tag", ["", "  "])
@pytest.mark.parametrize(
    "command",
    [
        "send --yes", "send --state not-offered --yes", "send --due --what reminder --yes",
        "send --resume --yes", "offer prepare --apply", "customers list --names",
    ],
)  # fmt: skip
def test_an_empty_tag_is_a_mistake_and_not_everybody(
    addressed: Shell, post: PostOffice, tag: str, command: str
) -> None:
    """As when the variable of a script was never set."""
    post.recipient = lambda to: "451 4.7.1 greylisted"
    addressed("send contoso.com --yes", status=3)
    addressed(f"offer give {NAMES}")
    addressed.today = addressed.today + timedelta(days=8)
    post.recipient = lambda to: None
    ran = addressed(command, "--tag", tag, status=2)
    assert "The tag is empty." in ran.err and ran.out == ""
    assert post.mails == []


def test_nobody_goes_out_without_a_word_however_they_are_chosen(
    addressed: Shell, post: PostOffice
) -> None:
    assert "--yes" in addressed("send --tag vip", status=2).err
    assert "--yes" in addressed("send -", status=2, stdin=b"contoso.com\n").err
    assert post.mails == []


@pytest.mark.parametrize(
    "words",
    ["", "contoso.com --tag vip", "- --state waiting", "contoso.com --due", "--due --resume"],
)
def test_who_is_meant_is_said_in_one_way(addressed: Shell, words: str) -> None:
    addressed(f"send {words}", status=2)
    assert addressed("outbox list --json").json() == []
