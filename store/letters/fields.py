"""What a template may use, with a sentence each; a field of a list is named after the list."""

from __future__ import annotations

from typing import Any

from store.message import N_

FIELDS = {
    "what": N_("What the letter is for: offer, reminder, renewal or record."),
    "kind": N_("Which offer it is about: delegated, trial or purchase."),
    "partner.name": N_("Our name."),
    "partner.contact": N_("Our contact."),
    "partner.mail": N_("Our mail address."),
    "partner.phone": N_("Our telephone number; may be empty."),
    "customer": N_("The customer's name; empty where several share the text."),
    "link": N_("The link to accept with. Write => and the link on a line of their own."),
    "host": N_("The host of the link, as in admin.microsoft.com; empty without a link."),
    "granular": N_("Whether the link is the customer's own."),
    "delegation": N_("Whether delegated administration is asked for."),
    "roles": N_("A list: the roles that the link asks for; empty where they are not known."),
    "roles.name": N_("A role's name, as Microsoft writes it."),
    "roles.meaning": N_("What the role lets people do; empty where we have no words for it."),
    "answer_by": N_("The last day to answer; empty where there is none."),
    "days": N_("How many days the consent lasts; 0 where that is not known."),
    "auto_extend": N_("Whether the access then extends itself."),
    "given": N_("The day on which the customer first got the offer; empty before."),
    "summary_id": N_("The Summary ID of a trial invitation or purchase offer; may be empty."),
    "subscriptions": N_("A list: what a trial invitation or purchase offer offers."),
    "subscriptions.name": N_("A subscription's name."),
    "subscriptions.licences": N_("How many licences; 0 where that is not said."),
    "office": N_("The partner office that the offer is from; may be empty."),
    "location": N_("The country that the offer is for; may be empty."),
    "limited": N_("What Limited administration means with us: password or helpdesk."),
    "portal": N_("What the customer's admin center is called."),
    "ends": N_("The last day of the access that a new consent is to follow; may be empty."),
    "ended": N_("Whether that access is over already."),
    "grants": N_("A list, for the customer's file: the relationships that give us access."),
    "grants.name": N_("A relationship's name; may be empty."),
    "grants.roles": N_("A list: its roles."),
    "grants.roles.name": N_("A role's name, as Microsoft writes it."),
    "grants.roles.meaning": N_(
        "What the role lets people do; empty where we have no words for it."
    ),
    "grants.since": N_("Its first day; may be empty."),
    "grants.until": N_("Its last day; may be empty."),
    "grants.extends": N_("Whether it extends itself then."),
    "classic": N_("For the customer's file: whether access was given without such a relationship."),
    "since": N_("Since when; may be empty."),
    "people": N_("A list, for the customer's file: who of us has administrative access."),
    "people.name": N_("A person's name."),
    "people.level": N_("The person's level: full or limited."),
    "others": N_("How many more there are than are named."),
    "as_of": N_("The day on which Microsoft was asked about it all; may be empty."),
}

Shape = dict[str, Any]
"""What there is to say about a name: the names within it, or nothing more."""
LISTS = frozenset({"roles", "subscriptions", "grants", "people"})


def shape() -> Shape:
    """The fields as a tree: those of a list are the fields of each of its items."""
    made: Shape = {}
    for name in FIELDS:
        below = made
        for step in name.split("."):
            below = below.setdefault(step, {})
    return made
