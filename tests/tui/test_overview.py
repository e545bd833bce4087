"""Partner overview: search, mark, offer in several languages, record, undo."""

from datetime import timedelta

import pytest

from store.actions import customers, demo
from store.desk import Desk
from store.model.consent import State
from store.operator import Operator
from tests.conftest import TODAY
from tests.tui.driver import at_the_desk


@pytest.fixture
def many(partner: Desk) -> Desk:
    """A partner with 130 customers of three languages, none offered yet."""

    def work(tables):  # type: ignore[no-untyped-def]
        for number in range(130):
            language = ("en", "fr", "de")[number % 3]
            tables.customers.insert(
                {
                    **customers.blank(),
                    "name": f"Customer {number:03}",
                    "domain": f"c{number:03}.example",
                    "language": language,
                    "tags": ["vip"] if number < 4 else [],
                }
            )
        from store.message import msg

        return msg("Added customers.")

    partner.transaction("test", work)
    return partner


async def test_from_opening_to_a_recorded_answer_for_several(many: Desk) -> None:
    async with at_the_desk(many) as operator:
        await operator.sees(
            "Partner overview › Send delegated administration offers", "130 customers", "[all 130]"
        )

        # Filter while typing; marks survive it.
        await operator.press("slash")
        await operator.type("vip")
        await operator.sees("Filter “vip”: 4 of 130", "Customer 003")
        await operator.press("enter", "asterisk")
        await operator.sees("4 marked, 0 hidden.")
        await operator.press("escape")
        await operator.press("slash")
        await operator.type("c129")
        await operator.sees("1 of 130", "4 marked, 4 hidden.")
        await operator.press("enter", "space")
        await operator.sees("5 marked, 4 hidden.")
        await operator.press("escape")
        await operator.sees("5 marked, 0 hidden.")

        # Customers of several languages: one text per language, named.
        await operator.press("o")
        await operator.at("offer")
        await operator.sees("text 1 of 3", "Deutsch", "1 customer: Customer 002")
        await operator.press("right")
        await operator.sees("text 2 of 3", "English", "3 customers: Customer 000, Customer 003")
        await operator.press("right")
        await operator.sees("text 3 of 3", "Français", "1 customer: Customer 001")
        await operator.press("left")

        # Who got it lists first whom it will touch; esc records nothing.
        await operator.press("w")
        await operator.at("give")
        await operator.sees("3 customers marked", "Customer 129")
        await operator.press("escape")
        await operator.hears("Nothing was recorded.")
        assert many.view.state(1, TODAY) is State.NOT_OFFERED
        await operator.press("w")
        await operator.at("give")
        await operator.press("h", "enter")
        await operator.hears("Recorded the Delegated administration offer as given to 3 customers.")
        (given,) = many.view.invitations(1)
        assert given.events[0].how == "mailed"

        await operator.press("escape")
        await operator.at("overview")
        await operator.sees("waiting 3", "not offered 127")

        # The bar is a filter; a marked answer is recorded with its day and note.
        await operator.press("escape", "s")
        await operator.sees("[waiting 3]")
        await operator.press("asterisk", "a")
        await operator.at("answer")
        await operator.sees("What did 3 customers answer?")
        await operator.press("down", "down", "tab", "tab")
        await operator.type("Too busy this year")
        await operator.press("enter")
        await operator.hears("Recorded for 3 customers: declined.")
        assert many.view.state(1, TODAY) is State.DECLINED
        assert many.view.invitations(1)[0].events[-1].note == "Too busy this year"

        # One key takes it back.
        await operator.press("u")
        await operator.hears("Undone: Recorded for 3 customers: declined.")
        assert many.view.state(1, TODAY) is State.WAITING
        await operator.press("u")
        await operator.hears("Undone: Recorded the Delegated administration offer")
        await operator.until(lambda: many.view.state(1, TODAY) is State.NOT_OFFERED)
        await operator.press("u")
        await operator.hears("Nothing was changed here in this session")


