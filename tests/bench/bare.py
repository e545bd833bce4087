"""The peers on the screen: a bare Textual app, and Textual's own table with the same customers.

`python bare.py` shows one word; with a base's path and a number of rows it shows them in a
`DataTable`; with a path and `keep` it holds all its documents as plain dicts besides.
"""

import json
import sys
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """One word."""

    def __init__(self, kept: object = None) -> None:
        super().__init__()
        self.kept = kept

    def compose(self) -> ComposeResult:
        yield Static("first paint")


class Table(App[None]):
    """The customers in a stock table with a row cursor, in columns as wide as ours."""

    def __init__(self, rows: list[tuple[str, ...]]) -> None:
        super().__init__()
        self.rows = rows

    def compose(self) -> ComposeResult:
        from textual.widgets import DataTable

        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        from textual.widgets import DataTable

        table = self.query_one(DataTable)
        for label, width in (("Customer", 26), ("Domain", 18), ("Consent", 19), ("Until", 10)):
            table.add_column(label, width=width)
        table.add_rows(self.rows)
        table.focus()


def main(words: list[str]) -> None:
    """Runs the peer that the words name."""
    if not words:
        Bare().run()
        return
    base = json.loads(Path(words[0]).read_text(encoding="utf-8"))
    if words[1] == "keep":
        Bare(base).run()
        return
    rows = sorted((row["name"], row["domain"]) for row in base["customers"].values())
    Table([(name, domain, "active", "") for name, domain in rows[: int(words[1])]]).run()


if __name__ == "__main__":
    main(sys.argv[1:])
