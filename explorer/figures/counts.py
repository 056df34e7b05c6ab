"""Parameters against length: shared weights beside those that are not."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.networks import sizes
from explorer.figures.picture import Picture
from explorer.look import style
from explorer.look.notation import superscript
from explorer.look.style import LIGHT, Look
from explorer.passes.scenario import Scenario
from explorer.state.kinds import LONGEST_LENGTH


def parameters(scene: Scenario, look: Look = LIGHT) -> Picture:
    """The number of parameters of the network and of two feed-forward ones, as the length moves."""
    network, outputs = scene.trace.network, scene.trace.logits.shape[-1]
    lengths = np.unique(np.geomspace(1, LONGEST_LENGTH, 16).astype(int))
    shared = sizes.parameters(network)
    curves = [
        ("shared", [shared] * len(lengths), style.FORWARD, "solid"),
        ("not shared", [sizes.unshared(network, int(t)) for t in lengths], style.OUTPUT, "dash"),
        (
            "dense",
            [sizes.feed_forward(network, int(t), outputs) for t in lengths],
            style.FORGET,
            "dot",
        ),
    ]
    now = [
        shared,
        sizes.unshared(network, scene.steps),
        sizes.feed_forward(network, scene.steps, outputs),
    ]
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": lengths,
            "y": counts,
            "name": name,
            "line": {"color": colour, "width": look.line, "dash": dash},
            "hovertemplate": f"{name}, %{{x}} steps: %{{y:,}} parameters<extra></extra>",
        }
        for name, counts, colour, dash in curves
    ]
    data.append(
        {
            "type": "scatter",
            "mode": "markers+text",
            "x": [scene.steps] * 3,
            "y": now,
            "text": [f"{n:,} {curve[0]}" for n, curve in zip(now, curves, strict=True)],
            "textposition": "bottom right" if scene.steps < 25 else "bottom left",
            "textfont": {"size": look.font, "color": look.ink},
            "marker": {"size": 8, "color": [c[2] for c in curves], "opacity": 1},
            "hoverinfo": "skip",
            "cliponaxis": False,
        }
    )
    layout = {
        "margin": look.margin(38, 8, 8, 36),
        "xaxis": {
            "title": {"text": "length T"},
            "range": [0, LONGEST_LENGTH + 1],
            "tickvals": [1, 20, 40, 60],
        },
        "yaxis": {
            "type": "log",
            "range": [np.log10(shared) - 0.5, np.log10(max(curves[2][1])) + 0.4],
            "tickvals": [10.0**d for d in range(9)],
            "ticktext": [f"10{superscript(d)}" for d in range(9)],
            "showgrid": True,
        },
    }
    title = f"{shared:,} parameters at any length; a feed-forward net needs {now[2]:,} for {scene.steps} steps."
    return Picture(title, data, layout, look, height=look.height(150))


def answer(scene: Scenario) -> str:
    """What becomes of the number of parameters when the length doubles, counted."""
    network, outputs = scene.trace.network, scene.trace.logits.shape[-1]
    now = sizes.feed_forward(network, scene.steps, outputs)
    then = sizes.feed_forward(network, 2 * scene.steps, outputs)
    return f"As many: {sizes.parameters(network):,}. The feed-forward net’s grow {then / now:.1f}-fold."
