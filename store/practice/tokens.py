"""Access tokens: opaque, for one tenant, until the practice clock says that they are over."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from store.practice.grants import Grants
from store.practice.registration import EVERYTHING
from store.practice.scopes import Asked

if TYPE_CHECKING:
    from store.practice.cloud import Practice

LIFE = timedelta(seconds=3600)


class Caller(NamedTuple):
    """Who asks: a member of the partner's tenant, or (`user` is `None`) the app by itself.

    `tenant` is the one that the token is for.
    """

    user: str | None
    tenant: str
    scopes: frozenset[str]
    expired: bool = False
    mfa: bool = True


class _Issued(NamedTuple):
    caller: Caller
    until: datetime


class Tokens:
    """The access tokens that were given out; `grants` is how clients come by them."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self._issued: dict[str, _Issued] = {}
        self.grants = Grants(practice)

    def issue(
        self,
        user: str | None,
        tenant: str,
        scopes: Iterable[str],
        *,
        mfa: bool = True,
    ) -> str:
        """A new token."""
        token = secrets.token_urlsafe(32)
        caller = Caller(user, tenant, frozenset(scopes), mfa=mfa)
        self._issued[token] = _Issued(caller, self._practice.clock.now() + LIFE)
        return token

    def caller(self, token: str) -> Caller | None:
        """Whose token it is; `None` where it was never given out."""
        issued = self._issued.get(token)
        if issued is None:
            return None
        return issued.caller._replace(expired=issued.until <= self._practice.clock.now())

    def for_member(
        self, upn: str, scopes: Iterable[str] = EVERYTHING, tenant: str = "", *, mfa: bool = True
    ) -> str:
        """A token of a member, in the partner's tenant or in a customer's; no browser needed."""
        member = self._practice.partner.user(upn)
        if member is None:
            raise KeyError(upn)
        return self.issue(member.id, tenant or self._practice.partner.id, scopes, mfa=mfa)

    def entering(self, upn: str, tenant: str, scopes: Iterable[str]) -> str:
        """A token of a member as signing in would give it; raises `aadsts.Refused`."""
        signed_in = self.grants.sign_in(upn, tenant)
        granted = self.grants.granted(signed_in.tenant, Asked(frozenset(scopes)))
        return self.issue(signed_in.user.id, signed_in.tenant.id, granted, mfa=signed_in.mfa)

    def for_app(self) -> str:
        """A token of the app by itself, with the application permissions that it was granted."""
        return self.issue(None, self._practice.partner.id, self._practice.app.app_permissions)

    def expire(self) -> None:
        """Ends every access token that is out."""
        now = self._practice.clock.now()
        self._issued = {
            token: _Issued(issued.caller, now) for token, issued in self._issued.items()
        }
