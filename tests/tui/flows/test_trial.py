"""A trial invitation that asks for no delegated administration, by way of Partner overview."""

from __future__ import annotations

from pathlib import Path

from store.actions import partner as partners
from store.desk import Desk
from store.model.consent import State
from store.model.offer import Kind
from store.model.subscription import Subscription
from tests.post_office import PostOffice
from tests.tui.flows.story import OVERVIEW, Flow, text_of

LINK = "https://admin.microsoft.com/Commerce/Trial.aspx?offerId=abc"


async def test_from_the_invitation_to_a_customer_who_takes_the_trial(
    partner: Desk, office: PostOffice, folder: Path, spoken: str
) -> None:
    partners.set_fields(partner, {"flow": OVERVIEW})
    flow = Flow(partner, office, folder, spoken)
    words = flow.words

    # One customer is marked; the letter is opened, and what is offered is said from there.
    async with flow.on() as operator:
        await operator.sees(words["overview"])
        await operator.press("space", "o")
        await operator.at("offer")
        await flow.chooses(operator, "trial", 1)
        await operator.press("e")
        await operator.at("offer-form")
        for part in ("Lyon", "FR", "Microsoft 365 E3"):
            await operator.type(part)
            await operator.press("tab")
        await operator.press("tab", "space")  # 25 licences stay; delegated administration: No
        await operator.sees(words["no"])
        await operator.press("tab")
        await operator.type(LINK)
        await operator.press("tab")
        await operator.type("T-12")
        await operator.press("ctrl+s")
        await operator.at("offer")
        await operator.sees(words["hello"], "Microsoft 365 E3")
        await operator.press("M")
        invitation = await flow.sends(operator, 1)
    for said in (LINK, "T-12", "Microsoft 365 E3", "25"):
        assert said in text_of(invitation)
    (given,) = partner.view.invitations(flow.contoso)
    assert given.subscriptions == (Subscription("Microsoft 365 E3", 25),)
    assert (given.kind, given.delegation) == (Kind.TRIAL, False)
    # It asks for no consent, and so changes none; it waits for an answer all the same.
    assert flow.state(0) is State.NOT_OFFERED

    async with flow.on(8) as operator:
        reminder = await flow.reminds(operator, invitation)
    assert LINK in text_of(reminder)

    flow.answers(reminder, "The trial runs, thank you.")
    async with flow.on(9) as operator:
        await flow.decides(operator, "w", "The trial runs")
        await operator.press("2")
        await operator.at("business")
        await flow.chooses(operator, "trial", 1)
        await operator.sees(words["took"])
    (taken,) = partner.view.invitations(flow.contoso)
    assert taken.events[-1].answer == "took"
    assert flow.state(9) is State.NOT_OFFERED
