"""‖∂L/∂h‖ of a deep network along one of its axes: over the steps of one layer, over the layers at one step."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.analysis import depth
from core.analysis.norms import euclidean
from explorer.figures import axes, drawing
from explorer.figures.picture import Picture, positive
from explorer.look import style
from explorer.look.notation import magnitude, relative
from explorer.look.style import LIGHT, Look
from explorer.passes.once import once
from explorer.passes.scenario import Scenario

SERIES = (("in total", "solid", 1.4), ("through time", "dash", 0.8), ("through depth", "dot", 1.0))


def along_time(scene: Scenario, look: Look = LIGHT) -> Picture:
    """The selected chain over all steps: the total, and its parts through time and through depth."""
    layer, direction = scene.place
    norms = _norms(once(depth.split, scene.trace, layer, direction))
    first, last = (0, -1) if direction == "forward" else (-1, 0)
    left = relative(float(norms[0][first]), float(norms[0][last]))
    title = f"In layer {layer + 1}, the gradient where the chain begins is {left} what it is where it ends."
    if not norms[0].any():
        title = f"No gradient reaches layer {layer + 1}."
    axis = axes.step_axis(scene.steps)
    was = _norms(once(depth.split, scene.original.trace, layer, direction))[0] if scene.original else None
    return _picture(scene, look, np.arange(1, scene.steps + 1), norms, axis, scene.step + 1, "step", title, was)


def along_depth(scene: Scenario, look: Look = LIGHT) -> Picture:
    """All layers at the selected step, in the selected direction."""
    layers = scene.trace.network.num_layers
    norms = _over_layers(scene)
    bottom, top = float(norms[0][0]), float(norms[0][-1])
    title = f"At step {scene.step + 1}, the one layer’s gradient has norm {magnitude(bottom)}."
    if layers > 1:
        ends = f"layer 1 has a gradient of {magnitude(bottom)}, layer {layers} of {magnitude(top)}"
        title = f"At step {scene.step + 1}, {ends}."
    axis = {"range": [0.7, layers + 0.3], "dtick": 1, "title": {"text": "layer ℓ"}}
    was = _over_layers(scene.original)[0] if scene.original else None
    return _picture(scene, look, np.arange(1, layers + 1), norms, axis, scene.place[0] + 1, "layer", title, was)


def _over_layers(scene: Scenario) -> list[np.ndarray]:
    """(layers,) of every series, at the selected step."""
    direction, layers = scene.place[1], range(scene.trace.network.num_layers)
    each = [_norms(once(depth.split, scene.trace, layer, direction)) for layer in layers]
    return [np.array([of_layer[series][scene.step] for of_layer in each]) for series in range(len(SERIES))]


def _norms(parts: depth.Split) -> list[np.ndarray]:
    """(T,) of the total, of time and of depth."""
    return [euclidean(part[:, 0]) for part in (parts.total, parts.time, parts.depth)]


def _picture(
    scene: Scenario, look: Look, at: np.ndarray, norms: list[np.ndarray], x_axis: dict[str, Any], chosen: int,
    key: str, title: str, was: np.ndarray | None,
) -> Picture:  # fmt: skip
    """`was`: the total before a change."""
    ghosts = [] if was is None else [was]
    low, high, note = axes.decades(*norms, *ghosts)
    data: list[dict[str, Any]] = [
        drawing.lines([[*zip(at, positive(ghost), strict=True)]], style.GHOST, look.line, "4px,3px") for ghost in ghosts
    ]
    data += [
        {
            "type": "scatter",
            "mode": "lines+markers" if len(at) <= 40 else "lines",
            "x": at,
            "y": positive(values),
            "line": {"color": style.BACKWARD, "width": look.line * width, "dash": dash},
            "marker": {"size": 6, "color": style.BACKWARD},
            "hovertemplate": f"{name}, {key} %{{x}}: %{{y:.2e}}<extra></extra>",
            "meta": {"click": {"x": key}},
        }
        for values, (name, dash, width) in zip(norms, SERIES, strict=True)
    ]
    data.append(
        {
            "type": "scatter", "mode": "markers", "x": [chosen], "y": positive(norms[0][chosen - 1 : chosen]),
            "marker": {"size": 11, "color": look.ink, "opacity": 1}, "hoverinfo": "skip",
        }
    )  # fmt: skip
    left, right = x_axis["range"]
    names = ["‖∂L/∂h‖", "— total   – – through time   ··· through depth"]
    colours = [look.ink, style.BACKWARD]
    data.append(
        drawing.words([left, right], 10.0 ** (high + 0.15), names, colours, look.font, ["top right", "top left"])
    )
    layout = {
        "margin": look.margin(44, 10, 24, 40),
        "xaxis": x_axis,
        "yaxis": axes.log_axis(low, high, ""),
    }
    note += " Dashed grey: the total before the change." if ghosts else ""
    return Picture(title, data, layout, look, height=look.height(240), note=note.strip())
