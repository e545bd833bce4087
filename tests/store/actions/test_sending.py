"""A run: what is queued reaches a real mail server, once, and what became of it is on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import fast_mail_parser
import pytest

from store.actions import outbox, partner, resolving
from store.actions.carriers import BySmtp
from store.actions.history import newest_first
from store.actions.outbox import Account
from store.actions.resolving import Resolve
from store.actions.sending import Run, Summary
from store.actions.stages import letters_of
from store.actions.turn import Turn
from store.desk import Desk
from store.errors import NotAllowed, StoreBusy, StoreUnusable
from store.mail.smtp import Patience
from store.message import Message, msg
from store.model.outgoing import Outgoing, Stage
from store.work import Tables
from tests.conftest import OPERATOR, TODAY
from tests.letters_office import account_at, furnished, queued
from tests.post_office import GONE, STALL, PostOffice
from tests.store.actions.mailing import CUSTOMERS, account, folder, office, post, stages

__all__ = ["account", "folder", "office", "post"]


async def until(what: Callable[[], bool]) -> None:
    """Waits for something; a test that waits in vain is ended from outside."""
    while not what():
        await asyncio.sleep(0.005)


async def test_every_letter_arrives_once_in_its_language_and_is_given(
    office: Desk, post: PostOffice, account: Account
) -> None:
    ids = queued(office, account).ids
    heard: list[Outgoing] = []
    summary = await Run(office, account, told=heard.append).send(ids)
    assert summary == Summary(sent=CUSTOMERS)
    assert post.connections == 1
    assert post.to == [f"it@c{number}.example" for number in range(CUSTOMERS)]
    assert [letter.stage for letter in heard] == [Stage.SENT] * CUSTOMERS
    for letter, mail in zip(letters_of(office.view), post.mails, strict=True):
        read = message_from_bytes(mail.content, policy=policy.SMTP)
        assert read.defects == []
        assert (read["Message-ID"], read["To"]) == (letter.message_id, letter.to)
        assert read["Reply-To"] == "answers@adatum.example"
        assert read["Subject"].endswith(f"[{letter.reference}]")
        assert read["Content-Language"] == letter.language
        assert [part.get_content_type() for part in read.iter_parts()] == [
            "text/plain", "text/html",
        ]  # fmt: skip
        other = fast_mail_parser.parse_email(mail.content)  # a parser that is not Python's
        assert other.subject == read["Subject"]
        for name in ("Message-ID", "To", "From", "Reply-To", "Date", "Content-Language"):
            assert other.headers[name] == [str(read[name])], name
        parts = [part.get_content().replace("\r\n", "\n") for part in read.iter_parts()]
        assert [
            text.replace("\r\n", "\n") for text in (*other.text_plain, *other.text_html)
        ] == parts
        assert letter.code == "250 2.0.0"
        (invitation,) = office.view.invitations(letter.customer)
        assert (letter.invitation, invitation.language) == (invitation.id, letter.language)
        assert [event.how for event in invitation.events] == ["mailed"]


async def test_it_is_on_disk_as_being_sent_before_the_server_hears_of_it(
    folder: Path, office: Desk, post: PostOffice, account: Account
) -> None:
    seen: list[Stage] = []

    def look(to: str) -> str | None:
        with Desk(folder, OPERATOR, today=lambda: TODAY).open() as other:
            seen.extend(it.stage for it in letters_of(other.view) if it.to == to)
        return None

    post.recipient = look
    await Run(office, account).send(queued(office, account).ids)
    assert seen == [Stage.SENDING] * CUSTOMERS


async def test_one_refused_in_the_middle_is_said_and_the_others_go(
    office: Desk, post: PostOffice, account: Account
) -> None:
    post.recipient = lambda to: "550 5.1.1 nobody here" if "c5." in to else None
    ids = queued(office, account).ids
    assert await Run(office, account).send(ids) == Summary(sent=CUSTOMERS - 1, refused=1)
    letter = office.view.letter(ids[5])
    assert letter is not None
    assert (letter.stage, letter.code) == (Stage.REFUSED, "550 5.1.1")
    assert "nobody here" in str(letter.why)
    assert office.view.invitations(letter.customer) == ()


async def test_three_refused_in_a_row_end_it(
    office: Desk, post: PostOffice, account: Account
) -> None:
    post.recipient = lambda to: "550 5.1.1 nobody here"
    run = Run(office, account)
    summary = await run.send(queued(office, account).ids)
    assert summary == Summary(refused=3, left=CUSTOMERS - 3)
    assert run.ended is not None
    assert Stage.SENDING not in stages(office)


async def test_greylisted_letters_are_queued_again_and_go_the_next_time(
    office: Desk, post: PostOffice, account: Account
) -> None:
    post.recipient = lambda to: "451 4.7.1 greylisted" if "c3." in to or "c7." in to else None
    ids = queued(office, account).ids
    assert await Run(office, account).send(ids) == Summary(sent=CUSTOMERS - 2, later=2)
    waiting = outbox.queued(office.view)
    assert [letter.to for letter in waiting] == ["it@c3.example", "it@c7.example"]
    assert all("15 minutes" in str(letter.todo) for letter in waiting)
    post.recipient = lambda to: None
    again = await Run(office, account).send([letter.id for letter in waiting])
    assert again == Summary(sent=2)
    assert sorted(post.to) == sorted(f"it@c{number}.example" for number in range(CUSTOMERS))
    tries = [letter.tries for letter in letters_of(office.view)]
    assert (max(tries), sum(tries)) == (2, CUSTOMERS + 2)


@pytest.mark.parametrize("line", ["421 4.3.2 closing", "454 4.7.0 not now", "450 rate limit"])
async def test_a_no_to_us_ends_it_and_keeps_the_rest_queued(
    office: Desk, post: PostOffice, account: Account, line: str
) -> None:
    post.recipient = lambda to: line if len(post.mails) >= 3 else None
    run = Run(office, account)
    summary = await run.send(queued(office, account).ids)
    assert summary == Summary(sent=3, left=CUSTOMERS - 3)
    assert run.ended is not None
    assert stages(office) == [Stage.SENT] * 3 + [Stage.QUEUED] * (CUSTOMERS - 3)
    post.recipient = lambda to: None
    rest = [letter.id for letter in outbox.queued(office.view)]
    assert await Run(office, account).send(rest) == Summary(sent=CUSTOMERS - 3)
    assert len(set(post.to)) == len(post.to) == CUSTOMERS


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_line_cut_in_mid_batch_is_a_doubt_that_is_never_sent_again_by_itself(
    office: Desk, post: PostOffice, account: Account, arrives: bool
) -> None:
    cut = lambda key: GONE if key == doubt.message_id else None  # noqa: E731
    ids = queued(office, account).ids
    found = office.view.letter(ids[4])
    assert found is not None
    doubt = found
    setattr(post, "after" if arrives else "before", cut)
    assert await Run(office, account).send(ids) == Summary(sent=CUSTOMERS - 1, unknown=1)
    assert [letter.id for letter in outbox.doubtful(office.view)] == [doubt.id]
    assert office.view.invitations(doubt.customer) == ()
    post.after = post.before = lambda key: None
    assert await Run(office, account).send(ids) == Summary(left=CUSTOMERS)
    assert post.to.count(doubt.to) == arrives
    resolving.resolve(office, [doubt.id], Resolve.ARRIVED if arrives else Resolve.AGAIN)
    left = [letter.id for letter in outbox.queued(office.view)]
    await Run(office, account).send(left)
    assert sorted(post.to) == sorted(f"it@c{number}.example" for number in range(CUSTOMERS))
    assert stages(office) == [Stage.SENT] * CUSTOMERS


async def test_a_server_that_never_answers_is_a_doubt_too(
    office: Desk, post: PostOffice, account: Account
) -> None:
    post.after = lambda key: STALL if len(post.mails) == 2 else None
    carrier = BySmtp(account, Patience(5.0, 5.0, 0.3))
    summary = await Run(office, account, carrier=carrier).send(queued(office, account).ids)
    assert summary == Summary(sent=CUSTOMERS - 1, unknown=1)
    assert stages(office)[1] is Stage.UNKNOWN


async def test_what_reads_otherwise_by_now_is_not_sent_and_says_so(
    office: Desk, post: PostOffice, account: Account
) -> None:
    ids = queued(office, account).ids

    def work(tables: Tables) -> Message:
        tables.customers.update({"name": "Renamed"}, doc_ids=[2])
        tables.customers.update({"contact": "else@x.example"}, doc_ids=[3])
        tables.customers.update({"archived": "2026-11-22"}, doc_ids=[4])
        tables.customers.remove(doc_ids=[5])
        return msg("Changed.")

    office.transaction("test", work)
    resolving.drop(office, ids[5:6])
    summary = await Run(office, account).send(ids)
    assert summary == Summary(sent=CUSTOMERS - 5, left=5)
    found = letters_of(office.view)
    assert [letter.stage for letter in found[1:6]] == [Stage.QUEUED] * 4 + [Stage.DROPPED]
    assert all(letter.why for letter in found[1:5])
    assert "reads otherwise now" in str(found[1].why)


async def test_what_somebody_else_drops_at_the_last_moment_is_not_sent(
    folder: Path, post: PostOffice, account: Account
) -> None:
    def told(letter: Outgoing) -> None:
        # This desk does not look by itself: what it composes next, it believes to be queued.
        if letter.id == ids[0]:
            resolving.drop(other, ids[CUSTOMERS:])

    furnished(folder, CUSTOMERS)  # twice as many
    with (
        Desk(folder, OPERATOR, today=lambda: TODAY, poll=600).open() as desk,
        Desk(folder, OPERATOR, today=lambda: TODAY).open() as other,
    ):
        ids = queued(desk, account).ids
        summary = await Run(desk, account, told=told).send(ids)
        assert summary == Summary(sent=CUSTOMERS, left=CUSTOMERS)
        assert stages(desk)[CUSTOMERS:] == [Stage.DROPPED] * CUSTOMERS
    assert len(post.mails) == CUSTOMERS


async def test_another_sender_than_the_one_that_was_looked_at_sends_nothing(
    folder: Path, office: Desk, post: PostOffice, account: Account
) -> None:
    ids = queued(office, account).ids
    other = account._replace(sender="sales@adatum.example")
    assert await Run(office, other).send(ids) == Summary(left=CUSTOMERS)
    assert post.mails == []
    said = {str(line.what) for line in newest_first(folder) if line.did == "outbox.send"}
    assert said == {"1 letter stays queued."}


async def test_stopped_it_begins_no_other_and_goes_on_the_next_time(
    office: Desk, post: PostOffice, account: Account
) -> None:
    ids = queued(office, account).ids
    run = Run(office, account, told=lambda letter: run.stop())
    summary = await run.send(ids)
    assert 0 < summary.sent < CUSTOMERS
    assert summary.sent + summary.left == CUSTOMERS
    assert (Stage.SENDING in stages(office), run.ended) == (False, None)
    rest = [letter.id for letter in outbox.queued(office.view)]
    await Run(office, account).send(rest)
    assert len(set(post.to)) == len(post.to) == CUSTOMERS


async def test_paused_it_leaves_nothing_in_doubt_and_goes_on_when_told(
    office: Desk, post: PostOffice, account: Account
) -> None:
    ids = queued(office, account).ids
    paused: list[int] = []

    def told(letter: Outgoing) -> None:
        if not paused:
            paused.append(letter.id)
            run.pace.pause()

    run = Run(office, account, told=told)
    sending = asyncio.create_task(run.send(ids))
    await until(lambda: bool(paused) and Stage.SENDING not in stages(office))
    assert run.pace.is_paused
    assert 0 < len(outbox.queued(office.view)) < CUSTOMERS
    run.pace.go_on()
    assert await sending == Summary(sent=CUSTOMERS)
    assert len(set(post.to)) == CUSTOMERS


async def test_a_pace_holds_the_next_letter_back_with_nothing_being_sent_meanwhile(
    office: Desk, post: PostOffice, account: Account
) -> None:
    ids = queued(office, account).ids
    run = Run(office, account, pace=1)
    sending = asyncio.create_task(run.send(ids))
    await until(lambda: stages(office)[0] is Stage.SENT)
    assert stages(office)[1:] == [Stage.QUEUED] * (CUSTOMERS - 1)
    assert run.seconds_left is not None
    assert run.seconds_left >= 60 * (CUSTOMERS - 1)
    run.stop()
    assert await sending == Summary(sent=1, left=CUSTOMERS - 1)


async def test_cancelled_it_writes_down_what_came_of_the_letter_under_way(
    office: Desk, post: PostOffice, account: Account
) -> None:
    post.after = lambda key: STALL
    carrier = BySmtp(account, Patience(5.0, 5.0, 0.5))
    run = Run(office, account, carrier=carrier, pace=60)
    sending = asyncio.create_task(run.send(queued(office, account).ids))
    await until(lambda: bool(post.mails))
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert stages(office) == [Stage.UNKNOWN] + [Stage.QUEUED] * (CUSTOMERS - 1)


async def test_a_store_that_goes_away_leaves_doubts_and_never_repeats(
    folder: Path, post: PostOffice
) -> None:
    furnished(folder, CUSTOMERS)  # twice as many
    desk = Desk(folder, OPERATOR, today=lambda: TODAY).open()
    account = account_at(post)
    ids = queued(desk, account).ids
    run = Run(desk, account, told=lambda letter: desk.close())
    summary = await run.send(ids)
    assert isinstance(run.ended, StoreUnusable)
    assert summary.left
    with Desk(folder, OPERATOR, today=lambda: TODAY).open() as again:
        resolving.settle(again)
        doubts = [letter.message_id for letter in outbox.doubtful(again.view)]
        rest = [letter.id for letter in outbox.queued(again.view)]
        await Run(again, account).send(rest)
        came = [mail.message_id for mail in post.mails]
        assert len(set(came)) == len(came)
        sent = {it.message_id for it in letters_of(again.view) if it.stage is Stage.SENT}
        assert set(came) - sent <= set(doubts)
        assert doubts


async def test_two_runs_are_never_side_by_side(
    office: Desk, post: PostOffice, account: Account
) -> None:
    ids = queued(office, account).ids
    with Turn(office), pytest.raises(StoreBusy):
        await Run(office, account).send(ids)
    assert stages(office) == [Stage.QUEUED] * CUSTOMERS
    assert await Run(office, account).send(ids) == Summary(sent=CUSTOMERS)


async def test_who_has_the_turn_settles_what_a_dead_process_left(
    office: Desk, post: PostOffice, account: Account
) -> None:
    ids = queued(office, account).ids

    def work(tables: Tables) -> Message:
        tables.outbox.update({"stage": "sending"}, doc_ids=[ids[0]])
        return msg("As if killed.")

    office.transaction("test", work)
    assert await Run(office, account).send(ids) == Summary(sent=CUSTOMERS - 1, left=1)
    assert stages(office)[0] is Stage.UNKNOWN


async def test_a_rule_that_came_in_between_keeps_everything_back(
    office: Desk, post: PostOffice, account: Account
) -> None:
    ids = queued(office, account).ids
    partner.set_fields(office, {"certified": "no"})
    with pytest.raises(NotAllowed):
        await Run(office, account).send(ids)
    assert (post.mails, stages(office)) == ([], [Stage.QUEUED] * CUSTOMERS)
