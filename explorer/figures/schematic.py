"""One gated cell as the textbooks draw it, with the numbers of the selected unit at the selected step.

What the drawing of a cell has on it, and where, its view says (explorer.look.cells.schematic).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from explorer.figures import drawing
from explorer.figures.picture import Picture
from explorer.look import style
from explorer.look.cells.base import CellView, numbers
from explorer.look.cells.schematic import BUS, CARRY, GATE, HEIGHT, LEFT, MIDDLE, RIGHT, TOKEN, Point, Schematic, Word
from explorer.look.notation import signed, subscript
from explorer.look.style import LIGHT, Look
from explorer.passes.scenario import Scenario


def cell(scene: Scenario, look: Look = LIGHT) -> Picture:
    """The selected step of the selected unit, from what it was to what it is, and the gradient on its way back."""
    view, t = scene.settings.of_cell, scene.step
    assert view.schematic is not None  # of every gated cell, and others are not shown here
    with np.errstate(all="ignore"):
        value = numbers(scene.trace[0, "forward"], t, scene.unit)
        written = view.schematic.written(value)
        words = list(view.schematic.words(value))
        gradient_before, gradient = _gradients(scene, view)
    carried, was, now = view.symbol, value[f"previous {view.carried}"], value[view.carried]
    before, here = subscript(t) if t else "₀", subscript(t + 1)
    alone = view.carried == "hidden"  # what is carried is all that leaves
    words += [
        _start(CARRY, f"<i>{carried}</i>{before}", was, style.CARRY),
        _end(CARRY, f"<i>{carried}</i>{here}", now, style.CARRY),
        _start(CARRY + 30, f"∂L/∂{carried}{before}", gradient_before, style.BACKWARD),
        _end(CARRY + 30, f"∂L/∂{carried}{here}", gradient, style.BACKWARD),
        _start(BUS, f"<i>h</i>{before}", value["previous hidden"], style.FORWARD),
        *([] if scene.settings.system == "autonomous" else [_input(scene)]),
        *([] if alone else [_end(MIDDLE, f"<i>h</i>{here}", value["hidden"], style.FORWARD)]),
    ]
    x, y, text, colours, places = (list(column) for column in zip(*words, strict=True))
    data = _drawn(view, view.schematic, look)
    data.append(drawing.words(x, y, text, colours, look.font, places))
    layout = {
        "margin": look.margin(0, 0, 0, 0),
        "xaxis": {"visible": False, "range": [0, 10], "fixedrange": True},
        "yaxis": {"visible": False, "range": [0, HEIGHT], "fixedrange": True},
    }
    title = (
        f"Unit {scene.unit + 1} at step {t + 1} keeps {value[view.carry]:.2f} of {signed(was)} and adds "
        f"{signed(written)}: its {view.noun} is {signed(now)}."
    )
    note = "Along the top, the carry: its gradient comes back times the gate alone, and what the other routes add."
    return Picture(title, data, layout, look, height=look.height(HEIGHT), note=note)


def _gradients(scene: Scenario, view: CellView) -> tuple[float, float]:
    """∂L/∂ the carried state of the selected unit, before the step and after it."""
    chain, t, j = scene.trace[0, "forward"], scene.step, scene.unit
    total = chain.grad_states[view.carried][:, 0, j]
    return float(total[t - 1] if t else chain.grad_initial_states[view.carried][0, j]), float(total[t])


def _drawn(view: CellView, drawn: Schematic, look: Look) -> list[dict[str, Any]]:
    """The cell without its numbers."""
    return [
        drawing.lines([[(LEFT, CARRY), (RIGHT, CARRY)]], style.CARRY, 3 * look.line),
        *_inputs([x for x, _ in drawn.boxes.values()], look),
        *(drawing.lines([points], colour, look.line) for points, colour in drawn.wires),
        drawing.heads([(RIGHT, CARRY)], "right", style.CARRY, 12),
        *([] if view.carried == "hidden" else [drawing.heads([(RIGHT, MIDDLE)], "right", style.FORWARD, 9)]),
        *_gates(view, drawn, look),
        _signs(drawn.joints, look),
        *(part for x, y in drawn.squashed for part in _nonlinearity(x, y, look)),
    ]


def _start(y: float, symbol: str, value: float, colour: str) -> Word:
    return 0.05, y, f"{symbol} = {signed(value)}", colour, "middle right"


def _end(y: float, symbol: str, value: float, colour: str) -> Word:
    return 9.95, y, f"{symbol} = {signed(value)}", colour, "middle left"


def _input(scene: Scenario) -> Word:
    token = drawing.plain(scene.tokens[scene.step][:12])
    return 0.05, TOKEN, f"<i>x</i>{subscript(scene.step + 1)} = “{token}”", style.FORWARD, "middle right"


def _inputs(at: list[float], look: Look) -> list[dict[str, Any]]:
    """h and x, side by side into every gate."""
    bus: list[list[Point]] = [[(LEFT, BUS), (at[-1], BUS)], [(LEFT, TOKEN), (LEFT + 0.3, TOKEN), (LEFT + 0.3, BUS)]]
    return [
        drawing.lines([*bus, *([(x, BUS), (x, GATE)] for x in at)], style.FORWARD, look.line * 0.7),
        drawing.heads([(x, GATE - 17) for x in at], "up", style.FORWARD, 7),
    ]


def _gates(view: CellView, drawn: Schematic, look: Look) -> list[dict[str, Any]]:
    """A box a gate, with its nonlinearity."""
    boxes = [
        drawing.boxes([x], GATE - 13, GATE + 13, view.gates[name].colour, look.paper, width=look.line, half=0.36)
        for name, (x, _) in drawn.boxes.items()
    ]
    at, text = [x for x, _ in drawn.boxes.values()], [what for _, what in drawn.boxes.values()]
    return [*boxes, drawing.words(at, GATE, text, look.ink, look.font)]


def _nonlinearity(x: float, y: float, look: Look) -> list[dict[str, Any]]:
    box = drawing.boxes([x], y - 10, y + 10, style.FORWARD, look.paper, width=look.line, half=0.36)
    return [box, drawing.words([x], y, ["tanh"], look.ink, look.font)]


def _signs(places: Sequence[tuple[float, float, str]], look: Look) -> dict[str, Any]:
    """The joints: × and + in their circles."""
    x, y, text = (list(column) for column in zip(*places, strict=True))
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": x,
        "y": y,
        "text": [f"<b>{sign}</b>" for sign in text],
        "textfont": {"color": look.ink, "size": look.font + 2},
        "marker": {"size": 20, "color": look.paper, "opacity": 1, "line": {"color": look.ink, "width": 1.5}},
        "hoverinfo": "skip",
    }
