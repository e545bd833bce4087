"""Every refusal in the operator's words: what happened, why probably, what to do."""

from __future__ import annotations

import logging
import traceback
from typing import Any

import httpx
import pytest

from store.errors import DeskError, GraphForbidden, GraphRefused, NoConnection, SignInNeeded
from store.graph.aadsts import _BY_NUMBER, sign_in_reason
from store.graph.client import Graph, NewRelationship
from store.graph.refusals import Said, refusal, said_in
from store.graph.scopes import Scope
from tests.graph.fake import ROLE, TOKEN, Fake, R, Refused, Reply, Tokens, relationship

RELATIONSHIPS = "/tenantRelationships/delegatedAdminRelationships"
ASSIGNMENTS = f"{RELATIONSHIPS}/r/accessAssignments"
PRINCIPAL = (
    "The user (principal) does not have the required permissions to perform the specified action "
    "on the resource."
)
# status, method and path, code, message; words of the answer, words of what to do
TABLE = [
    (403, f"GET {RELATIONSHIPS}", "", PRINCIPAL, "without MFA", "AdminAgents"),
    (403, f"GET {RELATIONSHIPS}", "", "", "not an Admin agent", "not as a guest"),
    (403, "GET /contracts", "Authorization_RequestDenied",
     "Insufficient privileges to complete the operation.", "lacks the rights", "doctor"),
    (403, f"POST {ASSIGNMENTS}", "", "Missing scope permissions on the request.",
     "does not carry the permission", "doctor"),
    (403, "PATCH /users/x", "", "Unable to initialize the authorization context",
     "customer's roles do not allow", "new relationship"),
    (403, "POST /groups/g/members/$ref", "Authorization_RequestDenied", "Insufficient privileges",
     "change or read that group", "Groups Administrator"),
    (403, "GET /me", "", "MFA is required", "second factor", "sign-in"),
    (403, "GET /me", "", "", "not an Admin agent", "AdminAgents"),
    (404, f"GET {RELATIONSHIPS}/r", "", "", "not any more", "sync"),
    (404, "GET /groups/g", "", "", "this group", "another group"),
    (404, "DELETE /groups/g/members/u/$ref", "", "", "this member", "sync"),
    (404, "GET /users/x@y.example", "", "", "this user", "user name"),
    (404, "GET /something", "", "", "does not know that", "sync"),
    (404, f"GET {RELATIONSHIPS}", "BadRequest",
     "Resource not found for the segment 'delegatedAdminRelationships'.",
     "cloud does not offer", "classic offers"),
    (405, f"POST {RELATIONSHIPS}/r/requests", "", "", "at this moment", "in a minute"),
    (405, "PATCH /x", "", "", "state does not allow", "sync"),
    (409, f"POST {RELATIONSHIPS}", "", "", "used already", "another name"),
    (409, f"PATCH {RELATIONSHIPS}/r", "", "", "used already", "another name"),
    (409, f"POST {ASSIGNMENTS}", "", "", "has an assignment", "Change the roles"),
    (409, f"POST {RELATIONSHIPS}/r/requests", "", "", "does not go with", "sync"),
    (412, f"PATCH {RELATIONSHIPS}/r", "", "", "in the meantime", "as it is now"),
    (428, f"PATCH {RELATIONSHIPS}/r", "", "", "in the meantime", "sync"),
    (400, f"POST {ASSIGNMENTS}", "", "The access container does not exist.",
     "does not know the group", "security group"),
    (400, f"POST {ASSIGNMENTS}", "", "The role isn't part of the relationship.",
     "every role", "only roles"),
    (400, f"POST {ASSIGNMENTS}", "", "Relationship must be active.", "active relationship", "sync"),
    (400, f"GET {RELATIONSHIPS}/x", "",
     "The passed in delegatedAdminRelationshipId is invalid.", "not any more", "sync"),
    (400, f"POST {RELATIONSHIPS}", "", "duration is out of range", "duration", "730"),
    (400, f"POST {RELATIONSHIPS}", "", "displayName is invalid", "this name", "50 letters"),
    (400, f"PATCH {RELATIONSHIPS}/r", "", "autoExtendDuration with Global Administrator",
     "extend itself", "leave Global Administrator out"),
    (400, "POST /groups/g/members/$ref", "", "members of a dynamic group", "follow a rule",
     "assigned members"),
    (400, "GET /users?$filter=x", "Request_UnsupportedQuery", "Unsupported Query.",
     "does not search", "simpler"),
    (400, "POST /x", "BadRequest", "Something is off.", "Something is off.", "Try again"),
    (418, "GET /x", "", "", "HTTP 418", "Try again"),
    (501, "GET /x", "", "", "own side (HTTP 501)", "Try again"),
    (401, "GET /me", "InvalidAuthenticationToken", "Lifetime validation failed, token is expired.",
     "clock of this host", "sign-in"),
    (401, "GET /me", "InvalidAuthenticationToken", "Invalid audience.", "another cloud", "cloud"),
    (401, "GET /me", "", "", "does not accept the sign-in", "sign-in"),
    (403, "GET /x", "", "AADSTS53003: Access has been blocked by Conditional Access.",
     "conditional access policy", "--browser"),
    (400, "GET /x", "invalid_grant", "AADSTS50020: User account from identity provider",
     "not known in that tenant", "another account"),
    (400, "GET /x", "", "AADSTS65001: The user has not consented", "consented", "administrator"),
    (400, "GET /x", "", "AADSTS700082: The refresh token has expired", "expired", "sign-in"),
    (400, "GET /x", "", "AADSTS50076: you must use multi-factor", "second factor", "sign-in"),
    (400, "GET /x", "", "AADSTS7654321: New.", "AADSTS7654321", "sign-in"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "asked", "code", "message", "what", "todo"),
    TABLE,
    ids=[f"{row[0]} {row[1][:40]} {row[2]} {row[3][:30]}" for row in TABLE],
)
def test_a_refusal_says_what_and_what_to_do(
    status: int, asked: str, code: str, message: str, what: str, todo: str
) -> None:
    error = refusal(status, asked, Said(code, message, "req-1"))
    assert what in str(error.what) and todo in str(error.todo)
    signs_in = status == 401 or "AADSTS" in message
    assert isinstance(error, SignInNeeded) is signs_in
    if isinstance(error, GraphRefused):
        assert (error.status, error.code, error.said) == (status, code, message)
        assert error.exit_code == (4 if status == 403 else 1)
    assert getattr(error, "request_id", "") == "req-1"


