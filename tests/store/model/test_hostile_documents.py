"""A document that somebody put into the journal by hand is read without an error."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store.model import document
from store.model.access import Level, Member
from store.model.consent import consent_in, consent_of, state_of
from store.model.customer import FIELD_NAMES, Customer, search_text, sort_key
from store.model.invitation import Invitation
from store.model.letter_link import link_of, what_microsoft_offers
from store.model.offer import Kind, Offer
from store.model.partner import Cloud, Partner, why_not_certified
from tests.conftest import TODAY
from tests.store.model.samples import ago, event, partner, stored

junk = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.sampled_from([10**9, -(10**9), 10**20]),
        st.floats(allow_nan=False),
        st.text(max_size=6),
        st.sampled_from(["0001-01-01", "9999-12-31", "2026-02-30", "2026-11-22", "20261122"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=4,
)


def documents(**known: list[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Documents in which any field may be as it should be, anything else, or missing."""
    return st.fixed_dictionaries(
        {},
        optional={name: st.one_of(st.sampled_from(values), junk) for name, values in known.items()},
    )


events = documents(
    what=["given", "answered", "ended", "reported"],
    on=["2026-11-01"],
    answer=["granted", "declined", "elsewhere"],
    status=["active", "approvalPending", "expired"],
    until=["2026-12-01"],
    how=["copied"],
    note=[""],
)
invitations = st.builds(
    lambda row, found: {**row, "events": found},
    documents(
        customer=[1],
        kind=["delegated", "trial"],
        delegation=[True, False],
        link=[""],
        granular=[True, False],
        made=["2026-11-01"],
        days=[30, None],
        auto_extend=[True, False],
        language=["en"],
        rev=[1],
    ),
    st.one_of(st.lists(st.one_of(events, junk), max_size=3), junk),
)


@given(st.lists(invitations, max_size=3))
@example([stored(event("answered", answer="granted"), days=10**7)])
@example([stored(event("answered", answer="granted"), days=10**12)])
@example([stored(event("given"), granular=True, made="9999-12-31")])
@example([stored(event("answered", answer="granted"), days=-(10**9))])
@example([stored(event("answered", ago(30), answer="granted"), days=9, auto_extend="yes")])
def test_any_invitation_has_a_consent_and_lists_agree_with_it(found: list[dict[str, Any]]) -> None:
    read = [Invitation.from_document(number, row) for number, row in enumerate(found, 1)]
    for invitation in read:
        consent_in(invitation, TODAY)
    assert state_of(found, TODAY) is consent_of(read, TODAY).state


@given(documents(**{name: ["x"] for name in (*FIELD_NAMES, "archived", "rev")}))
@example({"name": "x", "tags": 7})
@example({"name": "x", "tags": [1, None]})
@example({"name": "x", "alias": None, "domain": {}})
def test_any_customer_can_be_listed_and_found(found: dict[str, Any]) -> None:
    customer = Customer.from_document(3, found)
    assert isinstance(customer.label, str)
    assert all(isinstance(tag, str) for tag in customer.tags)
    assert isinstance(search_text(found), str)
    assert isinstance(sort_key(found), str)


@given(
    documents(
        name=["x"],
        tenant=["x"],
        cloud=["worldwide", "21vianet"],
        certified=["no"],
        limited_as=["helpdesk"],
        flow=["overview"],
        operators=[{"anna": "anna@x.example"}],
        rev=[1],
    )
)
def test_any_partner_can_be_read(found: dict[str, Any]) -> None:
    read = Partner.from_document(found)
    assert isinstance(read.name, str)
    assert read.cloud in Cloud
    assert all(isinstance(name, str) for pair in read.operators.items() for name in pair)
    why_not_certified(read)


@given(documents(kind=["trial"], link=["x"], summary_id=["x"], delegation=[False], rev=[1]))
def test_any_offer_can_be_read(found: dict[str, Any]) -> None:
    offer = Offer.from_document(1, found)
    assert offer.kind in Kind
    assert isinstance(link_of(offer, partner()), str)
    what_microsoft_offers(offer.link, offer, partner())


@given(documents(upn=["x"], name=["x"], access=[True], level=["full"], rev=[1]))
def test_a_member_has_no_more_than_what_was_truly_set(found: dict[str, Any]) -> None:
    member = Member.from_document(1, found)
    if found.get("access") is not True or found.get("level") not in ("full", "limited"):
        assert member.tasks == frozenset()


@pytest.mark.parametrize("access", ["true", 1, "yes", [True], {"a": 1}])
def test_only_true_opens_access(access: object) -> None:
    assert Member.from_document(1, {"access": access, "level": "full"}).tasks == frozenset()


@pytest.mark.parametrize("level", ["Full", "global", 1, None, ["full"]])
def test_a_level_that_nobody_knows_is_none(level: object) -> None:
    assert Member.from_document(1, {"access": True, "level": level}).level is Level.NONE


def test_the_delegated_administration_offer_always_asks_for_delegation() -> None:
    assert Offer.from_document(1, {"kind": "delegated", "delegation": False}).delegation
    assert not Offer.from_document(1, {"kind": "trial", "delegation": False}).delegation


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-11-22", date(2026, 11, 22)),
        ("2026-02-30", None),
        ("20261122", None),
        ("2026-W47-7", None),
        ("2026-11-22T00:00", None),
        ("٢٠٢٦-١١-٢٢", None),
        ("", None),
        (20261122, None),
        (None, None),
        (["2026-11-22"], None),
    ],
)
def test_only_a_whole_date_is_a_day(value: object, day: date | None) -> None:
    assert document.day({"on": value}, "on") == day


@pytest.mark.parametrize(
    ("value", "number"), [(7, 7), (True, None), (7.0, None), ("7", None), (None, None), ([7], None)]
)
def test_only_a_whole_number_is_a_number(value: object, number: int | None) -> None:
    assert document.number({"rev": value}, "rev") == number
