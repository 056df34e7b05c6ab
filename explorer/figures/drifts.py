"""Prediction drift: a series forecast by teacher forcing and by free running, the states of both, and why they part."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.analysis.norms import euclidean
from explorer.figures import axes, drawing
from explorer.figures.picture import Picture, finite, positive
from explorer.look import style
from explorer.look.cells import CELLS
from explorer.look.notation import counted, magnitude, subscript
from explorer.look.style import LIGHT, Look
from explorer.passes.forecast import Drifting, Forecast, by_cell

WINDOWS = 20  # as few as these, and a tenth of them is no more than a window or two: no band is drawn
DELAY = 3  # steps, of the plane of a series of one component
ERRORS = (-3, 1)  # decades of errors, in spreads of the series
ROOM = 1.12  # of the largest value in sight: a series keeps its scale; own numbers also hold their forecasts


def series(scene: Forecast, look: Look = LIGHT) -> Picture:
    """The series, what is read of it, and both forecasts up to the selected step."""
    k, at = scene.known, np.arange(1, scene.steps + 1)
    truth = scene.trace.inputs[:, 0, 0]
    drifting, reach = scene.drifting, scene.ahead
    ahead = at[k : k + reach]
    drawn = [truth]
    if scene.settings.series == "own":
        drawn += [drifting.forced[:, 0], drifting.free[:, 0]]
    bound = ROOM * float(max(np.nanmax(np.abs(finite(curve))) for curve in drawn))
    data = [
        drawing.boxes([(k + 1) / 2], -bound, bound, "rgba(0,0,0,0)", look.well, half=k / 2),
        _line(at[k - 1 :], truth[k - 1 :], look.ink, look, "what came", width=0.6),
        _line(at[:k], truth[:k], style.FORWARD, look, "known", width=0.8),
        _line(ahead, drifting.forced[:reach, 0], style.GHOST, look, "teacher forced", dash="5px,3px", width=1.2),
        _line(ahead, drifting.free[:reach, 0], style.FORWARD, look, "free running", width=1.4),
        *_selected(scene, look, drifting),
    ]
    curves = (("━", style.FORWARD, "free running"), ("╌", style.GHOST, "teacher forced"), ("─", look.ink, "what came"))
    legend = "   ".join(drawing.key(*curve) for curve in curves)
    data.append(drawing.words([scene.steps + 0.55], bound, [legend], look.muted, look.font, "top left"))
    layout = {**_frame(scene, look, 22), "yaxis": {"range": [-bound, bound], "showgrid": True, "nticks": 5}}
    layout["yaxis"]["title"] = {"text": f"{scene.components[0]}, in spreads"}
    return Picture(headline(scene), data, layout, look, height=look.height(186))


def headline(scene: Forecast) -> str:
    """After how many steps the forecast has drifted, and how far off teacher forcing is."""
    drifting = scene.drifting
    off, forced = float(drifting.off.max()), float(drifting.off_forced.max())
    if drifting.passed is None:
        free = f"Free running for {counted(len(drifting.free), 'step')}, it is at most {off:.2g} spreads off"
    else:
        free = f"Free running, it is half a spread off after {counted(drifting.passed, 'step')}"
    return f"{free}; teacher forced, at most {forced:.2g}."


def _selected(scene: Forecast, look: Look, drifting: Drifting) -> list[dict[str, Any]]:
    """The forecast of the selected step, and how far it is off."""
    if not scene.ahead:
        x, y = scene.moment, [scene.trace.inputs[scene.moment - 1, 0, 0]]
        return [_points([x], y, look.ink)]
    n = scene.ahead - 1
    came, said = drifting.right[n, 0], drifting.free[n, 0]
    return [
        drawing.lines([[(scene.moment, came), (scene.moment, said)]], look.ink, look.line, "dot"),
        _points([scene.moment] * 2, [came, said], look.ink),
    ]


def states(scene: Forecast, look: Look = LIGHT) -> Picture:
    """Every state under its step, teacher forced and free running; what is not yet reached is blank."""
    at, rows = np.arange(1, scene.steps + 1), []
    forced, own = (trace[0, "forward"].hidden[:, 0] for trace in (scene.trace, scene.running))
    free = np.concatenate([forced[: scene.known - 1], own])
    apart = euclidean(free - forced) / np.sqrt(free.shape[1])
    for hidden, (low, high), name in ((forced, (112, 208), "teacher forced"), (free, (4, 100), "free running")):
        shown = finite(hidden)
        shown[scene.moment :] = np.nan
        rows.append(
            {
                "type": "heatmap",
                "x": at,
                "y": np.linspace(low, high, shown.shape[1] + 1),
                "z": shown.T[::-1],
                "colorscale": look.signed,
                "zmin": -1,
                "zmax": 1,
                "showscale": False,
                "hoverongaps": False,
                "hovertemplate": f"{name}, step %{{x}}: h = %{{z:+.3f}}<extra></extra>",
                "meta": {"click": {"x": "moment"}},
            }
        )
    edge = scene.known + 0.5
    layout = _frame(scene, look, 4)
    words = drawing.words(
        [0.45] * 2, [160, 52], ["<i>h</i>, teacher<br>forced", "<i>h</i>, free<br>running"],
        [look.words(style.GHOST), style.FORWARD], look.font, "middle left",
    )  # fmt: skip
    data = [*rows, drawing.lines([[(edge, 0), (edge, 212)]], look.ink, 1, "dot"), words]
    layout |= {"yaxis": {"visible": False, "range": [0, 212], "fixedrange": True}}
    if n := scene.ahead:
        title = f"After {counted(n, 'step')} of free running the states are {magnitude(float(apart[scene.moment - 1]))}"
        title += " apart, root mean square over the units."
    else:
        title = "While the series is known both read the same, and their states are the same."
    note = "h from −1 (blue) to +1 (vermillion). Right of the dots it reads its own forecasts."
    return Picture(title, data, layout, look, height=look.height(212), note=note)


def horizon(scene: Forecast, look: Look = LIGHT) -> Picture:
    """The error against the horizon, over held-out windows, of the three cells; of the chosen one with its spread."""
    errors = by_cell(scene)
    chosen = errors[scene.settings.cell]
    at = np.arange(1, len(chosen.free) + 1)
    low, high, note = axes.decades(*(one.free for one in errors.values()), fixed=ERRORS)
    spread, banded = chosen.free_spread, chosen.count >= WINDOWS
    data = [_line(at, chosen.mean, style.GHOST, look, "always the mean", dash="dash", log=True)]
    if banded:
        band = {
            "type": "scatter", "mode": "lines", "x": np.concatenate([at, at[::-1]]),
            "y": positive(np.concatenate([spread[0], spread[1][::-1]])), "fill": "toself", "line": {"width": 0},
            "fillcolor": f"{CELLS[scene.settings.cell].colour}2e", "hoverinfo": "skip",
        }  # fmt: skip
        data.insert(0, band)
    for cell, one in errors.items():
        colour, label = CELLS[cell].colour, CELLS[cell].label
        width = 1.4 if cell == scene.settings.cell else 0.8
        data.append(_line(at, one.free, colour, look, f"{label}, free running", width=width, log=True))
        data.append(_line(at, one.forced, colour, look, f"{label}, teacher forced", "dot", width, log=True))
    legend = "   ".join(drawing.key("━", CELLS[cell].colour, CELLS[cell].label) for cell in errors)
    top = [f"{legend}   ··· teacher forced", "– – the mean"]
    places = [0.45, len(at) + 0.5]
    data.append(
        drawing.words(places, 10.0 ** (high + 0.15), top, [look.ink, look.muted], look.font, ["top right", "top left"])
    )
    layout = {
        "margin": look.margin(44, 10, 24, 40),
        "xaxis": axes.step_axis(len(at), "horizon n: steps after the last known value"),
        "yaxis": axes.log_axis(low, high, ""),
    }
    ends = ", ".join(f"{CELLS[cell].label} {magnitude(float(one.free[-1]))}" for cell, one in errors.items())
    title = f"After {counted(len(at), 'free-running step')}, root mean square error in spreads: {ends}."
    told = f"{counted(chosen.count, 'held-out window')}{', which overlap' * (chosen.count > 1)}"
    told += f"; band: {CELLS[scene.settings.cell].label}’s middle 80 %. {note}" if banded else f". {note}"
    return Picture(title, data, layout, look, height=look.height(250), note=told.strip())


def explained(scene: Forecast, look: Look = LIGHT) -> Picture:
    """The measured error beside what the Jacobians of the closed loop make of the single steps' errors."""
    d = scene.drifting
    at = np.arange(1, len(d.free) + 1)
    summed, first = (np.sqrt(np.square(grown).mean(axis=-1)) for grown in (d.summed, d.first))
    low, high, note = axes.decades(d.off, fixed=ERRORS)
    n = scene.ahead or d.passed or len(at)
    data = [
        _line(at, d.off_forced, style.GHOST, look, "one step’s error, teacher forced", "5px,3px", log=True),
        _line(at, first, style.BACKWARD, look, "the first step’s error alone, grown", "dot", log=True),
        _line(at, summed, style.BACKWARD, look, "all steps’ errors, grown and summed", log=True),
        _line(at, d.off, style.FORWARD, look, "measured", width=1.4, log=True),
        _points([n], positive(d.off[n - 1 : n]), look.ink),
    ]
    signs = (("━", style.FORWARD, "measured"), ("━", style.BACKWARD, "single errors, grown and summed"))
    legend = "   ".join(drawing.key(*sign) for sign in signs)
    data.append(drawing.words([0.45], 10.0 ** (high + 0.15), [legend], look.ink, look.font, "top right"))
    layout = {
        "margin": look.margin(44, 10, 24, 40),
        "xaxis": axes.step_axis(len(at), "steps n after the last known value"),
        "yaxis": axes.log_axis(low, high, ""),
    }
    upto = d.passed or len(at)
    span = "Until it is half a spread off" if d.passed else f"Over all {upto} steps"
    title = f"{span}, single steps’ errors, grown by the loop’s Jacobians, make up "
    title += f"{100 * accounted(d, upto):.3g} % of the squared error."
    note = f"This series. Dotted: the first error alone; grey: single steps’. To first order in the errors. {note}"
    return Picture(title, data, layout, look, height=look.height(250), note=note.strip())


