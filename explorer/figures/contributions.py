"""A shared weight's gradient as the sum of one part per step.

The part of a step is a whole array, of the weight's own shape. What a bar shows of it is its projection on the sum,
⟨C_t, G⟩ / ‖G‖ with G = Σ_t C_t: signed, and adding up to ‖G‖ exactly. Where truncation is on, parts and sum are those
that the cut leaves.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.analysis.clipping import global_norm
from core.passes.trace import Trace
from explorer.figures import axes, drawing
from explorer.figures.labels import label
from explorer.figures.picture import Picture, finite
from explorer.look import style
from explorer.look.notation import magnitude
from explorer.look.style import LIGHT, Look
from explorer.passes.scenario import Scenario, names

SYMBOLS = ("U", "W", "V", "b", "c")


def projections(scene: Scenario, symbol: str) -> tuple[np.ndarray, float]:
    """⟨C_t, G⟩ / ‖G‖ for every step, (T,), and ‖G‖."""
    return _projections(scene.swept, names(scene)[symbol])


def _projections(trace: Trace, name: str) -> tuple[np.ndarray, float]:
    total = trace.gradients[name]
    norm = global_norm({name: total})
    with np.errstate(all="ignore"):
        parts = np.tensordot(trace.contributions(name), total, axes=total.ndim)
        return (parts / norm if norm else np.zeros(len(parts))), norm


def by_step(scene: Scenario, look: Look = LIGHT) -> Picture:
    """Each step's part of ∂L/∂W (or of the chosen parameter), and the sum as it grows on the way back."""
    symbol = scene.settings.parameter
    parts, norm = projections(scene, symbol)
    at = np.arange(1, scene.steps + 1)
    reached = at > scene.step
    running = np.cumsum(np.where(reached, parts, 0.0)[::-1])[::-1]
    colours = [style.PARAMETERS[symbol] if r else look.rule for r in reached]
    data: list[dict[str, Any]] = [
        {
            "type": "bar",
            "x": at,
            "y": finite(parts),
            "marker": {"color": colours},
            "hovertemplate": "step %{x}: %{y:.3g}<extra></extra>",
            "meta": {"click": {"x": "step"}},
        },
        {
            "type": "scatter",
            "mode": "lines",
            "x": at[reached],
            "y": finite(running[reached]),
            "line": {"color": look.ink, "width": look.line, "shape": "hvh"},
            "hovertemplate": "sum from the end to step %{x}: %{y:.3g}<extra></extra>",
        },
    ]
    name = names(scene)[symbol]
    if scene.original:
        data.append(_outlines(_projections(scene.original.trace, name)[0], "4px,3px"))
    if scene.truncation:
        data.append(_outlines(_projections(scene.trace, name)[0], "dot"))
    layout = {
        "margin": look.margin(42, 4, 6, 34),
        "bargap": 0.25,
        "xaxis": {**axes.step_axis(scene.steps), "title": {"text": "step t"}},
        "yaxis": {
            "zeroline": True,
            "zerolinecolor": look.rule,
            "nticks": 4,
            "exponentformat": "power",
            "showgrid": True,
        },
    }
    note = "Bars: each step’s part, along the sum. Line: their sum so far."
    if scene.original:
        note += " Dashed grey: before the change."
    if scene.truncation:
        note += " Dotted grey: without the cut."
    return Picture(_share(parts, norm, symbol), data, layout, look, look.height(128), note)


def _outlines(parts: np.ndarray, dash: str) -> dict[str, Any]:
    """Bars as they would be without what is changed or cut."""
    at = enumerate(finite(parts), 1)
    return drawing.lines(
        [[(t - 0.4, 0), (t - 0.4, y), (t + 0.4, y), (t + 0.4, 0)] for t, y in at], style.GHOST, 1.4, dash
    )


def _share(parts: np.ndarray, norm: float, symbol: str) -> str:
    """Where the sum comes from, in words."""
    if not np.isfinite(parts).all() or not np.isfinite(norm):
        return f"∂L/∂{symbol} is not finite."
    if norm == 0:
        return f"∂L/∂{symbol} is exactly 0."
    largest = int(np.argmax(np.abs(parts)))
    share = 100 * parts[largest] / norm
    return f"∂L/∂{symbol} is the sum over all steps: step {largest + 1} makes {share:.0f} % of it."


