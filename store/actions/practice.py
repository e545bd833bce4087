"""The practice cloud for a store: the same partner, customers and relationships, seen from there.

What the desk has recorded decides what the practice cloud starts from, so that a sync finds what
was there; from then on it goes by its own rules.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from store.actions.connection import PRACTICE_ADDRESS, Connection, Inside
from store.actions.exporting import write_new
from store.desk import Desk
from store.graph.purposes import READ_ONLY
from store.model import links
from store.model.access import Level
from store.model.consent import State, consent_in
from store.model.customer import Customer
from store.model.group import ADMIN_AGENTS, HELPDESK_AGENTS
from store.model.invitation import Invitation
from store.model.roles import GLOBAL_ADMINISTRATOR, Preset, limited_role, preset_roles
from store.view import INVITATIONS, View

if TYPE_CHECKING:
    from store.graph.scopes import Scope
    from store.practice.cloud import Practice
    from store.practice.dns import Unproven
    from store.practice.mailed import Mailed

DELAY = timedelta(seconds=2)
"""How long anything takes that Microsoft does later."""
_STATUS = {
    State.ACTIVE: "active",
    State.EXPIRING: "active",
    State.GRANTED: "activating",
    State.WAITING: "approvalPending",
    State.DECLINED: "approvalPending",
    State.ELSEWHERE: "active",
    State.EXPIRED: "expired",
    State.TERMINATED: "terminated",
    State.UNKNOWN: "approvalPending",
}


def practice_of(view: View, today: date, *, delay: timedelta = DELAY) -> Practice:
    """A practice cloud in which this store's partner and customers live."""
    from store.practice.cloud import Practice

    partner = view.partner
    made = Practice(
        partner_tenant=partner.tenant,
        partner_name=partner.name,
        partner_domain=_domain(view),
        delay=delay,
        group_ids={group.name: group.microsoft_id for group in view.groups},
    )
    # Reading is consented to from the start; the rest is asked for when it is needed.
    made.app.consents[made.partner.id] = set(READ_ONLY)
    made.limited_role = limited_role(partner.limited_as)
    _people(made, view)
    for key, row in view.customers.items():
        customer = Customer.from_document(key, row)
        if customer.microsoft_id and not customer.archived:
            resells = "Reseller" in customer.relationship
            made.add_customer(
                customer.microsoft_id,
                customer.name,
                customer.domain or f"customer{key}.example",
                contract="ResellerPartner" if resells else "BreadthPartner",
            )
    found = view.tables.table(INVITATIONS).items()
    invitations = [Invitation.from_document(key, row) for key, row in found]
    with_all = _with_all(invitations, today)
    for invitation in invitations:
        if invitation.granular and invitation.link:
            _relationship(made, view, invitation, today, with_all=invitation.id in with_all)
        elif not invitation.granular:
            _classic(made, view, invitation, today)
    return made


def tokens_of(practice: Practice, upn: str) -> Inside:
    """Tokens of one of our users: freely at home, and at a customer's as signing in gives them.

    What is made raises `SignInRefused`, as a real sign-in does.
    """
    from store.graph.sign_in_refusals import refusal
    from store.practice.aadsts import Refused

    def token(tenant: str, scopes: tuple[Scope, ...]) -> str:
        if tenant.lower() == practice.partner.id:
            return practice.token(upn)
        with practice.lock:
            try:
                return practice.tokens.entering(upn, tenant, scopes)
            except Refused as refused:
                raise refusal(refused.body(practice.clock.now())) from None

    return token


class Waiting(NamedTuple):
    """A relationship that a customer of the demo can answer."""

    id: str
    name: str
    customer: str
    tenant: str


class Letter(NamedTuple):
    """A letter that the practice cloud took, and that its customer can answer."""

    to: str
    subject: str
    mailed: Mailed


class Reply(StrEnum):
    """What comes back to a letter."""

    YES = "yes"
    NO = "no"
    BOUNCE = "bounce"


