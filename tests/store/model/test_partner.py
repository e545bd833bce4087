"""The number of customers chooses the way of working; only certified partners may offer."""

from __future__ import annotations

from typing import Any

import pytest

from store.model.partner import (
    Certified,
    Cloud,
    Flow,
    FlowSetting,
    Partner,
    flow_for,
    why_not_certified,
)
from tests.store.model.samples import partner


@pytest.mark.parametrize(
    ("customers", "flow"),
    [
        (0, Flow.BUSINESS),
        (1, Flow.BUSINESS),
        (99, Flow.BUSINESS),
        (100, Flow.OVERVIEW),
        (101, Flow.OVERVIEW),
        (100_000, Flow.OVERVIEW),
    ],
)
def test_a_hundred_customers_open_the_partner_overview(customers: int, flow: Flow) -> None:
    assert flow_for(customers) is flow
    assert flow_for(customers, FlowSetting.AUTO) is flow


@pytest.mark.parametrize("customers", [0, 99, 100, 101])
def test_a_partner_who_has_chosen_a_way_keeps_it(customers: int) -> None:
    assert flow_for(customers, FlowSetting.OVERVIEW) is Flow.OVERVIEW
    assert flow_for(customers, FlowSetting.BUSINESS) is Flow.BUSINESS


@pytest.mark.parametrize("cloud", Cloud)
def test_a_certified_partner_may_offer(cloud: Cloud) -> None:
    assert why_not_certified(partner(cloud)) is None


@pytest.mark.parametrize("cloud", Cloud)
def test_a_partner_who_was_not_asked_yet_has_not_said_no(cloud: Cloud) -> None:
    assert why_not_certified(partner(cloud, certified=Certified.UNANSWERED)) is None


@pytest.mark.parametrize("cloud", [Cloud.WORLDWIDE, Cloud.US_GOVERNMENT, Cloud.PRACTICE])
def test_a_partner_who_is_not_certified_gets_the_note_of_the_article(cloud: Cloud) -> None:
    assert str(why_not_certified(partner(cloud, certified=Certified.NO))) == (
        "This feature is only available for Microsoft Cloud partners who are certified to offer "
        "delegated administration."
    )


def test_in_china_the_note_is_that_of_21vianet() -> None:
    note = str(why_not_certified(partner(Cloud.CHINA, certified=Certified.NO)))
    assert "applies only to Office 365 operated by 21Vianet in China" in note
    assert "operated by 21Vianet partners who are certified" in note


def test_a_partner_that_was_never_set_lacks_everything_a_letter_needs() -> None:
    nobody = Partner.from_document(None)
    assert not nobody.is_set
    assert nobody.missing() == ("Name", "Contact", "Mail")
    assert nobody.cloud is Cloud.WORLDWIDE
    assert nobody.certified is Certified.UNANSWERED


@pytest.mark.parametrize("field", ["name", "contact", "mail"])
def test_an_empty_field_that_a_letter_needs_is_named(field: str) -> None:
    emptied: dict[str, Any] = {field: ""}
    assert partner(**emptied).missing() == (field.capitalize(),)
    assert partner(phone="").missing() == ()
