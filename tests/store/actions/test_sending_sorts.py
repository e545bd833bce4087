"""A run of other sorts of letters: a test, a reminder, a trial invitation."""

from __future__ import annotations

from email import message_from_bytes, policy

from store.actions import offers, outbox
from store.actions.outbox import Account
from store.actions.posting import plan
from store.actions.sending import Run, Summary
from store.desk import Desk
from store.model.offer import Kind
from store.model.outgoing import What
from tests.conftest import TODAY
from tests.letters_office import SENDER, queued
from tests.post_office import PostOffice
from tests.store.actions.mailing import CUSTOMERS, account, folder, office, post

__all__ = ["account", "folder", "office", "post"]


async def test_a_test_letter_is_marked_and_gives_nothing(
    office: Desk, post: PostOffice, account: Account
) -> None:
    posting = plan(
        office.view, office.operator, What.OFFER, [2], language="en", today=TODAY, account=account
    )
    key = outbox.test_letter(office, posting, posting.to_send[0], account)
    assert await Run(office, account).send([key]) == Summary(sent=1)
    (mail,) = post.mails
    assert mail.to == (SENDER,)
    assert message_from_bytes(mail.content, policy=policy.SMTP)["Subject"].startswith("TEST")
    assert office.view.invitations(2) == ()


async def test_a_reminder_answers_the_letter_that_it_reminds_of(
    office: Desk, post: PostOffice, account: Account
) -> None:
    await Run(office, account).send(queued(office, account).ids)
    first = post.mails[0].message_id
    await Run(office, account).send(queued(office, account, What.REMINDER).ids)
    read = message_from_bytes(post.mails[CUSTOMERS].content, policy=policy.SMTP)
    assert (read["In-Reply-To"], read["References"]) == (first, first)
    assert len(office.view.invitations(1)[0].events) == 1


async def test_a_trial_invitation_is_sent_and_given_as_itself(
    office: Desk, post: PostOffice, account: Account
) -> None:
    link = "https://admin.microsoft.com/Commerce/Trial.aspx?offerId=abc"
    offers.set_offer(office, Kind.TRIAL, link=link)

    posting = plan(
        office.view, office.operator, What.OFFER, [1, 2], Kind.TRIAL, language="en", today=TODAY,
        account=account,
    )  # fmt: skip
    assert posting.forbidden is None, posting.forbidden
    ids = outbox.queue(office, posting, account).ids
    assert await Run(office, account).send(ids) == Summary(sent=2)
    (invitation,) = office.view.invitations(1)
    assert (invitation.kind, invitation.link) == (Kind.TRIAL, link)
    assert link in post.mails[0].content.decode().replace("=\r\n", "").replace("=3D", "=")


async def test_a_letter_of_an_offer_that_was_removed_keeps_no_other_from_going(
    office: Desk, post: PostOffice, account: Account
) -> None:
    link = "https://admin.microsoft.com/Commerce/Trial.aspx?offerId=abc"
    offers.set_offer(office, Kind.TRIAL, name="Spring", link=link)
    posting = plan(
        office.view, office.operator, What.OFFER, [1, 2], Kind.TRIAL, language="en", today=TODAY,
        offer="Spring", account=account,
    )  # fmt: skip
    spring = outbox.queue(office, posting, account).ids
    others = queued(office, account).ids
    offers.remove(office, Kind.TRIAL, "Spring")
    summary = await Run(office, account).send([*spring, *others])
    assert summary == Summary(sent=CUSTOMERS, left=2)
    whys = [str(letter.why) for letter in outbox.queued(office.view)]
    assert len(whys) == 2
    assert all("is called Spring" in why for why in whys)
