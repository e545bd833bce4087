"""Active users, and who of them has administrative access to the companies we support."""

from __future__ import annotations

import pytest

from store.actions import consent, customers, members
from store.actions.offering import forbidden
from store.actions.offers import give, set_offer
from store.actions.partner import set_fields
from store.actions.undo import undo
from store.desk import Desk
from store.errors import BadInput, Conflict, NotAllowed, NotFound
from store.model.access import Level, Task
from store.model.consent import Answer
from store.model.invitation import How
from store.model.offer import Kind
from tests.store.actions.stories import TRIAL_LINK, add, contents, own
from tests.store.model.samples import ago


def test_a_new_member_has_no_administrative_access(desk: Desk) -> None:
    receipt = members.add(desk, "zoe@adatum.example", "Zoé Martin")
    assert str(receipt.message) == "Added Zoé Martin."
    (zoe,) = desk.view.members
    assert (zoe.upn, zoe.name) == ("zoe@adatum.example", "Zoé Martin")
    assert (zoe.access, zoe.level, zoe.tasks) == (False, Level.NONE, frozenset())


@pytest.mark.parametrize("user_name", ["", "zoe", "zoe@adatum", "zoe@adatum.example\x1b"])
def test_a_member_needs_a_user_name(desk: Desk, user_name: str) -> None:
    with pytest.raises(BadInput) as refusal:
        members.add(desk, user_name, "Zoé")
    assert refusal.value.field == "upn"
    assert desk.view.members == ()


def test_a_bad_name_is_refused(desk: Desk) -> None:
    with pytest.raises(BadInput) as refusal:
        members.add(desk, "zoe@adatum.example", "Zo\u202eé")
    assert refusal.value.field == "name"


def test_a_user_name_belongs_to_one_member(desk: Desk) -> None:
    members.add(desk, "zoe@adatum.example", "Zoé")
    members.add(desk, "luc@adatum.example", "")
    before = contents(desk)
    for attempt in (
        lambda: members.add(desk, "ZOE@adatum.example", "Zoé 2"),
        lambda: members.edit(desk, 2, {"upn": "Zoe@Adatum.Example"}),
    ):
        with pytest.raises(BadInput, match=r"zoe@adatum\.example is Zoé already") as refusal:
            attempt()
        assert refusal.value.field == "upn"
    assert contents(desk) == before
    members.edit(desk, 1, {"upn": "Zoe@adatum.example", "name": "Zoé M."})
    assert (desk.view.members[-1].upn, desk.view.members[-1].name) == (
        "Zoe@adatum.example",
        "Zoé M.",
    )


def test_members_are_listed_by_name(desk: Desk) -> None:
    for upn, name in (("c@x.example", "anna"), ("a@x.example", ""), ("b@x.example", "Zoé")):
        members.add(desk, upn, name)
    assert [member.upn for member in desk.view.members] == [
        "a@x.example",
        "c@x.example",
        "b@x.example",
    ]


# -- Settings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "said", "tasks"),
    [
        (Level.FULL, "Zoé has Full administration.", set(Task)),
        (Level.LIMITED, "Zoé has Limited administration.", {Task.RESET_PASSWORD}),
    ],
)
def test_yes_and_a_level_give_access_and_no_takes_both_away(
    desk: Desk, level: Level, said: str, tasks: set[Task]
) -> None:
    members.add(desk, "zoe@adatum.example", "Zoé")
    receipt = members.set_access(desk, 1, access=True, level=level, rev=1)
    assert str(receipt.message) == said
    zoe = desk.view.members[0]
    assert (zoe.access, zoe.level, set(zoe.tasks)) == (True, level, tasks)
    receipt = members.set_access(desk, 1, access=False, level=level, rev=2)
    assert str(receipt.message) == "Zoé has no administrative access any more."
    zoe = desk.view.members[0]
    assert (zoe.access, zoe.level, zoe.rev) == (False, Level.NONE, 3)


def test_yes_needs_a_level(desk: Desk) -> None:
    members.add(desk, "zoe@adatum.example", "Zoé")
    with pytest.raises(BadInput, match="a level has to be chosen") as refusal:
        members.set_access(desk, 1, access=True, level=Level.NONE)
    assert refusal.value.field == "level"
    assert not desk.view.members[0].access


def test_details_and_settings_are_saved_as_one_change(desk: Desk) -> None:
    members.add(desk, "zoe@adatum.example", "Zoé")
    receipt = members.save(desk, 1, {"name": "Zoé M."}, (True, Level.FULL), rev=1)
    assert str(receipt.message) == "Zoé M. has Full administration."
    zoe = desk.view.members[0]
    assert (zoe.name, zoe.level, zoe.rev) == ("Zoé M.", Level.FULL, 2)
    before = contents(desk)
    for details, settings in (
        ({"name": "Zoë"}, (True, Level.NONE)),
        ({"name": "Zo\x1bë"}, (False, Level.NONE)),
    ):
        with pytest.raises(BadInput):
            members.save(desk, 1, details, settings)
    assert contents(desk) == before
    members.save(desk, 1, {"name": "Zoë"}, None)
    assert desk.view.members[0].level is Level.FULL


