"""Kills, cuts, flips and forges: what a store must survive.

Counts are reduced under `make test` and full under `make faults` (`PARTNERDESK_FAULTS=full`).
"""

import os

_FULL = (
    os.environ.get("PARTNERDESK_FAULTS") == "full"
)  # now: each test has an environment of its own


def count(reduced: int, full: int) -> int:
    """How often to try: `full` under `make faults`."""
    return full if _FULL else reduced
