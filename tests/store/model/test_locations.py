"""Countries: each has a name in every language of letters, and what is typed finds one."""

from __future__ import annotations

import pytest

from store.errors import BadInput
from store.model.customer import LANGUAGES
from store.model.locations import CODES, location_named, matching, name_of, names


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_country_has_a_name_in_every_language_of_letters(language: str) -> None:
    found = names(language)
    assert set(found) == CODES
    assert all(name and name.isprintable() and name == name.strip() for name in found.values())
    assert len(set(found.values())) == len(CODES)


def test_the_languages_are_told_apart() -> None:
    assert [name_of("DE", language) for language in LANGUAGES] == [
        "Germany", "Allemagne", "Deutschland", "Alemania", "德国",
    ]  # fmt: skip
    assert name_of("DE", "tlh") == "Germany"
    assert name_of("??", "fr") == "??"


@pytest.mark.parametrize(
    ("typed", "language", "code"),
    [
        ("fr", "en", "FR"),
        (" FR ", "de", "FR"),
        ("Allemagne", "fr", "DE"),
        ("germany", "fr", "DE"),
        ("cote d’ivoire", "en", "CI"),
        ("Espagne", "fr", "ES"),
        ("espa", "fr", "ES"),
        ("Niger", "en", "NE"),
        ("nigeria", "en", "NG"),
        ("日本", "zh-Hans", "JP"),
        ("", "en", ""),
    ],
)
def test_a_country_is_found_by_its_code_or_its_name(typed: str, language: str, code: str) -> None:
    assert location_named(typed, language) == code


def test_what_can_mean_several_countries_names_them() -> None:
    with pytest.raises(BadInput, match=r"ger can mean Germany \(DE\), Algeria \(DZ\)") as refusal:
        location_named("ger", "en")
    assert refusal.value.field == "location"


@pytest.mark.parametrize("typed", ["XX", "ZZ", "UK", "Atlantis", "F R", "<script>"])
def test_what_is_no_country_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="is no country code"):
        location_named(typed, "en")


def test_a_filter_lists_the_code_itself_then_names_that_begin_so() -> None:
    assert matching("in", "en")[0] == "IN"
    assert matching("ger", "en")[0] == "DE"
    assert matching("all", "fr")[0] == "DE"
    assert len(matching("", "fr")) == len(CODES)
    assert matching("", "fr")[0] == "AF"
