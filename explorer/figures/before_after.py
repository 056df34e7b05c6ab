"""What a change does to every parameter's gradient: its norm before and after, and by how much it turns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.analysis import angles
from core.analysis.clipping import global_norm
from explorer.figures import axes, drawing
from explorer.figures.picture import Picture, positive
from explorer.look import style
from explorer.look.style import Look

Gradients = Mapping[str, np.ndarray]
ALL = "all together"


def turned(before: Gradients, after: Gradients) -> str:
    """The angle between both, in words: 31°; nothing where nothing is left to have a direction."""
    degrees = angles.angle(before, after)
    return f"{degrees:.0f}°" if np.isfinite(degrees) else "–"


def norms(
    title: str,
    before: Gradients,
    after: Gradients,
    symbols: Mapping[str, str],
    look: Look,
    words: Mapping[str, str] | None = None,
    threshold: float | None = None,
    heading: str = "turns by",
) -> Picture:
    """A row for each parameter of `symbols` (symbol -> name), and one for all gradients together.

    words: symbol or ALL -> what stands at the end of its row; the angle where nothing else is given.
    threshold: a norm that is marked.
    """
    rows: dict[str, tuple[Gradients, Gradients]]
    rows = {symbol: ({name: before[name]}, {name: after[name]}) for symbol, name in symbols.items()}
    rows[ALL] = (before, after)
    was, now = ([global_norm(pair[i]) for pair in rows.values()] for i in (0, 1))
    told = words or {row: turned(*pair) for row, pair in rows.items()}
    low, high, note = axes.decades(was, now, [threshold or 1.0])
    at = list(range(len(rows)))
    hollow = {"size": 12, "color": look.paper, "opacity": 1, "line": {"color": style.GHOST, "width": 2}}
    data: list[dict[str, Any]] = [
        _marks("before", was, at, hollow),
        _marks("after", now, at, {"size": 11, "color": style.BACKWARD, "opacity": 1}),
        drawing.words(
            [10.0 ** (high + 0.15)] * (len(rows) + 1),
            [-0.75, *at],
            [heading, *(told[row] for row in rows)],
            [look.muted] + [look.ink] * len(rows),
            look.font,
            "middle right",
        ),
    ]
    layout: dict[str, Any] = {
        "margin": look.margin(88, 108, 8, 42),
        "xaxis": axes.log_axis(
            low, high, f"norm (log<sub>10</sub>); ○ before, ● after{', line: threshold' * bool(threshold)}"
        ),
        "yaxis": {
            "range": [len(rows) - 0.5, -1.1],
            "tickvals": at,
            "ticktext": [row if row == ALL else f"∂L/∂{row}" for row in rows],
            "tickfont": {"color": look.ink, "size": look.font},
        },
    }
    if threshold:
        line = {"color": style.BACKWARD, "width": look.line}
        ends = {"x0": threshold, "x1": threshold, "yref": "paper", "y0": 0, "y1": 1}
        layout["shapes"] = [{"type": "line", **ends, "line": line}]
    return Picture(title, data, layout, look, height=look.height(250), note=note)


def _marks(name: str, values: list[float], at: list[int], marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": positive(values),
        "y": at,
        "name": name,
        "marker": marker,
        "hovertemplate": f"{name}: %{{x:.3g}}<extra></extra>",
    }
