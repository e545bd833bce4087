"""Many users of a customer's out of a file, on the screen."""

from __future__ import annotations

import csv
from pathlib import Path

from store.actions.practice import Rehearsal
from store.desk import Desk
from store.model.act import Outcome
from store.practice.cloud import Practice
from store.practice.faults import Fault
from tests.tui.acting.story import customer, deeds, ended, opened, users
from tests.tui.driver import Driver, at_the_desk
from tui.screens.act.user import AddUser

GOOD = "Nom,Nom d’utilisateur\nNina Nowak,nina@contoso.example\nOle Holm,ole@contoso.example\n"
MIXED = GOOD + "Bo,bo@contoso.example\nEve,eve@elsewhere.example\n"


async def planned(operator: Driver, office: Desk, folder: Path, data: str) -> Path:
    """Goes on from the form for one user to a file; returns where the passwords will be."""
    folder.joinpath("people.csv").write_text(data, encoding="utf-8")
    await opened(operator, AddUser(customer(office)))
    await operator.press("ctrl+t")
    await operator.at("act-list")
    await operator.type(str(folder / "people.csv"))
    await operator.press("enter")
    await operator.hears("This is the plan.")
    return folder / "passwords.csv"


async def named(operator: Driver, kept: Path) -> None:
    """Names the file for the passwords, and the customer."""
    await operator.type(str(kept))
    await operator.press("ctrl+s")
    await operator.at("name")
    await operator.type("Contoso")
    await operator.press("enter")
    await ended(operator)


def kept_in(file: Path) -> dict[str, str]:
    """The passwords in a file, by user name."""
    with file.open(newline="", encoding="utf-8") as lines:
        return {row["User name"]: row["Password"] for row in csv.DictReader(lines)}


async def test_everybody_in_the_file_is_added_with_a_password_in_a_private_file(
    office: Desk, cloud: Practice, rehearsal: Rehearsal, tmp_path: Path
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        kept = await planned(operator, office, tmp_path, GOOD)
        await operator.sees("On behalf of Contoso", "2 to add, 0 there already, 0 refused.")
        await operator.press("ctrl+s")
        await operator.hears("Name a new file for the passwords")
        await named(operator, kept)
        await operator.sees(
            "2 added, 0 refused, 0 left alone, 0 unknown, 0 not begun.", "The passwords"
        )
        there = users(cloud)
        found = kept_in(kept)
        assert found == {upn: there[upn].password for upn in found}
        assert sorted(found) == ["nina@contoso.example", "ole@contoso.example"]
        assert kept.stat().st_mode & 0o777 == 0o600
        assert [deed.outcome for deed in deeds(office)] == [Outcome.DONE] * 2
        for password in found.values():
            assert password not in operator.on_screen
            assert password not in "".join(operator.app.said)


async def test_with_a_bad_line_nobody_is_added_unless_it_is_skipped(
    office: Desk, cloud: Practice, rehearsal: Rehearsal, tmp_path: Path
) -> None:
    async with at_the_desk(office, size=(120, 36), rehearsal=rehearsal) as operator:
        kept = await planned(operator, office, tmp_path, MIXED)
        await operator.sees(
            "2 to add, 1 there already, 1 refused.", "unless ctrl+r skips them",
            "refuse", "eve@elsewhere.example", "there already",
        )  # fmt: skip
        await operator.press("tab", "down", "up")
        await operator.hears("Line 5: User name: elsewhere.example is not one of the verified")
        await operator.press("shift+tab")
        await operator.type(str(kept))
        await operator.press("ctrl+s")
        await operator.hears("1 line is refused, so nobody is added; ctrl+r leaves it out. Line 5")
        await operator.at("act-list")
        assert not kept.exists()
        assert deeds(office) == []
        await operator.press("ctrl+r")
        await operator.sees("The refused lines will be left out.")
        assert "nobody is added" not in operator.on_screen
        await operator.press("ctrl+s")
        await operator.at("name")
        await operator.type("Contoso")
        await operator.press("enter")
        await ended(operator)
        await operator.sees("2 added, 1 refused, 1 left alone, 0 unknown, 0 not begun.")
        assert "eve@elsewhere.example" not in users(cloud)


async def test_a_lost_answer_stops_nothing_and_its_password_is_kept(
    office: Desk, cloud: Practice, rehearsal: Rehearsal, tmp_path: Path
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        kept = await planned(operator, office, tmp_path, GOOD)
        cloud.faults.add(Fault("POST", "/users$", kind="lost"))
        await named(operator, kept)
        await operator.sees("1 added, 0 refused, 0 left alone, 1 unknown, 0 not begun.")
        assert len(kept_in(kept)) == 2
        assert [deed.outcome for deed in deeds(office)] == [Outcome.UNKNOWN, Outcome.DONE]


async def test_the_name_of_another_customer_adds_nobody(
    office: Desk, rehearsal: Rehearsal, tmp_path: Path
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        kept = await planned(operator, office, tmp_path, GOOD)
        await operator.type(str(kept))
        await operator.press("ctrl+s")
        await operator.at("name")
        await operator.type("Fabrikam")
        await operator.press("enter")
        await operator.hears("Fabrikam is not Contoso.")
        await operator.press("escape")
        await operator.hears("Nobody was added.")
        assert not kept.exists()


async def test_a_file_that_is_there_already_is_not_written_over(
    office: Desk, cloud: Practice, rehearsal: Rehearsal, tmp_path: Path
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        kept = await planned(operator, office, tmp_path, GOOD)
        kept.write_text("other passwords")
        await operator.type(str(kept))
        await operator.press("ctrl+s")
        await operator.hears("is there already, and is not written over")
        await operator.at("act-list")
        assert kept.read_text() == "other passwords"
        assert "nina@contoso.example" not in users(cloud)


async def test_a_file_that_is_none_is_said(
    office: Desk, rehearsal: Rehearsal, tmp_path: Path
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await opened(operator, AddUser(customer(office)))
        await operator.press("ctrl+t")
        await operator.at("act-list")
        await operator.sees(
            "a CSV with a header line: Name, User name, Usage location.",
            "as in greta@contoso.example.",
        )
        await operator.type(str(tmp_path / "nothing.csv"))
        await operator.press("enter")
        await operator.hears("cannot be read")
        focused = operator.app.screen.focused
        assert focused is not None
        assert focused.id == "path"
        await operator.sees("The list is a CSV with a header line")
        await operator.press("ctrl+s")
        await operator.hears("Name a file first and press enter.")
