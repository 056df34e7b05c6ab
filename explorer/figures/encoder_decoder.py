"""Two networks and what goes between them: the encoder at the left, the context in the middle, the decoder at the
right, and the gradient's ribbon through all three."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from core.analysis import depth
from core.analysis.norms import euclidean
from core.tasks.translation import Translation
from explorer.figures import drawing
from explorer.figures.picture import Picture, finite, log10
from explorer.figures.unrolled import WIDEST, ribbon_width
from explorer.look import style
from explorer.look.notation import counted, magnitude, superscript
from explorer.look.style import LIGHT, Look
from explorer.passes.once import once
from explorer.passes.translation import Translated

# Heights of the rows, in px from the bottom. Words stand on two levels, so that each has the room of two columns.
STEP, READ, STRIP, MIDDLE, PROBABILITY, SAID = 9, (34, 60), (86, 94), 188, (302, 342), (364, 390)
CAPTION, TOP = 416, 428
NEEDS = (302, 396)  # the bars over the encoder
TALL, WIDE = 156, 280  # px of the states and of the context with as many units as the largest GRU has
UNITS = 43
DIGITS = 4  # of a state: as many as are told of it
FEWEST = 16  # columns that a drawing has room for at least
LINE = 86  # letters of a headline that stays on one line
PILL = 11  # half the height of a word's ground
EDGE = drawing.HALF + 0.05
SEEN = (-2, 3)  # decades of ‖∂o/∂x‖: fixed
MOST_NEEDED = 12.0  # nats that a full bar stands for; less is told by its height, more by its number


def places(scene: Translated) -> tuple[np.ndarray, tuple[float, float], np.ndarray]:
    """Where the columns stand on the axis: the encoder's, c and ∂L/∂c, the decoder's."""
    S, T = len(scene.source), scene.steps
    return np.arange(1.0, S + 1), (S + 1.4, S + 2.02), S + 2.42 + np.arange(1.0, T + 1)


def span(scene: Translated) -> tuple[float, float]:
    """The axis from end to end; short phrases stand in the middle."""
    last = float(places(scene)[2][-1])
    spare = max(0.0, FEWEST - last) / 2
    return 0.25 - spare, last + 0.75 + spare


def drawn(scene: Translated, look: Look = LIGHT) -> Picture:
    """Both passes of both networks; over the source, what the selected word of the decoder needs of each of its words.

    Cells of c and of the states have the same height per unit in every network, so that a narrow context is seen to be.
    """
    left, right = span(scene)
    layout = drawing.stage(int(np.ceil(right - left)), TOP, look)
    layout["xaxis"] |= {"range": [left, right]}
    size = drawing.font_size(int(0.56 * (right - left)), look, 14, (*scene.source, *scene.targets, *scene.best))
    data = [
        *_flow(scene),
        *_links(scene),
        *_states(scene, look),
        *_context(scene, look),
        *_strip(scene, look),
        *_needs(scene, look),
        *_probabilities(scene, look),
        *_words(scene, look, size),
        _names(scene, look, left),
    ]
    bound = float(np.abs(scene.pair.grad_context).max())
    note = f"h and c from −1 (blue) to +1 (vermillion), ∂L/∂c to ±{magnitude(bound)}, rescaled. "
    note += f"Strip: ‖∂o/∂x‖ of the selected output, from 10{superscript(SEEN[0])} to 10{superscript(SEEN[1])}. "
    note += f"L = −log P of {'the right phrase' if scene.forced else 'what it says'} = {magnitude(scene.pair.loss)}."
    return Picture(headline(scene), data, layout, look, height=look.height(TOP), note=note)


def headline(scene: Translated) -> str:
    """What became of the number, and which word of the source the selected word needs; of these as much as a line
    holds."""
    lost = scene.lost[scene.step]
    k, told = int(np.argmax(lost)), selected(scene)
    where = ""
    if not np.isfinite(lost).all():
        needs = "the pass left the range of finite numbers"
    elif lost[k] < 0.1:
        needs = f"{told} needs no single word"
    else:
        needs, where = f"{told} needs “{scene.source[k]}”", f", word {k + 1} of {len(scene.source)}"
    start = outcome(scene, LINE - len(f"; {needs}."))
    whole = f"{start}; {needs}{where}."
    return whole if len(whole) <= LINE else f"{start}; {needs}."


def selected(scene: Translated) -> str:
    """The selected word in quotation marks, or "the end"."""
    word = scene.targets[scene.step]
    return f"“{word}”" if word != scene.sequence.vocabulary[scene.task.end] else "the end"


def outcome(scene: Translated, most: int) -> str:
    """What becomes of the number, the phrase cut where there are more letters than `most`:
    "7384 → viertausenddreihundertvierundachtzig, wrong (4384)"."""
    said, verdict = scene.said, ""
    if scene.right is None:
        number = "No number"
    else:
        number = str(as_number(scene.task, scene.right))
        if scene.forced and (wrong := sum(a != b for a, b in zip(scene.best, scene.targets, strict=True))):
            return f"{number} → {counted(wrong, 'wrong word')} of {scene.steps}, each after the right ones"
        said = scene.right if scene.forced else scene.said
        other = as_number(scene.task, said)
        right = scene.forced or scene.correct
        verdict = ", right" if right else f", wrong ({'no number' if other is None else other})"
    phrase, room = scene.task.joined(said) or "nothing", most - len(f"{number} → {verdict}")
    return f"{number} → {phrase if len(phrase) <= room else phrase[: room - 1] + '…'}{verdict}"


def as_number(task: Translation, words: Sequence[str]) -> int | None:
    """The number of a phrase with its end; None where it is none."""
    return task.number([word for word in words if word != task.output_words[task.end]])


def _tall(scene: Translated) -> tuple[float, float]:
    """The state columns' lower and upper edge: the more units, the taller."""
    half = max(14.0, TALL / 2 * min(1.0, scene.encoder.hidden_size / UNITS))
    return MIDDLE - half, MIDDLE + half


