"""A message fills in values and nothing else, whoever wrote it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.message import Message, Voice, msg, nmsg
from tests.store.model.patience import at_most


class French(Voice):
    """A voice that knows a few sentences."""

    known = {
        "Undone: {what}": "Annulé : {what}",
        "Added {name}.": "{name} ajouté.",
        "{count} lines": "{count} lignes",
    }

    def one(self, text: str) -> str:
        return self.known.get(text, text)

    def many(self, one: str, many: str, count: int) -> str:
        return self.known.get(one if count < 2 else many, one)

    def number(self, number: int) -> str:
        return f"{number:,}".replace(",", "\u202f")

    def shown(self, text: str) -> str:
        return text.replace("\x1b", "?")


# -- saying -----------------------------------------------------------------------------------


def test_a_value_with_braces_is_not_filled_in_again() -> None:
    assert str(msg("{a} and {b}", a="{b}", b="{a}")) == "{b} and {a}"


def test_a_name_without_a_value_stays_as_it_is() -> None:
    assert str(msg("{a} and {missing}", a="x")) == "x and {missing}"


@pytest.mark.parametrize(
    "text",
    ["{a.__class__}", "{a.__class__.__init__.__globals__}", "{a[0]}", "{a!r}", "{a:>99}", "{}"],
)
def test_no_attribute_or_format_is_followed(text: str) -> None:
    assert str(Message(text, {"a": "secret", "0": "secret", "": "secret"})) == text


def test_numbers_are_grouped_and_other_values_are_not() -> None:
    assert str(msg("{n} {t} {b}", n=12_345, t="12345", b=True)) == "12,345 12345 True"


def test_a_message_inside_a_message_is_said_in_the_same_voice() -> None:
    undone = msg("Undone: {what}", what=msg("Added {name}.", name="Contoso\x1b"))
    assert str(undone) == "Undone: Added Contoso\x1b."
    assert undone.said_by(French()) == "Annulé : Contoso? ajouté."


def test_text_with_the_name_text_can_be_a_value() -> None:
    assert str(msg("{text}", text="x")) == "x"


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 lines"), (1, "1 line"), (2, "2 lines"), (12_345, "12,345 lines")],
)
def test_a_number_chooses_between_one_and_many(count: int, said: str) -> None:
    assert str(nmsg("{count} line", "{count} lines", count)) == said


def test_the_voice_chooses_the_plural_and_the_number() -> None:
    lines = nmsg("{count} line", "{count} lines", 12_345)
    assert lines.said_by(French()) == "12\u202f345 lignes"
    assert nmsg("{count} line", "{count} lines", 0).said_by(French()) == "0 line"


def test_without_a_plural_count_is_a_value_like_any_other() -> None:
    assert str(msg("{count}", count="x")) == "x"


# -- keeping ----------------------------------------------------------------------------------

names = st.text("abcxyz_", min_size=1, max_size=4)
values = st.one_of(st.text(max_size=8), st.integers(), st.booleans(), st.none())


def _messages(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Message]:
    filled = st.dictionaries(names, st.one_of(values, inner), max_size=3)
    texts = st.text("ab {}xyz_", max_size=12)
    single = st.builds(Message, texts, filled)
    plural = st.builds(Message, texts, filled, st.text(min_size=1, max_size=8), st.integers())
    return st.one_of(single, plural)


messages = st.recursive(_messages(values), _messages, max_leaves=6)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(st.sampled_from(["text", "values", "many", "count"]), st.text(max_size=4)),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@given(messages)
def test_a_message_comes_back_from_the_journal_as_it_was(message: Message) -> None:
    back = Message.from_json(json.loads(json.dumps(message.to_json())))
    assert back == message
    assert str(back) == str(message)


@given(json_values)
def test_any_json_can_be_said(found: object) -> None:
    assert isinstance(str(Message.from_json(found)), str)


@pytest.mark.parametrize("found", [None, 7, True, "{a} {raw}", ["x"], 1.5])
def test_what_is_no_message_is_a_sentence_as_it_stands(found: object) -> None:
    assert str(Message.from_json(found)) == str(found)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"text": "Added {name}.", "values": {"name": "x"}}, "Added x."),
        ({"text": "Added {name}.", "values": ["name"]}, "Added {name}."),
        ({"text": "Added {name}.", "values": None}, "Added {name}."),
        ({"text": "{name.x}", "values": {"name.x": "no", "name": "no"}}, "{name.x}"),
        ({"text": "{count} line", "many": "{count} lines", "count": "9"}, "1 line"),
        ({"text": "{count} line", "many": "{count} lines", "count": True}, "1 line"),
        ({"text": "One.", "many": None, "count": 2}, "One."),
        ({"text": "{a}", "values": {"a": {"text": "{b}", "values": {"b": "{a}"}}}}, "{a}"),
        ({}, ""),
    ],
)
def test_a_line_that_somebody_else_wrote_is_said_harmlessly(found: object, said: str) -> None:
    assert str(Message.from_json(found)) == said


def test_a_message_nested_very_deeply_is_said_too() -> None:
    found: dict[str, Any] = {"text": "x"}
    for _ in range(400):
        found = {"text": "{a}", "values": {"a": found}}
    assert isinstance(str(Message.from_json(json.loads(json.dumps(found)))), str)


def test_a_short_line_cannot_say_a_sentence_without_end() -> None:
    found: dict[str, Any] = {"text": "x"}
    for _ in range(40):
        found = {"text": "{a}{a}", "values": {"a": found}}
    with at_most(2):
        assert len(str(Message.from_json(found))) <= 100_000
