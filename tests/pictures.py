"""Pictures of every screen, to be looked at: `make pictures` writes them into build/pictures.

SVG always, PNG too where rsvg-convert is installed. `python -m tests.pictures FOLDER NAME…` takes
only the scenes that are named; `--readme` writes the picture that stands in the README.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

from store.actions import demo
from store.actions.practice import Rehearsal, Reply, practice_of, serving
from store.desk import Desk
from store.operator import Operator
from tests.tui.driver import at_the_desk
from tui import language
from tui.settings import MailSettings

ROOT = Path(__file__).parents[1]
SIZES = ((60, 15), (80, 24), (120, 36))
SYNC = "sync"
"""Stands for a sync with the practice cloud, whole."""
ANSWERED = "answered"
"""Stands for three answers that come to what was mailed: a yes, a no, and a bounce."""
PAUSE = "pause"
"""Stands for a moment in which Microsoft answers."""
AT_CUSTOMER = ("6", SYNC, "2", "slash", *"dental", "enter", "enter")
"""Opens a customer of the fifteen whose consent is in force."""
MAIL = MailSettings(way="graph", pace=120)
"""Letters leave from the practice cloud's mailbox."""
MAILED = ("tab", *("space",) * 6, "M", PAUSE, "down", "down", PAUSE)
"""Opens the plan of six letters, with the cursor on the third."""
SENT = (*MAILED, "ctrl+s", "y", *(PAUSE,) * 7)
LIMITED = ("enter", "enter", "down", "enter", "enter")
"""Lets Partner Center's own groups stand for Full and Limited."""
PURCHASE = ("t", *("down",) * 3, "enter", "enter")
"""Opens the form of the purchase offer."""
SCENES: dict[str, tuple[int, tuple[str, ...]]] = {
    # name: customers (none: an empty store), keys
    "welcome": (-1, ()),
    "overview": (2500, ("down", "down")),
    "filter": (2500, ("/", *"contoso")),
    "marked": (2500, ("space", "space", "space", "s", "s")),
    "business": (40, ()),
    "customer": (150, ("down", "enter")),
    "record": (150, ("s", "down", "enter", "F")),
    "may-here": (150, ("down", "w")),
    "may-here-full": (150, ("6", SYNC, "1", "enter", "w", "right")),
    "may-where": (150, ("3", "w", "right")),
    "may-only": (150, ("3", "w", "right", "s", "s")),
    "offer": (150, ("down", "o")),
    "send": (40, MAILED),
    "send-sure": (40, (*MAILED, "ctrl+s")),
    "sending": (40, (*MAILED, "ctrl+s", "y", PAUSE, "space", PAUSE)),
    "sent": (40, SENT),
    "outbox": (40, (*SENT, "O", PAUSE)),
    "outbox-read": (40, (*SENT, "O", PAUSE, "enter", PAUSE)),
    "who-got-it": (40, ("tab", "space", "space", "o", "w")),
    "answer": (40, ("tab", "down", "a", "d")),
    "own-link": (150, ("down", "enter", "l")),
    "copy": (40, ("tab", "down", "y")),
    "kind": (40, ("t",)),
    "trial-form": (40, ("t", "down", "enter", "enter")),
    "purchase-form": (40, (*PURCHASE, "tab", *"ger")),
    "purchase-steps": (40, PURCHASE[:-1]),
    "countries": (40, (*PURCHASE, "ctrl+l", *"land")),
    "save-as": (40, ("o", "s")),
    "new": (40, ("n",)),
    "edit": (40, ("tab", "e")),
    "import": (40, ("i",)),
    "users": (40, ("3",)),
    "settings": (40, ("3", "enter")),
    "details": (40, ("3", "enter", "ctrl+t")),
    "follow-up": (150, ("4", PAUSE)),
    "follow-up-lane": (150, ("4", PAUSE, "s", "space", "space", "down")),
    "follow-up-synced": (150, ("6", SYNC, "4", PAUSE, *("s",) * 5)),
    "follow-up-snooze": (150, ("4", PAUSE, "space", "space", "z")),
    "follow-up-phoned": (150, ("4", PAUSE, "p")),
    "follow-up-empty": (-1, ("escape", "4", PAUSE)),
    "extend": (150, ("6", SYNC, "4", PAUSE, "e", PAUSE)),
    "journal": (40, ("5",)),
    "transaction": (40, ("5", "enter")),
    "groups": (250, ("3", "g", *LIMITED, "down")),
    "choose-group": (250, ("3", "g", "enter")),
    "assign": (250, ("3", "g", *LIMITED, "r", "a")),
    "users-drift": (250, ("3", "g", *LIMITED, "escape", "down", "down")),
    "settings-there": (250, ("3", "g", *LIMITED, "escape", "down", "enter")),
    "partner": (40, ("comma",)),
    "microsoft": (60, ("6", SYNC, "down")),
    "microsoft-first": (60, ("6",)),
    "remarks": (60, ("6", SYNC, "s")),
    "relationship": (60, ("6", SYNC, "enter")),
    "end": (60, ("6", SYNC, "slash", *"active", "enter", "t")),
    "customer-synced": (150, ("6", SYNC, "1", "enter")),
    "sign-in-for": (40, ("6", "i")),
    "sign-in": (40, ("6", "i", "enter")),
    "sign-in-pasted": (40, ("6", "i", "enter", "tab")),
    "make": (250, ("asterisk", "m")),
    "make-few": (40, ("tab", *("down", "space") * 3, "m")),
    "make-sure": (40, ("tab", "space", "space", "m", "ctrl+s")),
    "make-name": (40, ("tab", "space", "space", "m", "tab", "tab", "tab")),
    "making": (40, ("tab", *("space",) * 3, "m", "ctrl+s", "y")),
    "act-user": (15, (*AT_CUSTOMER, "n", PAUSE)),
    "act-reset": (15, (*AT_CUSTOMER, "p", PAUSE)),
    "act-reset-admin": (15, (*AT_CUSTOMER, "p", *"global", "enter", PAUSE)),
    "type-name": (15, (*AT_CUSTOMER, "p", *"global", "enter", PAUSE, "ctrl+s")),
    "password-shown": (15, (*AT_CUSTOMER, "p", *"bo", "enter", *(PAUSE, "ctrl+s"), *(PAUSE,) * 5)),
    "act-domain": (15, (*AT_CUSTOMER, "D", PAUSE, *"contoso.org", "ctrl+s", PAUSE, PAUSE)),
    "act-list": (15, (*AT_CUSTOMER, "n", PAUSE, "ctrl+t")),
    "answers": (40, (*SENT, ANSWERED, "escape", "4", PAUSE, "A", PAUSE)),
    "answers-sure": (40, (*SENT, ANSWERED, "escape", "4", PAUSE, "A", PAUSE, "down", "down", "g")),
    "answers-read": (40, (*SENT, ANSWERED, "escape", "4", PAUSE, "A", PAUSE, "enter")),
    "answers-empty": (40, ("4", "A", PAUSE)),
    "help": (40, ("question_mark",)),
    "commands": (40, ("colon", *"off")),
}


