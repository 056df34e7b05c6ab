"""The unrolled network: every column is a step, every cell a number of the trace. The hero of several pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from core.analysis import depth
from core.analysis.norms import euclidean
from core.passes.trace import Trace
from explorer.figures import changed, drawing, moved, truncated
from explorer.figures.picture import Picture, finite
from explorer.look import style
from explorer.look.notation import counted, magnitude, ratio, relative
from explorer.look.style import LIGHT, Look
from explorer.passes.base import Pass
from explorer.passes.once import once
from explorer.passes.scenario import Scenario

# Heights of the rows, in px from the bottom.
STEP, TOKEN, STATE, PREDICTION, LOSS = 9, (24, 52), (78, 208), (236, 262), 288
MIDDLE = sum(STATE) / 2
TOP = 306
# The gradient's ribbon: fixed decades, so that two pictures can be compared.
DECADES = (-6.0, 1.0)
WIDEST = 46.0  # px, half of a ribbon's width at the top decade


def state_scale(scene: Pass) -> float:
    """The bound of the state's colours: 1 for bounded cells; else the next power of two above what occurs."""
    if scene.trace.network.equations.bounded:
        return 1.0
    largest = max(np.nanmax(np.abs(finite(c.hidden)), initial=1.0) for c in scene.trace.chains.values())
    return float(2.0 ** np.ceil(np.log2(largest)))


def forward(scene: Scenario, look: Look = LIGHT) -> Picture:
    """The forward pass up to the selected step; folded, the same network once, with its one-step delay."""
    if scene.settings.folded:
        return _folded(scene, look)
    reach = scene.step
    data = [
        *_inputs(scene, look, reach),
        *_states(scene, look, reach),
        *(_outputs(scene, look, reach) if scene.settings.system == "rnn" else []),
    ]
    return _picture(scene, look, data, forward_title(scene))


def backward(scene: Scenario, look: Look = LIGHT) -> Picture:
    """The backward sweep from the last step to the selected one, over the same drawing."""
    steps = scene.steps
    data = [
        *_flow(scene, look),
        *_inputs(scene, look, steps - 1),
        *_states(scene, look, steps - 1, links=scene.step),
        *_outputs(scene, look, steps - 1),
    ]
    if scene.truncation is None:
        return _picture(scene, look, data, backward_title(scene))
    data += truncated.scissors(scene, look, STATE[0] - 14, STATE[1] + 12)
    picture = _picture(scene, look, data, truncated.title(scene))
    return replace(picture, note=truncated.edges(scene) or picture.note)


def whole(scene: Scenario, look: Look = LIGHT) -> Picture:
    """Both passes complete, whatever step is selected."""
    return backward(scene.seen(scene.settings.but(step=1)), look)


def forward_title(scene: Scenario) -> str:
    """What the forward pass has come to, as a sentence."""
    t, steps, trace = scene.step, scene.steps, scene.trace
    hidden = trace[0, "forward"].hidden[:, 0]
    if not np.isfinite(hidden[t]).all():
        return f"The state has left the range of finite numbers by step {t + 1}."
    if scene.original:
        return changed.on_forward(scene)
    if scene.settings.folded:
        count = sum(p.size for p in trace.network.parameters.values())
        return f"One network of {count:,} parameters, used {counted(steps, 'time')}: what it knows of the past is h."
    if scene.settings.system == "autonomous":
        start = euclidean(trace[0, "forward"].initial_hidden[0])
        left = relative(float(euclidean(hidden[t])), float(start))
        return f"On its own, after {counted(t + 1, 'step')}, the state’s length is {left} what it began with."
    before = hidden[t - 1] if t else trace[0, "forward"].initial_hidden[0]
    by = magnitude(float(euclidean(hidden[t] - before)))
    if scene.settings.system == "driven":
        return f"Reading “{scene.tokens[t]}” at step {t + 1} moved the state by {by}."
    if scene.sequence.numeric:
        guess, truth = (scene.sequence.in_units(x[t, 0, 0]) for x in (trace.predictions, scene.sequence.targets))
        return f"At step {t + 1} the network, not trained, expects {guess:.3g} next; {truth:.3g} comes."
    best = int(np.argmax(trace.predictions[t, 0]))
    read = "".join(scene.tokens[: t + 1]) if scene.settings.read_as == "characters" else " ".join(scene.tokens[: t + 1])
    shown = read if len(read) <= 24 else "…" + read[-23:]
    p = trace.predictions[t, 0, best]
    return f"After “{shown}”, the network expects “{scene.sequence.vocabulary[best]}” with probability {p:.2f}."


