"""Other ways to send: a password that is typed, the mailbox at Microsoft, drafts, mailto lines."""

from __future__ import annotations

import email
import email.policy
import os
from pathlib import Path

import pytest

from store.desk import Desk
from store.message import Message, msg
from store.work import Tables
from tests.graph.authorities import made_in
from tests.hostile import PAYLOADS
from tests.post_office import PostOffice, post_office
from tests.tui.driver import Driver, at_the_desk
from tests.tui.sending.story import (
    SENDER,
    ended,
    letters,
    parsed,
    plan_for_all,
    planned,
    send,
    settings,
    with_mail,
)
from tui import language
from tui.settings import MailSettings
from tui.widgets.post_letter import PostLetter


async def test_a_password_is_asked_for_once_and_again_where_it_was_wrong(
    partner: Desk, tmp_path: Path
) -> None:
    authority, server = made_in(tmp_path, host="127.0.0.1")
    with post_office(certificate=str(server), users={"anna": "correct horse"}) as office:
        mail = settings(office, security="starttls", auth="password", user="anna")
        async with at_the_desk(partner, mail=mail, ca_bundle=str(authority)) as operator:
            await plan_for_all(operator)
            await send_and_type(operator, "wrong", "does not let anna in")
            assert not office.mails
            await operator.press("ctrl+s")
            await operator.at("confirm")
            await operator.press("y")
            await operator.at("ask")
            await operator.press("escape")
            await operator.hears("No password was typed, and nothing was sent.")
            await send_and_type(operator, "correct horse", "All were accepted")
            await operator.press("escape")
            # The next letters leave without another question.
            await plan_for_all(operator)
            await operator.press("down", "down", "ctrl+t")
            await operator.hears("Put the cursor on a letter that would be sent.")
            said = "\n".join(operator.app.said)
        assert [password for _, _, password in office.logins][-1] == "correct horse"
        assert len(office.mails) == 2
        assert "correct horse" not in said
    held = "".join(path.read_text("utf-8", "replace") for path in partner.path.glob("*.json*"))
    assert "it@contoso.example" in held
    assert "correct horse" not in held and "wrong" not in held


async def send_and_type(operator: Driver, password: str, said: str) -> None:
    """Says yes, and types a password, which is not to be seen."""
    await operator.press("ctrl+s")
    await operator.at("confirm")
    await operator.press("y")
    await operator.at("ask")
    await operator.sees("Password of anna at 127.0.0.1", "written nowhere")
    await operator.press("enter")
    await operator.sees("Nothing was typed")
    await operator.type(password)
    assert password not in operator.on_screen
    await operator.press("enter")
    await operator.at("send")
    await operator.hears(said)


