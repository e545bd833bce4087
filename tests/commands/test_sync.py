"""The whole road from the command line: make a link, give it, sync, let somebody in, end it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from store.errors import (
    DeskError,
    GraphForbidden,
    GraphRefused,
    NoConnection,
    NotConnected,
    SignInNeeded,
    StoreBusy,
    TooBusy,
    WriteRefused,
)
from store.message import msg
from store.practice.cloud import Practice
from store.practice.faults import Fault
from tests.commands.shell import PROGRAM, Shell, process
from tests.practice.door import CONTOSO, FABRIKAM
from tui.commands.sync import passes


def test_from_an_offer_to_somebody_of_ours_who_may_act(
    signed_in: Shell, cloud: Practice, browser: httpx.Client
) -> None:
    signed_in(f"customers add Contoso --domain contoso.com --microsoft-id {CONTOSO}")
    signed_in(f"customers add Fabrikam --domain fabrikam.fr --microsoft-id {FABRIKAM}")
    plan = signed_in("offer prepare contoso.com fabrikam.fr --preset full")
    assert "User Administrator" in plan.out and "make" in plan.out
    assert not cloud.relationships

    made = signed_in("offer prepare contoso.com fabrikam.fr --preset full --apply --json").json()
    assert [one["outcome"] for one in made] == ["ready", "ready"]
    assert len(cloud.relationships) == 2
    letter = signed_in("offer show --customer contoso.com")
    assert made[0]["link"] in letter.out
    signed_in("offer give contoso.com fabrikam.fr --how mailed")
    assert "waiting" in signed_in("customers show contoso.com").out

    address = made[0]["link"].replace("/AdminPortal/Home#/partners/invitation/granularAdminRe"
                                      "lationships/", "/approve/")  # fmt: skip
    page = browser.get(address)
    assert "User Administrator" in page.text and "PRACTICE" in page.text
    form = re.search(r'name="tenant" value="([^"]+)"|<option value="([^"]+)"', page.text)
    assert form
    answered = browser.post(
        address, data={"tenant": CONTOSO, "answer": "approve"}, headers={"Origin": made_at(address)}
    )
    assert answered.status_code in (200, 303), answered.text
    cloud.clock.advance(timedelta(minutes=6))
    ran = signed_in("sync")
    assert "1 consent moved" in ran.out
    status = signed_in("customers show contoso.com --json").json()
    assert status["state"] == "active"

    listed = signed_in("relationships list --json").json()
    assert sorted(one["status"] for one in listed) == ["active", "approvalPending"]
    name = next(one["name"] for one in listed if one["status"] == "active")
    assert "User Administrator" in signed_in("relationships show", name).out

    signed_in("users add omar@adatum.example 'Omar Haddad'")
    signed_in("groups use limited HelpdeskAgents")
    signed_in("users set omar@adatum.example --access yes --level limited --at-microsoft")
    omar = cloud.partner.user("omar@adatum.example")
    assert omar and omar.id in cloud.group("HelpdeskAgents").members
    assert signed_in("groups assign limited").out.count("assign") >= 1
    signed_in("groups assign limited --apply")
    assert cloud.roles_at(omar.id, CONTOSO)
    signed_in("sync")
    assert "opens 1 customer" in signed_in("groups show").out

    refused = signed_in("relationships terminate", name, status=2)
    assert "has to be confirmed" in refused.err
    assert "at Microsoft" in signed_in("relationships terminate", name, "--name", name).out
    signed_in("sync")
    assert signed_in("customers show contoso.com --json").json()["state"] == "terminated"


def made_at(address: str) -> str:
    return "/".join(address.split("/")[:3])


def test_a_sync_that_cannot_reach_microsoft_says_so_and_changes_nothing(
    signed_in: Shell, cloud: Practice
) -> None:
    before = signed_in("journal show --json").json()
    cloud.faults.add(Fault("GET", "Relationships", status=403, code="accessDenied"))
    ran = signed_in("sync", status=4)
    assert "Nothing was changed." in ran.err
    assert signed_in("journal show --json").json() == before


def test_without_a_sign_in_every_command_says_what_to_do(practice: Shell) -> None:
    for line in ("sync", "groups list", "groups use full AdminAgents"):
        ran = practice(line, status=None)
        assert ran.status != 0 and "partnerdesk sign-in" in ran.err, line


def test_where_no_practice_cloud_runs_it_says_how_to_start_one(shell: Shell) -> None:
    shell("partner set name=Adatum tenant=11111111-2222-4333-8444-555555555555 cloud=practice")
    ran = shell("sync", status=None)
    assert ran.status and "partnerdesk practice serve" in ran.err


def test_sync_goes_on_watching_until_it_is_interrupted(signed_in: Shell, cloud: Practice) -> None:
    with subprocess.Popen(
        [str(PROGRAM), "sync", "--watch", "10"], stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process_:
        assert process_.stdout
        line = process_.stdout.readline()
        process_.send_signal(signal.SIGINT)
        process_.wait(timeout=30)
    assert "Microsoft:" in line
    assert process_.returncode == 130


@pytest.mark.parametrize(
    ("error", "over"),
    [
        (NoConnection(msg("No line.")), True),
        (TooBusy(msg("Later."), wait=60), True),
        (StoreBusy(msg("Another has the lock.")), True),
        (GraphRefused(msg("Microsoft failed on its own side."), status=500), True),
        (GraphForbidden(msg("No."), status=403), False),
        (SignInNeeded(msg("Nobody is signed in.")), False),
        (NotConnected(msg("No tenant.")), False),
        (WriteRefused(msg("The disk is full.")), False),
    ],
)
def test_watching_outlives_what_may_be_over_by_the_next_time(error: DeskError, over: bool) -> None:
    assert passes(error) is over


def test_named_offers_are_kept_and_used(signed_in: Shell, cloud: Practice) -> None:
    signed_in(f"customers add Contoso --microsoft-id {CONTOSO}")
    refused = signed_in("offer template Everything --preset full-literal --auto-extend", status=2)
    assert "extends no relationship" in refused.err
    signed_in("offer template Helpdesk --preset limited --days 365 --auto-extend")
    assert "Helpdesk" in signed_in("offer template").out
    signed_in("offer prepare Contoso --offer helpdesk --apply")
    made = next(iter(cloud.relationships.values()))
    assert (made.days, made.auto_extend) == (365, True)
    assert signed_in("offer prepare Contoso --offer nothing", status=2).err


def test_practice_serve_serves_a_partner_of_its_own_to_any_client(tmp_path: Path) -> None:
    with subprocess.Popen(
        [str(PROGRAM), "practice", "serve", "--port", "0", "--customers", "3"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ},
    ) as running:  # fmt: skip
        assert running.stdout and running.stderr
        told = {}
        for line in running.stdout:
            title, _, value = line.strip().partition("  ")
            told[title] = value.strip()
            if title == "Signs in as":
                break
        try:
            import ssl

            trust = ssl.create_default_context(cafile=told["Certificate authority"])
            answer = httpx.get(f"{told['Microsoft Graph']}/users", verify=trust, trust_env=False)
            assert answer.status_code == 401
            assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"
            answer = httpx.get(told["Setting DNS records"], verify=trust, trust_env=False)
            assert "DNS records" in answer.text
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(timeout=30)
    assert running.returncode == 0


def test_the_demo_serves_its_practice_cloud_without_a_terminal() -> None:
    with subprocess.Popen(
        [str(PROGRAM), "demo", "--customers", "5", "--serve", "0"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stdout and running.stderr
        line = next(line for line in running.stderr if "ssh -L" in line)
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=30)
    assert re.search(r"ssh -L (\d+):127\.0\.0\.1:\1 ", line)
    assert running.returncode == 0


def test_reading_relationships_makes_no_store(shell: Shell) -> None:
    ran = process("relationships", "list")
    assert "partnerdesk sync" in ran.err
    assert not shell.store.exists()


def test_what_asks_microsoft_makes_no_store(shell: Shell) -> None:
    for line in ("sync", "groups list", "offer prepare Contoso"):
        assert "There is no store" in shell(line, status=3).err, line
    assert not shell.store.exists()
