"""Recording what customers answered, and counting them by where their consent stands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.commands.conftest import Write
from tests.commands.shell import Shell, odd_keys

TRIAL_LINK = "https://admin.microsoft.com/Commerce/Trial.aspx?offerId=abc"


def record(shell: Shell, customer: str = "contoso.com") -> dict[str, Any]:
    found: dict[str, Any] = shell(f"customers show {customer} --json").json()
    return found


@pytest.mark.parametrize(
    ("answer", "state"),
    [("granted", "active"), ("declined", "declined"), ("elsewhere", "elsewhere")],
)
def test_an_answer_to_an_offer_becomes_the_customers_state(
    office: Shell, answer: str, state: str
) -> None:
    office("offer give contoso.com")
    ran = office(f"consent record contoso.com {answer}")
    assert ran.out == f"Recorded for Contoso Ltd: {answer}.\n"
    assert record(office)["state"] == state
    assert record(office)["since"] == "2026-11-22"


def test_without_delegation_is_an_answer_to_a_trial_only(office: Shell) -> None:
    ran = office("consent record contoso.com without-delegation", status=2)
    assert "Contoso Ltd was given no trial invitation or purchase offer" in ran.err
    office(f"offer set trial --link '{TRIAL_LINK}'")
    office("offer give contoso.com --kind trial")
    ran = office("consent record contoso.com without-delegation")
    assert ran.out == "Recorded for Contoso Ltd: without delegation.\n"
    assert record(office)["state"] == "without-delegation"


def test_ended_takes_back_a_consent_and_only_one_that_was_given(office: Shell) -> None:
    ran = office("consent record contoso.com ended", status=2)
    assert "Contoso Ltd has given no access that could end." in ran.err
    office("consent record contoso.com granted")
    office("consent record contoso.com ended --note 'new provider'")
    assert record(office)["state"] == "terminated"
    assert record(office)["timeline"][-1]["note"] == "new provider"


def test_an_answer_has_the_day_it_came_and_a_note(office: Shell) -> None:
    office.today = office.today.replace(day=10)
    office("offer give contoso.com")
    office.today = office.today.replace(day=22)
    office("consent record contoso.com granted --on 2026-11-15 --note 'signed on paper'")
    assert record(office)["since"] == "2026-11-15"
    event = record(office)["timeline"][-1]
    assert (event["on"], event["note"]) == ("2026-11-15", "signed on paper")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("granted --on 2026-11-23", "2026-11-23 is in the future."),
        ("granted --on 2026-11-09", "Contoso Ltd got the offer on 2026-11-10, after 2026-11-09."),
        ("granted --on 9.11.2026", "9.11.2026 is not a date."),
        ("granted --on 2026-02-30", "2026-02-30 is not a date."),
        ("perhaps", "'perhaps' is not one of"),
        ("granted --note 'a\x07b'", "Note: the control character U+0007"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_with_the_reason(
    office: Shell, words: str, reason: str
) -> None:
    office.today = office.today.replace(day=10)
    office("offer give contoso.com")
    office.today = office.today.replace(day=22)
    ran = office(f"consent record contoso.com {words}", status=2)
    assert reason in ran.err
    assert record(office)["state"] == "waiting"


def test_a_consent_from_before_this_desk_is_recorded_as_such(office: Shell) -> None:
    office("consent record contoso.com granted --on 2019-05-01")
    found = record(office)
    assert (found["state"], found["since"]) == ("active", "2019-05-01")
    assert [event["how"] for event in found["timeline"]] == ["outside this desk", ""]


def test_one_answer_is_recorded_for_several_customers_at_once(office: Shell) -> None:
    office("offer give contoso.com fabrikam.fr immo.example")
    ran = office("consent record contoso.com fabrikam.fr granted")
    assert ran.out == "Recorded for 2 customers: granted.\n"
    active = office("customers list --state active --json").json()
    assert [found["name"] for found in active] == ["Contoso Ltd", "Fabrikam SARL"]


def test_if_one_of_several_cannot_have_the_answer_none_has_it(office: Shell) -> None:
    office("consent record contoso.com granted")
    office("consent record contoso.com fabrikam.fr ended", status=2)
    assert record(office)["state"] == "active"


def test_a_grant_after_a_refusal_counts_and_a_second_answer_is_kept_in_the_timeline(
    office: Shell,
) -> None:
    office("offer give contoso.com")
    office("consent record contoso.com declined")
    office("consent record contoso.com granted")
    assert record(office)["state"] == "active"
    assert [event["what"] for event in record(office)["timeline"]] == [
        "given",
        "declined",
        "granted",
    ]


def test_the_counts_cover_every_state_and_every_customer_that_is_not_archived(
    office: Shell,
) -> None:
    office("offer give contoso.com fabrikam.fr")
    office("consent record fabrikam.fr declined")
    ran = office("consent status")
    rows = dict(line.rsplit(maxsplit=1) for line in ran.lines[1:])
    assert rows == {"waiting": "1", "declined": "1", "not offered": "1", "all": "3"}
    office("customers archive immo.example")
    counts = office("consent status --json").json()
    by_state = {found["state"]: found["customers"] for found in counts["states"]}
    assert (counts["total"], by_state["waiting"], by_state["declined"]) == (2, 1, 1)
    assert by_state["active"] == 0
    assert sum(by_state.values()) == counts["total"]


def test_a_consent_about_to_end_is_expiring_and_then_expired(office: Shell) -> None:
    link = (
        "https://admin.microsoft.com/#/partners/invitation/granularAdminRelationships/"
        "bbbbbbbb-0000-4000-8000-000000000001-11111111-2222-4333-8444-555555555555"
    )
    office(f"offer give contoso.com --link '{link}' --made 2026-11-22 --days 31")
    office("consent record contoso.com granted")
    assert record(office)["state"] == "active"
    office.today = office.today.replace(day=23)
    assert (record(office)["state"], record(office)["ends"]) == ("expiring", "2026-12-23")
    office.today = office.today.replace(month=12, day=24)
    assert record(office)["state"] == "expired"
    assert "expired" in office("consent status").out


# -- an answer that was recorded by mistake -----------------------------------------------------


def test_an_answer_recorded_by_mistake_is_undone_and_what_holds_is_said(office: Shell) -> None:
    office("offer give contoso.com")
    office("consent record contoso.com granted --note 'wrong one'")
    ran = office("consent undo contoso.com")
    assert ran.out == "Undone for Contoso Ltd: granted, of 2026-11-22.\n"
    assert ran.err == "The consent of Contoso Ltd is now: waiting.\n"
    found = record(office)
    assert (found["state"], [one["what"] for one in found["timeline"]]) == ("waiting", ["given"])
    assert "Undone for Contoso Ltd: granted" in office("journal show").out
    assert "No answer of Contoso Ltd was recorded." in (
        office("consent undo contoso.com", status=2).err
    )


def test_what_was_recorded_is_undone_one_by_one_the_last_first(office: Shell) -> None:
    office("consent record contoso.com granted")
    office("consent record contoso.com ended --note 'new provider'")
    found = office("consent undo contoso.com --json").json()
    assert not odd_keys(found)
    assert found["undone"] == {
        "answer": "ended", "on": "2026-11-22", "by": "anna", "note": "new provider",
    }  # fmt: skip
    assert (found["customer"], found["state"]) == ("Contoso Ltd", "active")
    assert office("consent undo contoso.com --json").json()["state"] == "not-offered"
    assert record(office)["timeline"] == []


def test_an_answer_to_several_offers_is_undone_in_all_of_them(office: Shell) -> None:
    office(f"offer set trial --link '{TRIAL_LINK}'")
    office("offer give contoso.com")
    office("offer give contoso.com --kind trial")
    office("consent record contoso.com declined")
    assert record(office)["state"] == "declined"
    office("consent undo contoso.com")
    assert [one["what"] for one in record(office)["timeline"]] == ["given", "given"]


def report(write: Write, status: str) -> None:
    """Microsoft says how things are, after whatever was recorded."""

    def add(row: Any) -> None:
        said = {"what": "reported", "on": "2026-11-22", "at": "2099-01-01T00:00:00Z"}
        row["events"] = [*row["events"], {**said, "status": status}]

    write(lambda tables: tables.invitations.update(add, doc_ids=[1]))


def test_what_microsoft_said_is_not_undone(office: Shell, write: Write) -> None:
    office("offer give contoso.com")
    report(write, "active")
    said = office("consent undo contoso.com", status=4).err
    assert "said by Microsoft, and recorded by nobody" in said


def test_an_answer_that_microsoft_spoke_after_stays(office: Shell, write: Write) -> None:
    office("offer give contoso.com")
    office("consent record contoso.com granted")
    report(write, "active")
    assert "Microsoft has said of Contoso Ltd since: active." in (
        office("consent undo contoso.com", status=4).err
    )
    assert record(office)["state"] == "active"
