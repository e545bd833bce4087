"""`partnerdesk act`, one deed at a time, against a practice cloud that listens."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from store.practice.cloud import Practice
from store.practice.faults import Fault
from tests.commands.act.story import OMAR, as_whom, user, writes
from tests.commands.shell import Shell, process
from tests.microsoft import ANNA, CONTOSO

NINA = "nina@contoso.example"
ADD = f"act add-user Contoso --name 'Nina Nowak' --user {NINA}"


def everything_kept(shell: Shell) -> str:
    """Every file of the home, as text."""
    return "\n".join(
        path.read_text(errors="replace")
        for path in Path(os.environ["HOME"]).rglob("*")
        if path.is_file() and not path.is_symlink()
    )


def test_full_administration_does_all_three(shell: Shell, cloud: Practice) -> None:
    added = shell(f"{ADD} --location pl")
    nina = user(cloud, "nina")
    assert added.out == f"{nina.password}\n" and nina.more["usageLocation"] == "PL"
    assert "done: Added nina@contoso.example at Contoso." in added.err
    assert "24 hours" in added.err and nina.password not in added.err
    reset = shell(f"act reset-password Contoso {NINA}")
    assert reset.out == f"{nina.password}\n" and reset.out != added.out
    domain = shell("act add-domain Contoso shop.example")
    assert 'shop.example. 3600 IN TXT "MS=ms' in domain.out and "IN MX 32767" in domain.out
    assert (
        "not verified yet" in domain.err
        and "act check-domain contoso.example shop.example" in domain.err
    )
    kept = everything_kept(shell)
    assert nina.password not in kept and added.out.strip() not in kept


def test_limited_administration_resets_an_ordinary_users_password_and_no_more(
    shell: Shell, cloud: Practice
) -> None:
    as_whom(shell, cloud, OMAR)
    ran = shell("act reset-password Contoso ada@contoso.example")
    assert ran.out == f"{user(cloud, 'ada').password}\n"
    cloud.log.clear()
    admin = shell(
        "act reset-password Contoso admin@contoso.example --confirm admin@contoso.example",
        status=4,
    )
    assert "Global Administrator" in admin.err and not admin.out
    assert "refused:" in shell(ADD, status=4).err
    assert "refused:" in shell("act add-domain Contoso shop.example", status=4).err
    assert not writes(cloud)
    outcomes = [one["outcome"] for one in shell("act list Contoso --json").json()]
    assert outcomes == ["refused", "refused", "refused", "done"]


def test_a_broken_chain_is_said_before_anything_is_asked(
    shell: Shell, cloud: Practice, tmp_path: Path
) -> None:
    shell(f"users set {ANNA} --access no")
    people = tmp_path / "people.csv"
    people.write_text(f"Name,User name\nNina,{NINA}\nOle,ole@contoso.example\n")
    for words in (
        ADD, f"{ADD} --ask-password", "act reset-password Contoso ada@contoso.example",
        f"act add-user Contoso --file {people}", "act check-domain Contoso shop.example",
    ):  # fmt: skip
        ran = shell(words, status=4)
        assert "refused: anna@adatum.example has no administrative access" in ran.err
        assert "Give anna@adatum.example " in ran.err
    assert len(shell("act list Contoso --json").json()) == 5
    plan = shell(f"act add-user Contoso --dry-run --file {people}", status=4)
    assert [line.split()[:3] for line in plan.lines] == [
        ["2", "refuse", NINA], ["3", "refuse", "ole@contoso.example"],
    ]  # fmt: skip
    assert plan.err.count("has no administrative access") == 1
    assert not cloud.log and len(shell("act list Contoso --json").json()) == 5


def test_an_administrators_name_has_to_be_given(shell: Shell, cloud: Practice) -> None:
    ran = shell("act reset-password Contoso helpdesk@contoso.example", status=2)
    assert "is an administrator, or may be" in ran.err and "Helpdesk Administrator" in ran.err
    assert "--confirm helpdesk@contoso.example" in ran.err
    assert not writes(cloud)
    shell("act reset-password Contoso helpdesk@contoso.example --confirm helpdesk@contoso.example")
    assert user(cloud, "helpdesk").password


def test_a_typed_password_comes_from_stdin_and_is_printed_nowhere(
    shell: Shell, cloud: Practice
) -> None:
    ran = shell(f"{ADD} --password-stdin --json", stdin=b"Wet-Paint-42\nmore")
    assert user(cloud, "nina").password == "Wet-Paint-42"
    assert "Paint" not in ran.out + ran.err + everything_kept(shell)
    found = ran.json()
    assert found["outcome"] == "done" and found["user"]["upn"] == NINA
    weak = shell("act reset-password Contoso ada@contoso.example --password-stdin", status=2,
                 stdin=b"weak\n")  # fmt: skip
    assert "8 to 256" in weak.err
    none = shell(f"act reset-password Contoso {NINA} --password-stdin", status=2)
    assert "no password on stdin" in none.err
    asked = shell(f"act reset-password Contoso {NINA} --ask-password", status=2)
    assert "on a terminal only" in asked.err
    assert not user(cloud, "ada").password


def test_a_generated_password_goes_into_a_new_file(
    shell: Shell, cloud: Practice, tmp_path: Path
) -> None:
    file = tmp_path / "nina.txt"
    ran = shell(f"{ADD} --json --password-file", str(file))
    assert f"The password is in {file}." in ran.err
    assert file.read_text() == f"{user(cloud, 'nina').password}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert user(cloud, "nina").password not in ran.out + ran.err
    again = shell(f"act reset-password Contoso {NINA} --password-file", str(file), status=2)
    assert "is there already" in again.err
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    shell(f"act reset-password Contoso {NINA} --password-file", str(link), status=2)
    assert file.read_text() == f"{user(cloud, 'nina').password}\n"
    assert not (tmp_path / "elsewhere").exists()


def test_a_password_that_was_refused_leaves_no_file(
    shell: Shell, cloud: Practice, tmp_path: Path
) -> None:
    file = tmp_path / "ada.txt"
    shell("act add-user Contoso --name Ada --user ada@contoso.example --password-file",
          str(file), status=4)  # fmt: skip
    shell("act reset-password Contoso helpdesk@contoso.example --password-file",
          str(file), status=2)  # fmt: skip
    assert not file.exists()


@pytest.mark.parametrize(
    "words",
    [
        "--json",
        "--password-stdin --ask-password",
        "--password-stdin --password-file x",
        "--dry-run",
        "--password Wet-Paint-42",
        "--file people.csv",
    ],
)
def test_ways_that_would_lose_or_show_a_password_are_usage(
    shell: Shell, cloud: Practice, words: str
) -> None:
    shell(f"{ADD} {words}", status=2)
    assert not writes(cloud)


def test_a_domain_is_checked_until_it_is_verified(shell: Shell, cloud: Practice) -> None:
    shell("act add-domain Contoso shop.example")
    early = shell("act check-domain Contoso shop.example", status=3)
    assert "not verified yet:" in early.err and "IN TXT" in early.out
    cloud.set_dns(CONTOSO, "shop.example")
    done = shell("act check-domain Contoso shop.example --json").json()
    assert done["outcome"] == "done" and done["domain"]["verified"] is True
    twice = shell("act add-domain Contoso shop.example --json", status=4).json()
    assert "already" in twice["said"] and "records" not in twice


def test_a_user_added_by_mistake_is_undone(shell: Shell, cloud: Practice) -> None:
    shell(ADD)
    bare = shell(f"act undo Contoso {NINA}", status=2)
    assert f"Deleting {NINA} has to be confirmed." in bare.err and f"--confirm {NINA}" in bare.err
    assert "Nobody added ada" in shell(
        "act undo Contoso ada@contoso.example", status=2
    ).err  # fmt: skip
    shell(f"act undo Contoso {NINA}", status=2)
    ran = shell(f"act undo Contoso {NINA} --confirm {NINA}")
    assert "done: Deleted nina@contoso.example at Contoso again." in ran.err
    assert cloud.customers[CONTOSO].user(NINA) is None
    assert "deleted again already" in shell(
        f"act undo Contoso {NINA} --confirm {NINA}", status=4
    ).err  # fmt: skip


def test_a_password_whose_answer_was_lost_is_kept_and_found_out(
    shell: Shell, cloud: Practice, tmp_path: Path
) -> None:
    assert "known end" in shell("act find-out Contoso").err
    file = tmp_path / "nina.txt"
    cloud.faults.add(Fault("POST", r"/users$", kind="lost", after=True))
    cloud.faults.add(Fault("GET", r"/users/nina", status=404, times=9, skip=1))
    lost = shell(f"{ADD} --password-file", str(file), status=3)
    assert "unknown, do not repeat:" in lost.err and "act find-out contoso.example" in lost.err
    assert file.read_text() == f"{user(cloud, 'nina').password}\n"
    assert shell("act list Contoso --json").json()[0]["outcome"] == "unknown"
    cloud.faults.clear()
    found = shell("act find-out Contoso")
    assert "Microsoft shows that it was done" in found.err and not found.out
    assert shell("act list Contoso --json").json()[0]["outcome"] == "done"


def test_one_that_cannot_be_looked_up_hides_no_other(shell: Shell, cloud: Practice) -> None:
    for alias in ("nina", "ole"):
        cloud.faults.add(Fault("POST", r"/users$", kind="lost", after=True))
        cloud.faults.add(Fault("GET", rf"/users/{alias}", status=404, times=9, skip=1))
        shell(f"act add-user Contoso --name {alias} --user {alias}@contoso.example", status=3)
    cloud.faults.clear()
    cloud.faults.add(Fault("GET", r"/users/nina", status=403, times=9))
    found = shell("act find-out Contoso", status=3)
    assert "Add a user, nina@contoso.example: " in found.err
    assert "ole@contoso.example: Microsoft shows that it was done" in found.err


def test_a_record_that_is_not_visible_yet_needs_attention_and_is_no_refusal(
    shell: Shell, cloud: Practice
) -> None:
    shell("act add-domain Contoso shop.example")
    early = shell("act check-domain Contoso shop.example", status=3)
    assert "not verified yet: Microsoft does not see" in early.err and "MS=ms" in early.out
    assert "shop.example  anna@adatum.example  not verified yet" in shell("act list Contoso").out
    assert "not verified yet" in shell("journal show").out
    odd = shell("act check-domain Contoso no_domain", status=2)
    assert "Domain: no_domain is not a domain name." in odd.err
    cloud.set_dns(CONTOSO, "shop.example")
    shell("act check-domain Contoso shop.example")


def test_bad_input_is_said_in_words(shell: Shell, cloud: Practice) -> None:
    taken = shell("act add-user Contoso --name Ada --user ada@contoso.example", status=4)
    assert "is taken at Contoso" in taken.err
    domain = shell("act add-user Contoso --name X --user x@other.example", status=4)
    assert "no verified domain of Contoso" in domain.err
    where = shell(f"{ADD} --location Mars", status=2)
    assert "no country code" in where.err
    nobody = shell("act reset-password Contoso nobody@contoso.example", status=2)
    assert "no user called nobody@contoso.example" in nobody.err
    assert "act users contoso.example" in nobody.err
    tailspin = shell("act add-domain Tailspin shop.example", status=4)
    assert "no Microsoft ID" in tailspin.err
    consent = cloud.app.consents.pop(CONTOSO)
    missing = shell(ADD, status=4)
    assert f"/{CONTOSO}/adminconsent?client_id=" in missing.err
    cloud.app.consents[CONTOSO] = consent
    cloud.customers[CONTOSO].guest_accounts.add("anna@adatum.example")
    guest = shell("act reset-password Contoso ada@contoso.example", status=4)
    assert "invited it as a guest" in guest.err
    assert "may anna@adatum.example reset-password contoso.example" in guest.err
    assert not writes(cloud)
    cloud.customers[CONTOSO].guest_accounts.clear()
    shell(ADD)  # the sign-in at home was not lost over it


def test_consent_that_ended_is_said(shell: Shell, cloud: Practice) -> None:
    (relationship,) = cloud.relationships
    cloud.customer_terminates(relationship)
    ran = shell(ADD, status=4)
    assert "The consent of Contoso ended on 2026-11-22" in ran.err and not ran.out
    assert shell("relationships list --json").json()[0]["status"] != "active"


def test_users_and_domains_are_listed(shell: Shell, cloud: Practice) -> None:
    users = shell("act users Contoso").out
    assert "ada@contoso.example" in users and "admin@contoso.example" in users
    (ada,) = shell("act users Contoso ada --json").json()
    assert (ada["upn"], ada["enabled"]) == ("ada@contoso.example", True)
    shell("act add-domain Contoso shop.example")
    plain = shell("act domains Contoso")
    assert "not verified yet" in plain.out and "IN TXT" not in plain.out
    assert 'shop.example. 3600 IN TXT "MS=ms' in shell("act domains Contoso --records").out
    found = {one["name"]: one for one in shell("act domains Contoso --records --json").json()}
    assert found["contoso.example"]["verified"] and "records" not in found["contoso.example"]
    assert found["shop.example"]["records"][0]["type"] == "TXT"
    shell(f"users set {ANNA} --access no")
    cloud.log.clear()
    for words in ("act users Contoso", "act domains Contoso"):
        assert "has no administrative access" in shell(words, status=4).err
    assert not cloud.log


def test_portals_are_listed_and_nothing_is_opened(shell: Shell, cloud: Practice) -> None:
    ran = shell("act portals Contoso")
    assert "Microsoft 365 admin center" in ran.out and CONTOSO in ran.out and not ran.err
    named = shell("act portals Contoso --json").json()
    assert named[0]["url"].startswith("https://") and set(named[0]) == {"name", "url"}
    shell("sign-out")
    built = shell("act portals Contoso")
    assert CONTOSO in built.out and "Built from cloud and tenant" in built.err


def test_device_management_says_why_not_and_what_to_use(shell: Shell, cloud: Practice) -> None:
    ran = shell("act manage-devices Contoso", status=4)
    assert "Mobile Device Management for Office 365 is not supported" in ran.err
    assert "Intune Administrator" in ran.err and not cloud.log


def test_nobody_signed_in_acts_nowhere(shell: Shell, cloud: Practice) -> None:
    shell("sign-out")
    assert "Nobody is signed in" in shell(ADD, status=4).err
    assert not cloud.log


def test_killed_between_the_two_lines_it_is_begun_and_no_secret_is_left(
    shell: Shell, cloud: Practice, tmp_path: Path
) -> None:
    import signal
    import subprocess

    from tests.commands.shell import PROGRAM

    cloud.faults.add(Fault("POST", r"/users$", after=True, kind="lost", delay=30))
    words = ("act", "add-user", "Contoso", "--name", "Nina", "--user", NINA)
    started = subprocess.Popen([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with started:
        assert started.stderr
        for line in started.stderr:
            if b"Add a user: nina" in line:
                break
        while cloud.customers[CONTOSO].user(NINA) is None:
            assert started.poll() is None
        started.send_signal(signal.SIGKILL)
        assert started.stdout and started.stdout.read() == b""
    (act,) = shell("act list Contoso --json").json()
    assert (act["outcome"], act["target"]) == ("begun", NINA)
    assert user(cloud, "nina").password not in everything_kept(shell)
    assert "begun, its end is not known" in process("act", "list", "Contoso").out
    cloud.faults.clear()
    assert "was done" in shell("act find-out Contoso").err
