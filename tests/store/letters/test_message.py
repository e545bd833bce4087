"""What leaves is one message to one recipient, whatever stands in a name; two readers agree."""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import compat32, default
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import fast_mail_parser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.clean import harmless
from store.errors import BadInput
from store.letters import render
from store.mail.message import (
    LONGEST_MAILTO,
    digest,
    mailto,
    mime,
    new_message_id,
    new_reference,
    subject,
)
from store.model.customer import LANGUAGES
from store.model.customer import mail as at_the_door
from store.model.offer import Kind
from tests.hostile import PAYLOADS
from tests.store.letters.samples import EVERY, letter
from tests.store.letters.test_mail import HOSTILE as HEADER_BREAKERS
from tests.store.letters.test_mail import LONG
from tests.store.model.samples import granular_link, partner

SENDER = ("Anna Lindqvist", "partners@adatum.example")
TO = "it@contoso.com"
FIRST = "<00ff@adatum.example>"
SECOND = "<11ee@adatum.example>"
CODE = "PD-7K3QX9"
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
HEADERS = [
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
    "MIME-Version", "Content-Type", "Content-Language",
]  # fmt: skip

BREAKS = ("\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
SMUGGLED = (
    "Bcc: eve@evil.example",
    " Bcc: eve@evil.example",
    ".\r\nMAIL FROM:<eve@evil.example>",
    "\r\nContent-Type: text/html\r\n\r\n<b>",
)
WORDS = (
    "=?utf-8?q?a=0D=0ABcc=3A_eve=40evil.example?=",
    "=?utf-8?b?YQ0KQmNjOiBldmVAZXZpbC5leGFtcGxl?=",
    "=?utf-8?q?eve=40evil.example=2C?= <eve@evil.example>",
    "=?us-ascii?q?=22?=",
    "=?utf-8?q?unfinished",
    "a =?utf-8?b?w6k=?= b",
    ".",
    "..",
    ". dot\n.\n",
    '"',
    "\\",
    '\\"',
    "a, b; c: d",
    "Anna (comment <eve@evil.example>)",
    "undisclosed-recipients:;",
    "Group: eve@evil.example;",
    "@evil.example:eve@evil.example",
    "x" * 8_000,
    "é" * 8_000,
    "a " * 4_000,
    "\t" * 200,
    " ",
    "PRACTICE: [PD-000000]",
    "[PD-ABCDEF] [PD-7K3QX9]",
    "--===============0==--",
    "Content-Transfer-Encoding: 8bit",
    "مرحبا",
    "🏴\U000e0067\U000e0062",
)
NAMES = (
    *(f"Anna{line}{rest}" for line in BREAKS for rest in SMUGGLED),
    *HEADER_BREAKERS,
    *PAYLOADS,
    *LONG,
    *WORDS,
)
"""Over a hundred names that break, smuggle, reorder, encode or are very long."""

NO_ADDRESSES = (
    *(f"it@contoso.com{line}{rest}" for line in BREAKS for rest in SMUGGLED),
    *(f"it{line}@contoso.com" for line in BREAKS),
    "it@contoso.com, eve@evil.example",
    "it@contoso.com;eve@evil.example",
    "it@contoso.com eve@evil.example",
    "it@contoso.com <eve@evil.example>",
    "<it@contoso.com> eve@evil.example",
    "Anna <it@contoso.com>",
    '"a b"@contoso.com',
    '"a\\"@evil.example,b"@contoso.com',
    "it@[127.0.0.1]",
    "it@localhost",
    "it@contoso.com>\r\nRCPT TO:<eve@evil.example",
    "=?utf-8?q?it?=@contoso.com",
    "=?x?q?eve=40evil.example=3e?=@contoso.com",
    "it@contoso.com\x00",
    "it@con\x1btoso.com",
    "it@contoso..com",
    ".it@contoso.com",
    "it.@contoso.com",
    "it@-contoso.com",
    f"{'x' * 65}@contoso.com",
    f"it@{'x' * 64}.com",
    f"it@{'x.' * 200}com",
    "it@contoso.com.",
    "nobody",
    "@contoso.com",
    "it@",
    "",
    "it@contoso.com\ud800",
    "i\u202et@contoso.com",
)


def sent(**fields: object) -> bytes:
    """A message with all headers there are; `copy` is its letter."""
    made = fields.pop("copy", None) or letter()
    usual = {
        "sender": SENDER, "to": TO, "reply_to": "answers@adatum.example", "message_id": SECOND,
        "reference": CODE, "replies_to": FIRST, "date": AT,
    }  # fmt: skip
    return mime(made, **{**usual, **fields})  # type: ignore[arg-type]


class Read(NamedTuple):
    """What a reader made of a message."""

    headers: list[str]
    senders: list[str]
    receivers: list[str]
    subject: str
    text: str
    page: str


def by_python(data: bytes) -> Read:
    mail = BytesParser(policy=default).parsebytes(data)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    parts = {part.get_content_type(): part for part in mail.iter_parts()}
    assert list(parts) == ["text/plain", "text/html"]
    # Python 3.11 decodes a subject that is not encoded a second time; this one does not.
    plain = BytesParser(policy=compat32).parsebytes(data)
    return Read(
        mail.keys(),
        [found.addr_spec for found in mail["From"].addresses],
        [found.addr_spec for found in mail["To"].addresses],
        str(make_header(decode_header(plain["Subject"]))),
        parts["text/plain"].get_content().replace("\r\n", "\n"),
        parts["text/html"].get_content().replace("\r\n", "\n"),
    )


def by_rust(data: bytes) -> Read:
    mail = fast_mail_parser.parse_email(data)
    assert not mail.attachments
    assert not mail.warnings
    (text,), (page,) = mail.text_plain, mail.text_html
    assert mail.from_ is not None
    assert not mail.cc
    assert not mail.bcc
    return Read(
        [name for name, values in mail.headers.items() for _ in values],
        [mail.from_.address],
        [found.address for found in mail.to],
        mail.subject,
        text.replace("\r\n", "\n"),
        page.replace("\r\n", "\n"),
    )


def head_of(data: bytes) -> list[bytes]:
    """The lines before the first empty one."""
    return data.split(b"\r\n\r\n", 1)[0].split(b"\r\n")


def check(data: bytes, name: str, **made: object) -> None:
    """Both readers find one recipient and our headers alone, and what was written."""
    found = letter(**made)  # type: ignore[arg-type]
    for read in (by_python(data), by_rust(data)):
        assert read.headers == HEADERS
        assert read.senders == [SENDER[1]]
        assert read.receivers == [TO]
        assert read.text == render.as_text(found)
        assert read.page == render.as_html(found)
        wanted = f"{render.subject(found)} [{CODE}]"
        assert " ".join(read.subject.split()) == " ".join(wanted.split())
    assert re.sub(rb"\r\n", b"", data).count(b"\n") == 0 == re.sub(rb"\r\n", b"", data).count(b"\r")
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert data.isascii()
    assert harmless(name) or not name


def test_there_are_more_than_a_hundred_of_each() -> None:
    assert len(set(NAMES)) > 100
    assert len(set(NO_ADDRESSES)) > 75


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name[:24]))
def test_whatever_a_name_holds_there_is_one_recipient_and_no_other_header(name: str) -> None:
    who = partner(name=name, contact=name, phone=name)
    data = sent(copy=letter(customer=name, who=who), sender=(name, SENDER[1]))
    check(data, name, customer=name, who=who)