def accounted(drifting: Drifting, steps: int) -> float:
    """The part of the squared error over the first so many forecasts that the single steps' errors, grown and summed,
    account for: 1 − Σ(measured − summed)²/Σ measured², at least 0."""
    measured = (drifting.free - drifting.right)[:steps]
    left = np.square(measured - drifting.summed[:steps]).sum() / np.square(measured).sum()
    return max(0.0, 1 - float(left))


def growth(scene: Forecast, look: Look = LIGHT) -> Picture:
    """σ_max(∂x̂_{k+n}/∂x_k): by how much a small error in the last known value has grown at most."""
    grown = amplification(scene)
    at = np.arange(1, len(grown) + 1)
    low, high, note = axes.decades(grown, fixed=(-3, 2))
    n = scene.ahead or len(at)
    largest = int(np.argmax(grown)) + 1
    data = [
        drawing.lines([[(0.45, 1), (len(at) + 0.55, 1)]], style.GHOST, look.line, "dash"),
        _line(at, grown, style.BACKWARD, look, "σ of the product", width=1.2, log=True),
        _points([n], positive(grown[n - 1 : n]), look.ink),
        drawing.words([0.45], 10.0 ** (high + 0.15), ["σ<sub>max</sub>(∂x̂<sub>k+n</sub> / ∂x<sub>k</sub>)"],
                      style.BACKWARD, look.font, "top right"),
        drawing.words([len(at) + 0.5], 10.0 ** (high + 0.15), ["dashed: 1"], look.muted,
                      look.font, "top left"),
    ]  # fmt: skip
    layout = {
        "margin": look.margin(44, 10, 24, 40),
        "xaxis": axes.step_axis(len(at), "steps n after the last known value"),
        "yaxis": axes.log_axis(low, high, ""),
    }
    now, most = (magnitude(float(grown[i - 1])) for i in (n, largest))
    title = f"{counted(n, 'step')} on, a small error in the last known value x{subscript(scene.known)} is {now} times "
    title += f"as large; at most {most}, after {largest}."
    return Picture(title, data, layout, look, height=look.height(250), note=note)


