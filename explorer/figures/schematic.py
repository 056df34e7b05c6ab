"""One LSTM or GRU cell as the textbooks draw it, with the numbers of the selected unit at the selected step.

The carry path runs along the top; no weight and no nonlinearity stands on it. A drawing has its own coordinates: x from
0 to 10, y in px.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from explorer.figures import drawing
from explorer.figures.picture import Picture
from explorer.look import style
from explorer.look.notation import signed, subscript
from explorer.look.style import LIGHT, Look
from explorer.passes.scenario import Scenario

HEIGHT = 256
TOKEN, BUS, GATE, MIDDLE, CARRY = 14, 42, 92, 152, 210
LEFT, RIGHT = 1.45, 8.55  # where the lines begin and end; what they are stands beyond

Point = tuple[float, float]
Word = tuple[float, float, str, str, str]  # x, y, text, colour, where it stands from there


def cell(scene: Scenario, look: Look = LIGHT) -> Picture:
    """The selected step of the selected unit, from what it was to what it is, and the gradient on its way back."""
    gru = scene.settings.of_cell.core == "gru"
    value = _values(scene)
    data, words = (_gru if gru else _lstm)(value, look)
    t, carried = scene.step, scene.settings.of_cell.symbol
    before, now = subscript(t) if t else "₀", subscript(t + 1)
    words += [
        _start(CARRY, f"<i>{carried}</i>{before}", value["before"], style.CARRY),
        _end(CARRY, f"<i>{carried}</i>{now}", value["now"], style.CARRY),
        _start(CARRY + 30, f"∂L/∂{carried}{before}", value["gradient before"], style.BACKWARD),
        _end(CARRY + 30, f"∂L/∂{carried}{now}", value["gradient"], style.BACKWARD),
        _start(BUS, f"<i>h</i>{before}", value["h before"], style.FORWARD),
        *([] if scene.settings.system == "autonomous" else [_input(scene)]),
        *([] if gru else [_end(MIDDLE, f"<i>h</i>{now}", value["h"], style.FORWARD)]),
    ]
    x, y, text, colours, places = (list(column) for column in zip(*words, strict=True))
    data.append(drawing.words(x, y, text, colours, look.font, places))
    layout = {
        "margin": look.margin(0, 0, 0, 0),
        "xaxis": {"visible": False, "range": [0, 10], "fixedrange": True},
        "yaxis": {"visible": False, "range": [0, HEIGHT], "fixedrange": True},
    }
    kept = value["update" if gru else "forget"]
    title = (
        f"Unit {scene.unit + 1} at step {t + 1} keeps {kept:.2f} of {signed(value['before'])} and adds "
        f"{signed(value['written'])}: its {'state' if gru else 'cell'} is {signed(value['now'])}."
    )
    note = "Along the top, the carry: its gradient comes back times the gate alone, and what the other routes add."
    return Picture(title, data, layout, look, height=look.height(HEIGHT), note=note)


def _values(scene: Scenario) -> dict[str, float]:
    """Every number of the drawing, of one unit at one step."""
    chain, at, b = scene.trace[0, "forward"], (scene.step, 0, scene.unit), (0, scene.unit)
    first = scene.step == 0
    before = (scene.step - 1, 0, scene.unit)
    value = {name: float(gate[at]) for name, gate in chain.gates.items()}
    value["h before"] = float(chain.previous_hidden[at])
    with np.errstate(all="ignore"):
        if scene.settings.of_cell.core == "gru":
            value |= {"before": value["h before"], "now": float(chain.hidden[at])}
            value["gradient"] = float(chain.grad_hidden[at])
            value["gradient before"] = float(chain.grad_initial_hidden[b] if first else chain.grad_hidden[before])
            value["written"] = (1 - value["update"]) * value["candidate"]
        else:
            value |= {"before": float(chain.previous_cell[at]), "now": float(chain.cell[at])}
            value["gradient"] = float(chain.grad_cell[at])
            value["gradient before"] = float(chain.grad_initial_cell[b] if first else chain.grad_cell[before])
            value |= {"written": value["input"] * value["candidate"], "h": float(chain.hidden[at])}
    return value


def _lstm(value: dict[str, float], look: Look) -> tuple[list[dict[str, Any]], list[Word]]:
    f, i, g, o, add, out = 2.3, 3.8, 5.4, 6.7, 4.6, 7.6
    gates = {"forget": (f, "σ"), "input": (i, "σ"), "candidate": (g, "tanh"), "output": (o, "σ")}
    data = [
        drawing.lines([[(LEFT, CARRY), (RIGHT, CARRY)]], style.CARRY, 3 * look.line),
        *_inputs([f, i, g, o], look),
        _line([(f, GATE), (f, CARRY)], style.FORGET, look),
        _line([(i, GATE), (i, MIDDLE), (add, MIDDLE)], style.INPUT, look),
        _line([(g, GATE), (g, MIDDLE), (add, MIDDLE)], style.CANDIDATE, look),
        _line([(add, MIDDLE), (add, CARRY)], style.FORWARD, look),
        _line([(o, GATE), (o, MIDDLE), (out, MIDDLE)], style.OUTPUT, look),
        _line([(out, CARRY), (out, MIDDLE), (RIGHT, MIDDLE)], style.FORWARD, look),
        drawing.heads([(RIGHT, CARRY)], "right", style.CARRY, 12),
        drawing.heads([(RIGHT, MIDDLE)], "right", style.FORWARD, 9),
        *_gates(gates, look),
        _signs([(f, CARRY, "×"), (add, MIDDLE, "×"), (add, CARRY, "+"), (out, MIDDLE, "×")], look),
        *_nonlinearity(out, CARRY - 29, look),
    ]
    words: list[Word] = [
        *_gate_words(value, {"forget": (f, "f"), "input": (i, "i"), "candidate": (g, "g"), "output": (o, "o")}),
        (add + 0.1, (MIDDLE + CARRY) / 2, f"<i>i·g</i> = {signed(value['written'])}", style.FORWARD, "middle right"),
    ]
    return data, words


def _gru(value: dict[str, float], look: Look) -> tuple[list[dict[str, Any]], list[Word]]:
    z, r, n = 2.6, 4.6, 6.6
    gates = {"update": (z, "σ"), "reset": (r, "σ"), "candidate": (n, "tanh")}
    data = [
        drawing.lines([[(LEFT, CARRY), (RIGHT, CARRY)]], style.CARRY, 3 * look.line),
        *_inputs([z, r, n], look),
        _line([(z, GATE), (z, CARRY)], style.FORGET, look),
        _line([(z, MIDDLE), (n, MIDDLE)], style.FORGET, look),
        _line([(r, GATE), (n, GATE)], style.OUTPUT, look),
        _line([(n, GATE), (n, CARRY)], style.CANDIDATE, look),
        drawing.heads([(RIGHT, CARRY)], "right", style.CARRY, 12),
        *_gates(gates, look),
        _signs([(z, CARRY, "×"), (n, MIDDLE, "×"), (n, CARRY, "+")], look),
    ]
    words: list[Word] = [
        *_gate_words(value, {"update": (z, "z"), "candidate": (n, "n")}),
        ((r + n) / 2, GATE + 11, f"<i>r</i> = {value['reset']:.2f}", style.OUTPUT, "middle center"),
        ((z + n) / 2, MIDDLE + 12, f"1 − <i>z</i> = {1 - value['update']:.2f}", style.FORGET, "middle center"),
        (n + 0.1, (MIDDLE + CARRY) / 2, signed(value["written"]), style.FORWARD, "middle right"),
    ]
    return data, words


def _start(y: float, symbol: str, value: float, colour: str) -> Word:
    return 0.05, y, f"{symbol} = {signed(value)}", colour, "middle right"


def _end(y: float, symbol: str, value: float, colour: str) -> Word:
    return 9.95, y, f"{symbol} = {signed(value)}", colour, "middle left"


def _input(scene: Scenario) -> Word:
    token = drawing.plain(scene.tokens[scene.step][:12])
    return 0.05, TOKEN, f"<i>x</i>{subscript(scene.step + 1)} = “{token}”", style.FORWARD, "middle right"


def _line(points: Sequence[Point], colour: str, look: Look) -> dict[str, Any]:
    return drawing.lines([points], colour, look.line)


def _inputs(at: list[float], look: Look) -> list[dict[str, Any]]:
    """h and x, side by side into every gate."""
    bus: list[list[Point]] = [[(LEFT, BUS), (at[-1], BUS)], [(LEFT, TOKEN), (LEFT + 0.3, TOKEN), (LEFT + 0.3, BUS)]]
    return [
        drawing.lines([*bus, *([(x, BUS), (x, GATE)] for x in at)], style.FORWARD, look.line * 0.7),
        drawing.heads([(x, GATE - 17) for x in at], "up", style.FORWARD, 7),
    ]


def _gates(gates: dict[str, tuple[float, str]], look: Look) -> list[dict[str, Any]]:
    """A box a gate, with its nonlinearity."""
    boxes = [
        drawing.boxes([x], GATE - 13, GATE + 13, style.GATES[name], look.paper, width=look.line, half=0.36)
        for name, (x, _) in gates.items()
    ]
    at, text = [x for x, _ in gates.values()], [what for _, what in gates.values()]
    return [*boxes, drawing.words(at, GATE, text, look.ink, look.font)]


def _nonlinearity(x: float, y: float, look: Look) -> list[dict[str, Any]]:
    box = drawing.boxes([x], y - 10, y + 10, style.FORWARD, look.paper, width=look.line, half=0.36)
    return [box, drawing.words([x], y, ["tanh"], look.ink, look.font)]


def _gate_words(value: dict[str, float], gates: dict[str, tuple[float, str]]) -> list[Word]:
    """Every gate's value beside the line that leaves it."""
    return [(x + 0.08, GATE + 28, f"<i>{symbol}</i> = {_value(name, value)}", style.GATES[name], "middle right")
            for name, (x, symbol) in gates.items()]  # fmt: skip


def _value(name: str, value: dict[str, float]) -> str:
    return signed(value[name]) if name == "candidate" else f"{value[name]:.2f}"


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
