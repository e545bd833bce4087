"""What trials and purchases are for: said, listed, and kept with what was given."""

from __future__ import annotations

import pytest

from tests.commands.shell import Shell

TRIAL_LINK = "https://admin.microsoft.com/Commerce/Trial.aspx?offerId=abc"
PURCHASE_LINK = "https://admin.microsoft.com/Commerce/Purchase.aspx?offerId=1"


def listed(shell: Shell, kind: str, name: str | None = None) -> dict[str, object]:
    found = shell(f"offer list --kind {kind} --json").json()
    return next(offer for offer in found if offer["name"] == name)


def test_a_purchase_offer_names_its_office_country_and_subscriptions(partner: Shell) -> None:
    partner(
        f"offer set purchase --office 'Paris La Défense' --location France --link {PURCHASE_LINK} "
        "--subscription 'Microsoft 365 E3=50' --subscription 'Power BI Pro = 5' --summary-id P-77"
    )
    assert listed(partner, "purchase") == {
        "kind": "purchase",
        "name": None,
        "office": "Paris La Défense",
        "location": "FR",
        "subscriptions": [
            {"name": "Microsoft 365 E3", "licences": 50},
            {"name": "Power BI Pro", "licences": 5},
        ],
        "delegation": True,
        "link": PURCHASE_LINK,
        "summary_id": "P-77",
    }
    (line,) = [line for line in partner("offer list").lines if "Purchase" in line]
    assert "50 × Microsoft 365 E3, 5 × Power BI Pro  France" in line


def test_a_trial_comes_with_twenty_five_licences_unless_said_otherwise(partner: Shell) -> None:
    partner("offer set trial --subscription 'Microsoft 365 E3'")
    assert listed(partner, "trial")["subscriptions"] == [
        {"name": "Microsoft 365 E3", "licences": 25}
    ]
    partner("offer set trial --subscription 'A=B plan=10'")
    assert listed(partner, "trial")["subscriptions"] == [{"name": "A=B plan", "licences": 10}]
    partner("offer set trial --subscription ''")
    assert listed(partner, "trial")["subscriptions"] == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("trial --subscription A --subscription B", "A trial invitation is for one subscription."),
        ("purchase --subscription A", "A: how many licences?"),
        ("purchase --subscription A=0", "A: 0 licences are not offered."),
        ("purchase --subscription A=10001", "A: 10,001 licences are not offered."),
        ("purchase --subscription A=many", "many is not a number of licences."),
        ("purchase --subscription A=-1", "-1 is not a number of licences."),
        ("purchase --subscription A=", "is not a number of licences."),
        ("purchase --subscription A=1 --subscription a=2", "a is in the offer twice."),
        ("purchase --subscription a=1 --subscription A=2", "A is in the offer twice."),
        ("purchase --subscription =5", "Subscription is missing."),
        (f"trial --subscription {'x' * 257}", "257 characters, and 256 is the most"),
        ("trial --office 'a\x1b[2Jb'", "Partner office: the control character U+001B"),
        ("trial --location XX", "XX is no country code."),
        ("trial --location ger", "ger can mean Germany (DE)"),
        ("trial --name 'a\x07b' --office Paris", "Name: the control character U+0007"),
        ("delegated --office Paris", "is for no subscription"),
        ("delegated --subscription A=1", "is for no subscription"),
        ("purchase " + " ".join(f"--subscription A{n}=1" for n in range(21)),
         "A purchase offer is for 20 subscriptions at most."),
    ],
)  # fmt: skip
def test_what_no_offer_can_be_for_is_refused(partner: Shell, words: str, reason: str) -> None:
    ran = partner(f"offer set {words}", status=2)
    assert reason in ran.err
    for offer in partner("offer list --json").json():
        assert not (offer["name"] or offer["office"] or offer["location"])
        assert offer["subscriptions"] == []


def test_several_offers_of_a_kind_are_told_apart_by_name(office: Shell) -> None:
    office(f"offer set trial --link {TRIAL_LINK} --subscription 'Microsoft 365 E3'")
    office(
        f"offer set trial --name Voice --link {TRIAL_LINK}2 --subscription 'Teams Phone=10' "
        "--summary-id T-2"
    )
    assert office("offer show --kind trial --link-only").out.strip() == TRIAL_LINK
    assert office("offer show --kind trial --offer voice --link-only").out.strip() == (
        f"{TRIAL_LINK}2"
    )
    office("offer give contoso.com --kind trial")
    ran = office("offer give contoso.com --kind trial --offer voice --how mailed")
    assert ran.out == "Recorded the Trial invitation “Voice” as given to Contoso Ltd.\n"
    given = office("customers show contoso.com --json").json()["timeline"]
    assert [event["offer"] for event in given] == [
        "Trial invitation",
        "Trial invitation “Voice”",
    ]


def test_an_offer_that_is_not_there_is_not_given(office: Shell) -> None:
    office("offer set trial --name Voice --office Paris")
    ran = office("offer give contoso.com --kind trial --offer Voise", status=2)
    assert "No Trial invitation is called Voise." in ran.err
    assert "There are Voice." in ran.err
    ran = office("offer show --kind purchase --offer Voice", status=2)
    assert "See: partnerdesk offer list" in ran.err


def test_a_named_offer_can_be_taken_away_and_the_plain_one_not(office: Shell) -> None:
    office(f"offer set trial --name Voice --link {TRIAL_LINK}")
    office("offer give contoso.com --kind trial --offer Voice")
    assert office("offer remove trial voice").out == "Removed the offer Voice.\n"
    assert [offer["name"] for offer in office("offer list --kind trial --json").json()] == [None]
    assert office("customers show contoso.com --json").json()["state"] == "waiting"
    office("offer remove trial ''", status=2)
    office("offer remove trial Voice", status=2)


def test_offers_of_other_kinds_are_no_templates(office: Shell) -> None:
    office("offer set trial --name Voice --office Paris")
    office("offer template Helpdesk --preset limited")
    assert [found["name"] for found in office("offer template --json").json()] == ["", "Helpdesk"]
    office("offer prepare --offer Voice contoso.com", status=2)


def test_taking_a_trial_without_delegation_is_an_answer_of_its_own(office: Shell) -> None:
    office(f"offer set trial --link {TRIAL_LINK} --no-delegation")
    office("offer give contoso.com --kind trial")
    ran = office("consent record contoso.com took")
    assert ran.out == "Recorded for Contoso Ltd: took it.\n"
    assert office("customers show contoso.com --json").json()["state"] == "not-offered"
    ran = office("consent record fabrikam.fr took", status=2)
    assert "without delegation" in ran.err


def test_the_country_that_was_understood_is_said(partner: Shell) -> None:
    assert partner("offer set trial --location FR").err == ""
    assert partner("offer set trial --location spai").err == "Usage location: Spain (ES)\n"
    ran = partner("offer set trial --location uk", status=2)
    assert "uk is no country code." in ran.err
    (trial,) = partner("offer list --kind trial --json").json()
    assert trial["location"] == "ES"
