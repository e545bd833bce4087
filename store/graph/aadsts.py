"""What Microsoft's sign-in errors (AADSTS numbers) mean, why probably, and what to do."""

from __future__ import annotations

import re
from typing import NamedTuple

from store.message import Message, msg

SIGN_IN = "partnerdesk sign-in"
NO_CONSENT = "65001 65002 90094 90095 90099 650056 900941"
"""Nobody in that tenant consented to the app, or not to all that it asks for."""
STRANGER = "50020 50034 50177 51004 90072 500200 500208"
"""The account is not known in that tenant: no group reaches it, or it is a guest there."""
_NUMBER = re.compile(r"AADSTS(\d{5,9})")


class Reason(NamedTuple):
    """A refusal in the operator's words; `why` is what it probably comes from.

    `again` means that a person has only to sign in again.
    """

    what: Message
    todo: Message
    why: Message | None = None
    again: bool = False

    @property
    def told(self) -> Message:
        """What happened and why, in one message."""
        if self.why is None:
            return self.what
        return msg("{happened} {probably}", happened=self.what, probably=self.why)


def codes(numbers: str) -> frozenset[str]:
    """Numbers as errors carry them, with their letters."""
    return frozenset(f"AADSTS{number}" for number in numbers.split())


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
    return known_reason(number) or Reason(
        msg("Microsoft refused the sign-in (AADSTS{number}).", number=number),
        msg("Sign in again: {command}", command=SIGN_IN),
    )


def known_reason(number: str) -> Reason | None:
    """The reason behind a number without its letters, if it is in the table."""
    return _BY_NUMBER.get(number)


_AGAIN = msg("Sign in again: {command}", command=SIGN_IN)
_STEPS = msg("{command} prints what the app registration needs.", command=f"{SIGN_IN} --steps")
_BROWSER = msg(
    "Sign in through a browser: {command}. If that is blocked too, the administrators of "
    "your tenant see in their sign-in log which policy it was.",
    command=f"{SIGN_IN} --browser",
)
_PARTNER = msg("Compare the tenant and the cloud: {command}", command="partnerdesk partner show")

_TABLE: dict[str, Reason] = {
    "50072 50074 50076 50078 50079 50158 53004 500121": Reason(
        msg("Microsoft wants a second factor for this sign-in."),
        _AGAIN,
        msg("It was made without one, and no account of a partner gets in without MFA."),
        again=True,
    ),
    STRANGER: Reason(
        msg("This account is not known in that tenant."),
        msg(
            "See in the member's settings which groups reach that customer, or sign in with "
            "another account: {command}",
            command=SIGN_IN,
        ),
        msg("No group of this account is assigned there, or somebody invited it there as a guest."),
    ),
    "53003 53009 530021 530031 530032 530035 900309": Reason(
        msg("A conditional access policy blocked the sign-in."),
        _BROWSER,
        msg("Many tenants do not let a code be entered on another device."),
    ),
    "50097 50129 50131 50155 50187 53000 53001 53002 135011 530033": Reason(
        msg("A conditional access policy only lets in devices that the tenant manages."),
        _BROWSER,
        msg("Entering a code on another device shows it no device at all."),
    ),
    "50053": Reason(
        msg("This account is locked."),
        msg("Wait some minutes, or ask an administrator of your tenant."),
        msg("There were too many attempts with a wrong password."),
    ),
    "53011 530034": Reason(
        msg("Microsoft blocks this account, since somebody else may have its password."),
        msg("An administrator of your tenant looks at it, under Risky users."),
    ),
    "50085 50089 50132 50133 50173 70000 70008 700081 700082 700084": Reason(
        msg("The sign-in has expired or was revoked."),
        _AGAIN,
        msg("It was not used for long, the password changed, or an administrator ended it."),
        again=True,
    ),
    "16000 50058 70043 70044 160021": Reason(
        msg("Your tenant asks for a new sign-in from time to time, and that time is up."),
        _AGAIN,
        again=True,
    ),
    NO_CONSENT: Reason(
        msg("Nobody has consented to what the app asks for."),
        msg(
            "An administrator of that tenant consents once. {command} names the permissions.",
            command=f"{SIGN_IN} --steps",
        ),
        msg("A permission is new, or the app was never used in that tenant."),
    ),
    "65004": Reason(msg("Consent was declined in the browser."), _AGAIN),
    "28002 70011 650053": Reason(
        msg("This cloud does not know a permission that was asked for."), _PARTNER
    ),
    "700016 700038": Reason(
        msg("The app registration is not known there."),
        msg("Compare the client id: {command}", command="partnerdesk partner show"),
        msg("The client id has a typing error, or is of another tenant or cloud."),
    ),
    "50194 65005 500011 500014 650052 650057 7000112": Reason(
        msg("The app registration is not set up for this."),
        _STEPS,
        msg("It is not multitenant, is disabled, or lacks a permission."),
    ),
    "7000218": Reason(
        msg("The app registration does not allow public client flows."),
        msg("Turn on Allow public client flows there, under Authentication."),
    ),
    "50011 500113 900971": Reason(
        msg("The app registration does not know the redirect address."),
        msg(
            "Add {address} there, under Authentication, for mobile and desktop applications.",
            address="http://localhost",
        ),
    ),
    "50012 700027 700030 7000215 7000222": Reason(
        msg("Microsoft does not accept the certificate."),
        msg("Upload the certificate to the app registration, or name the right file."),
        msg("It is not the app's, or it has expired."),
    ),
    "500133 700024": Reason(
        msg("The clock of this host is too far from Microsoft's."),
        msg("Set the clock of this host: {command} shows it.", command="timedatectl"),
    ),
    "50059 50128 90002 900021 900023": Reason(
        msg("There is no such tenant in this cloud."), _PARTNER
    ),
    "90038 900382 900432 900439": Reason(
        msg("The account or the app belongs to another cloud."), _PARTNER
    ),
    "50105": Reason(
        msg("This account is not assigned to the app."),
        msg("An administrator of your tenant assigns it, under Enterprise applications."),
    ),
    "50055": Reason(
        msg("The password of this account has expired."),
        msg("Change it in a browser first, then sign in again: {command}", command=SIGN_IN),
    ),
    "50056 50057": Reason(
        msg("This account is disabled."), msg("Ask an administrator of your tenant.")
    ),
    "50064 50126": Reason(msg("The user name or the password is wrong."), _AGAIN),
    "70016": Reason(
        msg("The code has not been entered yet."),
        msg("Enter it in a browser, or start again: {command}", command=SIGN_IN),
    ),
    "54005 70018 70019 70020 501481": Reason(msg("The code is no longer good."), _AGAIN),
    "50196": Reason(
        msg("Microsoft stopped a loop of sign-ins."), msg("Wait some minutes before the next.")
    ),
    "50000 90006 90012 90024 90025 90033 90055": Reason(
        msg("Microsoft's sign-in does not work at the moment."), msg("Try again later.")
    ),
}
_BY_NUMBER = {number: reason for numbers, reason in _TABLE.items() for number in numbers.split()}
