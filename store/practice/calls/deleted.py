"""Users that were deleted: kept for 30 days, in which they can be restored."""

from __future__ import annotations

from typing import Any

from store.practice import rules
from store.practice.calls.base import On, numbered
from store.practice.calls.users import USER, USUAL, may_read, user_row
from store.practice.clock import stamp
from store.practice.exchange import BAD, Answer, bad, denied, unknown
from store.practice.odata import one, page
from store.practice.tenants import Deleted

_TYPE = "#microsoft.graph.user"


def _shown(on: On, row: dict[str, Any]) -> Answer:
    """One, with the usual properties unless others are selected."""
    asked = on.asked
    if "$select" not in asked.query:
        names = ",".join([*USUAL, "deletedDateTime"])
        asked = asked._replace(query=dict(asked.query) | {"$select": names})
    return one(asked, row, context="directoryObjects", properties=USER)


def _row(gone: Deleted) -> dict[str, Any]:
    row = user_row(gone.user)
    return {"@odata.type": _TYPE, **row, "deletedDateTime": stamp(gone.when)}


def _found(on: On, key: str) -> Deleted:
    on.tenant.forget_deleted(on.now)
    found = on.tenant.deleted.get(key.lower())
    if found is None:
        raise unknown(key)
    return found


def listed(on: On) -> Answer:
    """GET of the users among them."""
    may_read(on)
    on.tenant.forget_deleted(on.now)
    return page(
        on.asked,
        numbered(on.tenant.deleted.values(), _row),
        context="directoryObjects",
        properties=USER,
        shown=[*USUAL, "deletedDateTime"],
        most=min(999, on.practice.page_limit),
    )


def read(on: On, key: str) -> Answer:
    """GET of one."""
    may_read(on)
    return _shown(on, _row(_found(on, key)))


def restore(on: On, key: str) -> Answer:
    """POST restore: there again, unless somebody else has the user name by now."""
    gone = _found(on, key)
    on.need({rules.GLOBAL, rules.USER})
    if not rules.may_change_account(on.roles, gone.user):
        raise denied()
    if on.tenant.user(gone.user.upn):
        raise bad(
            "Another object with the same value for property userPrincipalName already exists.", BAD
        )
    del on.tenant.deleted[gone.user.id]
    on.tenant.users[gone.user.id] = gone.user
    return _shown(on, {"@odata.type": _TYPE, **user_row(gone.user)})
