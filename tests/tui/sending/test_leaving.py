"""Leaving while letters leave: the one under way comes to its end, and is known of."""

from __future__ import annotations

import asyncio

import pytest

from store.desk import Desk
from store.model.outgoing import Stage
from tests.post_office import PostOffice
from tests.tui.driver import Driver
from tests.tui.sending.story import (
    SENDER,
    Gate,
    ended,
    letters,
    plan_for_all,
    send,
    stages,
    with_mail,
)


async def begun(operator: Driver, gate: Gate) -> None:
    """Sends, until the first letter is with the mail server."""
    await plan_for_all(operator)
    await send(operator)
    await operator.until(gate.reached.is_set)


async def test_quitting_waits_for_the_letter_under_way(partner: Desk, office: PostOffice) -> None:
    gate = Gate("it@contoso.example")
    office.recipient = gate
    async with with_mail(partner, office) as operator:
        await begun(operator, gate)
        await operator.press("ctrl+q")
        await operator.at("confirm")
        await operator.sees("Stop after the letter under way, and leave?")
        await operator.press("y")
        await operator.hears("It stops after the letter under way; a moment.")
        assert operator.app.is_running
        gate.open()
        await operator.until(lambda: not operator.app.is_running)
    assert office.to == ["it@contoso.example"]
    assert stages(partner) == {
        "it@contoso.example": Stage.SENT,
        "info@lefevre.example": Stage.QUEUED,
    }


async def test_ctrl_z_does_not_cut_off_the_letter_under_way(
    partner: Desk, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate("it@contoso.example")
    office.recipient = gate
    async with with_mail(partner, office) as operator:
        left: list[bool] = []
        monkeypatch.setattr(operator.app, "action_suspend_process", lambda: left.append(True))
        await begun(operator, gate)
        await operator.press("ctrl+z")
        await operator.hears("Suspend: What is under way would be cut off.")
        await operator.press("p")  # what stands above knows it, too
        await operator.at("ask")
        await operator.press("ctrl+z", "escape")
        assert not left
        gate.open()
        await ended(operator)
        await operator.press("ctrl+z")
        assert left == [True]


async def test_plain_text_does_not_hold_up_the_letter_under_way(
    partner: Desk, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate("it@contoso.example")
    office.recipient = gate
    async with with_mail(partner, office) as operator:
        shown: list[str] = []
        monkeypatch.setattr(operator.app, "show_plain", shown.append)
        await begun(operator, gate)
        await operator.press("v")
        await operator.hears("Plain: What is under way would be cut off.")
        await operator.press("O")  # where one looks meanwhile
        await operator.at("outbox")
        operator.app.said.clear()
        await operator.press("v")
        await operator.hears("Plain: What is under way would be cut off.")
        assert not shown
        gate.open()
        await operator.until(lambda: not operator.app.session.situation().under_way)
        await operator.press("v")
        await operator.until(lambda: len(shown) == 1)


async def test_a_second_ctrl_q_waits_for_nothing(partner: Desk, office: PostOffice) -> None:
    gate = Gate("it@contoso.example")
    office.recipient = gate
    async with with_mail(partner, office) as operator:
        await begun(operator, gate)
        await operator.press("ctrl+q")
        await operator.at("confirm")
        await operator.press("y")
        await operator.hears("It stops after the letter under way; a moment.")
        await operator.press("ctrl+q")
        await operator.until(lambda: not operator.app.is_running)
        assert not office.mails
        gate.open()


async def test_ended_from_outside_the_letter_under_way_is_still_written_down(
    partner: Desk, office: PostOffice
) -> None:
    gate = Gate("it@contoso.example")
    office.recipient = gate
    async with with_mail(partner, office) as operator:
        await begun(operator, gate)
        operator.app.exit(143, return_code=143)  # as a signal does
        while "It stops after the letter under way" not in operator.last_said:
            await asyncio.sleep(0)  # the desk answers nobody any more
        gate.open()
        await operator.until(lambda: not operator.app.is_running)
    assert stages(partner)["it@contoso.example"] is Stage.SENT


async def test_while_a_test_letter_leaves_keys_are_answered(
    partner: Desk, office: PostOffice
) -> None:
    gate = Gate(SENDER)
    office.recipient = gate
    async with with_mail(partner, office) as operator:
        await plan_for_all(operator)
        await operator.press("down")
        await operator.burst("ctrl+t", "p")
        await operator.at("ask")  # the pace is asked for, and nothing has come back yet
        await operator.until(gate.reached.is_set)
        await operator.press("escape", "ctrl+s")
        await operator.at("confirm")
        await operator.press("y")
        await operator.hears("The test letter is under way still; a moment.")
        gate.open()
        await operator.hears(f"A test letter was sent to {SENDER}.")
    assert office.to == [SENDER]


async def test_a_test_letter_that_is_left_behind_is_written_down(
    partner: Desk, office: PostOffice
) -> None:
    gate = Gate(SENDER)
    office.recipient = gate
    async with with_mail(partner, office) as operator:
        await plan_for_all(operator)
        await operator.press("down", "ctrl+t")
        await operator.until(gate.reached.is_set)
        await operator.press("escape")
        await operator.at("business")
        gate.open()
        await operator.until(lambda: letters(partner)[0].stage is Stage.SENT)
        await operator.press("O")
        await operator.at("outbox")