def backward_title(scene: Scenario) -> str:
    """How much of the last gradient reaches the first step; where something was changed, against what did before."""
    norms = euclidean(scene.trace[0, "forward"].grad_hidden[:, 0])
    last, first = float(norms[-1]), float(norms[0])
    if scene.steps == 1:
        return "One step has no past: its gradient needs no time to flow back through."
    if not np.isfinite(norms).all():
        return "On its way back the gradient leaves the range of finite numbers."
    if scene.original:
        return changed.on_gradient(scene)
    if scene.settings.loss != "last":
        ends = f"{magnitude(first)} at step 1 and {magnitude(last)} at step {scene.steps}"
        return f"‖∂L/∂h‖ is {ends}: every loss adds to it."
    if last == 0:
        return f"The loss does not reach the last step: its gradient there is 0, and {magnitude(first)} at step 1."
    token = scene.tokens[0]
    if first > last:
        return f"On its way back the gradient grows: at the first “{token}” it is {ratio(first, last)} the last step’s."
    return f"Of the gradient at the last step, {ratio(first, last)} reaches the first “{token}”."


def _picture(scene: Scenario, look: Look, data: list[dict[str, Any]], title: str) -> Picture:
    layout = drawing.stage(scene.steps, TOP, look)
    data = [*data, _row_names(scene, look, layout["xaxis"]["range"][0])]
    scale = state_scale(scene)
    note = f"h from −{scale:g} (blue) to +{scale:g} (vermillion)" + (", rescaled to what occurs" if scale > 1 else "")
    if scene.original:
        note += f". Dashed grey: {moved.told(scale)}"
    note += ". The network is as initialised, not trained."
    return Picture(title, data, layout, look, height=look.height(TOP), note=note)


def _row_names(scene: Scenario, look: Look, left: float) -> dict[str, Any]:
    large = look.font + 4
    rows = [("<i>h</i>", MIDDLE, style.FORWARD, large), ("step", STEP, look.muted, look.font)]
    if scene.settings.system != "autonomous":
        rows.append(("<i>x</i>", sum(TOKEN) / 2, style.FORWARD, large))
    if scene.settings.system == "rnn":
        rows.append(("<i>ŷ</i>", sum(PREDICTION) / 2, style.FORWARD, large))
        rows.append(("<i>L</i>", LOSS, style.BACKWARD, large))
    text, heights, colours, sizes = (list(column) for column in zip(*rows, strict=True))
    return drawing.words([left] * len(rows), heights, text, colours, sizes, "middle left")


def _inputs(scene: Scenario, look: Look, reach: int) -> list[dict[str, Any]]:
    steps, chosen = scene.steps, scene.step
    at = np.arange(1, steps + 1)
    size = drawing.font_size(steps, look, words=scene.tokens)
    every = 1 if steps <= 40 else 2
    small = min(size, look.font)
    numbers = [str(t) if t % every == 0 or t == chosen + 1 else "" for t in at]
    ink = [look.ink if t == chosen + 1 else look.muted for t in at]
    traces = [drawing.words(at.tolist(), STEP, numbers, ink, small)]
    if scene.settings.system == "autonomous":
        return traces
    labels = drawing.fitted(scene.tokens, steps, size, scene.sequence.numeric)
    colours = [style.FORWARD if t <= reach + 1 else style.GHOST for t in at]
    read = at[: reach + 1].tolist()
    return [
        drawing.boxes(at.tolist(), *TOKEN, "rgba(0,0,0,0)", look.well),
        drawing.lines([[(t, TOKEN[1] + 2), (t, STATE[0] - 12)] for t in read], style.CANDIDATE, 1.4),
        drawing.heads([(t, STATE[0] - 11) for t in read], "up", style.CANDIDATE, 7),
        *traces,
        drawing.words(
            at.tolist(), sum(TOKEN) / 2, labels, colours, size,
            hover=[f"x at step {t}: {drawing.plain(w)}" for t, w in zip(at, scene.tokens, strict=True)],
            custom=[[int(t), "x"] for t in at],
        ),
    ]  # fmt: skip


