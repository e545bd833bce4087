"""A plan for each customer: what it says, and what is written down of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from store.actions import customers, offers, preparing
from store.actions import partner as partners
from store.actions.preparing import Planned, Recorded, Step
from store.desk import Desk
from store.errors import BadInput, NotAllowed
from store.message import msg
from store.model.invitation import How
from store.model.offer import Kind
from store.model.roles import Preset, preset_roles
from store.model.template import Template
from store.operator import Operator
from store.work import Tables
from tests.conftest import TODAY
from tests.microsoft import CONTOSO, FABRIKAM, PARTNER, TAILSPIN
from tests.store.actions.links import key_of, office, plan, record
from tests.store.actions.stories import own

OTHER = Operator("bruno", "bruno", "jump2", "")
FULL = preset_roles(Preset.FULL).roles


@pytest.fixture
def desk(desk: Desk) -> Desk:
    return office(desk)


def line(desk: Desk, name: str = "Contoso", **options: Any) -> Planned:
    return plan(desk, name, **options).lines[0]


def related(desk: Desk, customer: str, /, **fields: Any) -> None:
    """A relationship of a customer, as a sync leaves it."""

    def work(tables: Tables) -> Any:
        tables.relationships.insert(
            {"customer": key_of(desk, customer), "name": "earlier", "status": "active",
             "roles": list(FULL), "microsoft_id": "x", **fields}
        )  # fmt: skip
        return msg("A relationship came in.")

    desk.transaction("test", work)


def as_other(desk: Desk) -> Desk:
    """Another operator's process, on the same store."""
    return Desk(desk.path, OTHER, today=lambda: TODAY, poll=0.02).open()


def said(found: Planned) -> str:
    return f"{found.step}: {found.why}"


# -- the plan ----------------------------------------------------------------------------------


def test_every_customer_gets_a_line_with_the_name_that_it_will_have(desk: Desk) -> None:
    made = plan(desk)
    assert [found.step for found in made.lines] == [Step.MAKE] * 3
    assert [found.tenant for found in made.lines] == [CONTOSO, FABRIKAM, ""]
    assert made.lines[0].name.startswith("Adatum-Cloud-Services_Contoso_full_")
    assert made.lines[0].why is None
    assert "whoever accepts the link first" in str(made.lines[2].why)
    assert made.bundle.roles == FULL


def test_names_stay_the_same_from_plan_to_plan(desk: Desk) -> None:
    keys, tokens = [key_of(desk, "Contoso"), key_of(desk, "Fabrikam")], dict[int, str]()

    def names(pattern: str) -> list[str]:
        template = Template(pattern=pattern)
        made = preparing.plan(desk.view, desk.operator, keys, template, TODAY, tokens=tokens)
        return [found.name for found in made.lines]

    assert names("{customer}") == names("{customer}")
    assert [name[-9:] for name in names("{partner}")] == [n[-9:] for n in names("{level}")]


def test_no_two_names_are_ever_the_same(desk: Desk) -> None:
    keys = [key_of(desk, "Contoso"), key_of(desk, "Fabrikam")]
    tokens = dict.fromkeys(keys, "aaaaaaaa")
    template = Template(pattern="same")
    made = preparing.plan(desk.view, desk.operator, keys, template, TODAY, tokens=tokens)
    first, second = (found.name for found in made.lines)
    assert first == "same_aaaaaaaa"
    assert second != first
    preparing.record(desk, made)
    related(desk, "Tailspin", name="SAME_bbbbbbbb")
    tokens = {key_of(desk, "Tailspin"): "bbbbbbbb"}
    later = preparing.plan(desk.view, desk.operator, [*tokens], template, TODAY, tokens=tokens)
    assert later.lines[0].name not in (first, second, "same_bbbbbbbb")


def test_an_archived_customer_is_refused(desk: Desk) -> None:
    customers.archive(desk, [key_of(desk, "Contoso")])
    assert said(line(desk, again=True)) == "refused: It is archived."


def test_a_customer_that_is_not_there_is_no_line(desk: Desk) -> None:
    made = preparing.plan(desk.view, desk.operator, [77], Template(), TODAY)
    assert made.lines == () and made.todo == []


def test_a_link_that_is_ready_is_given_and_not_made_again(desk: Desk) -> None:
    key = key_of(desk, "Contoso")
    link = own(1)._replace(link=own(1).link.replace("admin.microsoft.com", "localhost:8443"))
    offers.set_own_link(desk, key, link)
    assert said(line(desk)) == "refused: Its own link is ready until 2027-02-19: give it."
    offers.give(desk, [key], Kind.DELEGATED, How.MAILED)
    assert "Its own link is waiting until 2027-02-19" in said(line(desk))
    assert line(desk, again=True).step is Step.MAKE


