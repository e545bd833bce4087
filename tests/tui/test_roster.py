"""A roster that followed every change says the same as one made anew; a filter, as a plain scan."""

import random
from datetime import date

import pytest

from store.actions import consent, customers, demo, offers
from store.desk import Change, Desk
from store.model.consent import Answer
from store.model.invitation import How
from store.model.offer import Kind
from tests.conftest import TODAY
from tui.roster import ARCHIVED, STATES, Roster
from tui.session import Session
from tui.settings import Settings

WORDS = ("", "a", "con", "CONTOSO", "müller", "vip", "north vip", "zz no such", "  ", "ltd a")


def same(followed: Roster, anew: Roster) -> None:
    assert followed.counts == anew.counts
    assert followed.total == anew.total
    for code in (None, *range(ARCHIVED + 1)):
        assert followed.select("", code) == anew.select("", code)
    for words in WORDS:
        assert followed.select(words) == anew.select(words)
    assert all(followed.code(key) == anew.code(key) for key in anew.view.customers)


@pytest.mark.parametrize("seed", range(3))
def test_it_follows_every_change(desk: Desk, seed: int) -> None:
    demo.fill(desk, customers=300, seed=seed, language="en")
    session = Session(desk, Settings())
    session.build_roster()
    changes: list[Change] = []
    desk.listen(changes.append)
    rng = random.Random(seed)
    for step in range(60):
        keys = rng.sample(sorted(desk.view.customers), rng.choice([1, 1, 2, 40]))
        match rng.randrange(5):
            case 0:
                customers.add(desk, {"name": f"{rng.choice('abcxyz')} {step}", "tags": "vip"})
            case 1:
                customers.edit(desk, keys[0], {"name": f"Moved {rng.randrange(1000)}"})
            case 2:
                customers.archive(desk, keys)
            case 3:
                live = [key for key in keys if not desk.view.customers[key].get("archived")]
                if live:
                    offers.give(desk, live, Kind.DELEGATED, How.COPIED)
            case 4:
                known = [key for key in keys if desk.view.invitation_ids.get(key)]
                if known:
                    consent.record(desk, known, Answer.DECLINED)
        while changes:
            session.take_in(changes.pop(0))
        assert session.roster is not None
        same(session.roster, Roster(desk.view, TODAY))


def test_a_new_day_ends_what_it_ends(desk: Desk) -> None:
    demo.fill(desk, customers=300, seed=1, language="en")
    roster = Roster(desk.view, TODAY)
    later = date(2027, 6, 1)
    roster.update(desk.view, later, ())
    same(roster, Roster(desk.view, later))
    assert roster.counts != Roster(desk.view, TODAY).counts


def test_a_filter_finds_what_a_plain_scan_finds(desk: Desk) -> None:
    demo.fill(desk, customers=300, seed=1, language="en")
    roster, view = Roster(desk.view, TODAY), desk.view

    def texts(key: int) -> str:
        row = view.customers[key]
        words = (row["name"], row["domain"], row["alias"], *row["tags"])
        return " ".join(words).casefold()

    for typed in ("contoso", "bäck", "vip no", "school 2026", "example"):
        letters: list[int] = []
        for end in range(1, len(typed) + 1):
            letters = roster.select(typed[:end])
        found = {k for k in view.customers if all(w in texts(k) for w in typed.split())}
        assert set(letters) == found
        assert found, typed


def test_codes_are_the_states_of_the_model(desk: Desk) -> None:
    demo.fill(desk, customers=300, seed=1, language="en")
    roster = Roster(desk.view, TODAY)
    for key in desk.view.customers:
        assert STATES[roster.code(key)] is desk.view.consent(key, TODAY).state
