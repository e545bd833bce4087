"""How sign-in refuses: a number, an OAuth error and a sentence, in the form of Microsoft's."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import NamedTuple


class _Kind(NamedTuple):
    error: str
    sentence: str
    status: int = 400
    suberror: str = ""


_KINDS = {
    50011: _Kind("invalid_request", "The redirect address {uri} is not registered for {client}."),
    50020: _Kind("invalid_grant", "The account {who} has no place in the tenant {tenant}."),
    50034: _Kind("invalid_grant", "There is no account {who} in this directory."),
    50057: _Kind("invalid_grant", "The account {who} is disabled."),
    50173: _Kind("invalid_grant", "The grant was revoked; a fresh sign-in is needed."),
    50177: _Kind("invalid_grant", "The guest account {who} cannot act in the tenant {tenant}."),
    53003: _Kind("invalid_grant", "Conditional Access does not let this sign-in through."),
    54005: _Kind("invalid_grant", "The authorization code was redeemed already."),
    65001: _Kind(
        "invalid_grant",
        "The application {client} has no consent to {scopes} in the tenant {tenant}.",
        suberror="consent_required",
    ),
    65004: _Kind("access_denied", "The user declined to consent.", suberror="cancel"),
    70002: _Kind("invalid_grant", "The authorization code belongs to another sign-in."),
    70008: _Kind("invalid_grant", "The authorization code has expired."),
    70011: _Kind("invalid_scope", "The scope {scopes} is not valid.", suberror="invalid_scope"),
    70016: _Kind("authorization_pending", "The user has not finished signing in."),
    70018: _Kind("bad_verification_code", "The device code is not known."),
    70019: _Kind("expired_token", "The device code has expired."),
    90002: _Kind("invalid_request", "There is no tenant {tenant}."),
    500011: _Kind("invalid_resource", "The resource {resource} is not known in {tenant}."),
    501481: _Kind("invalid_grant", "The code verifier does not match the code challenge."),
    650053: _Kind("invalid_client", "The application asked for {scopes}, which do not exist."),
    700016: _Kind("unauthorized_client", "The application {client} is not known in {tenant}."),
    700023: _Kind("invalid_client", "The client assertion is meant for another audience.", 401),
    700024: _Kind("invalid_client", "The client assertion is not within its time.", 401),
    700027: _Kind("invalid_client", "The client assertion is refused: {reason}.", 401),
    700082: _Kind("invalid_grant", "The refresh token has expired from not being used."),
    7000215: _Kind("invalid_client", "The client secret is not valid.", 401),
    7000218: _Kind("invalid_client", "A client assertion or a client secret is missing.", 401),
    7000229: _Kind("unauthorized_client", "{client} has no service principal in {tenant}."),
    9002313: _Kind("invalid_request", "The request is malformed: {what}."),
    70003: _Kind("unsupported_grant_type", "The grant type {grant} is not supported."),
}


class Refused(Exception):
    """Sign-in refuses; `number` is what stands behind AADSTS, the values fill its sentence."""

    def __init__(self, number: int, **values: str) -> None:
        kind = _KINDS[number]
        self.number = number
        self.error = kind.error
        self.status = kind.status
        self.suberror = kind.suberror
        self.sentence = kind.sentence.format(**values)
        super().__init__(self.sentence)

    @property
    def said(self) -> str:
        """The number and the sentence."""
        return f"AADSTS{self.number}: {self.sentence}"

    def body(self, now: datetime, correlation: str = "") -> dict[str, object]:
        """The answer of the token endpoint."""
        trace, time = str(uuid.uuid4()), now.strftime("%Y-%m-%d %H:%M:%SZ")
        correlation = correlation or str(uuid.uuid4())
        body: dict[str, object] = {
            "error": self.error,
            "error_description": (
                f"{self.said} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}"
            ),
            "error_codes": [self.number],
            "timestamp": time,
            "trace_id": trace,
            "correlation_id": correlation,
        }
        if self.suberror:
            body["suberror"] = self.suberror
        return body
