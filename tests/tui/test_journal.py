"""The journal on the screen: what was read here is the proof of where the chain was."""

import shutil

from store.actions import customers, partner
from store.desk import Desk
from store.journal.reader import segment_path
from tests.tui.driver import at_the_desk


def three(desk: Desk) -> None:
    partner.set_fields(desk, {"name": "Adatum"})
    customers.add(desk, {"name": "Contoso"})
    customers.add(desk, {"name": "Fabrikam"})


async def test_lines_that_were_read_here_and_are_gone_are_noticed(desk: Desk) -> None:
    three(desk)
    segment = segment_path(desk.path, 1)
    async with at_the_desk(desk) as operator:
        await operator.press("5")
        await operator.sees("The chain holds: 4 lines")
        lines = segment.read_bytes().splitlines(keepends=True)
        segment.write_bytes(b"".join(lines[:-1]))
        await operator.press("c")
        await operator.until(lambda: "The chain holds" not in operator.on_screen)
        await operator.sees("missing or another")


async def test_a_journal_that_cannot_be_read_is_said(desk: Desk) -> None:
    three(desk)
    async with at_the_desk(desk) as operator:
        shutil.rmtree(desk.path)
        await operator.press("5")
        await operator.sees("The journal cannot be read")
        await operator.press("r")
        await operator.until(lambda: "Up to date" not in operator.last_said)
        assert operator.app.is_running


async def test_the_cursor_stays_on_its_line(desk: Desk) -> None:
    three(desk)
    async with at_the_desk(desk) as operator:
        await operator.press("5")
        await operator.sees("Added Fabrikam.")
        await operator.press("down")
        customers.add(desk, {"name": "Woodgrove"})
        await operator.sees("Added Woodgrove.")
        await operator.press("enter")
        await operator.sees("Change 3", "Added Contoso.")
