"""A customer is found by its Microsoft ID, domain, name or alias, and by nothing less."""

from __future__ import annotations

import pytest

from tests.commands.shell import CONTOSO, Shell


@pytest.mark.parametrize(
    "named",
    [
        CONTOSO,
        CONTOSO.upper(),
        "contoso.com",
        "CONTOSO.com",
        "Contoso Ltd",
        "contoso ltd",
        " Contoso Ltd ",
        "Toys",
        "toys",
    ],
)
def test_many_names_mean_contoso(office: Shell, named: str) -> None:
    assert office("customers show --json", named).json()["name"] == "Contoso Ltd"


@pytest.mark.parametrize(
    "command",
    [
        "customers archive {}",
        "customers set {} name=Other",
        "consent record {} granted",
        "offer give {}",
        "offer show --customer {}",
        "customers show {}",
    ],
)
@pytest.mark.parametrize("named", ["con", "to", "Contoso"])
def test_how_a_name_begins_is_not_enough_for_any_command(
    office: Shell, command: str, named: str
) -> None:
    before = office("customers list --json").out
    ran = office(command.format(named), status=2)
    assert f"No customer is called {named}, but some begin so: Contoso Ltd (contoso.com)" in ran.err
    assert office("customers list --json").out == before


def test_a_beginning_that_several_share_names_them_and_means_none(office: Shell) -> None:
    ran = office("customers show fabri", status=2)
    assert "No customer is called fabri, but some begin so: " in ran.err
    assert "Fabrikam SARL (fabrikam.fr)" in ran.err
    assert "Fabrikam Immobilier (immo.example)" in ran.err
    assert "Give the whole name, the domain or the Microsoft ID of one." in ran.err
    assert ran.out == ""


def test_a_name_that_two_customers_have_names_them_and_means_none(office: Shell) -> None:
    office("customers add 'Contoso Ltd' --domain contoso.example")
    office("customers add 'Contoso Ltd'")
    ran = office("customers show 'contoso ltd'", status=2)
    for domain in ("contoso.com", "contoso.example"):
        assert f"Contoso Ltd ({domain})" in ran.err
    assert "Contoso Ltd (#" in ran.err
    assert office("customers show --json contoso.com").json()["domain"] == "contoso.com"


def test_a_whole_name_means_its_customer_although_a_longer_one_begins_so(office: Shell) -> None:
    office("customers add Contoso --domain short.example")
    assert office("customers show --json contoso").json()["domain"] == "short.example"


def test_a_domain_means_its_customer_although_another_has_it_for_a_name(office: Shell) -> None:
    office("customers add fabrikam.fr --domain other.example")
    assert office("customers show --json fabrikam.fr").json()["name"] == "Fabrikam SARL"


def test_of_many_candidates_a_few_are_named_and_the_rest_counted(shell: Shell) -> None:
    for number in range(8):
        shell(f"customers add 'Firm {number}' --domain f{number}.example")
    ran = shell("customers show firm", status=2)
    assert ran.err.count(".example)") == 5
    assert "+3." in ran.err


@pytest.mark.parametrize("named", ["nobody", "", " ", "ontoso", "contoso.co", "it@contoso.com"])
def test_an_unknown_name_says_how_to_see_all(office: Shell, named: str) -> None:
    ran = office("customers show", named, status=2)
    assert "partnerdesk: Not found: No customer is called" in ran.err
    assert "partnerdesk customers list" in ran.err
    assert ran.out == ""


def test_an_empty_name_is_nobody_even_where_one_customer_is_all_there_is(shell: Shell) -> None:
    shell("customers add Contoso --domain contoso.com")
    shell("customers archive ''", status=2)
    shell("consent record '' granted", status=2)
    assert shell("customers show contoso.com --json").json()["state"] == "not-offered"


def test_one_unknown_name_among_several_records_nothing(office: Shell) -> None:
    office("offer give contoso.com nobody", status=2)
    office("consent record contoso.com nobody granted", status=2)
    assert len(office("customers list --state not-offered --json").json()) == 3


def test_a_customer_that_is_named_twice_is_given_the_offer_once(office: Shell) -> None:
    ran = office("offer give contoso.com toys")
    assert ran.out == "Recorded the Delegated administration offer as given to Contoso Ltd.\n"
    timeline = office("customers show contoso.com --json").json()["timeline"]
    assert [event["what"] for event in timeline] == ["given"]
