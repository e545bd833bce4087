"""What `send` says of letters before they go, and why there is nothing to send."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

from store.actions.turn import Turn
from store.desk import Desk
from tests.commands.posting import NAMES, addressed, post, stages
from tests.commands.shell import Shell
from tests.conftest import OPERATOR, TODAY
from tests.post_office import PostOffice
from tui import settings

__all__ = ["addressed", "post"]


def test_what_to_know_of_the_letters_is_said_before_they_go(
    addressed: Shell, tmp_path: Path
) -> None:
    broken = tmp_path / "letters" / "en"
    broken.mkdir(parents=True)
    (broken / "delegated.txt").write_text("Subject: Hello\n\n{{ customer\n")
    config = settings.config_file()
    config.write_text(f'templates = "{broken.parent}"\n' + config.read_text())
    for how in ("--dry-run", "--preview", "--dry-run --json", "--mailto", "--yes"):
        told = addressed(f"send contoso.com {how}").err
        assert "1 of these letters has the reusable link" in told
        assert "en/delegated.txt, line 3" in told
    addressed("partner set contact= mail=")
    table = addressed("send fabrikam.fr --dry-run", status=3).out
    assert "Contact, Mail." in table
    assert "partnerdesk partner set contact=… mail=…" in table


def test_resuming_for_others_than_are_queued_says_so(addressed: Shell, post: PostOffice) -> None:
    post.recipient = lambda to: "451 4.7.1 greylisted"
    addressed("send contoso.com --yes", status=3)
    ran = addressed("send fabrikam.fr --resume --yes")
    assert "Nothing is queued for these customers; 1 letter is for others." in ran.err


def test_while_another_sends_letters_are_queued_and_that_is_said(
    addressed: Shell, post: PostOffice
) -> None:
    with Desk(addressed.store, OPERATOR, today=lambda: TODAY).open() as desk, Turn(desk):
        ran = addressed(f"send {NAMES} --yes", status=1)
    assert "being sent already" in ran.err
    assert "3 letters are queued, and were not sent." in ran.err
    assert "partnerdesk send --resume" in ran.err
    assert (stages(addressed), post.mails) == (["queued"] * 3, [])


def test_nothing_to_send_ends_alike_however_it_is_asked_for(addressed: Shell) -> None:
    addressed("customers set contoso.com contact=")
    for how in ("--dry-run", "--preview", "--test", "--yes"):
        addressed(f"send contoso.com {how}", status=3)


def test_a_reason_does_not_repeat_the_customer(addressed: Shell) -> None:
    ran = addressed("send contoso.com --what reminder --dry-run", status=3)
    assert "Did not get the" in ran.out


def test_the_list_says_what_the_server_said(addressed: Shell, post: PostOffice) -> None:
    post.recipient = lambda to: "550 5.1.1 nobody here by that name"
    addressed("send contoso.com --yes", status=1)
    assert "nobody here by that name" in addressed("outbox list").out


def test_a_reminder_that_is_saved_goes_on_with_the_conversation(
    addressed: Shell, tmp_path: Path
) -> None:
    addressed("send contoso.com --yes")
    (reference,) = [it["reference"] for it in addressed("outbox list --json").json()]
    addressed(f"send contoso.com --what reminder --save {tmp_path / 'drafts'}")
    (draft,) = (tmp_path / "drafts").iterdir()
    assert message_from_bytes(draft.read_bytes(), policy=policy.SMTP)["Subject"].endswith(
        f"[{reference}]"
    )
    addressed(f"send fabrikam.fr --save {tmp_path / 'offers'}")
    (offer,) = (tmp_path / "offers").iterdir()
    assert "PD-" not in message_from_bytes(offer.read_bytes(), policy=policy.SMTP)["Subject"]
    assert reference in addressed("send contoso.com --what reminder --mailto").out


def test_the_outbox_names_the_kind_of_offer(addressed: Shell, post: PostOffice) -> None:
    link = "https://admin.microsoft.com/Commerce/Trial.aspx?offerId=abc"
    addressed("users add anna@adatum.example Anna")
    addressed("users set anna@adatum.example --access yes --level full")
    addressed("partner set operators=anna=anna@adatum.example")
    addressed(f"offer set trial --link {link} --subscription 'Microsoft 365 E3=25'")
    addressed("send contoso.com --kind trial --yes")
    addressed("send fabrikam.fr --yes")
    addressed.today = addressed.today.replace(day=29)
    addressed("send contoso.com --kind trial --what reminder --yes")
    lines = addressed("outbox list").lines[1:]
    for line, what in zip(
        lines,
        ["Trial invitation", "Delegated administration offer", "reminder: Trial invitation"],
        strict=True,
    ):
        assert f"  {what}  " in line
