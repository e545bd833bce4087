"""Every way the desk says no: a title, what happened, and what to do next."""

from __future__ import annotations

from typing import ClassVar

from store.message import N_, Message


class DeskError(Exception):
    """Base of all errors that an operator may see.

    `what` says what happened and to what, `todo` what to do next. `exit_code` is what the command
    line ends with: 1 failed, 2 usage, 3 needs attention or unknown, 4 not allowed.
    """

    title: ClassVar[str] = N_("That did not work")
    exit_code: ClassVar[int] = 1

    def __init__(self, what: Message, *, todo: Message | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.todo = todo

    def __str__(self) -> str:
        return f"{self.what} {self.todo}" if self.todo else str(self.what)


class BadInput(DeskError):
    """A value from outside that is refused at the door; `field` names where it was given."""

    title = N_("That cannot be taken")
    exit_code = 2

    def __init__(self, what: Message, *, field: str = "", todo: Message | None = None) -> None:
        super().__init__(what, todo=todo)
        self.field = field


class NotFound(DeskError):
    """Nothing, or more than one thing, answers to the given name."""

    title = N_("Not found")
    exit_code = 2


class NotAllowed(DeskError):
    """A rule forbids it."""

    title = N_("Not allowed")
    exit_code = 4


class Conflict(DeskError):
    """Somebody else changed the record in the meantime; `theirs` is the record as it is now."""

    title = N_("Changed in the meantime")

    def __init__(
        self, what: Message, *, theirs: dict[str, object], todo: Message | None = None
    ) -> None:
        super().__init__(what, todo=todo)
        self.theirs = theirs


class StoreUnusable(DeskError):
    """The store cannot be opened at all; nothing in it was touched."""

    title = N_("The store cannot be opened")


class StoreDamaged(StoreUnusable):
    """Something in the store is not what was written; it is never read as data."""

    title = N_("The store is damaged")


class StoreNewer(StoreUnusable):
    """A newer partnerdesk wrote this store."""

    title = N_("The store is newer than this partnerdesk")


class StoreReadOnly(DeskError):
    """The store can be read but not changed."""

    title = N_("Read-only")


class StoreBusy(DeskError):
    """Another process held the store's lock for too long."""

    title = N_("The store is busy")


class WriteRefused(DeskError):
    """The system refused the write; nothing changed."""

    title = N_("Nothing was saved")


class OutputLost(DeskError):
    """What a command did stays done, but its answer could not be written."""

    title = N_("The answer was lost")


class OutcomeUnknown(DeskError):
    """The write began and its end is not known: it must be looked up, not repeated."""

    title = N_("Not known whether it was saved")
    exit_code = 3


class SignInNeeded(NotAllowed):
    """Microsoft does not know who asks: nobody signed in, or not any more.

    `code` is Microsoft's own, such as `AADSTS700082`, and `request_id` what its support asks for.
    """

    title = N_("Sign in first")

    def __init__(
        self, what: Message, *, code: str = "", request_id: str = "", todo: Message | None = None
    ) -> None:
        super().__init__(what, todo=todo)
        self.code = code
        self.request_id = request_id


class SignInRefused(SignInNeeded):
    """Microsoft, or we, said no to a sign-in, and trying the same again does not help."""

    title = N_("The sign-in was refused")


class NotConnected(DeskError):
    """Something has to be said or started before Microsoft can be asked at all."""

    title = N_("Not connected to Microsoft")
    exit_code = 3


class NoConnection(DeskError):
    """Microsoft could not be reached, or what answered was not Microsoft; nothing was done."""

    title = N_("No connection to Microsoft")


class TooBusy(DeskError):
    """Microsoft asks for patience, longer than we wait; `wait` is in seconds."""

    title = N_("Microsoft is busy")

    def __init__(self, what: Message, *, wait: float = 0.0, todo: Message | None = None) -> None:
        super().__init__(what, todo=todo)
        self.wait = wait


class GraphRefused(DeskError):
    """Microsoft understood and said no.

    `status` is HTTP's, `code` Microsoft's own, `said` its own words, and `request_id` what its
    support asks for.
    """

    title = N_("Microsoft refused it")

    def __init__(
        self,
        what: Message,
        *,
        status: int = 0,
        code: str = "",
        said: str = "",
        request_id: str = "",
        todo: Message | None = None,
    ) -> None:
        super().__init__(what, todo=todo)
        self.status = status
        self.code = code
        self.said = said
        self.request_id = request_id


class GraphForbidden(GraphRefused):
    """Microsoft refused it because of who asks."""

    exit_code = 4


class GraphOutcomeUnknown(OutcomeUnknown):
    """Microsoft's answer to a change was lost: it may have been done, and is to be looked up.

    `last` is what the last try met.
    """

    title = N_("Not known whether it was done")

    def __init__(
        self, what: Message, *, last: DeskError | None = None, todo: Message | None = None
    ) -> None:
        super().__init__(what, todo=todo)
        self.last = last
