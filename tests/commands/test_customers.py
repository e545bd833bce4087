"""Customers on the command line: add, change, list, search, archive, restore."""

from __future__ import annotations

from datetime import timedelta

from store.actions.offers import OwnLink, set_own_link
from store.desk import Desk
from tests.commands.shell import CONTOSO, GRANULAR, Shell, odd_keys
from tests.conftest import OPERATOR, TODAY


def names(shell: Shell, options: str = "") -> list[str]:
    return [found["name"] for found in shell(f"customers list --json {options}").json()]


def test_every_field_that_is_given_with_a_new_customer_is_kept(office: Shell) -> None:
    record = office("customers show contoso.com --json").json()
    assert record["name"] == "Contoso Ltd"
    assert record["domain"] == "contoso.com"
    assert record["microsoft_id"] == CONTOSO
    assert record["alias"] == "Toys"
    assert record["contact"] == "it@contoso.com"
    assert record["language"] == "en"
    assert record["tags"] == ["vip", "north"]
    assert record["archived"] is None
    assert record["state"] == "not-offered"
    assert record["timeline"] == []


def test_set_changes_the_named_fields_and_no_other(office: Shell) -> None:
    ran = office(
        "customers set contoso.com name='Contoso Toys' microsoft-id= tags='a; b,a' note='long ago' "
        "relationship=Reseller"
    )
    assert ran.out == "Changed Contoso Toys.\n"
    record = office("customers show contoso.com --json").json()
    assert record["name"] == "Contoso Toys"
    assert record["microsoft_id"] == ""
    assert record["tags"] == ["a", "b"]
    assert record["note"] == "long ago"
    assert record["relationship"] == "Reseller"
    assert record["alias"] == "Toys"


def test_set_refuses_what_it_cannot_read_and_changes_nothing(office: Shell) -> None:
    before = office("customers show contoso.com --json").out
    for words, reason in (
        ("name=X colour=red", "A customer has no field colour."),
        ("name=X domain='not a domain'", "not a domain is not a domain name."),
        ("name=X microsoft_id=12", "12 is not a Microsoft ID."),
        ("name=X contact=nobody", "nobody is not a mail address."),
        ("name=X language=xx", "there are no letters in xx, only in"),
        ("alias=X name=", "Company name is missing."),
        ("alias=X name", "name is not KEY=VALUE."),
        ("name=X domain=fabrikam.fr", "fabrikam.fr belongs to Fabrikam SARL already."),
    ):
        ran = office(f"customers set contoso.com {words}", status=2)
        assert reason in ran.err
        assert ran.out == ""
    assert office("customers show contoso.com --json").out == before


def test_nobody_is_a_customer_twice(office: Shell) -> None:
    ran = office("customers add Other --domain CONTOSO.com.", status=2)
    assert "contoso.com belongs to Contoso Ltd already." in ran.err
    assert "Edit that customer instead." in ran.err
    ran = office("customers add Other --microsoft-id", f"{{{CONTOSO.upper()}}}", status=2)
    assert "belongs to Contoso Ltd already." in ran.err
    office("customers archive contoso.com")
    ran = office("customers add Other --domain contoso.com", status=2)
    assert "It is archived; bring it back instead." in ran.err
    assert "Other" not in names(office)


def test_a_name_with_control_characters_is_refused_by_field_and_place(shell: Shell) -> None:
    ran = shell("customers add", "Con\x1b[31mtoso", status=2)
    assert "Company name: the control character U+001B at character 4 is not taken." in ran.err
    assert "Take it out and try again." in ran.err
    ran = shell("customers add", "a\u202eb", status=2)
    assert "the bidirectional control character U+202E" in ran.err
    ran = shell("customers add", "a\udcffb", status=2)
    assert "the surrogate U+DCFF" in ran.err
    ran = shell("customers add", "x" * 257, status=2)
    assert "257 characters, and 256 is the most." in ran.err
    assert names(shell) == []


def test_a_line_break_in_a_name_becomes_a_space_and_that_is_said(shell: Shell) -> None:
    ran = shell("customers add", "Contoso\nLtd")
    assert ran.out == "Added Contoso Ltd.\n"
    assert ran.err == "Company name: a line break became a space.\n"


def test_the_list_is_a_table_by_name_with_consent_and_dates(office: Shell) -> None:
    office("offer give contoso.com")
    ran = office("customers list")
    assert [line.split("  ")[0] for line in ran.lines] == [
        "Customer",
        "Contoso Ltd",
        "Fabrikam Immobilier",
        "Fabrikam SARL",
    ]
    title, contoso, *_, fabrikam = ran.lines
    domain, consent = title.index("Domain"), title.index("Consent")
    assert contoso[domain:].startswith("contoso.com ")
    assert fabrikam[domain:].startswith("fabrikam.fr ")
    assert contoso[consent:] == "waiting, day 1  2026-11-22"
    assert fabrikam[consent:] == "not offered"
    assert ran.err == ""


def test_wide_characters_take_two_cells_in_the_table(shell: Shell) -> None:
    shell("customers add 东方科技 --domain a.example")
    shell("customers add Contoso --domain b.example")
    ran = shell("customers list")
    narrow, wide = ran.lines[1], ran.lines[2]
    assert wide.index("a.example") + len("东方科技") == narrow.index("b.example")


