"""`partnerdesk answers`: the mails of a folder, one by one, and what is decided on each."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from store.desk import Desk
from tests.answers.mails import answer, letter, put, report, tree
from tests.commands.conftest import configure
from tests.commands.shell import OSC52, Shell, bound_by_modes, odd_keys, process, raw
from tests.conftest import OPERATOR, TODAY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an answer, a report and a file that is no mail."""
    folder = tmp_path / "mail"
    put(folder, "answer.eml", answer(f"Yes, we did.\n{OSC52}\x1b[2J"))
    put(folder, "report.eml", report())
    put(folder, "junk.eml", b"junk")
    return folder


@pytest.fixture
def sent(office: Shell) -> Shell:
    """The office, whose offer was sent to Contoso."""
    office("offer give contoso.com --how mailed")
    with Desk(office.store, OPERATOR, today=lambda: TODAY).open() as desk:
        letter(desk, 1, invitation=1)
    return office


def ids(shell: Shell, folder: Path) -> dict[str, str]:
    found = shell(f"answers list {folder} --json").json()
    return {one["by"]: one["id"] for one in found}


def state(shell: Shell) -> str:
    found: str = shell("customers show contoso.com --json").json()["state"]
    return found


def test_the_mails_to_decide_on_are_listed(sent: Shell, folder: Path) -> None:
    ran = sent(f"answers list {folder}")
    assert "Contoso Ltd" in ran.out
    assert "came back" in ran.out
    assert "answer" in ran.out
    assert ran.err == "junk.eml: It is no mail: it has no head.\n"


def test_the_list_as_json_says_what_there_is_to_know(sent: Shell, folder: Path) -> None:
    found = sent(f"answers list {folder} --json").json()
    assert not odd_keys(found)
    (bounce,) = [one["bounce"] for one in found if one["by"] == "bounce"]
    assert bounce == {
        "action": "failed",
        "recipient": "it@contoso.com",
        "status": "5.1.1",
        "diagnostic": "550 5.1.1 <it@contoso.com>: Recipient address rejected",
    }
    (reply,) = [one for one in found if one["by"] == "reply"]
    assert (reply["from_address"], reply["path"]) == ("it@contoso.com", "answer.eml")
    assert (reply["bounce"], reply["remarks"], reply["automatic"]) == (None, [], False)


def test_attention_is_asked_for_as_long_as_there_is_a_mail(sent: Shell, folder: Path) -> None:
    sent(f"answers list {folder} --attention", status=3)
    for name in ids(sent, folder).values():
        sent(f"answers dismiss {name} {folder}")
    ran = sent(f"answers list {folder} --attention")
    assert (ran.out, "Nothing to decide on: 3 files were read" in ran.err) == ("", True)


def test_the_folder_is_the_setting_where_none_is_named(sent: Shell, folder: Path) -> None:
    assert "No folder is set" in sent("answers list", status=2).err
    configure("[mail]", f'answers = "{folder}"')
    assert "Contoso Ltd" in sent("answers list").out
    assert "cannot be read" in sent("answers list /nowhere", status=2).err


def test_a_mail_is_printed_as_plain_text(sent: Shell, folder: Path) -> None:
    name = ids(sent, folder)["reply"]
    ran = sent(f"answers show {name} {folder}")
    assert "From: Ida Toft <it@contoso.com>" in ran.lines
    assert "Yes, we did." in ran.lines
    assert not raw(ran.out)
    assert "Yes, we did." in sent(f"answers show {name[:6]} {folder} --json").json()["text"]


def test_a_mail_that_names_nobody_has_no_empty_address(sent: Shell, tmp_path: Path) -> None:
    put(tmp_path / "odd", "a.eml", answer(sender="Ida Toft"))
    (one,) = sent(f"answers list {tmp_path / 'odd'} --json").json()
    assert "From: Ida Toft\n" in sent(f"answers show {one['id']} {tmp_path / 'odd'}").out


def test_the_time_of_a_mail_is_that_of_this_hosts_clock(
    sent: Shell, folder: Path, zone: Callable[[str], None]
) -> None:
    zone("JST-9")
    known = ids(sent, folder)
    assert "Date: 2026-11-20 17:30+09:00\n" in sent(f"answers show {known['reply']} {folder}").out


