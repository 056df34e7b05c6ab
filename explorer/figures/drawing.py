"""The pen with which a network is drawn: columns of cells, boxes, arrows, words and ribbons as Plotly traces.

A drawing has the step on x (1-based) and pixels on y, so that its parts can be stacked like type.
Few traces, many shapes in each: what a chart costs to redraw is the number of its traces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from explorer.figures.picture import finite
from explorer.look.style import Look

WIDTH = 720  # px of a drawing at 1280×720, for fitting words
LEFT = 46  # px beside it for the names of its rows, and for the axis of what stands below it
Polygon = list[tuple[float, float]]

HALF = 0.27  # half the width of a column, in steps


def plain(text: str) -> str:
    """A user's text, so that Plotly shows it as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fitted(words: Sequence[str], steps: int, size: float, numeric: bool = False) -> list[str]:
    """Words cut to the width of a column; numbers with as many digits as have room, or none."""
    room = max(1, int(WIDTH / max(steps, 8) * 0.92 / (size * 0.6)))
    if numeric:
        return [_rounded(w, room) for w in words]
    return [plain(w if len(w) <= room else w[: max(1, room - 1)] + "…") for w in words]


def _rounded(number: str, room: int) -> str:
    value = float(number.replace("−", "-"))
    texts = (number, *(f"{value:.{digits}g}".replace("-", "−") for digits in (3, 2, 1)))
    return next((text for text in texts if len(text) <= room), "·")


def font_size(steps: int, look: Look, largest: int = 15, words: Sequence[str] = ()) -> float:
    """As large as fits beside its neighbours; for the sake of long `words`, down to two thirds of the base size."""
    column = WIDTH / max(steps, 8)
    size = max(6.0, min(largest * (1.4 if look.projector else 1.0), column * 0.62))
    longest = max((len(word) for word in words), default=1)
    return max(min(size, look.font * 2 / 3), min(size, column * 0.92 / (0.6 * longest)))


def cells(
    at: np.ndarray,
    low: float,
    high: float,
    values: np.ndarray,
    colours: list[list[Any]],
    bounds: tuple[float, float],
    hover: str,
    node: str,
) -> dict[str, Any]:
    """Columns of cells: `values` (n, H) drawn at the n places `at`, unit 1 on top, between the heights low and high.

    A click sets step, node (if it names one) and unit. Gaps between the columns are NaN columns of one heat map.
    """
    n, units = values.shape
    edges = np.stack([at - HALF, at + HALF], axis=1).ravel()
    z = np.full((units, 2 * n - 1), np.nan)
    z[:, ::2] = finite(values).T[::-1]
    chosen = np.zeros((units, 2 * n - 1, 3), dtype=object)
    chosen[:, ::2, 0] = np.round(at).astype(int)[None, :]
    chosen[:, :, 1] = node
    chosen[:, :, 2] = np.arange(units, 0, -1)[:, None]
    return {
        "type": "heatmap",
        "x": edges,
        "y": np.linspace(low, high, units + 1),
        "z": z,
        "customdata": chosen.tolist(),
        "colorscale": colours,
        "zmin": bounds[0],
        "zmax": bounds[1],
        "showscale": False,
        "xgap": 4,
        "ygap": 2 if (high - low) / units > 6 else 0,
        "hoverongaps": False,
        "hovertemplate": hover,
        "meta": {"click": {"custom": ["step", "node", "unit"]}},
    }


def _path(shapes: Iterable[Sequence[tuple[float, float]]]) -> dict[str, list[float | None]]:
    """Several shapes as one path with gaps."""
    x: list[float | None] = []
    y: list[float | None] = []
    for shape in shapes:
        if shape:
            across, up = zip(*shape, strict=True)
            x.extend(map(float, across))
            y.extend(map(float, up))
        x.append(None)
        y.append(None)
    return {"x": x[:-1], "y": y[:-1]}


def boxes(
    at: Iterable[float], low: float, high: float, line: str, fill: str = "rgba(0,0,0,0)", width: float = 1,
    dash: str = "solid", half: float = HALF + 0.05,
) -> dict[str, Any]:  # fmt: skip
    shapes = [[(x - half, low), (x + half, low), (x + half, high), (x - half, high), (x - half, low)] for x in at]
    return {
        "type": "scatter",
        "mode": "lines",
        **_path(shapes),
        "fill": "toself",
        "fillcolor": fill,
        "line": {"color": line, "width": width, "dash": dash},
        "hoverinfo": "skip",
    }


