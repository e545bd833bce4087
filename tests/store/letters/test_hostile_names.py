"""A name is a value in a letter, whatever it looks like; only the link is a link."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from store.clean import harmless
from store.letters import render
from store.letters.compose import Letter
from store.model.customer import LANGUAGES
from store.model.offer import Kind
from tests.store.letters.samples import EVERY, letter
from tests.store.model.samples import partner

PLAIN = ("Qqqq", "Wwww", "Xxxx", "Yyyy")
"""Names that stand nowhere else: of the partner, its contact, its telephone, the customer."""

HOSTILE = [
    "<b>x</b>",
    "<script>alert(1)</script>",
    '"><a href="http://evil.example">x</a>',
    "&lt;b&gt; &amp; &#60;",
    "# x",
    "## x",
    "- x",
    "+ x",
    "* x",
    "> x",
    "1. x",
    "1) x",
    "---",
    "***",
    "===",
    "=> http://evil.example",
    "=>",
    "[a](http://evil.example)",
    "![a](http://evil.example/x.png)",
    "[a]: http://evil.example",
    "<http://evil.example>",
    "*a* _b_ **c** ~~d~~ `e` | f |",
    "```",
    "trailing \\",
    "\\[a](http://evil.example)",
    "Subject: x",
    "{{ 7 * 7 }} {% raw %} {# x #}",
    "$& \\1 \\g<0> \\x02",
    "a\x1b[31mb\x07",
    "a\r\nBcc: eve@evil.example",
    "a\n\n# x\n\n=> http://evil.example",
    "a\u2028# x",
    "\x02x\x03",
    "\x03x\x02",
    "a\u202eb\ud800",
    "東京 می\u200cخواهم 👩\u200d👧",
]


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}", []))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", []))


def named(kind: Kind, language: str, link: str, names: tuple[str, str, str, str]) -> Letter:
    """A letter in which the partner, its contact and telephone and the customer have names."""
    name, contact, phone, customer = names
    tenant = "" if link == "none" else partner().tenant
    who = partner(name=name, contact=contact, phone=phone, tenant=tenant)
    return letter(kind, language, link, customer=customer, who=who)


def filled(text: str, names: tuple[str, str, str, str]) -> str:
    """A letter with plain names, after those have been replaced."""
    for plain, name in zip(PLAIN, names, strict=True):
        text = text.replace(plain, name)
    return text


def check(kind: Kind, language: str, link: str, name: str) -> None:
    """Compares a letter with hostile names to the same letter with plain ones."""
    hostile = (name, name, name, name)
    out = (harmless(name),) * 4
    plain, found = named(kind, language, link, PLAIN), named(kind, language, link, hostile)
    assert render.as_text(found) == filled(render.as_text(plain), out)
    assert render.subject(found) == filled(render.subject(plain), out)
    assert [what for what, _ in render.plain_blocks(found)] == [
        what for what, _ in render.plain_blocks(plain)
    ]
    for rendered in (_html, _markdown):
        expected, page = Page(rendered(plain)), Page(rendered(found))
        assert page.tags == expected.tags
        assert page.text == filled(expected.text, out)
        links = [attrs for tag, attrs in page.tags if tag == "a"]
        assert links == ([[("href", found.link)]] if found.link else [])


def _html(found: Letter) -> str:
    return render.as_html(found)


def _markdown(found: Letter) -> str:
    return str(MarkdownIt("commonmark").render(render.as_markdown(found)))


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_hostile_name_stays_a_value_in_every_form(name: str) -> None:
    for language in LANGUAGES:
        check(Kind.DELEGATED, language, "classic", name)


@pytest.mark.parametrize(("kind", "language", "link"), EVERY)
def test_no_letter_is_open_to_a_hostile_name(kind: Kind, language: str, link: str) -> None:
    check(kind, language, link, "x <a href='http://evil.example'>*y*</a> [z](http://evil.example)")


words = st.text(
    st.one_of(st.sampled_from("<>&\"'#-+*_[]()!`~|\\={}%.:/ 1a"), st.characters()),
    min_size=1,
    max_size=12,
)


@settings(max_examples=50)
@given(words)
def test_any_name_is_a_value_in_html_and_text(name: str) -> None:
    out = harmless(name)
    found = named(Kind.TRIAL, "zh-Hans", "classic", (name, "A", "B", name))
    expected = named(Kind.TRIAL, "zh-Hans", "classic", ("Qqqq", "A", "B", "Qqqq"))
    page, plain = Page(_html(found)), Page(_html(expected))
    assert page.tags == plain.tags
    assert page.text == plain.text.replace("Qqqq", out)
    assert render.as_text(found).strip() == (render.as_text(expected).replace("Qqqq", out).strip())


@settings(max_examples=50)
@given(words.filter(lambda text: text == text.strip() and text.isprintable()))
def test_any_name_from_the_door_is_a_value_in_markdown(name: str) -> None:
    found = named(Kind.TRIAL, "zh-Hans", "classic", (name, "A", "B", name))
    expected = named(Kind.TRIAL, "zh-Hans", "classic", ("Qqqq", "A", "B", "Qqqq"))
    page, plain = Page(_markdown(found)), Page(_markdown(expected))
    assert page.tags == plain.tags
    assert page.text == plain.text.replace("Qqqq", name)


def test_the_summary_id_is_a_value_too() -> None:
    found = letter(Kind.TRIAL, offer={"summary_id": "<b>[x](http://evil.example)</b>"})
    assert "<b>" not in render.as_html(found)
    assert "(Summary ID): <b>[x](http://evil.example)</b>" in render.as_text(found)
    assert [tag for tag, _ in Page(_markdown(found)).tags if tag in ("a", "b")] == ["a"]
