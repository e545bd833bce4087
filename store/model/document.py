"""Reads single values out of stored documents, whatever somebody put there.

A journal line may come from an older version or from a hand that meant no good; a value of
another type than expected becomes an empty one, never an error on the screen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from store.errors import BadInput
from store.message import msg

Fields = Mapping[str, Any]
Choice = TypeVar("Choice", bound=StrEnum)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def text(document: Fields, name: str) -> str:
    """The value as text."""
    value = document.get(name, "")
    return value if isinstance(value, str) else "" if value is None else str(value)


def flag(document: Fields, name: str) -> bool:
    """Whether the value is `true`."""
    return document.get(name) is True


def number(document: Fields, name: str) -> int | None:
    """The value, if it is a whole number."""
    value = document.get(name)
    return value if type(value) is int else None


def day(document: Fields, name: str) -> date | None:
    """The value, if it is a date in ISO 8601."""
    value = document.get(name)
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def local_day(moment: str) -> date | None:
    """The day of a moment (ISO 8601, UTC) by this host's calendar, as `today` is; else `None`."""
    try:
        return datetime.fromisoformat(moment).astimezone().date()
    except (ValueError, OverflowError):
        return None


def texts(document: Fields, name: str) -> tuple[str, ...]:
    """The values of a list, as text."""
    value = document.get(name)
    return tuple(map(str, value)) if isinstance(value, list) else ()


def mapping(document: Fields, name: str) -> dict[str, str]:
    """The values of an object, as text."""
    value = document.get(name)
    return {str(key): str(v) for key, v in value.items()} if isinstance(value, dict) else {}


def listed(document: Fields, name: str) -> list[Fields]:
    """The objects in a list."""
    value = document.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def choice(choices: type[Choice], value: str, otherwise: Choice) -> Choice:
    """The member of an enumeration that `value` names, or `otherwise`."""
    try:
        return choices(value)
    except ValueError:
        return otherwise


def later(day_: date, days: int) -> date | None:
    """The day `days` days later; `None` beyond the calendar, which only a stored lie reaches."""
    try:
        return day_ + timedelta(days=days)
    except OverflowError:
        return None


def given_day(value: str, field: str, name: str) -> date:
    """A date as an operator types it into `field`, which is called `name`; raises `BadInput`."""
    found = day({"day": value.strip()}, "day")
    if found is None:
        raise BadInput(
            msg("{field}: {value} is not a date.", field=msg(name), value=value),
            field=field,
            todo=msg("Write year-month-day, as in 2026-11-30."),
        )
    return found
