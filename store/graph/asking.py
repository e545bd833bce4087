"""A request and its answer, before any wire."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import quote

from store.errors import BadInput
from store.graph.parsing import is_id
from store.graph.scopes import Scope
from store.message import msg

DELETED_AT_HOME = re.compile(
    r"/tenantRelationships/delegatedAdminRelationships/[^/?]+(?:/accessAssignments/[^/?]+)?"
    r"|/groups/[^/?]+/members/[^/?]+/\$ref"
)
"""The only addresses that are ever deleted: `members/{id}` without `/$ref` is the user itself."""
DELETED_THERE = re.compile(r"/users/[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""And in a customer's tenant: a user, who is named by an id alone."""


class Effect(StrEnum):
    """What a request does, and so whether it may be repeated when its answer was lost."""

    READS = "reads"
    AGAIN = "again"  # changes something, but a second time nothing more
    ONCE = "once"
    UNSEEN = "unseen"  # once, and nobody can look up afterwards whether it was done


class Ask(NamedTuple):
    """A request; `path` comes after the version. A `body` may hold a `Secret` anywhere."""

    method: str
    path: str
    scopes: tuple[Scope, ...]
    effect: Effect = Effect.READS
    body: Any = None
    etag: str = ""

    @property
    def named(self) -> str:
        """Method and path, as the table of refusals wants them."""
        return f"{self.method} {self.path}"

    def is_forbidden(self, deleted: re.Pattern[str]) -> bool:
        """Whether it would delete anything but these addresses."""
        return self.method == "DELETE" and deleted.fullmatch(self.path) is None


class Answer(NamedTuple):
    """An answer that did not refuse."""

    status: int
    body: dict[str, Any]
    headers: Mapping[str, str]


def segment(text: str) -> str:
    """An id as one part of a path; raises `BadInput` for what could lead elsewhere."""
    if not is_id(text):
        raise BadInput(msg("{id} is no id of Microsoft's.", id=text), field="id")
    return text


def user_segment(upn: str) -> str:
    """A user name or an id as one part of a path; raises `BadInput`."""
    if not is_id(upn) and ("@" not in upn or not upn.isprintable() or len(upn) > 320):
        raise BadInput(msg("{upn} is no user name.", upn=upn), field="upn")
    return quote(upn, safe="@")


def literal(text: str) -> str:
    """`text` in quotes for a `$filter`, as it stands in an address."""
    return quote("'" + text.replace("'", "''") + "'", safe="'")
