"""The partner is set field by field, each by its own rule."""

from __future__ import annotations

import pytest

from store.actions import partner as actions
from store.actions.undo import undo
from store.desk import Desk
from store.errors import BadInput, Conflict
from store.model.partner import Certified, Cloud, FlowSetting, LimitedAs
from tests.store.actions.stories import contents
from tests.store.model.samples import OURS


def test_an_empty_desk_has_no_partner(desk: Desk) -> None:
    assert not desk.view.partner.is_set


def test_the_partner_is_set_and_then_changed_field_by_field(desk: Desk) -> None:
    receipt = actions.set_fields(
        desk,
        {
            "name": " Adatum ",
            "tenant": f"{{{OURS.upper()}}}",
            "cloud": "21vianet",
            "contact": "Anna",
            "mail": "partners@adatum.example",
            "phone": "+49 30 1234",
            "certified": "yes",
            "limited": "helpdesk",
            "flow": "overview",
            "operators": "anna=anna@adatum.example, zoe=zoe@adatum.example",
        },
    )
    assert str(receipt.message) == "Saved the partner Adatum."
    found = desk.view.partner
    assert (found.name, found.tenant, found.cloud) == ("Adatum", OURS, Cloud.CHINA)
    assert (found.contact, found.mail) == ("Anna", "partners@adatum.example")
    assert (found.certified, found.limited_as) == (Certified.YES, LimitedAs.HELPDESK)
    assert (found.phone, found.flow) == ("+49 30 1234", FlowSetting.OVERVIEW)
    assert found.operators == {"anna": "anna@adatum.example", "zoe": "zoe@adatum.example"}

    actions.set_fields(desk, {"operators": "luc=luc@adatum.example", "certified": ""}, rev=1)
    changed = desk.view.partner
    assert changed.operators == {"luc": "luc@adatum.example"}
    assert changed.certified is Certified.UNANSWERED
    assert (changed.name, changed.tenant, changed.rev) == ("Adatum", OURS, 2)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "  "),
        ("name", "Ada\x1btum"),
        ("tenant", "adatum.example"),
        ("tenant", OURS[:-1]),
        ("cloud", ""),
        ("cloud", "Worldwide"),
        ("cloud", "mars"),
        ("contact", "An\u202ena"),
        ("contact", "x" * 4_001),
        ("mail", "anna"),
        ("mail", "anna@adatum.example, eve@evil.example"),
        ("phone", "1\x002"),
        ("certified", "maybe"),
        ("limited", ""),
        ("limited", "full"),
        ("flow", "sideways"),
        ("operators", "anna"),
        ("operators", "=anna@adatum.example"),
        ("operators", "anna=anna"),
        ("operators", "anna=anna@adatum.example, zoe="),
        ("theme", "dark"),
        ("rev", "7"),
        ("limited_as", "helpdesk"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_kept(partner: Desk, field: str, value: str) -> None:
    before = contents(partner)
    with pytest.raises(BadInput) as refusal:
        actions.set_fields(partner, {"phone": "110", field: value})
    assert refusal.value.field == field
    assert contents(partner) == before


def test_a_line_break_becomes_a_space_and_is_reported(partner: Desk) -> None:
    receipt = actions.set_fields(partner, {"contact": "Anna\nLindqvist"})
    assert [str(note) for note in receipt.notes] == ["Contact: a line break became a space."]
    assert partner.view.partner.contact == "Anna Lindqvist"


def test_a_form_that_somebody_overtook_is_told_so_and_sees_theirs(partner: Desk) -> None:
    actions.set_fields(partner, {"phone": "110"}, rev=1)
    with pytest.raises(Conflict) as conflict:
        actions.set_fields(partner, {"phone": "112"}, rev=1)
    assert conflict.value.theirs["phone"] == "110"
    assert partner.view.partner.phone == "110"


def test_two_forms_on_an_empty_store_do_not_overwrite_each_other(desk: Desk) -> None:
    actions.set_fields(desk, {"name": "Adatum"}, rev=0)
    with pytest.raises(Conflict):
        actions.set_fields(desk, {"name": "Fabrikam"}, rev=0)
    assert desk.view.partner.name == "Adatum"


def test_a_partner_that_was_undone_can_be_set_again(desk: Desk) -> None:
    undo(desk, actions.set_fields(desk, {"name": "Adatum"}))
    assert not desk.view.partner.is_set
    actions.set_fields(desk, {"name": "Fabrikam"})
    assert desk.view.partner.name == "Fabrikam"
    assert len(desk.view.tables.table("partner")) == 1


def test_who_is_at_the_keyboard_is_looked_up_in_the_partner(partner: Desk) -> None:
    assert partner.operator.member(partner.view.partner) == ""
    actions.set_fields(partner, {"operators": "anna=anna.l@adatum.example"})
    assert partner.operator.member(partner.view.partner) == "anna.l@adatum.example"
