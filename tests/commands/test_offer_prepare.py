"""Preparing links of customers' own: the plan, and carrying it out over a real socket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.practice.relationships import PENDING
from tests.commands.shell import Shell
from tests.commands.signed_in import practice_office
from tests.microsoft import ANNA, CONTOSO, FABRIKAM, TAILSPIN

EVERYBODY = "contoso.example fabrikam.example tailspin.example"


@pytest.fixture
def cloud(shell: Shell) -> Iterator[Practice]:
    with practice_office(shell) as made:
        yield made


def steps(shell: Shell, line: str, status: int = 0) -> dict[str, str]:
    found = shell(f"offer prepare {line} --json", status=status).json()
    return {one["customer"]: one["step"] for one in found["customers"]}


# -- the plan, which asks nobody ---------------------------------------------------------------


def test_without_apply_it_only_says_what_would_be_made(shell: Shell, cloud: Practice) -> None:
    cloud.log.clear()
    ran = shell(f"offer prepare {EVERYBODY}")
    assert ran.lines[0].startswith("Roles: User Administrator, Domain Name Administrator")
    assert "Adds users, resets every password, adds domains" in ran.lines[1]
    assert ran.lines[2] == "730 days, extends itself: no"
    assert ran.lines[4].split() == ["Customer", "Step", "Relationship", "Why"]
    assert "make  Adatum-Cloud-Services_Contoso_full_" in ran.out
    assert "whoever accepts the link first is the customer" in ran.out
    assert ran.err == "3 relationships would be made. --apply makes them.\n"
    assert not cloud.relationships and not cloud.log


def test_as_json(shell: Shell, cloud: Practice) -> None:
    found = shell("offer prepare contoso.example --preset limited --days 90 --json").json()
    assert (found["days"], found["auto_extend"], len(found["roles"])) == (90, False, 2)
    (one,) = found["customers"]
    assert (one["customer"], one["step"], one["why"]) == ("Contoso", "make", None)
    assert one["name"].startswith("Adatum-Cloud-Services_Contoso_limited_")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--preset full-literal --auto-extend", "extends no relationship that holds Global"),
        ("--preset full --role 'User Administrator'", "a preset or roles, not both"),
        ("--role 'Company Administrator'", "No role is called Company Administrator."),
        ("--days 731", "from 1 to 730 days"),
        ("--pattern '{who}'", "cannot be filled in"),
        ("--offer Nobody", "No offer is called Nobody."),
        ("--resume", "Name the customers, choose them by --state and --tag, or"),
    ],
)
def test_what_cannot_be_is_refused_before_anything(
    shell: Shell, cloud: Practice, options: str, said: str
) -> None:
    ran = shell(f"offer prepare contoso.example {options} --apply", status=2)
    assert said in ran.err
    assert not cloud.relationships


def test_a_named_offer_is_made_of_what_was_saved(shell: Shell, cloud: Practice) -> None:
    shell("offer template Helpdesk --preset limited-literal --days 180")
    found = shell("offer prepare contoso.example --offer helpdesk --json").json()
    assert (found["days"], len(found["roles"])) == (180, 1)
    found = shell("offer prepare contoso.example --offer helpdesk --days 30 --json").json()
    assert found["days"] == 30


# -- making ------------------------------------------------------------------------------------


def test_applied_every_customer_has_a_link_of_its_own(shell: Shell, cloud: Practice) -> None:
    ran = shell(f"offer prepare {EVERYBODY} --apply")
    assert len(cloud.relationships) == 3
    made = {it.tenant: it for it in cloud.relationships.values()}
    assert set(made) == {CONTOSO, FABRIKAM, ""}
    assert {it.status for it in made.values()} == {PENDING}
    assert all(f"https://{cloud.host}/" in line for line in ran.lines[1:])
    assert "1/3  " in ran.err and "3/3  " in ran.err
    link = shell("offer show --customer contoso.example --link-only").out.strip()
    assert link.endswith(made[CONTOSO].id)
    assert "19 February 2027" in shell("offer show --customer contoso.example").out

    shell("offer give contoso.example --how mailed")
    found = shell("customers show contoso.example --json").json()
    assert (found["state"], found["day"], found["answer_by"]) == ("waiting", 1, "2027-02-19")
    assert steps(shell, EVERYBODY, status=3) == dict.fromkeys(
        ("Contoso", "Fabrikam", "Tailspin"), "refused"
    )


def test_as_json_the_links_come_with_their_customers(shell: Shell, cloud: Practice) -> None:
    found = shell("offer prepare contoso.example --apply --json").json()
    (there,) = cloud.relationships.values()
    assert found == [
        {
            "customer": "Contoso",
            "name": there.name,
            "outcome": "ready",
            "said": "Its link is ready.",
            "link": f"https://{cloud.host}/AdminPortal/Home#/partners/invitation/"
            f"granularAdminRelationships/{there.id}",
        }
    ]


def test_once_more_makes_nothing_but_where_it_is_asked_for(shell: Shell, cloud: Practice) -> None:
    shell("offer prepare contoso.example --apply")
    ran = shell("offer prepare contoso.example fabrikam.example --apply", status=3)
    assert "Contoso: Its own link is ready until 2027-02-19: give it." in ran.err
    assert len(cloud.relationships) == 2
    shell("offer prepare contoso.example --again --apply")
    assert sorted(it.tenant for it in cloud.relationships.values()) == sorted(
        [CONTOSO, CONTOSO, FABRIKAM]
    )


def test_a_refusal_is_said_and_the_others_are_made(shell: Shell, cloud: Practice) -> None:
    cloud.faults.add(Fault("POST", "Relationships$", status=400, code="badRequest"))
    ran = shell(f"offer prepare {EVERYBODY} --apply --json", status=3)
    assert sorted(one["outcome"] for one in ran.json()) == ["ready", "ready", "refused"]
    assert len(cloud.relationships) == 2


def test_what_was_cut_off_is_resumed_and_made_once(shell: Shell, cloud: Practice) -> None:
    cloud.faults.add(Fault("POST", "Relationships$", kind="lost", after=True, times=3))
    cloud.faults.add(Fault("GET", "displayName", status=400, code="badRequest", times=3))
    cloud.faults.add(Fault("GET", r"Relationships\?", status=400, code="badRequest", times=3))
    ran = shell(f"offer prepare {EVERYBODY} --apply", status=3)
    assert "Go on later with: partnerdesk offer prepare --resume --apply" in ran.err
    assert len(cloud.relationships) == 3
    cloud.faults.clear()
    assert steps(shell, "--resume") == dict.fromkeys(
        ("Contoso", "Fabrikam", "Tailspin"), "continue"
    )
    shell("offer prepare --resume --apply")
    assert len(cloud.relationships) == 3
    assert {it.status for it in cloud.relationships.values()} == {PENDING}
    assert shell("offer prepare --resume").err.startswith("Nothing was begun")


def test_whoever_may_not_is_told_and_the_rest_is_left(shell: Shell, cloud: Practice) -> None:
    member = cloud.partner.user(ANNA)
    assert member
    del cloud.group("AdminAgents").members[member.id]
    ran = shell(f"offer prepare {EVERYBODY} --apply", status=4)
    assert "does not let this account do that" in ran.err
    assert "--resume --apply" in ran.err
    assert not cloud.relationships


def test_without_a_sign_in_nothing_is_written_down(shell: Shell, cloud: Practice) -> None:
    shell("sign-out")
    shell("offer prepare contoso.example --apply", status=4)
    assert not cloud.relationships


# -- giving up ---------------------------------------------------------------------------------


def test_a_draft_that_went_away_is_abandoned_and_made_anew(shell: Shell, cloud: Practice) -> None:
    cloud.faults.add(Fault("POST", "requests$", status=400, code="badRequest"))
    shell("offer prepare contoso.example --apply", status=3)
    (draft,) = cloud.relationships.values()
    cloud.forget(draft)
    ran = shell("offer prepare contoso.example --apply", status=3)
    assert f"The draft {draft.name} is no longer at Microsoft." in ran.err

    ran = shell("offer prepare contoso.example --abandon")
    assert ran.out == f"Contoso: {draft.name}\n"
    assert steps(shell, "contoso.example") == {"Contoso": "continue"}  # nothing happened yet
    ran = shell("offer prepare contoso.example --abandon --apply")
    assert ran.out == "Contoso: Given up; nothing of it is at Microsoft.\n"
    shell("offer prepare contoso.example --apply")
    assert [it.status for it in cloud.relationships.values()] == [PENDING]


def test_abandoning_deletes_the_draft(shell: Shell, cloud: Practice) -> None:
    cloud.faults.add(Fault("POST", "requests$", status=400, code="badRequest", times=9))
    shell(f"offer prepare {EVERYBODY} --apply", status=3)
    assert len(cloud.relationships) == 3
    ran = shell("offer prepare --resume --abandon --apply")
    assert ran.out.count("its draft was deleted at Microsoft") == 3
    assert not cloud.relationships
    ran = shell("offer prepare contoso.example --abandon --apply", status=3)
    assert ran.out == "Contoso: Nothing was begun for it.\n"


def test_a_customer_whose_microsoft_id_is_unknown_is_whoever_accepts(
    shell: Shell, cloud: Practice
) -> None:
    shell("offer prepare tailspin.example --apply")
    shell("offer give tailspin.example --how mailed")
    (there,) = cloud.relationships
    cloud.approve(there, tenant=TAILSPIN)
    shell("sync")
    found = shell("customers show tailspin.example --json").json()
    assert (found["microsoft_id"], found["state"]) == (TAILSPIN, "active")