def test_a_link_of_a_cloud_that_the_partner_left_is_not_in_the_way(desk: Desk) -> None:
    partners.set_fields(desk, {"cloud": "worldwide"})
    offers.set_own_link(desk, key_of(desk, "Contoso"), own(1))
    assert line(desk).step is Step.REFUSED
    partners.set_fields(desk, {"cloud": "practice"})
    assert line(desk).step is Step.MAKE


@pytest.mark.parametrize(
    ("fields", "step"),
    [
        ({}, Step.REFUSED),
        ({"status": "activating"}, Step.REFUSED),
        ({"status": "terminated"}, Step.MAKE),
        ({"gone": "2026-11-01"}, Step.MAKE),
        ({"roles": list(FULL[:1])}, Step.MAKE),
        ({"ends": (TODAY + timedelta(days=91)).isoformat()}, Step.REFUSED),
        ({"ends": (TODAY + timedelta(days=90)).isoformat()}, Step.MAKE),
        ({"ends": (TODAY + timedelta(days=9)).isoformat(), "auto_extend": True}, Step.REFUSED),
    ],
)
def test_roles_that_are_granted_and_last_are_not_asked_for_again(
    desk: Desk, fields: dict[str, Any], step: Step
) -> None:
    related(desk, "Contoso", **fields)
    assert line(desk).step is step
    assert line(desk, again=True).step is Step.MAKE


def test_what_was_begun_goes_on_and_says_with_which_choices(desk: Desk) -> None:
    begun = record(desk, "Contoso").invitations[0]
    goes_on = line(desk)
    assert said(goes_on) == "continue: It was begun and not finished."
    assert goes_on.invitation == begun
    other = line(desk, preset=Preset.LIMITED.value, days=90)
    assert other.name == goes_on.name
    assert "begun with other choices" in said(other) and "730 days" in said(other)
    assert line(desk, again=True).step is Step.CONTINUE


def test_what_was_begun_as_another_partner_does_not_go_on_here(desk: Desk) -> None:
    begun = record(desk, "Contoso").invitations[0]
    partners.set_fields(desk, {"tenant": FABRIKAM})
    found = line(desk)
    assert (
        said(found) == f"refused: It was begun as another partner, or in another cloud: {PARTNER}."
    )
    assert found.invitation == begun  # so that it can be given up
    partners.set_fields(desk, {"tenant": PARTNER, "cloud": "worldwide"})
    assert line(desk).step is Step.REFUSED


def test_what_was_begun_for_another_microsoft_id_does_not_go_on(desk: Desk) -> None:
    record(desk, "Contoso", "Tailspin")
    customers.edit(desk, key_of(desk, "Contoso"), {"microsoft_id": FABRIKAM[:-1] + "9"})
    customers.edit(desk, key_of(desk, "Tailspin"), {"microsoft_id": TAILSPIN})
    assert "begun for another Microsoft ID" in said(line(desk))
    assert line(desk, "Tailspin").step is Step.CONTINUE  # it was begun for whoever accepts


def test_a_pasted_link_does_not_stand_in_for_the_one_being_made(desk: Desk) -> None:
    key = key_of(desk, "Contoso")
    begun = record(desk, "Contoso").invitations[0]
    link = own(1)._replace(link=own(1).link.replace("admin.microsoft.com", "localhost:8443"))
    offers.set_own_link(desk, key, link)
    kept = desk.view.invitations(key)
    assert [bool(found.preparing) for found in kept] == [True, False]
    assert kept[0].id == begun and not kept[0].link


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"certified": "no"}, "only available for Microsoft Cloud partners who are certified"),
        ({"certified": ""}, "not said yet whether the partner is certified"),
        ({"cloud": "21vianet"}, "has no granular relationships"),
    ],
)
def test_some_partners_can_make_nothing(desk: Desk, fields: dict[str, str], why: str) -> None:
    partners.set_fields(desk, fields)
    with pytest.raises(NotAllowed, match=why):
        plan(desk)


