"""A letter as a mail is one draft, from one sender, to one customer."""

from __future__ import annotations

import contextlib
import re
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import compat32, default

import pytest

from store.actions.letters import Copy, Format, written
from store.errors import DeskError
from store.letters import render
from store.letters.compose import Letter
from store.model.customer import LANGUAGES, Customer
from store.model.customer import mail as mail_address
from store.model.offer import Kind
from store.model.partner import Cloud, Partner
from tests.store.letters.samples import EVERY, letter
from tests.store.model.samples import partner

HEADERS = {"Subject", "From", "To", "X-Unsent", "MIME-Version", "Content-Type", "Content-Language"}

HOSTILE = [
    "Anna\r\nBcc: eve@evil.example",
    "Anna\nBcc: eve@evil.example",
    "Anna\rBcc: eve@evil.example",
    "Anna\x0bBcc: eve@evil.example",
    "Anna\u2028Bcc: eve@evil.example",
    "Anna\x85Bcc: eve@evil.example",
    "Anna\x1b[31m\x00",
    "Anna\ud800",
    "Anna <eve@evil.example>, ",
    'Anna" <eve@evil.example>',
    "eve@evil.example,",
    "=?utf-8?q?Bcc=3A_eve=40evil.example?=",
    "\u202eanna",
    "x" * 1_000,
    "é" * 300,
]


def parsed(data: bytes) -> EmailMessage:
    message = BytesParser(policy=default).parsebytes(data)
    assert isinstance(message, EmailMessage)
    return message


def sent(found: Letter, who: Partner, contact: str = "it@contoso.com") -> EmailMessage:
    """The mail of a letter to one customer."""
    copy = Copy(found, (Customer(1, "Contoso", contact=contact),))
    return parsed(written(copy, Format.EML, who))


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content


@pytest.mark.parametrize(("kind", "language", "link"), EVERY)
def test_every_letter_is_a_mail_with_text_and_html(kind: Kind, language: str, link: str) -> None:
    found = letter(kind, language, link)
    mail = sent(found, partner())
    assert set(mail.keys()) <= HEADERS
    assert mail.get_content_type() == "multipart/alternative"
    assert [piece.get_content_type() for piece in mail.iter_parts()] == ["text/plain", "text/html"]
    assert part(mail, "plain").replace("\r\n", "\n") == render.as_text(found)
    assert part(mail, "html").replace("\r\n", "\n") == render.as_html(found)
    assert mail["X-Unsent"] == "1"
    assert not mail.defects


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_the_subject_arrives_as_it_was_written(kind: Kind, language: str) -> None:
    found = letter(kind, language)
    assert str(sent(found, partner())["Subject"]).strip() == render.subject(found)


def test_the_mail_is_from_the_partner_to_the_customer() -> None:
    mail = sent(letter(), partner())
    assert mail.get_all("From") == ["Anna Lindqvist <partners@adatum.example>"]
    assert mail.get_all("To") == ["it@contoso.com"]


def test_the_mail_says_its_language() -> None:
    assert sent(letter(language="fr"), partner())["Content-Language"] == "fr"


def test_a_customer_without_an_address_and_several_customers_are_not_addressed() -> None:
    assert "To" not in sent(letter(), partner(), contact="")
    both = (
        Customer(1, "Contoso", contact="it@contoso.com"),
        Customer(2, "Fabrikam", contact="it@fabrikam.com"),
    )
    mail = parsed(written(Copy(letter(), both), Format.EML, partner()))
    assert "To" not in mail
    assert "contoso.com" not in mail.as_string().lower()


def test_a_partner_without_an_address_is_not_a_sender() -> None:
    assert "From" not in sent(letter(), partner(mail=""))


LONG = [
    "Adatum Cloud Services demande à administrer votre environnement Microsoft 365 pour vous",
    "请求委派管理：请贵组织全局管理员确认并答复，谢谢合作，" * 4,
    "é " * 100,
    "Offer " + "é" * 240,
    "👩\u200d👩\u200d👧" * 10,
    "a  b é  c" + " d" * 60,
    "plain " * 40 + "é",
]


