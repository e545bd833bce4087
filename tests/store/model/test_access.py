"""What a member may do follows from the setting and the level, both together."""

from __future__ import annotations

import pytest

from store.errors import BadInput
from store.model.access import (
    ALLOWS,
    LEVEL_NAMES,
    Level,
    Member,
    Task,
    level_meaning,
    upn,
    why_no_trials,
)
from store.model.partner import LimitedAs


@pytest.mark.parametrize(
    ("access", "level", "tasks"),
    [
        (True, Level.FULL, {Task.ADD_USER, Task.RESET_PASSWORD, Task.ADD_DOMAIN}),
        (True, Level.LIMITED, {Task.RESET_PASSWORD}),
        (True, Level.NONE, set()),
        (False, Level.FULL, set()),
        (False, Level.LIMITED, set()),
        (False, Level.NONE, set()),
    ],
)
def test_a_level_counts_only_with_administrative_access(
    access: bool, level: Level, tasks: set[Task]
) -> None:
    assert Member(1, "zoe@fabrikam.example", access=access, level=level).tasks == tasks


@pytest.mark.parametrize("limited_as", LimitedAs)
def test_full_administration_means_the_same_to_every_partner(limited_as: LimitedAs) -> None:
    assert "global administrator role" in level_meaning(Level.FULL, limited_as)


@pytest.mark.parametrize(
    ("limited_as", "role", "other"),
    [
        (LimitedAs.PASSWORD, "password administrator role", "helpdesk administrator role"),
        (LimitedAs.HELPDESK, "helpdesk administrator role", "password administrator role"),
    ],
)
def test_limited_administration_means_what_the_partner_set(
    limited_as: LimitedAs, role: str, other: str
) -> None:
    meaning = level_meaning(Level.LIMITED, limited_as)
    assert role in meaning
    assert other not in meaning


def test_both_levels_have_a_name_and_say_what_they_allow() -> None:
    assert set(LEVEL_NAMES) == set(ALLOWS) == {Level.FULL, Level.LIMITED}


@pytest.mark.parametrize("level", Level)
def test_without_administrative_access_there_are_no_trial_invitations(level: Level) -> None:
    zoe = Member(1, "zoe@fabrikam.example", "Zoé", access=False, level=level)
    assert str(why_no_trials(zoe)).startswith("Zoé has no administrative access")
    nameless = Member(1, "zoe@fabrikam.example", access=False)
    assert str(why_no_trials(nameless)).startswith("zoe@fabrikam.example has no ")


@pytest.mark.parametrize("level", [Level.FULL, Level.LIMITED])
def test_either_level_opens_trial_invitations(level: Level) -> None:
    assert why_no_trials(Member(1, "zoe@fabrikam.example", access=True, level=level)) is None


def test_an_operator_who_is_no_member_is_not_restricted() -> None:
    assert why_no_trials(None) is None


@pytest.mark.parametrize(
    "value", ["zoe@fabrikam.com", " Zoe.M-1+x_y'z@sub.fabrikam.co.example ", "z@x.onmicrosoft.com"]
)
def test_a_user_principal_name_is_taken(value: str) -> None:
    assert upn(value) == value.strip()


@pytest.mark.parametrize(
    "value",
    [
        "",
        "zoe",
        "zoe@",
        "@fabrikam.com",
        "zoe@fabrikam",
        "zoe@fabrikam.com\nx",
        "zoe@fabri kam.com",
        "zoe@@fabrikam.com",
        "zoë@fabrikam.com",
        "<zoe@fabrikam.com>",
        f"{'x' * 65}@fabrikam.com",
        f"zoe@{'x.' * 127}com",
    ],
)
def test_what_is_no_user_principal_name_is_refused(value: str) -> None:
    with pytest.raises(BadInput) as refusal:
        upn(value)
    assert refusal.value.field == "upn"
