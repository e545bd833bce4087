"""What Microsoft's sign-in errors (AADSTS numbers) mean, why probably, and what to do."""

from __future__ import annotations

import re
from typing import NamedTuple

from store.message import Message, msg

SIGN_IN = "partnerdesk sign-in"
_NUMBER = re.compile(r"AADSTS(\d{5,9})")


class Reason(NamedTuple):
    """A refusal in the operator's words; `why` is what it probably comes from."""

    what: Message
    todo: Message
    why: Message | None = None

    @property
    def told(self) -> Message:
        """What happened and why, in one message."""
        if self.why is None:
            return self.what
        return msg("{happened} {probably}", happened=self.what, probably=self.why)


def number_in(text: str) -> str:
    """The first AADSTS number in Microsoft's own words, without the letters; "" if none."""
    found = _NUMBER.search(text)
    return found.group(1) if found else ""


def sign_in_reason(text: str) -> Reason | None:
    """The reason behind an error text with an AADSTS number; `None` where none is in it.

    A number that is not in the table is named as it is.
    """
    number = number_in(text)
    if not number:
        return None
    known = _BY_NUMBER.get(number)
    if known is not None:
        return known
    return Reason(
        msg("Microsoft refused the sign-in (AADSTS{number}).", number=number),
        msg("Sign in again: {command}", command=SIGN_IN),
    )


_AGAIN = msg("Sign in again: {command}", command=SIGN_IN)
_STEPS = msg("{command} prints what the app registration needs.", command=SIGN_IN)

_TABLE: dict[str, Reason] = {
    "50072 50074 50076 50079 50158 500121 50078": Reason(
        msg("Microsoft wants a second factor for this sign-in."),
        _AGAIN,
        msg("It was made without one, and no account of a partner gets in without MFA."),
    ),
    "50020 50034 50177 51004 90072": Reason(
        msg("This account is not known in that tenant."),
        msg(
            "See in the member's settings which groups reach that customer, or sign in with "
            "another account: {command}",
            command=SIGN_IN,
        ),
        msg("No group of this account is assigned there, or somebody invited it there as a guest."),
    ),
    "53003 530033 900309": Reason(
        msg("A conditional access policy blocked the sign-in."),
        msg(
            "Sign in through a browser: {command}. If that is blocked too, the administrators of "
            "your tenant see in their sign-in log which policy it was.",
            command="partnerdesk sign-in --browser",
        ),
        msg("Many tenants do not let a code be entered on another device."),
    ),
    "50097 50129 50131 53000 53001 53002 53004 530021 530032": Reason(
        msg("A conditional access policy does not accept this device or this app."),
        msg("Ask the administrators of your tenant which policy it was; their sign-in log has it."),
    ),
    "70008 70043 50089 50132 50133 50173 54005 700081 700082 700084 70000": Reason(
        msg("The sign-in has expired or was revoked."),
        _AGAIN,
        msg("It was not used for long, the password changed, or an administrator ended it."),
    ),
    "65001 65002 90094 90095 650056": Reason(
        msg("Nobody has consented to what the app asks for."),
        msg(
            "An administrator of that tenant consents once. {command} names the permissions.",
            command=SIGN_IN,
        ),
        msg("A permission is new, or the app was never used in that tenant."),
    ),
    "65004": Reason(msg("Consent was declined in the browser."), _AGAIN),
    "700016": Reason(
        msg("The app registration is not known there."),
        msg("Compare the client id: {command}", command="partnerdesk partner show"),
        msg("The client id has a typing error, or is of another tenant or cloud."),
    ),
    "50194 500011 650052 650057 7000112": Reason(
        msg("The app registration is not set up for this."),
        _STEPS,
        msg("It is not multitenant, is disabled, or lacks a permission."),
    ),
    "7000218": Reason(
        msg("The app registration does not allow public client flows."),
        msg("Turn on Allow public client flows there, under Authentication."),
    ),
    "50011 500113": Reason(
        msg("The app registration does not know the redirect address."),
        msg(
            "Add {address} there, under Authentication, for mobile and desktop applications.",
            address="http://localhost",
        ),
    ),
    "700027 7000215 7000222 50012": Reason(
        msg("Microsoft does not accept the certificate."),
        msg("Upload the certificate to the app registration, or name the right file."),
        msg("It is not the app's, or it has expired."),
    ),
    "90002 900023 900021 50059 50128": Reason(
        msg("There is no such tenant in this cloud."),
        msg("Compare the tenant and the cloud: {command}", command="partnerdesk partner show"),
    ),
    "900382 900439 90038 900432": Reason(
        msg("The account or the app belongs to another cloud."),
        msg("Compare the tenant and the cloud: {command}", command="partnerdesk partner show"),
    ),
    "50105": Reason(
        msg("This account is not assigned to the app."),
        msg("An administrator of your tenant assigns it, under Enterprise applications."),
    ),
    "50053": Reason(
        msg("This account is locked."),
        msg("Wait some minutes, or ask an administrator of your tenant."),
        msg("There were too many attempts with a wrong password."),
    ),
    "50055": Reason(
        msg("The password of this account has expired."),
        msg("Change it in a browser first, then sign in again: {command}", command=SIGN_IN),
    ),
    "50057": Reason(msg("This account is disabled."), msg("Ask an administrator of your tenant.")),
    "50126": Reason(msg("The user name or the password is wrong."), _AGAIN),
    "70016": Reason(
        msg("The code has not been entered yet."),
        msg("Enter it in a browser, or start again: {command}", command=SIGN_IN),
    ),
    "70018 70019 70020": Reason(msg("The code is no longer good."), _AGAIN),
    "50196": Reason(
        msg("Microsoft stopped a loop of sign-ins."), msg("Wait some minutes before the next.")
    ),
    "90012 90024 90033": Reason(
        msg("Microsoft's sign-in does not work at the moment."), msg("Try again later.")
    ),
}
_BY_NUMBER = {number: reason for numbers, reason in _TABLE.items() for number in numbers.split()}
