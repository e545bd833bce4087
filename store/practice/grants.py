"""What signing in leads to: device codes, authorization codes, refresh tokens, and their checks."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from store.practice.aadsts import Refused
from store.practice.scopes import DEFAULT, Asked

if TYPE_CHECKING:
    from store.practice.cloud import Practice
    from store.practice.tenants import Tenant, User

ANY_TENANT = ("organizations", "common")
DEVICE_LIFE = timedelta(minutes=15)
CODE_LIFE = timedelta(minutes=10)
REFRESH_LIFE = timedelta(days=90)
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"  # no vowels, so no words; nothing that looks alike


class SignedIn(NamedTuple):
    """A user, where the user is at home, and the tenant that was signed in to."""

    user: User
    home: Tenant
    tenant: Tenant
    mfa: bool = True


class Device:
    """A device code; `signed_in` or `refusal` is set once somebody has answered."""

    def __init__(self, tenant: str, asked: Asked, until: datetime) -> None:
        self.tenant = tenant
        self.asked = asked
        self.until = until
        self.device_code = secrets.token_urlsafe(32)
        self.user_code = "".join(secrets.choice(_LETTERS) for _ in range(9))
        self.signed_in: SignedIn | None = None
        self.refusal: Refused | None = None


class Code(NamedTuple):
    """An authorization code, and what its redemption has to agree with."""

    signed_in: SignedIn
    asked: Asked
    until: datetime
    redirect: str
    challenge: str
    method: str
    nonce: str


class Refresh(NamedTuple):
    """A refresh token, whose `used` is when it last gave anything."""

    signed_in: SignedIn
    used: datetime
    revoked: bool = False


class Grants:
    """Every sign-in that is under way, and every refresh token.

    Whoever calls holds the practice cloud's lock. `without_mfa` holds user principal names whose
    tokens do not say that a second factor was used.
    """

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self._devices: dict[str, Device] = {}
        self._codes: dict[str, Code | None] = {}
        self._refreshes: dict[str, Refresh] = {}
        self.without_mfa: set[str] = set()

    # -- who may enter where ----------------------------------------------------------------

    def tenant(self, named: str) -> Tenant | None:
        """The tenant of an address, `None` where it is the user's own; raises `Refused`."""
        if named.casefold() in ANY_TENANT:
            return None
        practice = self._practice
        for tenant in (practice.partner, *practice.customers.values()):
            if named.casefold() == tenant.id or named.casefold() in tenant.domains:
                return tenant
        raise Refused(90002, tenant=named)

    def sign_in(self, who: str, named: str) -> SignedIn:
        """Somebody enters a tenant; raises `Refused`."""
        practice = self._practice
        for home in (practice.partner, *practice.customers.values()):
            user = home.user(who)
            if user:
                mfa = user.upn.casefold() not in {upn.casefold() for upn in self.without_mfa}
                return self.entered(SignedIn(user, home, home, mfa), self.tenant(named) or home)
        raise Refused(50034, who=who)

    def entered(self, signed_in: SignedIn, tenant: Tenant) -> SignedIn:
        """The same user in another tenant; raises `Refused`."""
        user, home = signed_in.user, signed_in.home
        if home.users.get(user.id) is not user:
            raise Refused(50034, who=user.upn)
        if not user.enabled:
            raise Refused(50057, who=user.upn)
        if tenant.id != home.id:
            if user.guest:
                raise Refused(50177, who=user.upn, tenant=tenant.name)
            if user.upn.casefold() in {upn.casefold() for upn in tenant.guest_accounts}:
                raise Refused(50020, who=user.upn, tenant=tenant.name)
            if home is not self._practice.partner or not self._practice.may_enter(
                user.id, tenant.id
            ):
                raise Refused(50020, who=user.upn, tenant=tenant.name)
        return signed_in._replace(tenant=tenant)

    def missing(self, tenant: Tenant, wanted: Asked) -> frozenset[str]:
        """What a tenant has not consented to."""
        return wanted.permissions - self._practice.app.consents.get(tenant.id, set())

    def consent(self, signed_in: SignedIn, wanted: Asked) -> None:
        """The user says yes to what is asked, which counts at home only; raises `Refused`."""
        app = self._practice.app
        if signed_in.tenant is signed_in.home and wanted.permissions:
            app.consent(signed_in.tenant.id, wanted.permissions)
        self.granted(signed_in.tenant, wanted)

    def granted(self, tenant: Tenant, wanted: Asked) -> frozenset[str]:
        """All permissions of a token that was asked for with these; raises `Refused`."""
        app = self._practice.app
        missing = self.missing(tenant, wanted)
        if missing or tenant.id not in app.consents:
            raise Refused(
                65001,
                client=app.client_id,
                scopes=" ".join(sorted(missing)) or DEFAULT,
                tenant=tenant.name,
            )
        return frozenset(app.consents[tenant.id])

    # -- device codes -----------------------------------------------------------------------

    def begin(self, named: str, wanted: Asked) -> Device:
        """A new device code for whoever signs in at this tenant; raises `Refused`."""
        self.tenant(named)
        made = Device(named, wanted, self._now() + DEVICE_LIFE)
        self._devices[made.device_code] = made
        return made

    def waiting(self, user_code: str) -> Device | None:
        """The sign-in that a person's code is for, if it still waits."""
        wanted = user_code.replace("-", "").replace(" ", "").upper()
        for device in self._devices.values():
            waits = not device.signed_in and not device.refusal and self._now() < device.until
            if waits and device.user_code == wanted:
                return device
        return None

    def answer(self, user_code: str, who: str) -> None:
        """Signs in for a device without a browser, consenting to what it asks; `KeyError`."""
        with self._practice.lock:
            device = self.waiting(user_code)
            if device is None:
                raise KeyError(user_code)
            self.let_in(device, who)

    def let_in(self, device: Device, who: str) -> None:
        """Somebody accepts what a device asks for; raises `Refused`, and so does the device."""
        try:
            if self._practice.blocked_device_code:
                raise Refused(53003)
            signed_in = self.sign_in(who, device.tenant)
            self.consent(signed_in, device.asked)
        except Refused as refusal:
            device.refusal = refusal
            raise
        device.signed_in = signed_in

    def device(self, device_code: str) -> tuple[SignedIn, Asked]:
        """Who answered a device code; raises `Refused`, also while nobody has."""
        found = self._devices.get(device_code)
        if found is None:
            raise Refused(70018)
        if not found.signed_in and not found.refusal:
            raise Refused(70016 if self._now() < found.until else 70019)
        del self._devices[device_code]
        if found.signed_in is None:
            raise found.refusal or Refused(70018)
        return found.signed_in, found.asked

    # -- authorization codes ----------------------------------------------------------------

    def give_code(self, code: Code) -> str:
        """A code that can be redeemed once."""
        made = secrets.token_urlsafe(32)
        self._codes[made] = code
        return made

    def redeem(self, code: str, redirect: str, verifier: str) -> Code:
        """What a code stands for; raises `Refused`."""
        found = self._codes.get(code)
        if found is None:
            raise Refused(54005 if code in self._codes else 70002)
        self._codes[code] = None
        if found.until <= self._now():
            raise Refused(70008)
        if found.redirect != redirect:
            raise Refused(70002)
        if found.challenge and found.challenge != _challenge(verifier, found.method):
            raise Refused(501481)
        return found

    # -- refresh tokens ---------------------------------------------------------------------

    def give_refresh(self, signed_in: SignedIn) -> str:
        """A refresh token of a user, good for every tenant that the user may enter."""
        made = secrets.token_urlsafe(48)
        self._refreshes[made] = Refresh(signed_in, self._now())
        return made

    def refresh(self, token: str) -> SignedIn:
        """Whose refresh token it is; raises `Refused`."""
        found = self._refreshes.get(token)
        if found is None:
            raise Refused(9002313, what="the refresh token is not known")
        if found.revoked:
            raise Refused(50173)
        if found.used + REFRESH_LIFE <= self._now():
            raise Refused(700082)
        self._refreshes[token] = found._replace(used=self._now())
        return found.signed_in

    def revoke(self, upn: str) -> None:
        """Ends every sign-in of a user; access tokens live on until they expire."""
        with self._practice.lock:
            for token, found in self._refreshes.items():
                if found.signed_in.user.upn.casefold() == upn.casefold():
                    self._refreshes[token] = found._replace(revoked=True)

    def _now(self) -> datetime:
        return self._practice.clock.now()


def _challenge(verifier: str, method: str) -> str:
    if method != "S256":
        return verifier
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
