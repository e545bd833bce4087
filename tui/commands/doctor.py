"""`partnerdesk doctor`: where things are, and what will happen here."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version

import click

from store.errors import DeskError
from store.message import N_
from store.model.partner import Partner
from store.paths import typed_path
from tui import clipboard, language, settings
from tui.access import access
from tui.commands.base import Context, context, put_json, put_table, tell
from tui.language import _, say
from tui.terminal import why_no_screen

_TITLES = {
    "store": N_("Store"),
    "store_state": N_("State of the store"),
    "filesystem": N_("File system"),
    "settings": N_("Settings"),
    "saved_texts": N_("Saved texts"),
    "operator": N_("Operator"),
    "login": N_("Login"),
    "from": N_("From"),
    "language": N_("Language"),
    "terminal": N_("Terminal"),
    "screen": N_("Full screen"),
    "copying": N_("Copying"),
    "microsoft": N_("Microsoft"),
    "client_id": N_("App registration"),
    "signed_in_as": N_("Signed in as"),
    "tenant": N_("Tenant"),
    "permissions": N_("Permissions"),
    "token_cache": N_("Sign-in is kept"),
    "certificate": N_("Certificate"),
    "ca_bundle": N_("More authorities"),
    "proxy": N_("Proxy"),
    "letters": N_("Letters leave by"),
    "letters_from": N_("Letters are from"),
    "reply_to": N_("Answers go to"),
    "answers": N_("Answers are read in"),
    "templates": N_("Templates of letters"),
}
"""What the rows are called; those of --json, and programs with their versions, keep their keys."""


@click.command(help=_("Where things are kept, who you are here, and how copying will work."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def command(ctx: Context, as_json: bool) -> int:
    environment = ctx.environment
    operator = ctx.operator
    steps = clipboard.plan("x" * 2_000, environment, ctx.settings)
    screen = why_no_screen(environment)
    attention, filesystem, partner = False, "", Partner()
    try:
        if not ctx.is_there:
            reason = ctx.why_not_there()
            store, filesystem = say(reason) if reason else _("none yet"), ctx.filesystem
            attention = reason is not None
        else:
            with ctx.desk() as desk:
                store = say(desk.read_only) if desk.read_only else _("can be written")
                attention, filesystem = desk.read_only is not None, desk.filesystem
                partner = desk.view.partner
    except DeskError as error:
        store, attention = say(error.what), True
    facts = {
        "partnerdesk": version("partnerdesk"),
        "python": platform.python_version(),
        "textual": version("textual"),
        "tinydb": version("tinydb"),
        "store": str(ctx.folder),
        "store_state": store,
        "filesystem": filesystem,
        "settings": str(settings.config_file(environment)),
        "saved_texts": str(settings.state_folder(environment)),
        "operator": operator.name,
        "login": operator.login,
        "from": " ".join(filter(None, (operator.host, operator.ssh))),
        "language": language.current(),
        "terminal": environment.get("TERM", ""),
        "screen": say(screen) if screen else _("can be shown"),
        "copying": " > ".join(steps) or "off",
        **_microsoft(ctx, partner),
        **_letters(ctx, partner),
    }
    if as_json:
        put_json(facts)
    else:
        rows = [(_(_TITLES.get(key, key)), value) for key, value in facts.items()]
        put_table((_("What"), _("Here")), rows)
    return 3 if attention else 0


def _letters(ctx: Context, partner: Partner) -> dict[str, str]:
    """Where letters leave from and answers are read, without connecting or any password."""
    from store.actions.outbox import Way
    from store.actions.own_letters import found
    from tui.mail_account import why_not

    mail = ctx.settings.mail
    reason = why_not(ctx.settings, partner)
    if reason:
        way = say(reason)
    elif mail.way == Way.GRAPH:
        way = _("the mailbox that is signed in")
    else:
        way = f"{mail.host}:{mail.port or ''}".rstrip(":") + f", {mail.security}"
    templates = _("ours alone")
    if named := ctx.settings.templates:
        try:
            own = [one for one in found(named) if one.own and not one.why_unused]
            templates = say("{folder}; used: {count}", folder=_folder(named), count=len(own))
        except DeskError as error:  # the rest is all the more to be known
            templates = say(error.what)
    return {
        "letters": way,
        "letters_from": mail.sender or partner.mail,
        "reply_to": mail.reply_to,
        "answers": _folder(mail.answers),
        "templates": templates,
    }


def _folder(named: str) -> str:
    """A folder of the settings, and whether it is there."""
    if not named:
        return _("not set")
    path = typed_path(named)
    return str(path) if os.path.isdir(path) else say("{path} is no folder.", path=str(path))


def _microsoft(ctx: Context, partner: Partner) -> dict[str, str]:
    """The way to Microsoft, as far as it is known without asking anybody."""
    from store.actions.connection import KEEPING_NAMES, Connection, proxies

    connection = Connection(partner, ctx.folder, access(ctx.settings, ctx.environment))
    who = tenant = granted = ""
    try:
        account = connection.account()
        keeping = connection.keeping
        kept = _(KEEPING_NAMES[keeping]) if keeping else _("asked when somebody signs in")
        if account is not None:
            who = _("a certificate, to read") if account.app_only else account.upn
            tenant, granted = account.tenant, " ".join(account.scopes)
    except DeskError as error:
        kept = say(error.what)
    for note in connection.take_notes():
        tell(note)
    reason = connection.why_not()
    return {
        "microsoft": say(reason) if reason else connection.authority,
        "client_id": connection.client,
        "signed_in_as": who or _("nobody"),
        "tenant": tenant or partner.tenant,
        "permissions": granted,
        "token_cache": kept,
        "certificate": ctx.settings.certificate,
        "ca_bundle": ctx.settings.ca_bundle,
        "proxy": proxies(ctx.environment),
    }
