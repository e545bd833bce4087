"""The letter of an offer: its languages, forms, gaps and link."""

from __future__ import annotations

import email.policy
from email.parser import BytesParser

import pytest

from tests.commands.shell import CONTOSO, GRANULAR, TENANT, Shell

CLASSIC = (
    "https://admin.microsoft.com/Adminportal/Home?invType=Administration"
    f"&partnerId={TENANT}#/BillingAccounts/partner-invitation"
)
TRIAL = "https://admin.microsoft.com/Commerce/Trial.aspx?offerId=abc"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("en", "asks to administer your Microsoft cloud services for you"),
        ("fr", "Adatum Cloud Services"),
        ("de", "Adatum Cloud Services"),
        ("es", "Adatum Cloud Services"),
        ("zh-Hans", "Adatum Cloud Services"),
    ],
)
def test_there_is_a_letter_in_each_language(partner: Shell, asked: str, said: str) -> None:
    ran = partner(f"offer show --language {asked} --format json")
    assert ran.json()["language"] == asked
    assert said in ran.json()["subject"]


def test_the_letters_of_two_languages_differ(partner: Shell) -> None:
    codes = ("en", "fr", "de", "es", "zh-Hans")
    letters = {partner(f"offer show --language {code}").out for code in codes}
    assert len(letters) == len(codes)
    assert "Bonjour" in partner("offer show --language fr").out


@pytest.mark.parametrize(("asked", "meant"), [("zh-CN", "zh-Hans"), ("FR_ca", "fr"), ("EN", "en")])
def test_a_language_may_be_named_as_locales_name_it(partner: Shell, asked: str, meant: str) -> None:
    ran = partner(f"offer show --language {asked} --format json")
    assert ran.json()["language"] == meant


def test_an_unknown_language_is_refused_with_the_ones_there_are(partner: Shell) -> None:
    ran = partner("offer show --language tlh", status=2)
    assert "there are no letters in tlh, only in de, en, es, fr, zh-Hans." in ran.err
    assert ran.out == ""


def test_a_customers_letter_is_in_its_own_language_unless_another_is_asked(office: Shell) -> None:
    assert "Bonjour Fabrikam SARL" in office("offer show --customer fabrikam.fr").out
    assert "Hello Fabrikam SARL" in office("offer show --customer fabrikam.fr --language en").out
    assert "Hello Fabrikam Immobilier" in office("offer show --customer immo.example").out


def test_a_customer_is_found_by_any_of_its_names(office: Shell) -> None:
    for named in (CONTOSO, "toys", "contoso ltd"):
        assert "Hello Contoso Ltd," in office("offer show --customer", named).out
    office("offer show --customer fabrikam", status=2)


def test_as_text_the_subject_comes_first_and_paragraphs_are_single_lines(office: Shell) -> None:
    ran = office("offer show --format text --customer contoso.com")
    assert ran.lines[0].startswith("Subject: Adatum Cloud Services asks ")
    assert ran.lines[1:3] == ["", "Hello Contoso Ltd,"]
    assert CLASSIC in ran.lines
    assert "What it does not cover" in ran.lines
    assert "Mobile Device Management for Office 365 is not supported." in ran.out


def test_as_markdown_headings_and_links_are_marked(partner: Shell) -> None:
    ran = partner("offer show --format markdown")
    assert ran.lines[0].startswith("Subject: ")
    assert "## It is your choice" in ran.lines
    assert f"<{CLASSIC}>" in ran.lines


def test_as_html_it_is_a_whole_page_with_one_link(partner: Shell) -> None:
    page = partner("offer show --format html").out
    assert page.startswith("<!doctype html>\n")
    assert page.endswith("</html>\n")
    assert page.count("href=") == 1
    assert f'href="{CLASSIC.replace("&", "&amp;")}"' in page


