"""The palette: the registry of actions, searched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from textual.command import CommandPalette, Hit, Hits, Provider

from store.message import N_
from tui import text
from tui.bindings import DIALOGS, actions_on
from tui.screens.base import DeskScreen
from tui.screens.keyed import Keyed


class Palette(CommandPalette):
    """Textual's palette, in our words."""

    def __init__(self) -> None:
        super().__init__(placeholder=text.plain(N_("Search for commands…")), id="--command-palette")


class _Commands(Provider):
    """What there is before anything is typed is searched like everything else."""

    async def discover(self) -> Hits:
        for hit in self._hits(""):
            yield hit

    async def search(self, query: str) -> Hits:
        for hit in self._hits(query):
            yield hit

    def _hits(self, query: str) -> Iterable[Hit]:
        raise NotImplementedError


class RegistryCommands(_Commands):
    """The palette: every action of the screen below it; those not possible now say why."""

    def _hits(self, query: str) -> Iterable[Hit]:
        screen = self.screen
        if not isinstance(screen, Keyed):
            return
        matcher = self.matcher(query)
        situation = screen.situation()
        for number, action in enumerate(actions_on(screen.KEYS)):
            name = text.plain(action.name)
            words = f"{name} {text.plain(action.help)}"
            score = matcher.match(words) if query else 1 - number / 100
            if score <= 0:
                continue
            reason = action.why_not(situation)
            style = "bold" if reason is None else "dim"
            key = text.data(f"  {text.plain(action.shown)}", "dim")
            yield Hit(
                score,
                text.join((text.data(name, style), key)),
                _doing(screen, action.id),
                name,
                text.say(reason or action.help),  # type: ignore[arg-type]  # Content is taken too
            )


class RehearsalCommands(_Commands):
    """What only a demo can do: be the customer or somebody else, and let time pass."""

    def _hits(self, query: str) -> Iterable[Hit]:
        screen = self.screen
        if not isinstance(screen, DeskScreen) or screen.KEYS in DIALOGS:
            return
        if screen.session.rehearsal is None:
            return
        matcher = self.matcher(query)
        for name, words, begin in _REHEARSED:
            score = matcher.match(f"{text.plain(name)} {text.plain(words)}") if query else 0.01
            if score > 0:
                yield Hit(
                    score,
                    text.join((text.say(name, "bold"), text.say(N_("  practice"), "dim"))),
                    _starting(screen, begin),
                    text.plain(name),
                    text.say(words),  # type: ignore[arg-type]  # Content is taken too
                )


def _answer(screen: DeskScreen) -> object:
    from tui.rehearsing import answer_as_customer

    return screen.run_worker(answer_as_customer(screen), group="rehearsal", exclusive=True)


def _reply(screen: DeskScreen) -> object:
    from tui.rehearsing import reply_by_mail

    return screen.run_worker(reply_by_mail(screen), group="rehearsal", exclusive=True)


def _set_dns(screen: DeskScreen) -> object:
    from tui.rehearsing import set_dns_record

    return screen.run_worker(set_dns_record(screen), group="rehearsal", exclusive=True)


def _pass_days(screen: DeskScreen) -> object:
    from tui.rehearsing import let_days_pass

    return screen.run_worker(let_days_pass(screen), group="rehearsal", exclusive=True)


def _work_as(screen: DeskScreen) -> object:
    from tui.rehearsing import work_as

    return screen.run_worker(work_as(screen), group="rehearsal", exclusive=True)


_REHEARSED: tuple[tuple[str, str, Callable[[DeskScreen], object]], ...] = (
    (
        N_("Answer as the customer"),
        N_("Accept a relationship that waits at the practice cloud, as its customer would."),
        _answer,
    ),
    (
        N_("Write back by mail"),
        N_("Answer a letter that was mailed, as its customer would, or let it bounce."),
        _reply,
    ),
    (
        N_("Set a DNS record"),
        N_("Let the record of a customer's domain be seen, as whoever manages its DNS would."),
        _set_dns,
    ),
    (
        N_("Days pass"),
        N_("Push the practice cloud's clock, and the desk's calendar, forward."),
        _pass_days,
    ),
    (
        N_("Work as somebody else"),
        N_("Be another of the partner's users, to see what Full and Limited may do."),
        _work_as,
    ),
)


def _starting(screen: DeskScreen, begin: Callable[[DeskScreen], object]) -> Callable[[], object]:
    return lambda: screen.call_later(begin, screen)


def _doing(screen: Keyed[Any], action: str) -> Callable[[], object]:
    return lambda: screen.call_later(screen.action_do, action)
