"""Groups, levels and assignments on the command line, against a practice cloud that listens."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.actions.connection import SCOPES, Access, Connection, Purpose
from store.desk import Desk
from store.model.roles import DIRECTORY_READERS, PASSWORD_ADMINISTRATOR, Preset, preset_roles
from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.practice.relationships import ACTIVE
from store.practice.serve import Served
from tests.commands.shell import Shell
from tests.conftest import OPERATOR
from tests.graph.signing import open_at
from tests.practice import door
from tests.practice.door import ANNA, CONTOSO, FABRIKAM, OMAR, PARTNER
from tui import settings

FULL_ROLES = preset_roles(Preset.FULL).roles
LIMITED_ROLES = {PASSWORD_ADMINISTRATOR, DIRECTORY_READERS}


@pytest.fixture(scope="session")
def certificate_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificate")


@pytest.fixture
def cloud() -> Practice:
    cloud = door.small_cloud()
    for name, tenant in (("contoso", CONTOSO), ("fabrikam", FABRIKAM)):
        cloud.add_relationship(name=name, tenant=tenant, status=ACTIVE, roles=FULL_ROLES)
    return cloud


@pytest.fixture
def served(cloud: Practice, certificate_folder: Path) -> Iterator[Served]:
    with Served(cloud, certificate_folder) as listening:
        yield listening


@pytest.fixture
def office(shell: Shell, served: Served) -> Shell:
    """A home whose practice partner knows Omar; nobody is signed in."""
    shell(f"partner set name=Adatum tenant={PARTNER} cloud=practice")
    folder = shell.store / "practice"
    folder.mkdir()
    where = {"address": served.address, "ca_file": str(served.ca_file)}
    (folder / "address.json").write_text(json.dumps(where))
    file = settings.config_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('token-cache = "file"\n')
    shell(f"users add {OMAR} 'Omar Haddad'")
    return shell


def sign_in(shell: Shell, served: Served, *purposes: Purpose) -> None:
    """Anna signs in and the sign-in is kept where commands look for it."""
    with Desk(shell.store, OPERATOR).open() as desk:
        partner = desk.view.partner
    access = Access(settings.state_folder(os.environ) / "tokens", "file")
    connection = Connection(partner, shell.store, access)

    async def signed_in() -> None:
        begun = await connection.begin_browser(purposes)
        with door.browser(served) as browser:
            await connection.paste_back(begun, open_at(browser, begun.address, ANNA))

    asyncio.run(signed_in())


@pytest.fixture
def signed_in(office: Shell, served: Served) -> Shell:
    """The office with Anna signed in, for everything that groups need."""
    sign_in(office, served, Purpose.WRITE, Purpose.GROUPS, Purpose.NEW_GROUPS)
    return office


@pytest.fixture
def standing(signed_in: Shell) -> Shell:
    """Partner Center's own groups stand for the two levels, and everything was synced."""
    signed_in("groups use full AdminAgents")
    signed_in("groups use limited HelpdeskAgents")
    signed_in("sync")
    return signed_in


def is_in(cloud: Practice, group: str, upn: str) -> bool:
    user = cloud.partner.user(upn)
    return user is not None and user.id in cloud.group(group).members


def test_groups_are_listed_with_partner_centers_own_first(signed_in: Shell) -> None:
    ran = signed_in("groups list")
    assert ran.lines[1].split("  ")[0] == "AdminAgents"
    assert "Partner Center's own: Full administration" in ran.lines[1]
    assert "advises against Admin agents" in ran.err
    first = signed_in("groups list --json").json()[0]
    assert (first["name"], first["level"], first["built_in"]) == (
        "AdminAgents", None, "AdminAgents",
    )  # fmt: skip


def test_a_group_stands_for_a_level(signed_in: Shell) -> None:
    ran = signed_in("groups use limited HelpdeskAgents")
    assert ran.out == "HelpdeskAgents stands for Limited administration.\n"
    assert "stands for Limited administration already" in signed_in(
        "groups use full HelpdeskAgents", status=2
    ).err  # fmt: skip
    assert "No group is called Nobody" in signed_in("groups use full Nobody", status=2).err


def test_a_group_is_made_and_never_taken_from_others(signed_in: Shell, cloud: Practice) -> None:
    cloud.add_group("partnerdesk Limited")
    signed_in("groups use full 'partnerdesk Full' --create")
    assert cloud.group("partnerdesk Full")
    ran = signed_in("groups use limited 'partnerdesk Limited' --create", status=2)
    assert "There is a group called partnerdesk Limited already" in ran.err
    assert cloud.group("partnerdesk Limited").id in ran.err


