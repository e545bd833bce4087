"""Reminders, requests for a new consent, and the letter for the file: of what, and when not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tinydb.table import Document as Stored

from store.actions import consent, members, offers, renewing
from store.actions.letters import Copy, copies, ending, letter_for
from store.actions.renewing import Step
from store.desk import Desk
from store.errors import BadInput, NotAllowed
from store.message import Message, msg
from store.model import links, roles
from store.model.access import Level
from store.model.consent import Answer, State
from store.model.customer import Customer
from store.model.invitation import How
from store.model.offer import Kind
from store.model.outgoing import What
from store.model.subscription import Subscription
from store.work import Tables
from tests.conftest import TODAY
from tests.microsoft import CONTOSO, FABRIKAM
from tests.store.actions.stories import PURCHASE_LINK, TRIAL_LINK, add, own, state
from tests.store.model.samples import ago, granular_link

FULL = roles.preset_roles(roles.Preset.FULL).roles


def customer(desk: Desk, key: int) -> Customer:
    found = desk.view.customer(key)
    assert found is not None
    return found


def told(desk: Desk, what: What, key: int, kind: Kind = Kind.DELEGATED, **more: Any) -> Copy:
    """The letter to a customer today."""
    return letter_for(desk.view, what, customer(desk, key), kind, "en", TODAY, **more)


def related(desk: Desk, key: int, number: int = 1, **fields: Any) -> None:
    """The relationship of a link, as a sync leaves it."""

    def work(tables: Tables) -> Message:
        tables.relationships.insert(
            {
                "customer": key,
                "microsoft_id": links.relationship(granular_link(number)),
                "name": f"Relationship {number}",
                "status": "approvalPending",
                "roles": list(FULL),
                "modified": "1",
                **fields,
            }
        )
        asked = {"at": "2026-11-21T08:00:00Z", "whole": True, "tenant": tables.view.partner.tenant}
        tables.sync.upsert(Stored(asked, 1))
        return msg("A relationship came in.")

    desk.transaction("test", work)


def names(copy: Copy) -> list[str]:
    """The roles that a letter names."""
    return [name for name in roles.ROLES.values() if f"- {name}" in copy.text]


# -- the offer -----------------------------------------------------------------------------------


def test_a_granular_letter_lists_the_roles_that_its_link_asks_for(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.set_own_link(partner, key, own())
    related(partner, key)
    copy = told(partner, What.OFFER, key)
    assert set(names(copy)) == set(map(roles.role_name, FULL))
    assert "- Domain Name Administrator: adds and verifies domains" in copy.text
    assert "global administrators can do" not in copy.text


def test_roles_that_nobody_knows_are_not_guessed(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.set_own_link(partner, key, own())
    copy = told(partner, What.OFFER, key)
    assert names(copy) == []
    assert "The page behind the link lists the exact roles" in copy.text
    assert "Full administration" not in copy.text


def test_a_role_without_words_of_ours_is_named_all_the_same(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.set_own_link(partner, key, own())
    related(partner, key, roles=["b0f54661-2d74-4c50-afa3-1ec803f12efe", "x" * 8])
    text = told(partner, What.OFFER, key).text
    assert "- Billing Administrator\n- xxxxxxxx\n" in text


def test_the_letter_that_is_sent_is_the_one_that_is_copied(partner: Desk) -> None:
    one, two = add(partner, "Contoso", language="de"), add(partner, "Fabrikam")
    offers.set_own_link(partner, two, own())
    for key in (one, two):
        (shown,) = copies(partner.view, Kind.DELEGATED, [customer(partner, key)], "en", TODAY)
        assert told(partner, What.OFFER, key) == shown


def test_an_offer_without_a_link_is_no_letter_to_send(partner: Desk) -> None:
    key = add(partner, "Contoso")
    with pytest.raises(BadInput, match="Contoso: there is no link to give yet"):
        told(partner, What.OFFER, key, Kind.TRIAL)


def test_a_trial_lists_what_is_offered(partner: Desk) -> None:
    offers.set_offer(
        partner, Kind.TRIAL, link=TRIAL_LINK, summary_id="S-7",
        subscriptions=[Subscription("Microsoft 365 E3", 25)],
    )  # fmt: skip
    text = told(partner, What.OFFER, add(partner, "Contoso"), Kind.TRIAL).text
    assert "What we offer\n\n- Microsoft 365 E3: 25 licences\n" in text
    assert "(Summary ID): S-7" in text


# -- the reminder --------------------------------------------------------------------------------


def test_a_reminder_has_the_day_the_link_and_the_last_day(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(made=20))
    copy = told(partner, What.REMINDER, key)
    assert copy.subject == "Reminder: Adatum Cloud Services is waiting for your answer"
    assert "On 22 November 2026 we sent you a request" in copy.text
    assert "Please answer by 30 January 2027" in copy.text
    assert copy.letter.link == granular_link()


def test_a_reminder_is_written_the_same_on_every_day(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED, own=own())
    one = told(partner, What.REMINDER, key)
    later = date(2027, 2, 19)
    assert one == letter_for(
        partner.view, What.REMINDER, customer(partner, key), Kind.DELEGATED, "en", later
    )


def test_a_reminder_of_a_trial_says_what_was_offered_then(partner: Desk) -> None:
    offers.set_offer(
        partner, Kind.TRIAL, link=TRIAL_LINK, summary_id="S-7",
        subscriptions=[Subscription("Microsoft 365 E3", 25)],
    )  # fmt: skip
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.TRIAL, How.MAILED)
    offers.set_offer(
        partner, Kind.TRIAL, summary_id="S-8", subscriptions=[Subscription("Other", 1)]
    )
    text = told(partner, What.REMINDER, key, Kind.TRIAL).text
    assert "an invitation to try Microsoft cloud services" in text
    assert "- Microsoft 365 E3: 25 licences" in text
    assert "(Summary ID): S-7" in text


def test_who_got_nothing_is_reminded_of_nothing(partner: Desk) -> None:
    key = add(partner, "Contoso")
    with pytest.raises(NotAllowed, match="Contoso did not get the Delegated") as refused:
        told(partner, What.REMINDER, key)
    assert str(refused.value.todo) == "Send the offer first."
    offers.set_own_link(partner, key, own())
    with pytest.raises(NotAllowed, match="did not get"):
        told(partner, What.REMINDER, key)


@pytest.mark.parametrize("answer", [Answer.GRANTED, Answer.DECLINED, Answer.ELSEWHERE])
def test_who_has_answered_is_not_reminded(partner: Desk, answer: Answer) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED)
    assert told(partner, What.REMINDER, key)
    consent.record(partner, [key], answer)
    with pytest.raises(NotAllowed, match="Contoso has answered the Delegated"):
        told(partner, What.REMINDER, key)


def test_who_granted_it_by_another_link_is_not_said_to_be_silent(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED)
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED, own=own())
    consent.record(partner, [key], Answer.GRANTED)
    assert state(partner, key) is State.ACTIVE
    with pytest.raises(NotAllowed, match="Contoso has answered the Delegated"):
        told(partner, What.REMINDER, key)


def test_the_plain_offer_is_reminded_of_beside_a_named_one(partner: Desk) -> None:
    key = add(partner, "Contoso")
    for name, count in (("", 5), ("Large", 500)):
        offers.set_offer(
            partner, Kind.PURCHASE, name=name, link=PURCHASE_LINK, delegation=False,
            subscriptions=[Subscription("E3", count)],
        )  # fmt: skip
        offers.give(partner, [key], Kind.PURCHASE, How.COPIED, offer=name)
    for name, count in (("", 5), ("large", 500)):
        text = told(partner, What.REMINDER, key, Kind.PURCHASE, offer=name).text
        assert f"- E3: {count} licences" in text


def test_a_link_that_lapsed_is_not_reminded_of(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(made=89))
    assert told(partner, What.REMINDER, key)
    with pytest.raises(NotAllowed, match="The link that Contoso got can no longer be answered"):
        letter_for(
            partner.view, What.REMINDER, customer(partner, key), Kind.DELEGATED, "en",
            TODAY.replace(day=23),
        )  # fmt: skip


# -- a new consent -------------------------------------------------------------------------------


def test_a_renewal_names_the_end_and_asks_with_a_new_link(partner: Desk) -> None:
    key = add(partner, "Contoso", language="fr")
    related(partner, key, status="active", ends="2026-12-24", auto_extend=False)
    with pytest.raises(BadInput, match="Contoso has no link yet for a new consent") as refused:
        told(partner, What.RENEWAL, key)
    assert "partnerdesk offer prepare Contoso" in str(refused.value.todo)
    offers.set_own_link(partner, key, own(2))
    copy = told(partner, What.RENEWAL, key)
    assert copy.subject.startswith("Notre accès prend fin le 24 décembre 2026")
    assert "Le dernier jour de cet accès est le 24 décembre 2026." in copy.text
    assert copy.letter.link == granular_link(2)


def test_who_gave_no_access_that_ends_is_asked_for_no_new_one(partner: Desk) -> None:
    key = add(partner, "Contoso")
    with pytest.raises(NotAllowed, match="gave no access that ends"):
        told(partner, What.RENEWAL, key)
    related(partner, key, status="active", ends="2026-12-24", auto_extend=True)
    with pytest.raises(NotAllowed, match="The access of Contoso lasts"):
        told(partner, What.RENEWAL, key)
    related(partner, key, 2, status="expired", ends="2026-01-01")
    with pytest.raises(NotAllowed, match="The access of Contoso lasts"):
        told(partner, What.RENEWAL, key)


def test_an_access_that_is_over_is_not_said_to_end(partner: Desk) -> None:
    key = add(partner, "Contoso")
    related(partner, key, status="expired", ends="2026-11-12", auto_extend=False)
    offers.set_own_link(partner, key, own(2))
    copy = told(partner, What.RENEWAL, key)
    assert copy.subject.startswith("Our access ended on 12 November 2026: ")
    assert "That access ended on 12 November 2026." in copy.text
    assert "no gap" not in copy.text


def test_a_renewal_names_the_end_that_the_plan_names(partner: Desk) -> None:
    key = add(partner, "Contoso")
    related(partner, key, 1, status="active", ends="2026-12-01", roles=list(FULL[:1]))
    related(partner, key, 2, status="active", ends="2027-03-01")
    related(partner, key, 3, status="activating", ends="2026-11-25")
    plan = renewing.plan(partner.view, TODAY, None, [key])
    assert {one.name: one.step for one in plan} == {
        "Relationship 1": Step.NOTHING, "Relationship 2": Step.SWITCH_ON,
    }  # fmt: skip
    assert plan == renewing.plan(partner.view, TODAY), "of one customer as of all"
    found = ending(partner.view, customer(partner, key), TODAY)
    assert found == (date(2027, 3, 1), False), "the first is replaced, the third is not there yet"


def test_an_access_that_was_recorded_by_hand_is_renewed_too(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(days=10))
    consent.record(partner, [key], Answer.GRANTED)
    offers.set_own_link(partner, key, own(2))
    text = told(partner, What.RENEWAL, key).text
    assert "The last day of that access is 2 December 2026." in text


# -- the customer's file -------------------------------------------------------------------------


def test_the_letter_for_the_file_says_what_since_when_and_who(partner: Desk) -> None:
    key = add(partner, "Contoso")
    for name, level in (("Zoë", Level.LIMITED), ("Anna", Level.FULL), ("Max", Level.NONE)):
        receipt = members.add(partner, f"{len(name)}{level}@adatum.example", name)
        if level:
            members.set_access(partner, receipt.before[0][1], access=True, level=level)
    related(
        partner, key, status="active", activated="2026-01-05T10:00:00Z", ends="2028-01-05",
        auto_extend=True,
    )  # fmt: skip
    text = told(partner, What.RECORD, key).text
    assert "under the name Relationship 1, since 5 January 2026, until 5 January 2028" in text
    assert "extended by 180 days at a time" in text
    assert "Microsoft confirmed it to us on 21 November 2026." in text
    assert "- Anna: Full administration\n- Zoë: Limited administration\n" in text
    assert "Max" not in text
    assert "remove the roles" in text
    assert told(partner, What.RECORD, key).letter.gaps == ()


def test_whoever_holds_nothing_there_is_not_said_to_be_able_to(partner: Desk) -> None:
    receipt = members.add(partner, "anna@adatum.example", "Anna")
    members.set_access(partner, receipt.before[0][1], access=True, level=Level.FULL)
    key = add(partner, "Contoso", microsoft_id=CONTOSO)
    related(partner, key, status="active", tenant=CONTOSO, etag="2")
    assert "- Anna: Full administration" in told(partner, What.RECORD, key).text, "for all we know"
    key = add(partner, "Fabrikam", microsoft_id=FABRIKAM)
    related(
        partner, key, 2, status="active", tenant=FABRIKAM, etag="2",
        assignments=[], assignments_of="1 2",
    )  # fmt: skip
    text = told(partner, What.RECORD, key).text
    assert "Anna: Full administration" not in text, "no group of ours was assigned there"
    assert "At present nobody of us is set up to use it." in text


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "activating"},
        {"status": "active", "ends": "2026-11-21"},
        {"status": "active", "gone": "2026-11-21"},
        {"status": "terminating"},
    ],
    ids=str,
)
def test_what_gives_no_access_today_is_not_said_to_be_held(
    partner: Desk, fields: dict[str, Any]
) -> None:
    key = add(partner, "Contoso")
    related(partner, key, **fields)
    with pytest.raises(NotAllowed, match="gave us no access"):
        told(partner, What.RECORD, key)


def test_an_end_that_was_recorded_since_the_last_sync_counts(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED, own=own())
    consent.record(partner, [key], Answer.GRANTED)
    related(partner, key, status="active")
    assert told(partner, What.RECORD, key)
    consent.record(partner, [key], Answer.ENDED)
    with pytest.raises(NotAllowed, match="gave us no access"):
        told(partner, What.RECORD, key)


def test_a_day_since_when_that_nobody_knows_is_not_made_up(partner: Desk) -> None:
    key = add(partner, "Contoso")
    related(partner, key, status="active", created="2026-01-02T00:00:00Z")
    assert (
        "under the name Relationship 1, with these roles:" in told(partner, What.RECORD, key).text
    )


def test_a_classic_access_is_on_file_by_its_levels(partner: Desk) -> None:
    key = add(partner, "Contoso")
    consent.record(partner, [key], Answer.GRANTED, on=ago(10))
    text = told(partner, What.RECORD, key).text
    assert "Delegated administration, since 12 November 2026, until you or we end it." in text
    assert "what a password administrator can" in text
    assert "At present nobody of us is set up to use it." in text
    assert "Microsoft confirmed" not in text


def test_many_people_are_counted_after_the_first_dozen_for_it_is_one_page(partner: Desk) -> None:
    key = add(partner, "Contoso")
    consent.record(partner, [key], Answer.GRANTED)

    def work(tables: Tables) -> Message:
        for number in range(15):
            tables.members.insert(
                {"upn": f"u{number}@a.example", "name": f"U{number:02}", "access": True,
                 "level": "full"}
            )  # fmt: skip
        return msg("Many came.")

    partner.transaction("test", work)
    text = told(partner, What.RECORD, key).text
    assert text.count(": Full administration") == 12
    assert "- and 3 more of our people;" in text


def test_where_nobody_gave_access_there_is_nothing_to_file(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED)
    with pytest.raises(NotAllowed, match="Contoso gave us no access") as refused:
        told(partner, What.RECORD, key)
    assert "partnerdesk consent record Contoso granted" in str(refused.value.todo)
