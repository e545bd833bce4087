"""What a program asks to be allowed, as it spells it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from store.practice.aadsts import Refused
from store.practice.registration import EVERYTHING

DEFAULT = ".default"
OPENID = frozenset({"openid", "profile", "offline_access", "email"})
RESOURCES = ("127.0.0.1", "localhost", "graph.microsoft.com")
"""The hosts that a scope may name: this one, and Graph's own for clients that know no other."""
_KNOWN = {scope.casefold(): scope for scope in EVERYTHING}


class Asked(NamedTuple):
    """The scopes of a request: permissions, where they were asked of, and OpenID's own."""

    permissions: frozenset[str]
    prefix: str = ""
    openid: frozenset[str] = frozenset()
    default: bool = False

    def said(self, granted: Iterable[str]) -> str:
        """What was granted, spelled as it was asked for."""
        names = sorted([*granted, *([DEFAULT] if self.default else [])])
        return " ".join([*(f"{self.prefix}{name}" for name in names), *sorted(self.openid)])


def asked(scope: str) -> Asked:
    """The scopes of a request; raises `Refused`."""
    names = scope.split()
    openid = frozenset(name for name in names if name in OPENID)
    wanted = [name for name in names if name not in OPENID]
    if not wanted:
        return Asked(frozenset(), openid=openid)
    prefixes = {name[: name.rfind("/") + 1] for name in wanted}
    bare = [name[name.rfind("/") + 1 :] for name in wanted]
    if len(prefixes) > 1 or (DEFAULT in bare and len(bare) > 1):
        raise Refused(70011, scopes=" ".join(wanted))
    (prefix,) = prefixes
    if prefix and urlsplit(prefix).hostname not in RESOURCES:
        raise Refused(500011, resource=prefix, tenant="")
    if bare == [DEFAULT]:
        return Asked(frozenset(), prefix, openid, default=True)
    unknown = [name for name in bare if name.casefold() not in _KNOWN]
    if unknown:
        raise Refused(650053, scopes=" ".join(unknown))
    return Asked(frozenset(_KNOWN[name.casefold()] for name in bare), prefix, openid)