def test_a_level_at_microsoft_too(standing: Shell, cloud: Practice) -> None:
    ran = standing(f"users set {OMAR} --access yes --level limited --at-microsoft")
    assert ran.out == "Omar Haddad is in HelpdeskAgents at Microsoft: Limited administration.\n"
    assert f"Adding {OMAR} to HelpdeskAgents…" in ran.err
    assert "HelpdeskAgents opens 0 customers." in ran.err
    assert is_in(cloud, "HelpdeskAgents", OMAR)
    standing(f"users set {OMAR} --access yes --level full --at-microsoft")
    assert is_in(cloud, "AdminAgents", OMAR) and not is_in(cloud, "HelpdeskAgents", OMAR)
    standing(f"users set {OMAR} --access no --at-microsoft")
    assert not is_in(cloud, "AdminAgents", OMAR)
    deletes = [call.path for call in cloud.log if call.method == "DELETE"]
    assert len(deletes) == 2 and all(path.endswith("/$ref") for path in deletes)
    assert cloud.partner.user(OMAR)


def test_without_the_word_microsoft_is_not_asked(standing: Shell, cloud: Practice) -> None:
    cloud.log.clear()
    standing(f"users set {OMAR} --access yes --level limited")
    assert not cloud.log
    ran = standing("groups show", status=3)
    assert f"{OMAR}: Limited administration here, no administrative access" in ran.out


def test_a_level_without_a_group_names_the_command(signed_in: Shell) -> None:
    ran = signed_in(f"users set {OMAR} --access yes --level full --at-microsoft", status=2)
    assert "No group stands for Full administration yet" in ran.err
    assert "partnerdesk groups use full NAME" in ran.err


def test_nobody_signed_in_changes_nothing(office: Shell, cloud: Practice) -> None:
    ran = office(f"users set {OMAR} --access no --at-microsoft", status=4)
    assert "partnerdesk sign-in" in ran.err
    assert not cloud.log


def test_a_sign_in_that_only_reads_says_what_is_missing(
    office: Shell, served: Served, cloud: Practice
) -> None:
    cloud.app.consents[PARTNER] = {str(scope) for scope in SCOPES[Purpose.READ]}
    sign_in(office, served)
    office("groups use limited HelpdeskAgents")
    ran = office(f"users set {OMAR} --access yes --level limited --at-microsoft", status=4)
    assert "partnerdesk sign-in" in ran.err
    assert not is_in(cloud, "HelpdeskAgents", OMAR)
    assert office(f"users show {OMAR} --json").json()["access"] is False


def test_show_as_json(standing: Shell, cloud: Practice) -> None:
    cloud.group("HelpdeskAgents").members[cloud.partner.user(OMAR).id] = None  # type: ignore[union-attr]
    standing("sync")
    found = standing("groups show --json", status=3).json()
    limited = found["groups"][1]
    assert (limited["level"], limited["customers"], limited["gone"]) == ("limited", 0, False)
    assert limited["members"][0] == {
        "upn": OMAR, "name": "Omar Haddad", "guest": False, "blocked": False, "kind": "user",
    }  # fmt: skip
    assert {"what": "level", "upn": OMAR} in [
        {"what": one["what"], "upn": one["upn"]} for one in found["drift"]
    ]


def test_the_plan_first_then_the_assignments(standing: Shell, cloud: Practice) -> None:
    ran = standing("groups assign limited")
    assert "HelpdeskAgents would be assigned in 2 relationships. --apply does it." in ran.err
    assert not any(it.assignments for it in cloud.relationships.values())
    ran = standing("groups assign limited --apply")
    assert ran.out == "HelpdeskAgents assigned in 2 relationships.\n"
    assert "contoso: assigned" in ran.err
    for it in cloud.relationships.values():
        assert [set(one.roles) for one in it.assignments.values()] == [LIMITED_ROLES]
    standing("sync")
    assert "nothing to do" in standing("groups assign limited").out
    assert "opens 2 customers" in standing("groups show", status=3).out


def test_one_customer_alone(standing: Shell, cloud: Practice) -> None:
    standing("groups assign limited 'Contoso Ltd' --apply")
    assert sum(bool(it.assignments) for it in cloud.relationships.values()) == 1


def test_one_that_is_refused_is_named_and_the_rest_is_done(
    standing: Shell, cloud: Practice
) -> None:
    cloud.faults.add(Fault("POST", "accessAssignments", status=400, message="role isn't part"))
    ran = standing("groups assign limited --apply", status=3)
    assert ran.out == "HelpdeskAgents assigned in 1 relationship.\n"
    assert "does not hold every role" in ran.err


def test_what_was_read_is_shown_without_asking_anybody(office: Shell, cloud: Practice) -> None:
    ran = office("groups show")
    assert "No group stands for a level yet" in ran.err
    assert office("groups show --json").json() == {"groups": [], "drift": []}
    assert not cloud.log
