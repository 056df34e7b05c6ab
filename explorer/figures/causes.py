"""Why a gradient shrinks or grows: the slope of the nonlinearity and the size of W, shown apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.analysis import jacobians
from explorer.figures import axes
from explorer.figures.labels import label
from explorer.figures.picture import Picture, finite
from explorer.look import style
from explorer.look.notation import magnitude
from explorer.look.style import LIGHT, Look
from explorer.passes.once import once
from explorer.passes.scenario import Scenario, names


def saturation(scene: Scenario, look: Look = LIGHT) -> Picture:
    """Per step the slopes φ′(a_t) (mean, least, steepest) beside σ_max and the spectral radius of W;
    for a cell with a carry, how far the gate on it is open."""
    if scene.settings.of_cell.carry:
        return _gate(scene, look)
    slopes = once(jacobians.slopes, scene.trace)[:, 0]
    W = scene.trace.network.parameters[names(scene)["W"]]
    sigma = jacobians.largest_singular_value(W)
    data = _band(slopes, style.BACKWARD, look, "slope φ′(a<sub>t</sub>)")
    if scene.original:
        data.append(_before(jacobians.slopes(scene.original.trace)[:, 0], look))
    annotations = [label("slope φ′: mean, least to steepest", 0.01, 0, style.BACKWARD, look, "left bottom", "xy")]
    lines = [("σ<sub>max</sub>(W)", sigma, "solid")]
    if W.shape[0] == W.shape[1]:
        lines.append(("spectral radius ρ(W)", jacobians.spectral_radius(W), "dash"))
    at = [0.5, scene.steps + 0.5]
    for text, value, dash in lines:
        data.append(
            {
                "type": "scatter", "mode": "lines", "x": at, "y": [value, value],
                "line": {"color": style.FORWARD, "width": look.line, "dash": dash},
                "hovertemplate": f"{text} = %{{y:.3f}}<extra></extra>",
            }
        )  # fmt: skip
        annotations.append(label(f"{text} = {value:.2f}", 1, value, style.FORWARD, look, "right bottom", "x"))
    mean = float(np.mean(finite(slopes))) if np.isfinite(slopes).all() else float("nan")
    verdict = "shrinks" if mean < 1 else "leaves"
    if scene.settings.nonlinearity in ("identity", "relu") and mean == 1:
        cause = "The slope is 1 everywhere: the size of W alone decides"
    else:
        cause = f"Saturation {verdict} the gradient to {magnitude(mean)} a step on average"
    title = f"{cause}; W stretches it by at most {magnitude(sigma)}."
    return _picture(scene, look, data, annotations, title, max(1.0, sigma))


def _gate(scene: Scenario, look: Look) -> Picture:
    view, name = scene.settings.of_cell, scene.settings.of_cell.carry
    gate, colour = scene.trace[0, "forward"].gates[name][:, 0], view.gates[name].colour
    data = _band(gate, colour, look, f"{name} gate")
    if scene.original:
        data.append(_before(scene.original.trace[0, "forward"].gates[name][:, 0], look))
    annotations = [label(f"{name} gate: mean, least to most open", 0.01, 0, colour, look, "left bottom", "xy")]
    carried = magnitude(float(np.mean(gate)))
    title = f"No slope and no W on the carry path: the {name} gate passes on {carried} of the {view.noun} a step."
    return _picture(scene, look, data, annotations, title, 1.0)


def _picture(
    scene: Scenario,
    look: Look,
    data: list[dict[str, Any]],
    annotations: list[dict[str, Any]],
    title: str,
    top: float,
) -> Picture:
    high = 2.0 if top <= 1.9 else float(np.ceil(top * 1.1)) if np.isfinite(top) else 2.0
    layout = {
        "margin": look.margin(52, 8, 8, 40),
        "xaxis": axes.step_axis(scene.steps),
        "yaxis": {"range": [0, high], "title": {"text": "factor a step"}, "showgrid": True, "nticks": 5},
        "annotations": annotations,
    }
    note = "Rescaled to hold σₘₐₓ(W)." if high > 2 else ""
    return Picture(title, data, layout, look, height=look.height(250), note=note)


def _before(values: np.ndarray, look: Look) -> dict[str, Any]:
    """The mean as it was before a change."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.arange(1, len(values) + 1),
        "y": finite(values).mean(axis=1),
        "line": {"color": style.GHOST, "width": look.line, "dash": "dash"},
        "hovertemplate": "mean before the change, step %{x}: %{y:.3f}<extra></extra>",
    }


def _band(values: np.ndarray, colour: str, look: Look, name: str) -> list[dict[str, Any]]:
    """Mean over the units, in a band from the least to the greatest."""
    values = finite(values)
    at = np.arange(1, len(values) + 1)
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    edge = {"type": "scatter", "mode": "lines", "x": at, "line": {"width": 0}, "hoverinfo": "skip"}
    return [
        {**edge, "y": values.min(axis=1)},
        {**edge, "y": values.max(axis=1), "fill": "tonexty", "fillcolor": f"rgba({red},{green},{blue},0.16)"},
        {
            "type": "scatter",
            "mode": "lines",
            "x": at,
            "y": values.mean(axis=1),
            "line": {"color": colour, "width": look.line},
            "hovertemplate": f"mean {name}, step %{{x}}: %{{y:.3f}}<extra></extra>",
        },
    ]
