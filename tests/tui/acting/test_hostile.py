"""What customers call themselves and their users is shown as it is, and does nothing."""

from __future__ import annotations

import pytest

from store.actions import customers
from store.actions.practice import Rehearsal
from store.desk import Desk
from store.practice.cloud import Practice
from tests.tui.acting.story import customer, opened, users
from tests.tui.driver import at_the_desk
from tui.screens.act.domain import AddDomain
from tui.screens.act.reset import ResetPassword
from tui.screens.act.user import AddUser

NAMES = ("[/x] [@click=app.quit]Boo[/]", "[$error]{name}", "a\\ [b", "東方 ]52;c")


@pytest.mark.parametrize("name", NAMES)
async def test_names_of_any_kind_stand_in_the_frame_and_in_the_list(
    office: Desk, cloud: Practice, rehearsal: Rehearsal, name: str
) -> None:
    key = customer(office)
    customers.edit(office, key, {"name": name})
    users(cloud)["bo@contoso.example"].name = f"Bo {name}"
    async with at_the_desk(office, size=(120, 36), rehearsal=rehearsal) as operator:
        for screen in (AddUser(key), AddDomain(key), ResetPassword(key)):
            await opened(operator, screen)
            await operator.sees(f"On behalf of {name}")
        await operator.sees(f"Bo {name}")
        await operator.type("bo")
        await operator.press("enter")
        await operator.sees(f"Bo {name}", "Roles there: none.")
        await operator.press("ctrl+s")
        await operator.at("shown")
        await operator.sees(f"On behalf of {name}", f"at {name}.")


async def test_what_a_terminal_would_obey_is_harmless_here(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    users(cloud)["bo@contoso.example"].name = "Bo\x1b]52;c;Ym8=\x07\u202e"
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await opened(operator, ResetPassword(customer(office)))
        await operator.sees("Bo")
        assert "\x1b" not in operator.on_screen
        assert "\u202e" not in operator.on_screen