def cleaned(svg: str) -> str:
    """The picture without the fonts that Textual asks a network for."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code", "DejaVu Sans Mono")
    svg = svg.replace("font-size: 20px", "font-size: 20.26px")  # its columns are 12.2 wide
    return svg.replace("<svg ", '<svg xml:space="preserve" ', 1)


async def take(name: str, size: tuple[int, int], spoken: str, path: Path) -> None:
    """Writes one scene at one size in one language."""
    customers, keys = SCENES[name]
    language.install(spoken)
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder) / "store", Operator("anna", "anna", "jump1", "")).open()
        with desk:
            if customers >= 0:
                demo.fill(desk, customers=customers, seed=1, language=spoken)
            served = name.startswith("sign-in")
            mails = Path(folder) / "mail"
            rehearsal = Rehearsal(lambda: practice_of(desk.view, desk.today()), mails)
            with serving(rehearsal.practice, desk.path, 0) if served else nullcontext():
                await play(desk, size, keys, None if served else rehearsal, path)
    if shutil.which("rsvg-convert"):
        subprocess.run(["rsvg-convert", path, "-o", path.with_suffix(".png")], check=True)


async def play(
    desk: Desk,
    size: tuple[int, int],
    keys: tuple[str, ...],
    rehearsal: Rehearsal | None,
    path: Path,
) -> None:
    """Presses the keys of a scene, and writes what is on the screen then."""
    async with at_the_desk(
        desk, size, rehearsal=rehearsal, clipboard="off", token_cache="memory",
        mail=MAIL._replace(answers=str(desk.path.parent / "mail")),
    ) as operator:  # fmt: skip
        await operator.pilot.pause(0.3)
        for key in keys:
            if key == PAUSE:
                await operator.pilot.pause(0.7)
                continue
            if key == ANSWERED:
                assert rehearsal is not None
                replies = (Reply.YES, Reply.NO, Reply.BOUNCE)
                for letter, reply in zip(rehearsal.letters(), replies, strict=False):
                    rehearsal.reply(letter, reply)
                continue
            if key != SYNC:
                await operator.press(key)
                if "6" not in keys and "g" in keys:  # our groups are asked for at every step
                    await operator.pilot.pause(0.7)
                continue
            await operator.until(lambda: operator.app.session.microsoft.account)
            await operator.press("r")
            await operator.until(lambda: desk.view.synced.at)
            await operator.until(lambda: not operator.app.syncing.is_running)
            await operator.pilot.pause(0.5)
        await operator.pilot.pause(0.3)
        path.write_text(cleaned(operator.app.export_screenshot(title="partnerdesk")))


def main(words: list[str]) -> None:
    """Takes the pictures."""
    if words == ["--readme"]:
        asyncio.run(take("overview", (100, 28), "en", ROOT / "docs" / "overview.svg"))
        return
    folder = Path(words[0]) if words else ROOT / "build" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    for name in words[1:] or SCENES:
        for columns, rows in SIZES:
            for spoken in ("en", "fr"):
                path = folder / f"{name}-{columns}x{rows}-{spoken}.svg"
                asyncio.run(take(name, (columns, rows), spoken, path))
                print(path)  # noqa: T201  (a program of the developer's)


if __name__ == "__main__":
    main(sys.argv[1:])
