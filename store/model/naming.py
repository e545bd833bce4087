"""What a relationship is called: a pattern, filled in for each customer.

Microsoft shows the name to the customer, takes at most 50 characters of it, and no two of a
partner's relationships may ever share one. So every name ends in a token of its own, by which a
relationship is known again where the answer to its making was lost.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import date

from store.errors import BadInput
from store.message import msg

LONGEST = 50
DEFAULT_PATTERN = "{partner}_{customer}_{level}"
FIELDS = ("partner", "customer", "domain", "level", "date")
_FIELD = re.compile(r"\{([^{}]*)\}")
_ODD = re.compile(r"[^A-Za-z0-9_-]+")
_TOKEN_BYTES = 4


def token() -> str:
    """A token that no other relationship has; 8 hexadecimal digits."""
    return secrets.token_hex(_TOKEN_BYTES)


def checked(pattern: str) -> str:
    """A pattern that can be filled in; raises `BadInput`."""
    pattern = pattern.strip()
    unknown = [name for name in _FIELD.findall(pattern) if name not in FIELDS]
    rest = _FIELD.sub("", pattern)
    if unknown or "{" in rest or "}" in rest:
        raise BadInput(
            msg("The pattern {pattern} cannot be filled in.", pattern=pattern),
            field="pattern",
            todo=msg("It may hold {fields}.", fields=", ".join(f"{{{name}}}" for name in FIELDS)),
        )
    if _ODD.search(rest):
        raise BadInput(
            msg("The pattern {pattern} has characters that Microsoft refuses.", pattern=pattern),
            field="pattern",
            todo=msg("Letters without accents, digits, - and _ are safe."),
        )
    return pattern


def name_for(
    pattern: str,
    *,
    partner: str,
    customer: str,
    domain: str,
    level: str,
    day: date,
    token: str,
) -> str:
    """A name of at most 50 characters that ends in the token.

    Where it would be longer, each part of it gives way alike.
    """
    values = {
        "partner": _plain(partner),
        "customer": _plain(customer) or _plain(domain.partition(".")[0]),
        "domain": _plain(domain),
        "level": level,
        "date": day.strftime("%Y%m%d"),
    }
    room = LONGEST - len(token) - 1
    longest = max(map(len, values.values()), default=0)
    made = _filled(pattern, values, longest)
    while len(made) > room and longest:
        longest -= 1
        made = _filled(pattern, values, longest)
    made = made[:room].rstrip("-_")
    return f"{made}_{token}" if made else token


def _filled(pattern: str, values: dict[str, str], most: int) -> str:
    """The pattern with at most so many characters of each value."""
    made = _FIELD.sub(lambda field: values[field[1]][:most].strip("-_"), pattern)
    return re.sub(r"([-_])[-_]+", r"\1", made).strip("-_")


def _plain(text: str) -> str:
    """Text in the characters that are safe in a name."""
    apart = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return _ODD.sub("-", "".join(c for c in apart if not unicodedata.combining(c))).strip("-_")
