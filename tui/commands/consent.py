"""`partnerdesk consent`: where it stands, and recording answers."""

from __future__ import annotations

from collections import Counter

import click

from store.actions import consent as actions
from store.actions import lookup
from store.model.consent import STATE_NAMES, Answer, State
from tui.commands.base import Context, context, done, put_json, put_table, tell
from tui.commands.report import consent_record, iso
from tui.commands.values import customer_argument, customers_argument, optional_day
from tui.language import _, number


@click.group(help=_("Consent: counts by state, and recording what customers answered."))
def command() -> None: ...


@command.command("status", help=_("Count customers by consent."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def status(ctx: Context, as_json: bool) -> None:
    with ctx.reading() as desk:
        view, today = desk.view, desk.today()
        counts = Counter(
            view.consent(key, today).state
            for key, row in view.customers.items()
            if not row.get("archived")
        )
    if as_json:
        states = [{"state": state.value, "customers": counts[state]} for state in State]
        put_json({"total": counts.total(), "states": states})
        return
    rows = [(_(STATE_NAMES[state]), number(counts[state])) for state in State if counts[state]]
    put_table((_("Consent"), _("Customers")), [*rows, (_("all"), number(counts.total()))])


@command.command("record", help=_("Record a customer's answer."))
@customers_argument
@click.argument("answer", metavar="ANSWER", type=click.Choice([a.value for a in Answer]))
@click.option("--on", metavar="DATE", help=_("The day the answer came; today if left out."))
@click.option("--note", metavar="TEXT", default="", help=_("Kept with the answer."))
@context
def record(
    ctx: Context, customers: tuple[str, ...], answer: str, on: str | None, note: str
) -> None:
    with ctx.desk() as desk:
        found = lookup.customers(desk.view, customers)
        keys = [customer.id for customer in found]
        day = optional_day(on, "on")
        done(actions.record(desk, keys, Answer(answer), on=day, note=note))


@command.command("undo", help=_("Take out the answer that was recorded last, by mistake."))
@customer_argument
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def undo(ctx: Context, customer: str, as_json: bool) -> None:
    from store.actions.correcting import undo_answer

    with ctx.desk() as desk:
        found = lookup.customer(desk.view, customer)
        corrected = undo_answer(desk, found)
        consent = desk.view.consent(found.id, desk.today())
        if not as_json:
            done(corrected.receipt)
            return
    event = corrected.event
    tell(corrected.receipt.message)
    put_json(
        {
            "customer": found.label,
            "domain": found.domain or None,
            "undone": {
                "answer": corrected.answer.value,
                "on": iso(event.on) or None,
                "by": event.by or None,
                "note": event.note or None,
            },
            **consent_record(consent),
        }
    )
