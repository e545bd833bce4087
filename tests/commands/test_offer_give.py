"""Giving an offer: to one or several, with the customer's own link, and every refusal."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.commands.shell import GRANULAR, OTHER_GRANULAR, TENANT, Shell

CHINA_NOTE = (
    "This article applies only to Office 365 operated by 21Vianet in China. This feature is only "
    "available for Microsoft Office 365 operated by 21Vianet partners who are certified to offer "
    "delegated administration."
)
NOTE = (
    "This feature is only available for Microsoft Cloud partners who are certified to offer "
    "delegated administration."
)
TRIAL_LINK = "https://admin.microsoft.com/Commerce/Trial.aspx?offerId=abc"


def record(shell: Shell, customer: str = "contoso.com") -> dict[str, Any]:
    found: dict[str, Any] = shell(f"customers show {customer} --json").json()
    return found


def given_to(shell: Shell) -> int:
    found = shell("customers list --json").json()
    return sum(customer["state"] != "not-offered" for customer in found)


def test_a_given_offer_waits_from_the_day_it_was_given(office: Shell) -> None:
    ran = office("offer give contoso.com --how saved")
    assert ran.out == "Recorded the Delegated administration offer as given to Contoso Ltd.\n"
    found = record(office)
    assert (found["state"], found["day"], found["since"]) == ("waiting", 1, "2026-11-22")
    assert (found["answer_by"], found["ends"]) == (None, None)
    (event,) = found["timeline"]
    assert event["how"] == "saved as a file"
    assert (event["on"], event["what"], event["by"]) == ("2026-11-22", "given", "anna")


def test_giving_it_again_goes_on_counting_the_days(office: Shell) -> None:
    office("offer give contoso.com")
    office.today = office.today.replace(day=24)
    office("offer give contoso.com --how mailed")
    found = record(office)
    assert (found["day"], found["since"]) == (3, "2026-11-22")
    assert [event["on"] for event in found["timeline"]] == ["2026-11-22", "2026-11-24"]


def test_a_link_of_its_own_counts_from_the_day_it_was_made(office: Shell) -> None:
    office(f"offer give contoso.com --link '{GRANULAR}' --made 2026-11-02 --days 300")
    found = record(office)
    assert (found["state"], found["day"]) == ("waiting", 21)
    assert found["answer_by"] == "2027-01-30"
    (line,) = [line for line in office("customers list").lines if line.startswith("Contoso")]
    assert re.search(r"waiting, day 21.{1,4}90  2026-11-22  2027-01-30$", line)


@pytest.mark.parametrize(("options", "ends"), [("", "2027-09-18"), ("--auto-extend", None)])
def test_a_granted_link_of_its_own_ends_after_its_days_unless_it_extends_itself(
    office: Shell, options: str, ends: str | None
) -> None:
    office(f"offer give contoso.com --link '{GRANULAR}' --made 2026-11-02 --days 300 {options}")
    office("consent record contoso.com granted")
    assert (record(office)["state"], record(office)["ends"]) == ("active", ends)


def test_a_link_of_its_own_lapses_by_itself_after_ninety_days(office: Shell) -> None:
    office(f"offer give contoso.com --link '{GRANULAR}' --made 2026-08-25")
    assert record(office)["day"] == 90
    office.today = office.today.replace(day=23)
    assert record(office)["state"] == "lapsed"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (f"contoso.com --link '{GRANULAR}'", "needs the day it was finalised"),
        (f"contoso.com --link '{GRANULAR}' --made 20.11.2026", "20.11.2026 is not a date."),
        (f"contoso.com --link '{GRANULAR}' --made 2026-02-30", "2026-02-30 is not a date."),
        (f"contoso.com --link '{GRANULAR}' --made 2026-11-23", "finalised in the future"),
        (f"contoso.com --link '{GRANULAR}' --made 2026-11-20 --days 731", "from 1 to 730 days"),
        (f"contoso.com --link '{GRANULAR}' --made 2026-11-20 --days 0", "from 1 to 730 days"),
        (f"contoso.com --link '{GRANULAR}' --made 2026-11-20 --days ten", "'ten'"),
        (f"contoso.com --link '{TRIAL_LINK}' --made 2026-11-20", "not a customer's own"),
        (
            f"contoso.com fabrikam.fr --link '{GRANULAR}' --made 2026-11-20",
            "A granular link is for one customer.",
        ),
        (
            "contoso.com --link https://evil.example/x --made 2026-11-20",
            "its host is not one of this partner's cloud",
        ),
        ("contoso.com --made 2026-11-20", "belong to a --link"),
        ("contoso.com --days 365", "belong to a --link"),
        ("contoso.com --auto-extend", "belong to a --link"),
        ("contoso.com --how earlier", "'earlier' is not one of"),
        ("contoso.com --kind gift", "'gift' is not one of"),
        ("", "Missing argument 'C…'"),
    ],
)
def test_what_cannot_be_is_refused_and_nobody_was_given_anything(
    office: Shell, words: str, reason: str
) -> None:
    ran = office(f"offer give {words}", status=2)
    assert reason in ran.err
    assert given_to(office) == 0


@pytest.mark.parametrize("words", ["--link ''", "--days 0"])
def test_an_option_that_came_out_empty_does_not_give_another_offer_instead(
    office: Shell, words: str
) -> None:
    office(f"offer give contoso.com {words}", status=2)
    assert given_to(office) == 0


def test_one_granular_link_is_never_given_to_two_customers(office: Shell) -> None:
    office(f"offer give contoso.com --link '{GRANULAR}' --made 2026-11-20")
    ran = office(f"offer give fabrikam.fr --link '{GRANULAR}' --made 2026-11-20", status=2)
    assert "Contoso Ltd has this link already" in ran.err
    office(f"offer give fabrikam.fr --link '{OTHER_GRANULAR}' --made 2026-11-20")
    assert given_to(office) == 2


def test_without_a_link_nothing_is_recorded_as_given(office: Shell) -> None:
    ran = office("offer give contoso.com --kind purchase", status=2)
    assert "Contoso Ltd: there is no link to give yet." in ran.err
    assert "partnerdesk offer set --link" in ran.err
    assert record(office)["timeline"] == []


def test_a_trial_can_be_given_once_its_link_is_pasted(office: Shell) -> None:
    office(f"offer set trial --link '{TRIAL_LINK}'")
    ran = office("offer give contoso.com --kind trial")
    assert ran.out == "Recorded the Trial invitation as given to Contoso Ltd.\n"
    assert record(office)["timeline"][0]["offer"] == "Trial invitation"


def test_a_trial_without_delegation_leaves_the_consent_where_it_is(office: Shell) -> None:
    office(f"offer set trial --link '{TRIAL_LINK}' --no-delegation")
    office("offer give contoso.com --kind trial")
    assert record(office)["state"] == "not-offered"
    assert len(record(office)["timeline"]) == 1


def test_before_the_partner_is_set_nothing_can_be_given(shell: Shell) -> None:
    shell("customers add Contoso")
    ran = shell("offer give Contoso", status=4)
    assert (
        "partnerdesk: Not allowed: The Delegated administration offer cannot be given: " in ran.err
    )
    assert "The partner is not set yet" in ran.err
    assert "partnerdesk partner show" in ran.err


def test_while_nobody_said_whether_the_partner_is_certified_nothing_can_be_given(
    office: Shell,
) -> None:
    office("partner set certified=")
    ran = office("offer give contoso.com", status=4)
    assert "It is not said yet whether the partner is certified" in ran.err


@pytest.mark.parametrize(
    ("cloud", "note", "other"),
    [("worldwide", NOTE, CHINA_NOTE), ("us-government", NOTE, CHINA_NOTE),
     ("21vianet", CHINA_NOTE, NOTE)],
)  # fmt: skip
def test_a_partner_that_is_not_certified_reads_its_clouds_note(
    office: Shell, cloud: str, note: str, other: str
) -> None:
    office(f"partner set certified=no cloud={cloud}")
    ran = office("offer give contoso.com", status=4)
    assert note in ran.err
    assert other not in ran.err
    assert given_to(office) == 0


def test_a_trial_without_delegation_needs_no_certificate(office: Shell) -> None:
    office("partner set certified=no")
    office(f"offer set trial --link '{TRIAL_LINK}' --no-delegation")
    office("offer give contoso.com --kind trial")
    office("offer set trial --delegation")
    office("offer give contoso.com --kind trial", status=4)


def test_an_operator_without_administrative_access_gives_no_trials(office: Shell) -> None:
    office(f"offer set trial --link '{TRIAL_LINK}'")
    office("users add omar@adatum.example 'Omar Haddad'")
    office("partner set operators=anna=omar@adatum.example")
    ran = office("offer give contoso.com --kind trial", status=4)
    assert "Omar Haddad has no administrative access to companies you support" in ran.err
    office("users set omar@adatum.example --access yes --level limited")
    office("offer give contoso.com --kind trial")
    office("offer give fabrikam.fr")


def test_the_tenant_in_a_classic_link_stays_the_partners(office: Shell) -> None:
    office("offer give contoso.com")
    letter = office("offer show --link-only --customer contoso.com").out
    assert f"partnerId={TENANT}" in letter


def test_an_offer_beside_a_consent_that_holds_asks_for_a_new_one_and_every_list_says_so(
    office: Shell,
) -> None:
    office("consent record contoso.com granted")
    ran = office("offer give contoso.com")
    assert ran.err == "The consent of Contoso Ltd holds; this asks for a new one beside it.\n"
    shown = office("customers show contoso.com")
    assert "Consent: active 2026-11-22" in shown.lines
    assert "Note: A new consent is asked for since 2026-11-22, and waited for." in shown.lines
    found = office("customers show contoso.com --json").json()
    assert (found["state"], found["asked_again"]) == ("active", "2026-11-22")
    assert "request for a new consent" in office("follow-up").out
    office("consent record contoso.com granted")
    found = office("customers show contoso.com --json").json()
    assert (found["state"], found["asked_again"]) == ("active", None)
