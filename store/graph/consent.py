"""Consent to the app in a customer's tenant: where an administrator gives it, and who says so."""

from __future__ import annotations

from urllib.parse import quote

from store.errors import SignInNeeded, SignInRefused
from store.graph.aadsts import NO_CONSENT, codes
from store.graph.bearer import TokenSource
from store.graph.endpoints import Endpoint
from store.graph.scopes import Scope
from store.message import msg

MISSING = codes(f"{NO_CONSENT} 700016")
"""What a sign-in at a customer's is refused with where its consent to the app is missing.

There, that the app is not known means that it was never consented to.
"""


def consent_address(endpoint: Endpoint, tenant: str, client: str) -> str:
    """The address at which an administrator of `tenant` consents to the app."""
    return f"{endpoint.authority}/{quote(tenant, safe='')}/adminconsent?client_id={quote(client)}"


class Consenting:
    """Tokens of another source; a refusal for want of consent names `address`, which mends it."""

    def __init__(self, source: TokenSource, address: str) -> None:
        self._source = source
        self._address = address

    async def __call__(self, scopes: tuple[Scope, ...], fresh: bool = False) -> str:
        try:
            return await self._source(scopes, fresh)
        except SignInNeeded as error:
            raise _asking_for_it(error, self._address) from None


def _asking_for_it(error: SignInNeeded, address: str) -> SignInNeeded:
    """A refusal for want of consent with the address that mends it; any other as it is."""
    if error.code not in MISSING:
        return error
    return SignInRefused(
        msg("Nobody at this customer's has consented to the app. ({code})", code=error.code),
        code=error.code,
        request_id=error.request_id,
        todo=msg("An administrator of the customer opens {address} and accepts.", address=address),
    )
