"""Every pair of a loss time and a state time: ‖∂L_t/∂h_k‖; and one pair opened, as its product of Jacobians."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.analysis import jacobians, sensitivity
from explorer.figures import axes, grid, moved
from explorer.figures.picture import Picture, finite, log10, positive
from explorer.look import style
from explorer.look.notation import magnitude, relative
from explorer.look.style import LIGHT, Look
from explorer.passes.once import once
from explorer.passes.scenario import Scenario


def pair(scene: Scenario) -> tuple[int, int]:
    """The selected loss time t and state time k ≤ t, 0-based."""
    t = min(scene.settings.loss_time, scene.steps) - 1
    return t, min(scene.step, t)


def matrix(scene: Scenario, look: Look = LIGHT) -> Picture:
    """‖∂L_t/∂h_k‖ for every pair in one sweep, on fixed decades. Wants a scene with a loss at every step."""
    norms = once(sensitivity.loss_by_state, scene.trace)
    steps = scene.steps
    t, k = pair(scene)
    click = {"x": "step", "y": "loss_time"}
    data, note = grid.magnitudes(norms, (k + 1, k + 1), t + 1, look, "∂L at t = %{y} by h at k = %{x}", click)
    if scene.original:
        with np.errstate(all="ignore"):
            factor = np.abs(log10(norms) - log10(once(sensitivity.loss_by_state, scene.original.trace)))
        # a column of cells is a state time; outlines count from the top, the last loss time
        changed = factor.T[:, ::-1] > np.log10(2)
        data.append(moved.outlines(np.arange(1.0, steps + 1), [(0.5, steps + 0.5, changed)], 0.46))
        note = f"Dashed grey: more than twice or less than half of what it was. {note}".strip()
    if scene.truncation is not None:
        data.insert(1, _lost(scene))
    layout = grid.layout(steps, "state time k", "loss time t", look)
    told = relative(float(norms[-1, 0]), float(norms[-1, -1]))
    title = f"To the last loss, h₁ matters {told} what the last state does." if steps > 1 else "One loss, one state."
    if scene.truncation is not None:
        kept, pairs = int(scene.truncation.reaches.sum()), steps * (steps + 1) // 2
        title = f"Of these {pairs} pairs of a loss and a state, truncation keeps {kept}."
        note = f"Grey: cut off. {note}"
    return Picture(title, data, layout, look, height=look.height(330), note=note)


def _lost(scene: Scenario) -> dict[str, Any]:
    """A grey veil over the pairs that truncation cuts off from each other."""
    assert scene.truncation is not None
    lost = np.tril(~scene.truncation.reaches)
    at = np.arange(1, scene.steps + 1)
    veil = [[0, style.GHOST], [1, style.GHOST]]
    return {
        "type": "heatmap", "x": at, "y": at, "z": np.where(lost, 1.0, np.nan), "colorscale": veil, "opacity": 0.75,
        "showscale": False, "xgap": 1, "ygap": 1, "hoverongaps": False,
        "hovertemplate": "∂L at t = %{y} no longer reaches h at k = %{x}<extra></extra>",
        "meta": {"click": {"x": "step", "y": "loss_time"}},
    }  # fmt: skip


def product(scene: Scenario, look: Look = LIGHT) -> Picture:
    """∂h_t/∂h_k of the selected pair, entry by entry."""
    t, k = pair(scene)
    entries = once(jacobians.between, scene.trace, t, k)
    bound = float(np.nanmax(np.abs(finite(entries)), initial=0.0)) or 1.0
    size = len(entries)
    data = [
        {
            "type": "heatmap",
            "z": finite(entries),
            "x0": 1,
            "y0": 1,
            "colorscale": look.signed,
            "zmin": -bound,
            "zmax": bound,
            "showscale": False,
            "xgap": 1,
            "ygap": 1,
            "hovertemplate": "row %{y}, column %{x}: %{z:.3g}<extra></extra>",
        }
    ]
    layout = {
        "margin": look.margin(4, 4, 4, 4),
        "xaxis": {"visible": False},
        "yaxis": {"visible": False, "autorange": "reversed"},
    }
    what = scene.settings.of_cell.whole
    title = f"∂{what} at {t + 1} by ∂{what} at {k + 1}: {size} × {size} numbers up to {magnitude(bound)}."
    note = f"The scale moves with it: ±{magnitude(bound)}."
    return Picture(title, data, layout, look, height=look.height(118), note=note)


def singular_values(scene: Scenario, look: Look = LIGHT) -> Picture:
    """The singular values of every step's Jacobian, and of the running product from t back, against its bound."""
    t, _ = pair(scene)
    each = once(jacobians.singular_values, scene.trace)
    running = once(jacobians.product_singular_values, scene.trace, t)[: t + 1]
    low, high, note = axes.decades(each, running[:, 0])
    at = np.arange(1, scene.steps + 1)
    values = each.shape[1]
    most = min(values, 16)
    chosen = np.unique(np.linspace(0, values - 1, most).astype(int))
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": np.repeat(at, len(chosen)),
            "y": positive(each[:, chosen].ravel()),
            "marker": {"size": 4, "color": style.FORWARD, "opacity": 0.55},
            "hovertemplate": "σ of ∂h/∂h before, step %{x}: %{y:.3g}<extra></extra>",
        },
        _line(at[: t + 1], running[:, 0], style.BACKWARD, look.line, "σ<sub>max</sub> of the product"),
    ]
    told = ""
    if scene.original:
        was = once(jacobians.product_singular_values, scene.original.trace, t)[: t + 1, 0]
        data.append(_line(at[: t + 1], was, style.GHOST, look.line, "σ<sub>max</sub> before the change", "dash"))
        told = f"; before the change by {magnitude(float(was[0]))}"
    elif jacobians.one_matrix(scene.trace.network):
        with np.errstate(all="ignore"):
            limit = once(jacobians.bound, scene.trace, t)[: t + 1]
        data.append(_line(at[: t + 1], limit, style.GHOST, look.line, "bound (γσ)<sup>t−k</sup>", "dash"))
        told = f"; the bound allowed {magnitude(float(limit[0]))}"
    layout = {
        "margin": look.margin(52, 8, 8, 40),
        "xaxis": axes.step_axis(scene.steps, "state time k"),
        "yaxis": axes.log_axis(low, high, "σ (log<sub>10</sub>)"),
    }  # fmt: skip
    stretch = magnitude(float(running[0, 0]))
    title = f"From step {t + 1} back to 1 the product of Jacobians stretches by at most {stretch}{told}."
    return Picture(
        title,
        data,
        layout,
        look,
        height=look.height(250),
        note="● of each step’s Jacobian, — σₘₐₓ of their product, dashed: its bound (γσ)ᵗ⁻ᵏ. " + note,
    )


def _line(
    at: np.ndarray, values: np.ndarray, colour: str, width: float, name: str, dash: str = "solid"
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": at,
        "y": positive(values),
        "line": {"color": colour, "width": width, "dash": dash},
        "hovertemplate": f"{name}, k = %{{x}}: %{{y:.2e}}<extra></extra>",
    }
