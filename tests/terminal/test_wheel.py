"""What a jump host gets is the wheel alone: it must hold all that the program needs."""

import re
import ssl
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.request import HTTPSHandler, ProxyHandler, build_opener

import pytest

from tests.terminal.pty_driver import Terminal

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from the checkout, unpacked away from it."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("partnerdesk-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.fixture
def program(unpacked: Path, tmp_path: Path) -> Path:
    """The console script of the wheel, which sees nothing of the checkout."""
    made = tmp_path / "partnerdesk"
    made.write_text(
        f"#!{sys.executable} -P\n"
        f"import sys; sys.path.insert(0, {str(unpacked)!r})\n"
        "import store, tui\n"
        f"assert all(module.__file__.startswith({str(unpacked)!r}) for module in (store, tui))\n"
        "from tui.main import main\n"
        "main()\n"
    )
    made.chmod(0o755)
    return made


def test_it_runs_in_the_full_screen_and_in_french(program: Path) -> None:
    with Terminal("demo", "--customers", "40", "--language", "fr", program=program) as terminal:
        terminal.sees("Créer votre activité", "EXERCICE", "Choisir l’offre")
        terminal.settle()
        assert "Traceback" not in terminal.text
        terminal.press("q")
        assert terminal.end() == 0


def test_the_pages_of_the_practice_cloud_are_inside(program: Path) -> None:
    words = ("practice", "serve", "--port", "0", "--customers", "3")
    with Terminal(*words, size=(200, 40), program=program) as terminal:
        terminal.sees("ctrl+c")
        (address,) = re.findall(r"https://127\.0\.0\.1:\d+(?=/v1\.0)", terminal.text)
        (authority,) = re.findall(r"/\S+/ca\.pem", terminal.text)
        trust = HTTPSHandler(context=ssl.create_default_context(cafile=authority))
        browser = build_opener(ProxyHandler({}), trust)
        for page, word in (("AdminPortal/Home", "PRACTICE"), ("devicelogin", "Who signs in")):
            with browser.open(f"{address}/{page}") as answer:
                assert word in answer.read().decode()
        terminal.press("\x03")
        assert terminal.end() == 0


def test_the_letters_of_every_language_are_inside(unpacked: Path, tmp_path: Path) -> None:
    shown = {
        language: subprocess.run(
            [sys.executable, "-P", "-c", SHOW, str(unpacked), str(tmp_path / "store"), language],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for language in ("en", "fr", "de", "es", "zh-Hans")
    }
    assert len(set(shown.values())) == 5


SHOW = """
import sys
sys.path.insert(0, sys.argv[1])
from tui.main import main
sys.argv = ["partnerdesk", "--store", sys.argv[2], "offer", "show", "--language", sys.argv[3]]
main()
"""
