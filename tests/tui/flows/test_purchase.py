"""A purchase offer with delegated administration: taken, and the delegation refused."""

from __future__ import annotations

from pathlib import Path

from store.desk import Desk
from store.model.consent import State
from store.model.invitation import How
from store.model.offer import Kind
from tests.post_office import PostOffice
from tests.tui.flows.story import Flow, text_of

LINK = "https://admin.microsoft.com/Commerce/Purchase.aspx?offerId=1"


async def test_from_the_offer_to_a_customer_who_buys_without_delegation(
    partner: Desk, office: PostOffice, folder: Path, spoken: str
) -> None:
    flow = Flow(partner, office, folder, spoken)
    words = flow.words

    # The offer is said, made in Partner Center, and its link and Summary ID are pasted.
    async with flow.on() as operator:
        await flow.chooses(operator, "purchase", 3)
        await operator.sees(f"{words['business']} › {words['purchase']}", words["fill"])
        await operator.press("enter")
        await operator.at("offer-form")
        for part in ("Paris", "France", "Microsoft 365 E3", "50"):
            await operator.type(part)
            await operator.press("tab")
        await operator.press("ctrl+n")
        for part in ("Power BI Pro", "5"):
            await operator.type(part)
            await operator.press("tab")
        await operator.press("tab")  # delegated administration stays Yes
        await operator.type(LINK)
        await operator.press("tab")
        await operator.type("P-77")
        await operator.press("ctrl+s")
        await operator.at("business")
        await operator.sees("P-77", "50 × Microsoft 365 E3")

        # The letter says it all, and goes out by mail to one of the two.
        await operator.press("tab", "space", "o")
        await operator.at("offer")
        await operator.sees(words["hello"], "Microsoft 365 E3")
        await operator.press("M")
        offer = await flow.sends(operator, 1)
        await operator.at("offer")
        await operator.press("escape")
        await operator.at("business")
        await operator.sees(words["waiting"])
    assert [mail.to for mail in office.mails] == [("it@contoso.example",)]
    assert offer["Content-Language"] == spoken
    for said in (LINK, "P-77", "Microsoft 365 E3", "50", "Power BI Pro", "5"):
        assert said in text_of(offer)
    (given,) = partner.view.invitations(flow.contoso)
    assert (given.kind, given.summary_id, given.delegation) == (Kind.PURCHASE, "P-77", True)
    assert (given.office, given.location) == ("Paris", "FR")
    assert given.events[-1].how == How.MAILED

    # Ten days later nobody has answered: the reminder says the same again.
    async with flow.on(10) as operator:
        reminder = await flow.reminds(operator, offer)
    for said in (LINK, "P-77", "Microsoft 365 E3"):
        assert said in text_of(reminder)
    assert flow.state(10) is State.WAITING

    # They take it, and want no delegated administration.
    flow.answers(reminder, "We bought it. We do the rest ourselves.")
    async with flow.on(12) as operator:
        await flow.decides(operator, "w", "We bought it.")
        assert flow.state(12) is State.WITHOUT
        await operator.press("2")
        await operator.at("business")
        await flow.chooses(operator, "purchase", 3)
        await operator.sees(words["bought"])
    assert len(office.mails) == 2
