"""First passwords: made by chance, or typed and looked at before anybody is asked."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from store.message import Message, msg
from store.secret import Secret

SHORTEST, LONGEST = 8, 256
_UPPER, _LOWER, _DIGITS = "CDFGHJKLMNPQRTVWXY", "cdfghjkmnpqrtvwxy", "34679"
"""Neither what is taken for another letter when it is read aloud, nor a vowel to make words."""
_GROUPS, _GROUP = 5, 4
_KIND_OF: tuple[Callable[[str], bool], ...] = (
    str.islower,
    str.isupper,
    str.isdigit,
    lambda letter: not letter.isalnum(),
)
_KINDS = 3
_SHORTEST_NAME = 3
"""A shorter user name would stand in nearly every password."""


def generated(upn: str = "") -> Secret:
    """A password that nobody has to think of: `Kf7m-…`, five groups of four, about 106 bits.

    It holds capitals, small letters and digits, and not the user name.
    """
    while True:
        groups = (
            "".join(secrets.choice(_UPPER + _LOWER + _DIGITS) for _ in range(_GROUP))
            for _ in range(_GROUPS)
        )
        made = Secret("-".join(groups))
        if _kinds(made) > _KINDS and why_weak(made, upn) is None:
            return made


def why_weak(password: Secret, upn: str = "") -> Message | None:
    """Why Microsoft would not take a password, as far as that is known beforehand.

    A tenant may ban words of its own, which only Microsoft knows.
    """
    if not SHORTEST <= len(password.reveal()) <= LONGEST:
        return msg("A password has {least} to {most} characters.", least=SHORTEST, most=LONGEST)
    if not (password.reveal().isascii() and password.reveal().isprintable()):
        return msg("A password is made of the letters A to Z, digits, blanks and signs.")
    if _kinds(password) < _KINDS:
        return msg("A password needs three of these: small letters, capitals, digits, signs.")
    name = upn.partition("@")[0].casefold()
    if len(name) >= _SHORTEST_NAME and name in password.reveal().casefold():
        return msg("A password must not hold the user name.")
    return None


def _kinds(password: Secret) -> int:
    """How many of small letters, capitals, digits and signs are in it."""
    return sum(any(map(kind, password.reveal())) for kind in _KIND_OF)
