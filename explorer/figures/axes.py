"""Axes that several figures share: steps, and decades that stay fixed while the room compares."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.figures.picture import positive
from explorer.notation import superscript

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
    every = max(1, -(-(high - low) // 6))
    ticks = [d for d in range(low, high + 1) if d % every == 0]
    return {
        "type": "log",
        "range": [low - 0.15, high + 0.15],
        "tickvals": [10.0**d for d in ticks if d < 300],
        "ticktext": [f"10{superscript(d)}" for d in ticks if d < 300],
        "showgrid": True,
        "title": {"text": title},
    }


def step_axis(steps: int, title: str = "step t") -> dict[str, Any]:
    every = max(1, -(-steps // 10))
    return {
        "range": [0.45, steps + 0.55],
        "tickvals": [1, *(t for t in range(2, steps + 1) if t % every == 0 and t > every / 2 + 1)],
        "title": {"text": title},
    }