def _wide(scene: Translated) -> tuple[float, float]:
    """The context's."""
    half = max(24.0, WIDE / 2 * min(1.0, scene.encoder.hidden_size / UNITS))
    return MIDDLE - half, MIDDLE + half


def _flow(scene: Translated) -> list[dict[str, Any]]:
    """The gradient's ribbon from the decoder's last step through c to the encoder's first."""
    at, _, told = places(scene)
    low, high = _box(scene)
    of_context = float(euclidean(scene.pair.grad_context.ravel()))
    spans, widths = [], []
    for columns, trace in ((at, scene.pair.encoder), (told, scene.trace)):
        parts = once(depth.split, trace)
        came, total = (ribbon_width(euclidean(x[:, 0])) for x in (parts.time, parts.total))
        spans += [(x + EDGE, y - EDGE) for x, y in pairwise(columns)]
        widths += list(zip(came.tolist(), total[1:].tolist(), strict=False))
        if trace is scene.pair.encoder:
            width = float(ribbon_width(np.array(of_context)))
            first = float(ribbon_width(euclidean(scene.trace[0, "forward"].grad_hidden[0, 0])))
            spans += [(at[-1] + EDGE, low), (high, told[0] - EDGE)]
            widths += [(width, width), (width, first)]
    return drawing.ribbons(spans, MIDDLE, widths, style.BACKWARD)


def _box(scene: Translated) -> tuple[float, float]:
    """The left and the right edge of the context's frame."""
    _, (c, gradient), _ = places(scene)
    return c - EDGE - 0.04, gradient + EDGE + 0.04


