"""`partnerdesk send`: the plan, the operator's word, a real server, and what is left behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from store.actions.sending import Summary
from store.errors import WriteRefused
from store.message import msg
from store.practice.cloud import Practice
from tests.commands.conftest import configure
from tests.commands.posting import NAMES, TO, addressed, mailing, post, stages
from tests.commands.shell import PROGRAM, Shell, process
from tests.post_office import GONE, STALL, PostOffice
from tests.practice.door import ANNA
from tui.commands.posting import status_of

__all__ = ["addressed", "post"]

# -- before anything goes ---------------------------------------------------------------------


def test_a_dry_run_says_who_would_get_what_and_does_nothing(
    office: Shell, post: PostOffice
) -> None:
    mailing(post.port)
    ran = office(f"send {NAMES} --dry-run", status=3)
    assert re.search(r"^Contoso Ltd +it@contoso\.com +en +Adatum", ran.out, re.MULTILINE)
    assert re.search(r"^Fabrikam SARL +fr +It has no contact address\.$", ran.out, re.MULTILINE)
    assert ran.lines[0].split() == ["Customer", "Address", "Language", "Subject", "Why", "not"]
    assert ran.lines[-2:] == ["1 letter to send.", "2 customers are left out."]
    found = office(f"send {NAMES} --dry-run --json", status=3).json()
    assert [line["send"] for line in found["lines"]] == [True, False, False]
    assert (found["batch"], found["summary"], post.mails) == (None, None, [])
    assert office("outbox list --json").json() == []


def test_without_a_terminal_nothing_goes_out_that_was_not_said_before(
    addressed: Shell, post: PostOffice
) -> None:
    ran = addressed("send contoso.com", status=2)
    assert "--yes" in ran.err
    assert (post.mails, stages(addressed)) == ([], [])


def test_where_nothing_is_set_the_keys_are_named(office: Shell) -> None:
    ran = office("send contoso.com --yes", status=3)
    for word in ("config.toml", "[mail]", "host", 'way = "graph"'):
        assert word in ran.err
        assert word in office("send contoso.com --dry-run", status=3).err
    assert office("outbox list --json").json() == []


def test_a_preview_is_the_letter_with_its_headers(addressed: Shell, post: PostOffice) -> None:
    out = addressed("send fabrikam.fr --preview").out
    assert out.splitlines()[:2] == [
        "From: Anna Lindqvist <partners@adatum.example>", "To: info@fabrikam.fr",
    ]  # fmt: skip
    assert "Bonjour Fabrikam SARL" in out
    assert post.mails == []


@pytest.mark.parametrize(
    "words",
    [
        "",
        "--yes",
        "contoso.com --save x --mailto",
        "contoso.com --give",
        "--resume --test",
        "--resume --preview",
        "--resume --save x",
        "--resume --mailto --yes",
        "contoso.com --save x --json",
        "contoso.com --preview --json",
    ],
)
def test_a_call_that_makes_no_sense_is_refused(addressed: Shell, words: str) -> None:
    addressed(f"send {words}", status=2)


def test_a_rule_against_it_is_named(addressed: Shell) -> None:
    addressed("partner set certified=no")
    ran = addressed("send contoso.com --yes", status=4)
    assert "certified" in ran.err
    addressed("send contoso.com --save letters", status=4)


def test_a_practice_store_never_writes_to_another_host(addressed: Shell) -> None:
    addressed("partner set cloud=practice")
    configure("[mail]", 'host = "smtp.example.com"', 'auth = "none"')
    ran = addressed("send contoso.com --dry-run", status=3)
    assert "practice store" in ran.err


# -- sending ----------------------------------------------------------------------------------


def test_each_gets_a_letter_in_its_language_and_the_offer_is_given(
    addressed: Shell, post: PostOffice
) -> None:
    ran = addressed(f"send {NAMES} --yes")
    assert "3 letters were sent." in ran.err
    assert post.to == TO
    languages = [
        message_from_bytes(m.content, policy=policy.SMTP)["Content-Language"] for m in post.mails
    ]
    assert languages == ["en", "fr", "de"]
    assert {c["state"] for c in addressed("customers list --json").json()} == {"waiting"}
    assert "mailed" in addressed("customers show contoso.com").out
    again = addressed(f"send {NAMES} --yes", status=3)
    assert "today already" in again.out
    assert len(post.mails) == 3


def test_a_reminder_goes_to_whoever_has_something_to_answer(
    addressed: Shell, post: PostOffice
) -> None:
    addressed("offer give fabrikam.fr")
    found = addressed(f"send {NAMES} --what reminder --yes --json", status=3).json()
    assert [line["send"] for line in found["lines"]] == [False, True, False]
    assert found["summary"] == {"sent": 1, "refused": 0, "later": 0, "unknown": 0, "left": 0}
    assert post.to == ["info@fabrikam.fr"]


def test_a_test_letter_goes_to_ourselves_alone(addressed: Shell, post: PostOffice) -> None:
    addressed("send contoso.com --test")
    assert post.to == ["partners@adatum.example"]
    assert {c["state"] for c in addressed("customers list --json").json()} == {"not-offered"}


@pytest.mark.parametrize(
    ("said", "stage"), [("451 4.7.1 greylisted", "dropped"), ("550 5.7.1 not you", "refused")]
)
def test_a_test_letter_that_failed_says_why_and_waits_for_nothing(
    addressed: Shell, post: PostOffice, said: str, stage: str
) -> None:
    post.recipient = lambda to: said
    ran = addressed("send contoso.com --test", status=1)
    assert "The test letter was not sent: " in ran.err and said[4:9] in ran.err
    assert "resume" not in ran.err
    assert stages(addressed) == [stage]
    post.recipient = lambda to: None
    assert "Nothing is queued." in addressed("send --resume --yes").err
    assert post.mails == []


def test_a_test_letter_that_may_have_gone_is_not_said_to_have_stayed(
    addressed: Shell, post: PostOffice
) -> None:
    post.after = lambda about: GONE
    said = addressed("send contoso.com --test", status=3).err
    assert len(post.mails) == 1
    assert "It is not known whether the test letter was sent: The mail server hung up" in said
    assert "was not sent" not in said


def test_a_test_letter_is_not_queued_again_where_nothing_would_send_it(
    addressed: Shell, post: PostOffice
) -> None:
    post.recipient = lambda to: "550 5.7.1 not you"
    addressed("send contoso.com --test", status=1)
    assert addressed("outbox show 1").lines[-1] == "Next: partnerdesk outbox resolve 1 dropped"
    assert "send --test" in addressed("outbox resolve 1 again", status=4).err
    assert stages(addressed) == ["refused"]
    post.recipient = lambda to: None
    post.after = lambda about: GONE
    addressed("send contoso.com --test", status=3)
    last = addressed("outbox show 2").lines[-1]
    assert last == "Next: partnerdesk outbox resolve 2 arrived|dropped"
    addressed("outbox resolve 2 arrived")


def test_a_test_letter_of_a_process_that_died_goes_with_no_others(
    addressed: Shell, post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(self: object, ids: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as killed, pytest.raises(RuntimeError):
        killed.setattr("store.actions.sending.Run.send", dies)
        killed.setattr("store.actions.resolving.drop_test", lambda desk, key: None)
        addressed("send contoso.com --test")
    assert stages(addressed) == ["queued"]
    assert "Nothing is queued." in addressed("send --resume --yes").err
    assert addressed("outbox show 1").lines[-1] == "Next: partnerdesk outbox drop 1"


def test_a_test_letter_that_nobody_lets_in_waits_for_nothing(
    addressed: Shell, post: PostOffice
) -> None:
    post.sender = lambda about: "421 4.3.2 not now"
    said = addressed("send contoso.com --test", status=1).err
    assert "The test letter was not sent: " in said and "resume" not in said
    assert stages(addressed) == ["dropped"]


def test_what_may_pass_is_queued_again_and_resumed(addressed: Shell, post: PostOffice) -> None:
    post.recipient = lambda to: "451 4.7.1 greylisted" if "fabrikam" in to else None
    ran = addressed(f"send {NAMES} --yes", status=3)
    assert "15 minutes" in ran.err and "send --resume" in ran.err
    post.recipient = lambda to: None
    assert addressed("send --resume --yes --json").json()["summary"]["sent"] == 1
    assert sorted(post.to) == sorted(TO)
    assert "Nothing is queued." in addressed("send --resume --yes").err


def test_a_dry_run_of_what_is_queued_says_what_it_is_and_sends_nothing(
    addressed: Shell, post: PostOffice
) -> None:
    post.sender = lambda about: "421 not now"
    addressed(f"send {NAMES} --yes", status=1)
    post.sender = lambda about: None
    ran = addressed("send --resume --dry-run --yes")
    assert ran.lines[-1] == "3 letters to send."
    assert all(address in ran.out for address in TO)
    lines = addressed("send --resume fabrikam.fr --dry-run --json").json()["lines"]
    assert [(line["to"], line["send"]) for line in lines] == [(TO[1], True)]
    assert post.mails == []
    assert "info@fabrikam.fr" in addressed("send --resume fabrikam.fr --yes").out
    assert post.to == [TO[1]]


def test_what_ended_it_is_never_called_a_success() -> None:
    ended = WriteRefused(msg("No room."))
    assert status_of(Summary(sent=3), ended) == 3
    assert status_of(Summary(sent=3), None) == 0
    assert status_of(Summary(left=3), ended) == 1


def test_a_refusal_is_said_and_ends_with_1(addressed: Shell, post: PostOffice) -> None:
    post.recipient = lambda to: "550 5.1.1 unknown here" if "fabrikam" in to else None
    ran = addressed(f"send {NAMES} --yes", status=1)
    assert "unknown here" in ran.err
    assert stages(addressed) == ["sent", "refused", "sent"]


def test_a_server_that_lets_nobody_in_fails_and_nothing_is_lost(
    addressed: Shell, post: PostOffice
) -> None:
    post.sender = lambda about: "535 5.7.8 not you"
    ran = addressed(f"send {NAMES} --yes", status=1)
    assert "does not let" in ran.err
    assert stages(addressed) == ["queued"] * 3


def test_doubtful_letters_are_listed_first_and_settled_by_the_operator(
    addressed: Shell, post: PostOffice
) -> None:
    post.after = lambda key: GONE if post.to[-1] == TO[1] else None
    ran = addressed(f"send {NAMES} --yes", status=3)
    assert "outbox list --stage unknown" in ran.err
    listed = addressed("outbox list --json").json()
    assert [letter["stage"] for letter in listed] == ["unknown", "sent", "sent"]
    doubt = listed[0]
    shown = addressed(f"outbox show {doubt['id']}").out
    assert doubt["message_id"] in shown
    assert "Message-ID" in shown
    assert shown.splitlines()[-1] == (
        f"Next: partnerdesk outbox resolve {doubt['id']} arrived|again|dropped"
    )
    assert addressed("customers show fabrikam.fr --json").json()["state"] == "not-offered"
    addressed("send --resume --yes")
    assert post.to.count(TO[1]) == 1
    addressed(f"outbox resolve {doubt['id']} arrived")
    assert addressed("customers show fabrikam.fr --json").json()["state"] == "waiting"
    addressed(f"outbox resolve {doubt['id']} again", status=4)
    addressed("outbox resolve 99 arrived", status=2)
    assert "99" in addressed("outbox show 99", status=2).err


def test_again_sends_once_more_only_when_told(addressed: Shell, post: PostOffice) -> None:
    post.before = lambda key: GONE
    addressed("send contoso.com --yes", status=3)
    (doubt,) = addressed("outbox list --stage unknown --json").json()
    post.before = lambda key: None
    ran = addressed(f"outbox resolve {doubt['id']} again")
    assert (post.mails, "send --resume" in ran.err) == ([], True)
    addressed("send --resume --yes")
    assert [mail.message_id for mail in post.mails] == [doubt["message_id"]]


def test_the_summary_is_a_file_that_is_never_written_over(addressed: Shell, tmp_path: Path) -> None:
    addressed(f"send {NAMES} --yes")
    file = tmp_path / "summary.csv"
    addressed(f"outbox summary --to {file}")
    assert file.read_text("utf-8-sig").count('"sent"') == 3
    unknown = addressed("outbox summary --batch nope", status=2)
    assert unknown.out == "" and "No letters were queued together as nope." in unknown.err
    addressed(f"outbox summary --to {file}", status=1)
    addressed("outbox drop 1", status=4)


# -- not by us --------------------------------------------------------------------------------


def test_saved_as_files_nothing_is_recorded_but_on_demand(
    addressed: Shell, post: PostOffice, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    addressed(f"send {NAMES} --save {folder}")
    mails = [message_from_bytes(f.read_bytes(), policy=policy.SMTP) for f in folder.iterdir()]
    assert sorted(mail["To"] for mail in mails) == sorted(TO)
    assert {c["state"] for c in addressed("customers list --json").json()} == {"not-offered"}
    addressed(f"send contoso.com --save {folder}", status=1)
    addressed(f"send contoso.com --save {tmp_path / 'more'} --give")
    assert addressed("customers show contoso.com --json").json()["state"] == "waiting"
    assert (post.mails, stages(addressed)) == ([], [])


def test_a_mailto_line_is_printed_and_nothing_else_happens(
    addressed: Shell, post: PostOffice
) -> None:
    ran = addressed("send contoso.com fabrikam.fr --mailto")
    assert [line.split("?")[0] for line in ran.lines] == [
        "mailto:it@contoso.com", "mailto:info@fabrikam.fr",
    ]  # fmt: skip
    assert stages(addressed) == []


# -- by Graph ---------------------------------------------------------------------------------


def test_letters_leave_from_the_mailbox_that_is_signed_in(
    signed_in: Shell, cloud: Practice
) -> None:
    signed_in("partner set contact='Anna Lindqvist' mail=partners@adatum.example")
    signed_in("customers add Contoso --domain contoso.com --contact it@contoso.com")
    signed_in("offer set delegated --link https://127.0.0.1/partner/invitation")
    configure('token-cache = "file"', "[mail]", 'way = "graph"', "pace = 0")
    ran = signed_in("send contoso.com --what offer --yes")
    assert "1 letter was sent." in ran.err
    (mail,) = cloud.mailbox
    assert (mail.sender, mail.to) == (ANNA, ("it@contoso.com",))


# -- in between -------------------------------------------------------------------------------


def test_ctrl_c_ends_it_after_the_letter_under_way(addressed: Shell, post: PostOffice) -> None:
    mailing(post.port, "# one a minute")
    with subprocess.Popen(
        [PROGRAM, "send", *NAMES.split(), "--yes", "--pace", "1"],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=dict(os.environ),
    ) as running:  # fmt: skip
        assert running.stderr
        for line in running.stderr:
            if "1 of 3" in line:
                break
        running.send_signal(signal.SIGINT)
        rest = running.stderr.read()
    assert running.returncode == 3
    assert "Stopping" in rest
    assert (post.to, sorted(stages(addressed))) == (TO[:1], ["queued", "queued", "sent"])


def test_twice_ctrl_c_ends_it_at_once_and_leaves_a_doubt(
    addressed: Shell, post: PostOffice
) -> None:
    came = threading.Event()

    def after(key: str) -> str:
        came.set()
        return STALL

    post.after = after
    with subprocess.Popen(
        [PROGRAM, "send", "contoso.com", "--yes"],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=dict(os.environ),
    ) as running:  # fmt: skip
        assert running.stderr
        assert came.wait(30)
        running.send_signal(signal.SIGINT)
        for line in running.stderr:
            if "Stopping" in line:
                break
        running.send_signal(signal.SIGINT)
        running.stderr.read()
    assert running.returncode != 0
    assert stages(addressed) == ["unknown"]
    assert process("outbox", "list").out.count("unknown") == 1
