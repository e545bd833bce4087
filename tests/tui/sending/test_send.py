"""Sending from the desk: the plan, the letters, what a real mail server got, and what is said."""

from __future__ import annotations

import pytest

from store.actions import consent, offers
from store.actions.turn import Turn
from store.desk import Desk
from store.model.consent import Answer, State
from store.model.invitation import How
from store.model.offer import Kind
from store.model.outgoing import Stage, What
from store.model.subscription import Subscription
from tests.conftest import TODAY
from tests.post_office import GONE, PostOffice
from tests.tui.sending.story import (
    SENDER,
    Gate,
    ended,
    key_of,
    letters,
    more_customers,
    parsed,
    plan_for_all,
    planned,
    send,
    stages,
    with_mail,
)


async def test_from_marked_customers_to_letters_in_their_languages(
    partner: Desk, office: PostOffice
) -> None:
    async with with_mail(partner, office, reply_to="answers@adatum.example") as operator:
        screen = await plan_for_all(operator)
        await operator.sees("2 letters would be sent, 1 left out.", "It has no contact address.",
                            f"From {SENDER} by 127.0.0.1, as fast as it goes.")  # fmt: skip
        # The letter under the cursor, as it will go.
        await operator.press("down")
        await operator.sees("To: it@contoso.example", "Reply to: answers@adatum.example",
                            "Hello Contoso")  # fmt: skip
        await operator.press("down")
        await operator.sees("To: info@lefevre.example", "Bonjour")
        # Only yes sends, and it is said first to whom.
        await operator.press("ctrl+s")
        await operator.at("confirm")
        await operator.sees("Send 2 letters (offer) from", "u cannot undo it.", "Contoso",
                            "2 of these letters have the reusable link")  # fmt: skip
        await operator.press("enter")  # which is No
        await operator.at("send")
        assert not letters(partner)
        await send(operator)
        await operator.hears("All were accepted.")
        await operator.sees("2 sent, 0 refused, 0 unknown, 0 still queued.")
        assert [row.label for row in screen.table.rows] == ["Tailspin", "Contoso", "Lefèvre"]
        assert operator.app.session.marked == {key_of(partner, "Tailspin")}
        await operator.press("escape", "u")
        await operator.hears("What was sent cannot be undone")

    assert office.to == ["it@contoso.example", "info@lefevre.example"]
    assert office.connections == 1
    for mail, language, letter in zip(office.mails, ("en", "fr"), letters(partner), strict=True):
        found = parsed(mail)
        assert (found["From"].addresses[0].addr_spec, found["To"]) == (SENDER, mail.to[0])
        assert (found["Content-Language"], found["Reply-To"]) == (
            language,
            "answers@adatum.example",
        )
        assert found["Message-ID"] == letter.message_id
        assert found["Subject"].endswith(f"[{letter.reference}]")
    for name in ("Contoso", "Lefèvre"):
        consent = partner.view.consent(key_of(partner, name), TODAY)
        assert consent.state is State.WAITING
        assert consent.invitation and consent.invitation.events[-1].how == How.MAILED
    assert not partner.view.invitations(key_of(partner, "Tailspin"))


@pytest.mark.parametrize("size", [(80, 24), (60, 15)])
async def test_whatever_is_said_before_it_the_question_can_be_answered(
    partner: Desk, office: PostOffice, size: tuple[int, int]
) -> None:
    more_customers(partner, 12)
    keys = [key_of(partner, f"Firm {letter}") for letter in "abcdef"]
    offers.give(partner, keys, Kind.DELEGATED, How.COPIED)
    consent.record(partner, keys[:2], Answer.GRANTED)
    consent.record(partner, keys[2:4], Answer.DECLINED)
    async with with_mail(partner, office, size) as operator:
        await plan_for_all(operator)
        await operator.sees("14 letters would be sent", "letters have the reusable link")
        await operator.press("ctrl+s")
        await operator.at("confirm")
        await operator.sees("Send 14 letters", "letters have the reusable link", "  Yes")


async def test_all_of_it_in_one_burst_of_keys(partner: Desk, office: PostOffice) -> None:
    async with with_mail(partner, office) as operator:
        await operator.press("tab")
        await operator.burst("M", "ctrl+s", "y")
        await operator.hears("All were accepted.")
    assert office.to == ["it@contoso.example"]


