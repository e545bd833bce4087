"""The documents that are made from the program: keys and commands.

python -m tests.checks.documents          checks that they are current
python -m tests.checks.documents update   writes them
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tui import language
from tui.bindings import EVERYWHERE, SCREENS, Action, actions_on
from tui.commands.main import program, words_of

DOCS = Path(__file__).parents[2] / "docs"
_MADE = "<!-- Made by `make documents`; do not edit. -->\n"


def keys() -> str:
    """Every key of every screen."""
    parts = [_MADE, "# Keys\n"]
    for screen, title in SCREENS.items():
        actions = actions_on(screen)
        own = [a for a in actions if (EVERYWHERE in a.where) == (screen == EVERYWHERE)]
        if not own:
            continue
        parts.append(f"## {title}\n")
        if screen == EVERYWHERE:
            parts.append("In forms and dialogs, where letters are typed, only help and `esc`.\n")
        parts.append("| key | name | what it does |\n|---|---|---|")
        parts += [f"| {_keys(a)} | {a.name} | {a.help} |" for a in own]
        parts.append("")
    return "\n".join(parts)


def _keys(action: Action) -> str:
    """The keys of an action, as they are written; a shifted letter stands for itself."""
    others = [key for key in action.keys.split(",")[1:] if not key.startswith("shift+")]
    return " ".join(f"`{key}`" for key in (action.shown, *others))


def commands() -> str:
    """The help of every command."""
    root = program()
    parts = [_MADE, "# Commands\n", _help(root, "partnerdesk")]
    for words, command in words_of(root):
        parts.append(f"## partnerdesk {words}\n")
        parts.append(_help(command, f"partnerdesk {words}"))
    return "\n".join(parts)


def _help(command: click.Command, words: str) -> str:
    context = click.Context(
        command,
        info_name=words,
        max_content_width=90,
        terminal_width=90,
        help_option_names=["-h", "--help"],
    )
    return f"```\n{command.get_help(context)}\n```\n"


def documents() -> dict[str, str]:
    """The documents by name."""
    language.install("en")
    return {"keys.md": keys(), "commands.md": commands()}


def problems() -> list[str]:
    """The documents that are not what they would be if they were made now."""
    found = []
    for name, text in documents().items():
        path = DOCS / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            found.append(f"docs/{name} is stale: make documents")
    return found


def main() -> int:
    """Checks, or writes."""
    if sys.argv[1:] == ["update"]:
        DOCS.mkdir(exist_ok=True)
        for name, text in documents().items():
            (DOCS / name).write_text(text, encoding="utf-8")
    found = problems()
    for problem in found:
        print(problem)  # noqa: T201
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
