"""Answers on the desk: read in a folder, shown with their text, decided on by a key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from store.actions import answering, answers
from store.desk import Desk
from store.model.consent import State
from store.model.outgoing import Stage
from tests.answers.mails import answer, letter, put, report, tree
from tests.conftest import TODAY
from tests.tui.driver import Driver, at_the_desk
from tui import language
from tui.screens.answers import AnswersScreen
from tui.settings import MailSettings


@asynccontextmanager
async def opened(
    desk: Desk, folder: Path | None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Driver]:
    """The desk with its answers on the screen."""
    mail = MailSettings(answers=str(folder) if folder else "")
    async with at_the_desk(desk, size, mail=mail) as operator:
        operator.app.push_screen(AnswersScreen())
        await operator.at("answers")
        yield operator


def state(desk: Desk) -> State:
    (key,) = desk.view.customers_by("domain", "contoso.com")
    return desk.view.state(key, TODAY)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 15)])
async def test_an_answer_is_shown_and_nothing_is_recorded_before_a_key_and_a_yes(
    waiting: Desk, folder: Path, size: tuple[int, int]
) -> None:
    put(folder, "one.eml", answer("Yes, with pleasure."))
    async with opened(waiting, folder, size) as operator:
        await operator.sees("1 mail to decide on", "answer", "it@contoso.com")
        if size != (60, 15):
            await operator.sees("Yes, with pleasure.")
        await operator.press("g")
        await operator.at("confirm")
        await operator.sees("Record for Contoso Ltd, as of 2026-11-22: granted?")
        await operator.press("enter")
        await operator.hears("Nothing was recorded.")
        assert state(waiting) is State.WAITING
        await operator.press("g", "y")
        await operator.hears("Recorded for Contoso Ltd: granted.")
        assert state(waiting) is State.ACTIVE
        await operator.sees("0 mails to decide on")


async def test_a_decision_is_undone_and_the_mail_is_back(waiting: Desk, folder: Path) -> None:
    put(folder, "one.eml", answer())
    async with opened(waiting, folder) as operator:
        await operator.sees("1 mail to decide on")
        await operator.press("d", "y")
        await operator.hears("Recorded for Contoso Ltd: declined. u undoes it.")
        await operator.sees("0 mails to decide on")
        await operator.press("u")
        await operator.hears("Undone:")
        await operator.sees("1 mail to decide on", "Done, we said yes.")
        assert state(waiting) is State.WAITING


async def test_what_cannot_be_is_said_and_the_mail_stays(waiting: Desk, folder: Path) -> None:
    put(folder, "one.eml", answer())
    async with opened(waiting, folder) as operator:
        await operator.sees("1 mail to decide on")
        for key in "wt":
            await operator.press(key)
            await operator.hears("was given no trial invitation")
            await operator.at("answers")
        await operator.sees("1 mail to decide on")


async def test_a_report_refuses_its_letter_and_is_no_answer(waiting: Desk, folder: Path) -> None:
    put(folder, "one.eml", report())
    async with opened(waiting, folder) as operator:
        await operator.sees("came back", "Recipient address rejected")
        await operator.press("g")
        await operator.hears("server's report")
        await operator.at("answers")
        await operator.press("b")
        await operator.hears("Correct the contact address of Contoso Ltd")
        (sent,) = waiting.view.letters(1)
        assert sent.stage is Stage.REFUSED
        assert state(waiting) is State.WAITING


async def test_without_a_report_it_is_asked_whether_a_letter_came_back(
    waiting: Desk, folder: Path
) -> None:
    put(folder, "one.eml", answer("Ida does not work here any more."))
    async with opened(waiting, folder) as operator:
        await operator.sees("any more")
        await operator.press("b", "escape")
        await operator.hears("Nothing was recorded.")
        await operator.press("b", "y")
        await operator.hears("The letter to Contoso Ltd came back")


async def test_a_note_is_typed_and_a_mail_is_dismissed(waiting: Desk, folder: Path) -> None:
    put(folder, "1.eml", answer("Call me."))
    put(folder, "2.eml", answer("Away.", message_id="<2@x>", Auto_Submitted="auto-replied",
                                when="Thu, 19 Nov 2026 08:00:00 +0000"))  # fmt: skip
    async with opened(waiting, folder) as operator:
        await operator.sees("2 mails to decide on", "Call me.")
        await operator.press("n")
        await operator.at("ask")
        await operator.type("wants a call")
        await operator.press("enter")
        await operator.hears("Kept a note about Contoso Ltd.")
        assert waiting.view.touches(1)[0].note == "wants a call"
        await operator.sees("1 mail to decide on", "! A program wrote it")
        await operator.press("x")
        await operator.hears("Dismissed the mail about Contoso Ltd")
        await operator.sees("0 mails to decide on")


async def test_what_another_operator_decided_is_off_the_list(waiting: Desk, folder: Path) -> None:
    put(folder, "one.eml", answer())
    async with opened(waiting, folder) as operator:
        await operator.sees("1 mail to decide on")
        (one,) = answers.look(folder, waiting.view, TODAY).proposals
        answering.dismiss(waiting, one)
        await operator.sees("0 mails to decide on")
        await operator.press("g")
        await operator.hears("Nothing is chosen")


async def test_a_folder_is_named_where_none_is_set(waiting: Desk, folder: Path) -> None:
    put(folder, "one.eml", answer())
    async with opened(waiting, None) as operator:
        await operator.sees("No folder is set", "f names one", "config.toml")
        await operator.press("f")
        await operator.at("ask")
        await operator.type("/nowhere/at/all")
        await operator.press("enter")
        await operator.hears("cannot be read")
        await operator.press("f")
        await operator.at("ask")
        await operator.press("ctrl+u")
        await operator.type(str(folder))
        await operator.press("enter")
        await operator.sees("1 mail to decide on", "Done, we said yes.")


async def test_what_came_since_is_there_after_reading_again(waiting: Desk, folder: Path) -> None:
    async with opened(waiting, folder) as operator:
        await operator.sees("0 mails to decide on", "0 files read")
        put(folder, "one.eml", answer())
        await operator.press("r")
        await operator.sees("1 mail to decide on")


async def test_the_filter_the_whole_mail_the_customer_and_plain_text(
    waiting: Desk, folder: Path
) -> None:
    put(folder, "1.eml", answer("\n".join(f"line {n}" for n in range(400))))
    put(folder, "2.eml", report())
    put(folder, "junk.eml", b"junk")
    async with opened(waiting, folder) as operator:
        await operator.sees("2 mails to decide on", "1 could not be read")
        await operator.press("slash", *"toft")
        await operator.sees("Filter “toft”: 1 of 2", "Ida Toft")
        await operator.press("enter", "enter")
        await operator.at("mail")
        await operator.press("end")
        await operator.sees("line 399")
        await operator.press("escape")
        screen = operator.app.screen
        assert isinstance(screen, AnswersScreen)
        assert "junk.eml: It is no mail" in screen.plain_text()
        assert "line 399" in screen.plain_text()
        await operator.press("o")
        await operator.at("customer")
        await operator.press("escape")
        await operator.at("answers")
        await operator.press("escape")
        await operator.sees("2 mails to decide on")


async def test_the_mail_follows_the_cursor(waiting: Desk, folder: Path) -> None:
    for number in range(30):
        when = f"Fri, 20 Nov 2026 10:{59 - number}:00 +0000"
        mail = answer(f"This is {number}.", message_id=f"<{number}@x>", when=when)
        put(folder, f"{number}.eml", mail)
    async with opened(waiting, folder) as operator:
        await operator.sees("30 mails to decide on", "This is 0.")
        await operator.press("down", "down")
        await operator.sees("This is 2.")
        await operator.press("end")
        await operator.sees("This is 29.")
        await operator.press("x")
        await operator.sees("29 mails to decide on", "This is 28.")


HOSTILE = "[/x] [@click=app.quit]Boo[/] \x1b]52;c;aGk=\x07 \u202e {name} a\\"


async def test_what_a_mail_says_is_shown_and_does_nothing(waiting: Desk, folder: Path) -> None:
    mail = answer(HOSTILE, subject="SUBJECT", sender="NAME <it@contoso.com>")
    hostile = HOSTILE.replace("<", "").encode()
    put(folder, "one.eml", mail.replace(b"SUBJECT", hostile).replace(b"NAME", hostile))
    async with opened(waiting, folder, (120, 36)) as operator:
        await operator.sees("[@click=app.quit]Boo[/]", "{name} a\\")
        await operator.press("enter")
        await operator.at("mail")
        await operator.sees("[/x]")
        assert "\x1b" not in operator.on_screen
        assert "\u202e" not in operator.on_screen


async def test_reading_on_the_desk_writes_nothing(waiting: Desk, folder: Path) -> None:
    put(folder / "new", "1.host", answer())
    put(folder / "cur", "2.host:2,", report())
    before = tree(folder)
    async with opened(waiting, folder) as operator:
        await operator.sees("2 mails to decide on")
        await operator.press("x")
        await operator.sees("1 mail to decide on")
    assert tree(folder) == before


async def test_in_french(waiting: Desk, folder: Path) -> None:
    letter(waiting, 2, to="info@fabrikam.fr", message_id="<f@x>", reference="PD-000000")
    put(folder, "one.eml", answer(replies_to="<f@x>", sender="info@fabrikam.fr"))
    language.install("fr")
    async with opened(waiting, folder) as operator:
        await operator.sees("Fabrikam", "Done, we said yes.")


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("g", "y"), "Recorded for Contoso Ltd: granted."),
        (("d", "y"), "Recorded for Contoso Ltd: declined."),
        (("x",), "u undoes it."),
        (("b", "n"), "Nothing was recorded."),
        (("w",), "was given no trial invitation"),
    ],
)
async def test_the_keys_of_the_list_hold_where_one_mail_is_read(
    waiting: Desk, folder: Path, keys: tuple[str, ...], said: str
) -> None:
    put(folder, "one.eml", answer("Yes, with pleasure."))
    async with opened(waiting, folder) as operator:
        await operator.sees("1 mail to decide on")
        await operator.press("enter")
        await operator.at("mail")
        await operator.sees("Yes, with pleasure.", "g Granted  d Declined")
        for key in keys:
            await operator.press(key)
        await operator.hears(said)
        await operator.at("answers")


async def test_follow_up_says_that_mail_waits(waiting: Desk, folder: Path) -> None:
    put(folder, "one.eml", answer())
    mail = MailSettings(answers=str(folder))
    async with at_the_desk(waiting, mail=mail) as operator:
        await operator.press("4")
        await operator.at("follow-up")
        await operator.sees("1 mail: 4, A")
        await operator.press("A")
        await operator.at("answers")
        await operator.sees("1 mail to decide on")
        await operator.press("x")
        await operator.sees("0 mails to decide on")
        await operator.press("escape")
        await operator.at("follow-up")
        await operator.until(lambda: "1 mail: 4, A" not in operator.on_screen)
