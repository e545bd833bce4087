"""Letters out of the signed-in mailbox: the practice cloud takes what Microsoft would."""

from __future__ import annotations

import pytest

from store.actions import customers, members
from store.actions import partner as partners
from store.actions.practice import Rehearsal
from store.desk import Desk
from store.model.outgoing import Stage
from store.practice.cloud import Practice
from store.practice.faults import Fault
from tests.conftest import OPERATOR
from tests.microsoft import ANNA, CONTOSO, FABRIKAM, practice_partner
from tests.tui.driver import Driver, at_the_desk
from tests.tui.making import beside, cloud
from tests.tui.sending.story import ended, send, stages
from tui.settings import MailSettings

__all__ = ["beside", "cloud"]

BY_GRAPH = MailSettings(way="graph", sender=ANNA, pace=0)


@pytest.fixture
def partner(desk: Desk) -> Desk:
    """The practice partner with two customers."""
    practice_partner(desk)
    partners.set_fields(desk, {"operators": f"{OPERATOR.login}={ANNA}"})
    members.add(desk, ANNA, "Anna Lindqvist")
    for name, tenant in (("Contoso", CONTOSO), ("Fabrikam", FABRIKAM)):
        domain = f"{name.lower()}.example"
        fields = {"name": name, "microsoft_id": tenant, "domain": domain}
        customers.add(desk, {**fields, "contact": f"it@{domain}"})
    return desk


async def linked(operator: Driver) -> None:
    """Makes everybody a link of its own, as practice letters need one."""
    await operator.until(lambda: operator.app.session.microsoft.account)
    await operator.press("tab", "asterisk", "m")
    await operator.at("make")
    await operator.sees("2 would be made")
    await operator.press("ctrl+s")
    await operator.at("confirm")
    await operator.press("y")
    await operator.hears("2 links are ready.")
    await operator.press("escape")
    await operator.at("business")


async def test_letters_leave_the_mailbox_and_count_as_given(
    partner: Desk, cloud: Practice, beside: Rehearsal
) -> None:
    async with at_the_desk(partner, rehearsal=beside, mail=BY_GRAPH) as operator:
        await linked(operator)
        await operator.press("M")
        await operator.at("send")
        await operator.sees(f"From the mailbox of {ANNA} at Microsoft", "2 letters would be sent",
                            "PRACTICE")  # fmt: skip
        await send(operator)
        await ended(operator)
        await operator.hears("All were accepted.")
    assert sorted(to for mail in cloud.mailbox for to in mail.to) == [
        "it@contoso.example",
        "it@fabrikam.example",
    ]
    assert set(stages(partner).values()) == {Stage.SENT}


async def test_an_answer_that_is_lost_leaves_a_doubt(
    partner: Desk, cloud: Practice, beside: Rehearsal
) -> None:
    async with at_the_desk(partner, rehearsal=beside, mail=BY_GRAPH) as operator:
        await linked(operator)
        cloud.faults.add(Fault("POST", "/me/sendMail", after=True, kind="lost"))
        await operator.press("M")
        await operator.at("send")
        await send(operator)
        await ended(operator)
        await operator.hears("Whether 1 letter was sent is not known")
    assert sorted(stages(partner).values()) == [Stage.SENT, Stage.UNKNOWN]
    assert len(cloud.mailbox) == 2