@settings(max_examples=200)
@given(st.text(st.characters(), max_size=60))
def test_any_name_is_only_a_name(name: str) -> None:
    who = partner(name=name or "x", contact=name or "x")
    data = sent(copy=letter(customer=name, who=who), sender=(name, SENDER[1]))
    check(data, name, customer=name, who=who)


@pytest.mark.parametrize("address", NO_ADDRESSES, ids=lambda address: ascii(address[:40]))
def test_what_is_no_address_is_written_to_by_nobody(address: str) -> None:
    for where in ("to", "reply_to", "sender"):
        if where == "reply_to" and not address:
            continue  # there is none
        given_to = ("Anna", address) if where == "sender" else address
        with pytest.raises(BadInput, match="is not a mail address"):
            sent(**{where: given_to})
    with contextlib.suppress(BadInput):
        assert at_the_door(address) != address or not address, "the door takes what nobody sends"


def test_a_bad_one_among_many_keeps_none_of_the_others_back() -> None:
    made, refused = [], []
    for address in (TO, *NO_ADDRESSES, "other@contoso.com"):
        try:
            made.append(sent(to=address))
        except BadInput as error:
            refused.append(error)
    assert [by_rust(data).receivers for data in made] == [[TO], ["other@contoso.com"]]
    assert len(refused) == len(NO_ADDRESSES)


@pytest.mark.parametrize(
    "value",
    ["<a@b>\r\nBcc: eve@evil.example", "a@b", "<a b@c>", "<a@b> <c@d>", "<é@b>", "<@b>", "x"],
)
def test_a_message_id_that_somebody_wrote_into_the_store_is_looked_at(value: str) -> None:
    for where in ("message_id", "replies_to"):
        with pytest.raises(BadInput, match="is no Message-ID"):
            sent(**{where: value})


@pytest.mark.parametrize("value", ["PD-7K3QX", "PD-7K3QX9\r\nBcc: a@b.example", "x", "PD-7k3qx9"])
def test_a_reference_that_somebody_wrote_into_the_store_is_looked_at(value: str) -> None:
    with pytest.raises(BadInput, match="is no reference"):
        sent(reference=value)


@pytest.mark.parametrize(("kind", "language", "link"), EVERY)
def test_every_letter_arrives_as_it_was_composed(kind: Kind, language: str, link: str) -> None:
    check(sent(copy=letter(kind, language, link)), "", kind=kind, language=language, link=link)


def test_all_lines_are_short_enough_to_be_left_alone() -> None:
    for language in LANGUAGES:
        data = sent(copy=letter(language=language, link="granular", customer="é" * 200))
        assert [line for line in data.split(b"\r\n") if len(line) > 78] == []