async def test_the_customer_shows_its_timeline_and_who_may_act(many: Desk) -> None:
    from store.actions import consent, members
    from store.model.access import Level
    from store.model.consent import Answer

    members.add(many, "zoe@adatum.example", "Zoé Martin")
    members.set_access(many, 1, access=True, level=Level.LIMITED)
    async with at_the_desk(many, (120, 50)) as operator:
        await operator.press("enter")
        await operator.at("customer")
        await operator.sees("Nobody, until the customer has granted it.", "Nothing has happened")
        consent.record(many, [1], Answer.GRANTED, on=TODAY - timedelta(days=2), note="By phone")
        await operator.sees("Limited administration: Zoé Martin", "By phone", "2026-11-20")
        await operator.sees("Mobile Device Management for Office 365 is not supported")


async def test_a_change_by_another_process_appears_by_itself(many: Desk) -> None:
    async with at_the_desk(many) as operator:
        await operator.sees("130 customers")
        with Desk(many.path, Operator("luc", "luc"), today=lambda: TODAY).open() as other:
            customers.add(other, {"name": "Aardvark Ltd"})
            await operator.sees("131 customers", "Aardvark Ltd")
            customers.archive(other, [131])
            await operator.sees("130 customers", "archived 1")


async def test_archived_customers_can_be_brought_back(many: Desk) -> None:
    async with at_the_desk(many) as operator:
        await operator.press("d")
        await operator.hears("Archived Customer 000.")
        await operator.sees("[all 129]", "archived 1")
        await operator.press("S")
        await operator.sees("[archived 1]", "Customer 000")
        await operator.press("d")
        await operator.hears("Brought back Customer 000.")
        await operator.sees("No customer is in this state")
        await operator.press("escape")
        await operator.sees("[all 130]")


async def test_archiving_several_asks_and_names_them_first(many: Desk) -> None:
    async with at_the_desk(many) as operator:
        await operator.press("space", "space", "d")
        await operator.at("confirm")
        await operator.sees("Archive 2 customers?", "Customer 000", "Customer 001")
        await operator.press("enter")
        await operator.at("overview")
        assert many.view.customer_count == 130
        await operator.press("d")
        await operator.at("confirm")
        await operator.press("y")
        await operator.hears("Archived 2 customers.")
        assert many.view.customer_count == 128


async def test_the_flow_follows_the_number_of_customers(desk: Desk) -> None:
    demo.fill(desk, customers=99, seed=1, language="en")
    async with at_the_desk(desk) as operator:
        await operator.at("business")
        customers.add(desk, {"name": "The hundredth"})
        await operator.sees("100 customers")
        assert operator.app.screen.KEYS == "business", "crossing 100 is a hint, never a jump"
        await operator.hears("From 100 customers on, Partner overview")
        await operator.press("1")
        await operator.at("overview")
        await operator.press("3")
        await operator.at("users")
        await operator.press("escape")
        await operator.at("overview")
    async with at_the_desk(desk) as operator:
        await operator.at("overview")


async def test_on_a_wide_terminal_the_customer_stands_beside_the_list(many: Desk) -> None:
    async with at_the_desk(many, size=(120, 36)) as operator:
        await operator.sees("Who of us may act here", "c000.example")
        await operator.press("j")
        await operator.until(lambda: operator.on_screen.count("Customer 001") == 2)


async def test_a_new_day_ends_a_waiting_by_itself(many: Desk) -> None:
    from store.actions import offers
    from store.actions.offers import OwnLink
    from store.model.invitation import How
    from store.model.offer import Kind

    link = (
        "https://admin.microsoft.com/AdminPortal/Home#/partners/invitation/"
        "granularAdminRelationships/5d027261-d21f-4aa9-b7db-7fa1f56fb163-"
        "8777b240-c6f0-4469-9e98-a3205431b836"
    )
    own = OwnLink(link, TODAY - timedelta(days=89))
    offers.give(many, [1], Kind.DELEGATED, How.COPIED, own=own)
    async with at_the_desk(many) as operator:
        await operator.sees("waiting 1", "day 90/90")
        many.today = lambda: TODAY + timedelta(days=1)
        operator.app.watch_calendar()
        await operator.sees("lapsed 1")


async def test_what_is_typed_in_one_go_goes_into_the_filter(many: Desk) -> None:
    """Over a slow line all of it arrives at once; none of it may be taken for a key."""
    from textual.events import Key

    async with at_the_desk(many) as operator:
        for letter in ("slash", *"xono129"):
            operator.app.post_message(Key(letter, "/" if letter == "slash" else letter))
        await operator.sees("Filter “xono129”: 0 of 130")
        assert operator.app.said == []
        assert operator.app.screen.KEYS == "overview"
