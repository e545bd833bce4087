"""Signing in from the command line: by a code, an address or a certificate, and out again."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from store.errors import BadInput
from store.practice import assertion
from store.practice.cloud import Practice
from store.practice.serve import Served
from tests.commands.conftest import configure
from tests.commands.shell import PROGRAM, Shell
from tests.graph.certificates import made
from tests.graph.signing import open_at
from tests.practice.door import ANNA, PARTNER
from tui import settings

CLIENT = "44444444-2222-4333-8444-555555555555"


class Running:
    """A command in a process of its own, whose talk is read while it runs."""

    def __init__(self, *words: str) -> None:
        self.process = subprocess.Popen(
            [str(PROGRAM), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.err = ""
        self._watchdog = threading.Timer(60, self.process.kill)
        self._watchdog.start()

    def until(self, pattern: str) -> re.Match[str]:
        """Reads its talk until it says something."""
        assert self.process.stderr is not None
        while True:
            found = re.search(pattern, self.err)
            if found:
                return found
            line = self.process.stderr.readline()
            assert line, f"it ended without saying {pattern}: {self.err}"
            self.err += line

    def ends(self, status: int, stdin: str = "") -> str:
        """Waits for its end; returns its data."""
        out, err = self.process.communicate(stdin)
        self._watchdog.cancel()
        self.err += err
        assert self.process.returncode == status, self.err + out
        return out


def file_of(shell: Shell) -> Path:
    return settings.state_folder() / "tokens" / f"practice-{PARTNER}.json"


# -- by a code --------------------------------------------------------------------------------


def test_a_code_is_printed_waited_for_and_signs_in(practice: Shell, browser: httpx.Client) -> None:
    running = Running("sign-in")
    found = running.until(r"on any device:\n(\S+)\nand enter the code (\S+)")
    running.until("It is good for 15 minutes")
    browser.post(found[1], data={"code": found[2], "who": ANNA, "answer": "accept"})
    out = running.ends(0)
    assert out.startswith(f"Signed in as {ANNA}.\nTenant: {PARTNER}\nGranted: ")
    assert "DelegatedAdminRelationship.Read.All" in out
    assert out.endswith("Kept: in a file that only this account may read\n")
    assert "█" not in running.err, "a QR code is for terminals"
    assert file_of(practice).stat().st_mode & 0o777 == 0o600

    facts = practice("doctor --json").json()
    assert (facts["signed_in_as"], facts["tenant"]) == (ANNA, PARTNER)
    assert "User.Read" in facts["permissions"].split()
    assert facts["token_cache"] == "in a file that only this account may read"

    ran = practice("sign-out")
    assert ran.out == f"Signed out {ANNA} on this host.\n"
    assert "Microsoft was not told" in ran.err
    assert not file_of(practice).exists()
    assert practice("sign-out").out == "Nobody was signed in here.\n"
    assert practice("doctor --json").json()["signed_in_as"] == "nobody"


def test_ctrl_c_stops_waiting_at_once(practice: Shell) -> None:
    running = Running("sign-in")
    running.until("ctrl.c stops")
    running.process.send_signal(signal.SIGINT)
    assert running.ends(130) == ""
    assert "Stopped. Nobody was signed in." in running.err
    assert "Traceback" not in running.err
    assert not file_of(practice).exists()


def test_more_is_asked_for_only_when_told(
    practice: Shell, cloud: Practice, browser: httpx.Client
) -> None:
    cloud.app.consents[PARTNER] = set()
    read = {"DelegatedAdminRelationship.Read.All", "Directory.Read.All", "User.Read"}
    for words, more in (
        ([], set()),
        (["--write"], {"DelegatedAdminRelationship.ReadWrite.All"}),
        (
            ["--groups", "--mail"],
            {
                "DelegatedAdminRelationship.ReadWrite.All",
                "GroupMember.ReadWrite.All",
                "Mail.Send",
            },
        ),
    ):
        running = Running("sign-in", *words)
        found = running.until(r"on any device:\n(\S+)\nand enter the code (\S+)")
        browser.post(found[1], data={"code": found[2], "who": ANNA, "answer": "accept"})
        (granted,) = re.findall(r"^Granted: (.*)$", running.ends(0), re.MULTILINE)
        assert set(granted.split(", ")) == read | more, "what was granted before is kept"


def test_declining_ends_with_not_allowed(practice: Shell, browser: httpx.Client) -> None:
    running = Running("sign-in")
    found = running.until(r"on any device:\n(\S+)\nand enter the code (\S+)")
    browser.post(found[1], data={"code": found[2], "who": ANNA, "answer": "cancel"})
    assert running.ends(4) == ""
    assert "The sign-in was refused: Consent was declined in the browser." in running.err


# -- by an address ----------------------------------------------------------------------------


def test_an_address_is_printed_and_its_end_pasted_back(
    practice: Shell, browser: httpx.Client
) -> None:
    running = Running("sign-in", "--browser")
    address = running.until(r"(?m)^(https://\S+/authorize\?\S+)$")[1]
    running.until("paste it here")
    ended = open_at(browser, address, ANNA)
    out = running.ends(0, f"\n{ended}\n")
    assert f"Signed in as {ANNA}." in out


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("http://localhost/?code=canary&state=other\n", "That address belongs to another sign-in."),
        ("hello\n", "That is not the address that the browser ended at."),
        ("", "No address was pasted."),
    ],
)
def test_another_address_is_refused_and_not_repeated(
    practice: Shell, typed: str, words: str
) -> None:
    ran = practice("sign-in --browser", status=2, stdin=typed.encode())
    assert words in ran.err
    assert "canary" not in ran.err
    assert not file_of(practice).exists()


# -- by a certificate -------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path, cloud: Practice) -> Path:
    """A certificate that the app registration knows."""
    file = tmp_path / "sync.pem"
    file.write_bytes(made())
    file.chmod(0o600)
    assertion.register(cloud.app, file.read_text())
    return file


def test_a_certificate_signs_in_with_nobody_there(practice: Shell, certificate: Path) -> None:
    configure(f'certificate = "{certificate}"')
    ran = practice("sign-in --certificate")
    assert ran.out == f"The certificate signs in to the tenant {PARTNER}, to read.\n"
    facts = practice("doctor --json").json()
    assert (facts["signed_in_as"], facts["certificate"]) == (
        "a certificate, to read",
        str(certificate),
    )
    assert not (settings.state_folder() / "tokens").exists(), "nothing of it is kept"


def test_a_certificate_that_is_not_set_is_said(practice: Shell) -> None:
    ran = practice("sign-in --certificate", status=3)
    assert "No certificate is set." in ran.err
    assert 'certificate = "/etc/partnerdesk/sync.pem"' in ran.err


# -- where it is kept -------------------------------------------------------------------------


def test_without_a_keyring_nobody_is_asked_where_nobody_is(practice: Shell) -> None:
    settings.config_file().unlink()
    ran = practice("sign-in", status=3)
    assert "This session has no keyring to keep a sign-in in." in ran.err
    assert 'token-cache = "file" in the settings' in ran.err


def test_memory_cannot_keep_a_command_s_sign_in(practice: Shell) -> None:
    configure('token-cache = "memory"')
    ran = practice("sign-in", status=3)
    assert "would end with this command" in ran.err


def test_a_file_of_somebody_else_is_said(practice: Shell) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    file = file_of(practice)
    file.parent.mkdir(parents=True, mode=0o700)
    file.write_text("{}")
    os.chown(file, 12345, -1)
    assert f"{file} belongs to uid 12345" in practice("doctor --json").json()["token_cache"]
    assert "belongs to uid 12345" in practice("sign-in", status=3).err
    assert "belongs to uid 12345" in practice("sign-out", status=3).err


@pytest.mark.parametrize("value", ['"disk"', "7", "true"])
def test_a_place_that_is_none_is_refused(practice: Shell, value: str) -> None:
    configure(f"token-cache = {value}")
    with pytest.raises(BadInput, match=r"token.cache"):
        settings.load()


# -- before anybody can sign in ---------------------------------------------------------------


def test_without_an_app_registration_the_steps_are_printed(partner: Shell) -> None:
    ran = partner("sign-in", status=3)
    assert "The partner has no app registration in this cloud yet." in ran.err
    assert "https://entra.microsoft.com" in ran.out
    assert "Mobile and desktop applications: http://localhost" in ran.out
    assert re.search(
        r"DelegatedAdminRelationship\.Read\.All +0c0064ea-477b-4130-82a5-4c2cc4ff68aa +"
        r"f6e9e124-4586-492f-adc0-c6f96e4823fd",
        ran.out,
    )
    assert "885f682f-a990-4bad-a642-36736a74b0c7" in ran.out
    assert "partnerdesk partner set client-id=" in ran.out
    assert partner("sign-in --steps").out == ran.out


def test_steps_are_those_of_the_partners_cloud(partner: Shell) -> None:
    partner("partner set cloud=us-government")
    assert "https://entra.microsoft.us" in partner("sign-in --steps").out
    partner("partner set cloud=21vianet")
    china = partner("sign-in --steps").out
    assert "https://portal.azure.cn" in china
    assert "DelegatedAdminRelationship" not in china
    assert "Directory.Read.All" in china


def test_a_partner_without_a_tenant_is_told_to_set_it(shell: Shell) -> None:
    shell(f"partner set name=Adatum client-id={CLIENT}")
    configure('token-cache = "file"')
    ran = shell("sign-in", status=3)
    assert "The partner's tenant ID is not set." in ran.err
    assert "partnerdesk partner set tenant=" in ran.err


@pytest.mark.parametrize(
    "written",
    [None, "{", "[]", '{"address": "https://evil.example", "ca_file": "x"}', '{"address": 7}'],
)
def test_a_practice_cloud_that_is_not_running_is_said(practice: Shell, written: str | None) -> None:
    file = practice.store / "practice" / "address.json"
    file.unlink() if written is None else file.write_text(written)
    ran = practice("sign-in", status=3)
    assert "The practice cloud of this store is not running." in ran.err
    assert "partnerdesk practice serve" in ran.err


def test_a_practice_cloud_that_has_ended_is_said(practice: Shell, served: Served) -> None:
    served.stop()
    ran = practice("sign-in", status=1)
    assert "The practice cloud at 127.0.0.1:" in ran.err


def test_another_tenant_than_the_practice_clouds_is_said(practice: Shell) -> None:
    practice(f"partner set tenant={CLIENT}")
    assert "There is no such tenant in this cloud" in practice("sign-in", status=4).err


# -- the partner's client IDs -----------------------------------------------------------------


def test_every_cloud_has_a_client_id_of_its_own(partner: Shell) -> None:
    partner(f"partner set client-id={{{CLIENT.upper()}}}")
    partner(f"partner set cloud=us-government client-id={PARTNER}")
    record = partner("partner show --json").json()
    assert record["client_ids"] == {"worldwide": CLIENT, "us-government": PARTNER}
    assert PARTNER in partner("partner show").out
    partner("partner set cloud=worldwide")
    assert CLIENT in partner("partner show").out
    partner("partner set client-id=")
    assert partner("partner show --json").json()["client_ids"]["worldwide"] == ""
    assert "no app registration" in partner("sign-in", status=3).err


def test_what_is_no_client_id_is_refused(partner: Shell) -> None:
    ran = partner("partner set client-id=1234", status=2)
    assert "1234 is not a client ID." in ran.err


def test_an_expired_certificate_is_said(practice: Shell, tmp_path: Path) -> None:
    file = tmp_path / "old.pem"
    file.write_bytes(made(until=datetime.now(UTC) - timedelta(days=1)))
    file.chmod(0o600)
    configure(f'certificate = "{file}"')
    assert "it expired on" in practice("sign-in --certificate", status=3).err


def test_an_address_that_was_cut_short_is_told_from_a_wrong_one() -> None:
    from store.graph.redirected import redirected

    whole = "http://localhost/?code=abc&state=0123456789abcdef"
    assert redirected(whole, "0123456789abcdef")["code"] == "abc"
    with pytest.raises(BadInput, match="cut short"):
        redirected(whole[:-3], "0123456789abcdef")
    with pytest.raises(BadInput, match="another sign-in"):
        redirected(whole[:-15], "0123456789abcdef")
