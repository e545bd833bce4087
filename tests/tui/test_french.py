"""In French, both ways of working, with the labels of the article word for word."""

from collections.abc import Iterator

import pytest

from store.actions import customers, members
from store.desk import Desk
from store.message import msg
from store.model.access import Level
from store.model.consent import State
from tests.conftest import TODAY
from tests.tui.driver import at_the_desk
from tui import language, text
from tui.screens.dialogs import Confirm


@pytest.fixture(autouse=True)
def french() -> Iterator[None]:
    """The interface is in French for one test."""
    language.install("fr")
    yield
    language.install("en")


def add(desk: Desk, count: int) -> None:
    """Adds customers in one transaction."""

    def work(tables):  # type: ignore[no-untyped-def]
        for number in range(count):
            tables.customers.insert({**customers.blank(), "name": f"Société {number:03}"})
        return msg("Added customers.")

    desk.transaction("test", work)


async def test_vue_d_ensemble_du_partenaire_jusqu_a_la_reponse(partner: Desk) -> None:
    add(partner, 130)
    async with at_the_desk(partner) as operator:
        await operator.sees(
            "Vue d’ensemble du partenaire › Envoyer des offres d’administration déléguée",
            "130 clients",
        )
        await operator.press("space", "space", "o")
        await operator.at("offer")
        await operator.sees("Objet :", "Français", "2 clients : Société 000, Société")
        await operator.press("w")
        await operator.at("give")
        await operator.sees("Qui l’a reçue ?", "2 clients marqués")
        await operator.press("enter")
        await operator.hears("2 clients")
        assert partner.view.state(1, TODAY) is State.WAITING
        await operator.press("escape")
        await operator.at("overview")
        await operator.press("s")
        await operator.sees("[en attente 2]")
        await operator.press("asterisk", "a")
        await operator.at("answer")
        await operator.sees("Qu’ont répondu")
        await operator.press("g", "enter")
        await operator.until(lambda: partner.view.state(1, TODAY) is State.ACTIVE)
        assert partner.view.state(2, TODAY) is State.ACTIVE


async def test_creer_votre_activite_jusqu_a_la_reponse(partner: Desk) -> None:
    add(partner, 3)
    async with at_the_desk(partner) as operator:
        await operator.sees("Créer votre activité › offre d’administration déléguée", "3 clients")
        await operator.press("down", "enter")
        await operator.at("offer")
        await operator.press("w")
        await operator.at("give")
        await operator.press("space", "enter")
        await operator.until(lambda: partner.view.state(1, TODAY) is State.WAITING)
        await operator.press("escape")
        await operator.at("business")
        await operator.press("tab", "a")
        await operator.at("answer")
        await operator.press("d", "enter")
        await operator.until(lambda: partner.view.state(1, TODAY) is State.DECLINED)


async def test_tableau_de_bord_utilisateurs_actifs_parametres(partner: Desk) -> None:
    members.add(partner, "zoe@adatum.example", "Zoé Martin")
    async with at_the_desk(partner, size=(120, 36)) as operator:
        await operator.press("3")
        await operator.sees("Tableau de bord › Utilisateurs › Utilisateurs actifs", "Zoé Martin")
        await operator.press("e")
        await operator.at("member")
        await operator.sees(
            "Utilisateurs actifs › Modifier › Paramètres : Zoé Martin",
            "Accorder un accès administrateur aux sociétés que vous assistez",
            "( ) Oui",
            "(•) Non",
            "Administration complète : ce rôle a les mêmes privilèges que le rôle administrateur "
            "général pour les sociétés que vous prenez en charge",
            "Administration limitée : ce rôle a les mêmes privilèges que le rôle administrateur "
            "de mots de passe pour les sociétés que vous prenez en charge",
            "Enregistrer",
        )
        await operator.press("up", "space", "down", "down", "space", "ctrl+s")
        await operator.at("users")
        zoe = partner.view.member("zoe@adatum.example")
        assert zoe
        assert zoe.level is Level.FULL


@pytest.mark.parametrize(("letter", "answer"), [("o", "yes"), ("y", "yes"), ("n", "no")])
async def test_oui_ou_non_par_leur_lettre(partner: Desk, letter: str, answer: str) -> None:
    async with at_the_desk(partner) as operator:
        given: list[str | None] = []
        operator.app.push_screen(Confirm(text.say("?")), given.append)
        await operator.at("confirm")
        await operator.sees("› Non", "Oui")
        await operator.press("x")
        await operator.at("confirm")
        await operator.press(letter)
        await operator.until(lambda: given)
        assert given == [answer]