class Rehearsal:
    """The practice cloud of a demo, in this process; made when it is first asked.

    What customers write back goes into the folder `mail`.
    """

    def __init__(self, practice: Callable[[], Practice], mail: Path | None = None) -> None:
        self._make = practice
        self._mail = mail
        self._lock = threading.Lock()
        self._practice: Practice | None = None

    @property
    def practice(self) -> Practice:
        """The practice cloud itself."""
        with self._lock:
            if self._practice is None:
                self._practice = self._make()
            return self._practice

    def connection(self, desk: Desk) -> Connection:
        """The way there; whoever is at the keyboard is signed in."""
        from store.practice.app import asgi

        partner, practice = desk.view.partner, self.practice
        upn = desk.operator.member(partner) or next(iter(partner.operators.values()), "")
        return Connection.in_process(
            partner, asgi(practice), upn, tokens_of(practice, upn), f"https://{practice.host}"
        )

    def waiting(self) -> list[Waiting]:
        """What waits for an answer of a customer, by its name."""
        practice = self.practice
        with practice.lock:
            practice.settle()
            found = [
                Waiting(it.id, it.name, it.customer or it.name, it.tenant)
                for it in practice.relationships.values()
                if it.status == "approvalPending"
            ]
        return sorted(found, key=lambda it: it.customer.casefold())

    def tenants(self) -> list[tuple[str, str]]:
        """The customers of the practice cloud, by name: their tenants and what they are called."""
        with self.practice.lock:
            found = [(tenant.id, tenant.name) for tenant in self.practice.customers.values()]
        return sorted(found, key=lambda it: (it[1].casefold(), it[0]))

    def unproven(self) -> list[Unproven]:
        """The domains of customers that are not verified yet."""
        from store.practice.dns import unproven

        return unproven(self.practice)

    def set_dns(self, found: Unproven) -> None:
        """Lets the record of a domain be seen in DNS, as the customer does by setting it."""
        self.practice.set_dns(found.tenant, found.domain)

    def letters(self) -> list[Letter]:
        """What was mailed to customers, the last first."""
        from store.practice.replies import subject

        with self.practice.lock:
            taken = list(self.practice.mailbox)
        return [
            Letter(it.to[0], subject(it), it) for it in reversed(taken) if it.to[0] != it.sender
        ]

    def reply(self, letter: Letter, how: Reply) -> None:
        """Lets an answer to a letter, or a bounce, come into the demo's folder of mails."""
        from store.practice import replies

        assert self._mail is not None
        now = self.practice.clock.now()
        if how is Reply.BOUNCE:
            written = replies.bounce(letter.mailed, now)
        else:
            written = replies.answer(letter.mailed, now, yes=how is Reply.YES)
        self._mail.mkdir(mode=0o700, parents=True, exist_ok=True)
        count = sum(1 for _ in self._mail.iterdir())
        write_new(self._mail / f"{count + 1:04d}.eml", written)

    def days_pass(self, desk: Desk, days: int) -> None:
        """Pushes the practice cloud's clock forward, and with it the calendar of the desk.

        Without that the desk would wait for day 12 of what Microsoft has forgotten after day 90.
        """
        self.practice.clock.advance(timedelta(days=days))
        before = desk.today
        desk.today = lambda: before() + timedelta(days=days)

    def accept(self, waiting: Waiting, tenant: str = "") -> None:
        """Answers as the customer does; `tenant` where nobody was named. Raises `DeskError`."""
        self.practice.approve(waiting.id, tenant=waiting.tenant or tenant)


class Listening(NamedTuple):
    """Where a practice cloud is served, and what a client of it has to know."""

    address: str
    port: int
    ca_file: str
    tenant: str
    client: str


@contextmanager
def serving(practice: Practice, store: Path, port: int) -> Iterator[Listening]:
    """Serves a practice cloud, and lets whoever uses the store find it, until the end."""
    from store.practice.serve import Served

    written = store / PRACTICE_ADDRESS
    folder = written.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with Served(practice, folder, port) as served:
        found = {"address": served.address, "ca_file": str(served.ca_file)}
        new = written.with_suffix(".new")
        new.write_text(json.dumps(found), encoding="utf-8")
        os.replace(new, written)
        try:
            yield Listening(
                served.address,
                served.port,
                str(served.ca_file),
                practice.partner.id,
                practice.app.client_id,
            )
        finally:
            written.unlink(missing_ok=True)


