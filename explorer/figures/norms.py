"""‖∂L/∂h_t‖ per step on a log axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core import jacobians
from explorer import style
from explorer.figures import axes, drawing
from explorer.figures.picture import Picture, positive
from explorer.notation import fraction, magnitude, ratio
from explorer.scenario import Scenario
from explorer.settings import CELLS
from explorer.style import LIGHT, Look

SYMBOL = "‖∂L/∂h<sub>t</sub>‖"


def gradient_norms(scene: Scenario) -> np.ndarray:
    """‖∂L/∂h_t‖ of the first layer: (T,)."""
    return np.linalg.norm(scene.trace[0, "forward"].grad_hidden[:, 0], axis=-1)


def bound(scene: Scenario) -> np.ndarray | None:
    """‖∂L/∂h_T‖ (γ σ_max)^(T−t), where it holds: an Elman network with the loss at the last step alone."""
    if scene.settings.cell != "rnn" or scene.settings.loss != "last":
        return None
    with np.errstate(all="ignore"):
        return gradient_norms(scene)[-1] * jacobians.bound(scene.trace, scene.steps - 1)


def along(scene: Scenario, look: Look = LIGHT) -> Picture:
    """The norm under every column of the unrolled network, with the bound and the step that the sweep has reached."""
    full, at = gradient_norms(scene), np.arange(1, scene.steps + 1)
    norms = full if scene.truncation is None else scene.truncation.state_norms()
    limit = bound(scene)
    low, high, note = axes.decades(full)
    reached = slice(scene.step, None)
    data: list[dict[str, Any]] = []
    if limit is not None:
        data.append(_line(at, limit, style.GHOST, look, "bound (γσ)ᵏ", dash="dash"))
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
    bound_name = "" if limit is None else "dashed: bound (γ σ<sub>max</sub>)<sup>T−t</sup>"
    bound_name += "" if scene.truncation is None else f"{', ' * bool(bound_name)}dotted: without the cut"
    colours = [style.BACKWARD, look.muted]
    sides = ["top right", "top left"]
    data.append(drawing.words([left, right], 10.0 ** (high + 0.15), [SYMBOL, bound_name], colours, look.font, sides))
    return Picture(_title(full), data, layout, look, height=look.height(150), note=note)


def by_cell(scenes: Sequence[Scenario], look: Look = LIGHT) -> Picture:
    """The same input and seed under several cells; of an LSTM its cell state too, which is what carries."""
    curves = [(CELLS[s.settings.cell], s, gradient_norms(s), False) for s in scenes]
    curves += [(f"{CELLS[s.settings.cell]}, c", s, cell_norms(s), True) for s in scenes if "lstm" in s.settings.cell]
    steps = scenes[0].steps
    at = np.arange(1, steps + 1)
    low, high, note = axes.decades(*(norms for _, _, norms, _ in curves))
    limit = bound(scenes[0])
    data = [] if limit is None else [_line(at, limit, style.GHOST, look, "bound (γσ)ᵏ", dash="dot")]
    for i, (name, scene, norms, carried) in enumerate(curves):
        colour = style.CELLS[scene.settings.cell.split("-")[0]]
        width = look.line * (1.4 if i == 0 else 0.8)
        dash = "dot" if carried else _DASHES[i % len(_DASHES)]
        data.append(_line(at, norms, colour, look, name, width=width, dash=dash, click=True))
    layout = {
        "margin": look.margin(40, 8, 24, 40),
        "xaxis": axes.step_axis(steps),
        "yaxis": axes.log_axis(low, high, ""),
        "shapes": [_cursor(scenes[0].step + 1, look)],
    }
    data.append(_names(curves, low, high, look))
    title = _title(curves[0][2])
    if len(scenes) > 1:
        words = [f"{name} {fraction(float(n[0]), float(n[-1]))}" for name, _, n, carried in curves if not carried]
        title = f"Of the last gradient, step 1 still gets: {', '.join(words)}."
    return Picture(title, data, layout, look, height=look.height(330), note=note)


def cell_norms(scene: Scenario) -> np.ndarray:
    """‖∂L/∂c_t‖ of an LSTM: (T,)."""
    return np.linalg.norm(scene.trace[0, "forward"].grad_cell[:, 0], axis=-1)


def _names(curves: list[tuple[str, Scenario, np.ndarray, bool]], low: int, high: int, look: Look) -> dict[str, Any]:
    """The curves' names at their left ends, moved apart where they would lie on each other, and the axis's above."""
    starts = [(float(np.log10(n[0])) if 0 < n[0] < np.inf else float(low), i) for i, (_, _, n, _) in enumerate(curves)]
    text, colours, heights = [SYMBOL], [look.ink], [high + 0.15]
    placed = -np.inf
    for y, i in sorted(starts):
        placed = max(y, placed + (high - low) / 15, low)
        name, scene, _, _ = curves[i]
        text.append(name)
        colours.append(style.CELLS[scene.settings.cell.split("-")[0]])
        heights.append(min(placed, high - 0.5))
    at = [0.5] * len(text)
    return drawing.words(at, [10.0**y for y in heights], text, colours, look.font, "top right")


_DASHES = ("solid", "dash", "dashdot", "longdash")


def _title(norms: np.ndarray) -> str:
    if not np.isfinite(norms).all():
        return "The gradient leaves the range of finite numbers on its way back."
    if norms[-1] == 0:
        return f"No loss enters at the last step; ‖∂L/∂h‖ at step 1 is {magnitude(float(norms[0]))}."
    return f"The gradient at step 1 is {ratio(float(norms[0]), float(norms[-1]))} of that at step {len(norms)}."


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


def _cursor(step: int, look: Look) -> dict[str, Any]:
    line = {"color": look.muted, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": step, "x1": step, "yref": "paper", "y0": 0, "y1": 1, "line": line}