async def test_from_the_offer_and_from_the_customer(partner: Desk, office: PostOffice) -> None:
    async with with_mail(partner, office) as operator:
        await operator.press("tab", "o")
        await operator.at("offer")
        await operator.press("M")
        await planned(operator)
        await operator.sees("1 letter would be sent", "Hello Contoso")
        await operator.press("ctrl+s")
        await operator.at("confirm")
        await operator.sees("Send the letter (offer) from", "to it@contoso.example?")
        await operator.press("y")
        await ended(operator)
        await operator.press("escape", "escape")
        await operator.at("business")
        await operator.press("down", "enter")
        await operator.at("customer")
        await operator.press("M")
        await planned(operator)
        await operator.sees("info@lefevre.example")
        await operator.press("escape")
        await operator.at("customer")
    assert office.to == ["it@contoso.example"]


async def test_what_was_sent_today_or_waits_is_not_sent_again(
    partner: Desk, office: PostOffice
) -> None:
    async with with_mail(partner, office) as operator:
        await plan_for_all(operator)
        await send(operator)
        await ended(operator)
        await operator.press("ctrl+s")
        await operator.hears("Nothing of this is left to send.")
        await operator.press("escape")
        await plan_for_all(operator)
        await operator.sees("0 letters would be sent, 3 left out.", "This was sent to it")
        await operator.press("ctrl+s")
        await operator.hears("There is no letter to send: each line says why.")
    assert len(office.mails) == 2


async def test_a_test_letter_that_failed_waits_for_nothing(
    partner: Desk, office: PostOffice
) -> None:
    office.recipient = lambda to: "451 4.7.1 greylisted" if to == SENDER else None
    async with with_mail(partner, office) as operator:
        await plan_for_all(operator)
        await operator.press("down", "ctrl+t")
        await operator.hears("The test letter was not sent: ")
        assert [letter.stage for letter in letters(partner)] == [Stage.DROPPED]
        await send(operator)
        await ended(operator)
        assert SENDER not in office.to


async def test_a_test_letter_that_may_have_gone_is_not_said_to_have_stayed(
    partner: Desk, office: PostOffice
) -> None:
    office.after = lambda about: GONE
    async with with_mail(partner, office) as operator:
        await plan_for_all(operator)
        await operator.press("down", "ctrl+t")
        await operator.hears("It is not known whether the test letter was sent: ")
        assert [letter.stage for letter in letters(partner)] == [Stage.UNKNOWN]


async def test_a_test_letter_goes_to_oneself_alone(partner: Desk, office: PostOffice) -> None:
    async with with_mail(partner, office) as operator:
        await plan_for_all(operator)
        await operator.press("ctrl+t")  # the cursor is on the customer without an address
        await operator.hears("Put the cursor on a letter that would be sent.")
        await operator.press("down", "ctrl+t")
        await operator.hears(f"A test letter was sent to {SENDER}.")
        assert office.to == [SENDER]
        assert "Contoso" in parsed(office.mails[0]).get_body(("plain",)).get_content()  # type: ignore[union-attr]
        (letter,) = letters(partner)
        assert (letter.what, letter.customer, letter.stage) == (What.TEST, 0, Stage.SENT)
        assert not partner.view.invitations(key_of(partner, "Contoso"))
        # It does not stand in the way of the letter itself.
        await send(operator)
        await ended(operator)
    assert office.to == [SENDER, "it@contoso.example", "info@lefevre.example"]


async def test_it_pauses_goes_on_stops_and_is_resumed(partner: Desk, office: PostOffice) -> None:
    more_customers(partner, 6)
    first, second = Gate("it@b.example"), Gate("it@d.example")
    office.recipient = lambda address: first(address) or second(address)
    async with with_mail(partner, office, pace=10_000) as operator:
        screen = await plan_for_all(operator)
        await send(operator)
        await operator.until(first.reached.is_set)
        await operator.press("space")
        await operator.hears("Paused after the letter under way.")
        await operator.sees("Paused: space goes on, esc stops.")
        first.open()
        await operator.until(lambda: stages(partner)["it@b.example"] is Stage.SENT)
        assert stages(partner)["it@c.example"] is Stage.QUEUED
        await operator.press("ctrl+s")
        await operator.hears("Letters are being sent; esc stops after the one under way.")
        await operator.press("space")
        await operator.until(second.reached.is_set)
        await operator.press("escape")
        await operator.hears("It stops after the letter under way; a moment.")
        second.open()
        await ended(operator)
        await operator.hears("Stopped. ctrl+s goes on with the rest")
        left = [to for to, stage in stages(partner).items() if stage is Stage.QUEUED]
        assert left and "it@d.example" not in left
        await operator.sees(f"{len(left)} still queued.")
        # It goes on where it was, and everybody got one letter.
        await operator.press("ctrl+s")
        await operator.at("confirm")
        await operator.sees("that are queued?" if len(left) > 1 else "that is queued?")
        await operator.press("y")
        await operator.hears("All were accepted.")
        assert set(stages(partner).values()) == {Stage.SENT}
        assert not screen.is_sending
    assert len(office.to) == len(set(office.to)) == 8


