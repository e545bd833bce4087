"""Who acts on behalf of which customer, and what a deed is told by."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from store.actions.acting.refused import explained
from store.desk import Desk
from store.errors import DeskError, NotAllowed, NotFound, SignInNeeded
from store.message import Message, msg
from store.model.access import Task
from store.model.act import Outcome
from store.model.customer import Customer
from store.model.may.chain import Chain, Target
from store.secret import Secret

if TYPE_CHECKING:
    from store.actions.connection import Connection
    from store.graph.customer_tenant import CustomerTenant

Told = Callable[[Message], None]
"""Hears what is being done, in words."""


class Person(NamedTuple):
    """A user of the customer's; `created` is ISO text, "" where it is not known."""

    id: str
    upn: str
    name: str
    enabled: bool = True
    guest: bool = False
    created: str = ""


class Domain(NamedTuple):
    """A domain of the customer's."""

    name: str
    verified: bool
    default: bool = False


class Ended(NamedTuple):
    """How a deed ended: `act` is its number in the journal.

    `secret` is the password that is in force, or that may be where the outcome is unknown; it is
    shown once. `user` and `domain` are whom it was done to, as Microsoft knows them.
    """

    outcome: Outcome
    said: Message
    todo: Message | None = None
    act: int = 0
    secret: Secret | None = None
    user: Person | None = None
    domain: Domain | None = None


class Acting:
    """One account of ours at one customer, by what is known now.

    `upn` is whom Microsoft knows us as, `key` the desk's own number of the customer and
    `microsoft_id` its tenant.
    """

    def __init__(
        self, desk: Desk, connection: Connection, upn: str, key: int, microsoft_id: str
    ) -> None:
        self.desk = desk
        self.connection = connection
        self.upn = upn
        self.key = key
        self.microsoft_id = microsoft_id

    @property
    def customer(self) -> Customer:
        """The customer as it is recorded now; raises `NotFound`."""
        return _customer(self.desk, self.key)

    def chain(self, task: Task, target: Target | None = None) -> Chain:
        """Whether this account may do that here, link by link, by the present view."""
        from store.actions import may

        desk = self.desk
        return may.chain(desk.view, desk.today(), self.upn, task, self.key, target)

    def tenant(self, on_wait: Told | None = None) -> CustomerTenant:
        """The customer's side of Microsoft Graph, to be used with `async with`; asks nobody yet."""
        return self.connection.at_customer(self.microsoft_id, on_wait)

    @property
    def ref(self) -> str:
        """How a command that is told names the customer."""
        found = self.desk.view.customer(self.key)
        return found.ref if found else self.microsoft_id

    async def why(self, error: DeskError, task: Task) -> DeskError:
        """An error of Microsoft's as it has to be understood at this customer, of this task."""
        return await explained(self, error, task)


def acting(desk: Desk, connection: Connection, customer: int) -> Acting:
    """The account that is signed in, on behalf of a customer; asks nobody.

    Raises `NotAllowed` where nobody is signed in, or an app without a person, and where the
    customer is archived or has no Microsoft ID.
    """
    found = _customer(desk, customer)
    if found.archived:
        raise NotAllowed(
            msg("{customer} is archived.", customer=found.label),
            todo=msg("Bring it back first."),
        )
    if not found.microsoft_id:
        raise NotAllowed(
            msg("{customer} has no Microsoft ID, so its tenant is not known.",
                customer=found.label),
            todo=msg("Give the Microsoft ID, or bring it in: {command}",
                     command="partnerdesk sync"),
        )  # fmt: skip
    account = connection.account()
    if account is None:
        raise SignInNeeded(
            msg("Nobody is signed in to Microsoft."),
            todo=msg("Sign in: {command}", command="partnerdesk sign-in"),
        )
    if account.app_only:
        raise NotAllowed(
            msg("A certificate cannot act at customers: delegated administration is given to "
                "people."),
            todo=msg("Sign in with your own account: {command}", command="partnerdesk sign-in"),
        )  # fmt: skip
    return Acting(desk, connection, account.upn, found.id, found.microsoft_id)


def _customer(desk: Desk, key: int) -> Customer:
    found = desk.view.customer(key)
    if found is None:
        raise NotFound(msg("This customer is no longer there."))
    return found
