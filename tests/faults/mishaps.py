"""The tables of what may go wrong: on the wire, in an answer, in a record, between pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from store.model.consent import State
from tests.faults.mischief import Trip, Where

_R = "/v1.0/tenantRelationships/delegatedAdminRelationships"
CREATE = Where("POST", r"Relationships$")
LOOK_UP = Where("GET", r"displayName")
STEPS = {
    "create": CREATE,
    "look-up": LOOK_UP,
    "finalize": Where("POST", r"/requests$"),
    "poll": Where("GET", r"Relationships/[^/?]+$"),
    "relationships": Where("GET", r"Relationships\?(?!.*displayName)"),
    "customers": Where("GET", r"delegatedAdminCustomers"),
    "contracts": Where("GET", r"/contracts"),
    "assignments": Where("POST", r"/\$batch$"),
    "members": Where("GET", r"/members"),
}
"""Every call on the way from a plan to a desk that is in step."""
LISTS = ("relationships", "customers", "contracts", "members")
FOR_EVER = 999


def _error(status: int, code: str, message: str = "Something.", **more: Any) -> Trip:
    body = {"error": {"code": code, "message": message, "innerError": {"request-id": "r-7"}}}
    return Trip(status=status, body=body, **more)


_WAITS = {
    "1 s": {"Retry-After": "1"},
    "0 s": {"Retry-After": "0"},
    "an hour": {"Retry-After": "3600"},
    "a date": {
        "Retry-After": "Sun, 22 Nov 2026 09:01:30 GMT", "Date": "Sun, 22 Nov 2026 09:00:50 GMT"
    },
    "a date in the past": {"Retry-After": "Sun, 22 Nov 2020 09:00:00 GMT"},
    "no time": {},
    "nonsense": {"Retry-After": "soon"},
    "less than nothing": {"Retry-After": "-5"},
    "an endless number": {"Retry-After": "9" * 400},
}  # fmt: skip
BUSY = {
    f"{status}, {name}": _error(status, "tooManyRequests", headers=headers)
    for status in (429, 503, 504)
    for name, headers in _WAITS.items()
} | {
    f"{status} for ever": _error(status, "tooManyRequests", times=FOR_EVER)
    for status in (429, 503, 504)
} | {
    f"{status} after it was done": _error(status, "x", after=True) for status in (500, 503, 504)
}  # fmt: skip
"""G1."""
CUTS = {
    f"{kind}{' after it was done' if after else ''}": Trip(kind, after=after)
    for kind in ("lost", "head", "body", "half", "drip", "silent")
    for after in (False, True)
    if kind not in ("body", "half") or after
} | {
    kind: Trip(kind) for kind in ("refused", "stranger", "hung up", "mute")
} | {
    f"{kind} for ever": Trip(kind, times=FOR_EVER) for kind in ("lost", "refused", "stranger")
} | {
    "lost for ever, and always done": Trip("lost", after=True, times=FOR_EVER)
}  # fmt: skip
"""G2."""
_DEEP = b"[" * 50_000
ANSWERS = {
    "a page of a proxy": Trip(
        status=200, body=b"<html>Sign in</html>", headers={"Content-Type": "text/html"}
    ),
    "a page of a proxy, and it was done": Trip(status=200, body=b"<html>", after=True),
    "a page of a proxy that says 403": Trip(status=403, body=b"<html>No</html>"),
    "a way elsewhere": Trip(status=302, body=b"", headers={"Location": "https://login.example/"}),
    "a proxy that wants a password": Trip(status=407, body=b""),
    "nothing": Trip(status=200, body=b""),
    "nothing, and it was done": Trip(status=200, body=b"", after=True),
    "null": Trip(status=200, body=None),
    "a list": Trip(status=200, body=[]),
    "an empty object": Trip(status=200, body={}),
    "an empty object, and it was done": Trip(status=201, body={}, after=True),
    "text": Trip(status=200, body="ok"),
    "no list": Trip(status=200, body={"value": None}),
    "an object for a list": Trip(status=200, body={"value": {}}),
    "odd things in a list": Trip(status=200, body={"value": [None, 7, "x", [], {}, {"id": None}]}),
    "no responses": Trip(status=200, body={"responses": None}),
    "odd responses": Trip(
        status=200, body={"responses": [None, {"id": 1}, {"id": "1", "status": "ok"}]}
    ),
    "a pit": Trip(status=200, body=_DEEP),
    "an endless number": Trip(status=200, body=b'{"id": ' + b"9" * 10_000 + b"}"),
    "no text at all": Trip(status=200, body=b"\xff\xfe\x00\x01"),
    "half a character": Trip(status=200, body=b'{"id": "\\ud800", "value": [{"id": "\\udfff"}]}'),
    "409": _error(409, "Conflict"),
    "409 after it was done": _error(409, "Conflict", after=True),
    "412": _error(412, "PreconditionFailed"),
    "405": _error(405, "MethodNotAllowed"),
    "400": _error(400, "badRequest"),
    "404": _error(404, "notFound"),
    "418": _error(418, "teapot"),
    "501": _error(501, "notImplemented"),
    "an error without words": Trip(status=400, body={"error": None}),
    "500 for ever": _error(500, "x", times=FOR_EVER),
}  # fmt: skip
"""G4."""
REFUSALS = {
    "401 once": _error(401, "InvalidAuthenticationToken", "Lifetime validation failed."),
    "401 for good": _error(401, "InvalidAuthenticationToken", "x", times=FOR_EVER),
    "401 in HTML": Trip(status=401, body=b"<html>", times=FOR_EVER),
    "403 without MFA": _error(403, "accessDenied", "Strong auth is required: MFA."),
    "403 no Admin agent": _error(403, "Authorization_RequestDenied", "Insufficient privileges."),
    "403 conditional access": _error(403, "AccessDenied", "AADSTS53003: conditional access."),
    "403 no scope": _error(403, "Forbidden", "Missing scope permissions on the request."),
}
"""G5."""
WIRE = BUSY | CUTS | ANSWERS | REFUSALS


# -- what a record may hold ---------------------------------------------------------------------


def _with(**fields: Any) -> Callable[[dict[str, Any]], None]:
    def change(record: dict[str, Any]) -> None:
        record.update({name: value for name, value in fields.items() if name in record})

    return change


def _without(record: dict[str, Any]) -> None:
    for name in list(record):
        if name not in ("id", "status"):
            del record[name]


def _all_null(record: dict[str, Any]) -> None:
    for name in list(record):
        if name not in ("id", "status"):
            record[name] = None


_LONG = "x" * 200_000
_FAR = "9999-12-31T23:59:59Z"
_DATES = ("createdDateTime", "lastModifiedDateTime", "activatedDateTime", "endDateTime")
RECORDS: dict[str, Callable[[dict[str, Any]], None]] = {
    "no status": _with(status=None),
    "a status never seen": _with(status="quarantined"),
    "a number for a status": _with(status=7),
    "a list for a status": _with(status=["active"]),
    "an empty status": _with(status=""),
    "a huge status": _with(status=_LONG),
    "nothing but an id": _without,
    "everything null": _all_null,
    "no id": _with(id=None),
    "an id that leads elsewhere": _with(id="../../groups"),
    "no customer": _with(customer=None),
    "a customer without a tenant": _with(customer={"displayName": "x"}),
    "a customer that is text": _with(customer="Contoso"),
    "no name": _with(displayName=None),
    "a name that does harm": _with(displayName="a\x1b]0;x\x07\ud800\u202eb"),
    "a huge name": _with(displayName=_LONG),
    "a number for a name": _with(displayName=5),
    "no roles": _with(accessDetails=None),
    "odd roles": _with(accessDetails={"unifiedRoles": [None, {"roleDefinitionId": 5}, _LONG]}),
    "odd dates": _with(
        createdDateTime="soon", lastModifiedDateTime=5, activatedDateTime={},
        endDateTime="0001-01-01T00:00:00Z",
    ),
    "no dates": _with(**dict.fromkeys(_DATES)),
    "dates far away": _with(createdDateTime=_FAR, endDateTime=_FAR),
    "an odd length": _with(duration="P999999Y", autoExtendDuration="never"),
    "no version": lambda record: record.pop("@odata.etag", None),
    "more than is known": lambda record: record.update({"new": [{}], "@odata.type": "#x"}),
}  # fmt: skip
CLAIMS = {
    "a status never seen": State.UNKNOWN,
    "a number for a status": State.UNKNOWN,
    "a huge status": State.UNKNOWN,
    "dates far away": State.ACTIVE,
}
"""What the desk may believe besides, since it is what Microsoft says."""


def records_of(body: Any) -> list[dict[str, Any]]:
    """Every record in an answer: one, a page, or pages in a batch."""
    if "responses" in body:
        return [one for part in body["responses"] for one in records_of(part.get("body", {}))]
    return body["value"] if isinstance(body.get("value"), list) else [body]


def odd(name: str, *, all_of_them: bool = False) -> Trip:
    """An answer whose first record, or all of whose records, hold something odd."""

    def change(body: Any) -> Any:
        found = records_of(body)
        for record in found if all_of_them else found[:1]:
            RECORDS[name](record)
        return body

    return Trip("change", change=change)


# -- what may happen to pages -------------------------------------------------------------------

NEXT = "@odata.nextLink"


def _linked(link: object) -> Trip:
    def change(body: Any) -> Any:
        return {**body, NEXT: link}

    return Trip("change", change=change, times=FOR_EVER)


def _uncounted(body: Any) -> None:
    body.pop("@odata.count", None)


def _skipped(body: Any) -> Any:
    """A page without what was on it, and nobody counts."""
    _uncounted(body)
    return {**body, "value": []}


def _shuffled(body: Any) -> Any:
    return {**body, "value": body["value"][::-1]}


def _half(body: Any) -> Any:
    _uncounted(body)
    return {**body, "value": body["value"][:1]}


def _doubled(body: Any) -> Any:
    return {**body, "value": body["value"] * 2}


def _ended(body: Any) -> Any:
    _uncounted(body)
    return {name: value for name, value in body.items() if name != NEXT}


def _countless(body: Any) -> Any:
    _uncounted(body)
    return body


def _miscounted(count: object) -> Callable[[Any], Any]:
    return lambda body: {**body, "@odata.count": count}


PAGES = {
    "one page is empty": Trip("change", change=_skipped, skip=1),
    "the first page is empty": Trip("change", change=_skipped),
    "every page is empty": Trip("change", change=_skipped, times=FOR_EVER),
    "pages lack records": Trip("change", change=_half, times=FOR_EVER),
    "it ends too early": Trip("change", change=_ended, skip=1),
    "it ends with the first page": Trip("change", change=_ended),
    "pages are the wrong way round": Trip("change", change=_shuffled, times=FOR_EVER),
    "records come twice": Trip("change", change=_doubled, times=FOR_EVER),
    "nobody counts": Trip("change", change=_countless, times=FOR_EVER),
    "too many are counted": Trip("change", change=_miscounted(10_000), times=FOR_EVER),
    "too few are counted": Trip("change", change=_miscounted(0), times=FOR_EVER),
    "the count is text": Trip("change", change=_miscounted("8"), times=FOR_EVER),
    "a page is lost": Trip("lost", skip=1),
    "a page is lost for ever": Trip("lost", skip=1, times=FOR_EVER),
    "a page is half": Trip("half", skip=1, times=FOR_EVER),
    "a page breaks off": Trip("body", skip=1, times=FOR_EVER),
    "a page is another's": Trip(status=200, body=b"<html>", skip=1, times=FOR_EVER),
    "a page is busy for an hour": _error(429, "x", headers={"Retry-After": "3600"}, skip=1),
    "a page is refused": _error(403, "accessDenied", skip=1),
    "a page wants a sign-in": _error(401, "x", skip=1, times=FOR_EVER),
    "the token of a page is too old": _error(410, "ResyncRequired", skip=1),
    "the next page is nowhere": _linked("https://"),
    "the next page is a number": _linked(5),
    "the next page is an object": _linked({}),
    "the next page is in plain HTTP": _linked("http://127.0.0.1/v1.0/x"),
    "the next page is a file": _linked("file:///etc/passwd"),
    "the next page is another path": _linked("https://127.0.0.1/x"),
}
"""G3."""