def _states(scene: Scenario, look: Look, reach: int, links: int | None = None) -> list[dict[str, Any]]:
    steps, chosen = scene.steps, scene.step
    hidden = scene.trace[0, "forward"].hidden[:, 0]
    low, high = STATE
    at = np.arange(1, steps + 1)
    middle = (low + high) / 2
    edge = drawing.HALF + 0.05
    linked = range(1, (reach if links is None else links) + 1)
    scale = state_scale(scene)
    traces = [
        drawing.lines([[(t + edge, middle), (t + 1 - edge, middle)] for t in linked], style.FORWARD, 1.2),
        drawing.boxes(at.tolist(), low - 4, high + 4, look.rule),
        drawing.cells(
            at[: reach + 1].astype(float), low, high, hidden[: reach + 1], look.signed, (-scale, scale),
            "step %{customdata[0]}, unit %{customdata[2]}<br>h = %{z:+.4f}<extra></extra>", "h",
        ),
        drawing.boxes([chosen + 1], low - 4, high + 4, look.ink, width=look.line),
        *_moved(scene, at[: reach + 1].astype(float), slice(0, reach + 1)),
    ]  # fmt: skip
    if steps <= 20:
        heads = [(t + 1 - edge - 0.03, middle) for t in linked]
        traces.insert(1, drawing.heads(heads, "right", style.FORWARD, 6))
    return traces


def _moved(scene: Scenario, at: np.ndarray, steps: slice) -> list[dict[str, Any]]:
    """Outlines of the cells whose h a change has visibly moved, drawn at `at`."""
    if scene.original is None:
        return []
    now, was = (one.trace[0, "forward"].hidden[steps, 0] for one in (scene, scene.original))
    return [moved.outlines(at, [(*STATE, moved.visibly(now, was, state_scale(scene)))])]


def _outputs(scene: Scenario, look: Look, reach: int) -> list[dict[str, Any]]:
    trace, steps = scene.trace, scene.steps
    at = range(1, reach + 2)
    size = drawing.font_size(steps, look, largest=13)
    predictions = trace.predictions[: reach + 1, 0]
    if scene.sequence.numeric:
        words = [f"{scene.sequence.in_units(p[0]):.3g}" for p in predictions]
        hover = [f"ŷ at step {t} = {w}" for t, w in zip(at, words, strict=True)]
    else:
        best = [int(np.argmax(p)) for p in predictions]
        words = [scene.sequence.vocabulary[b] for b in best]
        hover = [
            f"step {t}: most likely “{drawing.plain(w)}”, p = {float(p[b]):.3f}"
            for t, w, p, b in zip(at, words, predictions, best, strict=True)
        ]
    counted = [t + 1 for t in scene.loss_steps if t <= reach]
    losses = {t: float(trace.losses[t - 1, 0]) for t in counted}
    traces = [
        drawing.lines([[(t, STATE[1] + 6), (t, PREDICTION[0] - 7)] for t in at], style.CANDIDATE, 1.2),
        drawing.heads([(t, PREDICTION[0] - 7) for t in at], "up", style.CANDIDATE, 6),
        drawing.words(
            list(at), sum(PREDICTION) / 2, drawing.fitted(words, steps, size, scene.sequence.numeric), style.FORWARD,
            size, hover=hover, custom=[[int(t), "y"] for t in at],
        ),
        drawing.lines([[(t, PREDICTION[1] - 2), (t, LOSS - 9)] for t in counted], style.BACKWARD, 1.5),
        {
            "type": "scatter",
            "mode": "markers+text" if steps <= 30 else "markers",
            "x": counted,
            "y": [LOSS] * len(counted),
            "text": ["<i>L</i>"] * len(counted),
            "textfont": {"color": style.ON_COLOUR, "size": min(13, size + 1)},
            "marker": {"size": min(22, size * 1.6 + 4), "color": style.BACKWARD, "opacity": 1},
            "hoverinfo": "text",
            "hovertext": [f"L at step {t} = {magnitude(v)}" for t, v in losses.items()],
            "customdata": [[t, "L"] for t in counted],
            "meta": {"click": {"custom": ["step", "node"]}},
        },
    ]  # fmt: skip
    return traces


def ribbon_width(norms: np.ndarray) -> np.ndarray:
    """Norms -> half widths in px, by their logarithm over the fixed DECADES; 0 has no width."""
    low, high = DECADES
    with np.errstate(divide="ignore", invalid="ignore"):
        part = (np.log10(norms) - low) / (high - low)
    return WIDEST * np.clip(np.nan_to_num(part, nan=0.0, posinf=1.0, neginf=0.0), 0, 1)


