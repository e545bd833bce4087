"""`partnerdesk customers`: the list, one by one, and as files."""

from __future__ import annotations

import codecs
import sys
from typing import Any

import click

from store.actions import customers as actions
from store.actions import exporting, importing, lookup, table_file
from store.actions.importing import Outcome
from store.message import N_, msg, nmsg
from store.model.consent import State
from store.model.customer import FIELD_NAMES, Customer, search_text
from store.model.outgoing import contact_remark
from store.paths import typed_path
from tui.commands.base import (
    Context,
    context,
    done,
    labelled,
    put,
    put_file,
    put_json,
    put_table,
    tell,
)
from tui.commands.report import as_record, invitation_record, own_link, row_of, timeline
from tui.commands.values import (
    complete_files,
    customer_argument,
    customers_argument,
    pairs,
    wanted_tag,
)
from tui.language import _, number, say

OUTCOMES = {
    Outcome.ADD: N_("add"),
    Outcome.CHANGE: N_("change"),
    Outcome.SAME: N_("leave"),
    Outcome.REFUSE: N_("refuse"),
}


@click.group(help=_("Customers: list, add, change, archive, import, export."))
def command() -> None: ...


@command.command("list", help=_("List customers."))
@click.option("--state", type=click.Choice([s.value for s in State]), help=_("Only this consent."))
@click.option("--search", metavar="TEXT", default="", help=_("In name, alias, domain and tags."))
@click.option("--tag", metavar="T", callback=wanted_tag, help=_("Only those with this tag."))
@click.option("--archived", is_flag=True, help=_("The archived ones instead."))
@click.option("--csv", "as_csv", is_flag=True, help=_("As CSV that imports back to the same."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@click.option("--names", is_flag=True, help=_("A name a line, as other commands read them off -."))
@context
def list_(
    ctx: Context,
    state: str | None,
    search: str,
    tag: str | None,
    archived: bool,
    as_csv: bool,
    as_json: bool,
    names: bool,
) -> None:
    if as_csv + as_json + names > 1:
        raise click.UsageError(_("Choose --csv, --json or --names."))
    with ctx.reading() as desk:
        view, today = desk.view, desk.today()
        words, wanted = search.casefold().split(), (tag or "").strip().casefold()
        found = [
            Customer.from_document(key, row)
            for key, row in view.customers.items()
            if bool(row.get("archived")) == archived
            and all(word in search_text(row) for word in words)
        ]
        found = [one for one in found if not wanted or wanted in map(str.casefold, one.tags)]
        found.sort(key=lambda customer: (customer.name.casefold(), customer.id))
        consents = [(customer, view.consent(customer.id, today)) for customer in found]
        if state:
            consents = [(c, consent) for c, consent in consents if consent.state == state]
        if as_csv:
            _put_csv(exporting.customers_csv(c for c, consent in consents))
        elif as_json:
            put_json([as_record(customer, consent) for customer, consent in consents])
        elif names:
            for customer, _consent in consents:
                put(customer.domain or customer.microsoft_id or f"#{customer.id}")
        else:
            titles = (_("Customer"), _("Domain"), _("Consent"), _("Since"), _("Until"))
            put_table(titles, [row_of(customer, consent) for customer, consent in consents])
            if not view.customers:
                tell(msg("No customers here. partnerdesk customers add NAME adds one."))
            elif not consents:
                tell(msg("No customer matches."))


def _put_csv(data: bytes) -> None:
    """In its own encoding, whatever the terminal has, without the mark that a file begins with."""
    put_file(data.removeprefix(codecs.BOM_UTF8))


@command.command("show", help=_("Show one customer with its consent and timeline."))
@customer_argument
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def show(ctx: Context, customer: str, as_json: bool) -> None:
    from store.actions.follow_up import asked_again

    with ctx.reading() as desk:
        found = lookup.customer(desk.view, customer)
        consent = desk.view.consent(found.id, desk.today())
        view = desk.view
        again = asked_again(view, found.id, desk.today())
        events = timeline(
            view.invitations(found.id), view.letters(found.id), view.touches(found.id)
        )
        if as_json:
            asked = again.since.isoformat() if again else None
            given = [invitation_record(one, desk.today()) for one in view.invitations(found.id)]
            put_json(
                {
                    **as_record(found, consent),
                    "asked_again": asked,
                    "invitations": given,
                    "timeline": events,
                }
            )
            return
        for field, title in FIELD_NAMES.items():
            value = getattr(found, field)
            put(labelled(title, ", ".join(value) if isinstance(value, tuple) else value))
        remark = contact_remark(view.letters(found.id), found.contact)
        if remark:
            put(say(N_("Note: {remark}"), remark=remark))
        if found.microsoft_name:
            put(labelled(N_("Called at Microsoft"), found.microsoft_name))
        row = row_of(found, consent)
        put(labelled(N_("Consent"), " ".join(filter(None, row[2:]))))
        if again:
            remark = msg("A new consent is asked for since {day}, and waited for.",
                         day=again.since.isoformat())  # fmt: skip
            put(say(N_("Note: {remark}"), remark=remark))
        for link in filter(None, (own_link(i, desk.today()) for i in view.invitations(found.id))):
            put(labelled(N_("Link"), link))
        for event in events:
            words = (event[name] for name in ("on", "offer", "terms", "said", "how", "by", "note"))
            put("  ".join(filter(None, words)))


@command.command("add", help=_("Add a customer."))
@click.argument("name", metavar="NAME")
@click.option("--domain", metavar="D", default="", help=_("Its primary domain name."))
@click.option("--microsoft-id", metavar="ID", default="", help=_("Its tenant id."))
@click.option("--language", metavar="L", default="", help=_("The language of its letters."))
@click.option("--contact", metavar="MAIL", default="", help=_("Whom letters go to."))
@click.option("--alias", metavar="TEXT", default="", help=_("Another name to find it by."))
@click.option("--tag", "tags", metavar="T", multiple=True, help=_("May be given several times."))
@context
def add(ctx: Context, /, tags: tuple[str, ...], **fields: str) -> None:
    with ctx.desk() as desk:
        done(actions.add(desk, {**fields, "tags": ",".join(tags)}))


@command.command(
    "set",
    help=_(
        "Change fields of a customer: name, domain, microsoft-id, relationship, tags, alias, "
        "language, contact, note."
    ),
)
@customer_argument
@click.argument("fields", nargs=-1, required=True, metavar="KEY=VALUE…")
@context
def set_(ctx: Context, customer: str, fields: tuple[str, ...]) -> None:
    with ctx.desk() as desk:
        found = lookup.customer(desk.view, customer)
        done(actions.edit(desk, found.id, pairs(fields)))


@command.command("archive", help=_("Take customers off the lists; everything is kept."))
@customers_argument
@context
def archive(ctx: Context, customers: tuple[str, ...]) -> None:
    with ctx.desk() as desk:
        found = lookup.customers(desk.view, customers)
        done(actions.archive(desk, [customer.id for customer in found]))


@command.command("restore", help=_("Bring archived customers back."))
@customers_argument
@context
def restore(ctx: Context, customers: tuple[str, ...]) -> None:
    with ctx.desk() as desk:
        found = lookup.customers(desk.view, customers)
        done(actions.bring_back(desk, [customer.id for customer in found]))


@command.command("import", help=_("Take a list of customers in; FILE may be - for stdin."))
@click.argument("file", metavar="FILE", shell_complete=complete_files)
@click.option("--dry-run", is_flag=True, help=_("Only say what would happen, line by line."))
@click.option("--skip-bad", is_flag=True, help=_("Leave out lines that cannot be taken."))
@click.option("--json", "as_json", is_flag=True, help=_("The lines as JSON."))
@context
def import_(ctx: Context, file: str, dry_run: bool, skip_bad: bool, as_json: bool) -> int | None:
    source = table_file.read(table_file.content_of(file, sys.stdin.buffer))
    with ctx.desk() as desk:
        plan = importing.plan(desk.view, source, _progress)
        if source.ignored:
            tell(msg("Columns that mean nothing here: {titles}.",
                     titles=", ".join(source.ignored)))  # fmt: skip
        shown = plan.rows if dry_run else plan.refused
        if as_json:
            put_json([_line(row) for row in shown])
        else:
            for row in shown:
                put(f"{row.line}  {_(OUTCOMES[row.outcome])}  {row.name}  {say(row.why)}")
        for row in plan.rows:
            for note in row.notes:
                tell(msg("Line {line}: {note}", line=row.line, note=note))
        if dry_run:
            counts = ", ".join(
                f"{_(title)} {number(plan.count(outcome))}" for outcome, title in OUTCOMES.items()
            )
            tell(msg("Nothing was changed. Would: {counts}.", counts=counts))
            return (3 if skip_bad else 2) if plan.refused else 0
        receipt = importing.apply(desk, plan, skip_bad=skip_bad)
        tell(receipt.message) if as_json else done(receipt)
        return 3 if plan.refused else 0


@command.command("export", help=_("Write all customers as CSV; FILE may be - for stdout."))
@click.argument("file", metavar="FILE", shell_complete=complete_files)
@context
def export(ctx: Context, file: str) -> None:
    with ctx.reading() as desk:
        found = exporting.listed(desk.view)
        data = exporting.customers_csv(found)
    if file == "-":
        _put_csv(data)
        return
    path = exporting.write_new(typed_path(file), data)
    put(
        say(
            nmsg(
                "Wrote {count} customer to {path}.",
                "Wrote {count} customers to {path}.",
                len(found),
                path=str(path),
            )
        )
    )


def _progress(finished: int, total: int) -> None:
    if total >= 5_000 and sys.stderr.isatty():
        ending = "\n" if finished == total else "\r"
        text = _("Checked {done} of {total} lines")
        click.echo(text.format(done=number(finished), total=number(total)), err=True, nl=False)
        click.echo(ending, err=True, nl=False)


def _line(row: importing.Planned) -> dict[str, Any]:
    return {
        "line": row.line,
        "outcome": row.outcome.value,
        "name": row.name,
        "why": say(row.why),
        "fields": dict(row.fields),
    }
