"""The delegated administration offer, by both ways of working, to an access that was granted."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.actions import partner as partners
from store.desk import Desk
from store.model.consent import State
from store.model.links import classic_link
from tests.post_office import PostOffice
from tests.tui.flows.story import BUSINESS, OVERVIEW, Flow, text_of


@pytest.mark.parametrize("way", [BUSINESS, OVERVIEW])
async def test_from_the_offer_to_a_consent(
    partner: Desk, office: PostOffice, folder: Path, spoken: str, way: str
) -> None:
    partners.set_fields(partner, {"flow": way})
    link = classic_link(partner.view.partner.tenant)
    flow = Flow(partner, office, folder, spoken)
    words = flow.words

    async with flow.on() as operator:
        await operator.at(way)
        await operator.sees(words[way])
        if way == BUSINESS:
            await operator.press("tab")  # from the steps to the list
        await operator.press("space", "M")
        offer = await flow.sends(operator, 1)
        await operator.at(way)
        await operator.sees(words["waiting"])
    assert link in text_of(offer)
    assert words["hello"] in text_of(offer)
    assert office.to == ["it@contoso.example"]

    async with flow.on(21) as operator:
        reminder = await flow.reminds(operator, offer)
    assert link in text_of(reminder)
    assert flow.state(21) is State.WAITING

    flow.answers(reminder, "Granted. Please begin.")
    async with flow.on(22) as operator:
        await flow.decides(operator, "g", "Granted. Please begin.")
        await operator.press("1" if way == OVERVIEW else "2")
        await operator.at(way)
        await operator.sees(words["granted"])
    assert flow.state(22) is State.ACTIVE
    consent = partner.view.consent(flow.contoso, flow.day(22))
    assert consent.since == flow.day(21)  # the day of the mail
