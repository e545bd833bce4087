"""Who is signed in to Microsoft, with what permissions, and what the last sync brought."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from textual.content import Content

from store.message import N_, msg, nmsg
from store.model.partner import CLOUD_NAMES
from tui import text
from tui.language import clock_time
from tui.microsoft import NOBODY
from tui.session import Session
from tui.widgets.pairs import Line

if TYPE_CHECKING:
    from store.actions.connection import Account

PURPOSES = {
    "read": N_("reading"),
    "write": N_("relationships"),
    "groups": N_("members of groups"),
    "new-groups": N_("new groups"),
    "mail": N_("mail"),
}
"""What a sign-in is for, in a word or two."""


def account_lines(session: Session) -> list[Line]:
    """Everything about the sign-in and the last sync, the most important first."""
    microsoft, partner = session.microsoft, session.view.partner
    account = microsoft.account
    made = [(N_("Signed in as"), _who(session)), (N_("Last sync"), _sync(session))]
    if partner.tenant:
        tenant = msg(
            "{tenant} ({cloud})", tenant=partner.tenant, cloud=msg(CLOUD_NAMES[partner.cloud])
        )
        made.append((N_("Tenant"), text.plain(tenant)))
    if account and not microsoft.rehearsal:
        made.append((N_("Granted"), _granted(account)))
        made.append((N_("Kept"), _kept(session)))
    if microsoft.served:
        made.append((N_("Practice cloud"), microsoft.served))
        made.append((N_("From elsewhere"), _tunnel(session)))
    return made


def _who(session: Session) -> str:
    microsoft = session.microsoft
    account = microsoft.account
    if account is None:
        why = microsoft.why_not
        return text.plain(N_("nobody; i signs in") if why in (None, NOBODY) else why or "")
    if microsoft.rehearsal:
        return text.plain(msg("{upn} (practice: nobody needs to sign in)", upn=account.upn))
    if account.app_only:
        return text.plain(N_("the app itself, by the certificate of the settings"))
    name = f"{account.upn} ({account.name})" if account.name else account.upn
    if account.mfa is False:
        return text.plain(msg("{upn}, without a second factor", upn=name))
    return name


def granted(account: Account | None) -> list[str]:
    """The purposes that a sign-in covers whole, as in `PURPOSES`."""
    from store.actions.connection import SCOPES, Purpose

    held = set(account.scopes) if account else set()
    return [purpose.value for purpose in Purpose if held.issuperset(SCOPES[purpose])]


def _granted(account: Account) -> str:
    if account.app_only:
        return text.plain(N_("reading, with nobody there"))
    purposes = [text.plain(PURPOSES[name]) for name in granted(account)]
    return ", ".join(purposes or account.scopes)


def _kept(session: Session) -> str:
    from store.actions.connection import KEEPING_NAMES

    keeping = session.microsoft.keeping
    return text.plain(KEEPING_NAMES[keeping]) if keeping else ""


def _sync(session: Session) -> str:
    synced = session.view.synced
    if not synced.at:
        return text.plain(N_("never; r asks Microsoft"))
    if synced.tenant and synced.tenant != session.view.partner.tenant:
        return text.plain(msg("{time}, of another tenant: {tenant}", time=clock_time(synced.at),
                              tenant=synced.tenant))  # fmt: skip
    whole = msg("everything was read") if synced.whole else msg("not everything could be read")
    return text.plain(msg("{time}, {whole}", time=clock_time(synced.at), whole=whole))


def _tunnel(session: Session) -> str:
    """What brings the practice cloud to the browser of another computer."""
    port = session.microsoft.served.rpartition(":")[2]
    operator = session.desk.operator
    host = operator.host or os.uname().nodename
    return f"ssh -L {port}:127.0.0.1:{port} {operator.login}@{host}"


def counted(relationships: int, remarkable: int) -> Content:
    """How many relationships there are, and how many with a remark."""
    parts = [text.say(nmsg("{count} relationship", "{count} relationships", relationships))]
    if remarkable:
        parts.append(text.say(nmsg("{count} with a remark (s)", "{count} with a remark (s)",
                                   remarkable)))  # fmt: skip
    return text.join(parts, ", ")