async def test_a_refused_recipient_in_the_middle_and_one_to_try_later(
    partner: Desk, office: PostOffice
) -> None:
    more_customers(partner, 3)
    said = {"it@a.example": "550 5.1.1 nobody here", "it@b.example": "451 4.7.1 greylisted"}
    office.recipient = said.get
    async with with_mail(partner, office) as operator:
        screen = await plan_for_all(operator)
        await send(operator)
        await ended(operator)
        await operator.hears("Not all could be sent yet: each line says why.")
        await operator.sees("3 sent, 1 refused, 0 unknown, 1 still queued.")
        found = {row.to: text for row, text in zip(
            screen.table.rows, map(screen.table.row_cells, range(99)), strict=False)}  # fmt: skip
        assert "nobody here" in found["it@a.example"][-1]
        assert found["it@b.example"][3] == "queued"
        # Why, and what to do about it, stands above the letter under the cursor.
        await operator.sees("Correct the address, then send it anew.")
        said.clear()
        await operator.press("ctrl+s")
        await operator.at("confirm")
        await operator.press("y")
        await operator.hears("Those that were refused stand first")
        assert stages(partner)["it@b.example"] is Stage.SENT
    assert "it@a.example" not in office.to


async def test_another_run_on_the_same_store_is_waited_for(
    partner: Desk, office: PostOffice
) -> None:
    async with with_mail(partner, office) as operator:
        await plan_for_all(operator)
        with Turn(partner):
            await send(operator)
            await operator.hears("Letters of this store are being sent already")
            assert not office.mails
            assert set(stages(partner).values()) == {Stage.QUEUED}
        await send(operator)
        await operator.hears("All were accepted.")
    assert len(office.mails) == 2


async def test_the_pace_is_changed_and_a_bad_one_refused(partner: Desk, office: PostOffice) -> None:
    async with with_mail(partner, office) as operator:
        screen = await plan_for_all(operator)
        for typed, said in (("-1", "-1 is no number of letters a minute."), ("", "is no number"),
                            ("12", "")):  # fmt: skip
            await operator.press("p")
            await operator.at("ask")
            await operator.press("ctrl+u", *typed, "enter")
            await operator.at("send")
            await operator.hears(said)
        await operator.sees("at most 12 a minute.")
        assert screen.minute == 12


async def test_a_missing_link_is_pasted_from_the_plan(partner: Desk, office: PostOffice) -> None:
    offers.set_offer(partner, Kind.PURCHASE, subscriptions=[Subscription("Microsoft 365 E3", 5)])
    async with with_mail(partner, office) as operator:
        operator.app.session.kind = Kind.PURCHASE
        await plan_for_all(operator)
        await operator.sees("0 letters would be sent, 3 left out.", "Paste it first: e in")
        await operator.press("e")
        await operator.at("offer-form")
        await operator.press(*("tab",) * 5)
        await operator.type("https://admin.microsoft.com/Commerce/Purchase.aspx?offerId=1")
        await operator.press("ctrl+s")
        await operator.at("send")
        await operator.sees("2 letters would be sent, 1 left out.")
        await send(operator)
        await ended(operator)
        await operator.press("e")
        await operator.hears("The link of these letters is not changed any more.")
    assert sorted(office.to) == ["info@lefevre.example", "it@contoso.example"]


async def test_quitting_while_letters_leave_is_asked_about(
    partner: Desk, office: PostOffice
) -> None:
    gate = Gate("it@contoso.example")
    office.recipient = gate
    async with with_mail(partner, office) as operator:
        await plan_for_all(operator)
        await send(operator)
        await operator.until(gate.reached.is_set)
        await operator.press("ctrl+q")
        await operator.at("confirm")
        await operator.press("n")
        gate.open()
        await ended(operator)
    assert len(office.mails) == 2


async def test_another_pace_holds_at_once_while_letters_leave(
    partner: Desk, office: PostOffice
) -> None:
    async with with_mail(partner, office, pace=1) as operator:
        await plan_for_all(operator)
        await send(operator)
        await operator.until(lambda: stages(partner)["it@contoso.example"] is Stage.SENT)
        await operator.sees("1 of 2 letters are done.", "at most 1 a minute.")
        await operator.press("p")
        await operator.at("ask")
        await operator.press("ctrl+u", *"6000", "enter")
        await operator.hears("All were accepted.")
        await operator.sees("at most 6,000 a minute.")
    assert len(office.mails) == 2
