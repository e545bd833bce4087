"""The password of a mail server: in the file that it is kept in, and nowhere else."""

from __future__ import annotations

import pytest

from tests.faults.secrets import some
from tests.faults.secrets.ways_mail import WAYS
from tests.faults.secrets.world import World


@pytest.mark.parametrize("way", some(WAYS, "from a file", "repeated by the server"))
def test_the_password_of_a_mail_server_leaves_no_trace(at_work: World, way: str) -> None:
    traces = WAYS[way](at_work)
    assert not traces, "\n".join(map(str, traces))