def _domain(view: View) -> str:
    """The domain of our own users."""
    for member in view.members:
        return member.upn.rpartition("@")[2]
    return view.partner.mail.rpartition("@")[2] or "adatum.example"


def _people(made: Practice, view: View) -> None:
    """Our own users, in the groups that stand for what they may do; one of them at least asks."""
    for group in view.groups:
        if group.microsoft_id not in made.partner.groups:
            made.add_group(group.name, key=group.microsoft_id)
    for member in view.members:
        level = member.granted
        user = made.add_member(member.upn, member.name, admin_agent=level is Level.FULL)
        if level is not Level.NONE:
            made.partner.groups[_group(made, view, level)].members[user] = None
    operators = set(view.partner.operators.values())
    known = {member.upn for member in view.members}
    for upn in operators - known:
        made.add_member(upn, upn.partition("@")[0].title())


def _group(made: Practice, view: View, level: Level) -> str:
    """The id of the group that stands for a level; of Partner Center's own, where none does."""
    group = view.group(level)
    if group is not None:
        return group.microsoft_id
    return made.group(ADMIN_AGENTS if level is Level.FULL else HELPDESK_AGENTS).id


def _classic(made: Practice, view: View, invitation: Invitation, today: date) -> None:
    """What a classic offer that was accepted gives: roles without any relationship."""
    customer = view.customer(invitation.customer)
    accepted = consent_in(invitation, today).state in (State.ACTIVE, State.EXPIRING)
    tenant = customer.microsoft_id.lower() if customer else ""
    if accepted and tenant in made.customers:
        made.delegate(tenant)


def _relationship(
    made: Practice, view: View, invitation: Invitation, today: date, *, with_all: bool
) -> None:
    """The relationship that an invitation asked for, as far as Microsoft would still list it.

    `with_all` is whether it asked for Global Administrator as well.
    """
    consent = consent_in(invitation, today)
    status = _STATUS.get(consent.state)
    relationship = links.relationship(invitation.link)
    customer = view.customer(invitation.customer)
    if invitation.is_draft and invitation.link:
        status = "approvalPending"
    if status is None or customer is None or not customer.microsoft_id:
        return
    elsewhere = consent.state is State.ELSEWHERE
    tenant = customer.microsoft_id
    if elsewhere:
        tenant = f"{tenant[:-1]}{'0' if tenant[-1] != '0' else '1'}"
        made.add_customer(tenant, f"{customer.name} Holding", f"holding.{customer.domain}")
    created = invitation.made or today
    since = max(created, consent.since or created)
    ends = consent.ends or (consent.since if consent.state is State.EXPIRED else None)
    limited_as = view.partner.limited_as
    roles = preset_roles(Preset.FULL, limited_as).roles
    assigned = {
        _group(made, view, Level.FULL): roles,
        _group(made, view, Level.LIMITED): preset_roles(Preset.LIMITED, limited_as).roles,
    }
    made.add_relationship(
        id=relationship,
        name=f"{_safe(customer)}_{relationship[:8]}",
        tenant=tenant,
        customer_name=customer.name,
        roles=(*roles, GLOBAL_ADMINISTRATOR) if with_all else roles,
        days=invitation.days or 730,
        auto_extend=invitation.auto_extend,
        status=status,
        created=_moment(created),
        activated=_moment(since) if status not in ("approvalPending",) else None,
        ends=_moment(ends) if ends else None,
        assignments=assigned if status == "active" else None,
    )


def _with_all(invitations: Iterable[Invitation], today: date) -> set[int]:
    """Which were made with Global Administrator: every other one of those that end soon."""
    ending = [
        one.id
        for one in invitations
        if one.granular and not one.auto_extend and consent_in(one, today).state is State.EXPIRING
    ]
    return set(ending[::2])


def _safe(customer: Customer) -> str:
    name = customer.domain.partition(".")[0] or f"customer{customer.id}"
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in name)[:38]


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=UTC)