def _links(scene: Translated) -> list[dict[str, Any]]:
    """Arrows of the forward pass: from word to state, from state to state, over the context, up to P; and in free
    running from each word said to where it is read."""
    at, _, told = places(scene)
    low, high = _tall(scene)
    left, right = _box(scene)
    levels = _levels(scene)
    across = [
        *((x + EDGE, y - EDGE) for x, y in pairwise(at)), (at[-1] + EDGE, left),
        (right, told[0] - EDGE), *((x + EDGE, y - EDGE) for x, y in pairwise(told)),
    ]  # fmt: skip
    columns = [*at, *told]
    ups = [[(x, y + PILL), (x, low - 12)] for x, y in zip(columns, [*levels[0], *levels[1]], strict=True)]
    ups += [[(x, high + 5), (x, PROBABILITY[0] - 8)] for x in told]
    ends = [(x, low - 11) for x in columns] + [(x, PROBABILITY[0] - 7) for x in told]
    traces = [
        drawing.lines([[(a, MIDDLE), (b, MIDDLE)] for a, b in across], style.FORWARD, 1.2),
        drawing.heads([(b - 0.05, MIDDLE) for _, b in across], "right", style.FORWARD, 6),
        drawing.lines(ups, style.CANDIDATE, 1.4),
        drawing.heads(ends, "up", style.CANDIDATE, 7),
    ]
    if scene.forced:
        return traces
    fed = list(zip(told, told[1:], levels[2], levels[1][1:], strict=False))
    back = [[(x + 0.5, above - PILL), (x + 0.5, below + PILL)] for x, _, above, below in fed]
    return [
        *traces,
        drawing.lines(back, style.FORWARD, 1.4, "2px,2px"),
        drawing.heads([(x + 0.5, below + PILL + 4) for x, _, _, below in fed], "down", style.FORWARD, 7),
    ]


def _states(scene: Translated, look: Look) -> list[dict[str, Any]]:
    at, _, told = places(scene)
    low, high = _tall(scene)
    traces = [drawing.boxes([*at, *told], low - 4, high + 4, look.rule)]
    for columns, trace, name in ((at, scene.pair.encoder, "encoder"), (told, scene.trace, "decoder")):
        hidden = np.round(trace[0, "forward"].hidden[:, 0], DIGITS)
        cells = drawing.cells(
            columns, low, high, hidden, look.signed, (-1, 1),
            f"{name} step %{{customdata[0]}}, unit %{{customdata[2]}}<br>h = %{{z:+.4f}}<extra></extra>", "h",
        )  # fmt: skip
        steps = np.repeat(np.arange(1, len(columns) + 1), 2)[: 2 * len(columns) - 1]
        cells["customdata"] = drawing.clicks(tuple(steps.tolist()), "h", hidden.shape[1])
        cells["meta"] = {"click": {"custom": ["target", "node", "unit"]}}
        if name == "encoder":
            del cells["meta"]  # a click selects a word of the decoder
        traces.append(cells)
    chosen = [float(told[scene.step])]
    return [*traces, drawing.boxes(chosen, low - 4, high + 4, look.ink, width=look.line)]


def _context(scene: Translated, look: Look) -> list[dict[str, Any]]:
    """c and ∂L/∂c, every unit a cell; of an LSTM h above and the cell below it."""
    _, (at, beside), _ = places(scene)
    low, high = _wide(scene)
    pair = scene.pair
    values = [a[0, 0] for a in (pair.context, pair.context_cell) if a is not None]
    gradients = [a[0, 0] for a in (pair.grad_context, pair.grad_context_cell) if a is not None]
    c, gradient = np.concatenate(values)[None], np.concatenate(gradients)[None]
    bound = float(np.nanmax(np.abs(finite(gradient)))) or 1.0
    left, right = _box(scene)
    middle, half = (left + right) / 2, (right - left) / 2
    traces = [drawing.boxes([middle], low - 6, high + 6, style.CARRY, width=look.line, half=half)]
    for x, row, scale, symbol in ((at, c, 1.0, "c"), (beside, gradient, bound, "∂L/∂c")):
        cells = drawing.cells(
            np.array([x]), low, high, row, look.signed, (-scale, scale),
            f"unit %{{customdata[2]}}<br>{symbol} = %{{z:+.3g}}<extra></extra>", "h",
        )  # fmt: skip
        del cells["meta"]
        traces.append(cells)
    return traces


def _strip(scene: Translated, look: Look) -> list[dict[str, Any]]:
    """‖∂o/∂x‖ of the selected output under the encoder's states."""
    at, _, _ = places(scene)
    seen = log10(scene.influence[scene.step])
    return [
        {
            "type": "heatmap",
            "x": np.stack([at - EDGE, at + EDGE], axis=1).ravel(),
            "y": list(STRIP),
            "z": [[v for value in seen.tolist() for v in (value, None)][:-1]],
            "colorscale": look.orders,
            "zmin": SEEN[0],
            "zmax": SEEN[1],
            "showscale": False,
            "hoverongaps": False,
            "hovertemplate": f"‖∂o at {scene.step_number} / ∂x‖ = 10<sup>%{{z:.2f}}</sup><extra></extra>",
        }
    ]


