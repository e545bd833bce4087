"""`python -m tests.bench [NAME…]`: prints the table; all of it also goes to docs/performance.md."""

from __future__ import annotations

import compileall
import os
import platform
import sys
import tempfile
from datetime import date
from pathlib import Path

from store.journal.folder import filesystem
from tests.bench.result import Result
from tests.bench.rows import Bench

ROOT = Path(__file__).parents[2]
NAMES = (
    "first_paint", "lists", "filtering", "durable_change", "keys", "idle", "command", "memory",
    "first_sync", "letters",
)  # fmt: skip


def _amount(value: float, unit: str) -> str:
    if unit == "s":
        return f"{value * 1000:.2f} ms" if value < 0.01 else f"{value * 1000:.0f} ms"
    return f"{value:,.0f} {unit}"


def table(results: list[Result]) -> str:
    """The results as Markdown."""
    lines = ["| what | against | ours | theirs | ratio | bar | |", "|---|---|--:|--:|--:|--:|---|"]
    for result in results:
        ours = _amount(result.ours, result.unit)
        theirs = _amount(result.theirs, result.unit) if result.theirs else ""
        cells = (
            result.what,
            result.against,
            ours,
            theirs,
            f"{result.ratio:.3g}",
            f"{result.bar:g}",
            "" if result.holds else "over",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def machine(folder: Path) -> str:
    """What it was measured on."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.split(":")[1].strip() for line in info if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    return (
        f"{date.today().isoformat()}, Python {platform.python_version()}, "
        f"{os.cpu_count()} × {model}, {filesystem(folder)}, Linux {platform.release()}"
    )


def main(names: list[str]) -> int:
    """Measures; 1 if anything is over its bar."""
    (ROOT / "build").mkdir(exist_ok=True)
    for package in ("store", "tui"):
        compileall.compile_dir(ROOT / package, quiet=1)  # as an installed program is
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        bench, results = Bench(Path(folder)), []
        for name in names or NAMES:
            print(f"{name} …", file=sys.stderr)  # noqa: T201
            results += getattr(bench, name)()
        measured_on = machine(Path(folder))
    print(table(results))  # noqa: T201
    if not names:
        text = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
        kept = text.split("<!-- the last run -->")[0]
        (ROOT / "docs" / "performance.md").write_text(
            f"{kept}<!-- the last run -->\n\n{measured_on}\n\n{table(results)}", encoding="utf-8"
        )
    return 0 if all(result.holds for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