def amplification(scene: Forecast) -> np.ndarray:
    """(N,): the largest singular value of ∂x̂_{k+n}/∂x_k."""
    usable = finite(scene.drifting.growth)
    if not np.isfinite(usable).all():
        return np.full(len(usable), np.nan)
    return np.linalg.svd(usable, compute_uv=False)[:, 0]


def plane(scene: Forecast, look: Look = LIGHT) -> Picture:
    """Truth and forecast in a plane: x and z of Lorenz; of one component, its value against that three steps before."""
    several = len(scene.components) > 1
    k, d = scene.known, scene.drifting
    known = scene.trace.inputs[:k, 0]
    ways = [np.concatenate([known[-1:], way]) for way in (d.right, d.free)]
    if not several:
        ways = [np.concatenate([known[-DELAY - 1 : -1], way])[:, 0] for way in ways]
        ways = [np.stack([way[DELAY:], way[:-DELAY]], axis=-1) for way in ways]
    else:
        ways = [way[:, [0, 2]] for way in ways]
    right, free = ways
    reach = scene.ahead + 1
    every = np.concatenate([right, free])
    middle, half = every.mean(axis=0), 0.56 * np.ptp(every, axis=0).clip(1e-9)
    data = [
        _line(right[:, 0], right[:, 1], look.ink, look, "what came", width=0.5),
        _line(free[:reach, 0], free[:reach, 1], style.FORWARD, look, "free running", width=1.2),
        _points([right[0, 0]], [right[0, 1]], look.ink, "circle-open"),
        _points([free[reach - 1, 0]], [free[reach - 1, 1]], style.FORWARD),
        _points([right[reach - 1, 0]], [right[reach - 1, 1]], look.ink),
    ]
    names = ("x", "z") if several else ("x<sub>t</sub>", f"x<sub>t−{DELAY}</sub>")
    layout = {
        "margin": look.margin(50, 10, 8, 40),
        **{
            axis: {"range": [m - h, m + h], "showgrid": True, "nticks": 5, "title": {"text": f"{name}, in spreads"}}
            for axis, name, m, h in zip(("xaxis", "yaxis"), names, middle, half, strict=True)
        },
    }
    apart = float(euclidean(free[reach - 1] - right[reach - 1]))
    title = f"{counted(scene.ahead, 'step')} after the last known value the two are {magnitude(apart)} apart here."
    note = "Blue: free running. Thin: what came. ○: the last known value."
    return Picture(title, data, layout, look, height=look.height(250), note=note)


def _frame(scene: Forecast, look: Look, top: int) -> dict[str, Any]:
    """The columns that series and states share."""
    return {
        "margin": look.margin(78, 6, top, 6),
        "xaxis": {"visible": False, "range": [0.45, scene.steps + 0.55], "fixedrange": True},
    }


def _points(x: list[float], y: Any, colour: str, symbol: str = "circle") -> dict[str, Any]:
    marker = {"size": 9, "color": colour, "opacity": 1, "symbol": symbol}
    whole = {"cliponaxis": False, "hoverinfo": "skip"}  # not cut in half at the last step
    return {"type": "scatter", "mode": "markers", "x": x, "y": y, "marker": marker, **whole}


def _line(
    x: np.ndarray, y: np.ndarray, colour: str, look: Look, name: str, dash: str = "solid", width: float = 1,
    log: bool = False,
) -> dict[str, Any]:  # fmt: skip
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": positive(y) if log else finite(y),
        "line": {"color": colour, "width": width * look.line, "dash": dash},
        "hovertemplate": f"{name}, %{{x}}: %{{y:.3g}}<extra></extra>",
    }