@pytest.mark.parametrize("name", LONG, ids=lambda name: ascii(name[:20]))
def test_encoded_words_are_short_enough_and_arrive_as_they_were_written(name: str) -> None:
    who = partner(name=name, contact=name)
    found = letter(customer=name, who=who)
    data = written(Copy(found, (Customer(1, "x", contact="it@contoso.com"),)), Format.EML, who)
    head = data.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
    assert any(b"=?utf-8?" in line for line in head)
    for line in head:
        words = re.findall(rb"=\?[^ ]*\?=", line)
        assert all(len(word) <= 75 for word in words)
        assert len(line) <= (76 if words else 998)
    mail = parsed(data)
    assert str(mail["Subject"]) == render.subject(found)
    # Python 3.11 reads a space between the words of a display name, so these are read plainly.
    plain = BytesParser(policy=compat32).parsebytes(data)["From"]
    assert str(make_header(decode_header(plain))) == f"{name} <partners@adatum.example>"
    assert [found.addr_spec for found in mail["From"].addresses] == ["partners@adatum.example"]


@pytest.mark.parametrize(
    ("domain", "written_as"),
    [
        ("straße.de", "xn--strae-oqa.de"),
        ("strasse.de", "strasse.de"),
        ("STRASSE.de", "strasse.de"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("βόλος.gr", "xn--nxasmm1c.gr"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("münchen.例え.jp", "xn--mnchen-3ya.xn--r8jz45g.jp"),
    ],
)
def test_a_domain_is_never_written_as_another(domain: str, written_as: str) -> None:
    mail = sent(letter(), partner(mail=f"us@{domain}"), contact=f"it@{domain}")
    assert [found.addr_spec for found in mail["To"].addresses] == [f"it@{written_as}"]
    assert [found.addr_spec for found in mail["From"].addresses] == [f"us@{written_as}"]


def test_a_practice_mail_says_so_in_its_subject() -> None:
    who = partner(Cloud.PRACTICE)
    mail = sent(letter(who=who), who)
    assert str(mail["Subject"]).startswith("PRACTICE: ")
    assert part(mail, "plain").startswith("PRACTICE")


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name[:30]))
def test_a_hostile_name_adds_no_header_and_no_address(name: str) -> None:
    who = partner(name=name, contact=name)
    mail = sent(letter(customer=name, who=who), who)
    assert set(mail.keys()) <= HEADERS
    assert len(mail.keys()) == len(set(mail.keys()))
    senders, receivers = mail["From"].addresses, mail["To"].addresses
    assert [found.addr_spec for found in senders] == ["partners@adatum.example"]
    assert [found.addr_spec for found in receivers] == ["it@contoso.com"]


@pytest.mark.parametrize(
    "address",
    [
        "it@contoso.com\r\nBcc: eve@evil.example",
        "it@contoso.com, eve@evil.example",
        "it@contoso.com\neve@evil.example",
        "<it@contoso.com> eve@evil.example",
        "nobody",
        "\x1b@contoso.com",
        "\ud800@contoso.com",
        '"a b"@contoso.com',
    ],
    ids=ascii,
)
def test_an_address_that_came_past_the_door_adds_nobody(address: str) -> None:
    for contact, mail_of_ours in ((address, "a@adatum.example"), ("it@contoso.com", address)):
        who = partner(mail=mail_of_ours)
        with contextlib.suppress(DeskError):
            mail = sent(letter(), who, contact)
            assert set(mail.keys()) <= HEADERS
            for header in ("From", "To"):
                assert len(mail[header].addresses if mail[header] else ()) <= 1
            assert "eve" not in str(mail["To"]) + str(mail["From"])


@pytest.mark.parametrize(
    "address",
    [
        "it@contoso.com",
        "o'neil+it=x@sub.contoso.com",
        "a!#$%&*/?^_`{|}~-z@contoso.com",
        "it@bücher.example",
        f"{'x' * 64}@{'y' * 63}.{'z' * 63}.example",
    ],
)
def test_every_address_that_the_door_takes_can_be_written_to(address: str) -> None:
    assert mail_address(address) == address
    copy = Copy(letter(), (Customer(1, "Contoso", contact=address),))
    data = written(copy, Format.EML, partner())
    (found,) = parsed(data)["To"].addresses
    assert found.username == address.split("@")[0]
    head = data.split(b"\r\n\r\n", 1)[0]
    assert b"=?" not in head.split(b"To:", 1)[1].split(b"\r\nX-", 1)[0]