def _needs(scene: Translated, look: Look) -> list[dict[str, Any]]:
    """Bars over the encoder: the nats that log P of the selected word falls by when a word of the source is unread."""
    at, _, _ = places(scene)
    lost = np.clip(finite(scene.lost[scene.step]), 0, None)
    low, high = NEEDS
    tops = low + (high - low - 16) * np.minimum(np.nan_to_num(lost) / MOST_NEEDED, 1)
    most = int(np.argmax(np.nan_to_num(lost)))
    shapes = [[(x - 0.3, low), (x - 0.3, top), (x + 0.3, top), (x + 0.3, low)] for x, top in zip(at, tops, strict=True)]
    shown = [k for k, value in enumerate(lost) if value >= 0.1]
    return [
        drawing.lines([[(at[0] - 0.4, low), (at[-1] + 0.4, low)]], look.rule, 1),
        {**drawing.lines(shapes, style.INPUT, 0), "fill": "toself", "fillcolor": style.INPUT},
        drawing.words(
            [float(at[k]) for k in shown], [float(tops[k]) + 9 for k in shown], [f"{lost[k]:.1f}" for k in shown],
            [style.INPUT if k == most else look.muted for k in shown], look.font,
        ),
    ]  # fmt: skip


def _probabilities(scene: Translated, look: Look) -> list[dict[str, Any]]:
    """P of the word that the loss is of, at every step, as a bar from 0 to 1."""
    _, _, told = places(scene)
    low, high = PROBABILITY
    p = finite(scene.trace.predictions[np.arange(scene.steps), 0, scene.sequence.targets[:, 0]])
    tops = low + (high - low) * np.nan_to_num(p)
    bars = [[(x - 0.3, low), (x - 0.3, top), (x + 0.3, top), (x + 0.3, low)] for x, top in zip(told, tops, strict=True)]
    return [
        drawing.boxes(told.tolist(), low, high, look.rule, look.paper, half=0.3),
        {**drawing.lines(bars, style.FORWARD, 0), "fill": "toself", "fillcolor": style.FORWARD},
    ]


def _levels(scene: Translated) -> tuple[list[int], list[int], list[int]]:
    """Heights of the words of the source, of those that the decoder reads, and of those that it says."""
    S, T = len(scene.source), scene.steps
    return (
        [READ[(S - k) % 2] for k in range(S)],
        [READ[t % 2] for t in range(T)],
        [SAID[t % 2] for t in range(T)],
    )


def _words(scene: Translated, look: Look, size: float) -> list[dict[str, Any]]:
    """What is read and what is said, on grounds of their own; framed, a word said that is not the right one at its
    place, and struck through where the right one is read in its stead."""
    at, _, told = places(scene)
    heard, read, said = _levels(scene)
    steps, chosen = scene.steps, scene.step
    left, right = span(scene)
    px = drawing.WIDTH / (right - left)
    says = scene.best if scene.forced else scene.targets
    words = [*scene.source, *scene.tokens, *says]
    x, y = [*at, *told, *told], [*heard, *read, *said]
    halves = [max(0.52, (0.3 * size * len(word) + 4) / px) for word in words]
    grounds = [
        [(a - h, b - PILL), (a + h, b - PILL), (a + h, b + PILL), (a - h, b + PILL)]
        for a, b, h in zip(x, y, halves, strict=True)
    ]
    answers = [*(scene.right or says), *steps * [""]][:steps]
    wrong = [t for t in range(steps) if says[t] != answers[t]]
    inks = [style.FORWARD] * (len(at) + steps)
    inks += [style.BACKWARD if t in wrong else style.FORWARD if t == chosen else look.muted for t in range(steps)]
    p = scene.trace.predictions[np.arange(steps), 0, [scene.sequence.vocabulary.index(word) for word in says]]
    hover = [f"word {k + 1} of the source: {drawing.plain(w)}" for k, w in enumerate(scene.source)]
    hover += [f"read at step {t + 1}: {w}" for t, w in enumerate(scene.tokens)]
    for t, word in enumerate(says):
        instead = f"; the right word is “{answers[t]}”" if answers[t] else "; the right phrase is over"
        hover.append(f"step {t + 1}: says “{word}”, P = {p[t]:.3f}{instead if t in wrong else ''}")
    shown = drawing.words(
        [float(a) for a in x], [float(b) for b in y], [drawing.plain(word) for word in words], inks, size
    )
    shown |= {"hoverinfo": "text", "hovertext": hover, "meta": {"click": {"custom": ["target"]}}}
    shown["customdata"] = [[None]] * len(at) + [[t + 1] for t in range(steps)] * 2
    marks = []
    for ground in (grounds[len(at) + steps + t] for t in wrong):
        marks.append([*ground, ground[0]])
        if scene.forced:
            marks.append([(ground[0][0], ground[0][1] + PILL), (ground[1][0], ground[1][1] + PILL)])
    return [
        {**drawing.lines(grounds, look.well, 0), "fill": "toself", "fillcolor": look.well},
        shown,
        *([drawing.lines(marks, style.BACKWARD, look.line / 2)] if marks else []),
    ]


