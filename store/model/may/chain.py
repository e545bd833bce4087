"""May this member do this task at that customer? A chain of links, and what would mend each."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from store.message import N_, Message, msg
from store.model.access import Task


class Verdict(StrEnum):
    """Whether a link, or the whole chain, holds."""

    YES = "yes"
    UNKNOWN = "unknown"
    NO = "no"


class Part(StrEnum):
    """A link of the chain, in its order."""

    MEMBER = "member"
    ACCESS = "access"
    LEVEL = "level"
    OFFERED = "offered"
    CONSENT = "consent"
    ROLE = "role"
    GROUP = "group"
    TARGET = "target"


PART_NAMES = {
    Part.MEMBER: N_("Active user"),
    Part.ACCESS: N_("Administrative access"),
    Part.LEVEL: N_("Level"),
    Part.OFFERED: N_("Offered"),
    Part.CONSENT: N_("Consent"),
    Part.ROLE: N_("Role"),
    Part.GROUP: N_("Group"),
    Part.TARGET: N_("Target"),
}


VERDICT_NAMES = {
    Verdict.YES: N_("yes"),
    Verdict.UNKNOWN: N_("unknown"),
    Verdict.NO: N_("no"),
}
LINK_NAMES = {
    Verdict.YES: N_("holds"),
    Verdict.UNKNOWN: N_("unknown"),
    Verdict.NO: N_("fails"),
}


class Fix(StrEnum):
    """Where a repair is made; `NOWHERE` where only time, or somebody else, can."""

    NOWHERE = ""
    USERS = "users"
    GROUPS = "groups"
    OFFER = "offer"
    SYNC = "sync"
    CUSTOMER = "customer"


class Repair(NamedTuple):
    """The cheapest thing that would mend a link.

    `command` does it on the command line, where one does; `new_consent` says whether the customer
    has to be asked again for it.
    """

    said: Message
    fix: Fix = Fix.NOWHERE
    command: str = ""
    new_consent: bool = False


class Link(NamedTuple):
    """One link: whether it holds, why, and what would mend it.

    `command`, `new_consent` and `fix` belong to the `repair`.
    """

    part: Part
    verdict: Verdict
    why: Message
    repair: Message | None = None
    command: str = ""
    new_consent: bool = False
    fix: Fix = Fix.NOWHERE

    @property
    def mended(self) -> Message:
        """What would mend it, and whether the customer has to be asked again for it."""
        if self.repair is None:
            return msg("Nothing here mends it.")
        if self.new_consent:
            return msg("{repair} Needs the customer's consent.", repair=self.repair)
        return msg("{repair} Needs no new consent.", repair=self.repair)


def link(part: Part, verdict: Verdict, why: Message, repair: Repair | None = None) -> Link:
    """A link with its repair."""
    if repair is None:
        return Link(part, verdict, why)
    return Link(part, verdict, why, repair.said, repair.command, repair.new_consent, repair.fix)


_NOT_BEFORE = {
    Part.MEMBER: msg("Not before this is an active user."),
    Part.ACCESS: msg("Not before the user has administrative access."),
    Part.LEVEL: msg("Not before the level covers it."),
    Part.OFFERED: msg("Not before something was offered."),
    Part.CONSENT: msg("Not before the customer's consent."),
    Part.ROLE: msg("Not before the customer grants a role for it."),
    Part.GROUP: msg("Not before one of our groups lets the user in."),
}


def not_before(part: Part, other: Part) -> Link:
    """A link of which nothing can be said while another one does not hold."""
    return Link(part, Verdict.UNKNOWN, _NOT_BEFORE[other])


class Target(NamedTuple):
    """The user whose password is to be reset, as far as it is known.

    `roles` are template ids of directory roles held in the customer's tenant, `None` where they
    could not be read (`why`). `protected` is who belongs to a role-assignable group or to a
    restricted unit. `stranger` is a name that nobody there has.
    """

    upn: str
    roles: frozenset[str] | None = None
    protected: bool = False
    why: Message | None = None
    stranger: bool = False


class Chain(NamedTuple):
    """The links of one question, in order."""

    task: Task
    links: tuple[Link, ...]

    @property
    def verdict(self) -> Verdict:
        """No if any link fails, else unknown if any is, else yes."""
        found = {link.verdict for link in self.links}
        return next((v for v in (Verdict.NO, Verdict.UNKNOWN) if v in found), Verdict.YES)

    @property
    def broken(self) -> Link | None:
        """The first link that decides against it: one that fails, else one that is unknown."""
        verdict = self.verdict
        if verdict is Verdict.YES:
            return None
        return next(link for link in self.links if link.verdict is verdict)