def _flow(scene: Scenario, look: Look) -> list[dict[str, Any]]:
    """The gradient from column to column, as far back as the sweep has come; grey what a cut keeps from coming, dashed
    the edges that the ribbon had before the change."""
    edge = drawing.HALF + 0.05
    spans = [(t + edge, t + 1 - edge) for t in range(scene.step + 1, scene.steps)]
    data, kept = [], _widths(scene.swept, scene.step)
    if scene.truncation is not None:
        kept = [k if k[0] else (0.0, 0.0) for k in kept]  # what passes no edge ends at its column
        full = _widths(scene.trace, scene.step)
        lost = [f if max(f) > max(k) + 0.5 else (0.0, 0.0) for f, k in zip(full, kept, strict=True)]
        data += drawing.ribbons(spans, MIDDLE, lost, style.GHOST, darkest=0)
    data += drawing.ribbons(spans, MIDDLE, kept, style.BACKWARD)
    if scene.original is not None:
        was = zip(spans, _widths(scene.original.trace, scene.step), strict=True)
        edges = [[(a, MIDDLE + s * w), (b, MIDDLE + s * v)] for (a, b), (w, v) in was for s in (1, -1)]
        data.append(drawing.lines(edges, style.GHOST, look.line, "4px,3px"))
    return data


def _widths(trace: Trace, step: int) -> list[tuple[float, float]]:
    """Half widths at both ends of every span after a step: at t + 1 by ‖∂L/∂h_{t+1}‖, at t by the part that came
    through time."""
    parts = once(depth.split, trace)
    at_left, at_right = (ribbon_width(euclidean(x[:, 0])) for x in (parts.time, parts.total))
    return [(float(at_left[t - 1]), float(at_right[t])) for t in range(step + 1, len(at_left))]


def _folded(scene: Scenario, look: Look) -> Picture:
    """The compact view: one column, and the loop that hands h on to the next step through a delay."""
    t = scene.step
    hidden = scene.trace[0, "forward"].hidden[t : t + 1, 0]
    low, high = STATE
    middle = (low + high) / 2
    scale = state_scale(scene)
    loop = [(4.8, middle), (5.6, middle), (5.6, high + 22), (3.4, high + 22), (3.4, middle), (4.2, middle)]
    size = drawing.font_size(8, look)
    kind = scene.settings.system
    data = [
        drawing.lines([loop], style.FORWARD, look.line),
        drawing.heads([(4.13, middle)], "right", style.FORWARD, 9),
        # the black square of the textbooks: a delay of one step
        drawing.boxes([5.6], middle - 9, middle + 9, look.ink, look.ink, half=0.075),
        drawing.boxes([4.5], low - 4, high + 4, look.rule, half=0.3),
        drawing.cells(
            np.array([4.5]), low, high, hidden, look.signed, (-scale, scale),
            f"step {t + 1}, unit %{{customdata[2]}}<br>h = %{{z:+.4f}}<extra></extra>", "h",
        ),
        *_moved(scene, np.array([4.5]), slice(t, t + 1)),
        drawing.words([5.75], middle, ["one step later"], look.muted, look.font, "middle right"),
        drawing.words([3.3], middle, ["<i>W</i>"], style.BACKWARD, size, "middle left"),
    ]  # fmt: skip
    data[4]["customdata"] = [[[t + 1, "h", u[2]] for u in row] for row in data[4]["customdata"]]
    if kind != "autonomous":
        data += [
            drawing.boxes([4.5], *TOKEN, "rgba(0,0,0,0)", look.well),
            drawing.lines([[(4.5, TOKEN[1] + 2), (4.5, low - 12)]], style.CANDIDATE, look.line),
            drawing.heads([(4.5, low - 11)], "up", style.CANDIDATE, 9),
            drawing.words(
                [4.5],
                sum(TOKEN) / 2,
                drawing.fitted([scene.tokens[t]], 8, size, scene.sequence.numeric),
                style.FORWARD,
                size,
            ),
            drawing.words([4.62], TOKEN[1] + 13, ["<i>U</i>"], style.FORWARD, size, "middle right"),
        ]
    if kind == "rnn":
        out = _outputs(scene, look, t)[2]
        data += [
            drawing.lines([[(4.5, high + 6), (4.5, PREDICTION[1] + 2)]], style.CANDIDATE, look.line),
            drawing.heads([(4.5, PREDICTION[1] + 3)], "up", style.CANDIDATE, 9),
            drawing.words([4.5], PREDICTION[1] + 20, [f"<i>ŷ</i>: {out['text'][-1]}"], style.FORWARD, size),
            drawing.words([4.62], PREDICTION[0] + 12, ["<i>V</i>"], style.INPUT, size, "middle right"),
        ]
    picture = _picture(scene, look, data, forward_title(scene))
    folded_layout = {**picture.layout, **drawing.stage(8, TOP, look)}
    return Picture(picture.title, data, folded_layout, look, picture.height, picture.note)
