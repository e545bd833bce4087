"""Looks whether a template uses only what a letter has, before it is filled in."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import Any, NoReturn

from jinja2 import nodes

from store.letters.fields import LISTS, Shape, shape
from store.letters.sources import NAME
from store.letters.trouble import Broken
from store.message import Message, msg

_DEEPEST = 3
"""How deep lists may be gone through within each other."""
_LOOP: Shape = {name: {} for name in ("index", "first", "last", "length")}
_PLAIN = (
    nodes.And, nodes.Compare, nodes.Concat, nodes.CondExpr, nodes.Const, nodes.If, nodes.List,
    nodes.Not, nodes.Operand, nodes.Or, nodes.Output, nodes.TemplateData, nodes.Tuple,
)  # fmt: skip
"""What needs no look but at its parts."""


def checked(
    tree: nodes.Template, file: str, filters: Collection[str], tests: Collection[str]
) -> None:
    """Raises `Broken` at the first thing that is not for letters, or no field of theirs."""
    check = _Check(file, filters, tests)
    for node in tree.body:
        check.node(node, shape(), 0)


class _Check:
    def __init__(self, file: str, filters: Collection[str], tests: Collection[str]) -> None:
        self._file = file
        self._filters, self._tests = filters, tests

    def node(self, node: nodes.Node, known: Shape, depth: int) -> None:
        """Looks at a node, where the names of `known` can be used."""
        match node:
            case nodes.For():
                self._for(node, known, depth)
                return
            case nodes.Include():
                self._include(node, depth)
                return
            case nodes.Name() | nodes.Getattr():
                self._shape(node, known)
                return
            case nodes.Filter() if node.name not in self._filters:
                self._refuse(node, msg("There is no filter {name}.", name=node.name))
            case nodes.Test() if node.name not in self._tests:
                self._refuse(node, msg("There is no test {name}.", name=node.name))
            case nodes.Filter() | nodes.Test():
                pass
            case _ if not isinstance(node, _PLAIN):
                what = type(node).__name__.lower()
                self._refuse(node, msg("This is not for letters: {what}.", what=what))
        if isinstance(node, nodes.Output):
            for part in node.nodes:
                self._is_text(part, known)
        for child in node.iter_child_nodes():
            self.node(child, known, depth)

    def _for(self, node: nodes.For, known: Shape, depth: int) -> None:
        if node.recursive or not isinstance(node.target, nodes.Name) or depth >= _DEEPEST:
            self._refuse(node, msg("This is not for letters: {what}.", what="for"))
        if not isinstance(node.iter, (nodes.Name, nodes.Getattr)):
            self._refuse(
                node, msg("for goes through a list: {lists}.", lists=", ".join(sorted(LISTS)))
            )
        items = self._shape(node.iter, known)
        name = _last(node.iter)
        if name not in LISTS:
            self._refuse(node, msg("{field} is no list.", field=_dotted(node.iter)), name)
        within = {**known, node.target.name: items, "loop": _LOOP}
        for child in (*node.body, *([node.test] if node.test else ())):
            self.node(child, within, depth + 1)
        for child in node.else_:
            self.node(child, known, depth + 1)

    def _include(self, node: nodes.Include, depth: int) -> None:
        """Parts are taken in by name, by whole letters and once each: so there is an end to it."""
        name = node.template.value if isinstance(node.template, nodes.Const) else ""
        if not isinstance(name, str) or not NAME.fullmatch(name) or "/_" not in name:
            self._refuse(
                node, msg("include takes the name of a part in quotes, as in {name}.",
                          name='"en/_questions.txt"'),
            )  # fmt: skip
        if depth or "/_" in self._file:
            self._refuse(node, msg("A part can be taken in by a whole letter alone, in no list."))

    def _shape(self, node: nodes.Node, known: Shape) -> Shape:
        """What there is within a field; raises `Broken` where there is no such field."""
        if isinstance(node, nodes.Name):
            names: Any = known
            name = node.name
        elif isinstance(node, nodes.Getattr):
            names = self._shape(node.node, known)
            name = node.attr
            if _last(node.node) in LISTS:
                names = {}
        else:
            self._refuse(node, msg("This is not for letters: {what}.",
                                   what=type(node).__name__.lower()))  # fmt: skip
        if name not in names:
            field = _dotted(node)
            near = difflib.get_close_matches(name, names, 1)
            what = msg("There is no field {field}.", field=field)
            if near:
                meant = ".".join([*field.split(".")[:-1], near[0]])
                what = msg("There is no field {field}; {meant} perhaps?", field=field, meant=meant)
            self._refuse(node, what, field)
        found: Shape = names[name]
        return found

    def _is_text(self, node: nodes.Node, known: Shape) -> None:
        """Whether what is written is one value, whatever filters it went through."""
        match node:
            case nodes.Name() | nodes.Getattr():
                if self._shape(node, known):
                    field = _dotted(node)
                    self._refuse(node, msg("{field} is more than one value.", field=field), field)
            case nodes.Filter(name="length"):
                pass
            case nodes.CondExpr():
                for chosen in filter(None, (node.expr1, node.expr2)):
                    self._is_text(chosen, known)
            case nodes.List() | nodes.Tuple():
                self._refuse(node, msg("A list cannot be written: go through it with for."))
            case nodes.Filter() | nodes.And() | nodes.Or() | nodes.Concat():
                for part in node.iter_child_nodes():
                    self._is_text(part, known)

    def _refuse(self, node: nodes.Node, what: Message, field: str = "") -> NoReturn:
        raise Broken(self._file, node.lineno, what, field)


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "?"


def _last(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return node.attr
    return node.name if isinstance(node, nodes.Name) else ""
