"""Each field of a customer has its rule."""

from __future__ import annotations

from typing import Any

import pytest

from store.errors import BadInput
from store.model import customer as rules
from store.model.customer import Customer, search_text, sort_key

ID = "0f9c1f4e-2222-4333-8444-555555555555"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("contoso.com", "contoso.com"),
        (" Contoso.COM. ", "contoso.com"),
        ("a-b.x1.onmicrosoft.com", "a-b.x1.onmicrosoft.com"),
        ("bücher.example", "bücher.example"),
        ("例子.测试", "例子.测试"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        (f"{'a' * 63}.com", f"{'a' * 63}.com"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_domain_is_kept_in_lower_case(typed: str, kept: str) -> None:
    assert rules.domain(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "contoso",
        "https://contoso.com",
        "contoso.com/x",
        "contoso.com:443",
        "it@contoso.com",
        "-contoso.com",
        "contoso-.com",
        "contoso..com",
        ".contoso.com",
        "con toso.com",
        "contoso.com, fabrikam.com",
        f"{'a' * 64}.com",
        f"{'a.' * 126}com",
        "contoso.com\nx",
        "=contoso.com",
    ],
)
def test_what_is_no_domain_is_refused(typed: str) -> None:
    with pytest.raises(BadInput) as refusal:
        rules.domain(typed)
    assert refusal.value.field == "domain"
    assert str(refusal.value.what) == f"Primary domain name: {typed.lower()} is not a domain name."


@pytest.mark.parametrize("typed", [ID, ID.upper(), f" {{{ID}}} ", "", " "])
def test_a_microsoft_id_is_kept_in_lower_case(typed: str) -> None:
    assert rules.microsoft_id(typed) == (ID if typed.strip() else "")


@pytest.mark.parametrize(
    "typed", ["x", ID[:-1], f"{ID}0", ID.replace("-", ""), ID.replace("f", "g"), f"{ID} {ID}"]
)
def test_what_is_no_microsoft_id_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="is not a Microsoft ID") as refusal:
        rules.microsoft_id(typed)
    assert refusal.value.field == "microsoft_id"


@pytest.mark.parametrize(
    "typed",
    ["it@contoso.com", "o'neil+it@sub.contoso.com", "it@bücher.example", f"{'x' * 64}@a.b", ""],
)
def test_a_mail_address_is_taken(typed: str) -> None:
    assert rules.mail(f" {typed} ") == typed


@pytest.mark.parametrize("name", ["", "Chloé Dubois ", '"Dubois, Chloé" '])
def test_of_an_address_behind_a_name_the_address_is_taken(name: str) -> None:
    assert rules.mail(f"{name}<chloe@fabrikam.com>") == "chloe@fabrikam.com"


@pytest.mark.parametrize(
    "typed",
    [
        "it",
        "it@contoso",
        "it@contoso.com, eve@evil.example",
        "it@contoso.com;eve@evil.example",
        "it@contoso.com eve@evil.example",
        "eve@evil.example <it@contoso.com>",
        "IT <it@contoso>",
        "IT <it@contoso.com>, EVE <eve@evil.example>",
        "it@contoso.com\nBcc: eve@evil.example",
        "it@contoso.com>",
        "a..b@contoso.com",
        ".a@contoso.com",
        "a.@contoso.com",
        "a@b@contoso.com",
        '"a b"@contoso.com',
        "it@-contoso.com",
        "it@[127.0.0.1]",
        f"{'x' * 65}@contoso.com",
        "@contoso.com",
    ],
)
def test_what_is_not_one_mail_address_is_refused(typed: str) -> None:
    with pytest.raises(BadInput) as refusal:
        rules.mail(typed)
    assert refusal.value.field == "contact"
    assert str(refusal.value.what) == f"Contact: {typed} is not a mail address."


@pytest.mark.parametrize("typed", ["büro@contoso.com", "ïт@bücher.example"])
def test_why_an_address_with_letters_beyond_ascii_is_refused_is_said(typed: str) -> None:
    with pytest.raises(BadInput, match="letters before the @ that many mail servers") as refusal:
        rules.mail(typed)
    assert refusal.value.field == "contact"
    assert "Only the domain may have letters such as ü" in str(refusal.value)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("en", "en"),
        ("FR", "fr"),
        ("de-AT", "de"),
        ("es_MX", "es"),
        ("zh-Hans", "zh-Hans"),
        ("zh_hans", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-Hans-CN", "zh-Hans"),
        (" fr ", "fr"),
        ("de_AT.UTF-8", "de"),
        ("zh-Hans-SG", "zh-Hans"),
        ("German", "de"),
        ("deutsch", "de"),
        ("French", "fr"),
        ("français", "fr"),
        ("FRANCAIS", "fr"),
        ("Französisch", "fr"),
        ("inglés", "en"),
        ("Espagnol", "es"),
        ("英文", "en"),
        ("简体中文", "zh-Hans"),
        ("Chinese (Simplified)", "zh-Hans"),
        ("chinois simplifié", "zh-Hans"),
        ("", ""),
    ],
)
def test_a_language_that_letters_are_written_in_is_known_by_its_codes(
    typed: str, kept: str
) -> None:
    assert rules.language(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["it", "zh-Hant", "zh-TW", "x", "fren", "e", "../en", "Chinese (Traditional)", "Simplified"],
)
def test_a_language_without_letters_is_refused_naming_those_with(typed: str) -> None:
    with pytest.raises(BadInput) as refusal:
        rules.language(typed)
    assert refusal.value.field == "language"
    assert "de, en, es, fr, zh-Hans" in str(refusal.value)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("vip, school", ("vip", "school")),
        ("vip;school", ("vip", "school")),
        (" vip ,, vip ; ", ("vip",)),
        ("two words", ("two words",)),
        ("VIP, vip", ("VIP", "vip")),
        ("", ()),
        (" ,;, ", ()),
    ],
)
def test_tags_are_separated_and_kept_once(typed: str, kept: tuple[str, ...]) -> None:
    assert rules.tags(typed) == kept


@pytest.mark.parametrize(
    ("document", "label"),
    [
        ({"name": "Contoso", "domain": "contoso.com"}, "Contoso"),
        ({"domain": "contoso.com", "microsoft_id": ID}, "contoso.com"),
        ({"microsoft_id": ID}, ID),
        ({}, "#7"),
    ],
)
def test_a_customer_without_a_name_is_called_something_all_the_same(
    document: dict[str, Any], label: str
) -> None:
    assert Customer.from_document(7, document).label == label


def test_a_filter_looks_through_name_alias_domain_and_tags_in_any_case() -> None:
    text = search_text(
        {
            "name": "Straße AG",
            "alias": "The Road",
            "domain": "road.example",
            "tags": ["VIP", "Nord"],
            "note": "secret",
        }
    )
    for word in ("strasse ag", "the road", "road.example", "vip", "nord"):
        assert word in text
    assert "secret" not in text


def test_customers_are_listed_by_name_in_any_case() -> None:
    names: list[Any] = ["beta", "Alpha", "ALPHA 2", "", 5]
    rows = sorted(({"name": name} if name else {} for name in names), key=sort_key)
    assert [row.get("name", "") for row in rows] == ["", 5, "Alpha", "ALPHA 2", "beta"]
