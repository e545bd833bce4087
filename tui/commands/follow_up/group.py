"""`partnerdesk follow-up`: who has not answered, and what was done about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import click

from store.actions import follow_up as actions
from store.actions import lookup
from store.actions.follow_up import AGES, NEED_NAMES, Attention, Waiting
from store.desk import Desk
from store.message import msg
from store.model.invitation import ANSWER_DAYS
from store.model.offer import KIND_NAMES, Kind
from store.model.outgoing import WHAT_NAMES, What
from store.view import View
from tui.commands.base import (
    Context,
    Lazy,
    context,
    done,
    heard_or_not,
    put_json,
    put_table,
    tell,
)
from tui.commands.report import iso
from tui.commands.values import customers_argument, optional_day
from tui.language import _, say

_ELSEWHERE = {
    "expiring": "follow_up.expiring",
    "extend": "follow_up.extend",
    "calendar": "follow_up.calendar",
}


@click.command(
    cls=Lazy,
    commands_in=_ELSEWHERE,
    invoke_without_command=True,
    help=_(
        "Who has not answered, those who are due first. --attention is made for cron: it is quiet "
        "and ends with 0 where nothing is to be done, else it ends with 3."
    ),
)
@click.option("--due", is_flag=True, help=_("Only those who are due."))
@click.option(
    "--attention", type=click.IntRange(min=0), metavar="DAYS",
    help=_("Whoever needs attention: due, or with a link or an access that ends within DAYS days, "
           "or to be asked for a new consent by today, or a letter in doubt, refused or queued."),
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@click.pass_context
def command(click_context: click.Context, due: bool, attention: int | None, as_json: bool) -> int:
    if click_context.invoked_subcommand is not None:
        if due or attention is not None or as_json:
            raise click.UsageError(_("--due, --attention and --json belong to the list."))
        return 0
    if due and attention is not None:
        raise click.UsageError(_("Choose --due or --attention."))
    ctx: Context = click_context.obj
    if attention is not None:
        ctx.has_to_be_there()
    with ctx.reading() as desk:
        view, today = desk.view, desk.today()
        if attention is not None:
            from store.actions.turn import is_taken

            needs = actions.attention(view, today, attention, lambda: is_taken(desk))
            with heard_or_not():
                _put_needs(view, needs, as_json)
            return 3 if needs or desk.damage else 0  # what was lost may need attention too
        found = [one for one in actions.waiting(view, today) if one.due or not due]
        _put_waiting(view, found, today, as_json)
    return 0


def _put_waiting(view: View, found: list[Waiting], today: date, as_json: bool) -> None:
    if as_json:
        put_json([_record(view, one) for one in found])
        return
    put_table(
        (_("Customer"), _("Offer"), _("Waiting"), _("Answer by"), _("Last contact"), _("Due")),
        [
            (
                _label(view, one.customer),
                _offer(view, one, today),
                say("day {day}", day=one.day),
                iso(one.answer_by),
                iso(one.last or one.since),
                _due(one),
            )
            for one in found
        ],
    )
    if not found:
        tell(msg("Nobody is waited for."))


def _offer(view: View, one: Waiting, today: date) -> str:
    """Which offer it is; where a consent holds beside it, what it is for then."""
    if one.kind is Kind.DELEGATED and actions.asked_again(view, one.customer, today):
        return _(WHAT_NAMES[What.RENEWAL])
    return one.offer or _(KIND_NAMES[one.kind])


def _due(one: Waiting) -> str:
    if one.snoozed_until:
        return say("left alone until {day}", day=one.snoozed_until.isoformat())
    if not one.due:
        return ""
    if one.is_whole or (one.answer_by and one.age == AGES[-1]):
        return say("{age} of {most} days", age=one.age, most=ANSWER_DAYS)
    return say("{age} days", age=one.age)


def _put_needs(view: View, needs: list[Attention], as_json: bool) -> None:
    if as_json:
        put_json([
            {"need": one.need.value, **_who(view, one.customer, one.label),
             "on": iso(one.on) or None, "letter": one.letter or None, "said": say(one.said)}
            for one in needs
        ])  # fmt: skip
    elif needs:
        put_table(
            (_("Customer"), _("Why"), _("What"), _("By")),
            [(one.label, _(NEED_NAMES[one.need]), say(one.said), iso(one.on)) for one in needs],
        )


def _record(view: View, one: Waiting) -> dict[str, Any]:
    return {
        **_who(view, one.customer, _label(view, one.customer)),
        "kind": one.kind.value,
        "offer": one.offer or None,
        "since": one.since.isoformat(),
        "day": one.day,
        "answer_by": iso(one.answer_by) or None,
        "age": one.age or None,
        "due": one.due,
        "last": iso(one.last) or None,
        "snoozed_until": iso(one.snoozed_until) or None,
        "language": one.language or None,
    }


def _who(view: View, key: int, label: str) -> dict[str, str | None]:
    customer = view.customer(key)
    return {"customer": label or None, "domain": (customer.domain if customer else "") or None}


def _label(view: View, key: int) -> str:
    customer = view.customer(key)
    return customer.label if customer else f"#{key}"


# -- what was done ----------------------------------------------------------------------------

_note = click.option("--note", metavar="TEXT", default="", help=_("What is worth keeping of it."))


def _keys(desk: Desk, named: Iterable[str]) -> list[int]:
    return [customer.id for customer in lookup.customers(desk.view, named)]


@command.command("snooze", help=_("Leave customers alone up to a day, and on it."))
@customers_argument
@click.option("--until", metavar="DATE", help=_("That day."))
@click.option(
    "--days", type=click.IntRange(0, 365), metavar="N", help=_("So many days from today instead.")
)
@_note
@context
def snooze(
    ctx: Context, customers: tuple[str, ...], until: str | None, days: int | None, note: str
) -> None:
    if (until is None) == (days is None):
        raise click.UsageError(_("Give --until or --days."))
    with ctx.desk() as desk:
        day = optional_day(until, "until") or desk.today() + timedelta(days=days or 0)
        done(actions.snooze(desk, _keys(desk, customers), day, note))


@command.command("phoned", help=_("Record that customers were spoken to by phone today."))
@customers_argument
@_note
@context
def phoned(ctx: Context, customers: tuple[str, ...], note: str) -> None:
    with ctx.desk() as desk:
        done(actions.phoned(desk, _keys(desk, customers), note))


@command.command(
    "reminded", help=_("Record that customers were reminded today, outside of this program.")
)
@customers_argument
@_note
@context
def reminded(ctx: Context, customers: tuple[str, ...], note: str) -> None:
    with ctx.desk() as desk:
        done(actions.reminded(desk, _keys(desk, customers), note))


@command.command("note", help=_("Keep a note about customers."))
@customers_argument
@click.argument("text", metavar="TEXT")
@context
def note(ctx: Context, customers: tuple[str, ...], text: str) -> None:
    with ctx.desk() as desk:
        done(actions.noted(desk, _keys(desk, customers), text))