def _names(scene: Translated, look: Look, left: float) -> dict[str, Any]:
    """The rows' names, the steps' numbers, and how many numbers c has."""
    at, (c, gradient), told = places(scene)
    low, high = _wide(scene)
    small = min(drawing.font_size(int(told[-1]), look), look.font)
    above, below = max(high + 16, MIDDLE + WIDEST + 12), min(low - 17, MIDDLE - WIDEST - 12)
    if below < READ[1] + 2 * PILL:
        below = STEP  # not among the words
    ink = [look.ink if t == scene.step else look.muted for t in range(scene.steps)]
    reads = "the right words" if scene.forced else "its own words"
    lost, lost_at = _caption(scene, look, left)
    marks = [
        *((x, STEP, str(k + 1), look.muted, small, "middle center") for k, x in enumerate(at)),
        *((x, STEP, str(t + 1), ink[t], small, "middle center") for t, x in enumerate(told)),
        (c + 0.12, above, "<i>c</i>", style.CARRY, look.font + 2, "middle left"),
        (gradient - 0.34, above, "∂<i>L</i>/∂<i>c</i>", style.BACKWARD, look.font, "middle right"),
        ((c + gradient) / 2, below, _count(scene, look), look.muted, look.font, "middle center"),
        (lost_at, CAPTION, lost, style.INPUT, look.font, "middle right"),
        (told[0] - 0.4, CAPTION, f"says, and P · reads {reads}", style.FORWARD, look.font, "middle right"),
        (left, MIDDLE, "<i>h</i>", style.FORWARD, look.font + 4, "middle left"),
        (left, STEP, "step", look.muted, look.font, "middle left"),
    ]
    x, y, text, inks, sizes, anchors = (list(column) for column in zip(*marks, strict=True))
    return drawing.words([float(a) for a in x], [float(b) for b in y], text, inks, sizes, anchors)


def _caption(scene: Translated, look: Look, left: float) -> tuple[str, float]:
    """What the bars over the encoder are, and where that begins: over the first word, or as far to the left of it as
    keeps it from the decoder's; shorter where even that is too little room."""
    at, _, told = places(scene)
    first, last = span(scene)
    column = drawing.WIDTH / (last - first)
    for caption in (f"nats that {selected(scene)} loses without each word", "nats lost without each word"):
        begins = min(at[0] - 0.4, told[0] - 0.4 - look.font * (0.55 * len(caption) + 1) / column)
        if begins >= left:
            break
    return caption, max(left, begins)


def _count(scene: Translated, look: Look) -> str:
    """How many numbers c has; the bare number where there is no room between the steps at either side."""
    pair = scene.pair
    n = sum(a.shape[-1] for a in (pair.context, pair.context_cell) if a is not None)
    first, last = span(scene)
    told, room = counted(n, "number"), 3.4 * drawing.WIDTH / (last - first)
    return told if 0.6 * look.font * (len(told) + 4) < room else str(n)
