"""What a mail server answers to a letter: refusals, cut lines, odd answers."""

from __future__ import annotations

import pytest

from store.mail import smtp as smtp_module
from store.mail.account import Security
from store.mail.delivery import Came
from store.mail.smtp import Patience
from tests.post_office import DRIP, GONE, STALL, post_office
from tests.store.mail.conftest import Certificates
from tests.store.mail.odd_server import HANG_UP, PAYLOAD, SILENT, odd_server
from tests.store.mail.wire import PARCEL, carried, smtp

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


def test_each_answer_has_a_time_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock:
        now = 1_000.0

        def monotonic(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(smtp_module, "time", clock)
    with post_office() as office, smtp(office.port) as wire:
        for _ in range(3):
            assert wire.carry(PARCEL).came is Came.ACCEPTED
            clock.now += 3_600.0  # as a pause does
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
