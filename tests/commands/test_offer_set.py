"""Keeping an offer's link: only links of the partner's own cloud, each of its kind."""

from __future__ import annotations

import pytest

from tests.commands.shell import GRANULAR, TENANT, Shell

PASTED = "https://admin.microsoft.com/Commerce/Purchase.aspx?offerId=1"


def link(shell: Shell, kind: str, status: int = 0) -> str:
    return shell(f"offer show --link-only --kind {kind}", status=status).out.strip()


def test_a_pasted_link_is_kept_and_can_be_taken_back(partner: Shell) -> None:
    ran = partner(f"offer set purchase --link '{PASTED}'")
    assert ran.out == "Saved the Purchase offer.\n"
    assert link(partner, "purchase") == PASTED
    partner("offer set purchase --link ''")
    assert link(partner, "purchase", status=1) == ""


def test_setting_the_summary_id_leaves_the_link(partner: Shell) -> None:
    partner(f"offer set purchase --link '{PASTED}'")
    partner("offer set purchase --summary-id P-9")
    assert link(partner, "purchase") == PASTED
    assert "(Summary ID): P-9" in partner("offer show --kind purchase").out


def test_without_anything_to_set_it_says_what_there_is(partner: Shell) -> None:
    ran = partner("offer set trial", status=2)
    assert "Nothing to set." in ran.err
    assert "Give --link, --summary-id, --delegation, --office" in ran.err


@pytest.mark.parametrize(
    ("pasted", "reason"),
    [
        ("http://admin.microsoft.com/x", "it does not begin with https://"),
        ("https://evil.example/x", "its host is not one of this partner's cloud"),
        ("https://admin.microsoft.com.evil.example/x", "its host is not one of this"),
        ("https://admin.microsoft.com@evil.example/x", "its host is not one of this"),
        ("https://admin.microsoft.com:444/x", "it names a port"),
        ("https://portal.office365.us/x", "its host is not one of this partner's cloud"),
        ("https://localhost:8443/x", "its host is not one of this partner's cloud"),
        ("https://admin.microsoft.com/", "it has not the form of an invitation"),
        ("https://admin.microsoft.com/a/../b", "it has not the form of an invitation"),
        ("https://admin.microsoft.com/a b", "it holds characters that a link cannot have"),
        ("https://admin.microsoft.com/\x1b[2J", "it holds characters that a link cannot have"),
        (f"https://admin.microsoft.com/{'x' * 1_024}", "it is longer than 1,024 characters"),
        (
            f"https://admin.microsoft.com/x?partnerId={TENANT.replace('1', '2')}",
            "it asks for access for another partner",
        ),
        (GRANULAR[:-1], "it is not a whole granular link"),
    ],
)
def test_a_link_that_may_mislead_is_refused_with_the_reason(
    partner: Shell, pasted: str, reason: str
) -> None:
    ran = partner("offer set trial --link", pasted, status=2)
    assert f"The link is refused: {reason}" in ran.err
    assert "It begins with https://admin.microsoft.com/" in ran.err
    assert link(partner, "trial", status=1) == ""


def test_a_link_for_one_customer_is_not_an_offers_link(partner: Shell) -> None:
    ran = partner("offer set delegated --link", GRANULAR, status=2)
    assert "This granular link belongs to one customer." in ran.err


def test_the_delegated_offer_without_delegation_is_refused_not_passed_over(
    partner: Shell,
) -> None:
    ran = partner("offer set delegated --no-delegation", status=2)
    assert "Saved" not in ran.out


def test_each_cloud_takes_the_links_of_its_own_hosts(partner: Shell) -> None:
    partner("partner set cloud=us-government")
    partner("offer set trial --link https://portal.office365.us/trial")
    partner("offer set trial --link https://admin.microsoft.com/trial", status=2)
    partner("partner set cloud=21vianet")
    partner("offer set trial --link https://portal.partner.microsoftonline.cn/trial")
    assert link(partner, "trial") == "https://portal.partner.microsoftonline.cn/trial"


def test_only_worldwide_the_delegated_link_follows_from_the_tenant(partner: Shell) -> None:
    assert f"partnerId={TENANT}" in link(partner, "delegated")
    partner("partner set cloud=21vianet")
    assert link(partner, "delegated", status=1) == ""
