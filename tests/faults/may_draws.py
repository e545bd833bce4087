"""Random partners and customers: what is drawn, before a world is built from it."""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st

from store.model.access import Level
from store.model.partner import LimitedAs
from store.model.roles import ROLES
from store.practice import rules

OWN = ("partnerdesk Full", "partnerdesk Limited", "Somebody else's")
AGENTS = ("AdminAgents", "HelpdeskAgents", "Somebody else's")
STRANGE = "12345678-1234-4234-8234-123456789abc"
"""A role that nobody knows."""

_ACTING = (
    rules.GLOBAL, rules.USER, rules.DOMAIN_NAME, rules.HELPDESK, rules.PASSWORD,
    rules.AUTHENTICATION, rules.PRIVILEGED_AUTHENTICATION,
)  # fmt: skip
_OTHER = (
    rules.DIRECTORY_READERS, rules.DIRECTORY_WRITERS, rules.GLOBAL_READER, rules.PRIVILEGED_ROLE,
    rules.GROUPS, rules.SECURITY, STRANGE,
)  # fmt: skip
_roles = st.lists(
    st.sampled_from((*_ACTING, *_ACTING, *_OTHER)), min_size=1, max_size=5, unique=True
)
_RANKS = (
    rules.DIRECTORY_READERS, rules.GUEST_INVITER, rules.PASSWORD, rules.MESSAGE_CENTER_READER,
    rules.REPORTS_READER, rules.USAGE_READER, rules.USER_EXPERIENCE, rules.HELPDESK,
    rules.AUTHENTICATION, rules.GROUPS, rules.USER,
)  # fmt: skip
"""The roles whose holders somebody of lesser rank may help."""
_theirs = st.lists(
    st.sampled_from((*_RANKS, *_RANKS, *sorted(ROLES), STRANGE)), max_size=2, unique=True
)


def _mostly(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    """One value most of the time. Shrinking goes towards it."""
    return st.sampled_from((*[usual] * (4 * len(others)), *others))


class OfOurs(NamedTuple):
    """A user of ours: the level in the desk, and the account at Microsoft.

    `groups` are numbers of `Drawn.groups`. `other`: the name went to another account since.
    """

    level: Level
    groups: frozenset[int]
    guest: bool = False
    enabled: bool = True
    other: bool = False


class Between(NamedTuple):
    """A relationship. `assigned` are groups with places in `roles`, and the assignment's status."""

    customer: int
    status: str
    roles: tuple[str, ...]
    assigned: tuple[tuple[int, frozenset[int], str], ...]
    days_left: int = 400
    auto_extend: bool = False
    given: bool = False


class Drawn(NamedTuple):
    """Everything that a world is built from.

    `stands` says which of the first two groups stand for a level. `by_hand` is the answer to a
    classic offer that is recorded of the first customer; `stays` says that it is so at Microsoft.
    `later` is what happens before a second sync. In `china` there is nothing but the classic way.
    """

    limited_as: LimitedAs
    stands: tuple[bool, bool]
    members: tuple[OfOurs, ...]
    relationships: tuple[Between, ...]
    targets: tuple[tuple[frozenset[str], bool], ...]
    groups: tuple[str, ...] = OWN
    by_hand: str = ""
    stays: bool = False
    china: bool = False
    later: tuple[tuple[str, int, int], ...] = ()


_MEMBERS = st.builds(
    OfOurs,
    st.sampled_from((Level.FULL, Level.LIMITED, Level.FULL, Level.LIMITED, Level.NONE)),
    _mostly({0}, {1}, {0, 1}, {2}, {0, 2}, set()).map(frozenset),
    guest=_mostly(False, False, True),
    enabled=_mostly(True, True, False),
    other=_mostly(False, False, True),
)
_ASSIGNED = st.tuples(
    st.integers(0, 2),
    _mostly({0, 1, 2, 3, 4}, {0}, {1}, {0, 2}).map(frozenset),
    st.sampled_from(("active", "active", "active", "pending", "error", "deleting", "deleted")),
)
_BETWEEN = st.builds(
    Between,
    st.sampled_from((0, 0, 1)),
    _mostly(
        "active", "created", "approvalPending", "approved", "activating", "expired",
        "terminationRequested", "terminating", "terminated", "quarantined",
    ),
    _roles.map(tuple),
    st.lists(_ASSIGNED, min_size=1, max_size=3).map(tuple),
    days_left=_mostly(400, 10, 1, -1),
    auto_extend=st.booleans(),
    given=st.booleans(),
)  # fmt: skip
_GRANULAR = st.builds(
    Drawn,
    st.sampled_from(LimitedAs),
    st.tuples(_mostly(True, True, False), _mostly(True, True, False)),
    st.lists(_MEMBERS, min_size=2, max_size=3).map(tuple),
    st.lists(_BETWEEN, min_size=1, max_size=3).map(tuple),
    st.lists(st.tuples(_theirs.map(frozenset), _mostly(False, True)), min_size=2, max_size=4)
    .map(tuple),
    groups=st.sampled_from((OWN, AGENTS)),
    by_hand=st.sampled_from(("", "", "granted", "declined")),
    stays=st.booleans(),
    china=st.just(False),
    later=st.lists(
        st.tuples(st.sampled_from(("ends", "joins", "leaves", "blocked", "forgotten")),
                  st.integers(0, 2), st.integers(0, 2)),
        max_size=2,
    ).map(tuple),
)  # fmt: skip


_STATUS = st.sampled_from(("active", "active", "pending", "error", "deleting"))
_PLACES = st.sampled_from(({0, 1, 2}, {0}, {1})).map(frozenset)
_PLAIN = st.builds(
    Drawn,
    st.sampled_from(LimitedAs),
    st.just((True, True)),
    st.just((OfOurs(Level.FULL, frozenset({0})), OfOurs(Level.LIMITED, frozenset({1})))),
    st.builds(
        Between,
        st.just(0),
        st.sampled_from(("active", "active", "active", "activating", "approved", "terminating")),
        st.lists(st.sampled_from((*_ACTING, rules.DIRECTORY_WRITERS)), min_size=1, max_size=2,
                 unique=True).map(tuple),
        st.tuples(st.tuples(st.just(0), _PLACES, _STATUS), st.tuples(st.just(1), _PLACES, _STATUS)),
        days_left=st.just(400),
        auto_extend=st.booleans(),
        given=st.booleans(),
    ).map(lambda one: (one,)),
    st.lists(
        st.tuples(st.sampled_from(_RANKS).map(lambda role: frozenset({role})), st.just(False)),
        min_size=3, max_size=3, unique=True,
    ).map(tuple),
    groups=st.sampled_from((OWN, AGENTS)),
    by_hand=st.sampled_from(("", "", "granted")),
    stays=st.booleans(),
    later=st.just(()),
    china=st.just(False),
)  # fmt: skip
"""Worlds where all is well but for what is drawn: two users, one relationship."""


def _in_china(drawn: Drawn) -> Drawn:
    """The same in the cloud operated by 21Vianet, where what is recorded is so."""
    return drawn._replace(
        stands=(True, True), relationships=(), groups=AGENTS, stays=True, china=True,
        by_hand=drawn.by_hand or "granted",
    )  # fmt: skip


worlds = st.one_of(_PLAIN, _PLAIN, _PLAIN, _GRANULAR, _GRANULAR, _GRANULAR.map(_in_china))