def stacked(scene: Scenario, look: Look = LIGHT) -> Picture:
    """The parts of all five parameters, stacked: every bar adds up to the norm of its gradient, set to 100 %."""
    steps = scene.steps
    shares, norms = [], []
    for symbol in SYMBOLS:
        parts, norm = projections(scene, symbol)
        shares.append(parts / norm if norm else parts)
        norms.append(norm)
    table = 100 * np.array(shares)
    shade, edge = look.orders, {"width": 0.5, "color": look.paper}
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "y": list(range(len(SYMBOLS))),
            "x": finite(table[:, t]),
            "marker": {"color": _between(shade, 0.12 + 0.76 * t / max(1, steps - 1)), "line": edge},
            "hovertemplate": f"step {t + 1}: %{{x:.1f}} %<extra></extra>",
            "customdata": [[t + 1, s] for s in SYMBOLS],
            "meta": {"click": {"custom": ["step", "parameter"]}},
        }
        for t in range(steps)
    ]  # fmt: skip
    layout = {
        "barmode": "relative",
        "bargap": 0.3,
        "margin": look.margin(118, 10, 4, 40),
        "xaxis": {"title": {"text": "part of the sum, % (light: first step, dark: last)"}, "showgrid": True},
        "yaxis": {
            "tickvals": list(range(len(SYMBOLS))),
            "ticktext": [f"‖∂L/∂{s}‖ = {magnitude(n)}" for s, n in zip(SYMBOLS, norms, strict=True)],
            "autorange": "reversed",
            "tickfont": {"color": look.ink, "size": look.font},
        },
    }
    latest = np.cumsum(table[SYMBOLS.index("W"), ::-1])
    half = int(np.argmax(latest >= 50)) + 1 if np.isfinite(latest).all() and norms[SYMBOLS.index("W")] else 0
    told = (
        f"{'the last step makes' if half == 1 else f'the last {half} of {steps} steps make'} "
        f"{latest[half - 1]:.0f} % of ∂L/∂W"
        if half
        else "∂L/∂W has no part to show"
    )
    title = f"One gradient a step, added up: {told}."
    return Picture(title, data, layout, look, height=look.height(220))


def _between(scale: list[list[Any]], part: float) -> str:
    return str(scale[round(part * (len(scale) - 1))][1])


def matrices(scene: Scenario, look: Look = LIGHT) -> Picture:
    """The selected step's whole part of the chosen gradient, beside the sum over all steps, on one scale."""
    symbol, t = scene.settings.parameter, scene.step
    name = names(scene)[symbol]
    total = scene.swept.gradients[name]
    part = scene.swept.contributions(name)[t]
    total, part = (m[:, None] if m.ndim == 1 else m for m in (total, part))
    bound = float(np.nanmax(np.abs(finite(total)), initial=0.0)) or 1.0
    data = [
        {
            "type": "heatmap",
            "z": finite(matrix),
            "colorscale": look.signed,
            "zmin": -bound,
            "zmax": bound,
            "xaxis": f"x{i}" if i > 1 else "x",
            "yaxis": f"y{i}" if i > 1 else "y",
            "showscale": False,
            "xgap": 1,
            "ygap": 1,
            "hovertemplate": "row %{y}, column %{x}: %{z:.3g}<extra></extra>",
        }
        for i, matrix in ((1, part), (2, total))
    ]
    bare = {"visible": False, "fixedrange": True}
    layout = {
        "margin": look.margin(8, 8, 26, 8),
        "xaxis": {**bare, "domain": [0, 0.48]},
        "xaxis2": {**bare, "domain": [0.52, 1]},
        "yaxis": {**bare, "autorange": "reversed"},
        "yaxis2": {**bare, "autorange": "reversed", "anchor": "x2"},
        "annotations": [
            label(f"step {t + 1}’s part", 0, 1, look.muted, look, "left bottom", "xy"),
            label("the sum over all steps", 0.52, 1, look.muted, look, "left bottom", "xy"),
        ],
    }
    size, whole = (global_norm({symbol: array}) for array in (part, total))
    title = f"Step {t + 1} adds an array of norm {magnitude(size)} to a ∂L/∂{symbol} of norm {magnitude(whole)}."
    note = f"Blue below 0, vermillion above; both on the scale of the sum, ±{magnitude(bound)}, which moves with it."
    return Picture(title, data, layout, look, height=look.height(220), note=note)
