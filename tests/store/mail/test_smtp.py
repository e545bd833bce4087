"""One letter at a time to a real mail server: certificates, log-ins, refusals, cut lines."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from store.mail.account import Account, Auth, Security, Way
from store.mail.delivery import Came, Delivery, Parcel
from store.mail.smtp import Patience, Smtp
from store.mail.trouble import no_starttls
from store.secret import Secret
from tests.post_office import DRIP, GONE, STALL, post_office
from tests.store.mail.conftest import Certificates, certificates
from tests.store.mail.odd_server import HANG_UP, PAYLOAD, SILENT, odd_server

SENDER = "partners@adatum.example"
LETTER = (
    b"From: partners@adatum.example\r\nSubject: x\r\nMessage-ID: <1@adatum.example>\r\n\r\nHi.\r\n"
)
PARCEL = Parcel(1, LETTER, SENDER, "it@contoso.example")
SHORT = Patience(5.0, 5.0, 0.4)
PASSWORD = "pässwörd 'with\" everything"


@contextmanager
def smtp(port: int, patience: Patience = SHORT, **more: object) -> Iterator[Smtp]:
    """A connection that is closed at the end."""
    account = Account(
        Way.SMTP, SENDER, host="127.0.0.1", port=port, security=Security.NONE, user="anna"
    )
    found = Smtp(account._replace(**more), patience)
    try:
        yield found
    finally:
        found.close()


def carried(port: int, **more: object) -> Delivery:
    with smtp(port, **more) as wire:
        return wire.carry(PARCEL)


def secret() -> Secret:
    return Secret(PASSWORD)


# -- reaching it, and knowing who it is ---------------------------------------------------------


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


# -- what it says no to ---------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["recipient", "before"])
@pytest.mark.parametrize(
    ("line", "came"),
    [
        ("450 4.2.1 mailbox busy", Came.LATER),
        ("451 4.7.1 greylisted, come back", Came.LATER),
        ("452 4.2.2 over quota", Came.LATER),
        ("550 5.1.1 nobody here", Came.REFUSED),
        ("552 5.3.4 too large", Came.REFUSED),
        ("554 5.7.1 spam", Came.REFUSED),
        ("421 4.3.2 shutting down", Came.STOP),
        ("454 4.7.0 not now", Came.STOP),
        ("535 5.7.8 who are you", Came.STOP),
        ("450 4.7.1 rate limit reached", Came.STOP),
        ("554 5.7.0 too many messages", Came.STOP),
        ("450 4.2.1 receiving mail at a rate that prevents more", Came.LATER),
        ("552 5.2.2 too many messages in it", Came.REFUSED),
        ("550 5.1.8 no such domain as the sender's", Came.STOP),
        ("553 5.7.1 <x@y>: Sender address rejected: not owned", Came.STOP),
    ],
)
def test_a_no_to_a_letter_is_told_apart_and_never_counts_as_doubt(
    stage: str, line: str, came: Came
) -> None:
    with post_office() as office:
        setattr(office, stage, lambda about: line)
        delivery = carried(office.port)
        assert delivery.came is came
        assert delivery.why is not None
        assert line[:3] in f"{delivery.code} {delivery.why}"
        assert office.mails == []


@pytest.mark.parametrize("code", ["421", "450", "451", "452", "454", "530", "535", "550", "554"])
def test_a_no_to_the_sender_ends_it_for_all(code: str) -> None:
    with post_office() as office:
        office.sender = lambda about: f"{code} no"
        delivery = carried(office.port)
        assert delivery.came is Came.STOP
        assert delivery.error is not None
        assert delivery.why == delivery.error.what


def test_one_refused_in_the_middle_keeps_nothing_from_the_next() -> None:
    with post_office() as office, smtp(office.port) as wire:
        office.recipient = lambda to: "550 5.1.1 nobody" if to.startswith("b@") else None
        came = [wire.carry(PARCEL._replace(to=f"{it}@x.example")).came for it in "abc"]
        assert came == [Came.ACCEPTED, Came.REFUSED, Came.ACCEPTED]
        assert office.to == ["a@x.example", "c@x.example"]
        assert office.connections == 1


# -- a line that is cut -------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["greeting", "sender", "recipient"])
def test_a_line_cut_before_the_letter_leaves_no_doubt(stage: str) -> None:
    with post_office() as office:
        setattr(office, stage, lambda about: GONE)
        assert carried(office.port).came is Came.STOP
        assert office.mails == []


@pytest.mark.parametrize("how", [GONE, STALL])
@pytest.mark.parametrize("stage", ["before", "after"])
def test_a_line_cut_after_the_letter_began_is_a_doubt_whether_it_came_or_not(
    stage: str, how: str
) -> None:
    with post_office() as office:
        setattr(office, stage, lambda about: how)
        delivery = carried(office.port)
        assert delivery.came is Came.UNKNOWN
        assert len(office.mails) == (stage == "after")


@pytest.mark.parametrize(
    ("stage", "patience", "came"),
    [
        ("greeting", Patience(0.5, 5.0, 5.0), Came.STOP),
        ("sender", Patience(5.0, 0.5, 5.0), Came.STOP),
        ("recipient", Patience(5.0, 0.5, 5.0), Came.STOP),
        ("before", Patience(5.0, 5.0, 0.5), Came.UNKNOWN),
        ("after", Patience(5.0, 5.0, 0.5), Came.UNKNOWN),
    ],
)
@pytest.mark.parametrize("tls", [False, True])
def test_an_answer_that_drips_is_waited_for_as_long_as_one_that_does_not_come(
    good: Certificates, stage: str, patience: Patience, came: Came, tls: bool
) -> None:
    more = {"security": Security.STARTTLS, "ca_bundle": good.authority} if tls else {}
    with post_office(certificate=good.server if tls else "") as office:
        setattr(office, stage, lambda about: DRIP)
        delivery = carried(office.port, patience=patience, **more)
        assert delivery.came is came
        assert "not answer" in str(delivery.why)


def test_an_answer_without_an_end_is_not_heard_to_its_end() -> None:
    endless = "\r\n".join(["250-and so on"] * 20_000) + "\r\n250 that is all"
    with odd_server(["220 hi", endless]) as office:
        delivery = carried(office.port)
        assert delivery.came is Came.STOP
        assert "broke off" in str(delivery.why)


def test_each_answer_has_a_time_of_its_own() -> None:
    with post_office() as office, smtp(office.port, Patience(5.0, 1.0, 1.0)) as wire:
        came, began = [], time.monotonic()
        while time.monotonic() - began < 1.5:  # longer than any one answer may take
            came.append(wire.carry(PARCEL).came)
        assert set(came) == {Came.ACCEPTED}
        assert office.connections == 1


OPENING = ["220 hi", "250 post", "250 sender", "250 recipient"]


@pytest.mark.parametrize(
    ("rest", "came"),
    [
        (["354 go", PAYLOAD, HANG_UP], Came.UNKNOWN),
        (["354 go", PAYLOAD, SILENT], Came.UNKNOWN),
        (["354 go", HANG_UP], Came.UNKNOWN),
        (["354 go", PAYLOAD, "250-almost", HANG_UP], Came.UNKNOWN),
        (["354 go", PAYLOAD, "what?"], Came.UNKNOWN),
        (["354 go", PAYLOAD, "354 again"], Came.UNKNOWN),
        (["354 go", PAYLOAD, "999 what"], Came.UNKNOWN),
        (["354 go", PAYLOAD, "250 fine"], Came.ACCEPTED),
        (["354 go", PAYLOAD, "550 no"], Came.REFUSED),
        (["451 later"], Came.LATER),
        (["554 no"], Came.REFUSED),
        ([HANG_UP], Came.STOP),
        (["250 an answer to something else"], Came.STOP),
    ],
)
def test_only_a_plain_yes_after_the_letter_counts_as_sent(rest: list[str], came: Came) -> None:
    with odd_server([*OPENING, *rest]) as office:
        assert carried(office.port).came is came


def test_a_connection_cut_between_letters_is_made_anew_without_a_word() -> None:
    yes = ["250 sender", "250 recipient", "354 go", PAYLOAD, "250 fine"]
    with (
        odd_server(["220 hi", "250 post", *yes, HANG_UP], ["220 hi", "250 post", *yes]) as office,
        smtp(office.port) as wire,
    ):
        came = [wire.carry(PARCEL).came for _ in range(2)]
        assert came == [Came.ACCEPTED] * 2
        assert (len(office.letters), len(office.heard)) == (2, 2)


def test_a_server_that_was_idle_too_long_and_says_goodbye_is_called_once_more() -> None:
    yes = ["250 sender", "250 recipient", "354 go", PAYLOAD, "250 fine"]
    with (
        odd_server(
            ["220 hi", "250 post", *yes, "421 4.4.2 timeout"], ["220 hi", "250 post", *yes]
        ) as office,
        smtp(office.port) as wire,
    ):
        assert [wire.carry(PARCEL).came for _ in range(2)] == [Came.ACCEPTED] * 2


def test_after_a_doubt_the_next_letter_goes_over_a_new_connection() -> None:
    def after(about: str) -> str | None:
        return GONE if len(office.mails) == 1 else None

    with post_office() as office, smtp(office.port) as wire:
        office.after = after
        assert [wire.carry(PARCEL).came for _ in range(2)] == [Came.UNKNOWN, Came.ACCEPTED]
        assert (len(office.mails), office.connections) == (2, 2)


def test_an_address_with_a_line_break_is_never_a_command() -> None:
    with post_office() as office, smtp(office.port) as wire:
        evil = PARCEL._replace(to="it@x.example>\r\nRCPT TO:<evil@x.example")
        assert wire.carry(evil).came is not Came.ACCEPTED
        assert wire.carry(PARCEL).came is Came.ACCEPTED
        assert office.to == [PARCEL.to]


def test_an_address_that_was_not_made_ascii_is_refused_before_anything_is_sent() -> None:
    with post_office() as office, smtp(office.port) as wire:
        assert wire.carry(PARCEL._replace(to="it@bücher.example")).came is Came.REFUSED
        assert office.connections == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("550 5.1.1 nobody", "Correct the address"),
        ("550 nobody", "Correct the address"),
        ("550 5.7.1 this is spam", ""),
        ("554 no", ""),
    ],
)
def test_an_address_is_to_be_corrected_only_where_it_is_what_is_wrong(line: str, said: str) -> None:
    with post_office() as office:
        office.recipient = lambda about: line
        assert str(carried(office.port).todo or "").startswith(said)
        assert bool(carried(office.port).todo) is bool(said)


def test_a_letter_that_is_too_large_is_no_matter_of_its_sender() -> None:
    with post_office() as office:
        office.sender = lambda about: "552 5.3.4 message size exceeds fixed limit"
        assert carried(office.port).came is Came.REFUSED


def test_a_goodbye_after_the_whole_letter_is_not_answered_with_the_letter_once_more() -> None:
    yes = ["250 sender", "250 recipient", "354 go", PAYLOAD]
    with (
        odd_server(
            ["220 hi", "250 post", *yes, "250 fine", *yes, "421 4.3.2 closing"],
            ["220 hi", "250 post", *yes, "250 fine"],
        ) as office,
        smtp(office.port) as wire,
    ):
        assert [wire.carry(PARCEL).came for _ in range(2)] == [Came.ACCEPTED, Came.STOP]
        assert len(office.letters) == 2


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