def test_as_a_mail_it_is_an_unsent_draft_between_the_two_contacts(office: Shell) -> None:
    ran = office("offer show --format eml --customer contoso.com")
    mail = BytesParser(policy=email.policy.default).parsebytes(ran.out.encode())
    assert mail["X-Unsent"] == "1"
    assert mail["From"].addresses[0].addr_spec == "partners@adatum.example"
    assert mail["From"].addresses[0].display_name == "Anna Lindqvist"
    assert mail["To"].addresses[0].addr_spec == "it@contoso.com"
    assert [part.get_content_type() for part in mail.walk()][1:] == ["text/plain", "text/html"]
    plain = mail.get_body(("plain",))
    assert plain and "Hello Contoso Ltd," in plain.get_content()


def test_a_mail_to_a_domain_with_an_umlaut_has_an_address_that_mail_can_use(
    partner: Shell,
) -> None:
    partner("customers add Strasse --domain straße.example --contact it@straße.example")
    ran = partner("offer show --format eml --customer Strasse")
    (to,) = [line for line in ran.lines if line.startswith("To: ")]
    assert "=?" not in to


def test_as_json_it_has_the_link_the_gaps_and_whom_it_is_for(office: Shell) -> None:
    record = office("offer show --format json --customer contoso.com").json()
    assert record["link"] == CLASSIC
    assert record["gaps"] == []
    assert record["customers"] == ["Contoso Ltd"]
    assert record["text"].startswith("Hello Contoso Ltd,\n")


def test_as_json_before_the_partner_is_set_the_gaps_are_named(shell: Shell) -> None:
    ran = shell("offer show --format json")
    assert ran.json()["gaps"] == ["Name", "Contact", "Mail", "Link"]
    assert ran.json()["link"] is None
    assert "Missing: Name." in ran.err


def test_the_link_alone_is_one_line_to_paste(partner: Shell) -> None:
    ran = partner("offer show --link-only")
    assert ran.out == f"{CLASSIC}\n"
    assert "Since 2023 Microsoft gives no new access" in ran.err


def test_the_link_alone_fails_while_there_is_none(partner: Shell) -> None:
    ran = partner("offer show --link-only --kind trial", status=1)
    assert ran.out == ""
    assert "There is no link yet: partnerdesk offer set trial --link URL" in ran.err


def test_trial_and_purchase_have_letters_of_their_own(partner: Shell) -> None:
    partner(f"offer set trial --link '{TRIAL}' --summary-id T-17")
    trial = partner("offer show --kind trial")
    assert "invites you to try Microsoft cloud services" in trial.lines[0]
    assert TRIAL in trial.lines
    assert "Our reference for this invitation (Summary ID): T-17" in trial.out
    assert "make us a delegated administrator" in trial.out
    purchase = partner("offer show --kind purchase")
    assert "An offer for Microsoft cloud services" in purchase.lines[0]
    assert "[link: paste it with e]" in purchase.lines


def test_a_trial_without_delegation_does_not_ask_for_it_and_with_it_does(partner: Shell) -> None:
    partner("offer set trial --no-delegation")
    assert "delegated administrator" not in partner("offer show --kind trial").out
    partner("offer set trial --delegation")
    assert "delegated administrator" in partner("offer show --kind trial").out


def test_a_customers_own_link_is_the_one_in_its_letter_with_its_last_day(office: Shell) -> None:
    office(f"offer give contoso.com --link '{GRANULAR}' --made 2026-11-20 --days 365")
    ran = office("offer show --customer contoso.com")
    assert GRANULAR in ran.lines
    assert "Please answer by 17 February 2027." in ran.out
    assert "Your consent lasts 365 days." in ran.out
    assert "Since 2023" not in ran.err
    assert CLASSIC in office("offer show --customer immo.example").out


def test_a_practice_letter_says_practice(partner: Shell) -> None:
    partner("partner set cloud=practice")
    partner("offer set delegated --link https://localhost:8443/partner/x")
    ran = partner("offer show")
    assert ran.lines[0].startswith("Subject: PRACTICE: ")
    assert "PRACTICE: this is not a real offer" in ran.out
    assert "Practice: this link leads nowhere." in ran.err
