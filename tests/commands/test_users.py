"""Our own users on the command line, and who of them may administer."""

from __future__ import annotations

import pytest

from tests.commands.shell import Shell

ZOE = "zoe@adatum.example"


@pytest.fixture
def staff(office: Shell) -> Shell:
    """An office with two users, neither with administrative access."""
    office(f"users add {ZOE} 'Zoé Martin'")
    office("users add luc@adatum.example 'Luc Bernard'")
    return office


def test_users_are_listed_by_name_with_their_access(staff: Shell) -> None:
    staff(f"users set {ZOE} --access yes --level full")
    ran = staff("users list")
    assert [line.split("  ")[0] for line in ran.lines] == ["Name", "Luc Bernard", "Zoé Martin"]
    assert ran.lines[1].endswith("  no")
    assert ran.lines[2].endswith("  yes, Full administration")
    assert ran.err == ""


def test_users_as_json_have_their_level_and_tasks(staff: Shell) -> None:
    staff(f"users set {ZOE} --access yes --level limited")
    luc, zoe = staff("users list --json").json()
    assert luc == {
        "upn": "luc@adatum.example",
        "name": "Luc Bernard",
        "access": False,
        "level": None,
        "tasks": [],
    }
    assert (zoe["access"], zoe["level"], zoe["tasks"]) == (True, "limited", ["reset-password"])


def test_yes_says_the_level_and_how_many_customers_that_opens(staff: Shell) -> None:
    staff("consent record contoso.com fabrikam.fr granted")
    ran = staff(f"users set {ZOE} --access yes --level full")
    assert ran.out == "Zoé Martin has Full administration.\n"
    assert ran.err == "Opens 2 customers today.\n"


def test_one_customer_is_said_in_the_singular(staff: Shell) -> None:
    staff("consent record contoso.com granted")
    ran = staff(f"users set {ZOE} --access yes --level full")
    assert "1 customers" not in ran.err


def test_no_takes_access_and_level_away(staff: Shell) -> None:
    staff(f"users set {ZOE} --access yes --level full")
    ran = staff(f"users set {ZOE} --access no")
    assert ran.out == "Zoé Martin has no administrative access any more.\n"
    record = staff(f"users show {ZOE} --json").json()
    assert (record["access"], record["level"]) == (False, None)


def test_yes_without_a_level_is_refused_and_nothing_is_set(staff: Shell) -> None:
    ran = staff(f"users set {ZOE} --access yes", status=2)
    assert "With Yes, a level has to be chosen." in ran.err
    assert "Choose Full administration or Limited administration." in ran.err
    assert staff(f"users show {ZOE} --json").json()["access"] is False


def test_yes_without_a_level_is_refused_with_all_that_stands_beside_it(staff: Shell) -> None:
    staff(f"users set {ZOE} --name Other --access yes", status=2)
    assert staff(f"users show {ZOE} --json").json()["name"] == "Zoé Martin"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("--level full", "Give --access yes"),
        ("--access no --level limited", "A level belongs to --access yes."),
        ("--name Other --level full", "A level belongs to --access yes."),
    ],
)
def test_a_level_belongs_to_yes(staff: Shell, words: str, reason: str) -> None:
    ran = staff(f"users set {ZOE} {words}", status=2)
    assert reason in ran.err
    record = staff(f"users show {ZOE} --json").json()
    assert (record["name"], record["access"]) == ("Zoé Martin", False)


def test_without_anything_to_set_it_says_what_there_is(staff: Shell) -> None:
    ran = staff(f"users set {ZOE}", status=2)
    assert "Nothing to set." in ran.err
    assert "Give --access yes or no, --name or --upn." in ran.err


def test_name_and_user_name_are_changed_together_with_access(staff: Shell) -> None:
    words = "--name 'Zoé Petit' --upn zpetit@adatum.example --access yes --level limited"
    ran = staff(f"users set {ZOE} {words}")
    assert ran.lines[-1] == "Zoé Petit has Limited administration."
    record = staff("users show ZPETIT@adatum.example --json").json()
    assert (record["name"], record["level"]) == ("Zoé Petit", "limited")


def test_show_says_what_a_level_allows_and_what_none_does(staff: Shell) -> None:
    staff("consent record contoso.com fabrikam.fr granted")
    staff(f"users set {ZOE} --access yes --level limited")
    ran = staff(f"users show {ZOE}")
    assert ran.lines == [
        "Name: Zoé Martin",
        f"User name: {ZOE}",
        "Assign administrative access to companies you support: yes, Limited administration",
        "Opens 2 customers today.",
        "  Add a user: no",
        "  Reset a password: yes",
        "  Add a domain: no",
        "Delegated access to Mobile Device Management for Office 365 is not supported.",
    ]
    assert staff(f"users show {ZOE} --json").json()["customers"] == 2
    assert "Opens 0 customers today." in staff("users show luc@adatum.example").out


def test_a_user_is_added_once_and_by_a_real_user_name(staff: Shell) -> None:
    ran = staff(f"users add {ZOE.upper()} Other", status=2)
    assert f"{ZOE} is Zoé Martin already." in ran.err
    ran = staff("users add zoe Other", status=2)
    assert "zoe is not a user principal name." in ran.err
    ran = staff(f"users set luc@adatum.example --upn {ZOE}", status=2)
    assert f"{ZOE} is Zoé Martin already." in ran.err
    assert len(staff("users list --json").json()) == 2


def test_a_removed_user_is_off_the_list(staff: Shell) -> None:
    assert staff(f"users remove {ZOE}").out == "Removed Zoé Martin.\n"
    (left,) = staff("users list --json").json()
    assert left["upn"] == "luc@adatum.example"
    ran = staff(f"users remove {ZOE}", status=2)
    assert f"No active user is called {ZOE}." in ran.err
    assert "partnerdesk users list" in ran.err


def test_an_empty_list_says_how_to_fill_it(shell: Shell) -> None:
    ran = shell("users list")
    assert ran.lines == ["Name  User name  Administrative access"]
    assert ran.err == "No active users yet. partnerdesk users add UPN NAME adds one.\n"
