"""$batch: up to twenty calls in one, answered in an order of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from store.practice.exchange import Answer, Asked, Refused, bad

LIMIT = 20
Do = Callable[[Asked], Answer]


def batch(asked: Asked, do: Do) -> Answer:
    """The answers to all calls in a batch; each has a status of its own."""
    calls = _calls(asked.body)
    done: dict[str, Answer] = {}
    for key, call in calls.items():
        before = call.get("dependsOn") or []
        if any(key not in done or done[key].status >= 400 for key in before):
            message = "A request that this one depends on has failed."
            done[key] = Answer(424, {"error": {"code": "FailedDependency", "message": message}})
        else:
            done[key] = do(_asked(asked, call))
    # Whoever relies on the order of the answers finds out here.
    responses = [_response(key, done[key]) for key in reversed(done)]
    return Answer(200, {"responses": responses})


def _calls(body: Any) -> dict[str, dict[str, Any]]:
    """The calls by id, each after those that it depends on, as they have to be written."""
    given = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(given, list) or not given:
        raise bad("Invalid batch payload format.")
    if len(given) > LIMIT:
        raise bad(f"Number of batch request steps exceeds the maximum value of {LIMIT}.")
    calls: dict[str, dict[str, Any]] = {}
    for call in given:
        key = call.get("id") if isinstance(call, dict) else None
        if not isinstance(key, str) or not key or key in calls:
            raise bad("Every request of a batch needs an id of its own.")
        before = call.get("dependsOn") or []
        if not isinstance(before, list) or any(one not in calls for one in before):
            raise bad("Invalid dependsOn: requests must stand after those that they depend on.")
        if not isinstance(call.get("method"), str) or not isinstance(call.get("url"), str):
            raise bad("Every request of a batch needs a method and a url.")
        calls[key] = call
    return calls


def _asked(outer: Asked, call: Mapping[str, Any]) -> Asked:
    url, _, query = call["url"].partition("?")
    given = call.get("headers")
    headers = given if isinstance(given, dict) else {}
    small = {str(name).lower(): str(value) for name, value in headers.items()}
    return Asked(
        call["method"].upper(),
        unquote(url.strip("/")),
        dict(parse_qsl(query, keep_blank_values=True)),
        small,
        call.get("body"),
        outer.base,
    )


def checked(asked: Asked) -> None:
    """Refuses what a batch may not hold."""
    if asked.path.lower() == "$batch":
        raise bad("A batch cannot hold another batch.")
    if "://" in asked.path:
        raise bad("The url of a request in a batch must be relative.")
    if asked.body is not None and "content-type" not in asked.headers:
        raise Refused(400, "BadRequest", "Content-Type is needed where there is a body.")


def _response(key: str, answer: Answer) -> dict[str, Any]:
    made: dict[str, Any] = {"id": key, "status": answer.status, "headers": dict(answer.headers)}
    if answer.body is not None:
        made["headers"].setdefault("Content-Type", "application/json")
        made["body"] = answer.body
    return made
