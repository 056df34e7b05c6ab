"""A page of text, every character coloured by what a unit is or does there."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.figures import axes, drawing
from explorer.figures.picture import Picture, finite
from explorer.look import style
from explorer.look.style import LIGHT, Look
from explorer.passes.units import COLUMNS, GRADIENTS, Passage, laid_out
from explorer.state.passage import FEATURES, SHADES
from explorer.state.splitting import VISIBLE

PROJECTED = 44  # characters a line in projector mode
HEIGHT, LOOSE = 396, 44  # px of the page, and of a line with the gap below it where there are few
LETTER, STRIP = 25, 4  # px of a line's letters, and of what the feature is below them
LINE = 97  # letters of a headline that stays on one line
WORDS = {"c": "cell", "h": "state", "candidate": "candidate"}


def coloured(scene: Passage, look: Look = LIGHT) -> Picture:
    """The page in the selected unit's colours, below every line the feature that it follows."""
    columns = PROJECTED if look.projector else COLUMNS
    rows, places = laid_out(scene.characters, columns)
    lines = int(rows.max()) + 1
    pitch = min(LOOSE, HEIGHT / lines)
    letter = min(LETTER, pitch - STRIP - 5)
    values = scene.values[:, scene.unit]
    (low, high), colours = scale(scene, values, look)
    numbers = np.arange(1, scene.steps + 1)
    read = [drawing.plain(token) for token in scene.tokens]
    told: list[list[Any]] = [[[None, None]] * columns for _ in range(lines)]
    for row, place, number, token in zip(rows.tolist(), places.tolist(), numbers.tolist(), read, strict=True):
        told[row][place] = [number, token]
    symbol = SHADES[scene.shade].split()[-1]
    page = {
        "colorscale": colours,
        "zmin": low,
        "zmax": high,
        "hovertemplate": f"character %{{customdata[0]}}, “%{{customdata[1]}}”<br>unit {scene.unit_number}: {symbol} = "
        "%{z:.4g}<extra></extra>",
        "meta": {"click": {"custom": ["character"]}},
    }
    above = _bands(lines, columns, pitch, 0, letter, rows, places, values, told)
    feature = scene.features[scene.feature]
    most = max(1.0, float(feature.max()))
    strip = {"colorscale": [[0, look.rule], [1, look.ink]], "zmin": 0, "zmax": most, "hoverinfo": "skip"}
    below = _bands(lines, columns, pitch, letter + 1, STRIP, rows, places, feature, None)
    inks = look.inks(colours, np.clip((finite(values) - low) / (high - low), 0, 1))
    tops = HEIGHT - rows * pitch
    size = min(0.7 * letter * look.height(HEIGHT) / HEIGHT, 20 if look.projector else 16)
    data: list[dict[str, Any]] = [
        {**above, **page},
        {**below, **strip},
        _letters(scene, places + 1.0, tops - letter / 2, inks, size),
        drawing.lines(_overline(scene.span, rows, places, pitch), style.FORWARD, look.line),
        drawing.boxes(
            [float(places[scene.step] + 1)], float(tops[scene.step] - letter - 0.5), float(tops[scene.step] + 0.5),
            look.ink, width=look.line, half=0.5,
        ),
    ]  # fmt: skip
    layout = {
        "margin": look.margin(4, 4, 3, 0),
        "xaxis": {"visible": False, "range": [0.45, columns + 0.55], "fixedrange": True},
        "yaxis": {"visible": False, "range": [0, HEIGHT + 3], "fixedrange": True},
    }
    note = f"{_scale_told(scene, low, high)} Grey: {FEATURES[scene.feature]}, 0 to {most:g}. Blue line: span."
    return Picture(follows(scene), data, layout, look, height=look.height(HEIGHT), note=note)


def scale(scene: Passage, values: np.ndarray, look: Look) -> tuple[tuple[float, float], list[list[Any]]]:
    """Lowest and highest of the scale of a unit's values, and its colours: symmetric about 0, or a gate's own."""
    gates = scene.settings.of_cell.gates
    if scene.shade in gates:
        return gates[scene.shade].bounds, gates[scene.shade].colours(look)
    bound = 1.0
    if scene.shade in ("c", *GRADIENTS):
        bound = axes.round_up(float(np.nanmax(np.abs(finite(values)), initial=0.0)))
    return (-bound, bound), look.signed


