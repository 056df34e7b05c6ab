"""What an output can see: ‖∂o_t/∂x_k‖ of a bidirectional network, beside one that only moves forward.

Builders that compare take both scenes, of `scenario.each_direction`: the bidirectional one first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from core.analysis import influence
from core.analysis.norms import euclidean
from explorer.figures import axes, drawing, grid, layers
from explorer.figures.picture import Picture, log10, positive
from explorer.look import style
from explorer.look.notation import counted, magnitude, superscript
from explorer.look.style import LIGHT, Look
from explorer.passes.once import once
from explorer.passes.scenario import Scenario

STRIP = (27, 33)  # px from the bottom of the drawing: how much the chosen output changes with each input


def of_output(scene: Scenario) -> np.ndarray:
    """‖∂o_t/∂x_k‖ of the selected output and every input: (T,). Found alone: while a hand moves, no figure of all
    outputs may be wanted."""
    return euclidean(once(influence.of_output, scene.trace, scene.step, of="logits"), axis=(0, 2))


def chains(scenes: Sequence[Scenario], look: Look = LIGHT) -> Picture:
    """Both chains of every layer with their states; over the inputs, what the selected output sees of each."""
    both = scenes[0]
    seen, past = (of_output(scene) for scene in scenes)
    drawn = layers.states(both, look)
    at = np.arange(1, both.steps + 1)
    low, high, _ = axes.decades(seen)
    strip = {
        "type": "heatmap",
        "x": np.stack([at - layers.EDGE, at + layers.EDGE], axis=1).ravel(),
        "y": list(STRIP),
        "z": [[v for value in log10(seen).tolist() for v in (value, None)][:-1]],
        "colorscale": look.orders,
        "zmin": low,
        "zmax": high,
        "showscale": False,
        "hoverongaps": False,
        "hovertemplate": f"‖∂o at {both.step + 1} / ∂x‖ = 10<sup>%{{z:.2f}}</sup><extra></extra>",
    }
    decades = f"from 10{superscript(low)} to 10{superscript(high)}"
    note = f"{drawn.note} Over the inputs: ‖∂o/∂x‖ of output {both.step_number}, {decades}."
    return replace(drawn, title=headline(both, seen, past), data=[*drawn.data, strip], note=note)


def headline(scene: Scenario, both: np.ndarray, forward: np.ndarray) -> str:
    """How many inputs the selected output changes with, by its influences (T,) in both networks; where something was
    changed in the pass, how much the selected state moved by it."""
    if scene.original:
        return layers.headline(scene)
    seen, past = np.count_nonzero(both), np.count_nonzero(forward)
    steps, later = scene.steps, forward[scene.step + 1 :]
    told = f"Output {scene.step_number} sees {seen} of {counted(steps, 'input')}"
    if not len(later):
        return f"{told}; at the last step, so does a network that only moves forward: {past}."
    those = "the one that follows counts" if len(later) == 1 else f"the {len(later)} that follow count"
    counts = f"{those} exactly {magnitude(float(later.max()))}"
    return f"{told}; forward only, it sees {past}: {counts}."


def matrix(scene: Scenario, look: Look = LIGHT) -> Picture:
    """‖∂o_t/∂x_k‖ for every pair, on fixed decades; what is exactly zero is blank."""
    with np.errstate(all="ignore"):
        seen = once(influence.output_by_input, scene.trace, of="logits")
    steps, t = scene.steps, scene.step
    data, note = grid.magnitudes(seen, (1, steps), t + 1, look, "∂o at %{y} by x at %{x}", {"y": "step"})
    layout = grid.layout(steps, "input x at step k", "output o at step t", look)
    blank = "Blank: exactly 0."
    title = matrix_title(seen, scene)
    return Picture(title, data, layout, look, height=look.height(300), note=f"{blank} {note}".strip())


def matrix_title(seen: np.ndarray, scene: Scenario) -> str:
    """What the outputs see of what follows."""
    future = seen[np.triu_indices(len(seen), 1)]
    which = "Bidirectional" if scene.trace.network.bidirectional else "Forward only"
    if not len(future):
        return f"{which}: one output, one input, {magnitude(float(seen[0, 0]))} between them."
    if not future.any():
        return f"{which}: all {len(future)} influences of a later input are exactly 0."
    return (
        f"{which}: {np.count_nonzero(future)} of {len(future)} later inputs count, "
        f"with up to {magnitude(float(future.max()))}."
    )


def row(scenes: Sequence[Scenario], look: Look = LIGHT) -> Picture:
    """The selected output's influences in both networks, under their inputs; 0 is written where one is exactly 0."""
    both, at = scenes[0], np.arange(1, scenes[0].steps + 1)
    seen = [of_output(scene) for scene in scenes]
    low, high, note = axes.decades(*seen)
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines+markers" if both.steps <= 40 else "lines",
            "x": at,
            "y": positive(values),
            "line": {"color": colour, "width": look.line, "dash": dash},
            "marker": {"size": 6, "color": colour},
            "hovertemplate": f"{name}, x at %{{x}}: %{{y:.2e}}<extra></extra>",
            "meta": {"click": {"x": "step"}},
        }
        for values, name, colour, dash in (
            (seen[1], "forward only", style.GHOST, "dash"),
            (seen[0], "bidirectional", style.FORWARD, "solid"),
        )
    ]
    frame = drawing.stage(both.steps, 1, look)
    left, right = frame["xaxis"]["range"]
    unseen = (np.flatnonzero(seen[1] == 0) + 1).tolist()
    names = [f"‖∂o<sub>{both.step_number}</sub>/∂x<sub>k</sub>‖", "— both ways   – – forward only"]
    data.append(
        drawing.words(
            [left, right, *unseen], [10.0 ** (high + 0.15)] * 2 + [10.0 ** (low + 0.6)] * len(unseen),
            [*names, *["0"] * len(unseen)], [look.ink, style.FORWARD, *[style.GHOST] * len(unseen)], look.font,
            ["top right", "top left", *["middle center"] * len(unseen)],
        )
    )  # fmt: skip
    layout = {
        "margin": look.margin(drawing.LEFT, layers.RIGHT, 22, 8),
        "xaxis": frame["xaxis"],
        "yaxis": axes.log_axis(low, high, ""),
        "shapes": [axes.cursor(both.step_number, look)],
    }
    most = int(np.argmax(np.nan_to_num(seen[0])))
    title = f"Output {both.step_number} changes most with “{both.tokens[most]}” at step {most + 1}."
    return Picture(title, data, layout, look, height=look.height(186), note=note)
