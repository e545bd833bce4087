"""The only Jinja that templates get: fields, choices, lists and parts. A letter is no program."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound, nodes, pass_context
from jinja2.exceptions import TemplateSyntaxError
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from store.clean import harmless
from store.letters.checks import checked
from store.letters.marks import BEGIN, END
from store.letters.sources import NAME, source, stamp
from store.letters.trouble import Broken
from store.message import Message, msg

FILTERS = frozenset({"capitalize", "default", "length", "lower", "title", "trim", "upper"})
TESTS = frozenset({"defined", "none"})
LONGEST = 100_000
"""The most characters of a letter."""
_WRONG = " wrong"
"""Where the context keeps the fields that were written and had no text in them."""


def filled(name: str, values: dict[str, Any], folder: Path | None = None) -> str:
    """A template with its fields filled in, every value between marks; raises `Broken`.

    With `folder` the user's own templates come before ours. A field of theirs that is written
    where it is empty makes a letter that nobody should get: it counts as broken.
    """
    wrong: list[tuple[str, str, int, Message]] = []
    made: list[str] = []
    length = 0
    with _blaming(name):
        template = _environment(folder).get_template(name)
        for part in template.generate({**values, _WRONG: wrong}):
            made.append(part)
            length += len(part)
            if folder and length > LONGEST:
                raise Broken(name, 0, msg("The letter is longer than {most} characters.",
                                          most=LONGEST))  # fmt: skip
    if folder and wrong:
        field, file, line, what = wrong[0]
        raise Broken(file, line, what, field)
    return "".join(made)


def looked_at(name: str, folder: Path) -> None:
    """Reads a template and looks whether it could be filled in; raises `Broken`."""
    with _blaming(name):
        _environment(folder).get_template(name)


@contextmanager
def _blaming(name: str) -> Iterator[None]:
    """Turns whatever a template comes to grief with into `Broken`, with its place."""
    try:
        yield
    except Broken:
        raise
    except TemplateSyntaxError as error:
        what = msg("It cannot be read as a template: {why}", why=error.message or "")
        raise Broken(error.name or name, error.lineno, what) from error
    except Exception as error:  # Jinja and Python's own compiler give up in many ways
        file, line = _place(error) or (name, 0)
        what = msg("It cannot be filled in: {why}", why=getattr(error, "msg", "") or str(error))
        if isinstance(error, TemplateNotFound):
            what = msg("There is no template {name}.", name=str(error.name))
        raise Broken(file, line, what) from error


def _place(error: Exception) -> tuple[str, int] | None:
    """The template and the line in which filling in ended, where the trace tells."""
    found = [
        (frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if NAME.fullmatch(frame.f_code.co_filename)
    ]
    return found[-1] if found else None


class _Loader(BaseLoader):
    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get_source(
        self, environment: object, template: str
    ) -> tuple[str, str | None, Callable[[], bool]]:
        before = stamp(self._folder, template)
        text = source(self._folder, template)
        if text is None:
            raise TemplateNotFound(template)
        return text, template, lambda: stamp(self._folder, template) == before


class _Letters(SandboxedEnvironment):
    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = super()._parse(source, name, filename)
        checked(tree, name or "", FILTERS, TESTS)
        for output in tree.find_all(nodes.Output):
            output.nodes = [_watched(node, name or "") for node in output.nodes]
        return tree


def _watched(node: nodes.Expr, name: str) -> nodes.Expr:
    """A field that is written as it is, so that it is noticed where it is empty."""
    field = ".".join(_path(node))
    if not field:
        return node
    at: list[nodes.Expr] = [nodes.Const(part, lineno=node.lineno) for part in
                            (field, name, node.lineno)]  # fmt: skip
    made = nodes.Filter(node, "written", at, [], None, None, lineno=node.lineno)
    if node.environment:
        made.set_environment(node.environment)
    return made


def _path(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Getattr):
        yield from _path(node.node)
        yield node.attr
    elif isinstance(node, nodes.Name):
        yield node.name


@pass_context
def _written(context: Context, value: object, field: str, file: str, line: int) -> object:
    if value is True:
        what = msg("{field} is yes or no, and no text: ask for it with if.", field=field)
        context[_WRONG].append((field, file, line, what))
    elif not value:
        context[_WRONG].append((field, file, line, msg("{field} is empty here.", field=field)))
    return value


def _marked(value: object) -> str:
    return f"{BEGIN}{harmless(str(value))}{END}"


@lru_cache(maxsize=8)
def _environment(folder: Path | None) -> SandboxedEnvironment:
    made = _Letters(
        loader=_Loader(folder),
        undefined=StrictUndefined,
        finalize=_marked,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS} | {"written": _written}
    made.tests = {name: made.tests[name] for name in TESTS}
    return made
