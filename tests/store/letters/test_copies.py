"""Of one offer there are as few letters as possible, one language and one link each."""

from __future__ import annotations

import json

import pytest

from store.actions.letters import SUFFIXES, Copy, Format, copies, written
from store.actions.offers import give, set_offer, set_own_link
from store.actions.partner import set_fields
from store.desk import Desk
from store.errors import BadInput
from store.letters import render
from store.message import Message, msg
from store.model.customer import Customer
from store.model.invitation import How
from store.model.links import classic_link
from store.model.offer import Kind
from store.work import Tables
from tests.conftest import TODAY
from tests.store.actions.stories import add, own
from tests.store.model.samples import OURS, granular_link


def asked(desk: Desk, *keys: int, language: str = "en") -> list[Copy]:
    """The copies for some customers."""
    customers = [found for found in map(desk.view.customer, keys) if found]
    return copies(desk.view, Kind.DELEGATED, customers, language, TODAY)


def summary(found: list[Copy]) -> list[tuple[str, str, list[str]]]:
    """Language, link and customers of some copies."""
    return [
        (
            copy.letter.language,
            "own" if copy.letter.link == granular_link() else "shared",
            [customer.name for customer in copy.customers],
        )
        for copy in found
    ]


def test_for_nobody_there_is_one_letter_without_a_name(partner: Desk) -> None:
    (copy,) = asked(partner, language="fr")
    assert (copy.letter.language, copy.letter.link) == ("fr", classic_link(OURS))
    assert copy.customers == ()
    assert copy.text.startswith("Bonjour,\n")


def test_one_customer_is_greeted_by_name_in_its_language(partner: Desk) -> None:
    (copy,) = asked(partner, add(partner, "Contoso", language="de"))
    assert copy.text.startswith("Guten Tag Contoso,\n")
    assert "Subject" not in copy.text
    assert "Adatum Cloud Services" in copy.subject


def test_customers_of_one_language_share_a_letter_without_a_name(partner: Desk) -> None:
    keys = [
        add(partner, "Contoso", language="de"),
        add(partner, "Fabrikam"),
        add(partner, "Woodgrove", language="de"),
        add(partner, "Northwind", language="en"),
    ]
    found = asked(partner, *keys)
    assert summary(found) == [
        ("de", "shared", ["Contoso", "Woodgrove"]),
        ("en", "shared", ["Fabrikam", "Northwind"]),
    ]
    assert not any(name in copy.text for copy in found for name in ("Contoso", "Northwind"))


def test_a_customer_with_its_own_link_has_a_letter_of_its_own(partner: Desk) -> None:
    one, two, three = (add(partner, name) for name in ("Contoso", "Fabrikam", "Woodgrove"))
    set_own_link(partner, two, own())
    found = asked(partner, one, two, three)
    assert summary(found) == [
        ("en", "own", ["Fabrikam"]),
        ("en", "shared", ["Contoso", "Woodgrove"]),
    ]
    assert found[0].text.startswith("Hello Fabrikam,\n")
    assert "Please answer by 19 February 2027" in found[0].text
    assert granular_link() not in found[1].text


def test_a_link_that_has_lapsed_is_not_in_the_letter_any_more(partner: Desk) -> None:
    key = add(partner, "Contoso")
    give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(made=89))
    assert summary(asked(partner, key)) == [("en", "own", ["Contoso"])]
    customer = partner.view.customer(key)
    assert customer is not None
    later = copies(partner.view, Kind.DELEGATED, [customer], "en", TODAY.replace(day=23))
    assert summary(later) == [("en", "shared", ["Contoso"])]


def test_a_draft_whose_link_has_lapsed_is_in_no_letter(partner: Desk) -> None:
    key = add(partner, "Contoso")
    set_own_link(partner, key, own(made=89))
    assert summary(asked(partner, key)) == [("en", "own", ["Contoso"])]
    customer = partner.view.customer(key)
    assert customer is not None
    (later,) = copies(partner.view, Kind.DELEGATED, [customer], "en", TODAY.replace(day=23))
    assert later.letter.link == classic_link(OURS)
    assert "Please answer by" not in later.text


def test_a_customer_whose_language_nobody_writes_gets_a_letter_all_the_same(
    partner: Desk,
) -> None:
    def by_hand(tables: Tables) -> Message:  # what a newer version may have written
        tables.customers.insert({"name": "Contoso", "language": "tlh"})
        return msg("by hand")

    partner.transaction("test", by_hand)
    (copy,) = asked(partner, 1)
    assert (copy.letter.language, copy.letter.link) == ("en", classic_link(OURS))
    assert copy.text.startswith("Hello Contoso,\n")


# -- the letter and what is given --------------------------------------------------------------


