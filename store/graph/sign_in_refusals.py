"""What Microsoft's sign-in answers with instead of a token, as errors in the operator's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from store.clean import shown
from store.errors import SignInNeeded, SignInRefused
from store.graph.aadsts import SIGN_IN, Reason, known_reason, number_in
from store.message import Message, msg

_LONGEST = 300
"""Characters of Microsoft's own words, where we have none."""

_AGAIN = msg("Sign in again: {command}", command=SIGN_IN)
_ERRORS = {
    "authorization_declined": Reason(
        msg("The sign-in was declined in the browser."),
        msg("Begin again if that was a mistake. Approve only a sign-in that you began yourself."),
    ),
    "expired_token": Reason(msg("The code was not entered in time."), _AGAIN),
    "bad_verification_code": Reason(msg("The code is no longer good."), _AGAIN),
}
"""What OAuth says of a code, whatever number comes with it."""
_NUMBERLESS = {
    "access_denied": _ERRORS["authorization_declined"],
    "temporarily_unavailable": Reason(
        msg("Microsoft's sign-in does not work at the moment."), msg("Try again later.")
    ),
}
_ONLY_A_PERSON = ("interaction_required", "invalid_grant", "login_required")
"""A person has to sign in again, whatever the number means."""


def refusal(answer: Mapping[str, Any]) -> SignInNeeded:
    """The error for an answer with an `error`: `SignInRefused` where trying again does not help.

    Microsoft's own words appear only where we have none, and then only their first line.
    """
    error = str(answer.get("error", ""))
    number = _number(answer)
    code = f"AADSTS{number}" if number else shown(error)[:_LONGEST]
    request = shown(str(answer.get("trace_id", "")))[:64]
    reason = _ERRORS.get(error) or (known_reason(number) if number else _NUMBERLESS.get(error))
    if reason is None:
        what, todo, again = _own_words(answer), _AGAIN, error in _ONLY_A_PERSON
    else:
        what = msg("{what} ({code})", what=reason.told, code=code)
        todo, again = reason.todo, reason.again
    kind = SignInNeeded if again else SignInRefused
    return kind(what, code=code, request_id=request, todo=todo)


def _number(answer: Mapping[str, Any]) -> str:
    found = number_in(str(answer.get("error_description", "")))
    codes = answer.get("error_codes")
    if not found and isinstance(codes, list) and codes and str(codes[0]).isdigit():
        return str(codes[0])
    return found


def _own_words(answer: Mapping[str, Any]) -> Message:
    """The first line of what Microsoft says."""
    said = str(answer.get("error_description") or answer.get("error", "")).strip().splitlines()
    return msg(
        "Microsoft refused the sign-in: {said}", said=shown(said[0])[:_LONGEST] if said else "?"
    )
