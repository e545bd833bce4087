"""A link of the chain says what would mend it, and what that takes of the customer."""

from __future__ import annotations

from store.message import msg
from store.model.may.chain import Part, Repair, Verdict, link


def test_a_repair_says_whether_the_customer_is_asked_again() -> None:
    why, repair = msg("No role."), Repair(msg("Ask for it."), new_consent=True)
    assert str(link(Part.ROLE, Verdict.NO, why).mended) == "Nothing here mends it."
    asked = link(Part.ROLE, Verdict.NO, why, repair)
    assert str(asked.mended) == "Ask for it. Needs the customer's consent."
    ours = link(Part.ROLE, Verdict.NO, why, repair._replace(new_consent=False))
    assert str(ours.mended) == "Ask for it. Needs no new consent."
