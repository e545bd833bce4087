"""`partnerdesk may`: one user and one customer, anyone here, and anywhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from store.practice import rules
from store.practice.cloud import Practice
from tests.commands.shell import Shell, odd_keys
from tests.commands.signed_in import practice_office
from tests.microsoft import ANNA, CONTOSO

ZOE, OMAR = "zoe@adatum.example", "omar@adatum.example"
FULL = (
    rules.USER, rules.DOMAIN_NAME, rules.PRIVILEGED_AUTHENTICATION, rules.PASSWORD,
    rules.DIRECTORY_READERS,
)  # fmt: skip


@pytest.fixture
def cloud(shell: Shell) -> Iterator[Practice]:
    """Anna has Full and Zoé Limited, here and at Microsoft; Contoso lets both groups in."""
    with practice_office(shell) as cloud:
        zoe = cloud.add_member(ZOE, "Zoé Martin", admin_agent=False)
        helpdesk = cloud.group("HelpdeskAgents")
        helpdesk.members[zoe] = None
        cloud.add_relationship(
            name="Adatum_Contoso", tenant=CONTOSO, roles=FULL,
            assignments={
                cloud.group("AdminAgents").id: FULL,
                helpdesk.id: (rules.PASSWORD, rules.DIRECTORY_READERS),
            },
        )  # fmt: skip
        yield cloud


@pytest.fixture
def desk(shell: Shell, cloud: Practice) -> Shell:
    """The same, synced."""
    for upn, name, level in ((ANNA, "Anna", "full"), (ZOE, "Zoé", "limited")):
        shell(f"users add {upn} {name}")
        shell(f"users set {upn} --access yes --level {level}")
    shell(f"users add {OMAR} Omar")
    shell("groups use full AdminAgents")
    shell("groups use limited HelpdeskAgents")
    shell("sync")
    return shell


def test_yes_link_by_link(desk: Shell) -> None:
    ran = desk(f"may {ANNA} add-user contoso.example")
    assert ran.lines[0] == f"Yes. {ANNA} may do this at Contoso: Add a user."
    assert ran.lines[1:] == [
        f"  Active user: holds. {ANNA} is an active user.",
        f"  Administrative access: holds. {ANNA} has administrative access.",
        "  Level: holds. Full administration covers: Add a user.",
        "  Offered: holds. Microsoft lists a relationship with this customer.",
        "  Consent: holds. Adatum_Contoso is active until 2028-11-21.",
        "  Role: holds. The customer granted User Administrator.",
        f"  Group: holds. A group that {ANNA} is in has User Administrator there.",
    ]


def test_no_says_why_and_the_cheapest_repair(desk: Shell) -> None:
    ran = desk(f"may {ZOE} add-domain Contoso", status=4)
    assert ran.lines[0] == f"No. {ZOE} may not do this at Contoso: Add a domain."
    where = ran.lines.index("  Level: fails. Limited administration does not cover: Add a domain.")
    assert "Needs no new consent." in ran.lines[where + 1]
    assert ran.lines[where + 2].endswith(
        f"partnerdesk users set {ZOE} --access yes --level full --at-microsoft"
    )
    ran = desk(f"may {ANNA} add-domain Fabrikam", status=4)
    assert "Needs the customer's consent." in ran.out
    assert "partnerdesk offer prepare fabrikam.example" in ran.out


def test_before_any_sync_much_is_unknown(shell: Shell, cloud: Practice) -> None:
    shell(f"users add {ANNA} Anna")
    shell(f"users set {ANNA} --access yes --level full")
    shell("consent record Contoso granted")
    assert shell(f"may {ANNA} add-user Contoso").out.startswith("Yes.")
    shell("sync")
    ran = shell(f"may {ANNA} add-user Contoso", status=3)
    assert ran.lines[0].startswith("Not known whether")
    assert "Another group than ours is assigned there" in ran.out


@pytest.mark.parametrize(
    ("who", "target", "status", "why"),
    [
        (ANNA, "admin@contoso.example", 0, "Privileged Authentication Administrator may reset"),
        (ZOE, "ada@contoso.example", 0, "ada@contoso.example holds no administrator role"),
        (ZOE, "ADMIN@contoso.example", 4, "holds Global Administrator"),
        (ZOE, "helpdesk@contoso.example", 4, "holds Helpdesk Administrator"),
        (ZOE, "nobody@contoso.example", 3, "Target: unknown. Nobody there is called nobody@"),
    ],
)
def test_the_targets_roles_are_read_at_the_customers(
    desk: Shell, who: str, target: str, status: int, why: str
) -> None:
    ran = desk(f"may {who} reset-password Contoso --target {target}", status=status)
    assert why in ran.out


def test_a_target_that_is_no_user_name_is_refused(desk: Shell) -> None:
    ran = desk(f"may {ZOE} reset-password Contoso --target nobody", status=2)
    assert "nobody is not a user principal name" in ran.err
    unknown = desk(f"may {ZOE} reset-password Contoso --target nobody@contoso.example", status=3)
    assert "Compare the user name." in unknown.out and "sign-in" not in unknown.out


def test_whose_password_is_protected_is_read_too(desk: Shell, cloud: Practice) -> None:
    ada = cloud.customers[CONTOSO].user("ada@contoso.example")
    assert ada
    ada.protected = True
    ran = desk(f"may {ZOE} reset-password Contoso --target ada@contoso.example", status=4)
    assert "role-assignable group" in ran.out
    assert f"{ANNA} may: ask there." in ran.out


def test_without_a_sign_in_the_target_is_unknown(desk: Shell) -> None:
    desk("sign-out")
    ran = desk(f"may {ZOE} reset-password Contoso --target ada@contoso.example", status=3)
    assert "Nobody is signed in, so the roles of ada@contoso.example were not read." in ran.out
    assert desk(f"may {ZOE} reset-password Contoso").out.startswith("Yes.")


def test_as_json(desk: Shell) -> None:
    found = desk(
        f"may {ZOE} reset-password Contoso --target admin@contoso.example --json", status=4
    ).json()
    assert odd_keys(found) == []
    assert found["verdict"] == "no" and found["task"] == "reset-password"
    assert found["target"] == {
        "upn": "admin@contoso.example", "roles": [rules.GLOBAL], "protected": False,
    }  # fmt: skip
    last = found["links"][-1]
    assert (last["part"], last["verdict"], last["new_consent"]) == ("target", "no", False)
    assert [link["part"] for link in found["links"]] == [
        "member", "access", "level", "offered", "consent", "role", "group", "target",
    ]  # fmt: skip


def test_who_can_do_this_here(desk: Shell) -> None:
    ran = desk("may anyone reset-password Contoso")
    assert [line.split()[-1] for line in ran.lines[1:3]] == ["yes", "yes"]
    assert "no  Omar" not in ran.out and "no administrative access" in ran.lines[3]
    assert "2 users may do this at Contoso: Reset a password." in ran.err
    found = desk("may anyone add-user Fabrikam --json", status=4).json()
    assert odd_keys(found) == []
    assert {one["verdict"] for one in found["users"]} == {"no"}
    ran = desk("may anyone reset-password Contoso --target admin@contoso.example")
    assert "1 user may do this at Contoso" in ran.err


def test_where_one_can_act(desk: Shell) -> None:
    ran = desk(f"may {ZOE} anywhere")
    assert len(ran.lines) == 2 and ran.lines[1].split()[:4] == ["Contoso", "no", "yes", "no"]
    assert "Reset a password: 1 yes, 0 unknown, 2 no" in ran.err
    assert "Add a user: 0 yes, 0 unknown, 3 no" in ran.err
    assert len(desk(f"may {ZOE} anywhere --all").lines) == 4
    assert desk(f"may {ZOE} add-user anywhere", status=4).lines[1:] == []
    found = desk(f"may {ANNA} add-domain anywhere --json").json()
    assert odd_keys(found) == []
    assert found["tasks"] == [{"task": "add-domain", "yes": 1, "unknown": 0, "no": 2}]
    assert [one["customer"] for one in found["customers"]] == ["Contoso"]


def test_a_name_that_nobody_has(desk: Shell) -> None:
    ran = desk("may nobody@adatum.example add-user Contoso", status=4)
    assert "No active user is called nobody@adatum.example." in ran.out
    assert "partnerdesk users add nobody@adatum.example NAME" in ran.out
    desk("may nobody@adatum.example anywhere", status=4)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (f"{ANNA} fly Contoso", "'fly' is not one of 'add-user', 'reset-password', 'add-domain'"),
        (f"{ANNA} add-user", "Which customer?"),
        (f"{ANNA} anywhere Contoso", "Say anywhere last"),
        (f"{ANNA} add-user Nobody", "No customer is called Nobody"),
        (f"{ANNA} add-user Contoso --target eva", "--target belongs to reset-password"),
        (f"{ANNA} reset-password anywhere --target eva", "--target belongs to"),
        (f"{ANNA} add-user Contoso --all", "--all belongs to anywhere"),
        (f"{ANNA} reset-password Contoso --target ''", "The user name is missing"),
        ("anyone anywhere", "Name a user, or a customer"),
    ],
)
def test_a_question_that_is_none(desk: Shell, words: str, said: str) -> None:
    assert said in desk(f"may {words}", status=2).err
