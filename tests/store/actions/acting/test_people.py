"""Stories of many users from a file: the plan first, then one after the other."""

from __future__ import annotations

import pytest

from store.actions.acting.people import (
    Added,
    Fate,
    PeoplePlan,
    PeopleRun,
    passwords,
    people_plan,
    read_people,
)
from store.errors import BadInput
from store.model.act import Outcome
from store.practice.faults import Fault
from tests.microsoft import ANNA, CONTOSO
from tests.store.actions.acting.story import Office, journal_text

GOOD = b"Name,User name,Usage location\nNina,nina@contoso.example,PL\nOle,ole@contoso.example,\n"
BAD = """\
Nom complet;Nom d’utilisateur;Lieu d’utilisation;Mot de passe
Nina;nina@contoso.example;PL;secret
Nina;NINA@contoso.example;PL;secret
Ole;ole@other.example;;
Pia;pia@contoso.example;Pays;
Ada;ada@contoso.example;SE;
;qi@contoso.example;;
Rut;rut;;
Sam;sam@contoso.example;;;extra
""".encode()


async def planned(office: Office, data: bytes, upn: str = ANNA) -> PeoplePlan:
    async with office.at_contoso(upn) as (who, tenant):
        return await people_plan(who, tenant, read_people(data))


async def run(
    office: Office, plan: PeoplePlan, typed: str = "contoso", *, skip_bad: bool = False
) -> tuple[list[Added], PeopleRun]:
    async with office.at_contoso(ANNA) as (who, tenant):
        going = PeopleRun(who, tenant)
        return await going.add(plan, passwords(plan), typed, skip_bad=skip_bad), going


async def test_every_line_has_its_fate_with_line_and_field(office: Office) -> None:
    plan = await planned(office, BAD)
    assert plan.ignored == ("Mot de passe",)
    fates = [(line.line, line.fate) for line in plan.lines]
    assert fates == [
        (2, Fate.ADD), (3, Fate.REFUSE), (4, Fate.REFUSE), (5, Fate.REFUSE), (6, Fate.EXISTS),
        (7, Fate.REFUSE), (8, Fate.REFUSE), (9, Fate.REFUSE),
    ]  # fmt: skip
    why = {line.line: str(line.why) for line in plan.lines}
    assert why[3] == "User name: Line 2 has the same user name."
    assert why[4].startswith("User name: other.example is not one of the verified domains")
    assert why[5] == "Usage location: Pays is no country code."
    assert why[6] == "The user name ada@contoso.example is taken at Contoso."
    assert why[7] == "Name: The name is missing."
    assert why[8].startswith("User name: rut is not a user principal name")
    assert "5 cells" in why[9]
    assert not office.writes() and not office.acts


async def test_a_bad_line_refuses_all_of_it_unless_it_is_left_out(office: Office) -> None:
    plan = await planned(office, BAD)
    with pytest.raises(BadInput, match="6 lines cannot be taken, so none was"):
        await run(office, plan)
    assert not office.writes()
    added, _ = await run(office, plan, skip_bad=True)
    assert [one.line.new.upn for one in added] == ["nina@contoso.example"]
    assert office.user("nina").more["usageLocation"] == "PL"


async def test_the_customers_name_has_to_be_typed(office: Office) -> None:
    plan = await planned(office, GOOD)
    for typed in ("", "Fabrikam"):
        with pytest.raises(BadInput, match="has to be confirmed") as refused:
            await run(office, plan, typed)
        assert refused.value.field == "confirm"
    assert not office.writes()


async def test_all_of_them_are_added_each_with_a_password_of_its_own(office: Office) -> None:
    plan = await planned(office, GOOD)
    added, _ = await run(office, plan)
    assert [one.ended.outcome for one in added if one.ended] == [Outcome.DONE] * 2
    secrets = [one.ended.secret.reveal() for one in added if one.ended and one.ended.secret]
    assert secrets == [office.user("nina").password, office.user("ole").password]
    assert secrets[0] != secrets[1]
    kept = journal_text(office.desk)
    assert not any(secret in kept for secret in secrets)


async def test_a_lost_answer_stops_nothing_and_is_unknown_for_its_line(office: Office) -> None:
    plan = await planned(office, GOOD)
    office.cloud.faults.add(Fault("POST", r"/users$", kind="lost"))
    added, _ = await run(office, plan)
    assert [one.ended.outcome for one in added if one.ended] == [Outcome.UNKNOWN, Outcome.DONE]


async def test_what_refuses_everybody_leaves_the_rest(office: Office) -> None:
    lines = [f"P{n},p{n}@contoso.example" for n in range(8)]
    plan = await planned(office, "\n".join(["Name,User name", *lines]).encode())
    (relationship,) = office.cloud.relationships
    office.cloud.customer_terminates(relationship)
    added, going = await run(office, plan)
    assert going.ended and "ended on 2026-11-22" in str(going.ended)
    assert [one.ended is None for one in added] == [False] + [True] * 7
    assert not office.cloud.customers[CONTOSO].user("p0@contoso.example")


async def test_three_alike_refusals_are_enough(office: Office) -> None:
    lines = [f"P{n},p{n}@contoso.example" for n in range(8)]
    plan = await planned(office, "\n".join(["Name,User name", *lines]).encode())
    office.cloud.faults.add(Fault("POST", r"/users$", status=403, code="No", times=99))
    added, going = await run(office, plan)
    assert going.ended and [one.ended is None for one in added] == [False] * 3 + [True] * 5


async def test_stop_lets_the_one_under_way_end_and_begins_no_other(office: Office) -> None:
    plan = await planned(office, GOOD)
    heard: list[Added] = []
    async with office.at_contoso(ANNA) as (who, tenant):

        def told(one: Added) -> None:
            heard.append(one)
            going.stop()

        going = PeopleRun(who, tenant, told)
        added = await going.add(plan, passwords(plan), "Contoso")
    assert [one.ended is None for one in added] == [False, True] and heard == added


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Name\nNina\n",
        b"User name\nnina@contoso.example\n",
        b"Name,User name,UPN\n",
        b'Name,User name\n"x',
        b"Name,User name\n" + b"a,b\n" * 1_001,
    ],
)
def test_a_file_that_cannot_be_read_as_a_whole_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        read_people(data)
