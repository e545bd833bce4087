"""Giving an offer records one invitation a customer, for all of them or for none."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest

from store.actions import consent, customers, members
from store.actions import partner as partner_actions
from store.actions.offering import forbidden, unready
from store.actions.offers import give, set_offer, set_own_link
from store.desk import Desk
from store.errors import BadInput, NotAllowed
from store.message import Message, msg
from store.model.access import Level
from store.model.consent import Answer, State
from store.model.invitation import How
from store.model.links import classic_link
from store.model.offer import Kind
from store.work import Tables
from tests.conftest import TODAY
from tests.store.actions.stories import TRIAL_LINK, add, contents, own, state
from tests.store.model.samples import OURS, ago, granular_link


def test_customers_that_get_an_offer_are_waiting(partner: Desk) -> None:
    one, two = add(partner, "Contoso", language="de"), add(partner, "Fabrikam")
    receipt = give(partner, [one, two, one], Kind.DELEGATED, How.MAILED, language="fr")
    assert str(receipt.message) == (
        "Recorded the Delegated administration offer as given to 2 customers."
    )
    for key, language in ((one, "de"), (two, "fr")):
        (invitation,) = partner.view.invitations(key)
        (event,) = invitation.events
        assert state(partner, key) is State.WAITING
        assert (invitation.link, invitation.granular) == (classic_link(OURS), False)
        assert invitation.language == language
        assert (event.what, event.on, event.how, event.by) == ("given", TODAY, "mailed", "anna")
        assert event.at.endswith("Z")


def test_one_customer_is_named(partner: Desk) -> None:
    receipt = give(partner, [add(partner, "Contoso")], Kind.DELEGATED, How.COPIED)
    assert str(receipt.message) == (
        "Recorded the Delegated administration offer as given to Contoso."
    )


def test_giving_again_to_a_waiting_customer_goes_on_counting(partner: Desk) -> None:
    key = add(partner, "Contoso")
    give(partner, [key], Kind.DELEGATED, How.COPIED)
    partner.today = lambda: TODAY + timedelta(days=20)
    give(partner, [key], Kind.DELEGATED, How.MAILED)
    (invitation,) = partner.view.invitations(key)
    assert [event.how for event in invitation.events] == ["copied", "mailed"]
    found = partner.view.consent(key, TODAY + timedelta(days=20))
    assert (found.state, found.day, found.since) == (State.WAITING, 21, TODAY)


def test_the_draft_with_the_own_link_is_what_is_given(partner: Desk) -> None:
    key = add(partner, "Contoso")
    set_own_link(partner, key, own(made=3))
    give(partner, [key], Kind.DELEGATED, How.COPIED)
    (invitation,) = partner.view.invitations(key)
    assert (invitation.link, len(invitation.events)) == (granular_link(), 1)
    found = partner.view.consent(key, TODAY)
    assert (found.state, found.day, found.answer_by) == (State.WAITING, 4, ago(3 - 89))


def test_the_own_link_may_come_with_the_giving(partner: Desk) -> None:
    key = add(partner, "Contoso")
    give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(made=3))
    give(partner, [key], Kind.DELEGATED, How.COPIED)
    (invitation,) = partner.view.invitations(key)
    assert (invitation.link, len(invitation.events)) == (granular_link(), 2)


def test_an_own_link_after_a_classic_offer_is_a_second_invitation(partner: Desk) -> None:
    key = add(partner, "Contoso")
    give(partner, [key], Kind.DELEGATED, How.COPIED)
    give(partner, [key], Kind.DELEGATED, How.COPIED, own=own())
    classic, granular = partner.view.invitations(key)
    assert (classic.link, granular.link) == (classic_link(OURS), granular_link())
    assert [len(found.events) for found in (classic, granular)] == [1, 1]


def test_a_granted_customer_who_is_given_again_stays_active(partner: Desk) -> None:
    key = add(partner, "Contoso")
    give(partner, [key], Kind.DELEGATED, How.COPIED)
    consent.record(partner, [key], Answer.GRANTED)
    give(partner, [key], Kind.DELEGATED, How.COPIED)
    first, second = partner.view.invitations(key)
    assert [event.what for event in first.events] == ["given", "answered"]
    assert [event.what for event in second.events] == ["given"]
    assert state(partner, key) is State.ACTIVE


def test_a_granted_customer_who_is_given_its_own_link_again_stays_active(partner: Desk) -> None:
    key = add(partner, "Contoso")
    give(partner, [key], Kind.DELEGATED, How.COPIED, own=own())
    consent.record(partner, [key], Answer.GRANTED)
    with contextlib.suppress(BadInput):
        give(partner, [key], Kind.DELEGATED, How.COPIED, own=own())
    assert state(partner, key) is State.ACTIVE


def test_a_declined_customer_who_is_offered_again_is_waiting(partner: Desk) -> None:
    key = add(partner, "Contoso")
    give(partner, [key], Kind.DELEGATED, How.COPIED)
    consent.record(partner, [key], Answer.DECLINED)
    assert state(partner, key) is State.DECLINED
    give(partner, [key], Kind.DELEGATED, How.COPIED)
    assert state(partner, key) is State.WAITING
    assert len(partner.view.invitations(key)) == 2


def test_a_lapsed_own_link_is_not_given_once_more(partner: Desk) -> None:
    key = add(partner, "Contoso")
    give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(made=89))
    partner.today = lambda: TODAY + timedelta(days=1)
    assert partner.view.state(key, partner.today()) is State.LAPSED
    give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(2))
    assert state(partner, key) is State.WAITING
    assert len(partner.view.invitations(key)) == 2


def test_a_draft_whose_link_has_lapsed_is_not_given(partner: Desk) -> None:
    key = add(partner, "Contoso")
    set_own_link(partner, key, own(made=89))
    partner.today = lambda: TODAY + timedelta(days=1)
    give(partner, [key], Kind.DELEGATED, How.COPIED)
    draft, given = partner.view.invitations(key)
    assert (draft.is_draft, given.link) == (True, classic_link(OURS))


# -- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.TRIAL, Kind.PURCHASE])
def test_without_a_link_nothing_is_recorded_for_anyone(partner: Desk, kind: Kind) -> None:
    keys = [add(partner, "Contoso"), add(partner, "Fabrikam")]
    before = contents(partner)
    with pytest.raises(BadInput, match="Contoso: there is no link to give yet") as refusal:
        give(partner, keys, kind, How.COPIED)
    assert refusal.value.field == "link"
    assert contents(partner) == before


def test_one_customer_without_a_link_stops_the_giving_to_all(partner: Desk) -> None:
    partner_actions.set_fields(partner, {"tenant": ""})
    with_link, without = add(partner, "Contoso"), add(partner, "Fabrikam")
    set_own_link(partner, with_link, own())
    before = contents(partner)
    with pytest.raises(BadInput, match="Fabrikam: there is no link"):
        give(partner, [with_link, without], Kind.DELEGATED, How.COPIED)
    assert contents(partner) == before
    give(partner, [with_link], Kind.DELEGATED, How.COPIED)
    assert state(partner, with_link) is State.WAITING


def test_an_archived_or_missing_customer_stops_the_giving_to_all(partner: Desk) -> None:
    here, archived = add(partner, "Contoso"), add(partner, "Fabrikam")
    customers.archive(partner, [archived])
    before = contents(partner)
    with pytest.raises(BadInput, match="Fabrikam is archived"):
        give(partner, [here, archived], Kind.DELEGATED, How.COPIED)
    with pytest.raises(BadInput, match="Customer 99 is no longer there"):
        give(partner, [here, 99], Kind.DELEGATED, How.COPIED)
    assert contents(partner) == before


def test_an_own_link_is_not_given_to_two_customers(partner: Desk) -> None:
    keys = [add(partner, "Contoso"), add(partner, "Fabrikam")]
    before = contents(partner)
    with pytest.raises(BadInput, match="for one customer") as refusal:
        give(partner, keys, Kind.DELEGATED, How.COPIED, own=own())
    assert refusal.value.field == "link"
    assert contents(partner) == before
    give(partner, keys[:1], Kind.DELEGATED, How.COPIED, own=own())
    with pytest.raises(BadInput, match="Contoso has this link already"):
        give(partner, keys[1:], Kind.DELEGATED, How.COPIED, own=own())


def test_before_the_partner_is_set_nothing_can_be_given(desk: Desk) -> None:
    key = add(desk, "Contoso")
    with pytest.raises(NotAllowed, match="The partner is not set yet"):
        give(desk, [key], Kind.DELEGATED, How.COPIED)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [("", "It is not said yet whether the partner is certified"), ("no", "only available for")],
)
@pytest.mark.parametrize("kind", Kind)
def test_a_partner_who_is_not_certified_may_not_give_delegation(
    partner: Desk, kind: Kind, answer: str, reason: str
) -> None:
    key = add(partner, "Contoso")
    set_offer(partner, Kind.TRIAL, link=TRIAL_LINK)
    set_offer(partner, Kind.PURCHASE, link=TRIAL_LINK)
    partner_actions.set_fields(partner, {"certified": answer})
    with pytest.raises(NotAllowed, match=reason):
        give(partner, [key], kind, How.COPIED)
    assert partner.view.invitations(key) == ()
    if kind is not Kind.DELEGATED:
        set_offer(partner, kind, delegation=False)
        give(partner, [key], kind, How.COPIED)
        assert not partner.view.invitations(key)[0].delegation
        assert state(partner, key) is State.NOT_OFFERED


@pytest.mark.parametrize("kind", [Kind.TRIAL, Kind.PURCHASE])
def test_an_own_link_does_not_bring_delegation_into_another_offer(
    partner: Desk, kind: Kind
) -> None:
    key = add(partner, "Contoso")
    set_offer(partner, kind, link=TRIAL_LINK, delegation=False)
    partner_actions.set_fields(partner, {"certified": "no"})
    before = contents(partner)
    with pytest.raises(BadInput, match="for the delegated administration offer only") as refusal:
        give(partner, [key], kind, How.COPIED, own=own())
    assert refusal.value.field == "link"
    assert contents(partner) == before


@pytest.mark.parametrize("granular", [True, False])
def test_a_stored_draft_does_not_bring_delegation_into_another_offer(
    partner: Desk, granular: bool
) -> None:
    key = add(partner, "Contoso")
    set_offer(partner, Kind.TRIAL, link=TRIAL_LINK, delegation=False)
    partner_actions.set_fields(partner, {"certified": "no"})

    def by_hand(tables: Tables) -> Message:  # what an older version may have written
        tables.invitations.insert(
            {
                "customer": key,
                "kind": "trial",
                "delegation": True,
                "link": granular_link() if granular else TRIAL_LINK,
                "granular": granular,
                "made": ago(1).isoformat(),
                "events": [],
            }
        )
        return msg("by hand")

    partner.transaction("test", by_hand)
    give(partner, [key], Kind.TRIAL, How.COPIED)
    draft, given = partner.view.invitations(key)
    assert (draft.is_draft, given.delegation, given.link) == (True, False, TRIAL_LINK)
    assert state(partner, key) is State.NOT_OFFERED


@pytest.mark.parametrize("kind", [Kind.TRIAL, Kind.PURCHASE])
def test_only_a_member_with_access_gives_trial_invitations(partner: Desk, kind: Kind) -> None:
    key = add(partner, "Contoso")
    set_offer(partner, kind, link=TRIAL_LINK)
    partner_actions.set_fields(partner, {"operators": "anna=anna@adatum.example"})
    members.add(partner, "Anna@adatum.example", "Anna")
    with pytest.raises(NotAllowed, match="Anna has no administrative access"):
        give(partner, [key], kind, How.COPIED)
    give(partner, [key], Kind.DELEGATED, How.COPIED)
    members.set_access(partner, 1, access=True, level=Level.LIMITED)
    give(partner, [key], kind, How.COPIED)
    assert [found.kind for found in partner.view.invitations(key)] == [Kind.DELEGATED, kind]


def test_why_an_offer_cannot_be_given_is_known_beforehand(partner: Desk) -> None:
    operator = partner.operator
    for kind in Kind:
        assert forbidden(partner.view, kind, operator) is None
        assert unready(partner.view, kind) is None
    partner_actions.set_fields(partner, {"certified": ""})
    assert forbidden(partner.view, Kind.DELEGATED, operator) is None
    assert "not said yet" in str(unready(partner.view, Kind.DELEGATED))
    partner_actions.set_fields(partner, {"certified": "no"})
    assert "only available" in str(forbidden(partner.view, Kind.DELEGATED, operator))


def test_a_trial_that_asks_for_delegation_only_the_second_time_counts_then(partner: Desk) -> None:
    key = add(partner, "Contoso")
    set_offer(partner, Kind.TRIAL, link=TRIAL_LINK, delegation=False)
    give(partner, [key], Kind.TRIAL, How.COPIED)
    assert state(partner, key) is State.NOT_OFFERED
    set_offer(partner, Kind.TRIAL, delegation=True)
    give(partner, [key], Kind.TRIAL, How.COPIED)
    assert state(partner, key) is State.WAITING
