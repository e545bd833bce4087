"""May whoever is at the keyboard do this at that customer? What keys and sections ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.message import Message, msg
from store.model.access import Task
from tui.session import Session
from tui.situation import Situation

if TYPE_CHECKING:
    from store.model.may.chain import Chain


def acting_as(session: Session) -> str:
    """The user name of whoever acts: who is signed in, else who is at the keyboard; or empty.

    A certificate never acts: it is nobody of ours.
    """
    account = session.microsoft.account
    if account is not None and not account.app_only and account.upn:
        return account.upn
    return session.desk.operator.member(session.view.partner)


def chains(session: Session, customer: int) -> dict[Task, Chain]:
    """What whoever acts may do at a customer; empty where that is nobody we know."""
    from store.actions.may import chain

    upn, view, today = acting_as(session), session.view, session.today
    if not upn or customer not in view.customers:
        return {}
    return {task: chain(view, today, upn, task, customer) for task in Task}


def with_tasks(situation: Situation, found: dict[Task, Chain]) -> Situation:
    """A situation that says also why whoever acts may not do a task there."""
    return situation._replace(
        not_add_user=why_not(found.get(Task.ADD_USER)),
        not_reset_password=why_not(found.get(Task.RESET_PASSWORD)),
        not_add_domain=why_not(found.get(Task.ADD_DOMAIN)),
    )


def why_not(chain: Chain | None) -> Message | None:
    """Why a task may not be done; `None` also where only Microsoft can tell."""
    from store.model.may.chain import Verdict

    broken = chain.broken if chain else None
    if broken is None or broken.verdict is not Verdict.NO:
        return None
    if broken.repair:
        return msg("{why} {repair}", why=broken.why, repair=broken.repair)
    return broken.why
