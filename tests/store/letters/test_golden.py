"""The letters word for word: whoever changes one sees here what customers will read.

`PARTNERDESK_GOLDEN=write pytest tests/store/letters/test_golden.py` writes them anew.
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import pytest

from store.letters import render
from store.letters.compose import Letter, compose
from store.letters.facts import Facts, Grant, Person
from store.letters.fields import FIELDS, shape
from store.letters.roles import MEANINGS
from store.letters.values import values
from store.letters.words import WORDS
from store.model import roles
from store.model.customer import LANGUAGES
from store.model.offer import Kind, Offer
from store.model.outgoing import What
from store.model.partner import Cloud, LimitedAs
from store.model.subscription import Subscription
from tests.store.letters.samples import MADE, PASTED
from tests.store.model.samples import event, granular_link, invitation, partner

WRITE = os.environ.get("PARTNERDESK_GOLDEN") == "write"
FOLDER = Path(__file__).parent / "golden"
LEFT_OVER = re.compile(r"[\x00-\x09\x0b-\x1f]|\{\{|\}\}|\{%|%\}|\bNone\b|\bTrue\b|Subject:")
FULL = roles.preset_roles(roles.Preset.FULL).roles
DAY = date(2026, 9, 10)
_PRACTICE = {
    "en": "PRACTICE: ", "fr": "PRACTICE (exercice)\u00a0: ", "de": "PRACTICE (Übung): ",
    "es": "PRACTICE (ejercicio): ", "zh-Hans": "PRACTICE（练习）：",
}  # fmt: skip
FACTS = Facts(
    roles=FULL,
    ends=date(2026, 12, 24),
    grants=(
        Grant("Adatum_Contoso_full", FULL, date(2025, 1, 1), date(2027, 1, 1), True),
        Grant("Adatum_Contoso_more", (roles.DIRECTORY_READERS, "x"), DAY, date(2026, 12, 24)),
        Grant("", ()),
    ),
    classic=True,
    since=date(2019, 5, 1),
    people=(Person("Anna Lindqvist", "full"), Person("Zoë Ünal", "limited")),
    others=2,
    as_of=date(2026, 11, 22),
)
SOLD = (Subscription("Microsoft 365 E3", 25), Subscription("Visio Plan 2", 1), Subscription("X"))
CASES = {
    "delegated": (What.OFFER, Kind.DELEGATED),
    "trial": (What.OFFER, Kind.TRIAL),
    "purchase": (What.OFFER, Kind.PURCHASE),
    "reminder": (What.REMINDER, Kind.DELEGATED),
    "reminder-trial": (What.REMINDER, Kind.TRIAL),
    "renewal": (What.RENEWAL, Kind.DELEGATED),
    "renewal-over": (What.RENEWAL, Kind.DELEGATED),
    "record": (What.RECORD, Kind.DELEGATED),
}
EVERY = [(case, language) for case in CASES for language in LANGUAGES]


def letter(case: str, language: str, facts: Facts = FACTS) -> Letter:
    what, kind = CASES[case]
    own = {"link": PASTED}
    if kind is Kind.DELEGATED:
        own = {"link": granular_link(), "granular": True, "made": MADE, "days": 730,
               "auto_extend": True}  # fmt: skip
    sold = () if kind is Kind.DELEGATED else SOLD[: 1 if kind is Kind.TRIAL else 3]
    offer = Offer(kind, PASTED if sold else "", "S-2026-1", subscriptions=sold)
    if sold:
        offer = offer._replace(office="Adatum Lyon", location="FR")
    facts = facts._replace(ended=case.endswith("-over"))
    asked = invitation(event("given", DAY), kind=kind.value, **own)
    return compose(
        offer, partner(), language, customer="Contoso Ltd", invitation=asked, what=what,
        facts=facts,
    )  # fmt: skip


@pytest.mark.parametrize(("case", "language"), EVERY)
def test_a_letter_reads_as_it_was_approved(case: str, language: str) -> None:
    found = letter(case, language)
    text = f"{render.subject(found)}\n\n{render.as_text(found)}"
    file = FOLDER / f"{language}-{case}.txt"
    if WRITE:
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
    assert LEFT_OVER.findall(text) == []
    assert found.troubles == ()
    for form in (render.as_html(found), render.as_markdown(found)):
        assert LEFT_OVER.findall(form) == []


@pytest.mark.parametrize(("case", "language"), EVERY)
def test_a_letter_with_nothing_in_its_fields_is_still_one(case: str, language: str) -> None:
    what, kind = CASES[case]
    offer = Offer(kind, summary_id="")
    found = compose(offer, partner(tenant=""), language, what=what)
    text = render.as_text(found)
    assert LEFT_OVER.findall(text + render.subject(found)) == []
    assert "Contoso" not in text
    assert not re.search(r" [,.;，。；]|  |[:：,，]\s*$", render.subject(found))
    assert ("[" in text) == (what is not What.RECORD)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_a_letter_never_asks_for_a_password_and_says_so(case: str, language: str) -> None:
    never = {
        "en": "We never ask for a password by mail.",
        "fr": "Nous ne demandons jamais de mot de passe par courrier électronique.",
        "de": "Wir fragen niemals per E-Mail nach einem Kennwort.",
        "es": "Nunca pedimos contraseñas por correo.",
        "zh-Hans": "我们绝不会通过邮件索要密码。",
    }
    assert never[language] in render.as_text(letter(case, language))


@pytest.mark.parametrize("case", CASES)
def test_no_line_of_a_french_letter_can_begin_with_a_sign(case: str) -> None:
    found = letter(case, "fr")
    assert not re.search(r" [:;?!»]|« ", render.subject(found) + render.as_text(found))


@pytest.mark.parametrize(("language", "country"), [("en", "France"), ("es", "Francia"),
                                                   ("zh-Hans", "法国")])  # fmt: skip
@pytest.mark.parametrize("case", ["trial", "purchase", "reminder-trial"])
def test_the_country_that_an_offer_is_for_stands_in_its_language(
    case: str, language: str, country: str
) -> None:
    text = render.as_text(letter(case, language))
    assert country in text
    assert "Adatum Lyon" not in text, "which office of ours it is, is between us and Microsoft"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_letter_follows_who_reads_it(language: str) -> None:
    for case in CASES:
        page = render.as_html(letter(case, language))
        assert re.findall(r"<(?:img|script|link|iframe|style)|src=|url\(", page) == []
        assert len(re.findall("href=", page)) == (0 if case == "record" else 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_letter_says_limited_as_the_partner_set_it(language: str) -> None:
    classic = Facts(classic=True)
    said = {
        render.as_text(
            compose(Offer(Kind.DELEGATED), partner(limited_as=limited), language,
                    what=What.RECORD, facts=classic)
        )
        for limited in LimitedAs
    }  # fmt: skip
    assert len(said) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_new_letter_of_a_practice_says_so(language: str) -> None:
    for what in (What.REMINDER, What.RENEWAL, What.RECORD):
        found = compose(Offer(Kind.DELEGATED), partner(Cloud.PRACTICE), language, what=what)
        assert render.subject(found).startswith(_PRACTICE[language])
        assert render.as_text(found).startswith("PRACTICE")


def test_every_language_explains_the_same_roles() -> None:
    explained = {language: set(found) for language, found in MEANINGS.items()}
    assert set(explained) == set(LANGUAGES)
    assert all(found == explained["en"] for found in explained.values())
    assert explained["en"] <= set(roles.ROLES)
    assert {role for preset in roles.Preset for role in roles.preset_roles(preset).roles} <= (
        explained["en"]
    )


def test_every_field_is_explained_and_every_explained_field_is_there() -> None:
    asked = invitation(event("given"), link=granular_link(), granular=True, made=MADE)
    sold = Offer(Kind.PURCHASE, PASTED, subscriptions=SOLD)
    there = values(
        sold, partner(), WORDS["en"], customer="x", link=granular_link(), invitation=asked,
        what=What.OFFER, facts=FACTS,
    )  # fmt: skip

    def tree(found: object) -> object:
        if isinstance(found, list):
            return tree(found[0])
        if isinstance(found, dict):
            return {name: tree(below) for name, below in found.items()}
        return {}

    assert tree(there) == shape()
    assert all(text.endswith(".") for text in FIELDS.values())
