"""‖∂L/∂h_t‖ per step on a log axis."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from core.analysis import jacobians
from core.analysis.norms import euclidean
from explorer.figures import axes, changed, drawing
from explorer.figures.picture import Picture, positive
from explorer.look import style
from explorer.look.notation import fraction, magnitude, relative
from explorer.look.style import LIGHT, Look
from explorer.passes.scenario import Scenario

SYMBOL = "‖∂L/∂h<sub>t</sub>‖"


def gradient_norms(scene: Scenario, swept: bool = False) -> np.ndarray:
    """‖∂L/∂h_t‖ of the first layer: (T,); of what is left of it, `swept`, where truncation is on."""
    trace = scene.swept if swept else scene.trace
    return euclidean(trace[0, "forward"].grad_hidden[:, 0])


def bound(scene: Scenario) -> np.ndarray | None:
    """‖∂L/∂h_T‖ (γ σ_max)^(T−t), where it holds: J_t = diag(φ′) W, and the loss at the last step alone."""
    if not jacobians.one_matrix(scene.trace.network) or scene.settings.loss != "last":
        return None
    with np.errstate(all="ignore"):
        return gradient_norms(scene)[-1] * jacobians.bound(scene.trace, scene.steps - 1)


def along(scene: Scenario, look: Look = LIGHT) -> Picture:
    """The norm under every column of the unrolled network, with the bound and the step that the sweep has reached."""
    full, norms, at = gradient_norms(scene), gradient_norms(scene, swept=True), np.arange(1, scene.steps + 1)
    limit = bound(scene)
    ghosts = [gradient_norms(scene.original)] if scene.original else []
    low, high, note = axes.decades(full, *ghosts)
    reached = slice(scene.step, None)
    data: list[dict[str, Any]] = []
    if limit is not None:
        data.append(_line(at, limit, style.GHOST, look, "bound (γσ)ᵏ", dash="dot" if ghosts else "dash"))
    data += [_line(at, was, style.GHOST, look, "before the change", dash="dash", click=True) for was in ghosts]
    data += [
        _line(at, norms, style.GHOST, look, "still to come", width=1)
        if scene.truncation is None
        else _line(at, full, style.GHOST, look, "without the cut", dash="dot"),
        _line(at[reached], norms[reached], style.BACKWARD, look, SYMBOL, markers=scene.steps <= 40),
        {
            "type": "scatter",
            "mode": "markers",
            "x": [scene.step + 1],
            "y": positive(norms[scene.step : scene.step + 1]),
            "marker": {"size": 11, "color": look.ink, "opacity": 1},
            "hoverinfo": "skip",
        },
    ]
    frame = drawing.stage(scene.steps, 1, look)
    layout: dict[str, Any] = {
        "margin": look.margin(drawing.LEFT, 6, 20, 6),
        "xaxis": frame["xaxis"],
        "yaxis": axes.log_axis(low, high, ""),
    }
    left, right = frame["xaxis"]["range"]
    bound_name = "" if limit is None else "dashed: its bound ‖∂L/∂h<sub>T</sub>‖ (γ σ<sub>max</sub>)<sup>T−t</sup>"
    if ghosts:
        bound_name = "dashed: before the change" + bound_name.replace("dashed", ", dotted")
    bound_name += "" if scene.truncation is None else f"{', ' * bool(bound_name)}dotted: without the cut"
    colours = [style.BACKWARD, look.muted]
    sides = ["top right", "top left"]
    data.append(drawing.words([left, right], 10.0 ** (high + 0.15), [SYMBOL, bound_name], colours, look.font, sides))
    title = changed.on_gradient(scene) if ghosts else _title(full, scene)
    if scene.truncation is not None:
        left, whole = magnitude(float(norms[0])), magnitude(float(full[0]))
        title = f"After the cut, ‖∂L/∂h‖ at step 1 is {left}; without it, {whole}."
    return Picture(title, data, layout, look, height=look.height(150), note=note)


def by_cell(scenes: Sequence[Scenario], look: Look = LIGHT, height: int = 330) -> Picture:
    """The same input and seed under several cells; of an LSTM its cell state too, which is what carries, and so of
    every cell that carries another state than h."""
    curves = [(s.settings.of_cell.label, s, gradient_norms(s), False) for s in scenes]
    curves += [
        (f"{s.settings.of_cell.label}, {s.settings.of_cell.symbol}", s, carried_norms(s), True)
        for s in scenes
        if s.settings.of_cell.carried != "hidden"
    ]
    steps = scenes[0].steps
    at = np.arange(1, steps + 1)
    original = scenes[0].original
    ghosts = [gradient_norms(original)] if original else []
    low, high, note = axes.decades(*(norms for _, _, norms, _ in curves), *ghosts)
    limit = bound(scenes[0])
    named = [(name, _colour(scene, carried), norms) for name, scene, norms, carried in curves]
    data = []
    data += [_line(at, was, style.GHOST, look, f"{curves[0][0]}, before the change", dash="dash") for was in ghosts]
    for i, (name, colour, norms) in enumerate(named):
        width = look.line * (1.4 if i == 0 else 0.8)
        data.append(_line(at, norms, colour, look, name, width=width, dash=_DASHES[i % len(_DASHES)], click=True))
    if limit is not None:
        data.insert(0, _line(at, limit, style.GHOST, look, "bound", dash="dot"))
        named.append(("bound", style.GHOST, limit))
    left = 0.45 - 0.2 * steps  # room for the curves' names
    layout = {
        "margin": look.margin(40, 8, 24, 40),
        "xaxis": {**axes.step_axis(steps), "range": [left, steps + 0.55]},
        "yaxis": axes.log_axis(low, high, ""),
        "shapes": [axes.cursor(scenes[0].step + 1, look)],
    }
    data.append(_names(named, low, high, left, look, 15 / (height - 64)))
    title = _cells_title(curves, scenes[0])
    if original:
        title = changed.on_gradient(scenes[0])
        note = f"Dashed grey: {curves[0][0]} before the change. {note}".strip()
    return Picture(title, data, layout, look, height=look.height(height), note=note)


def _colour(scene: Scenario, carried: bool) -> str:
    return style.CARRY if carried else scene.settings.of_cell.colour


def _cells_title(curves: list[tuple[str, Scenario, np.ndarray, bool]], scene: Scenario) -> str:
    if len(curves) == 1:
        return _title(curves[0][2], scene)
    hidden = [(name, norms) for name, _, norms, carried in curves if not carried]
    if scene.settings.loss != "last":
        words = [f"{name} {magnitude(float(n[0]))}" for name, n in hidden]
        return f"With losses on the way, ‖∂L/∂h‖ at step 1 is: {', '.join(words)}."
    words = [f"{name} {fraction(float(n[0]), float(n[-1]))}" for name, n in hidden]
    return f"Of the last gradient, step 1 gets: {', '.join(words)}."


def carried_norms(scene: Scenario) -> np.ndarray:
    """‖∂L/∂ the state on the carry‖, of an LSTM c_t: (T,)."""
    return euclidean(scene.trace[0, "forward"].grad_states[scene.settings.of_cell.carried][:, 0])


def _names(
    curves: list[tuple[str, str, np.ndarray]], low: int, high: int, left: float, look: Look, line: float
) -> dict[str, Any]:
    """The curves' names before their left ends, moved apart just enough to be read, and the axis's name above.

    `line` is the height of a word, as a part of the axis.
    """
    gap = (high - low) * line
    heights = [float(np.clip(np.log10(n[0]), low, high)) if 0 < n[0] < np.inf else float(low) for _, _, n in curves]
    order = sorted(range(len(curves)), key=lambda i: heights[i])
    for below, above in pairwise(order):
        heights[above] = max(heights[above], heights[below] + gap)
    for above, below in pairwise(order[::-1]):
        heights[above] = min(heights[above], high)
        heights[below] = min(heights[below], heights[above] - gap)
    at = [left, *(0.8 for _ in curves)]
    y = [10.0 ** (high + 0.15), *(10.0**h for h in heights)]
    text = [SYMBOL, *(name for name, _, _ in curves)]
    colours = [look.ink, *(colour for _, colour, _ in curves)]
    places = ["top right", *("middle left" for _ in curves)]
    return drawing.words(at, y, text, colours, look.font, places)


_DASHES = ("solid", "dash", "dashdot", "dot")


def _title(norms: np.ndarray, scene: Scenario) -> str:
    first, last = float(norms[0]), float(norms[-1])
    if not np.isfinite(norms).all():
        return "The gradient leaves the range of finite numbers on its way back."
    if scene.settings.loss != "last":
        return f"With losses on the way, ‖∂L/∂h‖ is {magnitude(first)} at step 1 and {magnitude(last)} at the last."
    return f"The gradient at step 1 is {relative(first, last)} that at step {len(norms)}."


def _line(
    at: np.ndarray, values: np.ndarray, colour: str, look: Look, name: str, dash: str = "solid",
    width: float | None = None, markers: bool = False, click: bool = False,
) -> dict[str, Any]:  # fmt: skip
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers" if markers else "lines",
        "x": at,
        "y": positive(values),
        "line": {"color": colour, "width": width or look.line, "dash": dash},
        "marker": {"size": 6, "color": colour},
        "name": name,
        "hovertemplate": f"{name}, step %{{x}}: %{{y:.2e}}<extra></extra>",
    }
    if click:
        trace["meta"] = {"click": {"x": "step"}}
    return trace
