"""A mail server that takes everything, in a process of its own: `python -m tests.bench.post`.

It prints its port, and lives until its standard input ends.
"""

from __future__ import annotations

import sys

from tests.post_office import post_office


def main() -> None:
    """Serves until nobody is there any more."""
    with post_office() as office:
        print(office.port, flush=True)  # noqa: T201
        sys.stdin.read()


if __name__ == "__main__":
    main()
