"""An offer keeps its reusable link; a customer's own link is kept with that customer."""

from __future__ import annotations

import pytest

from store.actions import customers, offers
from store.actions import partner as partner_actions
from store.actions.offers import OwnLink, set_offer, set_own_link
from store.desk import Desk
from store.errors import BadInput, Conflict
from store.model.invitation import How
from store.model.letter_link import link_of, what_microsoft_offers
from store.model.links import HOSTS, classic_link
from store.model.offer import Kind, Offer
from store.model.partner import Cloud
from tests.conftest import TODAY
from tests.store.actions.stories import TRIAL_LINK, add, contents, own, state
from tests.store.model.samples import OURS, THEIRS, ago, granular_link, partner


@pytest.mark.parametrize(
    ("kind", "cloud", "link"),
    [
        (Kind.DELEGATED, Cloud.WORLDWIDE, classic_link(OURS)),
        (Kind.DELEGATED, Cloud.US_GOVERNMENT, ""),
        (Kind.DELEGATED, Cloud.CHINA, ""),
        (Kind.DELEGATED, Cloud.PRACTICE, ""),
        (Kind.TRIAL, Cloud.WORLDWIDE, ""),
        (Kind.PURCHASE, Cloud.WORLDWIDE, ""),
    ],
)
def test_only_worldwide_the_classic_link_follows_from_the_tenant(
    kind: Kind, cloud: Cloud, link: str
) -> None:
    assert link_of(Offer(kind), partner(cloud)) == link
    assert link_of(Offer(kind), partner(cloud, tenant="")) == ""
    pasted = f"https://{HOSTS[cloud][0]}/invitation?kind=7"
    assert link_of(Offer(kind, link=pasted), partner(cloud)) == pasted
    hostile = pasted.replace("https://", "https://evil.example@")
    assert link_of(Offer(kind, link=hostile), partner(cloud)) == link


def test_it_is_said_that_a_classic_link_gives_no_new_access() -> None:
    classic, granular = classic_link(OURS), granular_link()
    delegated = Offer(Kind.DELEGATED)
    assert "no new access" in str(what_microsoft_offers(classic, delegated, partner()))
    assert what_microsoft_offers(granular, delegated, partner()) is None
    assert what_microsoft_offers(classic, Offer(Kind.TRIAL), partner()) is None
    assert what_microsoft_offers(classic, delegated, partner(Cloud.CHINA)) is None
    practice = what_microsoft_offers("", delegated, partner(Cloud.PRACTICE))
    assert "leads nowhere" in str(practice)


def test_the_link_and_summary_id_of_an_offer_are_kept(partner: Desk) -> None:
    receipt = set_offer(
        partner, Kind.TRIAL, link=f" {TRIAL_LINK}\n", summary_id="S-1", delegation=False
    )
    assert str(receipt.message) == "Saved the Trial invitation."
    offer = partner.view.offer(Kind.TRIAL)
    assert (offer.link, offer.summary_id, offer.delegation) == (TRIAL_LINK, "S-1", False)
    set_offer(partner, Kind.TRIAL, summary_id="S-2", rev=1)
    offer = partner.view.offer(Kind.TRIAL)
    assert (offer.link, offer.summary_id, offer.delegation) == (TRIAL_LINK, "S-2", False)
    assert len(partner.view.tables.table("offers")) == 1
    set_offer(partner, Kind.TRIAL, link="")
    assert partner.view.offer(Kind.TRIAL).link == ""


def test_each_kind_of_offer_has_its_own_link(partner: Desk) -> None:
    set_offer(partner, Kind.TRIAL, link=TRIAL_LINK)
    assert partner.view.offer(Kind.PURCHASE).link == ""
    assert partner.view.offer(Kind.DELEGATED).link == ""


def test_the_delegated_administration_offer_cannot_do_without_delegation(partner: Desk) -> None:
    with pytest.raises(BadInput, match="always asks for it") as refusal:
        set_offer(partner, Kind.DELEGATED, summary_id="S-1", delegation=False)
    assert refusal.value.field == "delegation"
    assert partner.view.offer(Kind.DELEGATED).summary_id == ""
    set_offer(partner, Kind.DELEGATED, summary_id="S-1", delegation=True)
    assert partner.view.offer(Kind.DELEGATED).delegation


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/x",
        "http://admin.microsoft.com/x",
        classic_link(THEIRS),
        granular_link(),
        f"{granular_link()}/x",
    ],
)
def test_a_link_that_may_not_stand_in_every_letter_is_refused(partner: Desk, link: str) -> None:
    before = contents(partner)
    with pytest.raises(BadInput) as refusal:
        set_offer(partner, Kind.DELEGATED, link=link, summary_id="S-1")
    assert refusal.value.field == "link"
    assert contents(partner) == before


def test_a_summary_id_goes_through_the_door(partner: Desk) -> None:
    with pytest.raises(BadInput) as refusal:
        set_offer(partner, Kind.TRIAL, summary_id="S\x1b1")
    assert refusal.value.field == "summary_id"


