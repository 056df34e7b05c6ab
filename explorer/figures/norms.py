"""‖∂L/∂h_t‖ per step on a log axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core import jacobians
from explorer import style
from explorer.figures import axes, drawing
from explorer.figures.picture import Picture, positive
from explorer.notation import magnitude, ratio
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
    norms, at = gradient_norms(scene), np.arange(1, scene.steps + 1)
    limit = bound(scene)
    low, high, note = axes.decades(norms)
    reached = slice(scene.step, None)
    data: list[dict[str, Any]] = []
    if limit is not None:
        data.append(_line(at, limit, style.GHOST, look, "bound (γσ)ᵏ", dash="dash"))
    data += [
        _line(at, norms, style.GHOST, look, "still to come", width=1),
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
    frame = drawing.stage(scene.steps, 1)
    layout: dict[str, Any] = {
        "margin": {"l": 46, "r": 6, "t": 20, "b": 6},
        "xaxis": frame["xaxis"],
        "yaxis": axes.log_axis(low, high, ""),
        "annotations": [_corner(SYMBOL, style.BACKWARD, look)],
    }
    if limit is not None:
        layout["annotations"].append(_corner("dashed: bound (γ σ<sub>max</sub>)<sup>T−t</sup>", look.muted, look, right=True))
    return Picture(_title(norms), data, layout, look, height=int(150 * (1.3 if look.projector else 1)), note=note)


def by_cell(scenes: Sequence[Scenario], look: Look = LIGHT) -> Picture:
    """The same input and seed under several cells."""
    curves = [gradient_norms(scene) for scene in scenes]
    steps = scenes[0].steps
    at = np.arange(1, steps + 1)
    low, high, note = axes.decades(*curves)
    limit = bound(scenes[0])
    data = [] if limit is None else [_line(at, limit, style.GHOST, look, "bound (γσ)ᵏ", dash="dot")]
    for i, (scene, norms) in enumerate(zip(scenes, curves, strict=True)):
        cell = scene.settings.cell
        colour = style.CELLS[cell.split("-")[0]]
        width = look.line * (1.4 if i == 0 else 0.8)
        data.append(_line(at, norms, colour, look, CELLS[cell], width=width, dash=_DASHES[i % 4], click=True))
    placed = -np.inf
    labels = []
    ends = sorted(
        (float(np.log10(norms[0])) if norms[0] > 0 and np.isfinite(norms[0]) else float(low), i)
        for i, norms in enumerate(curves)
    )
    for y, i in ends:
        placed = max(y, placed + (high - low) / 14, low)
        cell = scenes[i].settings.cell
        labels.append(
            {
                "x": 0.02, "xref": "paper", "xanchor": "left", "y": min(placed, high), "yanchor": "bottom",
                "text": f"{CELLS[cell]}", "showarrow": False,
                "font": {"color": style.CELLS[cell.split("-")[0]], "size": look.font},
            }
        )  # fmt: skip
    layout = {
        "margin": {"l": 52, "r": 8, "t": 8, "b": 40},
        "xaxis": axes.step_axis(steps),
        "yaxis": axes.log_axis(low, high, SYMBOL + " (log<sub>10</sub>)"),
        "annotations": labels,
        "shapes": [_cursor(scenes[0].step + 1, look)],
    }
    title = _title(curves[0])
    if len(scenes) > 1:
        words = [f"{CELLS[s.settings.cell]} {ratio(float(n[0]), float(n[-1]))}" for s, n in zip(scenes, curves, strict=True)]
        title = f"What reaches step 1 of the last step’s gradient: {', '.join(words)}."
    return Picture(title, data, layout, look, height=int(330 * (1.25 if look.projector else 1)), note=note)


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


def _corner(text: str, colour: str, look: Look, right: bool = False) -> dict[str, Any]:
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 1 if right else 0,
        "y": 1,
        "xanchor": "right" if right else "left",
        "yanchor": "bottom",
        "text": text,
        "showarrow": False,
        "font": {"color": colour, "size": look.font},
    }


def _cursor(step: int, look: Look) -> dict[str, Any]:
    line = {"color": look.muted, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": step, "x1": step, "yref": "paper", "y0": 0, "y1": 1, "line": line}
