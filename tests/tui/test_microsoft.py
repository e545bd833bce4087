"""Microsoft: who is signed in, all relationships, one of them, and its end."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from store.actions import customers, groups, lookup, offers
from store.actions.offers import OwnLink
from store.actions.practice import Rehearsal
from store.desk import Desk
from store.message import Message, msg
from store.model.access import Level
from store.model.roles import DIRECTORY_READERS, HELPDESK_ADMINISTRATOR, USER_ADMINISTRATOR
from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.practice.relationships import ACTIVE, PENDING
from store.work import Tables
from tests.hostile import forge
from tests.microsoft import ANNA, CONTOSO, FABRIKAM, PARTNER, practice_cloud, practice_partner
from tests.tui.driver import Driver, at_the_desk
from tui.language import clock_time
from tui.widgets.relationship_table import RelationshipTable

BOTH = (USER_ADMINISTRATOR, HELPDESK_ADMINISTRATOR)


@pytest.fixture
def cloud() -> Practice:
    made = practice_cloud()
    made.delay = timedelta(0)
    made.add_relationship(
        name="Adatum at Contoso", tenant=CONTOSO, customer_name="Contoso", roles=BOTH,
        status=ACTIVE, assignments={made.group("AdminAgents").id: BOTH},
    )  # fmt: skip
    made.add_relationship(
        name="Fabrikam reads", tenant=FABRIKAM, customer_name="Fabrikam",
        roles=(DIRECTORY_READERS,), status=PENDING, days=90,
    )  # fmt: skip
    return made


@pytest.fixture
def partner(desk: Desk) -> Desk:
    practice_partner(desk)
    from store.actions import partner as actions

    actions.set_fields(desk, {"operators": f"anna={ANNA}"})
    customers.add(desk, {"name": "Contoso", "domain": "contoso.example", "microsoft_id": CONTOSO})
    return desk


async def synced(operator: Driver) -> None:
    """Goes to Microsoft and asks there how everything stands."""
    await operator.press("6")
    await operator.at("microsoft")
    await operator.sees("never; r asks Microsoft")
    await operator.until(lambda: operator.app.session.microsoft.account)
    await operator.press("r")
    await operator.hears("Microsoft: ")
    await operator.until(lambda: operator.desk.view.synced.at)
    await operator.sees("everything was read", "2 relationships")
    await operator.until(lambda: operator.app.screen.query_one(RelationshipTable).row_count())


async def test_what_a_sync_found_is_listed_filtered_and_opened(
    partner: Desk, cloud: Practice
) -> None:
    async with at_the_desk(partner, (80, 36), rehearsal=Rehearsal(lambda: cloud)) as operator:
        await synced(operator)
        await operator.sees(
            ANNA, PARTNER, "2 with a remark (s)",
            "Contoso", "active", "waiting for approval", "not made here",
        )  # fmt: skip
        await operator.press("/", *"fabri", "enter")
        await operator.sees("Filter “fabri”: 1 of 2.", "Nobody made it with this desk.")
        await operator.press("enter")
        await operator.at("relationship")
        await operator.sees(
            "Relationships › Fabrikam reads", "Directory Readers", "90, does not extend itself",
            "Answer by", "nobody of ours can act by it", "https://localhost:8443/AdminPortal",
        )  # fmt: skip
        await operator.press("escape", "escape")
        await operator.sees("Contoso", "Fabrikam")


async def test_the_relationship_of_a_customer_says_which_group_has_which_roles(
    partner: Desk, cloud: Practice
) -> None:
    async with at_the_desk(partner, rehearsal=Rehearsal(lambda: cloud)) as operator:
        await synced(operator)
        await operator.press("enter")
        await operator.at("relationship")
        await operator.sees(
            "Adatum at Contoso", "User Administrator", "Helpdesk Administrator", "assigned",
            "all its roles",
        )  # fmt: skip
        await operator.press("enter")
        await operator.at("customer")
        await operator.press("end")
        await operator.sees("Relationships at Microsoft", "User Administrator")
        await operator.press("enter")
        await operator.at("relationship")


async def test_ctrl_z_does_not_cut_off_an_end_that_is_under_way(
    partner: Desk, cloud: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()

    async def wait(*_: object) -> None:
        await asked.wait()

    monkeypatch.setattr("store.practice.app._wait", wait)
    async with at_the_desk(partner, rehearsal=Rehearsal(lambda: cloud)) as operator:
        left: list[bool] = []
        monkeypatch.setattr(operator.app, "action_suspend_process", lambda: left.append(True))
        await synced(operator)
        await operator.press("t")
        await operator.at("end")
        cloud.faults.add(Fault("POST", "requests$", delay=1))
        await operator.type("Adatum at Contoso")
        await operator.press("enter")
        await operator.hears("Ending Adatum at Contoso at Microsoft")
        await operator.press("ctrl+z")
        await operator.hears("Suspend: What is under way would be cut off.")
        asked.set()
        await operator.hears("Ended Adatum at Contoso at Microsoft: it is ended.")
        await operator.press("ctrl+z")
        assert left == [True]


async def test_ending_one_takes_its_name_and_happens_at_microsoft(
    partner: Desk, cloud: Practice
) -> None:
    (contoso,) = [it for it in cloud.relationships.values() if it.name == "Adatum at Contoso"]
    async with at_the_desk(partner, rehearsal=Rehearsal(lambda: cloud)) as operator:
        await synced(operator)
        await operator.press("t")
        await operator.at("end")
        await operator.sees(
            "End Adatum at Contoso with Contoso?", "nothing undoes that", "User Administrator",
        )  # fmt: skip
        await operator.type("Contoso")
        await operator.press("enter")
        await operator.hears("Contoso is not the name of this relationship.")
        assert cloud.relationship(contoso.id).status == ACTIVE
        await operator.press(*["backspace"] * 7)
        await operator.type("Adatum at Contoso")
        await operator.press("enter")
        await operator.at("microsoft")
        await operator.hears("Ended Adatum at Contoso at Microsoft: it is ended.")
        assert cloud.relationship(contoso.id).status == "terminated"
        assert (
            partner.view.relationships(lookup.customer(partner.view, "Contoso").id)[0].status
            == "terminated"
        )
        assert not operator.app.session.done, "nothing that u could undo"
        await operator.press("t")
        await operator.hears("only an active relationship can be ended")


async def test_r_stops_a_sync_until_it_is_recorded(partner: Desk, cloud: Practice) -> None:
    held, let_go = threading.Event(), threading.Event()

    def hold(tables: Tables) -> Message:
        held.set()
        assert let_go.wait(15)
        return msg("Held.")

    async with at_the_desk(partner, rehearsal=Rehearsal(lambda: cloud)) as operator:
        await operator.press("6")
        await operator.at("microsoft")
        await operator.until(lambda: operator.app.session.microsoft.account)
        cloud.faults.add(Fault("GET", "Relationships", delay=0.3))
        await operator.press("r")
        await operator.hears("Asking Microsoft")
        await operator.press("r")
        await operator.hears("The sync was stopped; nothing was changed.")
        assert not partner.view.synced.at

        with Desk(partner.path, partner.operator).open() as other, ThreadPoolExecutor() as threads:
            threads.submit(other.transaction, "held", hold)
            assert held.wait(15)
            await operator.press("r")
            await operator.hears("Taking in what Microsoft said…")
            said = len(operator.app.said)
            await operator.press("r")
            await operator.until(lambda: len(operator.app.said) > said)
            let_go.set()
            await operator.until(lambda: partner.view.synced.at)
            await operator.hears("Microsoft: ")
        assert not any("was stopped" in one for one in operator.app.said[said:])


async def test_esc_ends_nothing(partner: Desk, cloud: Practice) -> None:
    async with at_the_desk(partner, rehearsal=Rehearsal(lambda: cloud)) as operator:
        await synced(operator)
        await operator.press("t")
        await operator.at("end")
        await operator.press("escape")
        await operator.hears("Nothing was ended.")
        assert {it.status for it in cloud.relationships.values()} == {ACTIVE, PENDING}


async def test_in_a_demo_nobody_needs_to_sign_in(partner: Desk, cloud: Practice) -> None:
    async with at_the_desk(partner, rehearsal=Rehearsal(lambda: cloud)) as operator:
        await operator.press("6")
        await operator.at("microsoft")
        await operator.press("i")
        await operator.hears("nobody needs to sign in here")
        await operator.until(lambda: operator.app.session.microsoft.account)
        await operator.press("x")
        await operator.hears("nobody needs to sign in here")
        assert operator.app.screen.KEYS == "microsoft"


async def test_only_remarkable_ones_can_be_shown(partner: Desk, cloud: Practice) -> None:
    (contoso,) = [it.id for it in cloud.relationships.values() if it.status == ACTIVE]
    key = lookup.customer(partner.view, "Contoso").id
    offers.set_own_link(partner, key, OwnLink(cloud.approval_link(contoso), date(2026, 11, 20)))
    async with at_the_desk(partner, rehearsal=Rehearsal(lambda: cloud)) as operator:
        await synced(operator)
        await operator.sees("2 relationships, 1 with a remark (s)")
        await operator.press("s")
        await operator.sees("Only those with a remark; s shows all.", "Fabrikam")
        assert len(operator.app.screen.query_one(RelationshipTable).rows) == 1
        await operator.press("escape")
        await operator.sees("2 relationships, 1 with a remark (s)", "Contoso")
        assert len(operator.app.screen.query_one(RelationshipTable).rows) == 2


async def test_a_customer_says_what_it_calls_itself_and_who_may_act_there_by_group(
    partner: Desk, cloud: Practice
) -> None:
    async with at_the_desk(partner, (80, 80), rehearsal=Rehearsal(lambda: cloud)) as operator:
        await synced(operator)
        cloud.rename(CONTOSO, "Contoso Holding")
        guest = cloud.add_member("gast@elsewhere.example", "Gast", guest=True)
        cloud.group("AdminAgents").members[guest] = None
        connection = operator.app.session.microsoft.connection()
        async with connection.graph() as graph:
            group = await graph.group_named("AdminAgents")
            assert group
            await groups.choose(partner, graph, Level.FULL, group.id)
        await operator.press("r")
        await operator.hears("another name")
        await operator.press("enter")
        await operator.at("relationship")
        await operator.sees("AdminAgents · Full administration · assigned")
        await operator.press("enter")
        await operator.at("customer")
        await operator.sees(
            "Calls itself now  Contoso Holding",
            "Adatum at Contoso  active, until",
            "Full administration: Anna Lindqvist (group AdminAgents)",
            "Limited administration: no group stands for it",
        )
        assert "Gast" not in operator.on_screen


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        (60, " 11111111 · PRACTICE · Microsoft {at}         3 customers"),
        (80, " Adatum Cloud Services · 11111111 · PRACTICE · Microsoft {at}"),
        (120, " Adatum Cloud Services · 11111111 · PRACTICE · Microsoft {at}"),
    ],
)
async def test_tenant_practice_time_and_count_stand_in_the_second_line(
    partner: Desk, cloud: Practice, columns: int, line: str
) -> None:
    async with at_the_desk(partner, (columns, 24), rehearsal=Rehearsal(lambda: cloud)) as operator:
        await synced(operator)
        at = clock_time(partner.view.synced.at)
        second = operator.on_screen.split("\n")[1]
        assert second.startswith(line.format(at=at).partition("   ")[0])
        assert second.rstrip().endswith("2 customers")


async def test_an_old_sync_says_its_day_and_the_name_gives_way(partner: Desk) -> None:
    mark = {"at": "2026-01-02T09:30:00+00:00", "whole": False, "tenant": PARTNER}
    forge(partner.path, [["put", "sync", 1, mark]])
    async with at_the_desk(partner, (60, 15)) as operator:
        await operator.sees("11111111 · PRACTICE · Microsoft 2026-01-02", "1 customer")
        await operator.press("6")
        await operator.sees("not everything could be read")
    async with at_the_desk(partner, (120, 24)) as operator:
        await operator.sees("Adatum Cloud Services · 11111111 · PRACTICE · Microsoft 2026-01-02 ")


async def test_g_goes_to_our_groups(partner: Desk, cloud: Practice) -> None:
    async with at_the_desk(partner, rehearsal=Rehearsal(lambda: cloud)) as operator:
        await operator.press("6")
        await operator.at("microsoft")
        await operator.press("g")
        await operator.at("groups")
        await operator.press("escape")
        await operator.at("microsoft")
