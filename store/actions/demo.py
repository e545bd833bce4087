"""A fictional partner with customers in every state; the same seed gives the same data."""

from __future__ import annotations

import random
import re
import unicodedata
import uuid
from datetime import date, timedelta
from typing import Any

from store.actions.customers import blank
from store.actions.demo_contacts import contacts
from store.actions.invitations import new_invitation
from store.desk import Desk
from store.message import Message, msg
from store.model.access import Level
from store.model.consent import Answer, State
from store.model.customer import Customer
from store.model.group import ADMIN_AGENTS, HELPDESK_AGENTS
from store.model.invitation import How
from store.model.offer import Kind
from store.model.partner import Certified, Cloud
from store.work import Tables

_FIRST = (
    "Contoso Fabrikam Northwind Tailspin Adatum Litware Proseware Wingtip Woodgrove Trey Lucerne "
    "Margie Alpine Fourth Humongous Relecloud VanArsdel Bellows Graphic Coho Boulangerie Atelier "
    "Librairie Cabinet Maison Groupe Bäckerei Tischlerei Stadtwerke Gärtnerei Panadería Talleres "
    "Viñedos Clínica 东方 南山 长江 Établissements Société Ferme"
).split()
_SECOND = (
    "Traders Toys Insurance Robotics Publishing Travel Bank Research Foods Ski Winery Design "
    "Logistics Energy Marine Dental Law Studio Garden Motors Dupont Lefèvre Moreau Girard Müller "
    "Schneider Weber García Romero Iglesias 科技 贸易 Optics Textiles Pharmacy Forestry Glass"
).split()
_FORM = {"en": "Ltd", "fr": "SARL", "de": "GmbH", "es": "S.L.", "zh-Hans": "有限公司"}
_TAGS = ("health", "retail", "school", "vip", "north", "south", "2026", "migrating")
_MEMBERS = (
    ("anna", "Anna Lindqvist", "full"),
    ("zoe", "Zoé Martin", "limited"),
    ("luc", "Luc Bernard", "full"),
    ("mei", "Mei Chen", "limited"),
    ("omar", "Omar Haddad", ""),
    ("ines", "Inés Ortega", ""),
    ("jonas", "Jonas Weiß", "limited"),
)
_WEIGHTS = {
    State.ACTIVE: 46,
    State.WAITING: 17,
    State.NOT_OFFERED: 13,
    State.EXPIRING: 5,
    State.DECLINED: 4,
    State.LAPSED: 3,
    State.EXPIRED: 3,
    State.TERMINATED: 3,
    State.WITHOUT: 3,
    State.GRANTED: 1,
    State.ELSEWHERE: 1,
    State.UNKNOWN: 1,
}
_OFFERED: dict[Kind, dict[str, Any]] = {
    Kind.TRIAL: {
        "office": "Paris",
        "location": "FR",
        "subscriptions": [{"name": "Microsoft 365 Business Premium", "licences": 25}],
    },
    Kind.PURCHASE: {
        "office": "Paris",
        "location": "FR",
        "subscriptions": [
            {"name": "Microsoft 365 E3", "licences": 50},
            {"name": "Power BI Pro", "licences": 5},
        ],
    },
}
"""What the practice partner offers."""
_CALLERS = (
    "Called back a week later.",
    "Asked whom to ask about licences.",
    "Their auditor wants it in writing.",
    "",
    "",
)


def fill(desk: Desk, *, customers: int, seed: int, language: str) -> None:
    """Fills an empty store with a practice partner and this many customers."""
    rng = random.Random(f"partnerdesk {seed} {customers}")
    tenant = str(uuid.UUID(int=rng.getrandbits(128), version=4))
    desk.transaction("demo.partner", lambda tables: _partner(tables, tenant, language))
    desk.transaction("demo.users", _members)
    desk.transaction("demo.groups", lambda tables: _groups(tables, tenant))
    desk.transaction("demo.customers", lambda tables: _customers(tables, rng, customers, language))
    desk.transaction("demo.consent", lambda tables: _consents(tables, rng, tenant))
    desk.transaction("demo.follow-up", contacts)


def _partner(tables: Tables, tenant: str, language: str) -> Message:
    name = "Adatum Services Cloud" if language == "fr" else "Adatum Cloud Services"
    tables.partner.insert(
        {
            "name": name,
            "tenant": tenant,
            "cloud": Cloud.PRACTICE.value,
            "contact": "Anna Lindqvist",
            "mail": "partners@adatum.example",
            "phone": "+33 1 99 00 12 34",
            "certified": Certified.YES.value,
            "operators": {tables.operator.login: "anna@adatum.example"},
        }
    )
    for kind, summary in ((Kind.DELEGATED, ""), (Kind.TRIAL, "T-2026-0117"), (Kind.PURCHASE, "")):
        link = f"https://localhost:8443/partner/{kind.value}?partnerId={tenant}"
        tables.offers.insert(
            {
                "kind": kind.value,
                "link": "" if kind is Kind.PURCHASE else link,
                "summary_id": summary,
                "delegation": True,
                **({} if kind is Kind.DELEGATED else _OFFERED[kind]),
            }
        )
    return msg("Set up the practice partner {name}.", name=name)


def _members(tables: Tables) -> Message:
    tables.members.insert_multiple(
        {"upn": f"{login}@adatum.example", "name": name, "access": bool(level), "level": level}
        for login, name, level in _MEMBERS
    )
    return msg("Added {count} practice users.", count=len(_MEMBERS))


