"""The look: a home screen is painted before the rest of it is read, and loses nothing by that."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.dom import DOMNode

from store.actions import demo
from store.actions import partner as partner_actions
from store.desk import Desk
from store.model.partner import FlowSetting
from tests.tui.driver import at_the_desk
from tui.app import PartnerDesk
from tui.stylesheet import OnceParsed


def looks(app: PartnerDesk) -> list[tuple[object, ...]]:
    """How every widget of the screen looks, also its parts."""
    nodes: list[DOMNode] = [app.screen, *app.screen.walk_children(with_self=False)]
    return [
        (
            node.css_identifier,
            node.styles.base.css_lines,
            {name: part.base.css_lines for name, part in node._component_styles.items()},
        )
        for node in nodes
    ]


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 36)])
@pytest.mark.parametrize("flow", [FlowSetting.OVERVIEW, FlowSetting.BUSINESS])
async def test_a_home_screen_needs_only_the_first_part(
    desk: Desk, flow: FlowSetting, size: tuple[int, int]
) -> None:
    demo.fill(desk, customers=20, seed=1, language="en")
    partner_actions.set_fields(desk, {"flow": flow.value})
    async with at_the_desk(desk, size=size) as operator:
        await operator.at(flow.value)
        if flow is FlowSetting.OVERVIEW:
            await operator.press("slash")  # the filter shows
        before, rules = looks(operator.app), len(operator.app.stylesheet.rules)
        operator.app.stylesheet.read_on()
        operator.app.stylesheet.update(operator.app.screen)
        assert len(operator.app.stylesheet.rules) > rules
        assert looks(operator.app) == before


async def test_another_screen_has_all_of_the_look(desk: Desk) -> None:
    demo.fill(desk, customers=20, seed=1, language="en")
    whole = OnceParsed()
    whole.read(PartnerDesk.CSS_PATH)
    whole.read_on()
    text = "".join(source.content for source in whole.source.values())
    assert text == Path(PartnerDesk.CSS_PATH).read_text(encoding="utf-8")
    async with at_the_desk(desk) as operator:
        await operator.press("n")
        await operator.at("form")
        width = operator.app.screen.query_one(".field .label").styles.width
        assert width is not None and width.value == 28
