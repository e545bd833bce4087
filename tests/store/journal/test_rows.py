"""Immutable rows behave like a dict that is copied on every change."""

from hypothesis import given
from hypothesis import strategies as st

from store.journal.rows import Rows, StringKeys

changes = st.dictionaries(st.integers(1, 2_000), st.one_of(st.none(), st.integers()))


@given(st.lists(changes, max_size=8))
def test_rows_follow_a_plain_dict(steps: list[dict[int, int | None]]) -> None:
    rows: Rows[int] = Rows()
    plain: dict[int, int] = {}
    before: list[tuple[Rows[int], dict[int, int]]] = []
    for step in steps:
        before.append((rows, dict(plain)))
        rows = rows.after(step)
        for key, value in step.items():
            if value is None:
                plain.pop(key, None)
            else:
                plain[key] = value
        assert dict(rows) == plain
        assert len(rows) == len(plain)
        assert all(key in rows for key in plain)
        assert rows.get(2_001) is None
        assert "1" not in rows
    for old, expected in before:
        assert dict(old) == expected


def test_tinydb_sees_string_keys() -> None:
    table = StringKeys(Rows({7: {"a": 1}}))
    assert dict(table) == {"7": {"a": 1}}
    assert table.get("x") is None
    assert table.get("8") is None
    assert len(table) == 1
