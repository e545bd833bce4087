"""May this user do this task there: each link, each way in which it fails or is not known."""

from __future__ import annotations

from typing import Any

import pytest

from store.actions import may
from store.errors import NotFound
from store.model.access import Task
from store.model.may.chain import Chain, Fix, Part, Target, Verdict
from store.model.roles import (
    DIRECTORY_READERS,
    DOMAIN_NAME_ADMINISTRATOR,
    GLOBAL_ADMINISTRATOR,
    USER_ADMINISTRATOR,
)
from tests.conftest import TODAY
from tests.store.actions.offices import (
    ANNA,
    FULL_GROUP,
    FULL_ROLES,
    GIVEN,
    LIMITED_ROLES,
    LUC,
    OMAR,
    inside,
    office,
    view,
    with_changes,
)

ADD, RESET, DOMAIN = Task.ADD_USER, Task.RESET_PASSWORD, Task.ADD_DOMAIN
NOBODY = "nobody@adatum.example"
WRITERS = "9360feb5-f418-4baa-8175-e2a00bac4301"
STRANGE = "12345678-1234-4234-8234-123456789abc"
FOREIGN = "cccccccc-1111-4000-8000-000000000009"
USERS, GROUPS, OFFER, SYNC, CUSTOMER = Fix.USERS, Fix.GROUPS, Fix.OFFER, Fix.SYNC, Fix.CUSTOMER
NOWHERE = Fix.NOWHERE


def asked(upn: str, task: Task, target: Target | None = None, /, **changes: Any) -> Chain:
    return may.chain(with_changes(**changes), TODAY, upn, task, 1, target)


def given(status: str, group: str = FULL_GROUP, roles: list[str] = FULL_ROLES) -> list[Any]:
    return [{"id": "a1", "group": group, "roles": roles, "status": status}]


def event(what: str, **more: str) -> list[dict[str, str]]:
    return [GIVEN, {"what": what, "on": "2026-11-14", **more}]


@pytest.mark.parametrize(
    ("upn", "task"), [(ANNA, ADD), (ANNA, RESET), (ANNA, DOMAIN), (LUC, RESET)]
)
def test_where_all_is_well_every_link_holds(upn: str, task: Task) -> None:
    found = asked(upn, task)
    assert found.verdict is Verdict.YES and found.broken is None
    parts = [part for part in Part if part is not Part.TARGET or task is RESET]
    assert [link.part for link in found.links] == parts
    assert all(link.verdict is Verdict.YES and not link.repair for link in found.links)


