"""One relationship in words: where it stands, its roles, our groups in it, what is remarkable."""

from __future__ import annotations

from textual.content import Content

from store.actions.relationships import Listed, one
from store.message import N_, msg
from store.model import links
from store.model.access import LEVEL_NAMES
from store.model.partner import Cloud
from store.model.relationship import Assigned, Relationship
from store.model.roles import role_name
from tui import text
from tui.commands.report import iso
from tui.session import Session
from tui.widgets.pairs import pairs

_ASSIGNMENTS = {
    "pending": N_("being assigned"),
    "active": N_("assigned"),
    "deleting": N_("being removed"),
    "error": N_("failed"),
}


def detail(session: Session, key: int) -> Content:
    """Everything about a relationship, as lines."""
    found = one(session.view, key)
    if found is None:
        return text.say(N_("This relationship is no longer there."))
    it = found.relationship
    parts = [text.data(it.name, "bold"), *_remarks(found), text.nothing()]
    parts += [_standing(session, found), text.nothing(), text.say(N_("Roles"), "bold")]
    parts += [text.data(f"  {role_name(role)}") for role in it.roles]
    parts += [text.nothing(), text.say(N_("Groups of ours in it"), "bold"), *_groups(session, it)]
    return text.join(parts, "\n")


def link_of(session: Session, it: Relationship) -> str:
    """The link to accept a relationship; "" where it cannot be accepted, or no host is known."""
    if not it.can_be_accepted:
        return ""
    view = session.view
    for invitation in view.invitations(it.customer):
        if links.relationship(invitation.link) == it.microsoft_id.lower():
            return invitation.link
    host = session.microsoft.host
    if view.partner.cloud is Cloud.PRACTICE and not host:
        return ""
    return links.granular_link(view.partner.cloud, it.microsoft_id, host)


def _remarks(found: Listed) -> list[Content]:
    return [text.join((text.data("! ", "bold"), text.say(r.said))) for r in found.remarks]


def _standing(session: Session, found: Listed) -> Content:
    it = found.relationship
    extends = N_("extends itself by 180 days") if it.auto_extend else N_("does not extend itself")
    days = msg("{days}, {extends}", days=str(it.days or "?"), extends=msg(extends))
    rows = (
        (N_("Status"), text.plain(it.status_name())),
        (N_("Customer"), found.customer or text.plain(N_("nobody yet: whoever accepts it"))),
        (N_("Tenant"), it.tenant),
        (N_("Created"), iso(it.created)),
        (N_("Active since"), iso(it.activated)),
        (N_("Ends"), iso(it.ends)),
        (N_("Days"), text.plain(days)),
        (N_("Answer by"), iso(it.last_day)),
        (N_("Link"), link_of(session, it)),
        (N_("Microsoft ID"), it.microsoft_id),
    )
    return pairs(rows)


def _groups(session: Session, it: Relationship) -> list[Content]:
    if not it.assignments:
        return [text.say(N_("  none: nobody of ours can act by it"), "dim")]
    return [line for assigned in it.assignments for line in _group(session, it, assigned)]


def _group(session: Session, it: Relationship, assigned: Assigned) -> list[Content]:
    known = next((g for g in session.view.groups if g.microsoft_id == assigned.group), None)
    name = text.data(known.name if known else assigned.group)
    level = text.say(LEVEL_NAMES[known.level] if known else N_("no level here"))
    state = text.data(assigned.status)
    if assigned.status in _ASSIGNMENTS:
        state = text.say(_ASSIGNMENTS[assigned.status])
    roles = text.say(N_("all its roles"))
    if set(assigned.roles) != set(it.roles):
        roles = text.data(", ".join(map(role_name, assigned.roles)))
    first = text.join((text.data("  "), text.join((name, level, state), " · ")))
    return [first, text.join((text.data("    "), roles))]
