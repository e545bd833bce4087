"""The outbox: what may be queued, what is left out, and what an operator says became of it."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from store.actions import (
    consent,
    customers,
    follow_up,
    offers,
    outbox,
    partner,
    post_summary,
    resolving,
    undo,
)
from store.actions.follow_up import Need
from store.actions.outbox import Account, Security, Way
from store.actions.posting import Fate, Line, Posting
from store.actions.posting import plan as plan_of
from store.actions.resolving import Resolve
from store.actions.stages import letters_of
from store.actions.turn import Turn
from store.desk import Desk
from store.errors import BadInput, Conflict, NotAllowed, NotFound, StoreBusy
from store.message import Message, msg
from store.model.offer import Kind
from store.model.outgoing import Outgoing, Stage, What
from store.view import OUTBOX
from store.work import Tables
from tests.conftest import OPERATOR, TODAY
from tests.letters_office import SENDER, furnished

ACCOUNT = Account(
    Way.SMTP, SENDER, "Anna Lindqvist", host="127.0.0.1", port=25, security=Security.NONE
)


@pytest.fixture
def office(tmp_path: Path) -> Desk:
    """Five customers with an address and a language of their own."""
    furnished(tmp_path / "store", 5)
    return Desk(tmp_path / "store", OPERATOR, today=lambda: TODAY).open()


@pytest.fixture(autouse=True)
def closed(office: Desk) -> object:
    yield
    office.close()


def plan(desk: Desk, what: What = What.OFFER, account: Account | None = ACCOUNT) -> Posting:
    return plan_of(
        desk.view, desk.operator, what, list(desk.view.customers), language="en",
        today=desk.today(), account=account,
    )  # fmt: skip


def line(posting: Posting, key: int) -> Line:
    (found,) = [one for one in posting.lines if one.customer == key]
    return found


def change(desk: Desk, key: int, **fields: str) -> None:
    def work(tables: Tables) -> Message:
        tables.customers.update(fields, doc_ids=[key])
        return msg("Changed past the door.")

    desk.transaction("test", work)


def put(desk: Desk, stage: Stage, *keys: int) -> None:
    def work(tables: Tables) -> Message:
        tables.outbox.update({"stage": stage.value}, doc_ids=list(keys))
        return msg("Put.")

    desk.transaction("test", work)


def letters(desk: Desk) -> list[Outgoing]:
    return letters_of(desk.view)


# -- the plan ---------------------------------------------------------------------------------


def test_a_plan_has_each_customer_in_its_own_language_and_changes_nothing(office: Desk) -> None:
    before = office.view.seq
    posting = plan(office)
    assert [one.language for one in posting.lines] == ["en", "fr", "de", "es", "zh-Hans"]
    assert all(one.fate is Fate.SEND and one.subject for one in posting.lines)
    assert posting.why_not is None
    assert office.view.seq == before


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"contact": ""}, "no contact address"),
        ({"contact": "it@c1.example, evil@x.example"}, "is not a mail address"),
        ({"contact": "it@c1.example\nBcc: evil@x.example"}, "is not a mail address"),
        ({"archived": "2026-01-01"}, "is archived"),
    ],
)
def test_whoever_cannot_be_written_to_is_refused_by_name_and_the_rest_goes_on(
    office: Desk, fields: dict[str, str], why: str
) -> None:
    change(office, 2, **fields)
    posting = plan(office)
    assert why in str(line(posting, 2).why)
    assert [one.customer for one in posting.to_send] == [1, 3, 4, 5]


def test_without_a_link_or_a_contact_of_ours_nothing_would_be_sent(office: Desk) -> None:
    partner.set_fields(office, {"mail": ""})
    assert not plan(office).to_send
    partner.set_fields(office, {"mail": SENDER, "tenant": ""})
    assert not plan(office).to_send


def test_a_partner_that_may_not_offer_sends_no_offer_but_the_letter_for_the_file(
    office: Desk,
) -> None:
    partner.set_fields(office, {"certified": "no"})
    assert "certified" in str(plan(office).forbidden)
    assert "certified" in str(plan(office, What.REMINDER).forbidden)
    assert plan(office, What.RECORD).forbidden is None
    with pytest.raises(NotAllowed):
        outbox.queue(office, plan(office), ACCOUNT)
    assert letters(office) == []


def test_there_is_nothing_to_remind_of_before_anything_was_given(office: Desk) -> None:
    posting = plan(office, What.REMINDER)
    assert posting.to_send == ()
    offers.give(office, [3], Kind.DELEGATED, offers.How.COPIED)
    assert [one.customer for one in plan(office, What.REMINDER).to_send] == [3]


@pytest.mark.parametrize(
    ("account", "why"),
    [
        (None, "not set how letters are sent"),
        (ACCOUNT._replace(port=99_999), "99999 is no port"),
        (ACCOUNT._replace(sender="nobody"), "need an address"),
        (ACCOUNT._replace(reply_to="a, b"), "is not a mail address"),
        (ACCOUNT._replace(host=""), "which mail server"),
        (ACCOUNT._replace(host="smtp.example.com"), "in the open"),
        (ACCOUNT._replace(host="127.0.0.1.evil.example"), "in the open"),
    ],
)
def test_an_account_that_cannot_be_used_is_said_and_nothing_is_queued(
    office: Desk, account: Account | None, why: str
) -> None:
    posting = plan(office, account=account)
    assert why in str(posting.no_way)
    if account:
        with pytest.raises(NotAllowed):
            outbox.queue(office, plan(office), account)
    assert letters(office) == []


@pytest.mark.parametrize("security", list(Security))
def test_a_practice_store_sends_nothing_to_another_host(office: Desk, security: Security) -> None:
    partner.set_fields(office, {"cloud": "practice"})
    away = ACCOUNT._replace(host="smtp.example.com", security=security)
    assert "practice store" in str(plan(office, account=away).no_way)
    for host in ("127.0.0.1", "::1", "localhost", "LOCALHOST"):
        assert plan(office, account=ACCOUNT._replace(host=host)).no_way is None


# -- queueing ---------------------------------------------------------------------------------


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
    assert customers is not None


def test_an_address_that_came_back_gets_no_other_letter_until_it_is_another_or_right_again(
    office: Desk,
) -> None:
    def refuse(code: str) -> None:
        def work(tables: Tables) -> Message:
            tables.outbox.update(
                {"stage": Stage.REFUSED.value, "code": code, "why": {"text": "No such user."}},
                doc_ids=[2],
            )
            return msg("It came back.")

        office.transaction("test", work)

    outbox.queue(office, plan(office), ACCOUNT)
    put(office, Stage.DROPPED, 1, 3, 4, 5)
    refuse("550 5.1.1")
    assert line(plan(office), 2).fate is Fate.REFUSED
    assert "comes back (550 5.1.1)" in str(line(plan(office), 2).why)
    refuse("552 5.2.2")  # a full mailbox may have room again
    assert line(plan(office), 2).fate is Fate.SEND
    refuse("5.1.1")
    resolving.drop(office, [2])
    assert line(plan(office), 2).fate is Fate.SEND
    refuse("5.1.1")
    change(office, 2, contact="other@c2.example")
    assert line(plan(office), 2).fate is Fate.SEND
