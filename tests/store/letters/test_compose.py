"""A letter says who asks, for what, until when, and how to refuse, in each language."""

from __future__ import annotations

import re

import pytest

from store.letters import render
from store.letters.compose import Letter, compose
from store.letters.words import WORDS
from store.model.customer import LANGUAGES
from store.model.links import classic_link
from store.model.offer import Kind, Offer
from store.model.partner import Cloud, LimitedAs, Partner
from tests.store.letters.samples import EVERY, PASTED, letter
from tests.store.model.samples import OURS, granular_link, partner

LEFT_OVER = re.compile(
    r"[\x00-\x09\x0b-\x1f]|\{\{|\}\}|\{%|%\}|\bNone\b|\bTrue\b|Undefined|Subject:"
)

ALWAYS = {
    "en": ("Adatum Cloud Services", "Ask Anna Lindqvist: partners@adatum.example"),
    "fr": ("Nous sommes Adatum", "Anna Lindqvist\u00a0: partners@adatum.example"),
    "de": ("wir sind Adatum", "Wenden Sie sich an Anna Lindqvist: partners@adatum.example"),
    "es": ("Somos Adatum", "Diríjase a Anna Lindqvist: partners@adatum.example"),
    "zh-Hans": ("Adatum Cloud Services", "请联系 Anna Lindqvist：partners@adatum.example"),
}
DELEGATION = {
    "en": (
        "- Full administration: what one of your global administrators can do",
        "- Limited administration: what a password administrator can do",
        "Delegated administration is optional. You can take it back whenever you like",
        "in the Microsoft 365 admin center, open Settings",
        "Delegated access to Mobile Device Management for Office 365 is not supported.",
    ),
    "fr": (
        "- Administration complète\u00a0: ce que peut faire un de vos administrateurs généraux",
        "- Administration limitée\u00a0: ce que peut faire un administrateur de mots de passe",
        "L’administration déléguée est facultative. Vous pouvez la retirer quand vous le",
        "dans le Centre d’administration Microsoft 365, ouvrez Paramètres",
        "L’accès délégué à la gestion des appareils mobiles pour Office 365 n’est pas pris en",
    ),
    "de": (
        "- Vollständige Verwaltung: was einer Ihrer globalen Administratoren kann",
        "- Eingeschränkte Verwaltung: was ein Kennwortadministrator kann",
        "Die delegierte Verwaltung ist freiwillig. Sie können sie jederzeit zurücknehmen",
        "Öffnen Sie im Microsoft 365 Admin Center die Einstellungen",
        "die Verwaltung mobiler Geräte für Office 365 wird nicht unterstützt.",
    ),
    "es": (
        "- Administración total: lo que puede hacer uno de sus administradores globales",
        "- Administración limitada: lo que puede hacer un administrador de contraseñas",
        "La administración delegada es opcional. Puede retirarla cuando quiera",
        "en el Centro de administración de Microsoft 365, abra Configuración",
        "la administración de dispositivos móviles para Office 365.",
    ),
    "zh-Hans": (
        "- 完全管理：拥有与贵组织全局管理员相同的权限",
        "- 有限管理：拥有与密码管理员相同的权限",
        "委派管理是可选的。您可以随时自行收回",
        "在 Microsoft 365 管理中心中，依次打开“设置”",
        "不支持对 Office 365 移动设备管理的委派访问。",
    ),
}
WHO_ACCEPTS = {
    "en": "- Who: a global administrator of your organisation",
    "fr": "- Qui\u00a0: un administrateur général de votre organisation",
    "de": "- Wer: ein globaler Administrator Ihrer Organisation",
    "es": "- Quién: un administrador global de su organización",
    "zh-Hans": "- 由谁接受：贵组织的全局管理员",
}
DEADLINE = {
    "en": "Please answer by 1 December 2026.",
    "fr": "Merci de répondre au plus tard le 1er décembre 2026.",
    "de": "Bitte antworten Sie bis zum 1. Dezember 2026.",
    "es": "responda a más tardar el 1 de diciembre de 2026.",
    "zh-Hans": "请在 2026 年 12 月 1 日之前（含当日）答复。",
}
GRANULAR_ROLE = "Customer Delegated Admin Relationship Administrator"


def text(found: Letter) -> str:
    return render.as_text(found)


def test_there_are_words_and_expectations_for_every_language() -> None:
    expected = (ALWAYS, DELEGATION, WHO_ACCEPTS, DEADLINE)
    assert all(set(words) == set(LANGUAGES) for words in (WORDS, *expected))


@pytest.mark.parametrize(("kind", "language", "link"), EVERY)
def test_every_letter_is_whole(kind: Kind, language: str, link: str) -> None:
    found = letter(kind, language, link)
    said = text(found)
    asked = DELEGATION[language][2 if link == "granular" else 0 :]
    parts = [*ALWAYS[language], *asked, WHO_ACCEPTS[language], "Contoso Ltd"]
    assert [part for part in parts if part not in said] == []
    for form in (said, render.as_markdown(found), render.as_html(found), render.subject(found)):
        assert LEFT_OVER.findall(form) == []
    assert render.subject(found).count("Adatum Cloud Services") == 1
    assert (DEADLINE[language] in said) == (link == "granular")
    assert (GRANULAR_ROLE in said) == (link == "granular")
    assert found.language == language


