"""Which offer to work with: of each kind the plain one, the named ones, or another."""

from __future__ import annotations

from store.message import N_, msg
from store.model.offer import Kind, offer_label
from tui import text
from tui.screens.ask_text import ask_text
from tui.screens.base import DeskScreen
from tui.screens.dialogs import choose

_ANOTHER = {
    Kind.TRIAL: N_("Another trial invitation…"),
    Kind.PURCHASE: N_("Another purchase offer…"),
}
_NEW = "new"


async def choose_offer(screen: DeskScreen) -> None:
    """Asks which offer to work with; one that is new is filled in at once. Only in a worker."""
    session = screen.session
    options = []
    for kind in Kind:
        for offer in session.view.offers_of(kind):
            label = text.say(offer_label(kind, offer.name))
            options.append((f"{kind.value} {offer.name}", label))
        if kind in _ANOTHER:
            options.append((f"{_NEW} {kind.value}", text.say(_ANOTHER[kind], "dim")))
    here = f"{session.kind.value} {session.offer_name}"
    wanted = await choose(screen, N_("Which offer?"), options, here)
    if not wanted:
        return
    word, _, name = wanted.partition(" ")
    if word == _NEW:
        await _another(screen, Kind(name))
    else:
        session.kind, session.offer_name = Kind(word), name


async def _another(screen: DeskScreen, kind: Kind) -> None:
    from tui.screens.offer_form import offer_form

    session = screen.session
    name = await ask_text(
        screen, N_("What is the new offer called?"), "",
        N_("A name of your own, to tell it apart; customers never see it."),
    )  # fmt: skip
    if not name:
        return
    known = session.view.offer(kind, name)
    session.kind, session.offer_name = kind, known.name if known.id else name
    if known.id:
        screen.say(msg("There is one called {name} already.", name=known.name))
    else:
        screen.app.push_screen(offer_form(kind, name))
