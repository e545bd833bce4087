"""The checks of `make check` bite: each finds what it is there to find."""

import ast
from pathlib import Path

import pytest

from tests.checks import catalogue, documents, markup


@pytest.mark.parametrize(
    "line",
    [
        "Static(name)",
        "Static(f'{name}')",
        "Static('[b]bold[/b]')",
        "Static(str(name), id='x')",
        "Static(content=name)",
        "Label(customer.name)",
        "Option(name, id='1')",
        "self.notify(name)",
        "self.notify('done', title=name)",
        "line.update(name)",
        "line.update('a' + name)",
        "line.update(text.plain('x') if yes else name)",
        "table.add_row(name)",
        "box.border_title = name",
        "app.sub_title = f'{name}'",
        "field.placeholder: str = name",
        "Segment(name, style)",
        "Content(name)",
        "Content.from_markup(name)",
        "DataTable()",
        "def render(self): return name",
        "def render(self): return f'{name}'",
        "async def render(self): return name",
        "line.update(content=name)",
        "static.content = name",
        "def f(text): Static(text.strip())",
        "text = name",
        "def render(self):\n  if yes:\n    return\n  return text.data(name)",
    ],
)
def test_text_that_takes_another_way_is_found(line: str) -> None:
    assert list(markup.wrong(ast.parse(line)))


@pytest.mark.parametrize(
    "line",
    [
        "Static(text.data(name))",
        "Static('Users', id=name)",
        "Static()",
        "line.update(text.say(message))",
        "line.update(text.data(a) if yes else text.nothing())",
        "self.session.roster.update(view, today, keys)",
        "box.border_title = text.plain(title)",
        "Segment(text.cell(name, 9), style)",
        "def render(self): return text.join(parts)",
        "seen.update_keys(name)",
    ],
)
def test_text_that_was_made_safe_passes(line: str) -> None:
    assert not list(markup.wrong(ast.parse(line)))


def _with(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, old: str, new: str) -> list[str]:
    """What the catalogue's check finds after one change of the French."""
    changed = catalogue.PO.read_text(encoding="utf-8")
    assert old in changed
    po = tmp_path / "partnerdesk.po"
    po.write_text(changed.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(catalogue, "PO", po)
    return catalogue.problems()


def test_the_catalogue_is_whole() -> None:
    assert catalogue.problems() == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('msgid "Archive"\n', 'msgid "Archives"\n', "missing: Archive"),
        ('msgid "Archive"\n', 'msgid "Archives"\n', "stale: Archives"),
        ('msgid "Archive"\n', '#, fuzzy\nmsgid "Archive"\n', "fuzzy: Archive"),
        ('msgstr "Archiver"', 'msgstr ""', "not translated: Archive"),
        ('msgstr "Archiver"', 'msgstr "Archiver {name}"', "other fields than the English: Archive"),
        ('msgstr "Archiver"', 'msgstr "Ranger"', "is not what partnerdesk.po compiles to"),
    ],
)
def test_a_broken_catalogue_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, old: str, new: str, problem: str
) -> None:
    found = _with(monkeypatch, tmp_path, old, new)
    assert any(problem in line for line in found), found


def test_stale_documents_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert documents.problems() == []
    for path in documents.DOCS.glob("*.md"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8") + "\n")
    monkeypatch.setattr(documents, "DOCS", tmp_path)
    assert documents.problems()
