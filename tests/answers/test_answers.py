"""Mails are matched with the letters they are about, and an operator decides on each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from store.actions import answering, answers, consent, customers, offers
from store.actions.answers import By, Proposal
from store.actions.undo import undo
from store.desk import Desk
from store.errors import BadInput, Conflict, NotAllowed, NotFound
from store.message import Message, msg
from store.model.consent import Answer, State, consent_in
from store.model.invitation import How
from store.model.offer import Kind
from store.model.outgoing import Stage, What, contact_remark
from store.work import Tables
from tests.answers.mails import ID, REFERENCE, answer, letter, put, report
from tests.conftest import TODAY
from tests.store.actions.stories import PURCHASE_LINK
from tests.store.model.samples import granular_link

OTHER_ID = "<other@adatum.example>"


def look(desk: Desk, folder: Path) -> tuple[Proposal, ...]:
    return answers.look(folder, desk.view, TODAY).proposals


def only(desk: Desk, folder: Path, mail: bytes) -> Proposal:
    put(folder, "one.eml", mail)
    (one,) = look(desk, folder)
    return one


def remarks(one: Proposal) -> str:
    return " ".join(map(str, one.remarks))


def state(desk: Desk, one: Proposal) -> State:
    return desk.view.state(one.customer.id, TODAY)


# -- matching ---------------------------------------------------------------------------------


def test_a_reply_is_known_by_the_letter_it_replies_to(waiting: Desk, folder: Path) -> None:
    one = only(waiting, folder, answer(subject="Re: something else"))
    assert (one.customer.name, one.by, one.remarks) == ("Contoso Ltd", By.REPLY, ())
    assert one.letter.message_id == ID


def test_a_reply_is_known_by_its_references_too(waiting: Desk, folder: Path) -> None:
    mail = answer(replies_to="", subject="x", References=f"<a@b> {ID} <c@d>")
    assert only(waiting, folder, mail).by is By.REPLY


@pytest.mark.parametrize(
    "subject",
    [
        f"AW: Angebot [{REFERENCE}]",
        "pd-7k3qx9",
        "TR: [PD-7k3qx9] ok",
        "Fwd: PD 7K3QX9",
        "our ref PD–7K3QX9, thanks",
        "=?utf-8?q?R=C3=A9p_=3A_=5BPD-7K3QX9=5D?=",
    ],
)
def test_a_mail_is_known_by_the_reference_in_its_subject(
    waiting: Desk, folder: Path, subject: str
) -> None:
    raw = answer(replies_to="", subject="SUBJECT").replace(b"SUBJECT", subject.encode())
    assert only(waiting, folder, raw).by is By.REFERENCE


def test_digits_typed_as_letters_are_the_same_reference() -> None:
    assert answers.references("pd-o1il2z and PD-7K3QX9X and XPD-7K3QX9") == ["PD-01112Z"]


def test_the_newest_letter_with_a_reference_is_meant(waiting: Desk, folder: Path) -> None:
    (first,) = waiting.view.letters(1)
    reminder = letter(waiting, first.customer, what=What.REMINDER.value, message_id=OTHER_ID)
    put(folder, "first.eml", answer())
    put(folder, "reference.eml", answer(replies_to="", message_id="<2@contoso.com>"))
    known = {one.by: one.letter.id for one in look(waiting, folder)}
    assert known == {By.REPLY: first.id, By.REFERENCE: reminder.id}


@pytest.mark.parametrize(
    "mail",
    [
        answer(replies_to="<stranger@x>", subject="Re: hello PD-AAAAAA"),
        answer(replies_to="", subject="Re: hello"),
        answer(message_id=ID, replies_to=""),
        answer(sender="partners@adatum.example", replies_to=""),
        report(original="<stranger@x>"),
    ],
    ids=["strange", "unmarked", "our-own", "our-own-by-graph", "strange-report"],
)
def test_what_is_about_no_letter_of_ours_is_left_out(
    waiting: Desk, folder: Path, mail: bytes
) -> None:
    put(folder, "one.eml", mail)
    assert look(waiting, folder) == ()


def test_our_own_letter_is_known_by_the_address_that_letters_are_from(
    waiting: Desk, folder: Path
) -> None:
    put(folder, "one.eml", answer(sender="Sales <Sales@adatum.example>", replies_to=""))
    assert len(look(waiting, folder)) == 1
    found = answers.look(folder, waiting.view, TODAY, sender="sales@adatum.example")
    assert found.proposals == ()


def test_what_an_operator_writes_back_to_a_customer_is_no_answer(
    waiting: Desk, folder: Path
) -> None:
    """Sent mail may lie in the same folder, and its thread names our letter."""
    mail = answer(
        "What did you mean by yes?", sender="Anna <Partners@adatum.example>",
        replies_to="<reply-1@contoso.com>", message_id="<back@adatum.example>",
    )  # fmt: skip
    put(folder, "sent.eml", mail.replace(b"References: ", f"References: {ID} ".encode()))
    assert look(waiting, folder) == ()


def test_whoever_writes_to_oneself_gets_an_answer(waiting: Desk, folder: Path) -> None:
    letter(waiting, 2, message_id=OTHER_ID, to="partners@adatum.example")
    mail = answer(sender="partners@adatum.example", replies_to=OTHER_ID, subject="Yes")
    assert only(waiting, folder, mail).customer.name == "Fabrikam"


def test_an_address_is_the_same_however_its_domain_is_written(waiting: Desk, folder: Path) -> None:
    letter(waiting, 2, message_id=OTHER_ID, to="info@bücher.example")
    mail = answer(sender="info@xn--bcher-kva.example", replies_to=OTHER_ID, subject="Yes")
    assert remarks(only(waiting, folder, mail)) == ""


def test_answers_to_a_test_letter_are_nobodys(partner: Desk, folder: Path) -> None:
    letter(partner, 0, what=What.TEST.value)
    put(folder, "one.eml", answer())
    assert look(partner, folder) == ()


def test_a_test_letter_hides_no_letter_that_has_its_reference(waiting: Desk, folder: Path) -> None:
    letter(waiting, 0, what=What.TEST.value, message_id=OTHER_ID)
    one = only(waiting, folder, answer(replies_to=""))
    assert (one.by, one.letter.message_id) == (By.REFERENCE, ID)


def test_a_mail_that_cannot_be_read_whole_is_matched_by_its_head(
    waiting: Desk, folder: Path
) -> None:
    mail = answer().replace(
        b"Content-Type: text/plain;", b"X: " + b"multipart/" * 70 + b"\r\nContent-Type: text/plain;"
    )
    one = only(waiting, folder, mail)
    assert "nested too deeply" in remarks(one)


# -- remarks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "said"),
    [
        ("Ida <IT@contoso.com>", ""),
        ("boss@contoso.com", "It is from boss@contoso.com; the letter went to it@contoso.com."),
        ("it@contoso.com.evil.example", "another domain: it@contoso.com.evil.example"),
        ('"it@contoso.com" <x@evil.example>', "another domain: x@evil.example"),
        ("a@contoso.com, b@contoso.com", "names no sender, or several"),
        ("it@contoso.com\r\nFrom: x@evil.example", "names no sender, or several"),
    ],
)
def test_who_wrote_is_said_where_it_is_another(
    waiting: Desk, folder: Path, sender: str, said: str
) -> None:
    mail = answer(sender="SENDER@x").replace(b"SENDER@x", sender.encode())
    found = remarks(only(waiting, folder, mail))
    assert said in found
    assert bool(said) == bool(found)


@pytest.mark.parametrize(
    ("replies_to", "subject"), [(ID, "Re: [PD-7K3QX8]"), (OTHER_ID, f"Re: [{REFERENCE}]")]
)
def test_a_mail_about_letters_to_two_customers_says_so(
    waiting: Desk, folder: Path, replies_to: str, subject: str
) -> None:
    letter(waiting, 2, message_id=OTHER_ID, reference="PD-7K3QX8", to="info@fabrikam.fr")
    one = only(waiting, folder, answer(replies_to=replies_to, subject=subject))
    other = "Fabrikam" if replies_to == ID else "Contoso Ltd"
    assert one.customer.name != other
    assert f"It names a letter to {other} too" in remarks(one)


def test_a_report_about_another_address_says_so(waiting: Desk, folder: Path) -> None:
    raw = report().replace(b"rfc822; it@contoso.com", b"rfc822; forward@elsewhere.example")
    assert remarks(only(waiting, folder / "plain", report())) == ""
    one = only(waiting, folder, raw)
    assert remarks(one) == (
        "It is about forward@elsewhere.example; the letter went to it@contoso.com."
    )


def test_who_declines_a_purchase_has_not_declined_what_else_was_asked(
    waiting: Desk, folder: Path
) -> None:
    offers.set_offer(waiting, Kind.PURCHASE, link=PURCHASE_LINK)
    offers.give(waiting, [1], Kind.PURCHASE, How.MAILED)
    delegated, purchase = waiting.view.invitations(1)
    letter(
        waiting, 1, message_id=OTHER_ID, reference="PD-7K3QX8", kind="purchase",
        invitation=purchase.id,
    )  # fmt: skip
    one = only(waiting, folder, answer("No, thanks.", replies_to=OTHER_ID, subject="Re: it"))
    answering.take(waiting, one, Answer.DECLINED)
    states = [consent_in(it, TODAY).state for it in waiting.view.invitations(1)]
    assert states == [State.WAITING, State.DECLINED]
    assert delegated.kind is Kind.DELEGATED


def test_what_a_program_wrote_is_no_answer(waiting: Desk, folder: Path) -> None:
    one = only(waiting, folder, answer(Auto_Submitted="auto-replied"))
    assert "A program wrote it" in remarks(one)
    assert str(answers.kind_of(one.found)) == "automatic"


def test_an_answer_that_is_recorded_already_is_said(waiting: Desk, folder: Path) -> None:
    consent.record(waiting, [1], Answer.DECLINED)
    one = only(waiting, folder, answer())
    assert "recorded already: declined." in remarks(one)


def test_an_answer_shows_that_a_doubtful_letter_arrived(waiting: Desk, folder: Path) -> None:
    letter(waiting, 1, stage=Stage.UNKNOWN.value, message_id=OTHER_ID)
    one = only(waiting, folder, answer(replies_to=OTHER_ID))
    assert "this says that it did" in remarks(one)


# -- deciding ---------------------------------------------------------------------------------


def test_nothing_is_recorded_by_reading(waiting: Desk, folder: Path) -> None:
    before = waiting.view.seq
    only(waiting, folder, answer())
    assert waiting.view.seq == before


def test_an_answer_is_recorded_as_of_the_day_of_its_mail(waiting: Desk, folder: Path) -> None:
    one = only(waiting, folder, answer(when="Sun, 22 Nov 2026 08:00:00 +0000"))
    receipt = answering.take(waiting, one, Answer.GRANTED, note="by mail")
    assert str(receipt.message) == "Recorded for Contoso Ltd: granted."
    assert state(waiting, one) is State.ACTIVE
    (invitation,) = waiting.view.invitations(one.customer.id)
    assert (invitation.events[-1].on, invitation.events[-1].note) == (TODAY, "by mail")
    assert look(waiting, folder) == ()


@pytest.mark.parametrize(
    ("where", "when", "on"),
    [
        ("EST+5", "Sat, 21 Nov 2026 02:00:00 +0000", "2026-11-20"),
        ("JST-9", "Fri, 20 Nov 2026 23:00:00 +0000", "2026-11-21"),
    ],
)
def test_the_day_of_a_mail_is_that_of_the_desks_own_calendar(
    waiting: Desk, folder: Path, zone: Callable[[str], None], where: str, when: str, on: str
) -> None:
    """The last of 90 days ends at midnight here: an answer of that evening is in time."""
    zone(where)
    answer_by_the_20th(waiting)
    one = only(waiting, folder, answer(when=when))
    assert one.found.day.isoformat() == on
    if on > "2026-11-20":
        with pytest.raises(BadInput, match="could answer until 2026-11-20"):
            answering.take(waiting, one, Answer.GRANTED)
    else:
        answering.take(waiting, one, Answer.GRANTED)
        (invitation,) = waiting.view.invitations(one.customer.id)
        assert invitation.events[-1].on == date(2026, 11, 20)


def answer_by_the_20th(desk: Desk) -> None:
    """Contoso got a link of its own, in time, whose 90 days end on the 20th of November."""

    def work(tables: Tables) -> Message:
        given = {"what": "given", "on": "2026-11-15", "at": "2026-11-15T20:00:00Z", "how": "mailed"}
        fields = {"granular": True, "link": granular_link(7), "made": "2026-08-23", "days": 365}
        tables.invitations.update({**fields, "events": [given]}, doc_ids=[1])
        return msg("Written past the door.")

    desk.transaction("test", work)


@pytest.mark.parametrize("when", ["1 Jan 2001 00:00:00 +0000", "1 Jan 2050 00:00:00 +0000"])
def test_a_wrong_date_in_a_mail_keeps_no_answer_out(waiting: Desk, folder: Path, when: str) -> None:
    one = only(waiting, folder, answer(when=when))
    answering.take(waiting, one, Answer.DECLINED)
    assert state(waiting, one) is State.DECLINED


def test_a_taken_answer_can_be_undone_and_is_proposed_again(waiting: Desk, folder: Path) -> None:
    one = only(waiting, folder, answer())
    receipt = answering.take(waiting, one, Answer.GRANTED)
    undo(waiting, receipt)
    assert state(waiting, one) is State.WAITING
    assert look(waiting, folder) == (one,)


def test_an_answer_that_cannot_be_leaves_the_mail_to_be_decided_on(
    waiting: Desk, folder: Path
) -> None:
    one = only(waiting, folder, answer())
    with pytest.raises(BadInput, match="no trial invitation"):
        answering.take(waiting, one, Answer.WITHOUT)
    with pytest.raises(BadInput, match="in the future"):
        answering.take(waiting, one, Answer.GRANTED, on=date(2026, 12, 1))
    assert look(waiting, folder) == (one,)


def test_two_operators_do_not_both_decide(waiting: Desk, folder: Path) -> None:
    one = only(waiting, folder, answer())
    answering.dismiss(waiting, one)
    before = waiting.view.seq
    for decide in (
        lambda: answering.take(waiting, one, Answer.GRANTED),
        lambda: answering.bounced(waiting, one),
        lambda: answering.dismiss(waiting, one),
        lambda: answering.keep_as_note(waiting, one, "x"),
    ):
        with pytest.raises(Conflict):
            decide()
    assert waiting.view.seq == before


def test_a_mail_stays_handled_where_it_is_moved(waiting: Desk, folder: Path) -> None:
    one = only(waiting, folder, answer())
    answering.dismiss(waiting, one)
    (folder / "one.eml").rename(folder / "again.eml")
    assert look(waiting, folder) == ()


def test_a_letter_that_came_back_counts_as_refused(waiting: Desk, folder: Path) -> None:
    one = only(waiting, folder, report())
    assert (one.by, one.remarks) == (By.BOUNCE, ())
    receipt = answering.bounced(waiting, one)
    found = waiting.view.letter(one.letter.id)
    assert found
    assert (found.stage, found.code) == (Stage.REFUSED, "5.1.1")
    assert "Recipient address rejected" in str(found.why)
    assert "Correct the contact address of Contoso Ltd" in str(receipt.notes[-1])
    remark = contact_remark(waiting.view.letters(one.customer.id), one.customer.contact)
    assert "The last letter to it@contoso.com did not arrive" in str(remark)
    undo(waiting, receipt)
    again = waiting.view.letter(one.letter.id)
    assert again
    assert again.stage is Stage.SENT


def test_an_address_that_was_corrected_has_no_remark_any_more(waiting: Desk, folder: Path) -> None:
    one = only(waiting, folder, report())
    answering.bounced(waiting, one)
    customers.edit(waiting, one.customer.id, {"contact": "boss@contoso.com"})
    customer = waiting.view.customer(one.customer.id)
    assert customer
    assert contact_remark(waiting.view.letters(customer.id), customer.contact) is None


@pytest.mark.parametrize("action", ["delayed", "relayed"])
def test_a_report_of_no_failure_refuses_no_letter(waiting: Desk, folder: Path, action: str) -> None:
    one = only(waiting, folder, report(action))
    assert one.remarks
    with pytest.raises(NotAllowed):
        answering.bounced(waiting, one)


def test_a_letter_that_is_sent_again_is_not_refused_by_an_old_report(
    waiting: Desk, folder: Path
) -> None:
    queued = letter(waiting, 1, stage=Stage.QUEUED.value, message_id=OTHER_ID)
    one = only(waiting, folder, report(original=OTHER_ID))
    with pytest.raises(NotAllowed, match="being sent again"):
        answering.bounced(waiting, one)
    now = waiting.view.letter(queued.id)
    assert now
    assert now.stage is Stage.QUEUED


def test_a_servers_report_is_no_answer(waiting: Desk, folder: Path) -> None:
    one = only(waiting, folder, report())
    with pytest.raises(BadInput, match="server's report"):
        answering.take(waiting, one, Answer.GRANTED)


def test_a_note_is_kept_with_the_customer(waiting: Desk, folder: Path) -> None:
    one = only(waiting, folder, answer("Call me on Monday."))
    with pytest.raises(BadInput, match="empty"):
        answering.keep_as_note(waiting, one, "  ")
    answering.keep_as_note(waiting, one, "wants a call")
    (touch,) = waiting.view.touches(one.customer.id)
    assert (touch.what, touch.note, touch.by) == ("noted", "wants a call", "anna")
    assert look(waiting, folder) == ()
    assert state(waiting, one) is State.WAITING


def test_no_word_of_a_mail_comes_into_the_store(waiting: Desk, folder: Path) -> None:
    canary = "Zanzibar"
    for number, decide in enumerate(
        (
            lambda one: answering.dismiss(waiting, one),
            lambda one: answering.keep_as_note(waiting, one, "x"),
            lambda one: answering.take(waiting, one, Answer.DECLINED),
        )
    ):
        mail = answer(f"{canary} {number}", message_id=f"<{number}@contoso.com>")
        decide(only(waiting, folder, mail))
    written = b"".join(path.read_bytes() for path in waiting.path.iterdir() if path.is_file())
    assert canary.encode() not in written


def test_a_mail_is_named_by_the_beginning_of_its_id(waiting: Desk, folder: Path) -> None:
    one = only(waiting, folder, answer())
    assert answers.proposal([one], one.id[:4].upper()) is one
    for wrong in (one.id[:3], "", "zzzz", "0" * 64 if one.id[0] != "0" else "1" * 64):
        with pytest.raises(NotFound, match="No mail"):
            answers.proposal([one], wrong)
    with pytest.raises(NotFound, match="several"):
        answers.proposal([one, one], one.id)


def test_no_folder_is_asked_for() -> None:
    with pytest.raises(BadInput, match="No folder is set"):
        answers.checked_folder("  ")
