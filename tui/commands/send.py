"""`partnerdesk send`: letters to customers, after a plan, by the operator's word only."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from store.actions import follow_up, outbox, resolving
from store.actions.outbox import Account
from store.actions.posting import Fate, Line, Posting, plan
from store.desk import Desk
from store.errors import BadInput, NotAllowed, StoreBusy
from store.message import msg, nmsg
from store.model import customer as rules
from store.model.customer import LANGUAGES
from store.model.offer import Kind
from store.model.outgoing import Outgoing, What
from tui.briefly import briefly
from tui.commands import sent_files
from tui.commands.base import Context, context, heard_or_not, put, put_json, put_table, tell
from tui.commands.mail_way import account_of, needed, with_secret
from tui.commands.posting import go, status_of, summary_record
from tui.commands.values import KINDS, complete_files
from tui.commands.whom import Whom, whom
from tui.language import _, current, say
from tui.mail_account import how_to_set
from tui.settings import config_file

_RESUME = "partnerdesk send --resume"
_WHATS = click.Choice([what.value for what in What if what is not What.TEST])


@click.command(
    "send",
    help=_(
        "Send letters to customers: to those who are named (- reads names off stdin, one a line), "
        "or chosen by --state, --tag or --due. First it says to whom; nothing goes out without "
        "--yes, or a word on the terminal."
    ),
)
@whom
@click.option("--due", is_flag=True, help=_("With --what reminder: those of them who are due."))
@click.option("--kind", type=KINDS, default=Kind.DELEGATED.value, help=_("Which offer."))
@click.option("--what", type=_WHATS, default=What.OFFER.value, help=_("What the letter is for."))
@click.option("--offer", metavar="NAME", default="", help=_("This named offer."))
@click.option(
    "--language", metavar="L", default="", help=_("For customers who have none of their own.")
)
@click.option(
    "--dry-run",
    is_flag=True,
    help=_(
        "Only say who would get a letter, and who not; ends with 3 where somebody would get none."
    ),
)
@click.option("--preview", is_flag=True, help=_("Print the first letter as it would go."))
@click.option("--test", is_flag=True, help=_("Send the first letter to your own address."))
@click.option("--pace", type=click.IntRange(0), help=_("The most letters a minute; 0 for no end."))
@click.option("--yes", is_flag=True, help=_("Send, and ask nothing."))
@click.option(
    "--save", metavar="FOLDER", default="", shell_complete=complete_files,
    help=_("Write .eml files instead of sending."),
)  # fmt: skip
@click.option("--give", is_flag=True, help=_("With --save: record the offer as given."))
@click.option("--mailto", is_flag=True, help=_("Print mailto lines instead of sending."))
@click.option("--resume", is_flag=True, help=_("Send what is queued already."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def command(
    ctx: Context,
    whom: Whom,
    due: bool,
    kind: str,
    what: str,
    offer: str,
    language: str,
    dry_run: bool,
    preview: bool,
    test: bool,
    pace: int | None,
    yes: bool,
    save: str,
    give: bool,
    mailto: bool,
    resume: bool,
    as_json: bool,
) -> int:
    if not (whom.is_said or due or resume):
        raise BadInput(
            msg("Name the customers, choose them by --state, --tag or --due, or give --resume."),
            field="customers",
        )
    if due and (resume or what != What.REMINDER):
        raise BadInput(msg("--due goes with --what reminder."), field="due")
    if give and not save:
        raise BadInput(msg("--give goes with --save."), field="give")
    if sum(map(bool, (save, mailto, test, dry_run, preview))) > 1:
        raise BadInput(msg("Give one of --dry-run, --preview, --test, --save and --mailto."))
    if resume and (save or mailto or test or preview):
        raise BadInput(msg("Only --dry-run goes with --resume: what is queued goes as it is."),
                       field="resume")  # fmt: skip
    if as_json and (save or mailto or test or preview):
        raise BadInput(msg("--json goes with sending, --resume and --dry-run."), field="json")
    with ctx.desk() as desk:
        settled = resolving.settle(desk)
        if settled:
            tell(settled.message)
        found = whom.keys(desk) if whom.is_said else None
        if resume:
            return _resume(ctx, desk, found, pace, dry_run, yes, as_json)
        if due:
            late = follow_up.due(desk.view, desk.today(), Kind(kind), offer)
            found = late if found is None else [key for key in found if key in late]
        if not found:
            tell(msg("Nobody is due.") if due else msg("No customer matches."))
            if as_json:
                put_json({"lines": [], "batch": None, "summary": None})
            return 0
        account = account_of(ctx, desk)
        posting = plan(
            desk.view,
            desk.operator,
            What(what),
            found,
            Kind(kind),
            language=_language(language),
            today=desk.today(),
            offer=offer,
            templates=ctx.settings.templates,
            account=account,
        )
        if posting.forbidden:
            raise NotAllowed(posting.forbidden)
        if save or mailto or preview or test or as_json:  # else they stand below the table
            _remark(posting)
        if save:
            return sent_files.save(desk, posting, save, give)
        if mailto:
            return sent_files.mailto(desk, posting)
        if preview:
            return sent_files.preview(ctx, desk, posting)
        if dry_run:
            _show(desk, posting, as_json)
            if account is None:
                tell(how_to_set(config_file(ctx.environment)))
            return 3 if posting.refused or posting.no_way else 0
        account = needed(ctx, desk)
        if posting.no_way:
            raise NotAllowed(posting.no_way)
        if test:
            return _test(ctx, desk, posting, account)
        return _send(ctx, desk, posting, account, pace, yes, as_json)


def _language(wanted: str) -> str:
    if not wanted:
        return current() if current() in LANGUAGES else "en"
    return rules.language(wanted)


def _send(
    ctx: Context,
    desk: Desk,
    posting: Posting,
    account: Account,
    pace: int | None,
    yes: bool,
    as_json: bool,
) -> int:
    if not as_json:
        _show(desk, posting, as_json=False)
    count = len(posting.to_send)
    if not count:
        tell(msg("There is nothing to send."))
        if as_json:
            put_json({"lines": records(desk, posting.lines), "batch": None, "summary": None})
        return 3
    if not _confirmed(count, account, yes):
        return 1
    with_secret(account)
    queued = outbox.queue(desk, posting, account)
    for note in queued.receipt.notes:
        tell(note)
    try:
        summary, ended = go(ctx, desk, account, queued.ids, pace)
    except StoreBusy as busy:
        raise _after(busy, len(queued.ids)) from busy
    if as_json:
        put_json(
            {
                "lines": records(desk, posting.lines),
                "batch": queued.batch,
                "summary": summary_record(summary),
            }
        )
    return status_of(summary, ended) or (3 if queued.left or posting.refused else 0)


def _after(busy: StoreBusy, count: int) -> StoreBusy:
    """That somebody else sends, to whoever has queued letters just now."""
    queued = nmsg(
        "{count} letter is queued, and was not sent. When that has ended: {command}",
        "{count} letters are queued, and were not sent. When that has ended: {command}",
        count,
        command=_RESUME,
    )
    return StoreBusy(busy.what, todo=queued)


def _resume(
    ctx: Context,
    desk: Desk,
    customers: Sequence[int] | None,
    pace: int | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> int:
    letters = [
        letter
        for letter in outbox.queued(desk.view)
        if customers is None or letter.customer in customers
    ]
    if not letters:
        others = len(outbox.queued(desk.view))
        tell(
            nmsg(
                "Nothing is queued for these customers; {count} letter is for others.",
                "Nothing is queued for these customers; {count} letters are for others.",
                others,
            )
            if others
            else msg("Nothing is queued.")
        )
        if as_json:
            put_json({"lines": [], "batch": None, "summary": None})
        return 0
    lines = [_line(desk, letter) for letter in letters]
    if dry_run and as_json:
        put_json({"lines": records(desk, lines), "batch": None, "summary": None})
    if not as_json:
        with heard_or_not():
            _table(lines)
    if dry_run:
        return 0
    account = needed(ctx, desk)
    if not _confirmed(len(letters), account, yes):
        return 1
    with_secret(account)
    summary, ended = go(ctx, desk, account, [letter.id for letter in letters], pace)
    if as_json:
        put_json({"lines": [], "batch": None, "summary": summary_record(summary)})
    return status_of(summary, ended)


def _test(ctx: Context, desk: Desk, posting: Posting, account: Account) -> int:
    line = next(iter(posting.to_send), None)
    if line is None:
        _show(desk, posting, as_json=False)
        return 3
    with_secret(account)
    key = outbox.test_letter(desk, posting, line, account)
    try:
        summary, ended = go(ctx, desk, account, [key], 0, quiet=True)
    finally:
        resolving.drop_test(desk, key)
    if summary.sent:
        tell(msg("A test letter was sent to {address}. Look at it there.", address=account.sender))
        return 0
    letter = desk.view.letter(key)
    why = ended.what if ended else letter and letter.why
    why = why or msg("it is not known why")
    if summary.unknown:
        tell(msg("It is not known whether the test letter was sent: {why}", why=why))
    else:
        tell(msg("The test letter was not sent: {why}", why=why))
    todo = ended.todo if ended else letter and letter.todo
    if todo and todo.values.get("command") != _RESUME:  # a test letter waits for nothing
        tell(todo)
    return 3 if summary.unknown else 1


def _confirmed(count: int, account: Account, yes: bool) -> bool:
    """Whether the operator wants them sent; without a terminal it has to be said before."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise BadInput(
            nmsg(
                "Sending {count} letter has to be confirmed.",
                "Sending {count} letters has to be confirmed.",
                count,
            ),
            field="yes",
            todo=msg("Look at it with {dry}, then give {yes}.", dry="--dry-run", yes="--yes"),
        )
    asked = nmsg(
        "Send {count} letter from {sender}?",
        "Send {count} letters from {sender}?",
        count,
        sender=account.sender,
    )
    return bool(click.confirm(say(asked), default=False, err=True))


