"""A gated cell unrolled: every column a step, every row one gate or state; and one unit followed through time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.analysis.norms import euclidean
from explorer.figures import axes, drawing, moved
from explorer.figures.picture import Picture, finite
from explorer.figures.routes import along_the_carry
from explorer.figures.unrolled import WIDEST, ribbon_width
from explorer.look import style
from explorer.look.style import LIGHT, Look
from explorer.passes.base import Pass
from explorer.passes.scenario import Scenario

# Heights in px from the bottom: the step's number, the token, then the rows up to the top.
STEP, TOKEN, ROWS, TOP = 9, (20, 44), 54, 322
GAP = 9


@dataclass(frozen=True)
class Row:
    """One quantity of every unit at every step: its symbol, word and colour, its values (T, H) and their colours."""

    symbol: str
    word: str
    colour: str
    values: np.ndarray
    colours: list[list[Any]]
    bounds: tuple[float, float]


def rows(scene: Pass, look: Look = LIGHT) -> list[Row]:
    """The rows of the drawing from the top: the state that is carried, the other state, the gates."""
    chain, view = scene.trace[0, "forward"], scene.settings.of_cell
    states = []
    for state in view.states:
        values = chain.states[state][:, 0]
        bound, colour = (1.0, style.FORWARD) if state == "hidden" else (cell_bound(values), style.CARRY)
        states.append(Row(view.symbols[state], f"{state} state", colour, values, look.signed, (-bound, bound)))
    gates = [
        Row(gate.symbol, gate.word, gate.colour, chain.gates[gate.name][:, 0], gate.colours(look), gate.bounds)
        for gate in reversed(view.rows)
    ]
    return states + gates


def cell_bound(cell: np.ndarray) -> float:
    """The bound of the cell state's scale: 1, or the next power of two above what occurs."""
    largest = float(np.nanmax(np.abs(finite(cell)), initial=1.0))
    return 2.0 ** math.ceil(math.log2(largest))


def unrolled(scene: Scenario, look: Look = LIGHT) -> Picture:
    """Every state and gate above its token, and the gradient that flows back along the carry to the selected step."""
    shown = rows(scene, look)
    at = np.arange(1, scene.steps + 1)
    heights = _heights(len(shown))
    low, high = heights[0]
    data = [*_ribbon(scene, low, high), drawing.boxes(at.tolist(), low - 4, high + 4, look.rule)]
    for row, (bottom, top) in zip(shown, heights, strict=True):
        hover = f"step %{{customdata[0]}}, unit %{{customdata[2]}}<br>{row.word} {row.symbol} = %{{z:.4f}}"
        cells = drawing.cells(
            at.astype(float), bottom, top, row.values, row.colours, row.bounds, f"{hover}<extra></extra>", ""
        )
        data.append(cells)
    data.append(drawing.boxes([scene.step + 1], low - 4, high + 4, look.ink, width=look.line))
    data += _moved(scene, at.astype(float), shown, heights) + _tokens(scene, look)
    layout = drawing.stage(scene.steps, TOP, look)
    left = layout["xaxis"]["range"][0]
    middles = [sum(span) / 2 for span in heights]
    names = [f"<b><i>{row.symbol}</i></b>" for row in shown]
    ink = [row.colour for row in shown]
    data.append(drawing.words([left] * len(shown), middles, names, ink, look.font + 4, "middle left"))
    bound = shown[0].bounds[1]
    scale = f"{shown[0].symbol} from −{bound:g} to +{bound:g}" + (", rescaled to what occurs" if bound > 1 else "")
    note = f"Gates from 0 (pale) to 1 (full colour); {scale}: blue below 0, vermillion above."
    note += f" Ribbon: ‖∂L/∂{scene.settings.of_cell.symbol}‖, its width on a log scale."
    if scene.original:
        note += f" Dashed grey: moved by more than {moved.PART:g} of its scale."
    return Picture(along_the_carry(scene), data, layout, look, height=look.height(TOP), note=note)


def _moved(
    scene: Scenario, at: np.ndarray, shown: list[Row], heights: list[tuple[float, float]]
) -> list[dict[str, Any]]:
    """Outlines of what a change has visibly moved."""
    if scene.original is None:
        return []
    pairs = zip(shown, rows(scene.original), heights, strict=True)
    chosen = [(*span, moved.visibly(now.values, was.values, now.bounds[1])) for now, was, span in pairs]
    return [moved.outlines(at, chosen)]


def _heights(n: int) -> list[tuple[float, float]]:
    """Bottom and top of n rows from the top down; the first is half as high again, for the ribbon."""
    room = (TOP - 6 - ROWS - GAP * (n - 1)) / (n + 0.5)
    spans, top = [], TOP - 6.0
    for height in [1.5 * room, *[room] * (n - 1)]:
        spans.append((top - height, top))
        top -= height + GAP
    return spans


