"""A view made of plain documents, in which one thing at a time can be otherwise."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from store.journal.rows import Rows
from store.journal.state import State
from store.model.roles import DIRECTORY_READERS, PASSWORD_ADMINISTRATOR, Preset, preset_roles
from store.view import View, view_of

OURS = "11111111-2222-4333-8444-555555555555"
CONTOSO = "22222222-2222-4333-8444-555555555555"
ANNA, LUC, OMAR = "anna@adatum.example", "luc@adatum.example", "omar@adatum.example"
FULL_GROUP, LIMITED_GROUP = "aaaaaaaa-1111-4000-8000-000000000001", "aaaaaaaa-1111-4000-8000-0002"
FULL_ROLES = list(preset_roles(Preset.FULL).roles)
LIMITED_ROLES = [PASSWORD_ADMINISTRATOR, DIRECTORY_READERS]
GIVEN = {"what": "given", "on": "2026-11-13"}

_INSIDE = {"name": "", "guest": False, "blocked": False, "kind": ""}


def inside(upn: str, key: str, **more: Any) -> dict[str, Any]:
    """Somebody in a group, as read from Microsoft."""
    return {**_INSIDE, "id": key, "upn": upn, **more}


def office() -> dict[str, dict[int, dict[str, Any]]]:
    """Anna has Full, Luc has Limited, Omar nothing; all is well at Contoso, and was read."""
    return deepcopy(_OFFICE)


_OFFICE: dict[str, dict[int, dict[str, Any]]] = {
    "partner": {1: {"name": "Adatum", "tenant": OURS, "cloud": "worldwide", "certified": "yes"}},
    "customers": {1: {"name": "Contoso", "domain": "contoso.example", "microsoft_id": CONTOSO}},
    "members": {
        1: {"upn": ANNA, "name": "Anna", "access": True, "level": "full", "microsoft_id": "u1"},
        2: {"upn": LUC, "name": "Luc", "access": True, "level": "limited", "microsoft_id": "u2"},
        3: {"upn": OMAR, "name": "Omar", "access": False, "level": ""},
    },
    "groups": {
        1: {"level": "full", "microsoft_id": FULL_GROUP, "name": "Desk Full", "read": "2026-11-21",
            "members": [inside(ANNA, "u1")], "gone": False},
        2: {"level": "limited", "microsoft_id": LIMITED_GROUP, "name": "Desk Limited",
            "read": "2026-11-21", "members": [inside(LUC, "u2")], "gone": False},
    },
    "invitations": {
        1: {"customer": 1, "kind": "delegated", "delegation": True, "granular": True,
            "link": "https://admin.microsoft.com/x", "made": "2026-11-13", "days": 365,
            "events": [GIVEN, {"what": "reported", "on": "2026-11-14", "status": "active",
                               "until": "2027-11-14"}]},
    },
    "relationships": {
        1: {"microsoft_id": "r1", "name": "Adatum_Contoso", "status": "active", "customer": 1,
            "tenant": CONTOSO, "roles": FULL_ROLES, "ends": "2027-11-14T09:00:00Z", "gone": "",
            "modified": "2026-11-14", "etag": "v1", "assignments_of": "2026-11-14 v1",
            "assignments": [
                {"id": "a1", "group": FULL_GROUP, "roles": FULL_ROLES, "status": "active"},
                {"id": "a2", "group": LIMITED_GROUP, "roles": LIMITED_ROLES, "status": "active"},
            ]},
    },
    "sync": {1: {"at": "2026-11-21T09:00:00Z", "whole": True, "tenant": OURS}},
}  # fmt: skip


def view(tables: dict[str, dict[int, dict[str, Any]]]) -> View:
    """What a desk with these documents would show."""
    return view_of(1, State({name: Rows(rows) for name, rows in tables.items()}))


def with_changes(**changes: Any) -> View:
    """The office where `table_key_field="…"` sets a field, and `table_key=None` takes one away."""
    tables = office()
    for name, value in changes.items():
        table, key, *field = name.split("__")
        if field:
            tables[table][int(key)][field[0]] = value
        elif value is None:
            del tables[table][int(key)]
        else:
            tables[table][int(key)] = value
    return view(tables)
