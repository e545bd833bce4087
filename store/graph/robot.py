"""The app registration signing in by itself, with a certificate: to read, with nobody there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from store.errors import NotAllowed
from store.graph.aadsts import SIGN_IN
from store.graph.certificate import credential
from store.graph.msal_app import Msal, Tokens
from store.graph.purposes import READ_ONLY
from store.graph.scopes import Scope
from store.graph.sign_in_refusals import refusal
from store.message import msg


class Robot:
    """Tokens of the app itself for the partner's own tenant; nothing of them is kept.

    Customers' roles are given to people, so it is of no use in their tenants.
    """

    def __init__(self, library: Msal, tenant: str, certificate: str, tokens: Tokens) -> None:
        self._msal = library
        self._tenant = tenant
        self._certificate = certificate
        self._tokens = tokens
        self._app: Any = None

    def check(self, tenant: str, scopes: tuple[Scope, ...]) -> None:
        """Raises `NotAllowed` for what would change something, or is not our own tenant's."""
        if tenant != self._tenant or not READ_ONLY.issuperset(scopes):
            raise NotAllowed(
                msg("A certificate signed in, and no person: it may only read, and only here."),
                todo=msg("What changes something takes a person: {command}", command=SIGN_IN),
            )

    def token(self, fresh: bool) -> str:
        """A token to read with; blocks."""
        if self._app is None or fresh:
            pair = credential(Path(self._certificate))
            self._tokens.deserialize("")
            self._app = self._msal.robot(self._tenant, self._tokens, pair)
        answer = self._app.acquire_token_for_client(self._msal.urls([".default"]))
        if "error" in answer:
            raise refusal(answer)
        return str(answer["access_token"])
