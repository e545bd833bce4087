"""What a relationship is to be made of, as options that several commands take."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

import click

from store.errors import BadInput
from store.message import msg
from store.model.roles import Preset, chosen_roles
from store.model.template import Template
from tui.language import _


class Choices(NamedTuple):
    """What was given; `None`, or no roles, where nothing was."""

    preset: str | None
    roles: tuple[str, ...]
    days: int | None
    auto_extend: bool | None
    pattern: str | None

    def instead_of(self, template: Template) -> Template:
        """A template with what was given instead; raises `BadInput`."""
        if self.preset and self.roles:
            raise BadInput(msg("Give a preset or roles, not both."), field="preset")
        if self.preset:
            template = template._replace(preset=self.preset, chosen=())
        if self.roles:
            template = template._replace(preset="", chosen=chosen_roles(self.roles).roles)
        return template._replace(
            days=template.days if self.days is None else self.days,
            auto_extend=template.auto_extend if self.auto_extend is None else self.auto_extend,
            pattern=template.pattern if self.pattern is None else self.pattern,
        )


_OPTIONS = (
    click.option(
        "--preset", type=click.Choice([preset.value for preset in Preset]),
        help=_("Which roles to ask for."),
    ),
    click.option(
        "--role", "roles", multiple=True, metavar="ROLE",
        help=_("A role by name or template id, instead of a preset; may be repeated."),
    ),
    click.option("--days", type=int, help=_("How long it lasts, from 1 to 730 days.")),
    click.option(
        "--auto-extend/--no-auto-extend", default=None,
        help=_("It extends itself by 180 days at its end."),
    ),
    click.option(
        "--pattern", metavar="P",
        help=_("What it is called, out of {partner} {customer} {domain} {level} {date}."),
    ),
)  # fmt: skip


def choices(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options; it receives them as one `choices`."""

    @wraps(command)
    def taking(*args: Any, **given: Any) -> Any:
        found = Choices(**{name: given.pop(name) for name in Choices._fields})
        return command(*args, choices=found, **given)

    for option in reversed(_OPTIONS):
        taking = option(taking)
    return taking
