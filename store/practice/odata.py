"""OData as far as Graph speaks it here: $filter, $orderby, $select, $top, $count, $skiptoken."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any
from urllib.parse import quote, urlencode

from store.practice.exchange import Answer, Asked, bad

Row = Mapping[str, Any]
Test = Callable[[Row], bool]
Numbered = Iterable[tuple[int, Callable[[], Row]]]
"""Rows by number, each made only where it is needed."""
_KNOWN = {"$filter", "$select", "$top", "$count", "$orderby", "$skiptoken", "$search", "$expand"}
_WORD = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<mark>[(),])"
    r"|(?P<word>[A-Za-z_@][\w./-]*)|(?P<value>-?\d[\w.:+-]*))"
)
_DEEPEST = 20
_ANNOTATION = "@odata."


# -- $filter ----------------------------------------------------------------------------------


class _Reader:
    """A recursive reader of one filter."""

    def __init__(self, text: str, properties: set[str]) -> None:
        self._properties = properties
        self._words: list[tuple[str, str]] = []
        place = 0
        text = text.rstrip()
        while place < len(text):
            found = _WORD.match(text, place)
            if not found:
                raise bad(f"Invalid filter clause: syntax error at position {place}.")
            kind = str(found.lastgroup)
            self._words.append((kind, found.group(kind)))
            place = found.end()
        self._place = 0
        self._depth = 0

    def whole(self) -> Test:
        test = self._either()
        if self._place != len(self._words):
            raise self._wrong()
        return test

    def _either(self) -> Test:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise bad("Invalid filter clause: too deep.")
        tests = [self._both()]
        while self._takes("or"):
            tests.append(self._both())
        self._depth -= 1
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._takes("and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._takes("not"):
            denied = self._one_deeper()
            return lambda row: not denied(row)
        if self._takes("("):
            test = self._either()
            self._needs(")")
            return test
        word = self._next("word")
        if word == "startswith":
            self._needs("(")
            name = self._property(self._next("word"))
            self._needs(",")
            start = str(self._value()).casefold()
            self._needs(")")
            return lambda row: str(value_at(row, name) or "").casefold().startswith(start)
        name = self._property(word)
        sign = self._next("word")
        if sign == "in":
            return self._among(name)
        compare = _COMPARE.get(sign)
        if compare is None:
            raise self._wrong()
        wanted = _plain(self._value())
        return lambda row: compare(_plain(value_at(row, name)), wanted)

    def _one_deeper(self) -> Test:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise bad("Invalid filter clause: too deep.")
        test = self._one()
        self._depth -= 1
        return test

    def _among(self, name: str) -> Test:
        self._needs("(")
        wanted = [_plain(self._value())]
        while self._takes(","):
            wanted.append(_plain(self._value()))
        self._needs(")")
        return lambda row: _plain(value_at(row, name)) in wanted

    def _property(self, name: str) -> str:
        if name not in self._properties:
            raise bad(f"Invalid filter clause: could not find a property named '{name}'.")
        return name

    def _value(self) -> Any:
        if self._place >= len(self._words):
            raise self._wrong()
        kind, word = self._words[self._place]
        self._place += 1
        if kind == "text":
            return word[1:-1].replace("''", "'")
        if kind == "mark":
            raise self._wrong()
        return {"true": True, "false": False, "null": None}.get(word, word)

    def _takes(self, word: str) -> bool:
        here = self._words[self._place : self._place + 1]
        if here and here[0][0] != "text" and here[0][1] == word:
            self._place += 1
            return True
        return False

    def _needs(self, word: str) -> None:
        if not self._takes(word):
            raise self._wrong()

    def _next(self, kind: str) -> str:
        here = self._words[self._place : self._place + 1]
        if not here or here[0][0] != kind:
            raise self._wrong()
        self._place += 1
        return here[0][1]

    def _wrong(self) -> Exception:
        return bad(f"Invalid filter clause: syntax error at word {self._place + 1}.")


def _plain(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda one, other: (
        isinstance(one, str) and isinstance(other, str) and compare(one, other)
    )


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, other: bool(one == other),
    "ne": lambda one, other: bool(one != other),
    "gt": _ordered(lambda one, other: one > other),
    "ge": _ordered(lambda one, other: one >= other),
    "lt": _ordered(lambda one, other: one < other),
    "le": _ordered(lambda one, other: one <= other),
}


def value_at(row: Row, path: str) -> Any:
    """A property of a row; `customer/tenantId` reaches into one."""
    found: Any = row
    for name in path.split("/"):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def filter_of(text: str, properties: Iterable[str]) -> Test:
    """The test that a $filter stands for; refuses what is not understood."""
    return _Reader(text, set(properties)).whole()


def search_of(text: str) -> Test:
    """The test that a $search stands for: `"displayName:ada" OR "userPrincipalName:ada"`."""
    wanted = re.findall(r'"(\w+):([^"]*)"', text)
    if not wanted:
        raise bad("Syntax error in $search.")
    return lambda row: any(
        word.startswith(sought.casefold())
        for name, sought in wanted
        for word in str(row.get(name) or "").casefold().split()
    )


# -- what a page is made of -------------------------------------------------------------------


def selected(row: Row, wanted: str, known: Iterable[str]) -> dict[str, Any]:
    """Only the properties that $select names, and the annotations."""
    names = [name.strip() for name in wanted.split(",")]
    for name in names:
        if name not in known:
            raise bad(f"Could not find a property named '{name}'.")
    kept = {name: value for name, value in row.items() if name.startswith(_ANNOTATION)}
    return kept | {name: row[name] for name in names if name in row}


def _size(asked: Asked, usual: int, most: int) -> int:
    given = asked.query.get("$top", str(usual))
    if not given.isdecimal() or int(given) < 1:
        raise bad(f"Invalid value '{given}' for $top query option found.")
    return min(int(given), most)


def _place(asked: Asked) -> int:
    given = asked.query.get("$skiptoken")
    if given is None:
        return 0
    try:
        return int(json.loads(base64.urlsafe_b64decode(given.encode()))["after"])
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError) as error:
        raise bad("Skip token is invalid.") from error


def _token(after: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"v": 1, "after": after}).encode()).decode()


def page(
    asked: Asked,
    rows: Numbered,
    *,
    context: str,
    properties: Iterable[str],
    shown: Iterable[str] | None = None,
    usual: int = 100,
    most: int = 300,
) -> Answer:
    """One page of a collection.

    `rows` are numbered, ascending from 1, and made only where they are needed. `properties` may be
    filtered and selected; `shown` (all, unless given) are those that come without $select.
    """
    known = {name.split("/")[0] for name in properties}
    for name in asked.query:
        if name.startswith("$") and name not in _KNOWN:
            raise bad(f"The query parameter '{name}' is not supported.")
    size, after = _size(asked, usual, most), _place(asked)
    tests = []
    if "$filter" in asked.query:
        tests.append(filter_of(asked.query["$filter"], properties))
    if "$search" in asked.query:
        if asked.headers.get("consistencylevel", "").lower() != "eventual":
            raise bad("Request with $search query parameter only works with eventual consistency.")
        tests.append(search_of(asked.query["$search"]))
    counting, sorting = asked.query.get("$count") == "true", "$orderby" in asked.query
    if not counting and not sorting:  # what was on earlier pages is not even looked at
        rows = (item for item in rows if item[0] > after)
    found = _found(rows, tests)
    if sorting:
        found = _ordered_by(asked.query["$orderby"], found, properties)
    whole = None
    if counting:
        found = list(found)
        whole = len(found)
    taken = list(islice((item for item in found if item[0] > after), size + 1))
    more, taken = len(taken) > size, taken[:size]
    wanted = asked.query.get("$select") or (",".join(shown) if shown else "")
    value = [selected(row(), wanted, known) if wanted else row() for _, row in taken]
    body: dict[str, Any] = {"@odata.context": f"{asked.base}/v1.0/$metadata#{context}"}
    if whole is not None:
        body["@odata.count"] = whole
    if more:
        path = quote(asked.path, safe="/$()',@")
        query = dict(asked.query) | {"$skiptoken": _token(taken[-1][0])}
        query.pop("$count", None)  # it was told, on the first page
        body["@odata.nextLink"] = f"{asked.base}/v1.0/{path}?{urlencode(query, safe='$')}"
    return Answer(200, body | {"value": value})


def _found(rows: Numbered, tests: list[Test]) -> Numbered:
    if not tests:
        return iter(rows)
    return (item for item in rows if all(test(item[1]()) for test in tests))


def _ordered_by(text: str, rows: Numbered, properties: Iterable[str]) -> Numbered:
    """The rows in another order, numbered anew so that a page can be found again."""
    kept = list(rows)
    for part in reversed(text.split(",")):
        name, _, direction = part.strip().partition(" ")
        if name not in properties or direction.strip() not in ("", "asc", "desc"):
            raise bad(f"Invalid $orderby clause: '{part.strip()}'.")
        kept.sort(
            key=lambda item, name=name: str(_plain(value_at(item[1](), name)) or ""),  # type: ignore[misc]
            reverse=direction.strip() == "desc",
        )
    return [(number, row) for number, (_, row) in enumerate(kept, 1)]


def one(asked: Asked, row: Row, *, context: str, properties: Iterable[str]) -> Answer:
    """One record, with what $select leaves of it."""
    known = {name.split("/")[0] for name in properties}
    wanted = asked.query.get("$select")
    kept = selected(row, wanted, known) if wanted else dict(row)
    head = {"@odata.context": f"{asked.base}/v1.0/$metadata#{context}/$entity"}
    return Answer(200, head | kept)