def test_an_answer_is_taken_and_gone_from_the_list(sent: Shell, folder: Path) -> None:
    name = ids(sent, folder)["reply"]
    ran = sent(f"answers take {name} granted {folder} --on 2026-11-22 --note 'by mail'")
    assert ran.out == "Recorded for Contoso Ltd: granted.\n"
    assert state(sent) == "active"
    assert set(ids(sent, folder)) == {"bounce"}
    sent(f"answers take {name} granted {folder}", status=2)


@pytest.mark.parametrize(
    ("doubtful", "why"),
    [
        ({"Auto_Submitted": "auto-replied"}, "A program wrote it"),
        ({"sender": "ida@freemail.example"}, "It is from another domain: ida@freemail.example."),
        ({"sender": "a@contoso.com, b@contoso.com"}, "It names no sender, or several"),
    ],
)
def test_what_is_hardly_the_customers_word_is_taken_by_a_word_only(
    sent: Shell, folder: Path, doubtful: dict[str, str], why: str
) -> None:
    (folder / "answer.eml").unlink()
    put(folder, "doubtful.eml", answer("Thanks, noted.", **doubtful))
    name = ids(sent, folder)["reply"]
    said = sent(f"answers take {name} granted {folder}", status=4).err
    assert f"Note: {why}" in said and "--yes" in said
    assert (state(sent), set(ids(sent, folder))) == ("waiting", {"reply", "bounce"})
    ran = sent(f"answers take {name} granted {folder} --yes")
    assert f"Note: {why}" in ran.err
    assert state(sent) == "active"


def test_a_servers_report_is_nobodys_answer_whatever_is_said(sent: Shell, folder: Path) -> None:
    said = sent(f"answers take {ids(sent, folder)['bounce']} granted {folder} --yes", status=2).err
    assert "a server's report, and no answer" in said and "came back, or dismiss it" in said
    assert state(sent) == "waiting"


def test_who_else_wrote_of_the_customers_is_said_and_taken(sent: Shell, folder: Path) -> None:
    (folder / "answer.eml").unlink()
    put(folder, "boss.eml", answer("Yes.", sender="boss@contoso.com"))
    ran = sent(f"answers take {ids(sent, folder)['reply']} granted {folder}")
    assert "Note: It is from boss@contoso.com; the letter went to it@contoso.com." in ran.err


def test_an_answer_taken_by_mistake_is_undone_and_its_mail_is_listed_again(
    sent: Shell, folder: Path
) -> None:
    name = ids(sent, folder)["reply"]
    sent(f"answers take {name} granted {folder}")
    sent("consent undo contoso.com")
    assert (state(sent), ids(sent, folder)["reply"]) == ("waiting", name)


def test_an_answer_that_cannot_be_is_refused(sent: Shell, folder: Path) -> None:
    name = ids(sent, folder)["reply"]
    sent(f"answers take {name} without-delegation {folder}", status=2)
    sent(f"answers take {name} perhaps {folder}", status=2)
    assert (state(sent), set(ids(sent, folder))) == ("waiting", {"reply", "bounce"})


def test_a_letter_that_came_back_is_recorded(sent: Shell, folder: Path) -> None:
    ran = sent(f"answers bounce {ids(sent, folder)['bounce']} {folder}")
    assert ran.out == "The letter to Contoso Ltd came back from it@contoso.com.\n"
    assert "Correct the contact address" in ran.err
    assert "The last letter to it@contoso.com did not arrive." in (
        sent("customers show contoso.com").out
    )
    assert set(ids(sent, folder)) == {"reply"}


def test_a_note_is_kept_instead(sent: Shell, folder: Path) -> None:
    name = ids(sent, folder)["reply"]
    assert "Kept a note" in sent(f"answers note {name} 'wants a call' {folder}").out
    assert set(ids(sent, folder)) == {"bounce"}


def test_no_command_writes_into_the_folder(sent: Shell, folder: Path) -> None:
    before = tree(folder)
    names = ids(sent, folder)
    sent(f"answers show {names['reply']} {folder}")
    sent(f"answers take {names['reply']} declined {folder}")
    sent(f"answers bounce {names['bounce']} {folder}")
    assert tree(folder) == before