def _ribbon(scene: Scenario, low: float, high: float) -> list[dict[str, Any]]:
    """What flows back from column to column: wide at t + 1 by ‖∂L/∂c_{t+1}‖, at t by what of it the carry keeps."""
    chain = scene.trace[0, "forward"]
    cell = scene.settings.of_cell
    total = chain.grad_states[cell.carried][:, 0]
    kept = chain.gates[cell.carry][:, 0]
    with np.errstate(all="ignore"):
        right, left = (ribbon_width(euclidean(x)) for x in (total, kept * total))
    part = (high - low) / 2 / WIDEST
    edge = drawing.HALF + 0.05
    reached = range(scene.step + 1, scene.steps)
    spans = [(t + edge, t + 1 - edge) for t in reached]
    widths = [(part * float(left[t]), part * float(right[t])) for t in reached]
    return drawing.ribbons(spans, (low + high) / 2, widths, style.CARRY)


def _tokens(scene: Scenario, look: Look) -> list[dict[str, Any]]:
    """The tokens and the numbers of the steps."""
    steps, chosen = scene.steps, scene.step + 1
    at = list(range(1, steps + 1))
    size = drawing.font_size(steps, look, largest=14)
    every = 1 if steps <= 40 else 2
    numbers = [str(t) if t % every == 0 or t == chosen else "" for t in at]
    ink = [look.ink if t == chosen else look.muted for t in at]
    read = [] if scene.settings.system == "autonomous" else drawing.fitted(scene.tokens, steps, size)
    tokens = drawing.words(at, sum(TOKEN) / 2, read, style.FORWARD, size, custom=[[t, ""] for t in at])
    return [
        *([drawing.boxes(at, *TOKEN, "rgba(0,0,0,0)", look.well), tokens] if read else []),
        drawing.words(at, STEP, numbers, ink, min(size, look.font)),
    ]


def one_unit(scene: Scenario, look: Look = LIGHT) -> Picture:
    """The selected unit's gates, candidate and states as lines through time."""
    shown, j = rows(scene, look), scene.unit
    at = np.arange(1, scene.steps + 1)
    bound = max(row.bounds[1] for row in shown)
    data = [
        {
            "type": "scatter",
            "mode": "lines" if scene.steps > 1 else "markers",
            "x": at,
            "y": finite(row.values[:, j]),
            "line": {
                "color": row.colour,
                "width": look.line * (1.5 if row.word.endswith("state") else 0.9),
                "dash": "dot" if row.word.endswith("gate") else "solid",
            },
            "marker": {"color": row.colour, "size": 8},
            "hovertemplate": f"{row.word} {row.symbol}, step %{{x}}: %{{y:.3f}}<extra></extra>",
            "meta": {"click": {"x": "step"}},
        }
        for row in reversed(shown)
    ]
    axis = axes.step_axis(scene.steps)
    left, right = axis["range"]
    places = np.linspace(left, right, 2 * len(shown) + 1)[1::2]
    names = [f"<b><i>{row.symbol}</i></b>" + ("" if look.projector else f" {row.word.split()[0]}") for row in shown]
    data.append(
        drawing.words(places.tolist(), 1.06 * bound, names, [row.colour for row in shown], look.font, "top center")
    )
    if scene.original:
        was = [[*zip(at.tolist(), finite(row.values[:, j]), strict=True)] for row in rows(scene.original)]
        data.insert(0, drawing.lines(was, style.GHOST, look.line, "4px,3px"))
    layout = {
        "margin": look.margin(40, 8, 26, 40),
        "xaxis": axis,
        "yaxis": {"range": [-1.06 * bound, 1.06 * bound], "showgrid": True, "zeroline": True, "nticks": 5,
                  "zerolinecolor": look.muted},
        "shapes": [axes.cursor(scene.step + 1, look)],
    }  # fmt: skip
    note = "Dotted: gates, from 0 to 1." + (" Rescaled to hold c." if bound > 1 else "")
    note += " Dashed grey: before the change." if scene.original else ""
    return Picture(_keeps(scene), data, layout, look, height=look.height(250), note=note)


def _keeps(scene: Scenario) -> str:
    """How long the selected unit remembers by its carry alone."""
    cell = scene.settings.of_cell
    gate = scene.trace[0, "forward"].gates[cell.carry][:, 0, scene.unit]
    if not np.isfinite(gate).all():
        return f"Unit {scene.unit + 1} has left the range of finite numbers."
    kept = float(np.exp(np.mean(np.log(np.maximum(gate, 1e-300)))))
    if kept > 0.999:
        return f"Unit {scene.unit + 1} carries its {cell.noun} on almost whole, {kept:.4f} of it a step."
    half = math.log(0.5) / math.log(kept)
    after = "within a step" if half < 1 else f"after {half:.1f} steps"
    return f"Unit {scene.unit + 1} carries {kept:.2f} of its {cell.noun} on a step: half of it is gone {after}."