async def test_with_no_way_to_send_the_keys_are_named_and_drafts_are_saved(
    partner: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with at_the_desk(partner, (120, 36)) as operator:
        await plan_for_all(operator)
        await operator.sees("It is not set where letters leave from.", "config.toml",
                            "below [mail]", "s saves them as drafts")  # fmt: skip
        await operator.press("ctrl+s")
        await operator.hears("It is not set where letters leave from.")
        await operator.press("s")
        await operator.at("ask")
        await operator.press("escape")
        await operator.hears("Nothing was saved.")
        await operator.press("s")
        await operator.at("ask")
        await operator.press("ctrl+u", *"drafts", "enter")
        await operator.hears(
            "Saved 2 letters in drafts. Nothing was sent, and nothing was recorded"
        )
        # Nothing is written over.
        await operator.press("s")
        await operator.at("ask")
        await operator.press("ctrl+u", *"drafts", "enter")
        await operator.hears("exists already.")
        await operator.press("escape")
    assert sorted(path.name for path in (tmp_path / "drafts").iterdir()) == [
        "contoso-1.eml", "lefèvre-2.eml",
    ]  # fmt: skip
    draft = email.message_from_bytes(
        (tmp_path / "drafts/contoso-1.eml").read_bytes(), policy=email.policy.default
    )
    assert (draft["X-Unsent"], draft["To"]) == ("1", "it@contoso.example")
    assert not letters(partner)


async def test_a_mailto_line_is_copied_and_shown_as_plain_text(
    partner: Desk, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with with_mail(partner, office) as operator:
        await plan_for_all(operator)
        await operator.press("m")
        await operator.hears("Put the cursor on a letter that would be sent.")
        await operator.press("down", "m")
        await operator.hears("The mailto line for Contoso; v shows it.")
        line = operator.app.clipboard
        assert line.startswith("mailto:it@contoso.example?subject=Adatum%20Cloud")
        letter = operator.app.screen.query_one(PostLetter)  # it follows the cursor
        await operator.until(lambda: "To: it@contoso.example" in letter.plain())
        shown: list[str] = []
        monkeypatch.setattr(type(operator.app), "show_plain", lambda app, text: shown.append(text))
        await operator.press("v")
        assert line in shown[0]
        assert "To: it@contoso.example" in shown[0]
    assert not office.mails


async def test_hostile_names_are_shown_and_sent_harmlessly(
    partner: Desk, office: PostOffice
) -> None:
    def meaning_no_good(tables: Tables) -> Message:
        for number, payload in enumerate(PAYLOADS):
            name = payload.encode("utf-8", "replace").decode()
            tables.customers.insert(
                {"name": f"{name}{number}", "contact": f"it@{number}.example", "language": "en"}
            )
        return msg("Somebody else wrote this.")

    partner.transaction("test", meaning_no_good)
    async with with_mail(partner, office) as operator:
        await plan_for_all(operator)
        for _ in PAYLOADS:
            await operator.press("down")
        await send(operator)
        await ended(operator)
        await operator.press("O")
        await operator.at("outbox")
        for _ in PAYLOADS:
            await operator.press("down")
        assert "\x1b" not in operator.on_screen
    assert len(office.mails) == len(PAYLOADS) + 2
    for mail in office.mails:
        found = parsed(mail)
        assert len(mail.to) == 1
        assert found["To"] == mail.to[0]
        assert found.get_all("Bcc") is None and found.get_all("Cc") is None


async def test_it_speaks_french(partner: Desk, office: PostOffice) -> None:
    language.install("fr")
    async with with_mail(partner, office) as operator:
        await plan_for_all(operator)
        await operator.press("down", "down")
        await operator.sees("Bonjour", SENDER)
        await send(operator)
        screen = operator.app.screen
        await operator.until(lambda: screen.letters and not screen.is_sending)  # type: ignore[attr-defined]
    assert {os.path.basename(to) for to in office.to} == {"it@contoso.example",
                                                          "info@lefevre.example"}  # fmt: skip


async def test_the_mailbox_of_somebody_who_is_not_signed_in(partner: Desk) -> None:
    async with at_the_desk(partner, (120, 36), mail=MailSettings(way="graph")) as operator:
        await plan_for_all(operator)
        why = "No app registration is set for the cloud Worldwide."
        await operator.sees(why, "2 letters would be sent, 1 left out. s saves them as drafts")
        for key, name in (("ctrl+s", "Send"), ("ctrl+t", "Test")):
            await operator.press(key)
            await operator.hears(f"{name}: {why}")
    assert not letters(partner)


async def test_instead_of_a_broken_letter_of_ones_own_ours_leaves(
    partner: Desk, office: PostOffice, tmp_path: Path
) -> None:
    own = tmp_path / "letters" / "en" / "delegated.txt"
    own.parent.mkdir(parents=True)
    own.write_text("Subject: Hi\n\nDear {{ nobody.knows }}\n")
    folder = str(tmp_path / "letters")
    async with at_the_desk(partner, mail=settings(office), templates=folder) as operator:
        await plan_for_all(operator)
        await operator.press("down")
        await operator.sees("en/delegated.txt, line 3: There is no field nobody. Our own letter is "
                            "used.", "Hello Contoso")  # fmt: skip
        await send(operator)
        await ended(operator)
    text = parsed(office.mails[0]).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Hello Contoso" in text


async def test_a_letter_of_ones_own_that_changed_under_the_plan_is_not_sent(
    partner: Desk, office: PostOffice, tmp_path: Path
) -> None:
    own = tmp_path / "letters" / "en" / "delegated.txt"
    own.parent.mkdir(parents=True)
    own.write_text("Subject: Hi\n\nFirst words. {{ link }}\n")
    folder = str(tmp_path / "letters")
    async with at_the_desk(partner, mail=settings(office), templates=folder) as operator:
        await plan_for_all(operator)
        await operator.press("down")
        await operator.sees("First words.")
        own.write_text("Subject: Hi\n\nOther words. {{ link }}\n")
        await send(operator)
        await ended(operator)
        await operator.hears("1 letter was left out, for it is no longer the one that was shown")
        await operator.sees("It reads otherwise", "Contoso")
        # Looked at once more, it goes.
        await operator.press("escape", "M")
        await planned(operator)
        await operator.sees("Other words.")
        await send(operator)
        await operator.hears("All were accepted.")
    assert office.to == ["info@lefevre.example", "it@contoso.example"]
