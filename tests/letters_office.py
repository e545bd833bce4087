"""A partner with customers who can be written to, and what became of their letters."""

from __future__ import annotations

from pathlib import Path

from store.actions import outbox
from store.actions.outbox import Account, Queued, Security, Way
from store.actions.posting import plan
from store.desk import Desk
from store.message import Message, msg
from store.model.outgoing import What
from store.work import Tables
from tests.conftest import OPERATOR, TODAY
from tests.post_office import PostOffice

LANGUAGES = ("en", "fr", "de", "es", "zh-Hans")
SENDER = "partners@adatum.example"


def furnished(path: Path, customers: int) -> None:
    """A store with a certified partner and so many customers, each with an address."""

    def work(tables: Tables) -> Message:
        for number in range(customers):
            tables.customers.insert(
                {
                    "name": f"Kunde {number} Ö",
                    "domain": f"c{number}.example",
                    "contact": f"it@c{number}.example",
                    "language": LANGUAGES[number % len(LANGUAGES)],
                }
            )
        return msg("Furnished.")

    from store.actions import partner

    with Desk(path, OPERATOR, today=lambda: TODAY).open() as desk:
        partner.set_fields(
            desk,
            {
                "name": "Adatum Cloud Services",
                "tenant": "11111111-2222-4333-8444-555555555555",
                "contact": "Anna Lindqvist",
                "mail": SENDER,
                "certified": "yes",
            },
        )
        desk.transaction("test", work)


def account_at(office: PostOffice, **more: object) -> Account:
    """An account at a post office that takes letters as they come."""
    plain = Account(
        Way.SMTP, SENDER, "Anna Lindqvist", pace=0, host="127.0.0.1", port=office.port,
        security=Security.NONE,
    )  # fmt: skip
    return plain._replace(**more)


def queued(desk: Desk, account: Account, what: What = What.OFFER) -> Queued:
    """A letter to every customer, queued."""
    posting = plan(
        desk.view, desk.operator, what, list(desk.view.customers), language="en",
        today=desk.today(), account=account,
    )  # fmt: skip
    return outbox.queue(desk, posting, account)
