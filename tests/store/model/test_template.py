"""What a relationship is made of: kept, read back, and checked as Microsoft would."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import BadInput
from store.model import roles
from store.model.access import Level
from store.model.invitation import LONGEST_DAYS
from store.model.naming import DEFAULT_PATTERN
from store.model.partner import LimitedAs
from store.model.roles import Preset
from store.model.template import Template

PASSWORD, HELPDESK = LimitedAs.PASSWORD, LimitedAs.HELPDESK
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
NAMES = st.sampled_from(["preset", "roles", "days", "auto_extend", "pattern"])


def test_the_usual_one_is_full_by_the_least_roles_for_as_long_as_can_be() -> None:
    usual = Template()
    assert (usual.preset, usual.days, usual.auto_extend) == ("full", LONGEST_DAYS, False)
    assert (usual.level, usual.pattern) == (Level.FULL, DEFAULT_PATTERN)
    assert usual.checked(PASSWORD) == usual


@given(
    st.builds(
        Template,
        preset=st.sampled_from([preset.value for preset in Preset]),
        chosen=st.just(()),
        days=st.integers(1, LONGEST_DAYS),
        auto_extend=st.booleans(),
        pattern=st.sampled_from([DEFAULT_PATTERN, "{customer}", "GDAP-{date}"]),
    )
)
def test_what_is_kept_is_read_back(template: Template) -> None:
    assert Template.from_document(dict(template.as_document())) == template


def test_chosen_roles_are_kept_and_have_no_level() -> None:
    template = Template(preset="", chosen=(roles.DIRECTORY_READERS,))
    read = Template.from_document(dict(template.as_document()))
    assert read == template
    assert read.level is Level.NONE
    assert read.roles(PASSWORD).names == ("Directory Readers",)


@given(st.dictionaries(NAMES, ODD) | ODD)
def test_whatever_somebody_put_into_the_store_is_read(found: Any) -> None:
    template = Template.from_document(found)
    try:
        checked = template.checked(PASSWORD)
    except BadInput:
        return
    assert checked.roles(PASSWORD).roles
    assert 1 <= checked.days <= LONGEST_DAYS


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"days": 0}, "days"),
        ({"days": -1}, "days"),
        ({"days": LONGEST_DAYS + 1}, "days"),
        ({"preset": ""}, "roles"),
        ({"preset": "unheard-of"}, "roles"),
        ({"preset": "full-literal", "auto_extend": True}, "auto_extend"),
        ({"preset": "", "chosen": (roles.GLOBAL_ADMINISTRATOR,), "auto_extend": True},
         "auto_extend"),
        ({"pattern": "{who}"}, "pattern"),
    ],
)  # fmt: skip
def test_what_microsoft_would_refuse_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        Template(**changes).checked(PASSWORD)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "changes",
    [
        {"days": 1},
        {"days": LONGEST_DAYS},
        {"preset": "full", "auto_extend": True},
        {"preset": "full-literal"},
        {"preset": "limited-literal", "auto_extend": True},
        {"preset": "", "chosen": (roles.GLOBAL_ADMINISTRATOR,)},
    ],
)
def test_what_microsoft_takes_is_taken(changes: dict[str, Any]) -> None:
    Template(**changes).checked(PASSWORD)


def test_no_pattern_is_the_usual_one() -> None:
    assert Template(pattern="").checked(PASSWORD).pattern == DEFAULT_PATTERN


def test_limited_is_what_the_partner_has_set_it_to_be() -> None:
    limited = Template(preset="limited-literal")
    assert limited.roles(PASSWORD).names == ("Password Administrator",)
    assert limited.roles(HELPDESK).names == ("Helpdesk Administrator",)
