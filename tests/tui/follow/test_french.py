"""Suivi : de l'attente à la relance, en français."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from store.desk import Desk
from store.model.touch import Did
from tests.conftest import TODAY
from tests.tui.driver import at_the_desk
from tests.tui.follow.story import add, give
from tui import language


@pytest.fixture(autouse=True)
def french() -> Iterator[None]:
    """The interface is in French for one test."""
    language.install("fr")
    yield
    language.install("en")


async def test_du_suivi_a_l_appel_note(partner: Desk) -> None:
    boulangerie, atelier = add(partner, "Boulangerie", "Atelier")
    give(partner, [boulangerie], days=10, granular=True)
    give(partner, [atelier], days=2)
    last = (TODAY + timedelta(79)).isoformat()
    async with at_the_desk(partner) as operator:
        await operator.press("4")
        await operator.at("follow-up")
        await operator.sees(
            "Tableau de bord › Suivi", "[tous 2]", "à relancer 1", "en attente 1",
            "Client", "Catégorie", "Jour, fin", "Contacté", "À faire",
            "jour 11/90", f"r relance av. {last}", "rien jusqu’au jour 7",
        )  # fmt: skip
        await operator.press("p")
        await operator.at("ask")
        await operator.sees("Appelé : Boulangerie. Qu’est-ce qui a été dit ?")
        await operator.type("Rappeler lundi.")
        await operator.press("enter")
        await operator.until(lambda: partner.view.touches(boulangerie))
        assert partner.view.touches(boulangerie)[0].what == Did.PHONED
        await operator.sees("en attente 2")
        await operator.press("z")
        await operator.at("choose")
        await operator.sees("Laisser tranquille : Boulangerie", "7 jours, jusqu’au 2026-11-29")
        await operator.press("enter")
        await operator.sees("reporté 1", "rien jusqu’au 2026-11-29")