def lines(
    shapes: Iterable[Sequence[tuple[float, float]]], colour: str, width: float, dash: str = "solid"
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        **_path(shapes),
        "line": {"color": colour, "width": width, "dash": dash},
        "hoverinfo": "skip",
    }


def heads(places: Sequence[tuple[float, float]], towards: str, colour: str, size: float) -> dict[str, Any]:
    """Arrow heads: `towards` is up, down, left or right."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [p[0] for p in places],
        "y": [p[1] for p in places],
        "marker": {"symbol": f"triangle-{towards}", "size": size, "color": colour, "opacity": 1},
        "hoverinfo": "skip",
    }


def words(
    at: Sequence[float],
    y: float | Sequence[float],
    text: Sequence[str],
    colour: str | Sequence[str],
    size: float | Sequence[float],
    place: str | Sequence[str] = "middle center",
    hover: Sequence[str] | None = None,
    custom: Sequence[Sequence[Any]] | None = None,
) -> dict[str, Any]:
    """Words; with `custom`, each can be clicked and sets step and node. One trace of them is drawn several times faster
    than as many annotations."""
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "text",
        "x": list(at),
        "y": [y] * len(at) if isinstance(y, (int, float)) else list(y),
        "text": list(text),
        "textposition": place,
        "textfont": {"color": colour, "size": size},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    if custom is not None:
        trace |= {"customdata": list(custom), "meta": {"click": {"custom": ["step", "node"]}}}
        trace |= {"hoverinfo": "text", "hovertext": list(hover or text)}
    return trace


def key(sign: str, colour: str, word: str) -> str:
    """A word of a legend: its sign in the very colour of what it stands for, which may be too pale for letters."""
    return f'<span style="color:{colour}">{sign}</span> {word}'


def ribbons(
    spans: Sequence[tuple[float, float]],
    middle: float,
    widths: Sequence[tuple[float, float]],
    colour: str,
    darkest: int = 7,
) -> list[dict[str, Any]]:
    """Tapering ribbons from spans[i][0] to spans[i][1], of the half widths widths[i] at either end.

    Darker where wider, in shades from 0 to `darkest`: one trace each.
    """
    shades: dict[int, list[list[tuple[float, float]]]] = {}
    largest = max((max(w) for w in widths), default=0.0) or 1.0
    for (left, right), (w0, w1) in zip(spans, widths, strict=True):
        shape = [
            (left, middle - w0),
            (left, middle + w0),
            (right, middle + w1),
            (right, middle - w1),
            (left, middle - w0),
        ]
        shades.setdefault(round(darkest * (w0 + w1) / 2 / largest), []).append(shape)
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return [
        {
            "type": "scatter",
            "mode": "lines",
            **_path(shapes),
            "fill": "toself",
            "fillcolor": f"rgba({red},{green},{blue},{0.22 + 0.09 * shade:.2f})",
            "line": {"width": 0},
            "hoverinfo": "skip",
        }
        for shade, shapes in sorted(shades.items())
    ]


def shaded(polygons: Iterable[tuple[float, Polygon]], look: Look) -> list[dict[str, Any]]:
    """Polygons, each in the shade of its level from 0 to 1 on the scale of magnitudes: one trace a shade. Nothing is
    drawn of level 0."""
    colours = [colour for _, colour in look.orders]
    shades: dict[int, list[Polygon]] = {}
    for level, polygon in polygons:
        if level > 0:
            shades.setdefault(round(level * (len(colours) - 1)), []).append(polygon)
    return [
        {**lines(shapes, colours[shade], 0), "fill": "toself", "fillcolor": colours[shade]}
        for shade, shapes in sorted(shades.items())
    ]


def stage(steps: int, height: float, look: Look) -> dict[str, Any]:
    """The layout of a drawing: steps on x, px on y, no axes. Short sequences stand in the middle."""
    spare = max(0, 8 - steps) / 2
    return {
        "margin": look.margin(LEFT, 6, 0, 0),
        "xaxis": {"visible": False, "range": [0.45 - spare, steps + 0.55 + spare], "fixedrange": True},
        "yaxis": {"visible": False, "range": [0, height], "fixedrange": True},
    }
