"""The address that a browser ended at, pasted back by a person."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from store.errors import BadInput
from store.message import msg

REDIRECT = "http://localhost"
"""Where Microsoft sends the browser: nobody listens there, and the address bar keeps the answer."""

_TELLS = 8
"""So many characters in common are no chance."""


def redirected(pasted: str, state: str) -> dict[str, str]:
    """The answer in an address; terminals may have broken it into lines.

    Raises `BadInput`, which never repeats what was pasted.
    """
    try:
        parts = urlsplit("".join(pasted.split()))
        if parts.hostname != "localhost":
            raise ValueError
        found = {name: values[0] for name, values in parse_qs(parts.query).items()}
    except ValueError:
        found = {}
    if "code" not in found and "error" not in found:
        raise BadInput(
            msg("That is not the address that the browser ended at."),
            field="address",
            todo=msg(
                "Sign in there first. The browser then shows a page that cannot be opened: copy "
                "all of its address, which begins with {start}",
                start=f"{REDIRECT}/?",
            ),
        )
    given = found.get("state", "")
    if given != state and len(given) >= _TELLS and state.startswith(given):
        raise BadInput(
            msg("That address was cut short."),
            field="address",
            todo=msg("Copy all of it, to its end, and paste it again."),
        )
    if given != state:
        raise BadInput(
            msg("That address belongs to another sign-in."),
            field="address",
            todo=msg("Use the address printed last, and paste where that one ended."),
        )
    return found
