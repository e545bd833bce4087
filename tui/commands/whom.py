"""Whom a command is for: customers by name, by what they have in common, or out of a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, NamedTuple

import click

from store.actions import lookup
from store.desk import Desk
from store.errors import BadInput
from store.message import msg
from store.model.consent import State
from tui.commands.values import complete_customers, wanted_tag
from tui.language import _

_PIPE = "-"


class Whom(NamedTuple):
    """Customers as they were given; `state` and `tag` choose among those who are not archived."""

    customers: tuple[str, ...]
    state: str | None
    tag: str | None

    @property
    def is_said(self) -> bool:
        """Whether anybody was asked for, be it that there is nobody."""
        return bool(self.customers) or self.chooses

    @property
    def chooses(self) -> bool:
        """Whether they are chosen by what they have in common."""
        return bool(self.state or self.tag)

    def keys(self, desk: Desk) -> list[int]:
        """Their ids, each once; raises `NotFound`, and `BadInput` where it was said twice."""
        if self.chooses and self.customers:
            raise BadInput(
                msg("Name the customers, or choose them by --state and --tag."), field="customers"
            )
        if self.chooses:
            found = lookup.chosen(desk.view, desk.today(), self.state or "", self.tag or "")
        else:
            found = lookup.customers(desk.view, self._named())
        return [customer.id for customer in found]

    def _named(self) -> Sequence[str]:
        if _PIPE not in self.customers:
            return self.customers
        lines = sys.stdin.buffer.read().decode("utf-8-sig", "replace").splitlines()
        piped = [line.strip() for line in lines if line.strip()]
        return [*(name for name in self.customers if name != _PIPE), *piped]


_OPTIONS = (
    click.argument("customers", metavar="C…", nargs=-1, shell_complete=complete_customers),
    click.option(
        "--state", type=click.Choice([state.value for state in State]),
        help=_("All customers whose consent stands there."),
    ),
    click.option(
        "--tag", metavar="T", callback=wanted_tag, help=_("All customers with this tag."),
    ),
)  # fmt: skip


def whom(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the argument and the options; it receives them as one `whom`."""

    @wraps(command)
    def taking(*args: Any, **given: Any) -> Any:
        found = Whom(**{name: given.pop(name) for name in Whom._fields})
        return command(*args, whom=found, **given)

    for option in reversed(_OPTIONS):
        taking = option(taking)
    return taking
