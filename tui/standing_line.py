"""The second line of every screen: who we are, whose side was read when, how many customers."""

from __future__ import annotations

from textual.content import Content

from store.message import N_, nmsg
from store.model.partner import Cloud
from tui import text
from tui.language import clock_time, number
from tui.session import Session
from tui.widgets.frame import BETWEEN


def standing_line(session: Session) -> tuple[str, list[Content], list[Content]]:
    """The partner's name, what follows it, and the count, both from longest to shortest."""
    partner = session.view.partner
    name = partner.name if partner.is_set else text.plain(N_("Partner not set yet"))
    return name, _facts(session), _how_many(session)


def _facts(session: Session) -> list[Content]:
    partner, at = session.view.partner, session.view.synced.at
    before = [text.data(partner.tenant[:8], "dim")] if partner.tenant else []
    if partner.cloud is Cloud.PRACTICE:
        before.append(text.say(N_("PRACTICE"), "bold reverse"))
    times = [time for time in (clock_time(at), clock_time(at, short=True)) if time]
    origins = [text.say(N_("Microsoft {time}"), time=time) for time in times]
    after = [text.say(N_("READ-ONLY"), "bold reverse")] if session.desk.read_only else []
    origins = origins or [text.say(N_("by hand"))]
    shown = [text.join((*before, origin, *after), BETWEEN) for origin in origins]
    if not session.mails:
        return shown
    mails = text.say(nmsg("{count} mail: 4, A", "{count} mails: 4, A", session.mails), "bold")
    return [*(text.join((one, mails), BETWEEN) for one in shown), *shown]


def _how_many(session: Session) -> list[Content]:
    if not session.desk.opened.done():
        return [text.say(N_("reading the store…"))]
    count = session.view.customer_count
    return [
        text.say(nmsg("{count} customer", "{count} customers", count)),
        text.data(number(count)),
    ]
