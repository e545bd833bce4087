"""`partnerdesk letters`: templates of one's own, and the letter for a customer's file."""

from __future__ import annotations

import click

from store.actions import exporting, letters, lookup, own_letters
from store.actions.letters import Format
from store.actions.own_letters import FIELDS, KINDS, Checked, Finding
from store.clean import harmless
from store.message import Message, msg, nmsg
from store.model import customer as rules
from store.model.customer import LANGUAGES
from store.model.offer import Kind
from store.model.outgoing import WHAT_NAMES, What
from store.paths import typed_path
from tui.commands.base import Context, context, put, put_file, put_json, put_raw, put_table, tell
from tui.commands.values import complete_files, customer_argument
from tui.language import _, current, say

_FORMS = [form.value for form in Format if form is not Format.JSON]
_OURS = msg("ours")
_YOURS = msg("yours")


@click.group(help=_("Letters of your own, and the letter for a customer's file."))
def command() -> None: ...


@command.command("list", help=_("Which templates there are, and whose."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def list_(ctx: Context, as_json: bool) -> None:
    found = own_letters.found(ctx.settings.templates)
    if as_json:
        put_json(
            [
                {
                    "language": one.language,
                    "kind": one.kind,
                    "own": one.own,
                    "file": str(one.path),
                    "unused": str(one.why_unused) if one.why_unused else None,
                }
                for one in found
            ]
        )
        return
    put_table(
        [_("Language"), _("Letter"), _("Whose"), _("File")],
        [
            [one.language, one.kind, say(_YOURS if one.own else _OURS),
             str(one.path) if one.own else ""]
            for one in found
        ],
    )  # fmt: skip
    for one in found:
        if one.why_unused:
            tell(msg("{file} is not used: {why}", file=str(one.path), why=one.why_unused))


@command.command("take", help=_("Write one of our templates into your folder, as a start."))
@click.argument("kind", metavar="KIND")
@click.option("--language", metavar="L", help=_("One of en, fr, de, es, zh-Hans."))
@context
def take(ctx: Context, kind: str, language: str | None) -> None:
    path = own_letters.take(ctx.settings.templates, kind, _language(language))
    put(say(msg("Wrote {path}. It wins over ours from now on.", path=str(path))))


@command.command("check", help=_("Try each template of yours against every customer it goes to."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def check(ctx: Context, as_json: bool) -> int:
    with ctx.reading() as desk:
        found = own_letters.check(desk.view, ctx.settings.templates, _language(None), desk.today())
    if as_json:
        put_json(_as_json(found))
    else:
        _tell(found)
    return 1 if found.findings else 0


@command.command("fields", help=_("What a template may use."))
def fields() -> None:
    put_table([_("Field"), _("What it is")], [[name, _(text)] for name, text in FIELDS.items()])
    tell(msg("Letters: {kinds}. Take one of ours as a start: {command}", kinds=", ".join(KINDS),
             command="partnerdesk letters take delegated"))  # fmt: skip


@command.command("record", help=_("The letter for a customer's file: what we hold, and who."))
@customer_argument
@click.option("--language", metavar="L", help=_("One of en, fr, de, es, zh-Hans."))
@click.option(
    "--format", "form", type=click.Choice(_FORMS), default=Format.TEXT.value,
    help=_("How it is written down."),
)  # fmt: skip
@click.option("--to", "file", metavar="FILE", shell_complete=complete_files,
              help=_("Write it to this file, over none that exists."))  # fmt: skip
@context
def record(ctx: Context, customer: str, language: str | None, form: str, file: str | None) -> None:
    spoken = _language(language)
    with ctx.reading() as desk:
        view = desk.view
        found = lookup.customer(view, customer)
        if language:
            found = found._replace(language=spoken)
        copy = letters.letter_for(
            view, What.RECORD, found, Kind.DELEGATED, spoken, desk.today(),
            templates=ctx.settings.templates,
        )  # fmt: skip
        data = letters.written(copy, Format(form), view.partner)
    for gap in copy.letter.gaps:
        tell(msg("Missing: {gap}.", gap=msg(gap)))
    for remark in copy.letter.remarks:
        tell(remark)
    if file:
        path = exporting.write_new(typed_path(file), data)
        put(say(msg("Wrote the {letter} to {path}.", letter=msg(WHAT_NAMES[What.RECORD]),
                    path=str(path))))  # fmt: skip
        return
    if form in (Format.TEXT, Format.MARKDOWN):
        put(say("Subject: {subject}", subject=copy.subject))
        put()
    if form in (Format.HTML, Format.EML):  # they say themselves how they are encoded
        put_file(data)
    else:
        put_raw(data.decode())


def _tell(found: Checked) -> None:
    for one in found.unused:
        tell(msg("{file} is not used: {why}", file=str(one.path), why=one.why_unused))
    for finding in found.findings:
        put(say(msg("{place}: {what}", place=finding.trouble.place, what=finding.trouble.what)))
        if finding.customers:
            put(f"  {say(_whom(finding))}")
    if found.findings:
        tell(msg("Our own letters are used instead. The fields there are: {command}",
                 command="partnerdesk letters fields"))  # fmt: skip
        return
    if not found.templates:
        tell(msg("No template of your own is used."))
        return
    put(
        say(
            nmsg(
                "{templates} of your own, tried in {count} letter: nothing is wrong.",
                "{templates} of your own, tried in {count} letters: nothing is wrong.",
                found.letters,
                templates=nmsg("{count} template", "{count} templates", found.templates),
            )
        )
    )


def _whom(finding: Finding) -> Message:
    return nmsg(
        "For {count} customer: {names}",
        "For {count} customers: {names}",
        finding.customers,
        names=", ".join(finding.named) + (" …" if finding.customers > len(finding.named) else ""),
    )


def _as_json(found: Checked) -> dict[str, object]:
    return {
        "templates": found.templates,
        "letters": found.letters,
        "findings": [
            {
                "file": one.trouble.file,
                "line": one.trouble.line or None,
                "field": one.trouble.field or None,
                "what": str(one.trouble.what),
                "customers": one.customers,
                "named": [harmless(name) for name in one.named],
            }
            for one in found.findings
        ],
        "unused": [str(one.path) for one in found.unused],
    }


def _language(wanted: str | None) -> str:
    """The language of a letter: as asked, else the interface's; raises `BadInput`."""
    if not wanted:
        return current() if current() in LANGUAGES else "en"
    return rules.language(wanted)
