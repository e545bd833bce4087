"""From the first secret on, a process leaves no image of its memory."""

from __future__ import annotations

import subprocess
import sys

import pytest

_ASK = """
import ctypes, resource
resource.setrlimit(resource.RLIMIT_CORE, resource.getrlimit(resource.RLIMIT_CORE)[1:] * 2)
{act}
limit, _ = resource.getrlimit(resource.RLIMIT_CORE)
print(limit == 0, ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


def asked(act: str) -> str:
    """Whether files are forbidden, and whether the kernel would dump the process at all."""
    words = [sys.executable, "-c", _ASK.format(act=act)]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")
@pytest.mark.parametrize(
    "act",
    [
        "from store.secret import Secret; Secret('hush')",
        "from store.graph.bearer import Bearer; Bearer('token', 0.0)",
    ],
)
def test_a_secret_forbids_dumps_to_files_and_to_pipes(act: str) -> None:
    assert asked(act) == "True 0"


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")
def test_without_one_nothing_is_changed() -> None:
    assert asked("import store.secret") == f"{asked('pass').split()[0]} 1"
