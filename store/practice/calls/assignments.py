"""accessAssignments: which group of the partner's has which roles in a relationship."""

from __future__ import annotations

from store.practice import relationships as states
from store.practice.calls import shapes
from store.practice.calls.base import On, matches, nothing, numbered, roles_in
from store.practice.calls.relationships import PATH, found, under_way
from store.practice.exchange import Answer, Refused, bad, body_of, unknown
from store.practice.odata import one, page
from store.practice.relationships import Assignment, Operation, Relationship

_LIVING = {"pending", "active", "error"}


def _found(on: On, key: str, which: str) -> tuple[Relationship, Assignment]:
    it = found(on, key)
    made = it.assignments.get(which)
    if made is None:
        raise unknown(which)
    return it, made


def _shown(on: On, it: Relationship, made: Assignment, status: int = 200) -> Answer:
    answer = one(
        on.asked,
        shapes.assignment(made),
        context=f"{PATH}('{it.id}')/accessAssignments",
        properties=shapes.ASSIGNMENT,
    )
    location = on.address(f"{PATH}/{it.id}/accessAssignments/{made.id}")
    headers = {"Location": location} if status == 201 else {}
    return Answer(status, answer.body, headers | {"ETag": made.etag})


def _only_active(it: Relationship) -> None:
    if it.status != states.ACTIVE:
        raise bad(f"The relationship is not active but '{it.status}'.")


def _only_roles_of(it: Relationship, roles: tuple[str, ...]) -> None:
    for role in roles:
        if role not in it.roles:
            raise bad(f"The role '{role}' isn't part of relationship '{it.id}'.")


def listed(on: On, key: str) -> Answer:
    """GET: all of them, those that were deleted too."""
    it = found(on, key)
    return page(
        on.asked,
        numbered(it.assignments.values(), shapes.assignment),
        context=f"{PATH}('{it.id}')/accessAssignments",
        properties=shapes.ASSIGNMENT,
        most=on.practice.page_limit,
    )


def read(on: On, key: str, which: str) -> Answer:
    """GET of one."""
    return _shown(on, *_found(on, key, which))


def create(on: On, key: str) -> Answer:
    """POST: pending at first; one for each group and relationship."""
    it = found(on, key)
    body = body_of(on.asked, allowed={"accessContainer", "accessDetails"})
    container = body.get("accessContainer")
    group = container.get("accessContainerId") if isinstance(container, dict) else None
    kind = container.get("accessContainerType") if isinstance(container, dict) else None
    if not isinstance(group, str) or kind != "securityGroup":
        raise bad("accessContainer must be a security group.")
    roles = roles_in(body)
    _only_active(it)
    ours = on.practice.partner.groups.get(group.lower())
    if ours is None or not ours.security:
        raise bad("The access container does not exist.")
    _only_roles_of(it, roles)
    if any(one.group == ours.id and one.status in _LIVING for one in it.assignments.values()):
        raise Refused(409, "Conflict", "An access assignment for this container already exists.")
    made = Assignment(on.practice.new_id(), on.now, ours.id, roles)
    it.assignments[made.id] = made
    on.practice.life.assign(made, on.now)
    return _shown(on, it, made, 201)


def update(on: On, key: str, which: str) -> Answer:
    """PATCH: the whole new list of roles; 200 where nothing differs, else 202."""
    it, made = _found(on, key, which)
    matches(on, made)
    body = body_of(on.asked, allowed={"accessDetails"})
    roles = roles_in(body)
    _only_active(it)
    _only_roles_of(it, roles)
    if made.status != "active":
        raise bad(f"The access assignment is not active but '{made.status}'.")
    if made.id in it.busy():
        raise Refused(409, "Conflict", "The access assignment is being changed already.")
    if set(roles) == set(made.roles):
        return _shown(on, it, made)
    data = shapes.assignment(made) | {"accessDetails": shapes.roles(roles)}
    wanted = ("id", "accessContainer", "accessDetails", "status")
    change = Operation(
        on.practice.new_id(),
        on.now,
        "delegatedAdminAccessAssignmentUpdate",
        {name: data[name] for name in wanted},
        target=made.id,
    )
    it.operations[change.id] = change
    on.practice.life.reassign(made, change, roles, on.now)
    return under_way(on, it, change)


def delete(on: On, key: str, which: str) -> Answer:
    """DELETE: it stays listed, as deleting and then as deleted."""
    _, made = _found(on, key, which)
    matches(on, made)
    if made.status not in _LIVING:
        raise bad(f"The access assignment is '{made.status}' already.")
    on.practice.life.unassign(made, on.now)
    return nothing()
