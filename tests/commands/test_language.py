"""Which language the interface speaks, and that an unknown one ends in English."""

from __future__ import annotations

import re

import pytest

from tests.commands.shell import process
from tui import language


@pytest.mark.parametrize(
    ("environment", "setting", "chosen"),
    [
        ({}, "", "en"),
        ({"LANG": "fr_FR.UTF-8"}, "", "fr"),
        ({"LANG": "fr"}, "", "fr"),
        ({"LANG": "fr_CA"}, "", "fr"),
        ({"LANG": "fr.UTF-8"}, "", "fr"),
        ({"LANG": "C"}, "", "en"),
        ({"LANG": "POSIX"}, "", "en"),
        ({"LANG": "de_DE.UTF-8"}, "", "en"),
        ({"LANG": "frp_IT"}, "", "en"),
        ({"LC_MESSAGES": "fr_FR.UTF-8", "LANG": "en_US.UTF-8"}, "", "fr"),
        ({"LC_ALL": "C", "LC_MESSAGES": "fr_FR", "LANG": "fr_FR.UTF-8"}, "", "en"),
        ({"LC_ALL": "fr_FR.UTF-8", "LANG": "C"}, "", "fr"),
        ({"LC_ALL": "", "LANG": "fr_FR.UTF-8"}, "", "fr"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "fr"}, "", "fr"),
        ({"LANG": "fr_FR.UTF-8", "LANGUAGE": "de:en_GB:fr"}, "", "en"),
        ({"LANG": "fr_FR.UTF-8", "LANGUAGE": "de"}, "", "fr"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "fr"}, "", "en"),
        ({"LANGUAGE": "fr"}, "", "en"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "fr"}, "en", "en"),
        ({"LANG": "en_US.UTF-8"}, "fr", "fr"),
        ({"LANG": "fr_FR.UTF-8"}, "en", "en"),
        ({"PARTNERDESK_LANGUAGE": "fr"}, "en", "fr"),
        ({"PARTNERDESK_LANGUAGE": "fr", "LC_ALL": "en_US.UTF-8"}, "", "fr"),
        ({"PARTNERDESK_LANGUAGE": "en", "LC_ALL": "fr_FR.UTF-8"}, "fr", "en"),
        ({"PARTNERDESK_LANGUAGE": "FR-ca"}, "", "fr"),
        ({"PARTNERDESK_LANGUAGE": "", "LANG": "fr_FR"}, "", "fr"),
        ({"PARTNERDESK_LANGUAGE": "tlh"}, "", "en"),
        ({"PARTNERDESK_LANGUAGE": "tlh"}, "fr", "fr"),
        ({"PARTNERDESK_LANGUAGE": "tlh", "LANG": "de_DE"}, "tlh", "en"),
    ],
)
def test_what_is_nearest_to_the_operator_chooses_the_language(
    environment: dict[str, str], setting: str, chosen: str
) -> None:
    assert language.choose(environment, setting) == chosen


def test_a_language_without_a_catalogue_is_spoken_in_english() -> None:
    language.install("tlh")
    assert language.say("Added {name}.", name="Contoso") == "Added Contoso."


def test_a_command_in_an_unknown_language_speaks_english() -> None:
    ran = process("customers", "add", "Contoso", environment={"PARTNERDESK_LANGUAGE": "tlh"})
    assert ran.out == "Added Contoso.\n"


def test_a_number_is_called_so_wherever_one_is_asked_for() -> None:
    ran = process("send", "--pace", "x", status=2)
    assert "'x' is not a valid integer." in ran.err
    assert "RANGE" not in process("send", "--help").out


def test_numbers_are_grouped_as_the_language_groups_them() -> None:
    language.install("en")
    assert language.number(12_345) == "12,345"
    language.install("fr")
    assert re.fullmatch(r"12\s345", language.number(12_345))
