"""One customer in words: its fields, its consent, what happened, who of ours may do what."""

from __future__ import annotations

from textual.content import Content

from store.message import N_, msg
from store.model.access import LEVEL_NAMES, NOT_SUPPORTED, Level
from store.model.consent import USABLE, State, classic_caveat
from store.model.customer import FIELD_NAMES, LANGUAGES, Customer
from store.model.outgoing import contact_remark
from store.model.relationship import ACTIVE, Relationship
from store.model.roles import role_name
from store.view import View
from tui import text
from tui.commands.report import iso, state_text, timeline
from tui.session import Session


def detail(session: Session, key: int) -> Content:
    """Everything about a customer, as lines."""
    if session.view.customer(key) is None:
        return about(session, key)
    never = text.say(NOT_SUPPORTED, "dim")
    return text.join((about(session, key), text.nothing(), history(session, key), never), "\n")


def about(session: Session, key: int) -> Content:
    """What a customer is called, and where its consent stands."""
    customer = session.view.customer(key)
    if customer is None:
        return text.say(N_("This customer is no longer there."))
    parts = [text.data(customer.label, "bold"), *_fields(customer)]
    remark = contact_remark(session.view.letters(key), customer.contact)
    if remark:
        parts.append(text.join((text.data("! "), text.say(remark))))
    parts.append(text.nothing())
    return text.join([*parts, *_consent(session, key)], "\n")


def history(session: Session, key: int) -> Content:
    """What happened, its relationships at Microsoft, and who of ours may act."""
    parts = [*_history(session, key), text.nothing()]
    if session.view.relationship_ids.get(key):
        parts += [*_relationships(session, key), text.nothing()]
    return text.join([*parts, *_who(session, key)], "\n")


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
    if customer.microsoft_name:
        made.append(_line(N_("Calls itself now"), customer.microsoft_name))
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
    caveat = classic_caveat(consent, session.view.partner.cloud)
    if caveat:
        made.append(text.join((text.data("! "), text.say(caveat))))
    own = consent.invitation
    if own and own.granular:
        made.append(_line(N_("Own link"), own.link))
    kept = (i for i in session.view.invitations(key) if i.is_draft and i.granular and i.link)
    made += [_line(N_("Own link, given to nobody yet"), i.link) for i in kept if i != own]
    if consent.state is State.NOT_OFFERED and not own:
        made.append(text.say(N_("o offers delegated administration."), "dim"))
    return made


def _history(session: Session, key: int) -> list[Content]:
    view = session.view
    events = timeline(view.invitations(key), view.letters(key), view.touches(key))
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


def _relationships(session: Session, key: int) -> list[Content]:
    """The customer's relationships at Microsoft as of the last sync, with their roles."""
    from store.actions.relationships import of_customer

    made = [text.say(N_("Relationships at Microsoft"), "bold")]
    for found in of_customer(session.view, key):
        it = found.relationship
        stands = text.say(it.status_name())
        if it.ends:
            stands = text.say(
                msg("{status}, until {day}", status=it.status_name(), day=iso(it.ends))
            )
        made.append(text.join((text.data(it.name), stands), "  "))
        made.append(text.data(f"  {', '.join(map(role_name, it.roles))}", "dim"))
        remarks = (remark for remark in found.remarks if remark.what != "renamed")  # said above
        made += [text.join((text.data("  ! "), text.say(remark.said))) for remark in remarks]
    return made


def _who(session: Session, key: int) -> list[Content]:
    """Who of our members may act there today."""
    made = [text.say(N_("Who of us may act here"), "bold")]
    state = session.view.state(key, session.today)
    active = [it for it in session.view.relationships(key) if it.status == ACTIVE and not it.gone]
    if state not in USABLE:
        made.append(text.say(N_("Nobody, until the customer has granted it.")))
    elif active and session.view.groups:
        made += [_by_group(session.view, level, active) for level in LEVEL_NAMES]
    else:
        for level in LEVEL_NAMES:
            names = [m.name or m.upn for m in session.view.members if m.access and m.level is level]
            listed = ", ".join(names) or text.plain(N_("nobody"))
            made.append(
                text.say(msg("{level}: {names}", level=msg(LEVEL_NAMES[level]), names=listed))
            )
    return made


def _by_group(view: View, level: Level, active: list[Relationship]) -> Content:
    """Who may act by the group of a level, as Microsoft said: guests cannot."""
    name, group = msg(LEVEL_NAMES[level]), view.group(level)
    if group is None:
        return text.say(msg("{level}: no group stands for it", level=name))
    if group.gone:
        return text.say(
            msg("{level}: nobody, {group} is no longer there", level=name, group=group.name)
        )
    assigned = [found for it in active if (found := it.assigned(group.microsoft_id))]
    if not any(found.status == "active" for found in assigned):
        return text.say(
            msg("{level}: nobody, {group} is not assigned here", level=name, group=group.name)
        )
    names = [user.name or user.upn for user in group.members if not user.guest]
    nobody = N_("nobody") if group.read else N_("not read yet")
    listed = ", ".join(names) or text.plain(nobody)
    return text.say(
        msg("{level}: {names} (group {group})", level=name, names=listed, group=group.name)
    )


def _line(title: str, value: str) -> Content:
    return text.join((text.say(title, "dim"), text.data("  "), text.data(value)))