# -- saying it --------------------------------------------------------------------------------


def _show(desk: Desk, posting: Posting, as_json: bool) -> None:
    if as_json:
        put_json({"lines": records(desk, posting.lines), "batch": None, "summary": None})
    else:
        with heard_or_not():
            _table(posting.lines)
        _remark(posting)
    if posting.no_way:
        tell(posting.no_way)


def _remark(posting: Posting) -> None:
    """What to know of the letters before they go."""
    for remark in posting.remarks:
        tell(remark)


def _table(lines: Sequence[Line]) -> None:
    put_table(
        (_("Customer"), _("Address"), _("Language"), _("Subject"), _("Why not")),
        [
            (
                line.label,
                line.to,
                line.language,
                "" if line.why else line.subject,
                briefly(say(line.why), line.label) if line.why else "",
            )
            for line in lines
        ],
    )
    count = sum(line.fate is Fate.SEND for line in lines)
    put(say(nmsg("{count} letter to send.", "{count} letters to send.", count)))
    if count < len(lines):
        out = len(lines) - count
        put(say(nmsg("{count} customer is left out.", "{count} customers are left out.", out)))


def _line(desk: Desk, letter: Outgoing) -> Line:
    """A letter that is queued, as a plan has it."""
    customer = desk.view.customer(letter.customer)
    label = customer.label if customer else "-"
    return Line(letter.customer, label, letter.to, letter.language, letter.subject)


def records(desk: Desk, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The lines of a plan as JSON."""
    made = []
    for line in lines:
        customer = desk.view.customer(line.customer)
        made.append(
            {
                "customer": line.label,
                "domain": (customer.domain or None) if customer else None,
                "to": line.to or None,
                "language": line.language or None,
                "subject": line.subject or None,
                "send": line.fate is Fate.SEND,
                "why": say(line.why) if line.why else None,
            }
        )
    return made
