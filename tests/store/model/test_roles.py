"""Roles, and the presets for Full and Limited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import BadInput
from store.model import roles
from store.model.access import Level
from store.model.partner import TENANT, LimitedAs
from store.model.roles import (
    LEVEL_OF,
    PRESET_NAMES,
    PRESET_PRICES,
    ROLES,
    Bundle,
    Preset,
    chosen_roles,
    preset_roles,
    role_name,
    why_not_extended,
)

OWN = "12345678-1234-4234-8234-123456789abc"


def test_every_role_has_a_template_id_and_a_name_of_its_own() -> None:
    assert all(TENANT.fullmatch(role) for role in ROLES)
    assert len({name.casefold() for name in ROLES.values()}) == len(ROLES)


@pytest.mark.parametrize("preset", Preset)
def test_every_preset_has_a_name_a_price_and_a_level(preset: Preset) -> None:
    assert PRESET_NAMES[preset] and PRESET_PRICES[preset]
    assert LEVEL_OF[preset] in (Level.FULL, Level.LIMITED)


@pytest.mark.parametrize(
    ("preset", "limited_as", "names"),
    [
        (Preset.FULL, LimitedAs.PASSWORD,
         ["User Administrator", "Domain Name Administrator",
          "Privileged Authentication Administrator", "Password Administrator",
          "Directory Readers"]),
        (Preset.FULL, LimitedAs.HELPDESK,
         ["User Administrator", "Domain Name Administrator",
          "Privileged Authentication Administrator", "Helpdesk Administrator",
          "Directory Readers"]),
        (Preset.FULL_LITERAL, LimitedAs.PASSWORD, ["Global Administrator"]),
        (Preset.LIMITED, LimitedAs.PASSWORD, ["Password Administrator", "Directory Readers"]),
        (Preset.LIMITED, LimitedAs.HELPDESK, ["Helpdesk Administrator", "Directory Readers"]),
        (Preset.LIMITED_LITERAL, LimitedAs.PASSWORD, ["Password Administrator"]),
        (Preset.LIMITED_LITERAL, LimitedAs.HELPDESK, ["Helpdesk Administrator"]),
    ],
)  # fmt: skip
def test_what_each_preset_asks_for(preset: Preset, limited_as: LimitedAs, names: list[str]) -> None:
    bundle = preset_roles(preset, limited_as)
    assert list(bundle.names) == names
    assert len(set(bundle.roles)) == len(bundle.roles)


@pytest.mark.parametrize("limited_as", LimitedAs)
def test_full_by_the_least_roles_lets_limited_in_too(limited_as: LimitedAs) -> None:
    limited = preset_roles(Preset.LIMITED, limited_as).roles
    assert set(limited) <= set(preset_roles(Preset.FULL, limited_as).roles)


@pytest.mark.parametrize("preset", Preset)
def test_only_a_global_administrator_cannot_extend(preset: Preset) -> None:
    bundle = preset_roles(preset)
    assert bundle.is_global is (preset is Preset.FULL_LITERAL)
    assert bool(why_not_extended(bundle)) is bundle.is_global


@pytest.mark.parametrize(
    ("named", "wanted"),
    [
        (["User Administrator"], (roles.USER_ADMINISTRATOR,)),
        (["  user ADMINISTRATOR "], (roles.USER_ADMINISTRATOR,)),
        ([roles.USER_ADMINISTRATOR.upper()], (roles.USER_ADMINISTRATOR,)),
        (["Directory Readers", "User Administrator", "directory readers"],
         (roles.DIRECTORY_READERS, roles.USER_ADMINISTRATOR)),
        ([OWN], (OWN,)),
    ],
)  # fmt: skip
def test_roles_are_chosen_by_name_or_id_each_once(
    named: list[str], wanted: tuple[str, ...]
) -> None:
    assert chosen_roles(named).roles == wanted


@pytest.mark.parametrize("named", [[], [""], ["  "], ["Company Administrator"], ["1234"]])
def test_what_is_no_role_is_refused(named: list[str]) -> None:
    with pytest.raises(BadInput) as refused:
        chosen_roles(named)
    assert refused.value.field == "roles"


@given(st.lists(st.sampled_from(sorted(ROLES)), min_size=1, max_size=6))
def test_names_lead_back_to_their_roles(wanted: list[str]) -> None:
    bundle = Bundle(tuple(dict.fromkeys(wanted)))
    assert chosen_roles(bundle.names) == bundle


@given(st.text(max_size=60))
def test_any_text_is_a_role_or_is_refused(text: str) -> None:
    try:
        (found,) = chosen_roles([text]).roles
    except BadInput:
        return
    assert TENANT.fullmatch(found)


def test_a_role_that_we_do_not_know_is_shown_as_it_is() -> None:
    assert role_name(OWN) == OWN
