"""Importing and exporting lists from the screen."""

from pathlib import Path

import pytest

from store.actions import customers
from store.desk import Desk
from tests.tui.driver import at_the_desk

ENGLISH = (
    "Microsoft ID,Company name,Primary domain name,Relationship,Tags\n"
    '5d027261-d21f-4aa9-b7db-7fa1f56fb163,"Contoso, Ltd",contoso.com,Cloud Reseller,vip\n'
    ',"Broken\nName",broken.example,,\n'
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_a_list_is_planned_and_then_taken(partner: Desk, folder: Path) -> None:
    (folder / "Customers.csv").write_text(ENGLISH, encoding="utf-8-sig")
    async with at_the_desk(partner) as operator:
        await operator.press("i")
        await operator.at("import")
        await operator.type("Custom")
        await operator.press("right", "enter")
        await operator.sees("2 to add, 0 to change", "Contoso, Ltd", "a line break beca")
        assert partner.view.customer_count == 0, "nothing changes before ctrl+s"
        await operator.press("ctrl+s")
        await operator.at("business")
        await operator.hears("Imported customers: 2 added, 0 changed, 0 left alone, 0 refused.")
        await operator.sees("Contoso, Ltd", "Broken Name")
        await operator.press("i")
        await operator.at("import")
        await operator.type("Customers.csv")
        await operator.press("enter")
        await operator.sees("0 to add, 0 to change, 2 to leave alone")
        await operator.press("escape")
        await operator.at("business")
        await operator.press("u")
        await operator.hears("Undone: Imported customers")
        assert partner.view.customer_count == 0


async def test_bad_lines_take_nothing_unless_they_are_skipped(partner: Desk, folder: Path) -> None:
    bad = ENGLISH + "not an id,Fabrikam,fabrikam.com,,\n"

    (folder / "list.csv").write_bytes(bad.encode("utf-16"))
    async with at_the_desk(partner) as operator:
        await operator.press("i")
        await operator.type("list.csv")
        await operator.press("enter")
        await operator.sees("1 refused", "Fabrikam")
        first = next(line for line in operator.on_screen.splitlines() if line.startswith("›"))
        assert "refuse" in first, "what cannot be taken stands on top"
        await operator.press("down", "up")
        await operator.hears("Line 5: Microsoft ID: not an id is not a Microsoft ID.")
        await operator.press("ctrl+s")
        await operator.hears("1 line cannot be taken, so none was. Line 5")
        assert partner.view.customer_count == 0
        await operator.press("ctrl+r")
        await operator.sees("The refused lines will be left out.")
        await operator.press("ctrl+s")
        await operator.hears("2 added")


async def test_a_file_that_cannot_be_read_says_why(partner: Desk, folder: Path) -> None:
    (folder / "letter.txt").write_text("Dear Sir or Madam\n", encoding="utf-8")
    async with at_the_desk(partner) as operator:
        await operator.press("i")
        await operator.type("missing.csv")
        await operator.press("enter")
        await operator.hears("missing.csv cannot be read: No such file or directory.")
        await operator.press("ctrl+u")
        await operator.type("letter.txt")
        await operator.press("enter")
        await operator.hears("there is no column Company name")
        await operator.hears("Primary domain name")


async def test_what_the_list_shows_is_exported(partner: Desk, folder: Path) -> None:
    customers.add(partner, {"name": "=Contoso", "domain": "contoso.com"})
    customers.add(partner, {"name": "Fabrikam", "domain": "fabrikam.com"})
    async with at_the_desk(partner) as operator:
        await operator.press("slash")
        await operator.type("contoso")
        await operator.press("enter", "x")
        await operator.at("ask")
        await operator.sees("customers-2026-11-22.csv")
        await operator.press("enter")
        await operator.hears("Saved in ")
        written = (folder / "customers-2026-11-22.csv").read_text(encoding="utf-8-sig")
        assert '"\'=Contoso"' in written
        assert "Fabrikam" not in written
        await operator.press("x")
        await operator.at("ask")
        await operator.press("enter")
        await operator.hears("exists already. Choose another name.")


async def test_a_letter_is_saved_in_each_form(partner: Desk, folder: Path) -> None:
    customers.add(partner, {"name": "Contoso", "contact": "it@contoso.com"})
    async with at_the_desk(partner) as operator:
        await operator.press("tab", "o")
        await operator.at("offer")
        for downs, name in enumerate(
            (
                "delegated-contoso.txt",
                "delegated-contoso.md",
                "delegated-contoso.html",
                "delegated-contoso.eml",
            )
        ):
            await operator.press("s")
            await operator.at("choose")
            await operator.press(*["down"] * downs, "enter")
            await operator.at("ask")
            await operator.press("enter")
            await operator.hears(name)
            assert (folder / name).stat().st_size > 500
        assert b"To: it@contoso.com" in (folder / "delegated-contoso.eml").read_bytes()
