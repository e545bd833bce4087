"""Reads the values that words of a command stand for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from store.clean import shown
from store.errors import BadInput
from store.message import msg
from store.model.document import given_day
from store.model.offer import Kind
from tui.commands.base import Context
from tui.language import _

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from store.view import View


def pairs(words: Sequence[str]) -> dict[str, str]:
    """`KEY=VALUE` words as a mapping; raises `BadInput`."""
    made = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            raise BadInput(
                msg("{word} is not KEY=VALUE.", word=word), todo=msg("Write it without blanks.")
            )
        made[key.strip().replace("-", "_")] = value
    return made


def wanted_tag(_context: click.Context, _option: click.Parameter, typed: str | None) -> str | None:
    """Refuses an empty tag, as out of a variable that was never set: it would mean everybody."""
    if typed is not None and not typed.strip():
        raise BadInput(
            msg("The tag is empty."),
            field="tag",
            todo=msg("Name one, or leave {option} out.", option="--tag"),
        )
    return typed


def optional_day(value: str | None, field: str) -> date | None:
    """A date as typed, or none; raises `BadInput`."""
    return given_day(value, field, f"--{field}") if value else None


def _completes(names: Callable[[View], list[str]]) -> Callable[..., list[CompletionItem]]:
    """Shell completion out of the store; silent where there is none, or it cannot be read."""

    def complete(
        ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        found = ctx.find_object(Context)
        if found is None:
            return []
        found.store = ctx.find_root().params.get("store") or ""
        try:
            view = found.peek()
        except Exception:
            return []  # a shell that asks for completions has no use for an error
        wanted = incomplete.casefold()
        known = (shown(name) for name in names(view)) if view else ()
        return [CompletionItem(n) for n in known if n.casefold().startswith(wanted)][:200]

    return complete


def complete_files(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Leaves names of files to the shell."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def _customers(view: View) -> list[str]:
    return [
        str(row.get("domain") or row.get("name", ""))
        for row in view.customers.values()
        if not row.get("archived")
    ]


complete_customers = _completes(_customers)
customer_argument = click.argument("customer", metavar="C", shell_complete=complete_customers)
customers_argument = click.argument(
    "customers", metavar="C…", nargs=-1, required=True, shell_complete=complete_customers
)
complete_members = _completes(lambda view: [m.upn for m in view.members])
member_argument = click.argument("upn", metavar="UPN", shell_complete=complete_members)
complete_offers = _completes(lambda view: [offer.name for offer in view.named_offers])
offer_option = click.option(
    "--offer", "offer", metavar="NAME", default="", shell_complete=complete_offers,
    help=_("The offer of that kind with this name."),
)  # fmt: skip
KINDS = click.Choice([kind.value for kind in Kind])