def test_a_file_that_may_not_be_read_is_named_and_the_rest_goes_on(
    sent: Shell, folder: Path
) -> None:
    (folder / "junk.eml").chmod(0)
    environment = {"PARTNERDESK_STORE": str(sent.store)}
    ran = process("answers", "list", str(folder), environment=environment, under=bound_by_modes())
    assert "Contoso Ltd" in ran.out
    assert "junk.eml: It cannot be opened: Permission denied." in ran.err


@pytest.mark.parametrize("closed", ["new", "cur"])
def test_half_a_maildir_is_not_taken_for_an_empty_folder(
    sent: Shell, tmp_path: Path, closed: str
) -> None:
    """Cron would hear for ever that nothing came back."""
    maildir = tmp_path / "Maildir"
    for name in ("new", "cur"):
        put(maildir / name, "1700000000.M1P1.host", answer())
    (maildir / closed).chmod(0)
    environment = {"PARTNERDESK_STORE": str(sent.store)}
    ran = process(
        "answers", "list", str(maildir), "--attention",
        status=2, environment=environment, under=bound_by_modes(),
    )  # fmt: skip
    assert f"The folder {maildir / closed} cannot be read: Permission denied." in ran.err


def test_where_there_is_no_store_nothing_is_proposed(shell: Shell, folder: Path) -> None:
    assert shell(f"answers list {folder} --json").json() == []
    assert not os.path.exists(shell.store)


@pytest.mark.parametrize(
    ("asks", "answer", "after"),
    [("", "without-delegation", "without-delegation"), ("--no-delegation", "took", "not-offered")],
)
def test_a_trial_is_taken_with_and_without_what_it_asked_for(
    office: Shell, folder: Path, asks: str, answer: str, after: str
) -> None:
    link = "https://admin.microsoft.com/Commerce/Trial.aspx?offerId=abc"
    office("users add anna@adatum.example Anna")
    office("users set anna@adatum.example --access yes --level full")
    office("partner set operators=anna=anna@adatum.example")
    office(f"offer set trial --link {link} --subscription 'Microsoft 365 E3=25' {asks}")
    office("offer give contoso.com --kind trial --how mailed")
    with Desk(office.store, OPERATOR, today=lambda: TODAY).open() as desk:
        letter(desk, 1, invitation=1, kind="trial")
    name = ids(office, folder)["reply"]
    wrong = "took" if answer == "without-delegation" else "without-delegation"
    office(f"answers take {name} {wrong} {folder}", status=2)
    office(f"answers take {name} {answer} {folder}")
    assert (state(office), set(ids(office, folder))) == (after, {"bounce"})


def test_cron_hears_that_there_is_no_store_to_look_in(shell: Shell, folder: Path) -> None:
    ran = shell(f"answers list {folder} --attention", status=2)
    assert "There is no store in" in ran.err and not shell.store.exists()


def test_mails_that_fit_no_letter_are_counted_and_customers_among_them_named(
    sent: Shell, folder: Path
) -> None:
    fresh = {"subject": "Your offer", "replies_to": ""}
    put(folder, "news.eml", answer("Buy!", sender="news@shop.example", message_id="<n@s>", **fresh))
    said = sent(f"answers list {folder}").err
    assert "1 mail fits no letter: only replies and mails with a reference" in said
    put(folder, "fresh.eml", answer("Yes, gladly.", message_id="<f@contoso.com>", **fresh))
    said = sent(f"answers list {folder}").err
    assert "2 mails fit no letter, though customers wrote some: it@contoso.com." in said


def test_of_thousands_of_bad_files_three_are_named_and_the_rest_counted(
    sent: Shell, folder: Path
) -> None:
    for number in range(20):
        put(folder, f"bad{number}.eml", b"junk")
    said = sent(f"answers list {folder}").err.splitlines()
    assert len(said) == 4 and said[-1] == "18 other files could not be read."


def test_a_maildir_below_the_folder_is_pointed_at(sent: Shell, tmp_path: Path) -> None:
    (tmp_path / "all" / "INBOX" / "cur").mkdir(parents=True)
    (tmp_path / "all" / "INBOX" / "new").mkdir()
    said = sent(f"answers list {tmp_path / 'all'}").err
    assert f"{tmp_path / 'all' / 'INBOX'} is a Maildir: name that one." in said