def test_an_offer_that_somebody_changed_meanwhile_is_not_overwritten(partner: Desk) -> None:
    set_offer(partner, Kind.TRIAL, summary_id="theirs")
    set_offer(partner, Kind.TRIAL, summary_id="theirs too", rev=1)
    with pytest.raises(Conflict) as conflict:
        set_offer(partner, Kind.TRIAL, summary_id="mine", rev=1)
    assert conflict.value.theirs["summary_id"] == "theirs too"


def test_a_link_of_the_practice_cloud_is_not_given_to_real_customers(partner: Desk) -> None:
    key = add(partner, "Contoso")
    partner_actions.set_fields(partner, {"cloud": "practice"})
    for kind in Kind:
        set_offer(partner, kind, link=f"https://127.0.0.1:8443/invitation?kind={kind}")
    partner_actions.set_fields(partner, {"cloud": "worldwide"})
    for kind in (Kind.TRIAL, Kind.PURCHASE):
        with pytest.raises(BadInput, match="there is no link to give yet"):
            offers.give(partner, [key], kind, How.COPIED)
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED)
    assert [found.link for found in partner.view.invitations(key)] == [classic_link(OURS)]


def test_a_link_for_the_tenant_that_we_were_before_is_not_given(partner: Desk) -> None:
    key = add(partner, "Contoso")
    set_offer(partner, Kind.DELEGATED, link=classic_link(OURS))
    set_offer(partner, Kind.TRIAL, link=f"{classic_link(OURS)}/trial")
    partner_actions.set_fields(partner, {"tenant": THEIRS})
    with pytest.raises(BadInput, match="there is no link to give yet"):
        offers.give(partner, [key], Kind.TRIAL, How.COPIED)
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED)
    assert [found.link for found in partner.view.invitations(key)] == [classic_link(THEIRS)]


# -- a customer's own link --------------------------------------------------------------------


def test_a_granular_link_is_kept_as_a_draft_of_its_customer(partner: Desk) -> None:
    key = add(partner, "Contoso")
    receipt = set_own_link(partner, key, own(made=3))
    assert "Contoso" in str(receipt.message)
    (invitation,) = partner.view.invitations(key)
    assert (invitation.link, invitation.granular) == (granular_link(), True)
    assert (invitation.made, invitation.days, invitation.is_draft) == (ago(3), 365, True)
    assert state(partner, key) == "not-offered"


def test_another_link_replaces_the_one_of_the_draft(partner: Desk) -> None:
    key = add(partner, "Contoso")
    set_own_link(partner, key, own(1))
    set_own_link(partner, key, OwnLink(granular_link(2), TODAY, None, True))
    (invitation,) = partner.view.invitations(key)
    assert (invitation.link, invitation.days) == (granular_link(2), None)
    assert invitation.auto_extend


def test_a_granular_link_is_for_one_customer_alone(partner: Desk) -> None:
    one, two = add(partner, "Contoso"), add(partner, "Fabrikam")
    set_own_link(partner, one, own(1))
    before = contents(partner)
    with pytest.raises(BadInput, match="Contoso has this link already") as refusal:
        set_own_link(partner, two, own(1))
    assert refusal.value.field == "link"
    assert contents(partner) == before
    set_own_link(partner, two, own(2))
    assert partner.view.invitations(two)[0].link == granular_link(2)


@pytest.mark.parametrize(
    ("link", "field"),
    [
        (OwnLink(classic_link(OURS), TODAY), "link"),
        (OwnLink("https://evil.example/x", TODAY), "link"),
        (OwnLink(granular_link(), ago(-1)), "made"),
        (OwnLink(granular_link(), ago(90)), "made"),
        (OwnLink(granular_link(), ago(4_000)), "made"),
        (OwnLink(granular_link(), TODAY, 0), "days"),
        (OwnLink(granular_link(), TODAY, 731), "days"),
        (OwnLink(granular_link(), TODAY, -5), "days"),
    ],
)
def test_what_cannot_be_a_granular_link_is_refused(
    partner: Desk, link: OwnLink, field: str
) -> None:
    key = add(partner, "Contoso")
    before = contents(partner)
    with pytest.raises(BadInput) as refusal:
        set_own_link(partner, key, link)
    assert refusal.value.field == field
    assert contents(partner) == before


def test_a_link_is_taken_on_its_last_day_and_refused_after_it(partner: Desk) -> None:
    key = add(partner, "Contoso")
    set_own_link(partner, key, own(1, made=89))
    for act in (
        lambda: set_own_link(partner, key, own(2, made=90)),
        lambda: offers.give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(2, made=90)),
    ):
        with pytest.raises(BadInput, match=f"Day 90 of a link .* {ago(90)} has passed") as refusal:
            act()
        assert "Make a new one in Partner Center" in str(refusal.value.todo)


@pytest.mark.parametrize("days", [1, 730])
def test_the_shortest_and_the_longest_life_are_taken(partner: Desk, days: int) -> None:
    key = add(partner, "Contoso")
    set_own_link(partner, key, own(days=days))
    assert partner.view.invitations(key)[0].days == days


def test_an_archived_or_missing_customer_gets_no_link(partner: Desk) -> None:
    key = add(partner, "Contoso")
    customers.archive(partner, [key])
    for wanted in (key, 99):
        with pytest.raises(BadInput):
            set_own_link(partner, wanted, own())
    assert partner.view.invitations(key) == ()
