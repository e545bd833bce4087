"""Domains of a customer's, on the screen: added, proven by a record, checked again."""

from __future__ import annotations

from store.actions.practice import Rehearsal
from store.desk import Desk
from store.model.act import Deed, Outcome
from store.practice.cloud import Practice
from store.practice.faults import Fault
from tests.tui.acting.story import (
    CONTOSO,
    ZOE,
    at_the_keyboard,
    customer,
    deeds,
    ended,
    opened,
)
from tests.tui.driver import Driver, at_the_desk
from tui.screens.act.domain import AddDomain


def _top(operator: Driver) -> AddDomain:
    screen = operator.app.screen
    assert isinstance(screen, AddDomain)
    return screen


async def added(operator: Driver, office: Desk, name: str) -> None:
    """Opens the screen and adds a domain."""
    await opened(operator, AddDomain(customer(office)))
    await operator.sees("On behalf of Contoso", "contoso.example", "verified, the default")
    await operator.type(name)
    await operator.press("ctrl+s")
    await ended(operator)


async def test_a_domain_is_added_and_checked_until_its_record_is_seen(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(
        office, size=(120, 36), rehearsal=rehearsal, clipboard="osc52"
    ) as operator:
        await added(operator, office, "contoso.org")
        await operator.sees(
            "Done: Added contoso.org at Contoso; it is not verified yet.",
            "not verified yet", "TXT for contoso.org: ", "contoso.org. 3600 IN TXT",
            "proves it", "cannot be taken back from here",
        )  # fmt: skip
        await operator.press("y")
        await operator.hears("Sent to your terminal")
        assert operator.app.clipboard.startswith('contoso.org. 3600 IN TXT "MS=ms')
        await operator.press("ctrl+r")
        await operator.sees(
            "Not verified yet: Microsoft does not see the DNS record of contoso.org yet."
        )
        assert deeds(office)[-1].outcome is Outcome.WAITS
        cloud.set_dns(CONTOSO, "contoso.org")
        await operator.press("ctrl+r")
        await operator.sees("Done: contoso.org of Contoso is verified.")
        await operator.until(lambda: "not verified yet" not in operator.on_screen)
        assert [deed.deed for deed in deeds(office)] == [
            Deed.ADD_DOMAIN, Deed.VERIFY_DOMAIN, Deed.VERIFY_DOMAIN,
        ]  # fmt: skip


async def test_limited_cannot_add_a_domain(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    at_the_keyboard(office, ZOE)
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await added(operator, office, "contoso.org")
        await operator.hears("Error: Add: ")
        assert "Full administration" in operator.last_said
        assert "contoso.org" not in cloud.customers[CONTOSO].domains
        assert deeds(office) == []


async def test_what_is_no_domain_or_is_there_already_is_refused(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await opened(operator, AddDomain(customer(office)))
        await operator.sees("verified, the default")
        await operator.press("ctrl+s")
        await operator.hears("Nothing was typed.")
        await operator.type("no domain")
        await operator.press("ctrl+s")
        await operator.hears("no domain is not a domain name.")
        assert deeds(office) == []
        await operator.press(*["backspace"] * 9)
        await operator.type("contoso.example")
        await operator.press("ctrl+s")
        await operator.sees("Refused: contoso.example is at Contoso already.")


async def test_a_lost_answer_is_looked_up_by_the_domain(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        cloud.faults.add(Fault("POST", "/domains$", kind="lost", after=True))
        await added(operator, office, "contoso.org")
        await operator.sees("Done:", "The answer was lost, so it was looked up.")


async def test_letters_are_the_field_s_and_none_of_them_sends_a_check(
    office: Desk, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal, clipboard="osc52") as operator:
        await added(operator, office, "contoso.org")
        await operator.sees("ctrl+y copies the line of the TXT record")
        await operator.press(*":record")
        assert [deed.deed for deed in deeds(office)] == [Deed.ADD_DOMAIN]
        await operator.press("shift+tab")
        await operator.until(lambda: _top(operator).situation().typing)
        assert not _top(operator).possible("plain")
        await operator.press("ctrl+y")
        await operator.hears("Sent to your terminal")
        await operator.press("f1")
        await operator.at("read")
        await operator.sees("Not now: The field takes all letters")


async def test_the_end_of_a_refusal_is_in_sight_on_a_low_terminal(
    office: Desk, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await added(operator, office, "contoso.org")
        await operator.sees("ctrl+r checks again")
        await operator.press("ctrl+r")
        await ended(operator)
        shown = operator.app.screen.query_one("#ended")
        told = operator.app.screen.query_one("#told")
        await operator.until(
            lambda: shown.size.height and told.region.contains_region(shown.region)
        )
