"""The values that a template may use, as they are for one letter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from store.letters.facts import Facts, Grant
from store.letters.roles import MEANINGS
from store.letters.words import Words
from store.model import locations
from store.model.invitation import Invitation
from store.model.links import is_granular
from store.model.offer import Offer
from store.model.outgoing import What
from store.model.partner import Partner
from store.model.roles import role_name

_PORT = re.compile(r"^https://([^/?#]+)")


def values(
    offer: Offer,
    partner: Partner,
    words: Words,
    *,
    customer: str,
    link: str,
    invitation: Invitation | None,
    what: What,
    facts: Facts,
) -> dict[str, Any]:
    """Every field by its name; dates are written out, and empty where there is none."""
    host = _PORT.match(link)
    granular = is_granular(link)
    mine = invitation if invitation and granular and invitation.link == link else None
    return {
        "what": what.value,
        "kind": offer.kind.value,
        "partner": {
            "name": partner.name or words.name,
            "contact": partner.contact or words.contact,
            "mail": partner.mail or words.mail,
            "phone": partner.phone,
        },
        "customer": customer,
        "link": link or words.link,
        "host": host[1] if host else "",
        "granular": granular,
        "delegation": offer.delegation,
        "summary_id": offer.summary_id,
        "subscriptions": [
            {"name": one.name, "licences": one.licences or 0} for one in offer.subscriptions
        ],
        "office": offer.office,
        "location": locations.name_of(offer.location, words.code) if offer.location else "",
        "limited": partner.limited_as.value,
        "portal": words.portal_of(partner.cloud),
        "answer_by": _day(words, mine.answer_by if mine else None),
        "days": (mine.days or 0) if mine else 0,
        "auto_extend": mine.auto_extend if mine else False,
        "given": _day(words, invitation.given if invitation else None),
        "roles": _roles(words, facts.roles),
        "ends": _day(words, facts.ends),
        "ended": facts.ended,
        "grants": [_grant(words, grant) for grant in facts.grants],
        "classic": facts.classic,
        "since": _day(words, facts.since),
        "people": [person._asdict() for person in facts.people],
        "others": facts.others,
        "as_of": _day(words, facts.as_of),
    }


def _grant(words: Words, grant: Grant) -> dict[str, Any]:
    return {
        "name": grant.name,
        "roles": _roles(words, grant.roles),
        "since": _day(words, grant.since),
        "until": _day(words, grant.until),
        "extends": grant.extends,
    }


def _roles(words: Words, roles: Iterable[str]) -> list[dict[str, str]]:
    return [
        {"name": role_name(role), "meaning": MEANINGS[words.code].get(role.lower(), "")}
        for role in roles
    ]


def _day(words: Words, when: date | None) -> str:
    return words.day(when) if when else ""
