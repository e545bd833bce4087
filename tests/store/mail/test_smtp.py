"""A real mail server is reached and known: certificates, log-ins, and no word of a password."""

from __future__ import annotations

import base64
import socket
from pathlib import Path

import pytest

from store.mail.account import Account, Auth, Security, Way
from store.mail.delivery import Came, Delivery
from store.mail.smtp import Patience
from store.mail.trouble import no_starttls
from store.secret import Secret
from tests.post_office import post_office
from tests.store.mail.conftest import Certificates, certificates
from tests.store.mail.odd_server import HANG_UP, odd_server
from tests.store.mail.wire import LETTER, PARCEL, PASSWORD, SENDER, carried, secret, smtp


def test_a_letter_arrives_as_it_was_and_the_server_says_so(tmp_path: Path) -> None:
    with post_office() as office, smtp(office.port) as wire:
        delivery = wire.carry(PARCEL)
        assert delivery == Delivery(Came.ACCEPTED, "250 2.0.0")
        (mail,) = office.mails
        assert (mail.sender, mail.to, mail.content) == (SENDER, (PARCEL.to,), LETTER)


def test_one_connection_serves_for_all_letters() -> None:
    with post_office() as office, smtp(office.port) as wire:
        came = [wire.carry(PARCEL._replace(id=number)).came for number in range(5)]
        assert came == [Came.ACCEPTED] * 5
        assert (len(office.mails), office.connections) == (5, 1)


def test_dots_and_bare_line_ends_reach_nobody_as_commands() -> None:
    evil = LETTER + b".\nMAIL FROM:<evil@x>\n.\r\n..\rRSET\r\n"
    with post_office() as office:
        with smtp(office.port) as wire:
            assert wire.carry(PARCEL._replace(message=evil)).came is Came.ACCEPTED
        (mail,) = office.mails
        assert mail.content == LETTER + b".\r\nMAIL FROM:<evil@x>\r\n.\r\n..\r\nRSET\r\n"


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize("only", ["PLAIN", "LOGIN"])
def test_it_logs_in_over_tls_with_any_password(
    good: Certificates, implicit: bool, only: str
) -> None:
    users = {"anna": PASSWORD}
    with post_office(
        certificate=good.server, implicit=implicit, users=users, only=(only,)
    ) as office:
        delivery = carried(
            office.port, ca_bundle=good.authority, auth=Auth.PASSWORD, secret=secret,
            security=Security.TLS if implicit else Security.STARTTLS,
        )  # fmt: skip
        assert delivery.came is Came.ACCEPTED, delivery
        assert office.logins == [(only, "anna", PASSWORD)]
        assert [mail.user for mail in office.mails] == ["anna"]
        assert implicit or office.mails[0].tls


def test_it_logs_in_with_a_token(good: Certificates) -> None:
    with post_office(certificate=good.server, tokens={"anna": PASSWORD}) as office:
        more = {"security": Security.STARTTLS, "ca_bundle": good.authority, "auth": Auth.XOAUTH2}
        assert carried(office.port, secret=secret, **more).came is Came.ACCEPTED
        refused = carried(office.port, secret=lambda: Secret("old"), **more)
        assert (refused.came, len(office.mails)) == (Came.STOP, 1)
        assert "535" in str(refused.why)
        assert "password-command" in str(refused.todo)


def test_a_wrong_password_is_said_without_the_password(good: Certificates) -> None:
    with post_office(certificate=good.server, users={"anna": "another"}) as office:
        refused = carried(
            office.port, security=Security.STARTTLS, ca_bundle=good.authority,
            auth=Auth.PASSWORD, secret=secret,
        )  # fmt: skip
        assert refused.came is Came.STOP
        assert "does not let anna in" in str(refused.why)
        assert refused.error is not None
        assert refused.error.__context__ is None
        assert PASSWORD not in repr(refused)


@pytest.mark.parametrize(
    ("host", "days", "believed", "said"),
    [
        ("127.0.0.1", -3, True, "has expired"),
        ("127.0.0.2", 30, True, "for another name"),
        ("127.0.0.1", 30, False, "vouches"),
    ],
)
@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_certificate_that_does_not_check_out_ends_it_before_anything_is_said(
    tmp_path: Path, host: str, days: int, believed: bool, said: str, security: Security
) -> None:
    found = certificates(tmp_path / "bad", host=host, days=days)
    implicit = security is Security.TLS
    with post_office(
        certificate=found.server, implicit=implicit, users={"anna": PASSWORD}
    ) as office:
        delivery = carried(
            office.port, security=security, auth=Auth.PASSWORD, secret=secret,
            ca_bundle=found.authority if believed else "",
        )  # fmt: skip
        assert delivery.came is Came.STOP
        assert said in str(delivery.why), delivery.why
        assert (office.logins, office.mails) == ([], [])


