"""First passwords: what is made is strong, what is typed is looked at."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import BadInput
from store.model import locations
from store.model.password import generated, why_weak
from store.secret import Secret

FORM = re.compile(r"[A-Za-z0-9]{4}(-[A-Za-z0-9]{4}){4}")


def test_what_is_made_is_strong_and_easy_to_read_aloud() -> None:
    made = {generated("kim@contoso.com").reveal() for _ in range(500)}
    assert len(made) == 500
    for password in made:
        assert FORM.fullmatch(password)
        assert not set(password) & set("0O1lIioB8S5Z2eaAEUu")
        assert any(c.isupper() for c in password) and any(c.islower() for c in password)
        assert any(c.isdigit() for c in password) and "kim" not in password.lower()
        assert why_weak(Secret(password), "kim@contoso.com") is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Short-1", "8 to 256"),
        ("Aa1-" * 65, "8 to 256"),
        ("", "8 to 256"),
        ("alllowercase", "three of these"),
        ("lower12345", "three of these"),
        ("Grüße-1234", "letters A to Z"),
        ("Tab\t-12345", "letters A to Z"),
        ("Esc\x1b-12345", "letters A to Z"),
        ("My-NINA-1234", "user name"),
    ],
)
def test_what_is_weak_is_said(password: str, why: str) -> None:
    said = why_weak(Secret(password), "nina@contoso.com")
    assert said and why in str(said) and (not password or password not in str(said))


@pytest.mark.parametrize("password", ["Wet-Paint-42", "lower 12345", "ABCDEF1!", "Aa1-" * 64])
def test_what_is_strong_is_taken(password: str) -> None:
    assert why_weak(Secret(password), "nina@contoso.com") is None


def test_a_short_user_name_may_stand_in_it() -> None:
    assert why_weak(Secret("Wet-Paint-42"), "ai@contoso.com") is None


@given(st.text(string.printable, max_size=300), st.text(max_size=20))
def test_the_practice_cloud_agrees_with_what_is_taken(password: str, name: str) -> None:
    if why_weak(Secret(password), f"{name}@x") is None:
        kinds = (str.islower, str.isupper, str.isdigit)
        present = sum(any(map(kind, password)) for kind in kinds)
        present += any(not letter.isalnum() for letter in password)
        assert 8 <= len(password) <= 256 and present >= 3


def test_countries_are_two_letters_of_iso_3166() -> None:
    assert len(locations.CODES) == 249 and {"FR", "DE", "US", "CN"} <= locations.CODES
    assert locations.location(" fr ") == "FR" and locations.location("") == ""
    for wrong in ("XX", "FRA", "France", "UK", "É"):
        with pytest.raises(BadInput):
            locations.location(wrong)