R, S, I, G = "relationships__1", "sync__1", "invitations__1", "groups__1"  # noqa: E741
E_ = f"{I}__events"
FAILS = [
    # who, task, what is otherwise, the link, why, where it is mended, command, a new consent
    (NOBODY, ADD, {}, Part.MEMBER, "No active user is called", USERS, "users add", False),
    ("anna.new@adatum.example", ADD,
     {f"{G}__members": [inside("anna.new@adatum.example", "u1")]},
     Part.MEMBER, "is what Microsoft calls", USERS, f"users set {ANNA} --upn", False),
    (ANNA, ADD, {f"{G}__members": [inside(ANNA, "u1", guest=True)]}, Part.MEMBER, "is a guest",
     USERS, "", False),
    (ANNA, ADD, {f"{G}__members": [inside(ANNA, "u1", blocked=True)]}, Part.MEMBER,
     "may not sign in", NOWHERE, "", False),
    (OMAR, RESET, {}, Part.ACCESS, "no administrative access", USERS, "--level limited", False),
    (OMAR, DOMAIN, {}, Part.ACCESS, "no administrative access", USERS, "--level full", False),
    (LUC, ADD, {}, Part.LEVEL, "Limited administration does not cover", USERS, "--level full",
     False),
    (LUC, DOMAIN, {}, Part.LEVEL, "does not cover", USERS, "--level full", False),
    (ANNA, ADD, {I: None, "relationships__1": None}, Part.OFFERED, "was not offered", OFFER,
     "offer prepare contoso.example", True),
    (ANNA, ADD, {I: None, "relationships__1": None, "sync__1": None}, Part.OFFERED,
     "was not offered", OFFER, "offer give contoso.example", True),
    (ANNA, ADD, {E_: [], f"{R}__status": "approvalPending"}, Part.OFFERED,
     "given to nobody", OFFER, "offer give contoso.example", True),
    (ANNA, ADD, {E_: [], f"{R}__status": "created"}, Part.OFFERED, "given to nobody", OFFER,
     "offer give", True),
    (ANNA, ADD, {E_: [GIVEN], f"{R}__status": "approvalPending"}, Part.CONSENT,
     "not answered yet (day 10)", OFFER, "offer show --customer contoso.example", True),
    (ANNA, ADD, {E_: [GIVEN], S: None}, Part.CONSENT, "not answered yet", OFFER, "offer show",
     True),
    (ANNA, ADD, {E_: [GIVEN], f"{I}__made": "2026-07-01", f"{R}__status": "approvalPending"},
     Part.CONSENT, "lapsed on 2026-09-29", OFFER, "offer prepare", True),
    (ANNA, ADD, {E_: event("reported", status="activating"), f"{R}__status": "activating"},
     Part.CONSENT, "setting it up", SYNC, "sync", False),
    (ANNA, ADD, {E_: event("answered", answer="declined"), f"{R}__status": "approvalPending"},
     Part.CONSENT, "declined on 2026-11-14", OFFER, "offer prepare", True),
    (ANNA, ADD, {E_: event("answered", answer="without-delegation"), S: None},
     Part.CONSENT, "refused delegation", OFFER, "offer give", True),
    (ANNA, ADD, {E_: event("answered", answer="elsewhere"), f"{R}__status": "terminated"},
     Part.CONSENT, "Another tenant", OFFER, "offer prepare", True),
    (ANNA, ADD, {E_: event("reported", status="expired"), f"{R}__status": "expired"},
     Part.CONSENT, "expired on 2026-11-14", OFFER, "offer prepare", True),
    (ANNA, ADD, {E_: event("reported", status="expiring"), f"{R}__status": "expiring"},
     Part.CONSENT, "expired", OFFER, "offer prepare", True),
    (ANNA, ADD, {E_: event("ended"), f"{R}__status": "terminated"}, Part.CONSENT,
     "ended on 2026-11-14", OFFER, "offer prepare", True),
    (ANNA, ADD, {E_: event("reported", status="terminating"), f"{R}__status": "terminating"},
     Part.CONSENT, "was ended", OFFER, "offer prepare", True),
    (ANNA, ADD, {E_: event("reported", status="active", until="2026-11-21"),
                 f"{R}__ends": "2026-11-21T09:00:00Z"},
     Part.CONSENT, "expired on 2026-11-22", OFFER, "offer prepare", True),
    (ANNA, ADD, {I: None, f"{R}__status": "terminated"}, Part.CONSENT,
     "None of its relationships is active", OFFER, "offer prepare", True),
    (ANNA, ADD, {"customers__1__microsoft_id": "33333333-2222-4333-8444-555555555555"},
     Part.CONSENT, "of another tenant", CUSTOMER, "customers set contoso.example microsoft-id=2222",
     False),
    (ANNA, ADD, {f"{R}__roles": LIMITED_ROLES, f"{R}__assignments": []}, Part.ROLE,
     "it takes User Administrator", OFFER, "offer prepare contoso.example --preset full", True),
    (ANNA, DOMAIN, {f"{R}__roles": [USER_ADMINISTRATOR], f"{R}__assignments": []}, Part.ROLE,
     "it takes Domain Name Administrator", OFFER, "--preset full", True),
    (LUC, RESET, {f"{R}__roles": [DOMAIN_NAME_ADMINISTRATOR], f"{R}__assignments": []},
     Part.ROLE, "it takes Password Administrator", OFFER, "--preset limited", True),
    (ANNA, ADD, {f"{G}__members": []}, Part.GROUP, "is in no group that is assigned there",
     USERS, f"users set {ANNA} --access yes --level full --at-microsoft", False),
    (LUC, RESET, {"groups__2__members": []}, Part.GROUP, "in no group", USERS, "--level limited",
     False),
    (ANNA, ADD, {f"{R}__assignments": []}, Part.GROUP, "in no group", GROUPS,
     "groups assign full contoso.example --apply", False),
    (ANNA, ADD, {f"{R}__assignments": given("deleting")}, Part.GROUP, "in no group", GROUPS,
     "groups assign full", False),
    (ANNA, ADD, {f"{R}__assignments": given("error")}, Part.GROUP, "in no group", GROUPS,
     "groups assign full", False),
    (ANNA, ADD, {f"{R}__assignments": given("active", roles=[DIRECTORY_READERS])}, Part.GROUP,
     "have only Directory Readers", GROUPS, "groups assign full", False),
    (ANNA, ADD, {f"{G}__gone": True, f"{G}__members": []}, Part.GROUP, "in no group", GROUPS,
     "groups use full", False),
    # What the group has is what counts, not the level.
    (ANNA, ADD, {f"{G}__members": [], "groups__2__members": [inside(ANNA, "u1")]}, Part.GROUP,
     "have only", USERS, "--level full", False),
    # A new name is no other person, and a name that went to somebody else gives nothing.
    (ANNA, ADD, {f"{G}__members": [inside(ANNA, "u9")]}, Part.GROUP, "in no group", USERS,
     "--level full", False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("upn", "task", "changes", "part", "why", "fix", "command", "new_consent"), FAILS
)
def test_a_link_that_fails_says_why_and_the_cheapest_repair(
    upn: str, task: Task, changes: dict[str, Any], part: Part, why: str, fix: Fix, command: str,
    new_consent: bool,
) -> None:  # fmt: skip
    found = asked(upn, task, **changes)
    assert found.verdict is Verdict.NO
    broken = found.broken
    assert broken and broken.part is part, broken
    assert why in str(broken.why)
    assert broken.repair and broken.fix is fix
    assert command in broken.command and bool(command) is bool(broken.command)
    assert broken.new_consent is new_consent
    # Said once: what hangs on it is not known, and does not fail too.
    fails = [link.part for link in found.links if link.verdict is Verdict.NO]
    assert fails == [part]


UNSURE = [
    (ANNA, ADD, {S: None}, Part.ROLE, "not asked yet what the customer granted", "sync"),
    (ANNA, ADD, {f"{S}__tenant": "99999999-2222-4333-8444-555555555555"}, Part.ROLE,
     "not asked yet", "sync"),
    (ANNA, ADD, {E_: event("reported", status="quarantined"), f"{R}__status": "quarantined"},
     Part.CONSENT, "calls it quarantined", "sync"),
    (ANNA, ADD, {E_: event("reported", status="gone"), f"{R}__gone": "2026-11-20"}, Part.CONSENT,
     "no longer lists", "sync"),
    (ANNA, ADD, {E_: event("answered", answer="granted"), f"{R}__status": "approvalPending"},
     Part.CONSENT, "listed no active relationship", "sync"),
    (ANNA, ADD, {f"{I}__granular": False, "relationships__1": None,
                 E_: event("answered", answer="granted")},
     Part.CONSENT, "does not say whether that access", "offer prepare"),
    (ANNA, ADD, {f"{R}__tenant": ""}, Part.CONSENT, "did not say for whom", "sync"),
    (ANNA, ADD, {f"{S}__whole": False, E_: [GIVEN], f"{R}__status": "approvalPending"},
     Part.CONSENT, "could not read everything", "sync"),
    (ANNA, ADD, {f"{S}__whole": False, I: None, "relationships__1": None}, Part.OFFERED,
     "could not read everything", "sync"),
    (ANNA, ADD, {f"{S}__whole": False, f"{R}__assignments": []}, Part.GROUP,
     "could not read everything", "sync"),
    (ANNA, ADD, {f"{R}__etag": "v2"}, Part.GROUP, "Which groups are assigned", "sync"),
    (ANNA, ADD, {f"{R}__roles": [STRANGE], f"{R}__assignments": given("active", roles=[STRANGE])},
     Part.ROLE, STRANGE, "offer prepare"),
    (ANNA, ADD, {f"{R}__roles": [WRITERS],
                 f"{R}__assignments": given("active", roles=[WRITERS])}, Part.ROLE,
     "Directory Writers", "offer prepare"),
    (ANNA, ADD, {f"{R}__roles": [], f"{R}__assignments_of": ""}, Part.ROLE, "not known",
     "offer prepare"),
    (ANNA, ADD, {f"{R}__assignments_of": ""}, Part.GROUP, "Which groups are assigned",
     "sync"),
    (ANNA, ADD, {f"{R}__assignments": given("pending")}, Part.GROUP, "was being assigned", "sync"),
    (ANNA, ADD, {f"{R}__assignments": given("paused")}, Part.GROUP, "was being assigned", "sync"),
    (ANNA, ADD, {f"{R}__assignments": given("active", FOREIGN)}, Part.GROUP,
     "Another group than ours", "groups assign full"),
    (ANNA, ADD, {f"{G}__members": [inside("", "g9", kind="group")]}, Part.GROUP,
     "A group is in Desk Full", "--level full"),
    (ANNA, ADD, {f"{G}__members": [], f"{G}__read": ""}, Part.GROUP, "was not read yet", "sync"),
    (ANNA, ADD, {f"{R}__assignments": given("active", roles=[STRANGE])}, Part.GROUP,
     "is not known", "groups assign full"),
]  # fmt: skip


@pytest.mark.parametrize(("upn", "task", "changes", "part", "why", "command"), UNSURE)
def test_what_was_not_read_is_unknown_and_never_a_no(
    upn: str, task: Task, changes: dict[str, Any], part: Part, why: str, command: str
) -> None:
    found = asked(upn, task, **changes)
    assert found.verdict is Verdict.UNKNOWN
    broken = found.broken
    assert broken and broken.part is part, found
    assert why in str(broken.why)
    assert command in broken.command


# -- who, and where ---------------------------------------------------------------------------


def test_a_customer_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        may.chain(with_changes(), TODAY, ANNA, ADD, 99)


def test_who_can_do_it_here_begins_with_those_who_may() -> None:
    found = may.who(
        with_changes(), TODAY, 1, RESET, Target("eva@x", frozenset({GLOBAL_ADMINISTRATOR}))
    )
    assert [(m.upn, one.verdict) for m, one in found] == [
        (ANNA, Verdict.YES), (LUC, Verdict.NO), (OMAR, Verdict.NO),
    ]  # fmt: skip


def test_where_one_can_act_leaves_out_the_archived() -> None:
    tables = office()
    tables["customers"][2] = {"name": "Fabrikam"}
    tables["customers"][3] = {"name": "Old", "archived": "2026-01-01"}
    found = dict(may.where(view(tables), TODAY, LUC))
    assert list(found) == [1, 2]
    assert [found[1][task].verdict.value for task in Task] == ["no", "yes", "no"]
    assert all(one.verdict is Verdict.NO for one in found[2].values())
    (key, only), *_ = may.where(view(tables), TODAY, LUC, [RESET])
    assert (key, list(only)) == (1, [RESET])


def test_several_relationships_add_up() -> None:
    tables = office()
    first = tables["relationships"][1]
    tables["relationships"][1] = {
        **first, "roles": [USER_ADMINISTRATOR],
        "assignments": given("active", roles=[USER_ADMINISTRATOR]),
    }  # fmt: skip
    assert may.chain(view(tables), TODAY, ANNA, DOMAIN, 1).verdict is Verdict.NO
    tables["relationships"][2] = {
        **first, "microsoft_id": "r2", "roles": [DOMAIN_NAME_ADMINISTRATOR],
        "assignments": given("active", roles=[DOMAIN_NAME_ADMINISTRATOR]),
    }  # fmt: skip
    assert may.chain(view(tables), TODAY, ANNA, DOMAIN, 1).verdict is Verdict.YES
    assert may.chain(view(tables), TODAY, ANNA, ADD, 1).verdict is Verdict.YES


def test_the_answer_is_one_sentence() -> None:
    seen = with_changes()
    customer = seen.customer(1)
    assert customer
    said = [
        str(may.said(may.chain(seen, TODAY, upn, ADD, 1), upn, customer)) for upn in (ANNA, LUC)
    ]
    assert said == [
        f"Yes. {ANNA} may do this at Contoso: Add a user.",
        f"No. {LUC} may not do this at Contoso: Add a user.",
    ]


def test_on_the_day_on_which_a_relationship_ends_it_is_not_known_whether_it_counts() -> None:
    ends = f"{TODAY.isoformat()}T09:00:00Z"
    found = asked(ANNA, ADD, relationships__1__ends=ends)
    assert found.verdict is Verdict.UNKNOWN and found.broken
    assert found.broken.part is Part.CONSENT and "ends today" in str(found.broken.why)
    assert [it.part for it in found.links if it.verdict is not Verdict.YES] == [Part.CONSENT]
    extended = asked(ANNA, ADD, relationships__1__ends=ends, relationships__1__auto_extend=True)
    assert extended.verdict is Verdict.YES
