"""What no action writes is read as nothing; actions go on with it or refuse, and never break."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from store.actions import consent, offers
from store.actions.letters import copies
from store.desk import Desk
from store.errors import BadInput, DeskError
from store.message import Message, msg
from store.model.consent import Answer
from store.model.invitation import How
from store.model.offer import Kind
from store.work import Tables
from tests.conftest import TODAY
from tests.store.actions.stories import add, own
from tests.store.model.samples import granular_link

LACKING: list[dict[str, Any]] = [
    {},
    {"events": None},
    {"events": "given"},
    {"events": [7, None]},
    {"events": [{}]},
    {"events": [{"what": "given"}]},
    {"events": [{"what": "given", "on": 7}, "x"]},
    {"events": [{"what": "answered", "answer": "granted"}], "days": "x"},
    {"link": granular_link(), "granular": True},
    {"link": granular_link(), "granular": True, "made": "yesterday", "kind": "x", "events": {}},
    {"link": 7, "granular": True, "delegation": "no"},
]


def stored(desk: Desk, *documents: dict[str, Any]) -> None:
    """Invitations as a hand may have written them."""

    def by_hand(tables: Tables) -> Message:
        for found in documents:
            tables.invitations.insert(dict(found))
        return msg("by hand")

    desk.transaction("test", by_hand)


@pytest.mark.parametrize("lacking", LACKING, ids=str)
@pytest.mark.parametrize(
    "whose", [{"customer": 1}, {}, {"customer": "1"}, {"customer": 99}], ids=str
)
def test_an_invitation_that_lacks_what_it_should_have_breaks_no_action(
    partner: Desk, lacking: dict[str, Any], whose: dict[str, Any]
) -> None:
    key, other = add(partner, "Contoso"), add(partner, "Fabrikam")
    stored(partner, {**whose, **lacking})
    acts = [
        lambda: offers.give(partner, [key], Kind.DELEGATED, How.COPIED),
        lambda: offers.set_own_link(partner, key, own()),
        lambda: offers.set_own_link(partner, other, own()),
        *(
            lambda answer=answer: consent.record(partner, [key], answer)  # type: ignore[misc]
            for answer in Answer
        ),
        lambda: offers.give(partner, [key], Kind.DELEGATED, How.COPIED, own=own()),
    ]
    for act in itertools.chain(acts, reversed(acts)):
        try:
            act()
        except DeskError as error:
            assert str(error)
    found = partner.view.customer(key)
    assert found is not None
    assert copies(partner.view, Kind.DELEGATED, [found], "en", TODAY)


def test_what_was_given_is_added_to_an_invitation_without_events(partner: Desk) -> None:
    key = add(partner, "Contoso")
    stored(partner, {"customer": key, "link": granular_link(), "granular": True})
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED)
    consent.record(partner, [key], Answer.GRANTED)
    (invitation,) = partner.view.invitations(key)
    assert [event.what for event in invitation.events] == ["given", "answered"]


def test_a_link_that_nobody_is_known_to_have_is_still_refused(partner: Desk) -> None:
    key = add(partner, "Contoso")
    stored(partner, {"link": granular_link(), "granular": True})
    with pytest.raises(BadInput, match="has this link already"):
        offers.set_own_link(partner, key, own())