def test_the_headers_say_who_when_and_what_it_answers() -> None:
    mail = fast_mail_parser.parse_email(sent())
    plain = {name: values for name, values in mail.headers.items() if name != "Content-Type"}
    assert plain == {
        "From": ["Anna Lindqvist <partners@adatum.example>"],
        "To": [TO],
        "Reply-To": ["answers@adatum.example"],
        "Subject": [f"{render.subject(letter())} [{CODE}]"],
        "Date": ["Sun, 22 Nov 2026 09:30:00 +0000"],
        "Message-ID": [SECOND],
        "In-Reply-To": [FIRST],
        "References": [FIRST],
        "MIME-Version": ["1.0"],
        "Content-Language": ["en"],
    }
    assert mail.headers["Content-Type"][0].startswith("multipart/alternative;")


def test_what_is_not_given_is_in_no_header() -> None:
    data = mime(letter(), sender=SENDER, to=TO)
    assert set(by_python(data).headers) == {
        "From", "To", "Subject", "MIME-Version", "Content-Type", "Content-Language"
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reference_stands_whole_at_the_end_of_the_subject(language: str) -> None:
    data = sent(copy=letter(language=language, who=partner(name="Société à façon " * 5)))
    lines = b"\n".join(head_of(data))
    assert lines.count(f"[{CODE}]".encode()) == 1
    assert by_rust(data).subject.endswith(f" [{CODE}]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_test_letter_says_so_first(language: str) -> None:
    assert subject(letter(language=language), test=True).split(":")[0] in ("TEST", "PRUEBA", "测试")
    assert by_rust(sent(test=True)).subject.startswith("TEST: Adatum")


def test_a_domain_of_another_script_is_written_as_servers_know_it() -> None:
    data = sent(to="it@bücher.example", sender=("Zoë", "us@straße.example"))
    assert by_rust(data).receivers == ["it@xn--bcher-kva.example"]
    assert by_python(data).senders == ["us@xn--strae-oqa.example"]


# -- what a letter is known by -------------------------------------------------------------------


def test_a_digest_changes_with_whatever_the_recipient_would_see() -> None:
    def of(*, to: str = TO, reply_to: str = "", name: str = "Anna", **made: object) -> str:
        return digest(letter(**made), (name, SENDER[1]), to, reply_to)  # type: ignore[arg-type]

    others = [
        of(to="other@contoso.com"), of(reply_to="x@adatum.example"), of(name="Zoë"),
        of(customer="Fabrikam"), of(language="fr"), of(link="granular"), of(kind=Kind.TRIAL),
        of(who=partner(phone="1")),
    ]  # fmt: skip
    assert len({of(), *others}) == len(others) + 1
    assert of() == of()
    assert re.fullmatch(r"[0-9a-f]{64}", of())


def test_message_ids_and_references_are_never_the_same_twice() -> None:
    assert len({new_message_id(SENDER[1]) for _ in range(1_000)}) == 1_000
    assert re.fullmatch(
        r"<[0-9a-f]{32}@xn--bcher-kva\.example>", new_message_id("a@bücher.example")
    )
    taken: set[str] = set()
    for _ in range(1_000):
        made = new_reference(taken)
        assert re.fullmatch(r"PD-[0-9A-HJKMNP-TV-Z]{6}", made)
        assert made not in taken
        taken.add(made)
    sent(message_id=new_message_id(SENDER[1]), reference=new_reference())


# -- mailto --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*WORDS[:4], "a&bcc=eve@evil.example", "a?b#c%0d%0aBcc:x", "é&é"])
def test_a_mailto_line_has_one_recipient_a_subject_and_a_body(name: str) -> None:
    line = mailto(letter(customer=name, who=partner(name=name)), "o'neil+x@contoso.com", CODE)
    found = urlsplit(line)
    assert (found.scheme, unquote(found.path)) == ("mailto", "o'neil+x@contoso.com")
    fields = parse_qs(found.query, strict_parsing=True)
    assert set(fields) == {"subject", "body"}
    assert fields["subject"][0].endswith(f"[{CODE}]")
    assert found.fragment == ""
    assert line.isascii()
    assert line.isprintable()


def test_a_letter_that_no_mailto_line_holds_is_left_out_and_its_link_stays() -> None:
    for language in LANGUAGES:
        line = mailto(letter(language=language, link="granular"), TO)
        body = parse_qs(urlsplit(line).query)["body"][0]
        assert len(line) <= LONGEST_MAILTO
        first, _, rest = body.partition("\r\n\r\n")
        assert (first[0], first[-1]) == ("[", "]")
        assert rest == f"{granular_link()}\r\n"


def test_a_short_letter_is_in_its_mailto_line_whole() -> None:
    short = letter()
    short = type(short)(short.language, short.subject, short.blocks[:2], short.link, ())
    body = parse_qs(urlsplit(mailto(short, TO)).query)["body"][0]
    assert body == render.as_text(short).replace("\n", "\r\n")
