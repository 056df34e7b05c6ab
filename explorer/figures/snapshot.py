"""The network at one moment of its training, at work on the input: its states and what it says, and its gates."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.figures import drawing, gates
from explorer.figures.picture import Picture, finite
from explorer.look import style
from explorer.look.notation import counted, magnitude
from explorer.look.style import LIGHT, Look
from explorer.passes.over_training import OverTraining

# Heights in px from the bottom.
STEP, TOKEN, STATES, SAID, TOP = 8, (18, 40), (48, 122), (130, 152), 156
SERIES = (116, 152)  # of numbers, which stand in place of words
GAP, ROW = 8, 44
MOST_NUMBERS = 25  # that have room to be read as such


def states(scene: OverTraining, look: Look = LIGHT) -> Picture:
    """Every state of every unit above the word that is read, and above them what the network says."""
    hidden = scene.trace[scene.place].hidden[:, 0]
    low, high = (STATES[0], SERIES[0] - 8) if scene.numeric else STATES
    bound = max(1.0, 2.0 ** np.ceil(np.log2(float(np.nanmax(np.abs(finite(hidden)), initial=1.0)))))
    at = np.arange(1, scene.steps + 1)
    hover = "step %{customdata[0]}, unit %{customdata[2]}<br>h = %{z:.4f}<extra></extra>"
    data = [
        drawing.boxes(at.tolist(), low - 3, high + 3, look.rule),
        drawing.cells(at.astype(float), low, high, hidden, look.signed, (-bound, bound), hover, ""),
        drawing.boxes([scene.step_number], low - 3, high + 3, look.ink, width=look.line),
        *_tokens(scene, look),
        *_said(scene, look),
    ]
    layout = drawing.stage(scene.steps, TOP, look)
    left = layout["xaxis"]["range"][0]
    names = ["<b><i>h</i></b>", "<b><i>ŷ</i></b>"]
    heights = [(low + high) / 2, sum(SAID) / 2]
    data.append(drawing.words([left] * 2, heights, names, style.FORWARD, look.font + 3, "middle left"))
    note = f"h from −{bound:g} (blue) to +{bound:g} (vermillion)" + (", rescaled to what occurs." if bound > 1 else ".")
    return Picture(title(scene), data, layout, look, height=look.height(TOP), note=note)


def _tokens(scene: OverTraining, look: Look) -> list[dict[str, Any]]:
    """The words that are read, and the numbers of the steps."""
    steps = scene.steps
    at = list(range(1, steps + 1))
    size = drawing.font_size(steps, look, largest=13, words=scene.tokens)
    every = 1 if steps <= 40 else 2
    numbers = [str(t) if t % every == 0 or t == scene.step_number else "" for t in at]
    ink = [look.ink if t == scene.step_number else look.muted for t in at]
    if scene.numeric and steps > MOST_NUMBERS:
        return [drawing.words(at, sum(TOKEN) / 2, numbers, ink, min(size, look.font), custom=[[t, ""] for t in at])]
    read = drawing.fitted(scene.tokens, steps, size, scene.numeric)
    return [
        drawing.boxes(at, *TOKEN, "rgba(0,0,0,0)", look.well, half=drawing.HALF + 0.12),
        drawing.words(at, sum(TOKEN) / 2, read, style.FORWARD, size, custom=[[t, ""] for t in at]),
        drawing.words(at, STEP, numbers, ink, min(size, look.font)),
    ]


def _said(scene: OverTraining, look: Look) -> list[dict[str, Any]]:
    """What comes out where the loss enters; in vermillion where it is wrong. Numbers at every step are a curve."""
    if scene.numeric and len(scene.answers) > 1:
        return _series(scene, look)
    answers, height = scene.answers, sum(SAID) / 2
    size = drawing.font_size(scene.steps, look, largest=13, words=[answer.said for answer in answers])
    ink = [style.BACKWARD if answer.wrong else look.ink for answer in answers]
    hover = [f"step {answer.step + 1}: {drawing.plain(answer.told)}" for answer in answers]
    custom = [[answer.step + 1, ""] for answer in answers]
    if len(answers) == 1:
        edge, text = [scene.steps + drawing.HALF], [drawing.plain(answers[0].said)]
        size = min(13 * look.scale, 1.6 * look.font)
        return [drawing.words(edge, height, text, ink, size, "middle left", hover, custom)]
    text = drawing.fitted([answer.said for answer in answers], scene.steps, size)
    return [drawing.words([a.step + 1 for a in answers], height, text, ink, size, hover=hover, custom=custom)]


def _series(scene: OverTraining, look: Look) -> list[dict[str, Any]]:
    """What is expected next, and in dotted vermillion what comes, both in the first component."""
    low, high = SERIES
    expected, comes = (finite(x) for x in scene.first_component)
    known = np.concatenate([expected, comes])
    least, most = float(np.nanmin(known, initial=0.0)), float(np.nanmax(known, initial=0.0))
    scale = (high - low) / ((most - least) or 1.0)
    at = np.arange(1, scene.steps + 1)
    curves = ((comes, style.BACKWARD, "dot", "comes"), (expected, style.FORWARD, "solid", "expected"))
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": at,
            "y": low + scale * (values - least),
            "customdata": [[int(t), "", float(value)] for t, value in zip(at, values, strict=True)],
            "line": {"color": colour, "width": look.line, "dash": dash},
            "hovertemplate": f"{word}, step %{{customdata[0]}}: %{{customdata[2]:.3f}}<extra></extra>",
            "meta": {"click": {"custom": ["step"]}},
        }
        for values, colour, dash, word in curves
    ]


def title(scene: OverTraining) -> str:
    """What the network makes of the input at this moment."""
    answers = scene.answers
    if not scene.trace.finite:
        return "On this input the network leaves the range of finite numbers."
    if len(answers) == 1:
        return f"Of this input it says {answers[0].told}."
    if scene.numeric:
        expected, comes = scene.first_component
        error = magnitude(float(np.abs(expected - comes).mean()))
        return f"What it expects next (solid) is off by {error} on average from what comes (dotted)."
    if not scene.known:
        return "What it finds most probable at every step; the right answers are not known."
    wrong = [answer for answer in answers if answer.wrong]
    if not wrong:
        return f"On this input all of its {len(answers)} answers are right."
    first = wrong[0]
    return (
        f"On this input {len(wrong)} of {len(answers)} answers are wrong: at “{scene.tokens[first.step]}” it says "
        f"“{first.said}”, right is “{first.right}”."
    )


def gates_over_steps(scene: OverTraining, look: Look = LIGHT) -> Picture:
    """Every gate of every unit at every step, below the state that is carried."""
    shown = gates.rows(scene, look)
    at = np.arange(1, scene.steps + 1)
    top = 44 + len(shown) * (ROW + GAP)
    data = []
    middles = []
    for k, row in enumerate(shown):
        high = top - 2 - k * (ROW + GAP)
        hover = f"step %{{customdata[0]}}, unit %{{customdata[2]}}<br>{row.word} {row.symbol} = %{{z:.4f}}"
        cells = drawing.cells(
            at.astype(float), high - ROW, high, row.values, row.colours, row.bounds, f"{hover}<extra></extra>", ""
        )
        data.append(cells)
        middles.append(high - ROW / 2)
    layout = drawing.stage(scene.steps, top, look)
    left = layout["xaxis"]["range"][0]
    names = [f"<b><i>{row.symbol}</i></b>" for row in shown]
    data += _tokens(scene, look)
    data.append(
        drawing.words([left] * len(shown), middles, names, [row.colour for row in shown], look.font + 4, "middle left")
    )
    cell = scene.settings.of_cell
    kept = float(scene.trace[0, "forward"].gates[cell.carry][:, 0].mean())
    after = f"After {counted(scene.updates, 'update')}"
    title = f"{after} the {cell.carry} gate keeps {kept:.2f} of {cell.symbol} a step, on average."
    if not np.isfinite(kept):
        title = "The gates have left the range of finite numbers."
    note = "Gates from 0 (pale) to 1 (full colour); signed values blue below 0, vermillion above."
    return Picture(title, data, layout, look, height=look.height(top), note=note)
