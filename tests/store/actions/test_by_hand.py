"""Letters that leave by hand: files for a mail program."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.actions import by_hand
from store.actions.letters import letter_for
from store.desk import Desk
from store.message import Message, msg
from store.model.offer import Kind
from store.model.outgoing import What
from store.work import Tables
from tests.conftest import OPERATOR, TODAY
from tests.letters_office import furnished


@pytest.mark.parametrize("name", ["𠀀" * 90, "İ" * 90, "../../up", "...", "a/b", "x" * 300])
def test_any_name_makes_a_file_in_the_folder(tmp_path: Path, name: str) -> None:
    furnished(tmp_path / "store", 1)

    def work(tables: Tables) -> Message:
        tables.customers.update({"name": name}, doc_ids=[1])
        return msg("Renamed.")

    with Desk(tmp_path / "store", OPERATOR, today=lambda: TODAY).open() as desk:
        desk.transaction("test", work)
        customer = desk.view.customer(1)
        assert customer is not None
        copy = letter_for(desk.view, What.OFFER, customer, Kind.DELEGATED, "en", TODAY)
        assert by_hand.save_drafts(tmp_path / "out", [copy], desk.view.partner) == 1
    (file,) = (tmp_path / "out").iterdir()
    assert file.name.endswith("-1.eml")
