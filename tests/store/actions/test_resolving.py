"""What became of letters: what an operator says of them, and the summary as a file."""

from __future__ import annotations

import csv
import io

import pytest

from store.actions import (
    consent,
    offers,
    outbox,
    partner,
    post_summary,
    resolving,
)
from store.actions.resolving import Resolve
from store.actions.turn import Turn
from store.desk import Desk
from store.errors import NotAllowed, NotFound, StoreBusy
from store.message import Message, msg
from store.model.offer import Kind
from store.model.outgoing import Stage, What
from store.view import OUTBOX
from store.work import Tables
from tests.conftest import TODAY
from tests.store.actions.five import ACCOUNT, change, letters, office, plan, put

__all__ = ["office"]


# -- what became of them ----------------------------------------------------------------------


def test_an_arrived_letter_gives_its_offer_and_an_unsure_one_does_not(office: Desk) -> None:
    ids = outbox.queue(office, plan(office), ACCOUNT).ids
    put(office, Stage.UNKNOWN, *ids)
    assert [letter.id for letter in outbox.doubtful(office.view)] == list(ids)
    assert office.view.invitations(1) == ()
    resolving.resolve(office, ids[:2], Resolve.ARRIVED)
    (given,) = office.view.invitations(1)
    assert [(event.what, event.how) for event in given.events] == [("given", "mailed")]
    found = office.view.letter(ids[0])
    assert found is not None
    assert (found.stage, found.invitation, found.on) == (Stage.SENT, given.id, TODAY)
    assert office.view.invitations(3) == ()


def test_again_keeps_the_message_id_and_dropped_is_for_good(office: Desk) -> None:
    ids = outbox.queue(office, plan(office), ACCOUNT).ids
    before = letters(office)
    put(office, Stage.UNKNOWN, *ids)
    resolving.resolve(office, ids[:1], Resolve.AGAIN)
    resolving.resolve(office, ids[1:2], Resolve.DROPPED)
    one, two, *_ = letters(office)
    assert (one.stage, one.message_id) == (Stage.QUEUED, before[0].message_id)
    assert two.stage is Stage.DROPPED
    with pytest.raises(NotAllowed):
        resolving.resolve(office, ids[1:2], Resolve.AGAIN)


@pytest.mark.parametrize(
    ("stage", "may"),
    [
        (Stage.QUEUED, {Resolve.DROPPED}),
        (Stage.SENDING, set()),
        (Stage.SENT, set()),
        (Stage.REFUSED, {Resolve.AGAIN, Resolve.DROPPED}),
        (Stage.UNKNOWN, set(Resolve)),
        (Stage.DROPPED, set()),
    ],
)
def test_only_what_can_be_said_of_a_stage_is_taken(
    office: Desk, stage: Stage, may: set[Resolve]
) -> None:
    key = outbox.queue(office, plan(office), ACCOUNT).ids[0]
    for how in Resolve:
        put(office, stage, key)
        if how in may:
            resolving.resolve(office, [key], how)
        else:
            with pytest.raises(NotAllowed):
                resolving.resolve(office, [key], how)


def test_what_is_said_of_several_is_said_of_all_or_none(office: Desk) -> None:
    ids = outbox.queue(office, plan(office), ACCOUNT).ids
    put(office, Stage.UNKNOWN, ids[0])
    with pytest.raises(NotAllowed):
        resolving.resolve(office, ids[:2], Resolve.ARRIVED)
    with pytest.raises(NotFound):
        resolving.resolve(office, [ids[0], 99], Resolve.ARRIVED)
    assert letters(office)[0].stage is Stage.UNKNOWN


def test_a_refused_letter_is_not_sent_again_beside_a_newer_one(office: Desk) -> None:
    key = outbox.queue(office, plan(office), ACCOUNT).ids[0]
    put(office, Stage.REFUSED, key)
    outbox.queue(office, plan(office), ACCOUNT)
    with pytest.raises(NotAllowed):
        resolving.resolve(office, [key], Resolve.AGAIN)


def test_an_arrived_letter_counts_as_sent_even_where_nothing_can_be_given_any_more(
    office: Desk,
) -> None:
    key = outbox.queue(office, plan(office), ACCOUNT).ids[0]
    put(office, Stage.UNKNOWN, key)
    partner.set_fields(office, {"tenant": ""})
    resolving.resolve(office, [key], Resolve.ARRIVED)
    found = office.view.letter(key)
    assert found is not None
    assert found.stage is Stage.SENT
    assert "could not be recorded as given" in str(found.why)


def test_letters_of_a_dead_sender_are_settled_and_those_of_a_living_one_are_not(
    office: Desk,
) -> None:
    assert resolving.settle(office) is None
    ids = outbox.queue(office, plan(office), ACCOUNT).ids
    put(office, Stage.SENDING, *ids[:2])
    with Turn(office):
        assert resolving.settle(office) is None
        with pytest.raises(StoreBusy), Turn(office):
            raise AssertionError("two turns at once")
    receipt = resolving.settle(office)
    assert receipt is not None
    assert [letter.id for letter in outbox.doubtful(office.view)] == list(ids[:2])
    for letter in outbox.doubtful(office.view):
        assert letter.why is not None
        assert letter.todo is not None


# -- as a file --------------------------------------------------------------------------------


def test_the_summary_is_safe_to_open_and_has_every_letter_of_the_batch(office: Desk) -> None:
    change(office, 1, name='=HYPERLINK("http://evil")')
    first = outbox.queue(office, plan(office), ACCOUNT)
    put(office, Stage.DROPPED, *first.ids)
    second = outbox.queue(office, plan(office), ACCOUNT)
    assert post_summary.last_batch(office.view) == second.batch
    rows = list(
        csv.DictReader(
            io.StringIO(post_summary.summary_csv(office.view, first.batch).decode("utf-8-sig"))
        )
    )
    assert len(rows) == 5
    assert rows[0]["Customer"] == '\'=HYPERLINK("http://evil")'
    assert {row["Stage"] for row in rows} == {"dropped"}
    assert rows[1]["Message-ID"] == letters(office)[1].message_id


def test_odd_letters_in_the_journal_are_read_and_never_sent(office: Desk) -> None:
    def work(tables: Tables) -> Message:
        tables.outbox.insert({"stage": "no such stage", "to": 7, "customer": "x", "why": "text"})
        tables.outbox.insert({})
        return msg("Odd.")

    office.transaction("test", work)
    assert [letter.stage for letter in letters(office)] == [Stage.UNKNOWN] * 2
    assert len(office.view.tables.table(OUTBOX)) == 2
    assert outbox.queued(office.view) == []
    post_summary.summary_csv(office.view)


def test_the_customer_and_its_consent_are_untouched_by_the_letter_for_the_file(
    office: Desk,
) -> None:
    offers.give(office, [1], Kind.DELEGATED, offers.How.COPIED)
    consent.record(office, [1], consent.Answer.GRANTED)
    posting = plan(office, What.RECORD)
    assert [one.customer for one in posting.to_send] == [1]
    (key,) = outbox.queue(office, posting, ACCOUNT).ids
    put(office, Stage.UNKNOWN, key)
    events = office.view.invitations(1)[0].events
    resolving.resolve(office, [key], Resolve.ARRIVED)
    assert office.view.invitations(1)[0].events == events
