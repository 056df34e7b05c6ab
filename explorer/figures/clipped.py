"""Gradient clipping: the norm of every parameter's gradient before and after, and the cliff that it is for."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.analysis import cliff, clipping
from core.analysis.norms import euclidean
from explorer.figures import before_after
from explorer.figures.labels import label
from explorer.figures.picture import Picture, finite
from explorer.look import style
from explorer.look.notation import counted, magnitude, relative
from explorer.look.style import LIGHT, Look
from explorer.passes.scenario import Scenario, names

STEPS = 20  # of gradient descent on the cliff
W_RANGE, B_RANGE = (4.0, 7.0), (-3.0, -2.0)
LEAN, RISE = 0.7, 0.42  # how far back and up the furthest line of the relief is drawn


def norms(scene: Scenario, look: Look = LIGHT) -> Picture:
    """Each parameter's gradient before and after clipping, by the norm of all together or entry by entry."""
    threshold, gradients = scene.settings.clip, scene.trace.gradients
    by_value = scene.settings.clip_by == "value"
    by_norm, before, scale = clipping.clip_by_norm(gradients, threshold)
    after = clipping.clip_by_value(gradients, threshold) if by_value else by_norm
    now = clipping.global_norm(after)
    touched = sum(int((np.abs(g) > threshold).sum()) for g in gradients.values())
    if not np.isfinite(before):
        title = "The gradient is not finite: no threshold can clip it."
    elif by_value and touched:
        entries = f"{counted(touched, 'entry', 'entries')} of the gradient at ±{magnitude(threshold)}"
        turn = before_after.turned(gradients, after)
        title = f"Clipping {entries} keeps {relative(now, before)} its norm and turns it by {turn}."
    elif by_value:
        title = f"No entry of the gradient is beyond ±{magnitude(threshold)}: nothing is clipped."
    elif scale < 1:
        kept = relative(threshold, before)
        title = (
            f"A gradient of norm {magnitude(before)} is clipped to {magnitude(threshold)}: "
            f"{kept} it is kept, its direction too."
        )
    else:
        title = f"A gradient of norm {magnitude(before)} stays below {magnitude(threshold)}: nothing is clipped."
    limit = None if by_value else threshold
    return before_after.norms(title, gradients, after, names(scene), look, threshold=limit)


def surface(scene: Scenario, look: Look = LIGHT) -> Picture:
    """Pascanu et al. (2013), Fig. 6: the error of one unit after fifty steps over w and b, drawn as a relief seen from
    b = −2, with gradient descent from the chosen point, clipped and not."""
    settings = scene.settings
    w, b = np.linspace(*W_RANGE, 91), np.linspace(*B_RANGE, 26)
    error = cliff.surface(w, b)
    data = [_ridge(w, b[row], error[row], look) for row in range(len(b))]
    start = (settings.cliff_w, settings.cliff_b)
    plain = cliff.descend(*start, settings.rate, STEPS)
    safe = cliff.descend(*start, settings.rate, STEPS, clip=settings.clip)
    for path, colour, name in ((plain, style.BACKWARD, "not clipped"), (safe, style.FORWARD, "clipped")):
        data.append(_path(path, colour, name, look))
    far, near = (float(euclidean(np.diff(path, axis=0)).max()) for path in (plain, safe))
    title = f"One unit at its cliff: a plain step throws w, b {magnitude(far)} away, a clipped one {magnitude(near)}."
    layout = {
        "margin": look.margin(8, 8, 6, 8),
        "xaxis": {"visible": False, "range": [W_RANGE[0] - 0.05, W_RANGE[1] + LEAN + 0.05]},
        "yaxis": {"visible": False, "range": [-0.09, RISE + 0.5]},
        "annotations": [
            label("w = 4", 4.0, -0.05, look.muted, look),
            label("w = 7, b = −2", 6.6, -0.05, look.muted, look),
            label("b = −3", 7.72, 0.6, look.muted, look, "right bottom"),
            label("height and colour: E", 4.0, 0.9, look.muted, look),
            label("● clipped", 6.6, 0.9, style.FORWARD, look),
            label("● not clipped", 7.15, 0.9, style.BACKWARD, look),
        ],
    }
    note = "xₜ = w σ(xₜ₋₁) + b, x₀ = 0.5, E = (σ(x₅₀) − 0.7)². Clipped by norm. Off the ground a path ends."
    return Picture(title, data, layout, look, height=look.height(260), note=note)


def _project(w: Any, b: Any, error: Any) -> tuple[np.ndarray, np.ndarray]:
    """The relief seen from b = −2 and from above: what lies further back is drawn to the right and higher."""
    depth = (B_RANGE[1] - np.asarray(b)) / (B_RANGE[1] - B_RANGE[0])
    return np.asarray(w) + LEAN * depth, RISE * depth + np.asarray(error)


def _ridge(w: np.ndarray, b: float, error: np.ndarray, look: Look) -> dict[str, Any]:
    """One line of the relief, filled down to the ground so that it hides what lies behind; its colour is E along w."""
    x, y = _project(w, b, error)
    ground = _project(w[[-1, 0]], b, np.zeros(2))
    shades = look.orders
    along = np.linspace(0, 1, 31)
    heights = np.interp(along, np.linspace(0, 1, len(w)), error)
    colours = [
        [float(p), shades[1 + round(float(min(1.0, e / 0.5)) * 5)][1]] for p, e in zip(along, heights, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.concatenate([x, ground[0]]),
        "y": np.concatenate([y, ground[1]]),
        "fill": "toself",
        "fillgradient": {"type": "horizontal", "colorscale": colours},
        "line": {"width": 0.5, "color": look.paper},
        "hoverinfo": "skip",
    }


def _path(path: np.ndarray, colour: str, name: str, look: Look) -> dict[str, Any]:
    """A descent on the relief, up to and with its first point outside, which is held to the edge."""
    low, high = np.array([W_RANGE[0], B_RANGE[0]]), np.array([W_RANGE[1], B_RANGE[1]])
    with np.errstate(invalid="ignore"):
        inside = ((path >= low) & (path <= high)).all(axis=1)
    end = len(path) if inside.all() else int(np.argmin(inside)) + 1
    held = np.clip(finite(path[:end]), low, high)
    x, y = _project(held[:, 0], held[:, 1], cliff.error(held[:, 0], held[:, 1]))
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": x,
        "y": y,
        "name": name,
        "line": {"color": colour, "width": look.line},
        "marker": {"size": 6, "color": colour, "opacity": 1, "line": {"width": 1, "color": look.paper}},
        "customdata": np.concatenate([held, np.arange(end)[:, None]], axis=1),
        "hovertemplate": name
        + ", step %{customdata[2]}: w = %{customdata[0]:.3f}, b = %{customdata[1]:.3f}<extra></extra>",
    }
