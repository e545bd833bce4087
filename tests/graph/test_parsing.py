"""Whatever Microsoft's properties hold, reading them never fails."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.graph import parsing
from store.graph.client import Graph
from store.graph.facts import Relationship, User
from tests.graph.fake import ROLE, TENANT, Fake, Reply, relationship


def test_a_relationship_as_it_should_be() -> None:
    assert parsing.relationship(relationship(1)) == Relationship(
        id="rel-1",
        name="Customer 1",
        status="active",
        tenant=TENANT,
        customer="Customer 1",
        roles=(ROLE,),
        days=730,
        auto_extend=True,
        created="2026-01-01T10:00:00.1234567Z",
        modified="2026-01-02T10:00:00Z",
        activated="2026-01-02T10:00:00Z",
        ends="2028-01-02T10:00:00Z",
        etag='W/"1"',
    )


ODD: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("a status never seen", {"status": "hibernating"}, {"status": "hibernating"}),
    ("a number for a status", {"status": 3}, {"status": "3"}),
    ("true for a name", {"displayName": True}, {"name": ""}),
    ("a number for a name", {"displayName": 365}, {"name": "365"}),
    ("a huge number for a name", {"displayName": 10**400}, {"name": ""}),
    ("an endless name", {"displayName": "x" * 100_000}, {"name": "x" * 1_000}),
    ("half a surrogate", {"displayName": "a\ud800b"}, {"name": "a\ufffdb"}),
    ("an escape sequence", {"displayName": "a\x1b[31mb"}, {"name": "a\ufffd[31mb"}),
    ("a name that turns round", {"displayName": "a\u202eb"}, {"name": "a\ufffdb"}),
    ("no customer", {"customer": None}, {"tenant": "", "customer": ""}),
    ("a customer that is text", {"customer": "Contoso"}, {"tenant": "", "customer": ""}),
    ("a customer without a name", {"customer": {"tenantId": TENANT}}, {"customer": ""}),
    (
        "a tenant in capitals",
        {"customer": {"tenantId": TENANT.replace("1", "A")}},
        {"tenant": TENANT.replace("1", "a")},
    ),
    ("no roles", {"accessDetails": None}, {"roles": ()}),
    ("roles that are text", {"accessDetails": {"unifiedRoles": "all"}}, {"roles": ()}),
    (
        "odd roles among good ones",
        {
            "accessDetails": {
                "unifiedRoles": [
                    None,
                    7,
                    {},
                    {"roleDefinitionId": None},
                    {"roleDefinitionId": ROLE.upper()},
                    {"roleDefinitionId": ROLE},
                ]
            }
        },
        {"roles": (ROLE,)},
    ),
    ("a reseller's", {"@odata.type": "#microsoft.graph.resellerX"}, {"kind": "resellerX"}),
    (
        "the type that it is",
        {"@odata.type": "#microsoft.graph.delegatedAdminRelationship"},
        {"kind": ""},
    ),
    ("a type that is a number", {"@odata.type": 5}, {"kind": "5"}),
    ("an etag that is none", {"@odata.etag": 5}, {"etag": ""}),
    ("an etag with a line break", {"@odata.etag": 'W/"\r\nX: y"'}, {"etag": ""}),
    ("members nobody knows", {"somethingNew": {"a": [1]}}, {"name": "Customer 1"}),
]
DATES = {
    None: "",
    "": "",
    "soon": "",
    5: "",
    True: "",
    "0001-01-01T00:00:00Z": "",
    "2026-02-31T00:00:00Z": "",
    "2026-02-28T25:00:00Z": "",
    "99999-01-01T00:00:00Z": "",
    "2026-03-01": "",
    "2026-03-01T10:00:00Z": "2026-03-01T10:00:00Z",
    "2026-03-01T10:00:00.5Z": "2026-03-01T10:00:00.5Z",
    "2026-03-01T12:00:00+02:00": "2026-03-01T10:00:00Z",
    "2026-03-01T10:00:00+00:00": "2026-03-01T10:00:00Z",
    "2026-03-01T10:00:00.000000": "2026-03-01T10:00:00Z",
    "0001-01-02T00:00:00+23:00": "0001-01-01T01:00:00Z",
    "9999-12-31T23:59:59-12:00": "",
}
DAYS = {
    "P730D": 730,
    "P1D": 1,
    "P2Y": 730,
    "P1Y": 365,
    "P6M": 180,
    "P2W": 14,
    "PT17520H": 730,
    "P1DT24H": 2,
    "PT0S": 0,
    "P0D": 0,
    "PT1.5S": 0,
    "P": None,
    "PT": None,
    "-P1D": None,
    "730": None,
    "P1,5D": None,
    "": None,
    "P99999999999999999999D": None,
}


@pytest.mark.parametrize(("odd", "expected"), [row[1:] for row in ODD], ids=[row[0] for row in ODD])
def test_an_odd_property_is_read_as_what_it_can_be(
    odd: dict[str, Any], expected: dict[str, Any]
) -> None:
    found = parsing.relationship(relationship(1, **odd))
    assert found is not None
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(("value", "expected"), DATES.items(), ids=map(str, DATES))
def test_a_date_is_one_or_nothing(value: Any, expected: str) -> None:
    found = parsing.relationship(relationship(1, endDateTime=value))
    assert found is not None and found.ends == expected


@pytest.mark.parametrize(("value", "expected"), DAYS.items())
def test_a_duration_is_days_or_unknown(value: str, expected: int | None) -> None:
    found = parsing.relationship(relationship(1, duration=value, autoExtendDuration=value))
    assert found is not None and found.days == expected
    assert found.auto_extend is bool(expected)


@pytest.mark.parametrize("value", [None, 730, [], {}, True, 1.5])
def test_a_duration_that_is_no_text_is_unknown(value: Any) -> None:
    assert parsing.days(value) is None


@pytest.mark.parametrize(
    "key",
    [
        None,
        "",
        5,
        True,
        [],
        {},
        ".",
        "..",
        "a/b",
        "../x",
        "a b",
        "a?b",
        "a#b",
        "%2e",
        "é",
        "-",
        "x" * 201,
    ],
)
def test_a_record_without_a_sound_id_is_none(key: Any) -> None:
    odd = {"id": key}
    readers = (parsing.relationship, parsing.assignment, parsing.request, parsing.operation)
    assert [read(odd) for read in (*readers, parsing.contract)] == [None] * 5
    if key != 5:
        assert parsing.group(odd) is None and parsing.user(odd) is None
        assert parsing.tenant(odd) is None


def test_members_of_a_group_say_what_they_are() -> None:
    assert parsing.user({"id": "u", "userType": "GUEST", "accountEnabled": False}) == User(
        "u", "", "", enabled=False, guest=True
    )
    nested = parsing.user({"id": "g", "@odata.type": "#microsoft.graph.group"})
    assert nested is not None and nested.kind == "group"
    plain = parsing.user({"id": "u", "@odata.type": "#microsoft.graph.user", "userType": None})
    assert plain is not None and plain.kind == "" and not plain.guest and plain.enabled


def test_a_group_is_what_it_says() -> None:
    found = parsing.group({"id": "g", "groupTypes": ["DynamicMembership"], "securityEnabled": None})
    assert found is not None and found.dynamic and found.security
    found = parsing.group({"id": "g", "groupTypes": "DynamicMembership", "securityEnabled": False})
    assert found is not None and not found.dynamic and not found.security


def test_an_operation_keeps_its_document_as_text() -> None:
    found = parsing.operation({"id": "o", "data": {"id": 1}, "status": "skipped"})
    assert found is not None and found.data == '{"id": 1}' and found.status == "skipped"
    found = parsing.operation({"id": "o", "data": 5})
    assert found is not None and found.data == ""


@pytest.mark.parametrize("status", [None, "", ["active"], {}, True])
def test_a_relationship_without_a_status_says_nothing(status: Any) -> None:
    assert parsing.relationship({**relationship(1), "status": status}) is None


@pytest.mark.parametrize("url", ["http://x.example", "javascript:x", "", None, 5])
def test_a_portal_that_is_not_https_has_no_address(url: Any) -> None:
    found = parsing.portal({"id": "p", "serviceName": "Entra", "serviceManagementUrl": url})
    assert found is not None and found.url == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = sorted(
    {
        *relationship(1),
        *"tenantId action status operationType data serviceName serviceManagementUrl customerId "
        "contractType defaultDomainName groupTypes securityEnabled userType accountEnabled "
        "userPrincipalName accessContainer @odata.type description".split(),
    }
)
READERS = (
    parsing.relationship,
    parsing.assignment,
    parsing.request,
    parsing.operation,
    parsing.tenant,
    parsing.portal,
    parsing.contract,
    parsing.group,
    parsing.user,
)


@given(st.dictionaries(st.sampled_from(NAMES), JSON), st.sampled_from(["x", None, 5, "é"]))
def test_nothing_makes_reading_fail(found: dict[str, Any], key: Any) -> None:
    for read in READERS:
        read({**found, "id": key})
        for value in read({**found, "id": "x"}) or ():
            str(value).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + b'{"id":"rel-1","displayName":"Customer 1","status":"active"}',
        b'{"id":"rel-1","displayName":"Customer 1","status":"active","x":NaN,"z":[[[[1e999]]]]}',
        b'{"id":"rel-0","id":"rel-1","displayName":"Customer 1","status":"active"}',
    ],
)
async def test_json_that_is_not_quite_json_is_read(graph: Graph, fake: Fake, raw: bytes) -> None:
    fake.will(Reply(raw=raw))
    assert (await graph.relationship("rel-1")).name == "Customer 1"


@pytest.mark.parametrize(
    "raw",
    [b"[" * 100_000, b'{"id":' + b"9" * 10_000 + b"}", b"\xff\xfe", b"null", b'"x"', b"{} {}"],
)
async def test_json_that_is_none_is_said_not_to_be_graphs(
    graph: Graph, fake: Fake, raw: bytes
) -> None:
    fake.will(Reply(raw=raw))
    with pytest.raises(Exception, match="not Microsoft Graph"):
        await graph.relationship("rel-1")
