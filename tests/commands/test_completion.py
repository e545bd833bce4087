"""Shell completion: the scripts, and what a shell is told when it asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.shell import Shell, process


def completed(*words: str, status: int = 0) -> list[str]:
    """What bash is offered for the last of these words."""
    ran = process(
        environment={
            "_PARTNERDESK_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(("partnerdesk", *words)),
            "COMP_CWORD": str(len(words)),
        },
        status=status,
    )
    assert ran.err == ""
    return [line.partition(",")[2] for line in ran.lines if line]


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script_that_asks_us(shell: Shell, name: str) -> None:
    ran = shell(f"completion {name}")
    assert "_PARTNERDESK_COMPLETE" in ran.out
    assert f"{name}_complete" in ran.out
    assert ran.err == ""


def test_another_shell_has_none(shell: Shell) -> None:
    ran = shell("completion tcsh", status=2)
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'." in ran.err
    assert ran.out == ""


def test_commands_and_their_options_are_completed() -> None:
    assert completed("c") == ["customers", "consent", "completion"]
    assert completed("customers", "ex") == ["export"]
    assert completed("customers", "list", "--s") == ["--state", "--search"]
    assert "not-offered" in completed("customers", "list", "--state", "")


def test_customers_are_completed_by_domain_and_by_name_where_they_have_none(
    office: Shell,
) -> None:
    office("customers add Nameless")
    office("customers archive immo.example")
    assert completed("customers", "show", "con") == ["contoso.com"]
    assert completed("customers", "show", "") == ["contoso.com", "fabrikam.fr", "Nameless"]
    assert completed("offer", "give", "contoso.com", "FAB") == ["fabrikam.fr"]
    assert completed("offer", "show", "--customer", "f") == ["fabrikam.fr"]


def test_users_are_completed_by_user_name(office: Shell) -> None:
    office("users add zoe@adatum.example Zoé")
    assert completed("users", "show", "z") == ["zoe@adatum.example"]


def test_completion_looks_into_the_store_that_the_line_names(office: Shell, tmp_path: Path) -> None:
    other = str(tmp_path / "other")
    office(f"--store {other} customers add Woodgrove --domain wood.example")
    assert completed("--store", other, "customers", "show", "") == ["wood.example"]


def test_where_no_store_is_nothing_is_offered_and_none_is_made(shell: Shell) -> None:
    assert completed("customers", "show", "") == []
    assert not shell.store.exists()


def test_in_an_empty_folder_nothing_is_offered_and_no_store_is_made(shell: Shell) -> None:
    shell.store.mkdir(parents=True, mode=0o700)
    assert completed("customers", "show", "") == []
    assert list(shell.store.iterdir()) == []


def test_a_damaged_store_does_not_talk_into_the_prompt(office: Shell) -> None:
    journal = office.store / "journal.1.jsonl"
    lines = journal.read_bytes().split(b"\n")
    lines[3] = lines[3].replace(b"fabrikam", b"fabricam")
    journal.write_bytes(b"\n".join(lines))
    assert completed("customers", "show", "") == ["contoso.com"]
