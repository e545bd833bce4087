"""What refusals in a customer's tenant mean: there our roles decide, and the customer's consent."""

from __future__ import annotations

from store.graph.aadsts import SIGN_IN, Reason
from store.graph.refusals import ROWS as GENERAL
from store.graph.refusals import Row
from store.message import msg

MAY = "partnerdesk may"
_MINUTES = msg("See what is missing: {command}. A role that has only just been assigned takes some "
    "minutes to count.", command=MAY)  # fmt: skip

_FIRST = (
    Row(403, "", r"\bscopes?\b|\bscp\b|missing.{0,40}permission", Reason(
        msg("The customer has not consented to what the app needs for that."),
        msg("An administrator of the customer consents once more. {command} names the permissions.",
            command=f"{SIGN_IN} --steps"),
    )),
    Row(403, "", r"initialize the authorization context", Reason(
        msg("None of our roles counts in this customer's tenant."), _MINUTES,
        msg("The relationship has ended, or no group of yours is assigned in it."),
    )),
    *(row for row in GENERAL if row.status in (0, 401)),
    *(row for row in GENERAL if row.status == 403 and "conditional access" in row.words),
    Row(403, r"/resetPassword|^PATCH /users/", "", Reason(
        msg("Microsoft does not let us reset this user's password."),
        msg("See what is missing, and who of you may: {command}", command=f"{MAY} … --target …"),
        msg("Our role there does not reset passwords, or the user holds an administrator's role "
            "that is above ours, or belongs to a protected group."),
    )),
    Row(403, r"^DELETE /users/", "", Reason(
        msg("Microsoft does not let us delete this user."), _MINUTES,
        msg("Our role there does not delete users, or the user holds an administrator's role."),
    )),
    Row(403, r"^POST /users", "", Reason(
        msg("Microsoft does not let us add users at this customer's."), _MINUTES,
        msg("It takes User Administrator or Global Administrator there."),
    )),
    Row(403, r"^POST /domains", "", Reason(
        msg("Microsoft does not let us change domains at this customer's."), _MINUTES,
        msg("It takes Domain Name Administrator or Global Administrator there."),
    )),
    Row(403, "", "", Reason(
        msg("Microsoft does not let us read that at this customer's."),
        msg("See what is missing: {command}. Directory Readers is the least role that reads.",
            command=MAY),
        msg("Our roles there write and do not read, or none of them counts any more."),
    )),
    Row(404, r"/authentication/operations/", "", Reason(
        msg("Microsoft does not know this reset any more."),
        msg("Look when the user's password was changed last."),
    )),
    Row(404, r"/users/", "", Reason(
        msg("Microsoft does not know this user at the customer's, or not any more."),
        msg("Search for the user once more."),
    )),
    Row(404, r"/domains", "", Reason(
        msg("Microsoft does not know this domain at the customer's."),
        msg("Add it first."),
    )),
    Row(400, r"^POST /users$", r"already exists", Reason(
        msg("This user name is taken."),
        msg("Choose another user name, or look at the user that has it."),
        msg("A user, a group or a shared mailbox has it, or somebody added the user just now."),
    )),
    Row(400, r"^POST /users$", r"domain (portion|name)|verified domain", Reason(
        msg("The user name is not on a verified domain of this customer."),
        msg("Choose a verified domain, or verify this one first."),
    )),
    Row(400, r"^POST /users$|^PATCH /users/|/resetPassword", r"password", Reason(
        msg("The customer's tenant does not take this password."),
        msg("Choose a longer one without names and usual words, or let one be generated."),
        msg("It is too weak, was used before, or the customer has banned a word in it."),
    )),
    Row(400, r"^POST /users$", r"usage ?location", Reason(
        msg("Microsoft does not take this usage location."),
        msg("Give the two letters of a country, such as DE."),
    )),
    Row(400, r"^POST /users$", r"userPrincipalName|mailNickname", Reason(
        msg("Microsoft does not take this user name."),
        msg("Use letters, digits, dots and hyphens before the @."),
    )),
    Row(400, r"/verify$", r"another tenant|other tenant|different tenant|InUse", Reason(
        msg("This domain is verified in another tenant."),
        msg("The customer takes it out of that tenant first, and waits some minutes."),
        msg("It was used with Microsoft before, perhaps by a trial or by somebody's own sign-up."),
    )),
    Row(400, r"/verify$", "", Reason(
        msg("Microsoft does not see the record of this domain yet."),
        msg("Compare the record in DNS, and check again later: it may take an hour, rarely three "
            "days."),
        msg("It was set only just now, or it is not exactly the one that was asked for."),
    )),
    Row(400, r"^POST /domains$", r"belongs to|reserved|onmicrosoft|not allowed", Reason(
        msg("This domain belongs to Microsoft's own service and cannot be added."),
        msg("Add a domain that the customer has registered."),
    )),
    Row(400, r"^POST /domains$", r"already exists|another tenant|in use", Reason(
        msg("This domain is there already, or in another tenant."),
        msg("Look at the customer's domains."),
    )),
    Row(400, r"^POST /domains$", "", Reason(
        msg("Microsoft does not take this domain."),
        msg("Give the name that the customer has registered, such as {example}.",
            example="contoso.com"),
    )),
    Row(409, r"/domains", "", Reason(
        msg("The customer's tenant has this domain already."),
        msg("Look at the customer's domains: it may only have to be verified."),
    )),
    Row(409, r"^POST /users$", "", Reason(
        msg("This user name is taken."),
        msg("Choose another user name, or look at the user that has it."),
    )),
)  # fmt: skip
ROWS = (*_FIRST, *GENERAL)
"""The table for a customer's tenant, which ends in the one that holds everywhere."""
