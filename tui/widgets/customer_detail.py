"""One customer in words: its fields, its consent, what happened, who of ours may do what."""

from __future__ import annotations

from textual.content import Content

from store.message import N_, msg
from store.model.access import LEVEL_NAMES, NOT_SUPPORTED, Level
from store.model.consent import USABLE, State
from store.model.customer import FIELD_NAMES, LANGUAGES, Customer
from tui import text
from tui.commands.report import iso, state_text, timeline
from tui.session import Session


def detail(session: Session, key: int) -> Content:
    """Everything about a customer, as lines."""
    customer = session.view.customer(key)
    if customer is None:
        return text.say(N_("This customer is no longer there."))
    parts = [text.data(customer.label, "bold"), *_fields(customer), text.nothing()]
    parts += [*_consent(session, key), text.nothing(), *_history(session, key), text.nothing()]
    parts += _who(session, key)
    return text.join(parts, "\n")


def _fields(customer: Customer) -> list[Content]:
    made = []
    for field, title in FIELD_NAMES.items():
        value = getattr(customer, field)
        if field == "name" or not value:
            continue
        shown = ", ".join(value) if isinstance(value, tuple) else str(value)
        if field == "language":
            shown = LANGUAGES.get(shown, shown)
        made.append(_line(title, shown))
    if customer.archived:
        made.append(_line(N_("Archived"), customer.archived))
    return made


def _consent(session: Session, key: int) -> list[Content]:
    consent = session.view.consent(key, session.today)
    made = [_line(N_("Consent"), state_text(consent))]
    if consent.since:
        made.append(_line(N_("Since"), iso(consent.since)))
    if consent.answer_by:
        made.append(_line(N_("Answer by"), iso(consent.answer_by)))
    if consent.ends:
        made.append(_line(N_("Ends"), iso(consent.ends)))
    own = consent.invitation
    if own and own.granular:
        made.append(_line(N_("Own link"), own.link))
    if consent.state is State.NOT_OFFERED and not own:
        made.append(text.say(N_("o offers delegated administration."), "dim"))
    return made


def _history(session: Session, key: int) -> list[Content]:
    events = timeline(session.view.invitations(key))
    if not events:
        return [text.say(N_("Nothing has happened yet."), "dim")]
    made = [text.say(N_("Timeline"), "bold")]
    for event in events:
        words = [event["on"], event["offer"], event["said"], event["how"]]
        line = "  ".join(filter(None, words))
        made.append(text.data(f"{line}  ({event['by']})" if event["by"] else line))
        if event["note"]:
            made.append(text.data(f"            {event['note']}", "italic"))
    return made


def _who(session: Session, key: int) -> list[Content]:
    """Who of our members may act there today, and what nobody may."""
    made = [text.say(N_("Who of us may act here"), "bold")]
    state = session.view.state(key, session.today)
    if state not in USABLE:
        made.append(text.say(N_("Nobody, until the customer has granted it.")))
    else:
        for level in (Level.FULL, Level.LIMITED):
            names = [m.name or m.upn for m in session.view.members if m.access and m.level is level]
            listed = ", ".join(names) or text.plain(N_("nobody"))
            made.append(
                text.say(msg("{level}: {names}", level=msg(LEVEL_NAMES[level]), names=listed))
            )
    made.append(text.say(NOT_SUPPORTED, "dim"))
    return made


def _line(title: str, value: str) -> Content:
    return text.join((text.say(title, "dim"), text.data("  "), text.data(value)))