def _groups(tables: Tables, tenant: str) -> Message:
    """Partner Center's own groups stand for the levels; who is in them is for a sync to tell."""
    tables.groups.insert_multiple(
        {
            "level": level.value,
            "microsoft_id": str(uuid.uuid5(uuid.UUID(tenant), name)),
            "name": name,
            "members": [],
            "read": "",
        }
        for level, name in ((Level.FULL, ADMIN_AGENTS), (Level.LIMITED, HELPDESK_AGENTS))
    )
    return msg("The groups of the practice partner stand for Full and Limited.")


def _customers(tables: Tables, rng: random.Random, count: int, language: str) -> Message:
    taken: set[str] = set()
    rows = []
    spoken = ["en", "fr", "de", "es", "zh-Hans"]
    weights = [3, 5, 2, 2, 1] if language == "fr" else [5, 3, 2, 2, 1]
    for number in range(count):
        tongue = rng.choices(spoken, weights)[0]
        first, second = rng.choice(_FIRST), rng.choice(_SECOND)
        name = f"{first} {second} {_FORM[tongue]}"
        slug = _slug(f"{first}-{second}") or f"kunde{number}"
        domain = f"{slug}.example"
        if domain in taken:
            domain = f"{slug}{number}.example"
            name = f"{first} {second} {_FORM[tongue]} {_place(number)}"
        taken.add(domain)
        rows.append(
            {
                **blank(),
                "name": name,
                "domain": domain,
                "microsoft_id": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
                "relationship": "Cloud Reseller" if rng.random() < 0.8 else "",
                "tags": sorted(rng.sample(_TAGS, rng.choice([0, 0, 1, 1, 2]))),
                "alias": f"{second} {number}" if rng.random() < 0.1 else "",
                "language": tongue,
                "contact": f"it@{domain}",
                "added": tables.today.isoformat(),
            }
        )
    tables.customers.insert_multiple(rows)
    return msg("Added {count} practice customers.", count=count)


def _consents(tables: Tables, rng: random.Random, tenant: str) -> Message:
    states = list(_WEIGHTS)
    invitations: list[dict[str, Any]] = []
    for number, (key, row) in enumerate(tables.view.customers.items()):
        # The first customers show every state once, however few there are.
        state = (
            states[number]
            if number < len(states)
            else rng.choices(states, list(_WEIGHTS.values()))[0]
        )
        customer = Customer.from_document(key, row)
        invitations += _history(state, customer, tables, rng, tenant)
    tables.invitations.insert_multiple(invitations)
    return msg("Recorded {count} practice invitations.", count=len(invitations))


def _history(
    state: State, customer: Customer, tables: Tables, rng: random.Random, tenant: str
) -> list[dict[str, Any]]:
    """The invitations of a customer in this state, with what happened to them."""
    if state is State.NOT_OFFERED:
        return []
    today = tables.today
    granular = state in (State.EXPIRING, State.LAPSED, State.EXPIRED, State.GRANTED)
    granular = granular or (state is State.UNKNOWN) or rng.random() < 0.5
    kind = Kind.TRIAL if state is State.WITHOUT else Kind.DELEGATED
    ages = {
        State.LAPSED: (91, 200),
        State.WAITING: (0, 88),
        State.EXPIRING: (340, 360),
        State.EXPIRED: (380, 600),
    }
    given = today - timedelta(days=rng.randint(*ages.get(state, (5, 300))))
    made = {**new_invitation(customer, kind, delegation=True), "language": customer.language}
    if granular and kind is Kind.DELEGATED:
        relationship = f"{uuid.UUID(int=rng.getrandbits(128), version=4)}-{tenant}"
        made |= {
            "link": "https://localhost:8443/AdminPortal/Home#/partners/invitation/"
            f"granularAdminRelationships/{relationship}",
            "granular": True,
            "made": given.isoformat(),
            "days": 365,
            "auto_extend": state is State.ACTIVE,
        }
    how = rng.choice([How.COPIED, How.MAILED, How.SAVED]).value
    events = [_event(tables, "given", given, how=how)]
    later = _later(rng, given, today)
    answers = {
        State.ACTIVE: Answer.GRANTED,
        State.EXPIRING: Answer.GRANTED,
        State.EXPIRED: Answer.GRANTED,
        State.TERMINATED: Answer.GRANTED,
        State.DECLINED: Answer.DECLINED,
        State.WITHOUT: Answer.WITHOUT,
        State.ELSEWHERE: Answer.ELSEWHERE,
    }
    if state in answers:
        if state in (State.EXPIRING, State.EXPIRED):
            later = given + timedelta(days=1)
        note = rng.choice(_CALLERS)
        events.append(_event(tables, "answered", later, answer=answers[state].value, note=note))
    if state is State.TERMINATED:
        events.append(_event(tables, "ended", _later(rng, later, today)))
    if state is State.GRANTED:
        events.append(_event(tables, "reported", later, status="activating"))
    if state is State.UNKNOWN:
        events.append(_event(tables, "reported", later, status="pendingReview"))
    return [{**made, "events": events}]


def _event(tables: Tables, what: str, on: date, **more: str) -> dict[str, Any]:
    return {
        "what": what,
        "on": on.isoformat(),
        "at": f"{on.isoformat()}T09:00:00Z",
        "by": tables.operator.name,
        **more,
    }


def _later(rng: random.Random, day: date, today: date) -> date:
    return min(today, day + timedelta(days=rng.randint(1, 20)))


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore")
    return re.sub(r"[^a-z0-9]+", "-", plain.decode().lower()).strip("-")


def _place(number: int) -> str:
    return f"{number:04d}"
