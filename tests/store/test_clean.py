"""The door takes text in or says what it refuses; what goes out harms nobody."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.clean import NAME_LIMIT, REPLACEMENT, cleaned, harmless, is_visible, line, shown
from store.errors import BadInput

LINE_BREAKS = ("\n", "\r", "\r\n", "\u2028", "\u2029")
CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\r\n"]
SURROGATES = ["\ud800", "\udbff", "\udc00", "\udfff"]
BIDI = list("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
REFUSED = [
    *((character, "control character") for character in CONTROLS),
    *((character, "surrogate") for character in SURROGATES),
    *((character, "bidirectional control character") for character in BIDI),
]

anything = st.text(st.characters(exclude_categories=()), max_size=80)
"""Any text, with surrogates and controls in it."""
awkward = st.text(
    st.one_of(
        st.sampled_from([*CONTROLS, *SURROGATES, *BIDI, "\n", "\r", "\u2028", "\xa0", "\u200d"]),
        st.characters(exclude_categories=()),
    ),
    max_size=40,
)
printable = st.text(st.characters(exclude_categories=()).filter(str.isprintable), max_size=80)


# -- in ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("character", "kind"), REFUSED, ids=[f"U+{ord(character):04X}" for character, _ in REFUSED]
)
def test_the_door_refuses_it_naming_field_and_place(character: str, kind: str) -> None:
    for door in (cleaned, line):
        with pytest.raises(BadInput) as refusal:
            door(f"Con{character}toso", "Company name")
        said = str(refusal.value)
        assert said.startswith("Company name: ")
        assert kind in said
        assert f"U+{ord(character):04X} at character 4 " in said
        assert refusal.value.field == "Company name"
        assert refusal.value.todo is not None


def test_the_first_of_several_refused_characters_is_named() -> None:
    with pytest.raises(BadInput, match=r"U\+0007 at character 2 "):
        line("a\x07b\x1bc\u202e", "Alias")


@pytest.mark.parametrize("mark", LINE_BREAKS, ids=ascii)
def test_a_line_break_becomes_a_space_and_is_reported(mark: str) -> None:
    for text in (f"Contoso{mark}Ltd", f" Contoso {mark}  Ltd "):
        found = cleaned(text, "Company name")
        assert found.text == "Contoso Ltd"
        assert str(found.note) == "Company name: a line break became a space."


@pytest.mark.parametrize("mark", LINE_BREAKS, ids=ascii)
def test_a_line_break_at_an_end_is_only_left_out(mark: str) -> None:
    assert cleaned(f"{mark}Contoso{mark}", "Company name") == ("Contoso", None)


@pytest.mark.parametrize(
    "text",
    [
        "[b]Contoso[/b] [@click=app.quit]x[/]",
        "<script> & {{ 7 * 7 }} %s ${x} `id`",
        "東京支店 한국 ﾊﾝｶｸ",
        "x\u0301\u0302 Zalgo\u0336",
        "zero\u200bwidth\ufeff",
        "می\u200cخواهم क्\u200dष",
        "👩\u200d👩\u200d👧 🏴\U000e0067\U000e0062\U000e007f",
        "no\xa0break",
        "\U0010ffff \ufdd0 \ue000",
    ],
)
def test_brackets_and_unusual_characters_are_kept(text: str) -> None:
    assert cleaned(text, "Company name") == (text, None)


def test_letters_with_accents_are_kept_in_one_form() -> None:
    assert line("Cafe\u0301", "Company name") == "Café"
    assert len(line("e\u0301" * NAME_LIMIT, "Company name")) == NAME_LIMIT


def test_the_longest_text_is_taken_and_a_longer_one_refused() -> None:
    assert line("x" * NAME_LIMIT, "Company name") == "x" * NAME_LIMIT
    with pytest.raises(BadInput, match=r"^Company name: 257 characters, and 256 is the most\."):
        line("x" * (NAME_LIMIT + 1), "Company name")
    assert line("x" * 300, "Note", limit=300) == "x" * 300
    with pytest.raises(BadInput, match="Note: 6 characters, and 5 is the most") as refusal:
        line("x" * 6, "Note", limit=5)
    assert refusal.value.field == "Note"


def test_blanks_around_the_text_do_not_count() -> None:
    assert line("  \t Contoso \n", "Company name", limit=7) == "Contoso"


@given(st.one_of(anything, awkward))
def test_what_the_door_lets_in_is_one_clean_line(text: str) -> None:
    try:
        found = line(text, "Note")
    except BadInput:
        return
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in found)
    assert not set(found) & {*BIDI, "\u2028", "\u2029"}
    assert cleaned(found, "Note") == (found, None)


def test_very_many_blanks_are_answered_like_any_other_text() -> None:
    ask = (
        "from store.clean import line\n"
        "from store.errors import BadInput\n"
        "try:\n"
        "    line('a' + ' ' * 130_000 + 'b', 'Note')\n"
        "except BadInput as refusal:\n"
        "    print(refusal)\n"
    )
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, timeout=5)
    assert "130,002 characters" in answer.stdout


# -- out --------------------------------------------------------------------------------------


@given(st.one_of(anything, awkward))
def test_what_is_shown_is_printable(text: str) -> None:
    assert shown(text).isprintable()


@given(st.one_of(anything, awkward))
def test_what_is_harmless_holds_nothing_that_the_door_refuses(text: str) -> None:
    out = harmless(text)
    assert not set(out) & {*CONTROLS, *SURROGATES, *BIDI, *LINE_BREAKS}
    assert len(out) == len(text)
    line(out, "Note")


@given(printable)
def test_printable_text_goes_out_as_it_is(text: str) -> None:
    assert shown(text) == text
    assert harmless(text) == text


@given(st.one_of(anything, awkward))
def test_what_the_door_let_in_goes_into_a_letter_unchanged(text: str) -> None:
    try:
        found = line(text, "Note")
    except BadInput:
        return
    assert harmless(found) == found


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("a\x1b[31mb", f"a{REPLACEMENT}[31mb"),
        ("a\tb\nc\rd\u2028e", "a b c d e"),
        ("no\xa0break\u3000wide", "no break wide"),
        ("a\u202eb", f"a{REPLACEMENT}b"),
        ("\ud800", REPLACEMENT),
        ("می\u200cخواهم", "میخواهم"),
        ("👩\u200d👧", "👩👧"),
        ("a\u200db", f"a{REPLACEMENT}b"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
    ],
)
def test_what_a_terminal_gets(text: str, out: str) -> None:
    assert shown(text) == out


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("a\x1b[31mb", f"a{REPLACEMENT}[31mb"),
        ("a\tb\nc\rd\u2028e", "a b c d e"),
        ("a\u202eb\x02\x03", f"a{REPLACEMENT}b{REPLACEMENT}{REPLACEMENT}"),
        ("\ud800", REPLACEMENT),
        ("می\u200cخواهم \x00", f"می\u200cخواهم {REPLACEMENT}"),
        ("no\xa0break \u200b", "no\xa0break \u200b"),
    ],
)
def test_what_a_file_gets(text: str, out: str) -> None:
    assert harmless(text) == out


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u200b", "\u200b\u200c\u200d\ufeff\u2060\u00ad", "\u3164", "\u0301", "\ufe0f",
     "\u2800\u115f\u1160\uffa0", "\u3000\u00a0", "\U000e0041"],
    ids=ascii,
)  # fmt: skip
def test_what_cannot_be_seen_is_no_name(text: str) -> None:
    assert not is_visible(text)
    assert is_visible(f"{text}a{text}")


@pytest.mark.parametrize(
    "text", ["a", "7", "東", "👩\u200d👧", "é", "e\u0301", "_", "[]", "한", "क"]
)
def test_what_can_be_seen_is_a_name(text: str) -> None:
    assert is_visible(text)
