"""The steps that all flows have in common, and what they read in each language."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from store.desk import Desk
from store.model.consent import State
from tests.conftest import TODAY
from tests.post_office import PostOffice
from tests.tui.driver import Driver, at_the_desk
from tests.tui.sending.story import parsed, planned, send, settings

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "business": "Build your business",
        "overview": "Partner overview › Send delegated administration offers",
        "delegated": "Delegated administration offer",
        "trial": "Trial invitation",
        "purchase": "Purchase offer",
        "fill": "2 Say what is offered",
        "hello": "Hello Contoso",
        "sent": "All were accepted.",
        "waiting": "waiting, day 1",
        "follow-up": "Dashboard › Follow-up",
        "reminder": "Reminder:",
        "no": "‹ No ›",
        "bought": "0 granted, 1 without, 0 waiting, 0 declined",
        "took": "1 took it, 0 waiting, 0 declined",
        "granted": "active 1",
    },
    "fr": {
        "business": "Créer votre activité",
        "overview": "Vue d’ensemble du partenaire › Envoyer des offres d’administration déléguée",
        "delegated": "Offre d’administration déléguée",
        "trial": "Invitation à participer à la version d’évaluation",
        "purchase": "Offre d’achat",
        "fill": "2 Dire ce qui est proposé",
        "hello": "Bonjour Contoso",
        "sent": "Toutes ont été acceptées.",
        "waiting": "en attente, j 1",
        "follow-up": "Tableau de bord › Suivi",
        "reminder": "Rappel",
        "no": "‹ Non ›",
        "bought": "accordé 0, sans 1, en attente 0, refusé 0",
        "took": "accepté 1, en attente 0, refusé 0",
        "granted": "active 1",
    },
}
"""What stands on the screen and in letters, in each language."""
BUSINESS, OVERVIEW = "business", "overview"
"""Both ways of working."""


class Flow:
    """One flow: the desk, its mail server, the customers' answers, and its language."""

    def __init__(self, desk: Desk, office: PostOffice, folder: Path, spoken: str) -> None:
        self.desk = desk
        self.office = office
        self.folder = folder
        self.words = WORDS[spoken]

    @property
    def contoso(self) -> int:
        """The customer that it is about."""
        (key,) = self.desk.view.customers_by("domain", "contoso.example")
        return key

    @asynccontextmanager
    async def on(self, days: int = 0) -> AsyncIterator[Driver]:
        """A sitting at the desk, so many days after the first."""
        self.desk.today = lambda: self.day(days)
        mail = settings(self.office, answers=str(self.folder))
        async with at_the_desk(self.desk, mail=mail) as operator:
            yield operator

    def state(self, days: int) -> State:
        """Where Contoso's consent stands, so many days after the first."""
        return self.desk.view.state(self.contoso, self.day(days))

    @staticmethod
    def day(days: int) -> date:
        """So many days after the first."""
        return TODAY + timedelta(days)

    async def chooses(self, operator: Driver, kind: str, downs: int) -> None:
        """Chooses an offer of a kind, on the screen that is open."""
        screen = operator.app.screen
        await operator.press("t")
        await operator.at("choose")
        await operator.press("home", *("down",) * downs, "enter")
        await operator.until(lambda: operator.app.screen is screen)
        await operator.sees(self.words[kind])

    async def sends(self, operator: Driver, count: int) -> EmailMessage:
        """The plan is there: says yes to it; the mail that the server got last."""
        await planned(operator)
        await operator.sees("it@contoso.example")
        await send(operator)
        await operator.until(lambda: len(self.office.mails) == count)
        await operator.hears(self.words["sent"])
        await operator.press("escape")
        return parsed(self.office.mails[-1])

    async def reminds(self, operator: Driver, offer: EmailMessage) -> EmailMessage:
        """Goes to Follow-up, where Contoso is due, and sends the reminder."""
        await operator.press("4")
        await operator.at("follow-up")
        await operator.sees(self.words["follow-up"], "Contoso")
        await operator.press("r")
        found = await self.sends(operator, 2)
        await operator.at("follow-up")
        assert self.words["reminder"] in found["Subject"]
        assert found["In-Reply-To"] == offer["Message-ID"]
        assert found["Message-ID"] != offer["Message-ID"]
        assert reference(found) == reference(offer)
        return found

    def answers(self, letter: EmailMessage, text: str) -> None:
        """The customer answers a letter, and the mail comes into the folder."""
        mail = EmailMessage(policy=SMTP)
        mail["From"] = "Ida Toft <it@contoso.example>"
        mail["To"] = str(letter["From"])
        mail["Subject"] = f"Re: {letter['Subject']}"
        mail["Date"] = datetime.combine(self.desk.today(), time(9, 30), UTC)
        mail["Message-ID"] = "<answer-1@contoso.example>"
        mail["In-Reply-To"] = str(letter["Message-ID"])
        mail.set_content(text)
        (self.folder / "answer.eml").write_bytes(bytes(mail))

    async def decides(self, operator: Driver, key: str, text: str) -> None:
        """Reads the answer at Follow-up, and records it with a key and a yes."""
        await operator.press("4")
        await operator.at("follow-up")
        await operator.press("A")
        await operator.at("answers")
        await operator.sees("it@contoso.example", text)
        await operator.press(key)
        await operator.at("confirm")
        await operator.sees("Contoso")
        await operator.press("y")
        await operator.at("answers")
        await operator.until(lambda: self.desk.view.tables.table("answers"))


def reference(mail: EmailMessage) -> str:
    """The reference in a mail's subject, by which an answer is known."""
    subject = str(mail["Subject"])
    assert "[PD-" in subject
    return subject[subject.index("[PD-") :]


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    found = part.get_content()
    assert isinstance(found, str)
    return found
