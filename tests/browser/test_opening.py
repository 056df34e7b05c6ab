"""The pages in a browser: they open, a link is a view, a drag moves the picture, and the console has no complaint."""

from __future__ import annotations

import pytest

PAGES = ("", "/unrolling", "/lengths", "/backpropagation", "/gradients", "/gates", "/stacked", "/influence")


@pytest.mark.parametrize("path", PAGES)
def test_the_page_opens_without_a_complaint(visitor, path):
    visitor.goto(path)
    assert visitor.page.locator(".headline").inner_text().endswith(".")


def test_a_link_restores_the_view(visitor):
    visitor.goto("/backpropagation?gain=1.3&length=7")
    assert float(visitor.slider("Gain").input_value()) == 1.3
    assert visitor.slider("Length").input_value() == "7"


def test_a_drag_moves_the_picture_while_the_button_is_down(visitor):
    visitor.goto("/backpropagation")
    seen = set()
    visitor.drag("Gain", 0.8, each=lambda: seen.add(visitor.page.locator(".headline").inner_text()))
    assert len(seen) >= 3
