"""What a letter may have to tell besides the offer and its invitation."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Grant(NamedTuple):
    """One relationship that gives access: its roles by template id, and how long it lasts.

    `until` is its last day, `None` where it has none or nobody knows; `extends` says that it
    extends itself then.
    """

    name: str
    roles: tuple[str, ...]
    since: date | None = None
    until: date | None = None
    extends: bool = False


class Person(NamedTuple):
    """Somebody of ours who may act at the customer's; `level` is *full* or *limited*."""

    name: str
    level: str


class Facts(NamedTuple):
    """What is known about a customer's access.

    `roles` (template ids) are those that the link asks for, none where nobody knows. `ends` is
    the last day of the access that a new consent is to follow, and `ended` whether it is over.
    The rest is for the customer's file: `grants` at Microsoft, `classic` where access was given
    without one, since `since`; `people` who may use it, and how many `others`; `as_of` is the day
    Microsoft was asked.
    """

    roles: tuple[str, ...] = ()
    ends: date | None = None
    grants: tuple[Grant, ...] = ()
    classic: bool = False
    since: date | None = None
    people: tuple[Person, ...] = ()
    others: int = 0
    as_of: date | None = None
    ended: bool = False


NOTHING = Facts()
