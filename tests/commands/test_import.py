"""Importing customers: said line by line first, then all or nothing, and never twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.shell import CONTOSO, FABRIKAM, Shell

TITLES = "Microsoft ID,Company name,Primary domain name,Relationship,Tags\n"
GOOD = f"{TITLES}{CONTOSO},Contoso Ltd,contoso.com,Cloud Reseller,vip\n,Fabrikam,fabrikam.fr,,\n"
BAD = f"{GOOD}not-an-id,Bad One,bad.example,,\n,Bad Two,not a domain,,\n,Woodgrove,wood.example,,\n"


def records(shell: Shell) -> list[dict[str, object]]:
    found: list[dict[str, object]] = shell("customers list --json").json()
    return found


@pytest.fixture
def good(tmp_path: Path) -> str:
    """A file of two customers."""
    return kept(tmp_path, GOOD)


@pytest.fixture
def bad(tmp_path: Path) -> str:
    """A file whose lines 4 and 5 cannot be taken."""
    return kept(tmp_path, BAD)


def kept(folder: Path, text: str) -> str:
    file = folder / "Customers.csv"
    file.write_text(text, encoding="utf-8", newline="")
    return str(file)


def test_a_file_from_partner_center_is_taken_in(shell: Shell, good: str) -> None:
    ran = shell("customers import", good)
    assert ran.out == "Imported customers: 2 added, 0 changed, 0 left alone, 0 refused.\n"
    assert ran.err == ""
    contoso, fabrikam = records(shell)
    assert contoso["microsoft_id"] == CONTOSO
    assert (contoso["domain"], contoso["relationship"]) == ("contoso.com", "Cloud Reseller")
    assert contoso["tags"] == ["vip"]
    assert (fabrikam["name"], fabrikam["microsoft_id"]) == ("Fabrikam", "")


def test_the_same_file_again_leaves_everything_alone(shell: Shell, good: str) -> None:
    shell("customers import", good)
    before = records(shell)
    ran = shell("customers import", good)
    assert ran.out == "Imported customers: 0 added, 0 changed, 2 left alone, 0 refused.\n"
    assert records(shell) == before


def test_a_newer_file_changes_by_id_then_by_domain_and_adds_nobody_twice(
    shell: Shell, good: str, tmp_path: Path
) -> None:
    shell("customers import", good)
    newer = kept(
        tmp_path,
        f"{TITLES}{CONTOSO},Contoso Toys,contoso.example,,north\n"
        f"{FABRIKAM},Fabrikam SARL,FABRIKAM.fr,,\n",
    )
    ran = shell("customers import", newer)
    assert ran.out == "Imported customers: 0 added, 2 changed, 0 left alone, 0 refused.\n"
    contoso, fabrikam = records(shell)
    assert (contoso["name"], contoso["domain"]) == ("Contoso Toys", "contoso.example")
    assert contoso["relationship"] == "Cloud Reseller"
    assert contoso["tags"] == ["vip", "north"]
    assert (fabrikam["name"], fabrikam["microsoft_id"]) == ("Fabrikam SARL", FABRIKAM)


def test_a_dry_run_says_line_by_line_what_would_happen_and_does_nothing(
    shell: Shell, good: str, tmp_path: Path
) -> None:
    shell("customers import", good)
    mixed = kept(
        tmp_path,
        f"{TITLES}{CONTOSO},Contoso Ltd,contoso.com,Cloud Reseller,vip\n"
        ",Fabrikam SARL,fabrikam.fr,,\n,Woodgrove,wood.example,,\n,Bad,not a domain,,\n"
        ",Again,contoso.com,,\n",
    )
    before = shell("journal show").out
    ran = shell("customers import --dry-run", mixed, status=2)
    assert ran.lines == [
        "2  leave  Contoso Ltd  as it is",
        "3  change  Fabrikam SARL  Company name (Fabrikam → Fabrikam SARL)",
        "4  add  Woodgrove  new",
        "5  refuse  Bad  Primary domain name: not a domain is not a domain name.",
        "6  refuse  Again  It is the customer of line 2 again.",
    ]
    assert ran.err == "Nothing was changed. Would: add 1, change 1, leave 1, refuse 2.\n"
    assert shell("journal show").out == before


def test_a_dry_run_of_a_good_file_ends_well(shell: Shell, good: str) -> None:
    ran = shell("customers import --dry-run", good)
    assert len(ran.lines) == 2
    assert records(shell) == []


def test_a_dry_run_that_may_skip_bad_lines_ends_well(shell: Shell, bad: str) -> None:
    ran = shell("customers import --dry-run --skip-bad", bad, status=3)
    assert "refuse 2" in ran.err
    assert records(shell) == []


def test_a_dry_run_as_json_has_a_record_for_each_line(shell: Shell, bad: str) -> None:
    ran = shell("customers import --json --dry-run", bad, status=2)
    lines = ran.json()
    assert [line["line"] for line in lines] == [2, 3, 4, 5, 6]
    assert [line["outcome"] for line in lines] == ["add", "add", "refuse", "refuse", "add"]
    assert lines[0]["fields"]["microsoft_id"] == CONTOSO
    assert lines[3]["why"] == "Primary domain name: not a domain is not a domain name."
    assert "Nothing was changed." in ran.err


def test_a_file_with_bad_lines_imports_none_and_says_which(shell: Shell, bad: str) -> None:
    ran = shell("customers import", bad, status=2)
    assert [line.split("  ")[0] for line in ran.lines] == ["4", "5"]
    assert "2 lines cannot be taken, so none was. The first is line 4: " in ran.err
    assert "take the rest (--skip-bad, or ctrl+r in the desk)" in ran.err
    assert records(shell) == []


def test_the_reason_of_a_bad_line_is_a_sentence_with_one_full_stop(shell: Shell, bad: str) -> None:
    assert ".." not in shell("customers import", bad, status=2).err


def test_with_skip_bad_the_rest_is_imported_and_the_bad_lines_are_named(
    shell: Shell, bad: str
) -> None:
    ran = shell("customers import --skip-bad", bad, status=3)
    assert [line.split("  ")[:3] for line in ran.lines[:2]] == [
        ["4", "refuse", "Bad One"],
        ["5", "refuse", "Bad Two"],
    ]
    assert ran.lines[2] == "Imported customers: 3 added, 0 changed, 0 left alone, 2 refused."
    assert [found["name"] for found in records(shell)] == ["Contoso Ltd", "Fabrikam", "Woodgrove"]


def test_as_json_an_import_prints_the_bad_lines_and_talks_beside_them(
    shell: Shell, bad: str
) -> None:
    ran = shell("customers import --skip-bad --json", bad, status=3)
    assert [line["line"] for line in ran.json()] == [4, 5]
    assert "Imported customers: 3 added" in ran.err


def test_a_minus_means_standard_input(shell: Shell) -> None:
    ran = shell("customers import -", stdin=GOOD.encode())
    assert "2 added" in ran.out
    assert len(records(shell)) == 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The file is empty."),
        (b"Name of things;Other\nx;y\n", "Line 1: there is no column Company name."),
        (b"Name,Nom\nx,y\n", "Line 1: there are two columns Company name."),
        (b'Name\n"Contoso\n', "The row that begins on line 2 cannot be read"),
        (b"Name\nA\x81\xff\n", "Line 2 is neither UTF-8, UTF-16 nor Windows-1252."),
        (b"a," * 64 + b"Name\n", "The file has more than 64 columns."),
    ],
)
def test_a_file_that_is_no_customer_list_is_refused_as_a_whole(
    shell: Shell, data: bytes, reason: str
) -> None:
    ran = shell("customers import -", status=2, stdin=data)
    assert reason in ran.err
    assert ran.out == ""


def test_a_file_that_cannot_be_opened_is_named_with_the_reason(
    shell: Shell, tmp_path: Path
) -> None:
    missing, folder = str(tmp_path / "none.csv"), str(tmp_path)
    ran = shell("customers import", missing, status=2)
    assert f"{missing} cannot be read: No such file or directory." in ran.err
    ran = shell("customers import", folder, status=2)
    assert f"{folder} cannot be read: Is a directory." in ran.err


def test_a_file_in_a_home_of_nobody_cannot_be_read(shell: Shell) -> None:
    ran = shell("customers import ~nobody-has-this-name/Customers.csv", status=2)
    assert "~nobody-has-this-name" in ran.err


FRENCH = "ID Microsoft;Nom de la société;Nom de domaine principal;Relation;Balises\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (f"{FRENCH}{CONTOSO};Société Été;été.example;Revendeur;nord\n", "utf-8"),
        (f"{FRENCH}{CONTOSO};Société Été;été.example;Revendeur;nord\n", "utf-8-sig"),
        (f"{FRENCH}{CONTOSO};Société Été;été.example;Revendeur;nord\n", "utf-16"),
        (f"{FRENCH}{CONTOSO};Société Été;été.example;Revendeur;nord\n", "cp1252"),
        (f"Name\tDomain\tTenant ID\tTags\nSociété Été\tété.example\t{CONTOSO}\tnord\n", "utf-8"),
    ],
)
def test_files_of_every_kind_bring_the_same_customer(
    shell: Shell, text: str, encoding: str
) -> None:
    shell("customers import -", stdin=text.encode(encoding))
    (found,) = records(shell)
    assert (found["name"], found["domain"]) == ("Société Été", "été.example")
    assert (found["microsoft_id"], found["tags"]) == (CONTOSO, ["nord"])


def test_our_own_columns_are_taken_and_unknown_ones_are_named(shell: Shell) -> None:
    data = (
        b"Name,Domain,Contact,Language,Alias,Colour\nContoso,c.example,it@c.example,de,Toys,red\n"
    )
    ran = shell("customers import -", stdin=data)
    assert ran.err == "Columns that mean nothing here: Colour.\n"
    (found,) = records(shell)
    assert (found["contact"], found["language"], found["alias"]) == ("it@c.example", "de", "Toys")


def test_a_line_break_inside_a_name_becomes_a_space_and_its_line_is_named(shell: Shell) -> None:
    data = b'Name,Domain\nContoso,c.example\n"Big\r\nFirm",big.example\nLast,l.example\n'
    ran = shell("customers import -", stdin=data)
    assert ran.err == "Line 3: Company name: a line break became a space.\n"
    assert [found["name"] for found in records(shell)] == ["Big Firm", "Contoso", "Last"]


def test_a_line_with_control_characters_is_refused_by_line_and_field(shell: Shell) -> None:
    data = "Name,Alias\nContoso,a\x1b]0;x\x07\nFabrikam,\u202etoys\n".encode()
    ran = shell("customers import --dry-run -", status=2, stdin=data)
    assert ran.lines[0].startswith("2  refuse  Contoso  Alias: the control character U+001B")
    assert ran.lines[1].startswith("3  refuse  Fabrikam  Alias: the bidirectional control")


def test_languages_are_taken_by_their_names_and_those_there_are_named(
    partner: Shell, tmp_path: Path
) -> None:
    """Import shows a reason alone, and no advice: so that has to say what would be right."""
    file = tmp_path / "list.csv"
    file.write_text(
        "name,domain,language\nA,a.example,German\nB,b.example,français\nC,c.example,Klingon\n"
    )
    ran = partner(f"customers import {file} --skip-bad", status=3)
    assert "there are no letters in Klingon, only in de, en, es, fr, zh-Hans." in ran.out
    known = {one["name"]: one["language"] for one in partner("customers list --json").json()}
    assert known == {"A": "de", "B": "fr"}