BODIES: list[tuple[Any, Said | None]] = [
    ({"error": {"code": "a", "message": "b"}}, Said("a", "b")),
    ({"error": {"code": "a", "innerError": {"request-id": "r"}}}, Said("a", "", "r")),
    ({"error": {"code": "a", "innererror": {"request-id": "r"}}}, Said("a", "", "r")),
    ({"error": {"code": 5, "message": None, "innerError": "x"}}, Said()),
    ({"error": {"message": {"lang": "en", "value": "x"}}}, Said()),
    ({"error": "invalid_grant", "error_description": "AADSTS1"}, Said("invalid_grant", "AADSTS1")),
    ({"error": None}, Said()),
    ({"error": []}, Said()),
    ({"error": {"message": "x" * 5_000}}, Said("", "x" * 300 + "…")),
    ({"error": {"message": "a\x1b]0;b\nc"}}, Said("", "a\ufffd]0;b c")),
    ({"value": []}, None),
    ([], None),
    (None, None),
]


@pytest.mark.parametrize(("body", "expected"), BODIES)
def test_the_error_in_an_answer_is_found(body: Any, expected: Said | None) -> None:
    assert said_in(body, {}) == expected


def test_the_id_for_the_support_may_stand_in_a_header() -> None:
    found = said_in({"error": {}}, httpx.Headers({"Request-Id": "r"}))
    assert found == Said("", "", "r")


@pytest.mark.parametrize("number", sorted(_BY_NUMBER))
def test_every_sign_in_error_has_a_next_step(number: str) -> None:
    reason = sign_in_reason(f"AADSTS{number}: words of Microsoft's")
    assert reason is not None and str(reason.told).endswith(".") and str(reason.todo)


def test_words_without_a_number_have_no_reason_of_their_own() -> None:
    assert sign_in_reason("AADSTS: x") is None and sign_in_reason("") is None


