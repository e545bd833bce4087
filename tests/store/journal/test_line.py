"""One transaction, one line: what was packed is unpacked, and nothing else is."""

import pytest

from store.journal import line
from store.journal.line import NotWhole, follows, is_torn, pack, split, unpack


def made(seq: int = 1, prev: str = line.ZERO, why: object = None) -> tuple[bytes, line.Entry]:
    return pack(
        seq=seq,
        prev=prev,
        at="2026-11-22T10:00:00.000Z",
        by={"name": "anna"},
        origin={"host": "jump1"},
        did="customers.add",
        why=why,
        changes=[["put", "customers", 1, {"name": '","sha":"é'}]],
    )


def test_a_line_is_read_back_as_it_was_written() -> None:
    packed, entry = made(why={"text": 'He said ","body": and }'})
    assert packed.count(b"\n") == 1
    assert packed.startswith(line.START_OF_LINE)
    assert unpack(packed) == entry


def test_any_changed_byte_is_noticed() -> None:
    packed, _ = made()
    for place in range(len(packed)):
        changed = bytearray(packed)
        changed[place] ^= 1
        with pytest.raises(NotWhole):
            unpack(bytes(changed))


def test_any_missing_end_is_noticed() -> None:
    packed, _ = made()
    for size in range(len(packed)):
        with pytest.raises(NotWhole):
            unpack(packed[:size])


def test_the_same_body_never_has_the_same_hash() -> None:
    assert made()[0] != made()[0]


def test_splitting_stops_where_a_line_is_not_whole() -> None:
    first, one = made()
    second, two = made(2, one.sha)
    data = first + second + second[:40]
    whole, end = split(data)
    assert [entry for entry, _ in whole] == [one, two]
    assert end == len(first) + len(second)
    assert is_torn(data[end:])
    assert not is_torn(b"x" + second)
    assert follows(one, 0, line.ZERO)
    assert follows(two, 1, one.sha)
    assert not follows(two, 1, line.ZERO)
    assert not follows(two, 2, one.sha)


def test_a_newer_format_is_told_from_damage() -> None:
    line_of_2, _ = made()
    head = line_of_2[len(b'{"head":') : line_of_2.find(b',"sha":"')].replace(
        b'"format":1', b'"format":2'
    )
    import hashlib

    newer = b'{"head":' + head + b',"sha":"' + hashlib.sha256(head).hexdigest().encode()
    newer += b'","body":{}}\n'
    with pytest.raises(line.NewerFormat):
        unpack(newer)


@pytest.mark.parametrize("value", [float("nan"), "\ud800"])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        line.dumps({"x": value})
