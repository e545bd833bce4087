"""The demo's other side: answering as the customer, letting days pass."""

from __future__ import annotations

from datetime import timedelta

from store.actions.practice import Rehearsal
from store.desk import Desk
from store.practice.cloud import Practice
from store.practice.relationships import PENDING
from store.practice.tenants import Domain
from tests.microsoft import CONTOSO, FABRIKAM, TAILSPIN
from tests.tui.driver import Driver, at_the_desk
from tests.tui.groups.story import FULL_ROLES, ZOE


async def command(operator: Driver, name: str) -> None:
    await operator.press("colon")
    await operator.type(name)
    await operator.sees("practice")
    await operator.press("enter")


async def test_answering_as_the_customer(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    waits = cloud.add_relationship(name="waits", tenant=TAILSPIN, status=PENDING, roles=FULL_ROLES)
    anyone = cloud.add_relationship(name="anyone", status=PENDING, roles=FULL_ROLES)
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await command(operator, "Answer as the customer")
        await operator.at("pick")
        await operator.sees("Which one does its customer accept?", "Tailspin", "waits")
        await operator.press(*"waits", "enter")
        await operator.hears("Tailspin accepted waits. 6, then r, asks Microsoft.")
        assert cloud.relationship(waits).approved_by
        await command(operator, "Answer as the customer")
        await operator.at("pick")
        await operator.press("enter")
        await operator.sees("anyone names no tenant. Who accepts it?")
        await operator.press(*"fabrikam", "enter")
        await operator.hears("Fabrikam accepted anyone. 6, then r, asks Microsoft.")
        assert cloud.relationship(anyone).tenant == FABRIKAM
        await command(operator, "Answer as the customer")
        await operator.hears("Nothing waits for an answer")


async def test_a_dns_record_is_set_as_the_customer_does(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await command(operator, "Set a DNS record")
        await operator.hears("No domain waits for its DNS record")
        shop = Domain("shop.example", verified=False, default=False, initial=False)
        cloud.customers[CONTOSO].domains[shop.name] = shop
        await command(operator, "Set a DNS record")
        await operator.at("pick")
        await operator.sees("Whose DNS record is set?", "Contoso", "shop.example")
        await operator.press("enter")
        await operator.hears("checks again")
        assert shop.dns and not shop.verified


async def test_days_pass_at_both_sides(office: Desk, cloud: Practice, rehearsal: Rehearsal) -> None:
    cloud.add_relationship(name="waits", tenant=TAILSPIN, status=PENDING, roles=FULL_ROLES)
    before = office.today()
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await operator.press("r")
        await operator.hears("Microsoft: ")
        await command(operator, "Days pass")
        await operator.at("choose")
        await operator.press("end", "enter")
        await operator.hears("90 days have passed")
        assert office.today() == before + timedelta(days=90)
        await operator.press("r")
        await operator.hears("1 no longer listed")


async def test_working_as_somebody_else_is_being_them_at_microsoft_too(
    office: Desk, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await command(operator, "Work as somebody else")
        await operator.at("choose")
        await operator.sees("Work as whom?", "Anna Lindqvist", "Zoé Martin")
        await operator.press("end", "enter")
        await operator.hears(f"You are {ZOE} now")
        account = operator.app.session.microsoft.account
        assert account and account.upn == ZOE


async def test_only_a_demo_has_another_side(office: Desk) -> None:
    async with at_the_desk(office) as operator:
        await operator.press("colon")
        await operator.type("Days pass")
        await operator.sees("No matches found")
