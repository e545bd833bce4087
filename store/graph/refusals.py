"""What Microsoft's refusals mean, why probably, and what to do: the one table of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from store.clean import harmless
from store.errors import DeskError, GraphForbidden, GraphRefused, SignInNeeded
from store.graph.aadsts import SIGN_IN, Reason, number_in, sign_in_reason
from store.message import msg

_LONGEST_SAID = 300
_SYNC = msg("Bring in what Microsoft has now: {command}", command="partnerdesk sync")


class Said(NamedTuple):
    """An error as Microsoft words it."""

    code: str = ""
    message: str = ""
    request_id: str = ""


class Row(NamedTuple):
    """Where a reason fits: 0 is any status, and patterns are searched for, in any case.

    `asked` is held against method and path, `words` against code and message.
    """

    status: int
    asked: str
    words: str
    reason: Reason


_NO_RIGHTS = Reason(
    msg("Microsoft does not let this account do that."),
    msg(
        "Sign in with a second factor: {command}. Your account has to be a member of AdminAgents, "
        "and not as a guest.",
        command=SIGN_IN,
    ),
    msg("The sign-in was without MFA, or the account is not an Admin agent."),
)

ROWS = (
    Row(0, "", r"not found for the segment|not supported in this (cloud|national)", Reason(
        msg("This cloud does not offer that."),
        msg("Where granular relationships are missing, classic offers are what there is."),
    )),
    Row(401, "", r"audience", Reason(
        msg("The sign-in is for another cloud or another service."),
        msg("Compare the cloud, then sign in again: {command}", command=SIGN_IN),
    )),
    Row(401, "", r"lifetime|expired|not yet valid", Reason(
        msg("The sign-in has expired."),
        msg("Sign in again: {command}", command=SIGN_IN),
        msg("If it has only just been made, the clock of this host is wrong."),
    )),
    Row(401, "", "", Reason(
        msg("Microsoft does not accept the sign-in."),
        msg("Sign in again: {command}", command=SIGN_IN),
        msg("It was ended, or it is not of this tenant."),
    )),
    Row(403, "", r"initialize the authorization context", Reason(
        msg("The customer's roles do not allow that."),
        msg("Ask the customer for the role in a new relationship, or assign it to your group."),
        msg("No relationship holds the role, or it was assigned only minutes ago."),
    )),
    Row(403, "", r"\bscopes?\b|\bscp\b|missing.{0,40}permission", Reason(
        msg("The sign-in does not carry the permission for that."),
        msg("See which are granted with {doctor}, and consent: {command}",
            doctor="partnerdesk doctor", command=SIGN_IN),
        msg("Permissions are asked for only when something needs them."),
    )),
    Row(403, "", r"conditional access|\bmfa\b|multi.?factor|strong auth", Reason(
        msg("Microsoft wants a second factor for that."),
        msg("Sign in again: {command}", command=SIGN_IN),
        msg("The sign-in was made without MFA, or a conditional access policy asks for more."),
    )),
    Row(403, r"/me/sendMail", r"SendAs", Reason(
        msg("Microsoft does not let this account send from that address."),
        msg("Let letters be from the mailbox that is signed in: {key} in [mail].", key="sender"),
    )),
    Row(0, r"/me/sendMail", r"MailboxNotEnabled|NonExistentMailbox|ResourceNotFound", Reason(
        msg("The account that is signed in has no mailbox."),
        msg("Sign in with an account that has one, or send by a mail server."),
    )),
    Row(0, r"/me/sendMail", r"MessageLimit|QuotaExceeded|SubmissionQuota|RecipientRate", Reason(
        msg("The mailbox has sent as much as Microsoft lets it for now."),
        msg("Go on tomorrow: {command}", command="partnerdesk send --resume"),
    )),
    Row(0, r"/me/sendMail", r"InvalidRecipients|RecipientNotFound", Reason(
        msg("Microsoft does not take the address of the recipient."),
        msg("Correct the address, then send it anew."),
    )),
    Row(413, r"/me/sendMail", "", Reason(
        msg("The letter is larger than Microsoft takes."), msg("Shorten its template."))),
    Row(403, r"/groups", "", Reason(
        msg("Microsoft does not let this account change or read that group."),
        msg("An administrator of your tenant can: it takes the groups permission and a role such "
            "as Groups Administrator."),
        msg("The permission is missing, or the group is role-assignable."),
    )),
    Row(403, r"/tenantRelationships", "", _NO_RIGHTS),
    Row(403, "", r"Authorization_RequestDenied|insufficient privileges", Reason(
        msg("The app or the account lacks the rights for that."),
        msg("See what is granted with {doctor}, and consent: {command}",
            doctor="partnerdesk doctor", command=SIGN_IN),
        msg("A permission was not consented to, or the account lacks the role."),
    )),
    Row(403, "", "", _NO_RIGHTS),
    Row(404, r"/delegatedAdminRelationships/", "", Reason(
        msg("Microsoft does not know this relationship, or not any more."),
        _SYNC,
        msg("It was deleted, was never answered within 90 days, or is of another tenant."),
    )),
    Row(404, r"/members/", "", Reason(
        msg("Microsoft does not know this member or this group."), _SYNC)),
    Row(404, r"/groups", "", Reason(
        msg("Microsoft does not know this group, or not any more."),
        msg("Choose another group, or make it once more."),
    )),
    Row(404, r"/users/|/me\b", "", Reason(
        msg("Microsoft does not know this user."), msg("Compare the user name, all of it."))),
    Row(404, "", "", Reason(msg("Microsoft does not know that, or not any more."), _SYNC)),
    Row(405, r"/requests", "", Reason(
        msg("The relationship cannot be finalised or ended at this moment."),
        msg("Try again in a minute."),
        msg("It was made only just now, or it is in another state than the desk believes."),
    )),
    Row(405, "", "", Reason(msg("Its state does not allow that."), _SYNC)),
    Row(409, r"^POST .*/delegatedAdminRelationships$|^PATCH .*/delegatedAdminRelationships/[^/]+$",
        "", Reason(
        msg("The name of this relationship is used already."),
        msg("Choose another name. Bring in what is there: {command}", command="partnerdesk sync"),
        msg("A name is used once, whoever the customer and however long ago; it may be your own "
            "earlier try."),
    )),
    Row(409, r"/accessAssignments", "", Reason(
        msg("The group has an assignment in this relationship already, or it is changing."),
        msg("Change the roles of that assignment instead."),
    )),
    Row(409, "", "", Reason(
        msg("It does not go with what is there already."), _SYNC,
        msg("Somebody else changed it, or it was done before."),
    )),
    Row(412, "", "", Reason(
        msg("Somebody changed it in the meantime."),
        msg("Look at it as it is now, then decide again."),
    )),
    Row(428, "", "", Reason(msg("Somebody may have changed it in the meantime."), _SYNC)),
    Row(400, r"/accessAssignments", r"container", Reason(
        msg("Microsoft does not know the group that was to be assigned."),
        msg("Choose a security group of your own tenant."),
        msg("It was deleted, or it is not a security group."),
    )),
    Row(400, r"/accessAssignments", r"role", Reason(
        msg("The relationship does not hold every role that was to be assigned."),
        msg("Assign only roles that the relationship has."),
    )),
    Row(400, r"/accessAssignments", r"activ|status|state", Reason(
        msg("Groups can be assigned only in an active relationship."), _SYNC)),
    Row(400, r"/delegatedAdminRelationships", r"relationship_?id.{0,20}invalid", Reason(
        msg("Microsoft does not know this relationship, or not any more."), _SYNC)),
    Row(400, r"/delegatedAdminRelationships", r"global|autoExtend", Reason(
        msg("This relationship cannot extend itself."),
        msg("Turn automatic extension off, or leave Global Administrator out."),
        msg("Microsoft extends no relationship that holds Global Administrator."),
    )),
    Row(400, r"/delegatedAdminRelationships$", r"duration", Reason(
        msg("Microsoft does not take this duration."), msg("Ask for 1 to 730 days."))),
    Row(400, r"/delegatedAdminRelationships$", r"name", Reason(
        msg("Microsoft does not take this name."),
        msg("Use 1 to 50 letters, digits, hyphens and underscores."),
    )),
    Row(400, r"/members/", r"dynamic", Reason(
        msg("The members of this group follow a rule and cannot be changed by hand."),
        msg("Choose a group with assigned members."),
    )),
    Row(400, r"\?.*\$(filter|search)", r"filter|unsupported|query", Reason(
        msg("Microsoft does not search by that."), msg("Search for something simpler."))),
)  # fmt: skip


def said_in(body: object, headers: Mapping[str, str]) -> Said | None:
    """The error in an answer's body, in Graph's form or the sign-in's; `None` if it is neither."""
    if not isinstance(body, dict) or "error" not in body:
        return None
    error, code, message, request_id = body["error"], "", "", ""
    if isinstance(error, dict):
        code, message = _text(error, "code"), _text(error, "message")
        inner = error.get("innerError", error.get("innererror"))
        if isinstance(inner, dict):
            request_id = _text(inner, "request-id")
    elif isinstance(error, str):
        code, message = error, _text(body, "error_description")
    return Said(_short(code), _short(message), _short(request_id or headers.get("request-id", "")))


