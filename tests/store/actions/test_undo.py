"""A transaction is reversed by another one, unless somebody has touched its records since."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from store.actions import consent, customers, follow_up, members, offers
from store.actions import partner as partner_actions
from store.actions.undo import undo
from store.desk import Desk, Receipt
from store.errors import Conflict, NotFound
from store.message import Message, msg
from store.model.access import Level
from store.model.consent import Answer
from store.model.invitation import How
from store.model.offer import Kind
from store.work import Tables
from tests.conftest import TODAY
from tests.store.actions.stories import TRIAL_LINK, add, contents, own, take_in

Action = Callable[[Desk], Receipt]

ACTIONS: dict[str, Action] = {
    "adding a customer": lambda desk: customers.add(desk, {"name": "Woodgrove", "tags": "a"}),
    "editing a customer": lambda desk: customers.edit(desk, 1, {"name": "X", "tags": "b;c"}),
    "archiving customers": lambda desk: customers.archive(desk, [1, 2]),
    "bringing a customer back": lambda desk: customers.bring_back(desk, [3]),
    "importing": lambda desk: take_in(
        desk, "Company name,Primary domain name,Tags\nContoso 2,contoso.com,vip\nNew,new.example,\n"
    ),
    "setting the partner": lambda desk: partner_actions.set_fields(desk, {"phone": "110"}),
    "the first link of an offer": lambda desk: offers.set_offer(desk, Kind.TRIAL, link=TRIAL_LINK),
    "another summary id": lambda desk: offers.set_offer(desk, Kind.PURCHASE, summary_id="S-2"),
    "pasting an own link": lambda desk: offers.set_own_link(desk, 2, own(7)),
    "giving": lambda desk: offers.give(desk, [1, 2], Kind.DELEGATED, How.COPIED),
    "giving a draft": lambda desk: offers.give(desk, [4], Kind.DELEGATED, How.COPIED),
    "an answer": lambda desk: consent.record(desk, [1], Answer.DECLINED),
    "an answer from outside": lambda desk: consent.record(desk, [2], Answer.GRANTED),
    "leaving alone": lambda desk: follow_up.snooze(desk, [1, 2], TODAY),
    "a note": lambda desk: follow_up.noted(desk, [1], "Rang twice"),
    "adding a member": lambda desk: members.add(desk, "new@adatum.example", "New"),
    "editing a member": lambda desk: members.edit(desk, 1, {"name": "Zoë"}),
    "removing a member": lambda desk: members.remove(desk, 1),
    "giving access": lambda desk: members.set_access(desk, 1, access=True, level=Level.FULL),
}


@pytest.fixture
def busy(partner: Desk) -> Desk:
    """A desk with something in every table."""
    add(partner, "Contoso", domain="contoso.com", tags="vip")
    add(partner, "Fabrikam")
    customers.archive(partner, [add(partner, "Gone")])
    offers.set_own_link(partner, add(partner, "Drafted"), own(1))
    offers.set_offer(partner, Kind.PURCHASE, summary_id="S-1")
    offers.give(partner, [1], Kind.DELEGATED, How.COPIED)
    members.add(partner, "zoe@adatum.example", "Zoé")
    return partner


def records(desk: Desk) -> dict[str, dict[int, dict[str, object]]]:
    """What is recorded, without the count of revisions."""
    return {
        table: {key: {k: v for k, v in row.items() if k != "rev"} for key, row in rows.items()}
        for table, rows in contents(desk).items()
        if rows
    }


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_undoing_puts_every_record_back_and_undoing_that_does_it_again(
    busy: Desk, action: Action
) -> None:
    before = records(busy)
    receipt = action(busy)
    after = records(busy)
    assert after != before
    undone = undo(busy, receipt)
    assert str(undone.message) == f"Undone: {receipt.message}"
    assert undone.did == "undo"
    assert records(busy) == before
    undo(busy, undone)
    assert records(busy) == after


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_what_was_undone_is_not_undone_twice(busy: Desk, action: Action) -> None:
    receipt = action(busy)
    undo(busy, receipt)
    before = contents(busy)
    with pytest.raises((Conflict, NotFound)):
        undo(busy, receipt)
    assert contents(busy) == before


def test_there_is_nothing_to_undo_where_nothing_changed(busy: Desk) -> None:
    with pytest.raises(NotFound, match="nothing to undo"):
        undo(busy, customers.edit(busy, 1, {"name": "Contoso"}))


def test_an_undone_customer_is_gone_and_its_number_is_not_given_again(busy: Desk) -> None:
    receipt = customers.add(busy, {"name": "Woodgrove"})
    key = receipt.before[0][1]
    undo(busy, receipt)
    assert busy.view.customer(key) is None
    assert busy.view.customer_count == 3
    assert add(busy, "Northwind") == key + 1


def test_a_change_of_somebody_else_is_not_undone_with_ours(busy: Desk) -> None:
    receipt = customers.edit(busy, 1, {"note": "ours"})
    customers.edit(busy, 1, {"alias": "theirs"})
    before = contents(busy)
    with pytest.raises(Conflict, match="Contoso was changed since") as conflict:
        undo(busy, receipt)
    assert conflict.value.theirs["alias"] == "theirs"
    assert contents(busy) == before


def test_one_record_that_was_changed_since_stops_the_whole_undo(busy: Desk) -> None:
    receipt = customers.archive(busy, [1, 2])
    customers.bring_back(busy, [2])
    before = contents(busy)
    with pytest.raises(Conflict, match="Fabrikam was changed since"):
        undo(busy, receipt)
    assert contents(busy) == before


def test_a_member_that_was_changed_since_is_named(busy: Desk) -> None:
    receipt = members.set_access(busy, 1, access=True, level=Level.FULL)
    members.set_access(busy, 1, access=True, level=Level.LIMITED)
    with pytest.raises(Conflict, match="Zoé was changed since"):
        undo(busy, receipt)


def test_an_answer_that_came_since_is_named_by_its_customer(busy: Desk) -> None:
    receipt = offers.give(busy, [2], Kind.DELEGATED, How.COPIED)
    consent.record(busy, [2], Answer.GRANTED)
    with pytest.raises(Conflict, match="Fabrikam was changed since"):
        undo(busy, receipt)


def test_a_customer_on_whose_behalf_something_was_done_stays(busy: Desk) -> None:
    added = customers.add(busy, {"name": "Woodgrove"})
    key = added.before[0][1]

    def record(tables: Tables) -> Message:
        tables.acts.insert({"customer": key, "deed": "add-user", "outcome": "done"})
        return msg("Recorded.")

    busy.transaction("act.end", record)
    with pytest.raises(Conflict, match="Something was done on behalf of Woodgrove since"):
        undo(busy, added)
    assert [act.customer for act in busy.view.acts(key)] == [key]
    assert busy.view.customer(key)


def test_a_customer_that_was_edited_since_stays_when_adding_it_is_undone(busy: Desk) -> None:
    added = customers.add(busy, {"name": "Woodgrove"})
    key = added.before[0][1]
    customers.edit(busy, key, {"note": "theirs"})
    with pytest.raises(Conflict, match="Woodgrove was changed since"):
        undo(busy, added)
    assert busy.view.customers[key]["note"] == "theirs"


def test_a_form_that_was_open_during_an_undo_does_not_overwrite_it(busy: Desk) -> None:
    opened_at = busy.view.members[0].rev
    members.set_access(busy, 1, access=True, level=Level.FULL)
    undo(busy, members.remove(busy, 1))
    with pytest.raises(Conflict):
        members.set_access(busy, 1, access=True, level=Level.LIMITED, rev=opened_at)