@pytest.mark.parametrize(("kind", "language", "link"), EVERY)
def test_the_link_stands_alone_on_its_line_and_its_host_is_said(
    kind: Kind, language: str, link: str
) -> None:
    found = letter(kind, language, link)
    said = text(found).splitlines()
    if link == "none":
        assert found.link == ""
        assert found.gaps == ("Link",)
        assert WORDS[language].link in said
        assert "https://" not in text(found)
        assert "<" not in render.as_markdown(found)
        assert "href" not in render.as_html(found)
        return
    wanted = granular_link() if link == "granular" else classic_link(OURS)
    if link == "classic" and kind is not Kind.DELEGATED:
        wanted = PASTED
    assert (found.link, found.gaps) == (wanted, ())
    assert said.count(wanted) == 1
    host = wanted.split("/")[2]
    assert any(f"https://{host}/" in line for line in said if line != wanted)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [Kind.TRIAL, Kind.PURCHASE])
def test_without_delegation_a_letter_asks_for_none(kind: Kind, language: str) -> None:
    said = text(letter(kind, language, offer={"delegation": False}))
    assert [part for part in DELEGATION[language] if part in said] == []
    for part in (*ALWAYS[language], WHO_ACCEPTS[language], PASTED, "S-2026-1"):
        assert part in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_the_summary_id_stands_in_trials_and_purchases(kind: Kind, language: str) -> None:
    assert ("S-2026-1" in text(letter(kind, language))) == (kind is not Kind.DELEGATED)
    without = text(letter(kind, language, offer={"summary_id": ""}))
    assert len(without.splitlines()) == len(text(letter(kind, language)).splitlines()) - (
        2 if kind is not Kind.DELEGATED else 0
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_is_a_letter_of_its_own(language: str) -> None:
    subjects = {render.subject(letter(kind, language)) for kind in Kind}
    assert len(subjects) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_long_consent_lasts_is_said_where_it_is_known(language: str) -> None:
    plain = text(letter(language=language, link="granular"))
    lasting = text(letter(language=language, link="granular", own={"days": 397}))
    extending = text(
        letter(language=language, link="granular", own={"days": 397, "auto_extend": True})
    )
    assert "397" not in plain
    assert "397" in lasting
    assert "180" not in lasting
    assert "180" in extending
    assert "397" not in text(letter(language=language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_limited_administration_is_what_the_partner_set(language: str) -> None:
    password = text(letter(language=language))
    helpdesk = text(letter(language=language, who=partner(limited_as=LimitedAs.HELPDESK)))
    limited = DELEGATION[language][1]
    assert limited in password
    assert limited not in helpdesk
    assert len(helpdesk.splitlines()) == len(password.splitlines())


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_china_the_portal_is_that_of_21vianet(language: str) -> None:
    found = letter(language=language, link="none", who=partner(Cloud.CHINA))
    assert WORDS[language].portal_china in text(found)
    assert WORDS[language].portal not in text(found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_a_practice_letter_says_so_first(kind: Kind, language: str) -> None:
    found = letter(kind, language, who=partner(Cloud.PRACTICE))
    assert render.subject(found).startswith("PRACTICE")
    assert text(found).startswith("PRACTICE")
    assert render.as_markdown(found).startswith("PRACTICE")
    assert "<body>\n<p>PRACTICE" in render.as_html(found)
    real = letter(kind, language)
    assert "PRACTICE" not in render.subject(real) + text(real)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_partner_did_not_say_yet_is_a_gap_in_brackets(language: str) -> None:
    found = compose(Offer(Kind.DELEGATED), Partner(), language)
    assert found.gaps == ("Name", "Contact", "Mail", "Link")
    words = WORDS[language]
    for gap in (words.name, words.contact, words.mail, words.link):
        assert gap in text(found)
        assert gap.startswith("[")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_to_nobody_in_particular_names_no_customer(language: str) -> None:
    named, unnamed = letter(language=language), letter(language=language, customer="")
    assert "Contoso" not in text(unnamed)
    assert text(named).splitlines()[1:] == text(unnamed).splitlines()[1:]
    assert text(unnamed).splitlines()[0].strip(" ,:：，") in text(named).splitlines()[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_telephone_number_is_given_where_there_is_one(language: str) -> None:
    assert "+49 30 1234" in text(letter(language=language, who=partner(phone="+49 30 1234")))
    assert re.search(r"[,，]\s*[.。]", text(letter(language=language))) is None


def test_only_the_own_link_of_an_invitation_brings_a_deadline() -> None:
    drafted = letter(link="granular", own={"link": ""})
    assert drafted.link == classic_link(OURS)
    assert "Please answer by" not in text(drafted)
    undated = letter(link="granular", own={"made": ""})
    assert undated.link == granular_link()
    assert "Please answer by" not in text(undated)