def given_link(desk: Desk, key: int) -> str:
    """The link that giving the offer records, which has to be that of the letter."""
    (copy,) = asked(desk, key)
    if copy.letter.gaps:
        assert copy.letter.gaps == ("Link",)
        with pytest.raises(BadInput, match="there is no link to give yet"):
            give(desk, [key], Kind.DELEGATED, How.COPIED)
        return ""
    receipt = give(desk, [key], Kind.DELEGATED, How.COPIED)
    (number,) = [number for _, number, _, _ in receipt.before]
    (invitation,) = [i for i in desk.view.invitations(key) if i.id == number]
    assert invitation.link == copy.letter.link
    return invitation.link


@pytest.mark.parametrize("given", [False, True])
def test_an_own_link_of_another_cloud_is_neither_in_the_letter_nor_given(
    partner: Desk, given: bool
) -> None:
    key = add(partner, "Contoso")
    set_own_link(partner, key, own())
    if given:
        assert given_link(partner, key) == granular_link()
    set_fields(partner, {"cloud": "us-government"})
    assert given_link(partner, key) == ""
    pasted = "https://portal.office365.us/partner/signup.aspx?type=Administration"
    set_offer(partner, Kind.DELEGATED, link=pasted)
    assert given_link(partner, key) == pasted
    assert given_link(partner, key) == pasted
    set_fields(partner, {"cloud": "worldwide"})
    assert given_link(partner, key) == granular_link()


# -- forms ------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [Format.TEXT, Format.MARKDOWN, Format.HTML])
def test_a_letter_is_written_in_utf8(partner: Desk, form: Format) -> None:
    (copy,) = asked(partner, add(partner, "Büro 东方", language="zh-Hans"))
    said = written(copy, form, partner.view.partner).decode()
    assert "Büro 东方，您好：" in said
    assert copy.letter.link in said.replace("&amp;", "&")


def test_a_letter_for_programs_has_its_parts_by_name(partner: Desk) -> None:
    (copy,) = asked(partner, add(partner, "Contoso"))
    found = json.loads(written(copy, Format.JSON, partner.view.partner))
    assert found == {
        "language": "en",
        "subject": copy.subject,
        "link": classic_link(OURS),
        "gaps": [],
        "customers": ["Contoso"],
        "text": copy.text,
    }


def test_a_letter_for_programs_without_a_link_says_null(desk: Desk) -> None:
    (copy,) = copies(desk.view, Kind.TRIAL, [Customer(1, "Contoso")], "en", TODAY)
    found = json.loads(written(copy, Format.JSON, desk.view.partner))
    assert found["link"] is None
    assert found["gaps"] == ["Name", "Contact", "Mail", "Link"]


def test_a_hostile_name_is_harmless_for_programs_too(partner: Desk) -> None:
    (copy,) = copies(
        partner.view, Kind.DELEGATED, [Customer(1, "a\x1bb\ud800\u202ec")], "en", TODAY
    )
    found = json.loads(written(copy, Format.JSON, partner.view.partner))
    assert found["customers"] == ["a\ufffdb\ufffd\ufffdc"]


def test_a_link_that_came_past_the_door_is_in_no_letter(partner: Desk) -> None:
    def by_hand(tables: Tables) -> Message:
        tables.customers.insert({"name": "Contoso"})
        hostile = granular_link(host="evil.example")
        tables.invitations.insert({"customer": 1, "link": hostile, "granular": True, "events": []})
        tables.offers.insert({"kind": "trial", "link": "javascript:alert(1)"})
        return msg("by hand")

    partner.transaction("test", by_hand)
    customer = partner.view.customer(1)
    assert customer is not None
    for kind, link in ((Kind.DELEGATED, classic_link(OURS)), (Kind.TRIAL, "")):
        (copy,) = copies(partner.view, kind, [customer], "en", TODAY)
        assert copy.letter.link == link
        page = written(copy, Format.HTML, partner.view.partner).decode()
        assert "evil.example" not in page + copy.text
        assert "javascript" not in page + copy.text


def test_the_blocks_of_a_letter_make_up_its_text(partner: Desk) -> None:
    (copy,) = asked(partner, add(partner, "[b]Contoso[/b]"))
    assert {what for what, _ in copy.blocks} == {"heading", "item", "link", "paragraph"}
    assert [text for what, text in copy.blocks if what == "link"] == [classic_link(OURS)]
    assert all(text in render.as_text(copy.letter) for _, text in copy.blocks)
    assert copy.blocks[0] == ("paragraph", "Hello [b]Contoso[/b],")


def test_every_form_has_a_suffix() -> None:
    assert set(SUFFIXES) == set(Format)
    assert len(set(SUFFIXES.values())) == len(SUFFIXES)