# -- the token --------------------------------------------------------------------------------


async def test_a_token_that_is_refused_is_replaced_once(
    graph: Graph, fake: Fake, tokens: Tokens
) -> None:
    fake.will(Refused(401, "InvalidAuthenticationToken"), relationship(1))
    await graph.relationship("rel-1")
    assert tokens.asked == [
        ((Scope.RELATIONSHIPS_READ,), False),
        ((Scope.RELATIONSHIPS_READ,), True),
    ]
    sent = [heard.headers["authorization"] for heard in fake.heard]
    assert sent == [f"Bearer {TOKEN}", f"Bearer {tokens.text}"] and sent[0] != sent[1]


async def test_there_is_no_loop_of_sign_ins(graph: Graph, fake: Fake, tokens: Tokens) -> None:
    fake.answering = lambda heard: Refused(401, "InvalidAuthenticationToken")
    with pytest.raises(SignInNeeded) as raised:
        await graph.relationship("rel-1")
    assert len(fake.heard) == 2 and len(tokens.asked) == 2
    assert "partnerdesk sign-in" in str(raised.value.todo)


async def test_a_creation_that_was_not_let_in_was_not_done(
    graph: Graph, fake: Fake, tokens: Tokens
) -> None:
    fake.will(Refused(401), Reply(201, relationship(1, status="created")))
    made = await graph.create(NewRelationship("a", 1, False, (ROLE,)))
    assert made.status == "created" and len(fake.heard) == 2
    assert {scopes for scopes, _ in tokens.asked} == {(Scope.RELATIONSHIPS_WRITE,)}


async def test_a_token_is_asked_for_once_for_many_requests(
    graph: Graph, fake: Fake, tokens: Tokens
) -> None:
    fake.answering = lambda heard: relationship(1)
    for _ in range(5):
        await graph.relationship("rel-1")
    assert len(tokens.asked) == 1


@pytest.mark.parametrize("text", ["", "two words", "line\nbreak", "tökén", "a\x00b", "\ud800"])
async def test_a_token_that_cannot_stand_in_a_header_is_not_sent(
    graph: Graph, fake: Fake, tokens: Tokens, text: str
) -> None:
    tokens.text = text
    with pytest.raises(SignInNeeded) as raised:
        await graph.me()
    assert fake.heard == []
    assert not text or text not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize(
    "reply",
    [
        Refused(401), Refused(403), Refused(400), Refused(500), Reply(cut=0), Reply(raw=b"<p>"),
        Reply(302, headers={"Location": "https://evil.example"}), Refused(429),
        Reply(200, relationship(1)),
    ],
)  # fmt: skip
async def test_the_token_shows_nowhere(
    graph: Graph, fake: Fake, tokens: Tokens, caplog: pytest.LogCaptureFixture, reply: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    fake.answering = lambda heard: reply
    shown = ""
    try:
        await graph.relationship("rel-1")
    except DeskError as error:
        shown = "".join(
            traceback.TracebackException.from_exception(error, capture_locals=True).format()
        )
        shown += repr(error) + str(vars(error))
    shown += repr(graph) + repr(vars(graph)) + repr(vars(graph._wire.keys)) + caplog.text
    assert "secret" not in shown.replace(repr(tokens), "")


async def test_the_empty_list_of_one_who_is_no_admin_agent_is_empty(
    graph: Graph, fake: Fake
) -> None:
    fake.will({"value": []})
    found = await graph.relationships()
    assert found.items == () and found.whole


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Refused(403, "", PRINCIPAL), GraphForbidden),
        (Reply(403, raw=b"<html>proxy</html>", kind="text/html"), NoConnection),
        (Reply(407, raw=b""), NoConnection),
        (Reply(301, headers={"Location": "/"}), NoConnection),
        (Reply(404, raw=b""), GraphRefused),
        (Reply(403, {"unknown": "form"}), NoConnection),
    ],
)
async def test_who_refused_is_told_apart(
    graph: Graph, fake: Fake, reply: Any, kind: type[DeskError]
) -> None:
    fake.will(reply)
    with pytest.raises(kind):
        await graph.relationship("rel-1")
    assert fake.lines == [f"GET {R}/rel-1"]
