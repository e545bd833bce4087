"""Who we are: every field of the partner can be set, shown, and is refused when it cannot be."""

from __future__ import annotations

import pytest

from tests.commands.shell import TENANT, Shell


def test_a_partner_that_was_never_set_says_how(shell: Shell) -> None:
    ran = shell("partner show")
    assert ran.lines[0].split() == ["Field", "Value"]
    assert "The partner is not set yet: partnerdesk partner set name=" in ran.err
    assert shell("partner show --json").json()["name"] == ""


def test_every_field_that_is_set_is_shown(shell: Shell) -> None:
    ran = shell(
        f"partner set name=Adatum tenant={{{TENANT.upper()}}} cloud=us-government contact=Anna "
        "mail=anna@adatum.example phone='+1 555 0100' certified=yes limited=helpdesk "
        "flow=overview 'operators=anna=anna@adatum.example, zoe=zoe@adatum.example'"
    )
    assert ran.out == "Saved the partner Adatum.\n"
    record = shell("partner show --json").json()
    assert record["tenant"] == TENANT
    assert (record["cloud"], record["certified"]) == ("us-government", "yes")
    assert (record["limited_as"], record["flow"]) == ("helpdesk", "overview")
    assert (record["contact"], record["phone"]) == ("Anna", "+1 555 0100")
    assert record["operators"] == {"anna": "anna@adatum.example", "zoe": "zoe@adatum.example"}

    table = [line.partition("  ") for line in shell("partner show").lines]
    values = {name: value.strip() for name, _, value in table}
    assert values["Cloud"] == "US Government L4 (GCC High)"
    assert "helpdesk administrator" in values.values()
    assert values["Operators"] == "anna=anna@adatum.example, zoe=zoe@adatum.example"


def test_setting_one_field_leaves_the_others(partner: Shell) -> None:
    partner("partner set phone=123")
    record = partner("partner show --json").json()
    assert (record["phone"], record["name"]) == ("123", "Adatum Cloud Services")


def test_limited_administration_in_the_letter_is_what_the_partner_says(partner: Shell) -> None:
    assert "what a password administrator can do" in partner("offer show").out
    partner("partner set limited=helpdesk")
    assert "what a helpdesk administrator can do" in partner("offer show").out


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("name=", "The partner needs a name."),
        ("tenant=1234", "1234 is not a tenant ID."),
        ("cloud=moon", "moon is none of the choices."),
        ("certified=maybe", "Choose one of yes, no."),
        ("limited=all", "Choose one of password, helpdesk."),
        ("flow=fast", "Choose one of auto, overview, business."),
        ("mail=nobody", "nobody is not a mail address."),
        ("operators=anna", "anna is not login=user."),
        ("operators=anna=anna", "anna is not a user principal name."),
        ("colour=red", "A partner has no field colour."),
        ("name", "name is not KEY=VALUE."),
        ("'contact=a\x1bb'", "Contact: the control character U+001B"),
        ("", "Missing argument 'KEY=VALUE…'"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    partner: Shell, words: str, reason: str
) -> None:
    before = partner("partner show --json").out
    ran = partner(f"partner set {words and 'phone=1 '}{words}", status=2)
    assert reason in ran.err
    assert partner("partner show --json").out == before