def test_a_server_without_starttls_gets_neither_password_nor_letter() -> None:
    with post_office() as office:
        delivery = carried(
            office.port, security=Security.STARTTLS, auth=Auth.PASSWORD, secret=secret
        )
        assert delivery.came is Came.STOP
        assert "offers no STARTTLS" in str(delivery.why)
        assert 'security = "none"' in str(delivery.todo)
        assert office.mails == []


def test_only_a_server_on_this_host_is_one_to_talk_to_in_the_open() -> None:
    far = Account(Way.SMTP, "a@adatum.example", host="smtp.example.com", port=25)
    assert 'security = "none"' not in str(no_starttls(far).todo)


def test_a_starttls_that_was_taken_out_on_the_way_is_no_reason_to_go_on_in_the_open() -> None:
    script = ["220 hi", "250-post\r\n250 AUTH PLAIN", "250 fine", "250 fine", "250 fine"]
    with odd_server(script) as office:
        delivery = carried(
            office.port, security=Security.STARTTLS, auth=Auth.PASSWORD, secret=secret
        )
        assert delivery.came is Came.STOP
        assert [line.split()[0].lower() for line in office.heard[0]] == ["ehlo"]


def test_what_stands_behind_the_answer_to_starttls_is_not_taken_for_the_tls_talk(
    good: Certificates,
) -> None:
    script = ["220 hi", "250-post\r\n250 STARTTLS", "220 go\r\n235 you are in", HANG_UP]
    with odd_server(script) as office:
        delivery = carried(
            office.port, security=Security.STARTTLS, ca_bundle=good.authority,
            auth=Auth.PASSWORD, secret=secret,
        )  # fmt: skip
        assert delivery.came is Came.STOP


def test_nobody_who_listens_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    delivery = carried(port)
    assert delivery.came is Came.STOP
    assert "Nothing listens" in str(delivery.why)


def test_a_server_that_is_silent_from_the_start_is_said() -> None:
    with odd_server([]) as office:
        delivery = carried(office.port, patience=Patience(0.3, 0.3, 0.3))
    assert delivery.came is Came.STOP
    assert "does not answer" in str(delivery.why)


def test_a_server_that_offers_no_login_is_said() -> None:
    with odd_server(["220 hi", "250 post"]) as office:
        delivery = carried(office.port, auth=Auth.PASSWORD, secret=secret)
        assert delivery.came is Came.STOP
        assert "no way to log in" in str(delivery.why)


@pytest.mark.parametrize("host", ["mail..example", ".localhost", "a" * 70 + ".example", "x\0y"])
@pytest.mark.parametrize("security", list(Security))
def test_a_host_that_can_be_none_is_said(host: str, security: Security) -> None:
    delivery = carried(9, host=host, security=security)
    assert delivery.came is Came.STOP
    assert "no mail server called" in str(delivery.why)


def test_a_password_that_cannot_be_sent_is_said_and_not_shown() -> None:
    with odd_server(["220 hi", "250-post\r\n250 AUTH PLAIN"]) as office:
        delivery = carried(office.port, auth=Auth.PASSWORD, secret=lambda: Secret("hunter2\udcff"))
        assert delivery.came is Came.STOP
        assert "cannot be sent" in str(delivery.why)
        assert "hunter2" not in repr(delivery)


@pytest.mark.parametrize("user", ["anna", "bob", "carol"])  # each a third of base64 further on
@pytest.mark.parametrize("cut", [None, 30])
def test_a_server_that_repeats_what_it_was_sent_does_not_write_the_password_into_our_words(
    user: str, cut: int | None
) -> None:
    sent = base64.b64encode(f"\0{user}\0{PASSWORD}".encode()).decode()
    script = ["220 hi", "250-post\r\n250 AUTH PLAIN", f"501 what is PLAIN {sent[:cut]}?"]
    with odd_server(script) as office:
        delivery = carried(office.port, auth=Auth.PASSWORD, secret=secret, user=user)
        assert "what is PLAIN •" in str(delivery.why)
        assert all(sent[at : at + 8] not in repr(delivery) for at in range(len(sent) - 8))


def test_a_token_that_is_repeated_is_not_shown_either() -> None:
    sent = base64.b64encode(f"user=anna\x01auth=Bearer {PASSWORD}\x01\x01".encode()).decode()
    script = ["220 hi", "250-post\r\n250 AUTH XOAUTH2", f"501 AUTH XOAUTH2 {sent} is too long"]
    with odd_server(script) as office:
        delivery = carried(office.port, auth=Auth.XOAUTH2, secret=secret)
        assert str(delivery.why).endswith("501 AUTH XOAUTH2 ••• is too long")


def test_a_token_goes_only_to_a_server_that_takes_tokens() -> None:
    with odd_server(["220 hi", "250-post\r\n250 AUTH PLAIN LOGIN"]) as office:
        delivery = carried(office.port, auth=Auth.XOAUTH2, secret=secret)
        assert "no way to log in that is known here: PLAIN LOGIN" in str(delivery.why)
        assert not any("AUTH" in line for line in office.heard[0])
