"""Gradient clipping: the norm of every parameter's gradient before and after, and the cliff that it is for."""

from __future__ import annotations

from typing import Any

import numpy as np

from core import cliff, clipping
from explorer import style
from explorer.figures import axes
from explorer.figures.picture import Picture, finite, positive
from explorer.notation import magnitude, ratio
from explorer.scenario import Scenario, names
from explorer.style import LIGHT, Look

STEPS = 8  # of gradient descent on the cliff


def norms(scene: Scenario, look: Look = LIGHT) -> Picture:
    """‖∂L/∂θ‖ of each parameter before and after clipping by the norm of all together."""
    threshold = scene.settings.clip
    gradients = scene.trace.gradients
    clipped, before, scale = clipping.clip_by_norm(gradients, threshold)
    symbols = names(scene)
    with np.errstate(all="ignore"):
        was = [float(np.linalg.norm(gradients[n])) for n in symbols.values()] + [before]
        now = [float(np.linalg.norm(clipped[n])) for n in symbols.values()] + [min(before, before * scale)]
    low, high, note = axes.decades(was, [threshold])
    labels = [f"∂L/∂{s}" for s in symbols] + ["all together"]
    line = {"color": style.BACKWARD, "width": look.line}
    data: list[dict[str, Any]] = [
        {
            "type": "scatter", "mode": "markers", "x": positive(was), "y": labels, "name": "before",
            "marker": {"size": 12, "color": look.paper, "opacity": 1, "line": {"color": style.GHOST, "width": look.line}},
            "hovertemplate": "before: %{x:.3g}<extra></extra>",
        },
        {
            "type": "scatter", "mode": "markers", "x": positive(now), "y": labels, "name": "after",
            "marker": {"size": 11, "color": style.BACKWARD, "opacity": 1},
            "hovertemplate": "after: %{x:.3g}<extra></extra>",
        },
    ]  # fmt: skip
    x_axis = axes.log_axis(low, high, "norm (log<sub>10</sub>); ○ before, ● after, line: threshold")
    layout = {
        "margin": {"l": 88, "r": 10, "t": 8, "b": 42},
        "xaxis": x_axis,
        "yaxis": {"autorange": "reversed", "tickfont": {"color": look.ink, "size": look.font}},
        "shapes": [{"type": "line", "x0": threshold, "x1": threshold, "yref": "paper", "y0": 0, "y1": 1, "line": line}],
    }
    if not np.isfinite(before):
        title = "The gradient is not finite: no threshold can clip it."
    elif scale < 1:
        title = f"A gradient of norm {magnitude(before)} is clipped to {magnitude(threshold)}: {ratio(threshold, before)} of every part is kept."
    else:
        title = f"A gradient of norm {magnitude(before)} stays below {magnitude(threshold)}: nothing is clipped."
    return Picture(title, data, layout, look, height=int(250 * (1.3 if look.projector else 1)), note=note)


def surface(scene: Scenario, look: Look = LIGHT) -> Picture:
    """Pascanu et al. (2013), Fig. 6: the error of one unit after fifty steps over w and b, drawn as a relief from the
    front, with gradient descent from the chosen point, clipped and not."""
    settings = scene.settings
    w = np.linspace(4.0, 7.0, 121)
    b = np.linspace(-3.0, -2.0, 41)
    error = cliff.surface(w, b)
    data: list[dict[str, Any]] = []
    for row in range(len(b) - 1, -1, -1):
        x, y = _project(w, np.full_like(w, b[row]), error[row])
        floor = float(_project(w[:1], b[row : row + 1], np.zeros(1))[1][0])
        data.append(
            {
                "type": "scatter", "mode": "lines",
                "x": np.concatenate([x, x[::-1]]), "y": np.concatenate([y, np.full_like(y, floor)]),
                "fill": "toself", "fillcolor": look.paper,
                "line": {"width": 0.8, "color": _shade(row / (len(b) - 1), look)}, "hoverinfo": "skip",
            }
        )  # fmt: skip
    plain = cliff.descend(settings.cliff_w, settings.cliff_b, settings.rate, STEPS)
    safe = cliff.descend(settings.cliff_w, settings.cliff_b, settings.rate, STEPS, clip=settings.clip)
    for path, colour, dash, name in ((plain, style.BACKWARD, "dash", "not clipped"), (safe, style.FORWARD, "solid", "clipped")):
        inside = (path[:, 0] >= w[0]) & (path[:, 0] <= w[-1]) & (path[:, 1] >= b[0]) & (path[:, 1] <= b[-1])
        x, y = _project(path[:, 0], path[:, 1], cliff.error(path[:, 0], path[:, 1]))
        x, y = _held(x, y, inside)
        data.append(
            {
                "type": "scatter", "mode": "lines+markers", "x": finite(x), "y": finite(y), "name": name,
                "line": {"color": colour, "width": look.line, "dash": dash},
                "marker": {"size": 6, "color": colour, "opacity": 1},
                "hovertemplate": f"{name}<extra></extra>",
            }
        )  # fmt: skip
    far = float(np.abs(plain - plain[0]).max())
    near = float(np.abs(safe - safe[0]).max())
    title = f"From w = {settings.cliff_w:g}, b = {settings.cliff_b:g}, {STEPS} steps move {magnitude(far)}; clipped, {magnitude(near)}."
    layout = {
        "margin": {"l": 8, "r": 8, "t": 6, "b": 30},
        "xaxis": {"visible": False, "range": [3.9, 8.1]},
        "yaxis": {"visible": False, "range": [-0.05, 1.05]},
        "annotations": [
            _word("w from 4 to 7 →", 4.0, -0.02, look.muted, look),
            _word("b from −3 (front) to −2 (back)", 7.1, 0.06, look.muted, look),
            _word("height: error E", 4.0, 0.98, look.muted, look),
            _word("● clipped", 6.4, 0.98, style.FORWARD, look),
            _word("● not clipped", 7.1, 0.98, style.BACKWARD, look),
        ],
    }
    note = "x_t = w σ(x_{t−1}) + b, x₀ = 0.5, 50 steps, E = (σ(x₅₀) − 0.7)². A path that leaves the ground drawn ends at its edge."
    return Picture(title, data, layout, look, height=int(280 * (1.3 if look.projector else 1)), note=note)


def _project(w: np.ndarray, b: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The relief seen from the front and above: what lies further back is drawn to the right and higher."""
    depth = b + 3.0
    return w + 0.95 * depth, 0.42 * depth + 1.1 * error


def _held(x: np.ndarray, y: np.ndarray, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A path up to and with its first point outside, held to the edge of the picture."""
    end = len(x) if inside.all() else int(np.argmin(inside)) + 1
    return np.clip(x[:end], 3.9, 8.1), np.clip(y[:end], -0.05, 1.05)


def _shade(part: float, look: Look) -> str:
    return look.orders[round((1 - part) * 4) + 2][1]


def _word(text: str, x: float, y: float, colour: str, look: Look) -> dict[str, Any]:
    return {"text": text, "x": x, "y": y, "xanchor": "left", "showarrow": False, "font": {"color": colour, "size": look.font}}