def refusal(status: int, asked: str, said: Said, rows: Sequence[Row] = ROWS) -> DeskError:
    """The error for an answer that says no; `asked` is method and path: `GET /me`."""
    reason = _reason(status, asked, said, rows)
    if status == 401 or _is_sign_in(said):
        return SignInNeeded(
            reason.told,
            code=f"AADSTS{number_in(said.message)}" if number_in(said.message) else said.code,
            request_id=said.request_id,
            todo=reason.todo,
        )
    kind = GraphForbidden if status == 403 else GraphRefused
    return kind(
        reason.told,
        status=status,
        code=said.code,
        said=said.message,
        request_id=said.request_id,
        todo=reason.todo,
    )


def _reason(status: int, asked: str, said: Said, rows: Sequence[Row]) -> Reason:
    signed = sign_in_reason(said.message) if _is_sign_in(said) else None
    if signed is not None:
        return signed
    words = f"{said.code} {said.message}"
    for row in rows:
        if (
            row.status in (0, status)
            and re.search(row.asked, asked, re.IGNORECASE)
            and re.search(row.words, words, re.IGNORECASE | re.DOTALL)
        ):
            return row.reason
    return _unknown(status, said)


def _is_sign_in(said: Said) -> bool:
    return bool(number_in(said.message))


def _unknown(status: int, said: Said) -> Reason:
    if status >= 500:
        what = msg("Microsoft failed on its own side (HTTP {status}).", status=str(status))
    elif said.message or said.code:
        what = msg(
            "Microsoft answered HTTP {status}: {said}",
            status=str(status),
            said=said.message or said.code,
        )
    else:
        what = msg("Microsoft answered HTTP {status}.", status=str(status))
    if not said.request_id:
        return Reason(what, msg("Try again later."))
    return Reason(
        what,
        msg(
            "Try again later. Microsoft's support finds it by the request id {id}.",
            id=said.request_id,
        ),
    )


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _short(text: str) -> str:
    text = harmless(text[: _LONGEST_SAID + 1])
    return text if len(text) <= _LONGEST_SAID else text[:_LONGEST_SAID] + "…"
