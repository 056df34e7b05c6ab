"""Where the feedback edge starts and ends: three networks over the same steps, each in a strip of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.networks import sizes
from explorer.figures import changed, drawing, moved, norms, unrolled
from explorer.figures.picture import Picture
from explorer.look import style
from explorer.look.notation import counted, magnitude, signed
from explorer.look.style import LIGHT, Look
from explorer.passes.scenario import FED_BACK, Scenario

HOVER = "step %{customdata[0]}, unit %{customdata[2]}<br>h = %{z:+.4f}<extra></extra>"
# Heights in px: the steps and the tokens below, then three strips, the first on top.
STEP, TOKEN = 8, (21, 43)
STRIP, FLOOR = 90, 58  # of a strip, and where the lowest begins
STATE, OUTPUT, NAME = (0, 40), (50, 68), 80  # within a strip
TOP = FLOOR + len(FED_BACK) * STRIP


def networks(scenes: Sequence[Scenario], look: Look = LIGHT) -> Picture:
    """Elman, Jordan and general (the chosen one comes first), unrolled up to the selected step; an arrow that goes
    down and right feeds back ŷ."""
    scene, scenes = scenes[0], in_order(scenes)
    reach = scene.step
    at = range(1, reach + 2)
    floors = [FLOOR + STRIP * n for n in reversed(range(len(scenes)))]
    scale = max(unrolled.state_scale(one) for one in scenes)
    size = drawing.font_size(scene.steps, look, largest=13)
    edges, heads = _edges(scenes, floors, reach)
    ups = [[(t, f + STATE[1] + 3), (t, f + OUTPUT[0])] for f in floors for t in at]
    ups += [[(t, TOKEN[1] + 2), (t, FLOOR - 2)] for t in at]
    words = [drawing.fitted(_guesses(one, reach), one.steps, size) for one in scenes]
    left = drawing.stage(scene.steps, TOP, look)["xaxis"]["range"][0]
    labels = ["<i>ŷ</i>", "<i>h</i>"] * len(scenes) + ["<i>x</i>", "step"]
    label_heights = [f + sum(part) / 2 for f in floors for part in (OUTPUT, STATE)] + [sum(TOKEN) / 2, STEP]
    data: list[dict[str, Any]] = [
        drawing.boxes(range(1, scene.steps + 1), *TOKEN, "rgba(0,0,0,0)", look.well),
        drawing.lines(ups, style.CANDIDATE, 1.2),
        drawing.lines(edges, style.FORWARD, look.line),
        drawing.heads(heads, "right", style.FORWARD, 7),
        *(
            drawing.cells(
                np.array(at, float), floor + STATE[0], floor + STATE[1], one.trace[0, "forward"].hidden[: reach + 1, 0],
                look.signed, (-scale, scale), HOVER, "h",
            )
            for one, floor in zip(scenes, floors, strict=True)
        ),
        drawing.words(
            list(at) * len(scenes), [f + sum(OUTPUT) / 2 for f in floors for _ in at],
            [word for row in words for word in row], style.FORWARD, size,
        ),
        drawing.words(
            list(range(1, scene.steps + 1)), sum(TOKEN) / 2, drawing.fitted(scene.tokens, scene.steps, size),
            [style.FORWARD if t <= reach + 1 else style.GHOST for t in range(1, scene.steps + 1)], size,
            custom=[[t, "x"] for t in range(1, scene.steps + 1)],
        ),
        *_moved(scenes, floors, reach, scale),
        drawing.words([scene.step_number], STEP, [str(scene.step_number)], look.ink, look.font),
        drawing.words([left] * len(labels), label_heights, labels, look.muted, look.font + 1, "middle left"),
        drawing.words(
            [left] * len(scenes), [f + NAME for f in floors], [_name(one) for one in scenes],
            look.ink, look.font, "middle right",
        ),
    ]  # fmt: skip
    layout = drawing.stage(scene.steps, TOP, look)
    note = f"Blue: what is fed back, from where to where; of ŷ it is φ(o). All read x. Colours of h: ±{scale:g}."
    return Picture(title(scene, scenes), data, layout, look, look.height(TOP), note)


def title(chosen: Scenario, scenes: Sequence[Scenario]) -> str:
    """The loss of each on the same budget; where something was changed, beside what it was."""
    if scenes[0].original:
        now = (_loss_of(one) for one in scenes)
        return f"{changed.told(scenes[0])}, the loss is {', '.join(now)}."
    count = sizes.parameters(chosen.trace.network)
    first, *others = (f"from {one.settings.of_cell.source}" for one in scenes)
    values = (magnitude(float(one.trace.loss)) for one in scenes)
    told = ", ".join(f"{v} {where}" for v, where in zip(values, (f"fed back {first}", *others), strict=True))
    return f"On about {count:,} parameters, the loss is {told}."


def in_order(scenes: Sequence[Scenario]) -> list[Scenario]:
    """Elman, Jordan, general: whichever is chosen, each keeps its place."""
    return sorted(scenes, key=lambda one: FED_BACK.index(one.settings.cell))


def _loss_of(scene: Scenario) -> str:
    """The loss of one network, beside what it was before the change."""
    assert scene.original is not None
    now, was = (magnitude(float(one.trace.loss)) for one in (scene, scene.original))
    return f"{now} fed back from {scene.settings.of_cell.source} (it was {was})"


def _moved(scenes: Sequence[Scenario], floors: Sequence[float], reach: int, scale: float) -> list[dict[str, Any]]:
    """Outlines of the states that a change has visibly moved."""
    rows = []
    for one, floor in zip(scenes, floors, strict=True):
        if one.original is not None:
            now, was = (s.trace[0, "forward"].hidden[: reach + 1, 0] for s in (one, one.original))
            rows.append((floor + STATE[0], floor + STATE[1], moved.visibly(now, was, scale)))
    return [moved.outlines(np.arange(1, reach + 2, dtype=float), rows)] if rows else []


def gradients(scenes: Sequence[Scenario], look: Look = LIGHT) -> Picture:
    """‖∂L/∂h_t‖ per step of all three."""
    return norms.by_cell(scenes, look, height=165)


def _edges(
    scenes: Sequence[Scenario], floors: Sequence[float], reach: int
) -> tuple[list[list[tuple[float, float]]], list[tuple[float, float]]]:
    """The feedback from step to step as lines, and where their arrow heads stand: in h of the next step."""
    lines, heads = [], []
    half = drawing.HALF + 0.05
    for one, floor in zip(scenes, floors, strict=True):
        state, output = floor + sum(STATE) / 2, floor + sum(OUTPUT) / 2
        back = one.settings.of_cell.feedback
        both = len(back) > 1
        for t in range(1, reach + 1):
            end = t + 1 - half
            if "h" in back:
                at = state - 8 if both else state
                lines.append([(t + half, at), (end, at)])
                heads.append((end - 0.03, at))
            if "ŷ" in back:
                at = state + 8 if both else state
                lines.append([(t + half, output), (t + 0.5, output), (t + 0.5, at), (end, at)])
                heads.append((end - 0.03, at))
    return lines, heads


def _guesses(scene: Scenario, reach: int) -> list[str]:
    predictions = scene.trace.predictions[: reach + 1, 0]
    if scene.sequence.numeric:
        return [signed(float(p[0])) for p in predictions]
    return [scene.sequence.vocabulary[int(np.argmax(p))] for p in predictions]


def _name(scene: Scenario) -> str:
    count = sizes.parameters(scene.trace.network)
    units = scene.trace.network.hidden_size
    view = scene.settings.of_cell
    name = f"{view.label}: {' and '.join(view.feedback)} → h"
    return f"<b>{name}</b>, {counted(units, 'unit')}, {count:,} parameters"