def test_a_form_that_somebody_overtook_is_told_so_and_sees_theirs(desk: Desk) -> None:
    members.add(desk, "zoe@adatum.example", "Zoé")
    members.set_access(desk, 1, access=True, level=Level.LIMITED, rev=1)
    for attempt in (
        lambda: members.set_access(desk, 1, access=True, level=Level.FULL, rev=1),
        lambda: members.edit(desk, 1, {"name": "Zoë"}, rev=1),
    ):
        with pytest.raises(Conflict, match="Zoé was changed by somebody else") as conflict:
            attempt()
        assert conflict.value.theirs["level"] == "limited"
    assert desk.view.members[0].level is Level.LIMITED


def test_a_member_that_is_gone_cannot_be_changed(desk: Desk) -> None:
    members.add(desk, "zoe@adatum.example", "Zoé")
    assert str(members.remove(desk, 1).message) == "Removed Zoé."
    assert desk.view.members == ()
    for attempt in (
        lambda: members.remove(desk, 1),
        lambda: members.edit(desk, 1, {"name": "x"}),
        lambda: members.set_access(desk, 1, access=True, level=Level.FULL),
    ):
        with pytest.raises(NotFound, match="no longer there"):
            attempt()


# -- who is at the keyboard --------------------------------------------------------------------


def test_renaming_a_user_renames_the_operator_who_is_it(partner: Desk) -> None:
    operators = "anna=Zoe@adatum.example zoe=zoe@adatum.example luc=luc@adatum.example"
    set_fields(partner, {"operators": operators})
    members.add(partner, "zoe@adatum.example", "Zoé")
    before = contents(partner)
    receipt = members.edit(partner, 1, {"upn": "zoe.martin@adatum.example", "name": "Zoé Martin"})
    assert dict(partner.view.partner.operators) == {
        "anna": "zoe.martin@adatum.example",
        "zoe": "zoe.martin@adatum.example",
        "luc": "luc@adatum.example",
    }
    assert "no administrative access" in str(forbidden(partner.view, Kind.TRIAL, partner.operator))
    undo(partner, receipt)
    assert partner.view.partner.operators == before["partner"][1]["operators"]
    assert partner.view.members[0].upn == "zoe@adatum.example"


def test_a_change_that_renames_nobody_leaves_the_partner_alone(partner: Desk) -> None:
    set_fields(partner, {"operators": "anna=zoe@adatum.example"})
    members.add(partner, "zoe@adatum.example", "Zoé")
    receipt = members.edit(partner, 1, {"upn": "zoe@adatum.example", "name": "Zoé Martin"})
    assert [table for table, *_ in receipt.before] == ["members"]


@pytest.mark.parametrize("removed", [True, False])
def test_an_operator_whose_user_is_gone_or_mistyped_is_told_so(
    partner: Desk, removed: bool
) -> None:
    key = add(partner, "Contoso")
    set_offer(partner, Kind.TRIAL, link=TRIAL_LINK)
    members.add(partner, "zoe@adatum.example", "Zoé")
    members.set_access(partner, 1, access=True, level=Level.FULL)
    set_fields(partner, {"operators": f"anna={'zoe' if removed else 'zo'}@adatum.example"})
    if removed:
        assert forbidden(partner.view, Kind.TRIAL, partner.operator) is None
        members.remove(partner, 1)
    said = r"Partner says that you are zoe?@adatum\.example, and no active user is called so. Add"
    with pytest.raises(NotAllowed, match=said):
        give(partner, [key], Kind.TRIAL, How.COPIED)
    assert forbidden(partner.view, Kind.DELEGATED, partner.operator) is None
    set_fields(partner, {"operators": ""})
    assert forbidden(partner.view, Kind.TRIAL, partner.operator) is None


def test_access_reaches_the_customers_whose_consent_is_active_today(partner: Desk) -> None:
    assert members.reach(partner) == 0
    keys = [add(partner, f"Customer {number}") for number in range(6)]
    waiting, declined, active, twice, expiring, archived = keys
    give(partner, keys[:4], Kind.DELEGATED, How.COPIED)
    consent.record(partner, [declined], Answer.DECLINED)
    consent.record(partner, [active, twice, archived], Answer.GRANTED)
    give(partner, [twice], Kind.DELEGATED, How.COPIED)
    give(partner, [expiring], Kind.DELEGATED, How.COPIED, own=own(days=20))
    consent.record(partner, [expiring], Answer.GRANTED)
    assert members.reach(partner) == 4
    customers.archive(partner, [archived])
    assert members.reach(partner) == 3
    partner.today = lambda: ago(-21)
    assert members.reach(partner) == 2
    consent.record(partner, [active], Answer.ENDED)
    assert members.reach(partner) == 1
    assert partner.view.consent(waiting, ago(-21)).day == 22
