"""Paths are taken as people type them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.errors import BadInput
from store.paths import typed_path


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("~/list.csv", "{home}/list.csv"),
        ("~", "{home}"),
        ("/tmp/~/list.csv", "/tmp/~/list.csv"),
        ("list.csv", "list.csv"),
    ],
)
def test_a_tilde_at_the_beginning_is_the_home_folder(typed: str, path: str) -> None:
    assert typed_path(typed) == Path(path.format(home=os.environ["HOME"]))


def test_the_home_folder_of_nobody_is_refused() -> None:
    with pytest.raises(BadInput, match="~nobody-at-all/x names nobody's home folder") as refusal:
        typed_path("~nobody-at-all/x")
    assert refusal.value.field == "path"
