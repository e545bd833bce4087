"""The outbox on the screen: what is doubtful is said, looked up, and never sent twice unasked."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from store.actions import outbox
from store.actions.turn import Turn
from store.desk import Desk
from store.message import Message, msg
from store.model.consent import State
from store.model.outgoing import Stage
from store.work import Tables
from tests.conftest import TODAY
from tests.post_office import GONE, PostOffice
from tests.tui.driver import Driver, at_the_desk
from tests.tui.sending.story import (
    ended,
    key_of,
    letters,
    more_customers,
    plan_for_all,
    planned,
    send,
    stages,
    with_mail,
)


async def hung_up_on(operator: Driver, office: PostOffice, address: str) -> str:
    """Sends to all; the server hangs up on one letter, which it has by then. Its Message-ID."""
    partner = operator.desk

    def moody(message_id: str) -> str | None:
        letter = next(it for it in letters(partner) if it.message_id == message_id)
        return GONE if letter.to == address else None

    office.after = moody
    await plan_for_all(operator)
    await send(operator)
    await ended(operator)
    await operator.hears("Whether 1 letter was sent is not known, and it is not sent again.")
    return next(letter.message_id for letter in letters(partner) if letter.to == address)


async def test_a_server_that_hangs_up_leaves_a_doubt_which_is_looked_up(
    partner: Desk, office: PostOffice
) -> None:
    more_customers(partner, 3)
    async with with_mail(partner, office) as operator:
        message_id = await hung_up_on(operator, office, "it@a.example")
        await operator.sees("4 sent, 0 refused, 1 unknown, 0 still queued.")
        # Nothing sends it again by itself.
        await operator.press("ctrl+s")
        await operator.hears("Nothing of this is left to send.")
        await operator.press("O")
        await operator.at("outbox")
        await operator.sees("doubtful 1", "sent 4", "Look for the Message-ID", message_id)
        await operator.press("y")
        await operator.until(lambda: operator.app.clipboard == message_id)
        consent = partner.view.consent(key_of(partner, "Firm a"), TODAY)
        assert consent.state is State.NOT_OFFERED
        await operator.press("a")
        await operator.at("confirm")
        await operator.sees("Record that 1 letter arrived?", "Firm a")
        await operator.press("y")
        await operator.hears("1 letter arrived.")
        await operator.sees("sent 5")
        assert partner.view.consent(key_of(partner, "Firm a"), TODAY).state is State.WAITING
        await operator.press("g")
        await operator.hears("Again: Only what is unknown or refused is sent again.")
    assert len(office.to) == len(set(office.to)) == 5


async def test_what_did_not_arrive_is_queued_again_and_sent_under_its_message_id(
    partner: Desk, office: PostOffice
) -> None:
    async with with_mail(partner, office) as operator:
        message_id = await hung_up_on(operator, office, "it@contoso.example")
        office.mails.clear()
        office.after = lambda message_id: None
        await operator.press("O")
        await operator.at("outbox")
        await operator.press("g")
        await operator.at("confirm")
        await operator.sees("though it may have arrived?", "in your Sent folder")
        await operator.press("y")
        await operator.hears("1 letter is queued again.")
        assert not office.mails
        await operator.press("R")
        await planned(operator)
        await operator.sees("1 still queued.", "Hello Contoso", "To: it@contoso.example")
        await operator.press("ctrl+s")
        await operator.at("confirm")
        await operator.sees("Send 1 letter that is queued?")
        await operator.press("y")
        await operator.hears("All were accepted.")
        await operator.press("escape")
        await operator.at("outbox")
        await operator.sees("[all 2]", "sent 2")
    assert [mail.message_id for mail in office.mails] == [message_id]


async def test_a_dead_process_is_told_of_when_the_desk_opens(
    partner: Desk, office: PostOffice
) -> None:
    async with with_mail(partner, office) as operator:
        office.recipient = lambda address: "451 4.7.1 later"
        await plan_for_all(operator)
        await send(operator)
        await ended(operator)

    def begun(tables: Tables) -> Message:
        tables.outbox.update({"stage": Stage.SENDING.value}, doc_ids=[letters(partner)[0].id])
        return msg("It was killed here.")

    partner.transaction("test", begun)
    async with with_mail(partner, office) as operator:
        await operator.hears("Nobody knows whether 1 letter left. O opens the outbox")
        await operator.press("O")
        await operator.at("outbox")
        await operator.sees("doubtful 1", "queued 1", "unknown")


async def test_a_desk_with_nothing_doubtful_says_nothing(partner: Desk) -> None:
    async with at_the_desk(partner) as operator:
        assert operator.app.said == []
        await operator.press("O")
        await operator.at("outbox")
        await operator.sees("Nothing was ever queued here.")
        for key, said in (("a", "Arrived: Nothing is chosen"), ("R", "Nothing is queued.")):
            await operator.press(key)
            await operator.hears(said)


async def test_the_outbox_is_filtered_marked_and_emptied(partner: Desk, office: PostOffice) -> None:
    more_customers(partner, 4)
    office.recipient = {
        "it@a.example": "550 5.1.1 nobody", "it@b.example": "451 later",
    }.get  # fmt: skip
    async with with_mail(partner, office) as operator:
        await plan_for_all(operator)
        await send(operator)
        await ended(operator)
        await operator.press("O")
        await operator.at("outbox")
        await operator.sees("[all 6]", "queued 1", "refused 1", "sent 4", "nobody")
        await operator.press("s")
        await operator.sees("[queued 1]", "451 later")
        await operator.press("s", "s")
        await operator.sees("[sent 4]")
        await operator.press("d")
        await operator.hears("Drop: Only what has not left is dropped.")
        await operator.press("S", "S", "asterisk")
        await operator.sees("1 marked, 0 hidden.")
        await operator.press("d")
        await operator.at("confirm")
        await operator.sees("Drop 1 letter?", "Firm b")
        await operator.press("y")
        await operator.hears("1 letter was dropped.")
        await operator.press("escape")
        await operator.sees("[all 6]", "dropped 1")
        assert stages(partner)["it@b.example"] is Stage.DROPPED
        # A reference or a Message-ID finds a letter.
        letter = letters(partner)[0]
        await operator.press("slash", *letter.reference.lower(), "enter")
        await operator.sees("1 of 6. esc ends it.", letter.to)
        # Enter reads the letter as it would be written today.
        await operator.press("enter")
        await operator.at("read")
        await operator.sees("As it reads today", "Hello Contoso")
        await operator.press("escape")
        await operator.at("outbox")
        await operator.press("o")
        await operator.at("customer")


async def test_the_summary_is_saved_for_a_spreadsheet(
    partner: Desk, office: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    more_customers(partner, 1)
    office.recipient = {"it@a.example": "550 5.1.1 nobody"}.get
    async with with_mail(partner, office) as operator:
        await plan_for_all(operator)
        await operator.press("x")
        await operator.hears("Summary: Nothing was sent here yet.")
        await send(operator)
        await ended(operator)
        await operator.press("x")
        await operator.at("ask")
        await operator.press("enter")
        await operator.hears("Saved in")
    (path,) = tmp_path.glob("letters-*.csv")
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    assert {row["Address"]: row["Stage"] for row in rows} == {
        "it@contoso.example": "sent", "info@lefevre.example": "sent", "it@a.example": "refused",
    }  # fmt: skip


async def test_ten_thousand_letters_are_listed_with_the_doubtful_first(partner: Desk) -> None:
    def fill(tables: Tables) -> Message:
        for number in range(10_000):
            stage = Stage.UNKNOWN if number == 5_000 else Stage.SENT
            tables.outbox.insert(
                {"customer": 1, "what": "offer", "to": f"it@{number}.example",
                 "stage": stage.value, "kind": "delegated", "message_id": f"<{number}@x>"}
            )  # fmt: skip
        return msg("Much was sent.")

    partner.transaction("test", fill)
    async with at_the_desk(partner) as operator:
        await operator.hears("Nobody knows whether 1 letter left.")
        await operator.press("O")
        await operator.at("outbox")
        await operator.sees("it@5000.example", "[all 10,000]", "doubtful 1")
        await operator.press("end")
        await operator.sees("it@0.example")
        assert len(outbox.doubtful(partner.view)) == 1


async def test_words_are_looked_for_in_what_is_shown(partner: Desk, office: PostOffice) -> None:
    async with with_mail(partner, office) as operator:
        await plan_for_all(operator)
        await send(operator)
        await ended(operator)
        await operator.press("O")
        await operator.at("outbox")
        await operator.press("asterisk", "slash", *"none")
        await operator.sees("Filter “none”: 0 of 2", "2 marked, 2 hidden.")
        await operator.press("escape")
        await operator.sees("2 marked, 0 hidden.")


async def test_a_letter_of_a_newer_version_is_left_to_it(partner: Desk, office: PostOffice) -> None:
    def newer(tables: Tables) -> Message:
        tables.outbox.insert({"customer": 1, "what": "invoice", "to": "it@contoso.example",
                              "stage": Stage.QUEUED.value, "kind": "delegated"})  # fmt: skip
        return msg("A newer version queued it.")

    partner.transaction("test", newer)
    async with with_mail(partner, office) as operator:
        await operator.press("O")
        await operator.at("outbox")
        await operator.press("R")
        await operator.hears("A newer version queued these letters; it has to send them.")


async def test_what_another_process_is_sending_is_in_no_doubt_until_it_dies(
    partner: Desk, office: PostOffice
) -> None:
    def begun(tables: Tables) -> Message:
        tables.outbox.insert({"customer": 1, "what": "offer", "to": "it@contoso.example",
                              "stage": Stage.SENDING.value, "kind": "delegated"})  # fmt: skip
        return msg("It is being sent.")

    with Turn(partner):
        partner.transaction("test", begun)
        async with with_mail(partner, office) as operator:
            await operator.press("O")
            await operator.at("outbox")
            await operator.sees("[all 1]  being sent 1")
    async with with_mail(partner, office) as operator:
        await operator.press("O")
        await operator.at("outbox")
        await operator.sees("doubtful 1", "Nobody knows whether it left. Look for the Message-ID")
        assert "partnerdesk outbox" not in operator.on_screen
        partner.transaction("test", begun)
        await operator.sees("being sent 1")
        await operator.press("r")
        await operator.sees("doubtful 2")
