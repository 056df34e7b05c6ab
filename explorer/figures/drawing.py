"""The pen with which a network is drawn: columns of cells, boxes, arrows, words and ribbons as Plotly traces.

A drawing has the step on x (1-based) and pixels on y, so that its parts can be stacked like type.
Few traces, many shapes in each: what a chart costs to redraw is the number of its traces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
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
    steps = np.zeros(2 * n - 1, int)
    steps[::2] = np.round(at)
    return {
        "type": "heatmap",
        "x": edges,
        "y": np.linspace(low, high, units + 1),
        "z": z,
        "customdata": clicks(tuple(steps.tolist()), node, units),
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


@lru_cache(maxsize=64)
def clicks(steps: tuple[int, ...], node: str, units: int) -> list[list[list[int | str]]]:
    """What a click on every cell selects, of columns at these steps, unit 1 on top: step, node and unit. The same lists
    are in every such drawing: a move makes none anew."""
    return [[[step, node, unit] for step in steps] for unit in range(units, 0, -1)]


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


def outlines(x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Shapes of as many points each, (n, points) across and up, as one path with gaps."""

    def gapped(points: np.ndarray) -> np.ndarray:
        path = np.full((len(points), points.shape[1] + 1), np.nan)
        path[:, :-1] = points
        return path.ravel()[:-1]

    return {"x": gapped(x), "y": gapped(y)}


def frames(at: np.ndarray, half: float, low: Any, high: Any) -> tuple[np.ndarray, np.ndarray]:
    """Rectangles around the places `at` (n,), as the shapes of `outlines`; low and high are theirs, or of all."""
    low, high = (np.broadcast_to(np.asarray(edge, float), at.shape) for edge in (low, high))
    left, right = at - half, at + half
    return np.stack([left, right, right, left, left], axis=-1), np.stack([low, low, high, high, low], axis=-1)


def boxes(
    at: Iterable[float], low: float, high: float, line: str, fill: str = "rgba(0,0,0,0)", width: float = 1,
    dash: str = "solid", half: float = HALF + 0.05,
) -> dict[str, Any]:  # fmt: skip
    return {
        "type": "scatter",
        "mode": "lines",
        **outlines(*frames(np.array([*at], float), half, low, high)),
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


def shades(level: np.ndarray, x: np.ndarray, y: np.ndarray, look: Look) -> list[dict[str, Any]]:
    """Polygons of as many points each, (n, points) across and up, each in the shade of its level (n,) from 0 to 1 on
    the scale of magnitudes: one trace a shade. Nothing is drawn of level 0."""
    colours = [colour for _, colour in look.orders]
    shade = np.rint(level * (len(colours) - 1)).astype(int)
    found = [(colours[one], (shade == one) & (level > 0)) for one in np.unique(shade[level > 0]).tolist()]
    return [
        {**lines((), colour, 0), **outlines(x[of], y[of]), "fill": "toself", "fillcolor": colour}
        for colour, of in found
    ]


def stage(steps: int, height: float, look: Look) -> dict[str, Any]:
    """The layout of a drawing: steps on x, px on y, no axes. Short sequences stand in the middle."""
    spare = max(0, 8 - steps) / 2
    return {
        "margin": look.margin(LEFT, 6, 0, 0),
        "xaxis": {"visible": False, "range": [0.45 - spare, steps + 0.55 + spare], "fixedrange": True},
        "yaxis": {"visible": False, "range": [0, height], "fixedrange": True},
    }
