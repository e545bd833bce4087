"""No text reaches a widget but through `tui.text`: a look at the syntax of every screen.

Outside `tui/text.py`, the text arguments of widgets, `notify`, `update`, titles and what `render`
returns have to be literals without `[`, or calls into `tui.text`. Whoever needs another way needs
it there.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHECKED = ("tui/screens", "tui/widgets", "tui/app.py", "tui/palette.py")

WIDGETS = {
    "Static": ("content",),
    "Label": ("content",),
    "Button": ("label",),
    "Option": ("prompt",),
    "Input": ("value", "placeholder"),
    "TextArea": ("text",),
    "TabPane": ("title",),
    "Tab": ("label",),
    "RadioButton": ("label",),
    "Checkbox": ("label",),
    "Collapsible": ("title",),
    "Select": ("options",),
    "Segment": ("text",),
    "Hit": ("score", "match_display", "command", "text", "help"),
    "SystemCommand": ("title", "help"),
}
"""Calls whose arguments become text on the screen, with the names of these arguments in order."""
NOT_TEXT = {("Hit", "score"), ("Hit", "command"), ("Hit", "text")}
METHODS = {"update", "notify", "set_options", "add_option", "add_options", "add_row", "add_column"}
TITLES = {
    "border_title",
    "border_subtitle",
    "sub_title",
    "title",
    "tooltip",
    "placeholder",
    "loading_message",
    "content",
}
FORBIDDEN = {"Content", "Text", "Markdown", "RichLog", "Log", "DataTable", "Tree", "Toast"}
"""Made only in `tui/text.py`, or not at all."""


def problems() -> list[str]:
    """Every place that the rule does not allow."""
    found = []
    for place in CHECKED:
        path = ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            tree = ast.parse(file.read_text(encoding="utf-8"))
            name = file.relative_to(ROOT)
            found += [f"{name}:{line}: {what}" for line, what in wrong(tree)]
    return found


def wrong(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The lines of a module where text takes another way, and what stands there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _in_call(node)
        elif _takes_the_name(node):
            yield getattr(node, "lineno", 0), "text is the name of tui.text here"
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == "render":
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and not (inner.value and allowed(inner.value)):
                    yield inner.lineno, f"render returns {ast.unparse(inner)[:60]}"
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            titled = (t for t in targets if isinstance(t, ast.Attribute) and t.attr in TITLES)
            for target in titled:
                if not allowed(node.value):
                    yield node.lineno, f"{target.attr} = {ast.unparse(node.value)}"


def _takes_the_name(node: ast.AST) -> bool:
    """Whether something else is called `text`, which would pass for `tui.text`."""
    if isinstance(node, ast.arg):
        return node.arg == "text"
    stored = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    return stored and node.id == "text"


def _in_call(call: ast.Call) -> Iterator[tuple[int, str]]:
    name = called(call)
    of = call.func.value if isinstance(call.func, ast.Attribute) else None
    for made in {name, of.id if isinstance(of, ast.Name) else ""} & FORBIDDEN:
        yield call.lineno, f"{made} is made in tui/text.py only"
    arguments: list[ast.expr] = []
    if name in WIDGETS:
        names = WIDGETS[name]
        given = [*zip(names, call.args, strict=False)]
        given += [(word.arg or "", word.value) for word in call.keywords if word.arg in names]
        arguments = [value for argument, value in given if (name, argument) not in NOT_TEXT]
    elif isinstance(call.func, ast.Attribute) and name in METHODS:
        receiver = call.func.value
        if isinstance(receiver, ast.Attribute) and receiver.attr == "roster":
            return  # a roster is no widget
        if isinstance(receiver, ast.Name) and receiver.id == "roster":
            return
        words = ("title", "message", "content", "prompt", "label")
        arguments = [*call.args, *(word.value for word in call.keywords if word.arg in words)]
    for argument in arguments:
        if not allowed(argument):
            yield call.lineno, f"{name}({ast.unparse(argument)[:60]})"


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def allowed(value: ast.expr) -> bool:
    """Whether an expression may be text: our own words without markup, or made by `tui.text`."""
    match value:
        case ast.Constant(value=str(words)):
            return "[" not in words
        case ast.Constant(value=None):
            return True
        case ast.IfExp(body=one, orelse=other):
            return allowed(one) and allowed(other)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="text"))):
            return True
        case ast.Starred(value=ast.GeneratorExp(elt=element)):
            return allowed(element)
    return False


def main() -> int:
    """Prints what is wrong."""
    found = problems()
    for problem in found:
        print(problem)  # noqa: T201
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
