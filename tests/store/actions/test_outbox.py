"""The outbox: what is queued, and that no letter is queued or sent twice."""

from __future__ import annotations

import re

import pytest

from store.actions import (
    follow_up,
    offers,
    outbox,
    partner,
    resolving,
    undo,
)
from store.actions.follow_up import Need
from store.actions.posting import Fate
from store.actions.resolving import Resolve
from store.desk import Desk
from store.errors import BadInput, Conflict, NotAllowed
from store.message import Message, msg
from store.model.offer import Kind
from store.model.outgoing import Stage, What
from store.work import Tables
from tests.conftest import OPERATOR, TODAY
from tests.letters_office import SENDER
from tests.store.actions.five import ACCOUNT, change, letters, line, office, plan, put

__all__ = ["office"]


def test_queued_letters_have_ids_and_codes_of_their_own_and_no_text(office: Desk) -> None:
    queued = outbox.queue(office, plan(office), ACCOUNT)
    found = letters(office)
    assert [letter.id for letter in found] == list(queued.ids)
    assert {letter.stage for letter in found} == {Stage.QUEUED}
    assert {letter.batch for letter in found} == {queued.batch}
    assert len({letter.message_id for letter in found}) == 5
    assert len({letter.reference for letter in found}) == 5
    for letter in found:
        assert re.fullmatch(r"<[0-9a-f]{32}@adatum\.example>", letter.message_id)
        assert re.fullmatch(r"PD-[0-9A-HJKMNP-TV-Z]{6}", letter.reference)
    written = "".join(path.read_text() for path in office.path.glob("journal.*"))
    assert "partner-invitation" not in written
    assert queued.receipt.seq == office.view.seq


def test_a_customer_has_one_open_letter_of_a_sort_at_a_time(office: Desk) -> None:
    outbox.queue(office, plan(office), ACCOUNT)
    assert plan(office).to_send == ()
    for stage in (Stage.SENDING, Stage.UNKNOWN):
        put(office, stage, 1)
        assert "in the outbox already" in str(line(plan(office), 1).why)
    for stage in (Stage.REFUSED, Stage.DROPPED, Stage.SENT):
        put(office, stage, 1)
        assert line(plan(office), 1).fate is Fate.SEND


def test_what_reads_otherwise_by_now_is_left_out_and_said(office: Desk) -> None:
    posting = plan(office)
    change(office, 2, name="Another name")
    change(office, 4, contact="else@c3.example")
    queued = outbox.queue(office, posting, ACCOUNT)
    assert [letter.customer for letter in letters(office)] == [1, 3, 5]
    assert [left.customer for left in queued.left] == [2, 4]
    assert len(queued.receipt.notes) == 2


def test_what_changes_while_it_is_being_queued_is_found_out_too(office: Desk) -> None:
    posting = plan(office)
    with Desk(office.path, OPERATOR, today=lambda: TODAY).open() as other:
        change(other, 2, name="Another name")
        # This desk's view is one change behind; its transaction begins with the newer one.
        queued = outbox.queue(office, posting, ACCOUNT)
    assert [left.customer for left in queued.left] == [2]


def test_nothing_left_to_queue_is_an_error_and_no_batch(office: Desk) -> None:
    posting = plan(office)
    partner.set_fields(office, {"name": "Renamed"})
    with pytest.raises(BadInput):
        outbox.queue(office, posting, ACCOUNT)
    assert letters(office) == []


def test_a_letter_in_a_stage_that_nobody_knows_here_is_doubtful_and_lost_from_nobodys_sight(
    office: Desk,
) -> None:
    key, *_ = outbox.queue(office, plan(office), ACCOUNT).ids

    def work(tables: Tables) -> Message:
        tables.outbox.update({"stage": "beamed"}, doc_ids=[key])
        return msg("As a newer one would.")

    office.transaction("test", work)
    assert [letter.id for letter in outbox.doubtful(office.view)] == [key]
    needs = follow_up.attention(office.view, TODAY, 30, lambda: True)
    assert [one.customer for one in needs if one.need is Need.DOUBTFUL] == [1]
    resolving.drop(office, [key])
    assert outbox.doubtful(office.view) == []


@pytest.mark.parametrize("did", ["outbox.send", "outbox.settle"])
def test_what_was_sent_is_not_taken_back_and_nobody_speaks_of_microsoft(
    office: Desk, did: str
) -> None:
    ids = outbox.queue(office, plan(office), ACCOUNT).ids

    def work(tables: Tables) -> Message:
        tables.outbox.update({"stage": Stage.SENT.value}, doc_ids=list(ids))
        return msg("What came of 5 letters.")

    receipt = office.transaction(did, work)
    with pytest.raises(NotAllowed, match=r"cannot be taken back: What came of") as refused:
        undo.undo(office, receipt)
    assert "Microsoft" not in str(refused.value)
    assert [letter.stage for letter in letters(office)] == [Stage.SENT] * 5


def test_queueing_is_undone_until_it_is_sent(office: Desk) -> None:
    receipt = outbox.queue(office, plan(office), ACCOUNT).receipt
    undo.undo(office, receipt)
    assert letters(office) == []
    receipt = outbox.queue(office, plan(office), ACCOUNT).receipt
    put(office, Stage.SENDING, letters(office)[0].id)
    with pytest.raises(Conflict, match="Kunde 0"):
        undo.undo(office, receipt)


def test_a_reminder_goes_on_with_the_conversation(office: Desk) -> None:
    outbox.queue(office, plan(office), ACCOUNT)
    first = letters(office)
    put(office, Stage.UNKNOWN, *(letter.id for letter in first))
    resolving.resolve(office, [letter.id for letter in first], Resolve.ARRIVED)
    queued = outbox.queue(office, plan(office, What.REMINDER), ACCOUNT)
    for key in queued.ids:
        reminder = office.view.letter(key)
        assert reminder is not None
        (of,) = [letter for letter in first if letter.customer == reminder.customer]
        assert (reminder.reference, reminder.replies_to) == (of.reference, of.message_id)
        assert reminder.message_id != of.message_id
        assert reminder.invitation == office.view.invitations(of.customer)[0].id


def test_a_reminder_of_an_offer_that_was_copied_begins_a_conversation(office: Desk) -> None:
    offers.give(office, [1], Kind.DELEGATED, offers.How.COPIED)
    outbox.queue(office, plan(office, What.REMINDER), ACCOUNT)
    (reminder,) = letters(office)
    assert (reminder.replies_to, reminder.reference[:3]) == ("", "PD-")


def test_a_test_letter_goes_to_ourselves_and_counts_for_no_customer(office: Desk) -> None:
    posting = plan(office)
    key = outbox.test_letter(office, posting, posting.to_send[1], ACCOUNT)
    letter = office.view.letter(key)
    assert letter is not None
    assert (letter.customer, letter.to, letter.what) == (0, SENDER, What.TEST)
    assert (letter.sample_of, letter.sample_what, letter.language) == (2, "offer", "fr")
    assert len(plan(office).to_send) == 5
