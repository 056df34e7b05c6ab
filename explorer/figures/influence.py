"""What the outputs see: ‖∂y_t/∂x_k‖ of five architectures side by side, on one scale and one axis of inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from explorer.figures import axes, changed, drawing
from explorer.figures.picture import Picture, log10, positive
from explorer.look import style
from explorer.look.notation import one_in
from explorer.look.style import LIGHT, Look
from explorer.passes.architectures import Architectures, Sight

DECADES = (-6, 1)
MATRIX, ROW, PATH = (0.47, 1.0), (0.2, 0.41), (0.0, 0.14)  # heights, as parts of the picture


def matrices(five: Architectures, look: Look = LIGHT) -> Picture:
    """Five matrices; below each the row of the selected output, and the number of nonlinear steps to each input."""
    nets, scene = five.nets, five.scene
    T, t = scene.steps, scene.step
    low, high, note = axes.decades(*(net.norms for net in nets), fixed=DECADES)
    gap = max(0.6, T * 0.12)
    starts = np.arange(len(nets)) * (T + gap)
    places = (starts[:, None] + np.arange(1, T + 1)).ravel()
    middles = (starts + (T + 1) / 2).tolist()
    box = [(start + 0.5, start + T + 0.5) for start in starts]
    row = [[(l, t + 0.5), (r, t + 0.5), (r, t + 1.5), (l, t + 1.5), (l, t + 0.5)] for l, r in box]
    # In projector mode every other name stands a line higher: they are wider than their matrices.
    names = [f"<b>{net.name}</b>" + "<br> " * (look.projector and n % 2) for n, net in enumerate(nets)]
    inputs = [f"x at k = {k + 1}, “{drawing.plain(token)}”" for k, token in enumerate(scene.tokens)] * len(nets)
    data: list[dict[str, Any]] = [
        _heatmap(nets, starts, gap, (low, high), look),
        drawing.lines(row, look.ink, look.line),
        drawing.words(middles, T + 0.5, names, look.ink, look.font + 1, "top center"),
        {
            **_bars(places, positive(np.concatenate([net.norms[t] for net in nets])), style.BACKWARD, inputs),
            "yaxis": "y2",
            "hovertemplate": "%{hovertext}: %{y:.2e}<extra></extra>",
        },
        {
            **_bars(places, np.concatenate([net.paths[t] for net in nets]), style.GHOST, inputs),
            "yaxis": "y3",
            "hovertemplate": "%{hovertext}: %{y} nonlinear steps<extra></extra>",
        },
    ]
    if five.before:
        was = positive(five.before.norms[t])
        before = [[(k + 0.55, y), (k + 1.45, y)] for k, y in enumerate(was) if y]
        data.append({**drawing.lines(before, style.GHOST, look.line, "4px,3px"), "yaxis": "y2"})
    every = max(1, -(-T // (2 if look.projector else 4)))
    ticks = range(every, T + 1, every)
    layout: dict[str, Any] = {
        "margin": look.margin(50, 48, 32 if look.projector else 24, 38),
        "barmode": "overlay",
        "shapes": [_ground(left, right, T, look) for left, right in box],
        "xaxis": {
            "range": [0.3, starts[-1] + T + 0.7],
            "anchor": "y3",
            "tickvals": [float(start + k) for start in starts for k in ticks],
            "ticktext": [str(k) for k in ticks] * len(nets),
            "tickangle": 0,
            "title": {"text": "input k", "standoff": 2},
        },
        "yaxis": {**axes.step_axis(T, "output t"), "domain": MATRIX},
        "yaxis2": {**axes.log_axis(low, high, "‖∂y<sub>t</sub>/∂x<sub>k</sub>‖"), "domain": ROW},
        "yaxis3": {"domain": PATH, "range": [0, T + 0.5], "nticks": 3, "title": {"text": "path"}, "showgrid": True},
    }
    ghost = "Dashed: the RNN before the change. " if five.before else ""
    grey = f"{ghost}Grey: exactly 0. Path: nonlinear steps from xₖ to yₜ; where there is none, no bar."
    return Picture(title(five), data, layout, look, look.height(430), f"{grey} {note or 'Fixed scale.'}")


def title(five: Architectures) -> str:
    """What the selected output has of the first input, in the RNN, under attention and in the window."""
    nets, t = five.nets, five.step
    if five.before:
        now, before = (one_in(*net.share(t)) for net in (nets[0], five.before))
        return f"{changed.told(five)}, x₁ is {now} of output {t + 1}’s view in the RNN; it was {before}."
    if t == 0:
        return "Output 1 has read x₁ alone where the net only moves forward; a reverse chain or attention has read all."
    rnn, _, _, window, attention = nets
    in_rnn, attended, seen = (one_in(*net.share(t)) for net in (rnn, attention, window))
    told = f"Of output {t + 1}’s view, x₁ is {in_rnn} in the RNN, {attended} under attention"
    width = five.settings.window
    if window.paths[t, 0] == 0:
        return f"{told}; a window of {width} misses it."
    return f"{told}, {seen} in a window of {width}."


def _heatmap(
    nets: Sequence[Sight], starts: np.ndarray, gap: float, bounds: tuple[int, int], look: Look
) -> dict[str, Any]:
    """All matrices as one heat map with empty columns between."""
    T = len(nets[0].norms)
    z = np.full((T, len(nets) * (T + 1) - 1), np.nan)
    clicks = np.zeros((*z.shape, 2), int)
    clicks[..., 0] = np.arange(1, T + 1)[:, None]
    edges = [start + 0.5 + np.arange(T + 1) for start in starts]
    for n, net in enumerate(nets):
        columns = slice(n * (T + 1), n * (T + 1) + T)
        z[:, columns], clicks[:, columns, 1] = log10(net.norms), np.arange(1, T + 1)
    low, high = bounds
    colours = axes.orders(look, low, high, most=7)
    height = {"y": sum(MATRIX) / 2, "len": MATRIX[1] - MATRIX[0], "lenmode": "fraction", "ypad": 0}
    return {
        "type": "heatmap",
        "x": np.concatenate(edges),
        "y": 0.5 + np.arange(T + 1),
        "z": z,
        **colours,
        "colorbar": colours["colorbar"] | height,
        "xgap": 1 if T <= 16 else 0,
        "ygap": 1 if T <= 24 else 0,
        "hoverongaps": False,
        "customdata": clicks,
        "hovertemplate": "∂y at %{customdata[0]} by x at %{customdata[1]}: 10<sup>%{z:.2f}</sup><extra></extra>",
        "meta": {"click": {"custom": ["step"]}},
    }


def _ground(left: float, right: float, steps: int, look: Look) -> dict[str, Any]:
    """What stands behind a matrix, and shows where an influence is exactly 0."""
    ends = {"x0": left, "x1": right, "y0": 0.5, "y1": steps + 0.5}
    return {"type": "rect", **ends, "fillcolor": look.rule, "line": {"width": 0}, "layer": "below"}


def _bars(places: np.ndarray, heights: np.ndarray, colour: str, hover: list[str]) -> dict[str, Any]:
    return {
        "type": "bar", "x": places, "y": heights, "width": 0.85, "marker": {"color": colour}, "hovertext": hover,
    }  # fmt: skip