def test_the_list_can_be_narrowed_by_state_and_by_text(office: Shell) -> None:
    office("offer give contoso.com")
    assert names(office, "--state waiting") == ["Contoso Ltd"]
    assert names(office, "--state not-offered") == ["Fabrikam Immobilier", "Fabrikam SARL"]
    assert names(office, "--state active") == []
    assert names(office, "--search FABRIKAM") == ["Fabrikam Immobilier", "Fabrikam SARL"]
    assert names(office, "--search 'fabrikam immo.ex'") == ["Fabrikam Immobilier"]
    assert names(office, "--search toys") == ["Contoso Ltd"]
    assert names(office, "--search vip") == ["Contoso Ltd"]
    assert names(office, "--search nothing") == []


def test_an_empty_list_says_how_to_fill_it(shell: Shell) -> None:
    ran = shell("customers list")
    assert ran.lines == ["Customer  Domain  Consent  Since  Until"]
    assert ran.err == "No customers here. partnerdesk customers add NAME adds one.\n"
    assert shell("customers list --json").json() == []


def test_archived_customers_leave_the_lists_and_counts_and_come_back(office: Shell) -> None:
    assert office("customers archive contoso.com").out == "Archived Contoso Ltd.\n"
    assert names(office) == ["Fabrikam Immobilier", "Fabrikam SARL"]
    assert names(office, "--archived") == ["Contoso Ltd"]
    assert office("consent status --json").json()["total"] == 2
    assert office("customers show contoso.com --json").json()["archived"] == "2026-11-22"
    ran = office("offer give contoso.com", status=2)
    assert "Contoso Ltd is archived." in ran.err
    assert office("customers restore contoso.com").out == "Brought back Contoso Ltd.\n"
    assert names(office, "--archived") == []
    assert office("customers show contoso.com --json").json()["archived"] is None


def test_several_customers_are_archived_and_restored_at_once(office: Shell) -> None:
    ran = office("customers archive contoso.com fabrikam.fr contoso.com")
    assert ran.out == "Archived 2 customers.\n"
    ran = office("customers restore contoso.com fabrikam.fr")
    assert ran.out == "Brought back 2 customers.\n"
    ran = office("customers archive contoso.com nobody", status=2)
    assert "No customer is called nobody." in ran.err
    assert len(names(office)) == 3


def test_show_tells_the_fields_the_consent_and_the_timeline(office: Shell) -> None:
    office("offer give contoso.com --how mailed")
    office("consent record contoso.com declined --note 'next year'")
    shown = office("customers show contoso.com")
    assert "Company name: Contoso Ltd" in shown.lines
    assert "Tags: vip, north" in shown.lines
    assert "Consent: declined 2026-11-22" in shown.lines
    assert shown.lines[-2:] == [
        "2026-11-22  Delegated administration offer  given  mailed  anna",
        "2026-11-22  Delegated administration offer  declined  anna  next year",
    ]


def test_show_tells_what_was_offered_and_by_which_number(office: Shell) -> None:
    link = "https://admin.microsoft.com/Commerce/Trial.aspx?offerId=abc"
    office("users add anna@adatum.example Anna")
    office("users set anna@adatum.example --access yes --level full")
    office("partner set operators=anna=anna@adatum.example")
    office(f"offer set trial --link {link} --summary-id 4711 --subscription 'Microsoft 365 E3=30'")
    office("offer give contoso.com --kind trial --how mailed")
    office("offer set trial --summary-id 4712 --subscription 'Power BI=5'")
    office("consent record contoso.com without-delegation")
    lines = office("customers show contoso.com").lines
    for what in ("given  mailed", "without delegation"):
        assert any("30 × Microsoft 365 E3, Summary ID 4711" in it and what in it for it in lines)
    found = office("customers show contoso.com --json").json()
    assert not odd_keys(found)
    (given,) = found["invitations"]
    assert (given["kind"], given["summary_id"], given["link"]) == ("trial", "4711", link)
    assert given["subscriptions"] == [{"name": "Microsoft 365 E3", "licences": 30}]
    assert (given["given"], given["state"]) == ("2026-11-22", "without-delegation")


def test_show_tells_of_a_link_that_is_kept_and_given_to_nobody(office: Shell) -> None:
    with Desk(office.store, OPERATOR, today=lambda: TODAY).open() as desk:
        set_own_link(desk, 1, OwnLink(GRANULAR, TODAY - timedelta(days=9)))
    until = "2027-02-10"
    lines = office("customers show contoso.com").lines
    said = f"Link: {GRANULAR}, given to nobody yet; it can be answered until {until}"
    assert said in lines
    (kept,) = office("customers show contoso.com --json").json()["invitations"]
    assert (kept["link"], kept["given"], kept["answer_by"]) == (GRANULAR, None, until)
    office("offer give contoso.com")
    lines = office("customers show contoso.com").lines
    assert f"Link: {GRANULAR}, which can be answered until {until}" in lines
    office("consent record contoso.com granted")
    assert not any(line.startswith("Link:") for line in office("customers show contoso.com").lines)
