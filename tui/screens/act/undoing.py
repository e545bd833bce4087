"""Users that were added by mistake: which of them can still be deleted, and deleting one."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from textual.content import Content

from store.errors import DeskError
from store.message import N_, msg
from store.model.act import Act, Outcome
from tui import text
from tui.added import still_undone, until
from tui.screens.act.base import ended_as, name_typed, there
from tui.screens.base import DeskScreen
from tui.screens.dialogs import choose

if TYPE_CHECKING:
    from store.actions.acting import Ended


async def undo_added(
    screen: DeskScreen,
    customer: int,
    act: int,
    upn: str,
    meanwhile: AbstractContextManager[None] | None = None,
) -> Ended | None:
    """Deletes a user again, once its name is typed: `None` where nothing was done.

    `meanwhile` is entered while it is done. Only in a worker.
    """
    from store.actions.acting import undo_user

    question = msg("Delete the user {upn}, who was just added?", upn=upn)
    typed = await name_typed(screen, customer, question, upn)
    if not typed:
        screen.say(N_("Nothing was deleted."))
        return None
    with meanwhile or nullcontext():
        try:
            async with there(screen, customer) as (who, tenant):
                return await undo_user(who, tenant, act, typed, screen.say)
        except DeskError as error:
            screen.say_error(error)
            return None


async def choose_and_undo(screen: DeskScreen, customer: int) -> None:
    """Asks which of the users that can still be deleted, and deletes it; only in a worker."""
    found = {str(it.id): it for it in still_undone(screen.session.view.acts(customer))}
    options = [(key, _named(it)) for key, it in found.items()]
    key = await choose(screen, N_("Which user was added by mistake?"), options)
    if key is None:
        screen.say(N_("Nothing was deleted."))
        return
    ended = await undo_added(screen, customer, found[key].id, found[key].target)
    if ended is not None:
        screen.say_content(ended_as(ended), error=ended.outcome is not Outcome.DONE)


def _named(act: Act) -> Content:
    when = text.say(msg("can be deleted until {time}", time=until(act)), "dim")
    return text.join((text.data(act.target), when), "  ")