def _scale_told(scene: Passage, low: float, high: float) -> str:
    symbol = SHADES[scene.shade].split()[-1]
    if low == 0:
        return f"{symbol} from 0 (pale) to 1 (full colour)."
    own = ", this unit’s scale" if scene.shade in ("c", *GRADIENTS) else ""
    return f"{symbol} from −{high:g} (blue) to {high:g}{own}."


def follows(scene: Passage) -> str:
    """What the selected unit follows: a whole sentence."""
    found, names = scene.tracking, scene.names
    at = scene.unit, names.index(scene.feature)
    what = f"Unit {scene.unit_number}’s {quantity(scene)}"
    feature = told(scene.feature)
    confirmed = correlation(found.confirmed[at])
    if found.follows[at]:
        sentence = f"{what} follows {feature}: correlation {confirmed} on text it was not chosen on."
        return sentence if len(sentence) <= LINE else sentence.replace("correlation ", "r = ")
    p = f"p = {float(found.p[at]):.2g}"
    if scene.settings.feature in names:
        return f"{what} does not follow {feature}: correlation {confirmed}, {p}."
    return f"{what} follows none of {len(names)} features, at best {feature}: {confirmed}, {p}."


def correlation(r: float) -> str:
    """+0.54, −0.03, +0.00"""
    return f"{r:+.2f}".replace("-", "−")


def quantity(scene: Passage) -> str:
    """What of a unit is asked what it follows: cell, state, forget gate, …"""
    return WORDS.get(scene.quantity, f"{scene.quantity} gate")


def told(feature: str) -> str:
    """A feature as it stands in a sentence."""
    word = FEATURES[feature].replace(" in ", " in the ")
    return word if word.endswith("s") else f"the {word}"


def _bands(
    lines: int, columns: int, pitch: float, down: float, height: float, rows: np.ndarray, places: np.ndarray,
    values: np.ndarray, told: list[list[Any]] | None,
) -> dict[str, Any]:  # fmt: skip
    """A heat map of one band a line, `down` px below its top: what is between the bands is a gap."""
    z = np.full((2 * lines - 1, columns), np.nan)
    z[2 * rows, places] = finite(values)
    tops = HEIGHT - down - pitch * np.arange(lines)
    edges = np.stack([tops, tops - height], axis=1).ravel()
    band = {
        "type": "heatmap",
        "x": np.arange(1, columns + 1),
        "y": edges[::-1].copy(),
        "z": z[::-1].copy(),
        "showscale": False,
        "hoverongaps": False,
        "xgap": 0,
    }
    if told is None:
        return band
    every: list[list[Any]] = [[[None, None]] * columns] * (2 * lines - 1)
    every[::2] = reversed(told)
    return band | {"customdata": every}


def _letters(scene: Passage, x: np.ndarray, y: np.ndarray, inks: list[str], size: float) -> dict[str, Any]:
    """The characters themselves; a space is left blank."""
    shown = [t for t, token in enumerate(scene.tokens) if token != VISIBLE[" "]]
    read = [drawing.plain(scene.tokens[t]) for t in shown]
    letters = drawing.words(x[shown].tolist(), y[shown].tolist(), read, [inks[t] for t in shown], size)
    return letters | {"textfont": {**letters["textfont"], "family": style.MONO}}


def _overline(span: range, rows: np.ndarray, places: np.ndarray, pitch: float) -> list[list[tuple[float, float]]]:
    """A line above the characters of a span, a piece for every row."""
    pieces = []
    for row in np.unique(rows[span.start : span.stop]):
        there = [t for t in span if rows[t] == row]
        y = HEIGHT - float(row) * pitch + 1.5
        pieces.append([(places[there[0]] + 0.5, y), (places[there[-1]] + 1.5, y)])
    return pieces
