"""While a hand moves, the stage paints a figure's marks itself: the same picture as Plotly's, to the pixel."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, ViewportSize
from visiting import PAGES, Visitor

TALL: ViewportSize = {"width": 1440, "height": 2600}
LEAST = 8  # of 255: what the rounding of a coordinate to a hundredth of a pixel may make of an edge

# Draws a figure's frame by Plotly and its marks by the brush, or the figure as it was; says whether the brush can.
SKETCH = """async (plot) => {
    const at = (file) => new URL(`component/explorer.hosts.streamlit.assets/${file}`, document.baseURI).href;
    const [{ Brush }, { frame, known }] = await Promise.all([import(at("brush.js")), import(at("sketch.js"))]);
    const figure = { data: plot.data, layout: plot.layout };
    if (!known(figure)) return false;
    plot.figure = figure;
    plot.brush = new Brush(plot);
    const bare = frame(figure);
    await Plotly.react(plot, bare.data, bare.layout, plot._context);
    if (!plot.brush.fits(figure)) return false;
    plot.brush.paint(figure);
    return true;
}"""
BACK = """async (plot) => {
    plot.brush.lift();
    await Plotly.react(plot, plot.figure.data, plot.figure.layout, plot._context);
}"""


def pixels(plot: Locator) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(plot.screenshot())).convert("RGB")).astype(int)


@pytest.mark.parametrize("path", PAGES)
def test_a_sketch_is_the_picture(visitor: Visitor, path: str) -> None:
    visitor.page.set_viewport_size(TALL)
    visitor.open(path)
    visitor.rest()
    sketched = []
    for name in visitor.panels():
        plot = visitor.panel(name).locator(".plot")
        exact = pixels(plot)
        if not plot.evaluate(SKETCH):
            continue
        sketched.append(name)
        sketch = pixels(plot)
        plot.evaluate(BACK)
        assert np.abs(sketch - exact).max() <= LEAST, name
        assert np.array_equal(pixels(plot), exact), f"{name}: Plotly's own picture comes back"
    assert visitor.panels()[0] in sketched, "the hero must follow the hand"