@pytest.mark.parametrize(
    ("template", "field"),
    [
        ({"days": 0}, "days"),
        ({"days": 731}, "days"),
        ({"preset": "", "chosen": ()}, "roles"),
        ({"preset": Preset.FULL_LITERAL.value, "auto_extend": True}, "auto_extend"),
        ({"pattern": "{nobody}"}, "pattern"),
        ({"pattern": "Müller & Co"}, "pattern"),
    ],
)
def test_what_microsoft_would_refuse_is_refused_at_once(
    desk: Desk, template: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        plan(desk, **template)
    assert refused.value.field == field


# -- what is written down ----------------------------------------------------------------------


def of(desk: Desk, recorded: Recorded) -> list[str]:
    rows = desk.view.tables.table("invitations")
    return [
        customer.name
        for key in recorded.invitations
        if (customer := desk.view.customer(rows[key]["customer"]))
    ]


def test_a_plan_is_written_down_before_microsoft_hears_of_it(desk: Desk) -> None:
    made = plan(desk)
    recorded = preparing.record(desk, made)
    assert of(desk, recorded) == ["Contoso", "Fabrikam", "Tailspin"]
    assert recorded.fresh == set(recorded.invitations)
    assert str(recorded.receipt.message) == "Planned 3 relationships."
    kept = desk.view.invitations(key_of(desk, "Contoso"))[0].preparing
    assert kept is not None
    assert (kept.name, kept.roles, kept.tenant) == (made.lines[0].name, FULL, CONTOSO)
    assert (kept.partner, kept.cloud, kept.relationship) == (PARTNER, "practice", "")
    assert preparing.all_under_way(desk.view) == [made.lines[i].customer for i in range(3)]


def test_the_same_plan_written_down_twice_is_one(desk: Desk) -> None:
    made = plan(desk)
    first, second = preparing.record(desk, made), preparing.record(desk, made)
    assert first.invitations == second.invitations
    assert (second.fresh, second.receipt.seq) == (frozenset(), 0)


def test_what_another_operator_began_meanwhile_is_gone_on_with(desk: Desk) -> None:
    made = plan(desk)
    with as_other(desk) as other:
        theirs = record(other, "Fabrikam")
    recorded = preparing.record(desk, made)
    assert of(desk, recorded) == ["Contoso", "Fabrikam", "Tailspin"]
    assert recorded.invitations[1] == theirs.invitations[0]
    assert recorded.invitations[1] not in recorded.fresh
    assert len(desk.view.invitations(key_of(desk, "Fabrikam"))) == 1


def test_what_is_no_longer_possible_is_left_with_why(desk: Desk) -> None:
    made = plan(desk)
    link = own(1)._replace(link=own(1).link.replace("admin.microsoft.com", "localhost:8443"))
    with as_other(desk) as other:
        customers.archive(other, [key_of(other, "Contoso")])
        offers.set_own_link(other, key_of(other, "Fabrikam"), link)
    recorded = preparing.record(desk, made)
    assert of(desk, recorded) == ["Tailspin"]
    assert [str(found.why) for found in recorded.left] == [
        "It is archived.",
        "Its own link is ready until 2027-02-19: give it.",
    ]


def test_a_customer_that_went_meanwhile_is_left(desk: Desk) -> None:
    made = plan(desk, "Contoso")

    def remove(tables: Tables) -> Any:
        tables.customers.remove(doc_ids=[key_of(desk, "Contoso")])
        return msg("Gone.")

    desk.transaction("test", remove)
    recorded = preparing.record(desk, made)
    assert not recorded.invitations
    assert str(recorded.left[0].why) == "This customer is no longer there."


def test_what_was_given_up_meanwhile_is_not_made_instead(desk: Desk) -> None:
    begun = record(desk, "Contoso").invitations
    made = plan(desk, "Contoso")

    def remove(tables: Tables) -> Any:
        tables.invitations.remove(doc_ids=list(begun))
        return msg("Gone.")

    desk.transaction("test", remove)
    recorded = preparing.record(desk, made)
    assert not recorded.invitations
    assert str(recorded.left[0].why) == "It is no longer planned."


def test_a_microsoft_id_that_is_learned_meanwhile_is_the_one_that_is_asked(desk: Desk) -> None:
    made = plan(desk, "Tailspin")
    customers.edit(desk, key_of(desk, "Tailspin"), {"microsoft_id": TAILSPIN})
    preparing.record(desk, made)
    kept = desk.view.invitations(key_of(desk, "Tailspin"))[0].preparing
    assert kept and kept.tenant == TAILSPIN


@pytest.mark.parametrize(
    "fields",
    [
        {"tenant": FABRIKAM},
        {"cloud": "worldwide"},
        {"limited": "helpdesk"},
        {"certified": "no"},
    ],
)
def test_nothing_is_written_down_for_a_partner_that_changed_meanwhile(
    desk: Desk, fields: dict[str, str]
) -> None:
    made = plan(desk)
    with as_other(desk) as other:
        partners.set_fields(other, fields)
    with pytest.raises(NotAllowed):
        preparing.record(desk, made)
    assert not desk.view.tables.table("invitations")
