"""Axes that several figures share: steps, and decades that stay fixed while the room compares."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.figures.picture import positive
from explorer.look.notation import superscript
from explorer.look.style import Look

DECADES = (-8, 2)  # of gradient norms and singular values


def decades(*values: Any, fixed: tuple[int, int] = DECADES) -> tuple[int, int, str]:
    """Lowest and highest decade of a log axis, and a note: the fixed ones, wider only where the values leave them."""
    logs = [np.log10(positive(v)) for v in values]
    known = np.concatenate([x[np.isfinite(x)].ravel() for x in logs])
    low, high = fixed
    if known.size and known.max() > high:
        high = int(np.ceil(known.max()))
        return (
            low,
            high,
            f"Rescaled: up to 10{superscript(high)}. Below 10{superscript(low)} is off the chart.",
        )
    note = f"Fixed scale; below 10{superscript(low)} is off the chart." if known.size and known.min() < low else ""
    return low, high, note


def log_axis(low: int, high: int, title: str) -> dict[str, Any]:
    ticks = _ticks(low, high, 6)
    return {
        "type": "log",
        "range": [low - 0.15, high + 0.15],
        "tickvals": [10.0**d for d in ticks if d < 300],
        "ticktext": [f"10{superscript(d)}" for d in ticks if d < 300],
        "showgrid": True,
        "title": {"text": title},
    }


def _ticks(low: int, high: int, most: int) -> list[int]:
    """Decades to name, evenly apart."""
    every = max(1, -(-(high - low) // most))
    return [d for d in range(low, high + 1) if d % every == 0]


def orders(look: Look, low: int, high: int, title: str = "", most: int = 5) -> dict[str, Any]:
    """Of a heat map of log10 of magnitudes: its colours and bounds, and the bar that names the decades."""
    ticks, font = _ticks(low, high, most), {"size": look.font, "color": look.muted}
    bar = {
        "thickness": 10,
        "outlinewidth": 0,
        "x": 1.01,
        "xpad": 4,
        "tickvals": ticks,
        "ticktext": [f"10{superscript(d)}" for d in ticks],
        "tickfont": font,
        "title": {"text": title, "font": font},
    }
    return {"colorscale": look.orders, "zmin": low, "zmax": high, "colorbar": bar}


def step_axis(steps: int, title: str = "step t") -> dict[str, Any]:
    every = max(1, -(-steps // 10))
    return {
        "range": [0.45, steps + 0.55],
        "tickvals": [1, *(t for t in range(2, steps + 1) if t % every == 0 and t > every / 2 + 1)],
        "title": {"text": title},
    }


def cursor(step: float, look: Look) -> dict[str, Any]:
    """A dotted line up at the selected step."""
    line = {"color": look.muted, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": step, "x1": step, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def round_up(value: float) -> float:
    """The next of a few round numbers above a value: a scale that stays put while the value moves a little."""
    if not 0 < value < np.inf:
        return 1.0
    decade = 10.0 ** np.floor(np.log10(value))
    return float(next((n * decade for n in (1, 1.2, 1.5, 2, 3, 5, 7) if value <= n * decade * (1 + 1e-9)), 10 * decade))
