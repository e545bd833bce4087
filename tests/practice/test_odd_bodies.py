"""Whatever is sent to it, the practice cloud answers in words, never by falling over."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from store.practice import rules
from store.practice.calls.passwords import METHOD as PASSWORD_METHOD
from store.practice.cloud import ADMIN_AGENTS, Practice
from store.practice.exchange import Asked
from store.practice.graph import answered
from tests.practice.caller import ANNA, CONTOSO, MOMENT, C, R, access, container, practice
from tests.practice.csdl import error_wrongs

_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**30),
    st.text(max_size=8),
    st.sampled_from(
        ["P1D", "PT0S", "P180D", "securityGroup", rules.USER, rules.GLOBAL, "new.example",
         "x@contoso.example", "lockForApproval", "terminate", "approve", "Wet-Paint-42"]
    ),
)  # fmt: skip
_NAMES = st.sampled_from(
    """displayName duration autoExtendDuration customer tenantId accessDetails unifiedRoles
    roleDefinitionId accessContainer accessContainerId accessContainerType action id mailNickname
    mailEnabled securityEnabled description groupTypes members@odata.bind @odata.id accountEnabled
    userPrincipalName passwordProfile password newPassword surname requests method url""".split()
)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(_NAMES, inner, max_size=5)
    ),
    max_leaves=12,
)


class _Scene:
    """A cloud in which most things are there, and the paths to them."""

    def __init__(self) -> None:
        self.cloud: Practice = practice(delay=MOMENT)
        home, group = self.cloud.partner, self.cloud.group(ADMIN_AGENTS).id
        anna = home.user(ANNA)
        assert anna
        anna.roles.add(rules.GLOBAL)
        draft = self.cloud.add_relationship(name="draft", status="created")
        active = self.cloud.add_relationship(
            name="active",
            tenant=CONTOSO,
            roles=(rules.GLOBAL,),
            assignments={group: [rules.GLOBAL]},
        )
        (assigned,) = self.cloud.relationships[active].assignments
        self.paths = [
            R, f"{R}/{draft}", f"{R}/{active}", f"{R}/{draft}/requests", f"{R}/{active}/requests",
            f"{R}/{active}/accessAssignments", f"{R}/{active}/accessAssignments/{assigned}", C,
            "groups", f"groups/{group}", f"groups/{group}/members/$ref", "users",
            "users/ada@contoso.example", f"users/{ANNA}",
            f"users/ada@contoso.example/authentication/methods/{PASSWORD_METHOD}/resetPassword",
            "domains", "domains/contoso.example/verify", "me", "nothing",
        ]  # fmt: skip
        self.tokens = [self.cloud.token(ANNA), self.cloud.token(ANNA, tenant=CONTOSO)]


@given(
    st.sampled_from(["POST", "PATCH", "DELETE", "PUT"]),
    st.integers(0, 18),
    st.integers(0, 1),
    _VALUES,
    st.sampled_from([{}, {"if-match": "*"}, {"if-match": 'W/"x"'}]),
)
def test_any_body_gets_an_answer(
    method: str, place: int, whose: int, body: Any, headers: dict[str, str]
) -> None:
    scene = _Scene()
    asked = Asked(method, scene.paths[place], {}, headers, body)
    given = answered(scene.cloud, scene.tokens[whose], asked)
    assert 200 <= given.status < 500
    if given.status >= 400:
        assert error_wrongs(given.body) == []


def test_the_scene_holds_what_a_right_body_changes() -> None:
    scene = _Scene()
    group = scene.cloud.add_group("another")
    body = {"accessContainer": container(group), "accessDetails": access(rules.GLOBAL)}
    asked = Asked("POST", scene.paths[5], body=body)
    assert answered(scene.cloud, scene.tokens[0], asked).status == 201
