"""What is asked of a relationship (requests), and changes to it that take a while (operations)."""

from __future__ import annotations

from store.practice import relationships as states
from store.practice.calls import shapes
from store.practice.calls.base import On, numbered
from store.practice.calls.relationships import PATH, found
from store.practice.exchange import Answer, Refused, bad, body_of, unknown
from store.practice.odata import one, page
from store.practice.relationships import Relationship, Request

# -- requests ---------------------------------------------------------------------------------


def requests(on: On, key: str) -> Answer:
    """GET of everything that was asked."""
    it = found(on, key)
    future = on.asked.knows_future_members
    return page(
        on.asked,
        numbered(it.requests.values(), lambda one: shapes.request(one, future=future)),
        context=f"{PATH}('{it.id}')/requests",
        properties=shapes.REQUEST,
        most=on.practice.page_limit,
    )


def request(on: On, key: str, which: str) -> Answer:
    """GET of one."""
    it = found(on, key)
    made = it.requests.get(which)
    if made is None:
        raise unknown(which)
    return _shown_request(on, it, made)


def _shown_request(on: On, it: Relationship, made: Request) -> Answer:
    return one(
        on.asked,
        shapes.request(made, future=on.asked.knows_future_members),
        context=f"{PATH}('{it.id}')/requests",
        properties=shapes.REQUEST,
    )


def ask(on: On, key: str) -> Answer:
    """POST: finalise, or terminate; it is done some time after the answer."""
    it = found(on, key)
    action = body_of(on.asked, allowed={"action"}).get("action")
    made = Request(on.practice.new_id(), on.now, str(action))
    match action:
        case "lockForApproval":
            if on.now < it.created + on.practice.lock_after:
                raise Refused(405, "MethodNotAllowed", "The relationship is not ready yet.")
            _only_in(states.CREATED, it)
            if any(one.action == action for one in it.requests.values()):
                raise Refused(409, "Conflict", "The relationship is being finalized already.")
            on.practice.life.lock(it, made, on.now)
        case "terminate":
            _only_in(states.ACTIVE, it)
            on.practice.life.terminate(it, made, on.now)
        case "approve" | "reject":
            if not it.consent_pending:
                raise bad("Only an indirect reseller can answer this way.")
            it.consent_pending = action == "reject"  # then it waits until it lapses
            it.changed(on.now)
            made.status = "succeeded"
        case _:
            raise bad("The action of the request is not known.")
    it.requests[made.id] = made
    answer = _shown_request(on, it, made)
    location = on.address(f"{PATH}/{it.id}/requests/{made.id}")
    return Answer(201, answer.body, {"Location": location})


def _only_in(status: str, it: Relationship) -> None:
    if it.status != status:
        raise bad(f"This cannot be asked of a relationship in status '{it.status}'.")


# -- operations -------------------------------------------------------------------------------


def operations(on: On, key: str) -> Answer:
    """GET of every change that takes a while."""
    it = found(on, key)
    future = on.asked.knows_future_members
    return page(
        on.asked,
        numbered(it.operations.values(), lambda one: shapes.operation(one, future=future)),
        context=f"{PATH}('{it.id}')/operations",
        properties=shapes.OPERATION,
        most=on.practice.page_limit,
    )


def operation(on: On, key: str, which: str) -> Answer:
    """GET of one."""
    it = found(on, key)
    made = it.operations.get(which)
    if made is None:
        raise unknown(which)
    return one(
        on.asked,
        shapes.operation(made, future=on.asked.knows_future_members),
        context=f"{PATH}('{it.id}')/operations",
        properties=shapes.OPERATION,
    )
