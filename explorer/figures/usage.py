"""A usage pattern: the unrolled network with what goes in, what comes out, and where the loss enters.

Every column is a step. Below is what is read, above it P(y_t), and above that the loss where it enters; the ribbon is
the gradient on its way back. Where an output is the next input, an arc leads from one to the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.analysis.norms import euclidean
from explorer.figures import axes, drawing
from explorer.figures.picture import Picture, positive
from explorer.figures.unrolled import WIDEST, ribbon_width
from explorer.look import style
from explorer.look.notation import counted, magnitude, ratio, relative
from explorer.look.style import LIGHT, Look
from explorer.passes import usage
from explorer.passes.usage import IMAGE, Usage

TOP = 308  # px
STEP = 9
EDGE = drawing.HALF + 0.05
SIDE = 72  # px of an image
RANKED = 3  # words of P(y_t) in a column
ROOM = 26  # px for the narrowest column in which a word stands with its probability
WRITING = ("generator", "conditional generator")
NORMS = (-6, 2)  # decades


@dataclass(frozen=True)
class Rows:
    """Heights in px from the bottom."""

    token: tuple[float, float]
    state: tuple[float, float]
    output: tuple[float, float]
    answer: float
    loss: float


READS = Rows((23, 49), (72, 176), (200, 258), 270, 292)
SEES = Rows((23, 23 + SIDE), (118, 190), (212, 266), 277, 295)


def rows(scene: Usage) -> Rows:
    return READS if scene.pixels is None else SEES


def drawn(scene: Usage, look: Look = LIGHT) -> Picture:
    """The pattern, whole: forward, and the gradient back."""
    layout = drawing.stage(scene.steps, TOP, look)
    left, right = layout["xaxis"]["range"]
    left -= bool(scene.before)  # a column for the state that it starts from
    layout["xaxis"]["range"] = [left, right]
    place = rows(scene)
    data = [
        *_ribbons(scene, place),
        *_states(scene, look, place),
        *_inputs(scene, look, place),
        *(_shares(scene, look, place) if _two(scene) else _ranked(scene, look, place)),
        *_losses(scene, look, place),
        *(_fed_back(scene, look, place) if scene.pattern in WRITING else []),
        *(_context(scene, look, place) if scene.source is not None else []),
        *(_start(scene, look, place) if scene.before else []),
        _names(scene, look, place, left),
    ]
    return Picture(headline(scene), data, layout, look, height=look.height(TOP), note=note(scene))


def _two(scene: Usage) -> bool:
    """Whether the answer is one of two, so that one probability says all."""
    return len(scene.sequence.vocabulary) == 2


def headline(scene: Usage) -> str:
    """What came out, as a sentence."""
    return HEADLINES[scene.pattern](scene)


def _of_image(scene: Usage) -> str:
    word, p = scene.words[0], float(scene.probabilities[0, scene.said[0]])
    if not _inked(scene):
        return f"No ink: its biases alone say {word} with probability {p:.2f}."
    end = "" if scene.correct is None else ", and it is" if scene.correct[0] else f", wrongly: it is {_right(scene)}"
    return f"64 pixels: the network says {word} with probability {p:.2f}{end}."


def _inked(scene: Usage) -> bool:
    """Whether there is anything in the image that is read: of an empty one x = 0, and the first step has b alone."""
    return scene.pixels is not None and bool(scene.pixels.any())


def _right(scene: Usage) -> str:
    """What should come out, as it is written."""
    assert scene.right is not None
    return "".join(scene.sequence.vocabulary[place] for place in scene.right).rstrip("∎")


def _of_sentence(scene: Usage) -> str:
    t, p = scene.step, scene.probabilities[:, 1]
    if t + 1 == scene.steps:
        right = "" if scene.correct is None else "" if scene.correct[-1] else ", wrongly"
        told = f"turning last at “{turned}”" if (turned := _turned(scene)) else "never turning"
        return f"The sentence is {scene.words[-1]}{right}, with P(positive) = {p[-1]:.2f}, {told}."
    read = drawing.plain(_tail(" ".join(scene.tokens[: t + 1]), 26))
    since = f", since “{turned}”" if (turned := _turned(scene)) else ""
    counts = ", and counts; the last is" if scene.settings.asked == "every" else "; only the last counts:"
    return f"After “{read}” P(+) is {p[t]:.2f}{counts} {p[-1]:.2f}{since}."


def _turned(scene: Usage) -> str:
    """The word at which P(positive) crossed one half for the last time; nothing if it never did."""
    above = scene.probabilities[:, 1] > 0.5
    turns = np.flatnonzero(above[1:] != above[:-1]) + 1
    return drawing.plain(scene.tokens[turns[-1]]) if len(turns) else ""


def _tail(text: str, most: int) -> str:
    return text if len(text) <= most else "…" + text[1 - most :]


def _of_writing(scene: Usage) -> str:
    greedy = scene.settings.choosing == "greedy"
    how = "the most probable at any τ" if greedy else f"drawn at τ = {scene.temperature:g}"
    said = "".join(scene.words)
    if scene.pixels is None:
        before = drawing.plain(_tail(scene.before + scene.tokens[0], 16).replace("\n", "⏎").replace(" ", "␣"))
        said = said if len(said) <= 20 else f"{said[:19]}…"
        return f"After “{before}” it writes “{drawing.plain(said)}”, {how}."
    end = "" if scene.correct is None else "" if all(scene.correct) else f", wrongly: it is {_right(scene)}"
    how = f", {how}" if not greedy else "" if end else ", letter by letter"
    sees = "It sees the image once, then spells" if _inked(scene) else "Of an empty image it spells"
    return f"{sees} “{said.partition('∎')[0]}”{how}{end}."


def _of_number(scene: Usage) -> str:
    task: Any = scene.task
    said = drawing.plain(task.joined(scene.words))
    end = "" if scene.correct is None else "" if all(scene.correct) else ", wrongly"
    read = drawing.plain(_tail(scene.settings.number.strip(), 20))
    said = f"said in German: “{said}”" if said else "nothing is said"
    return f"“{read}” is read in {scene.offset} steps, then {said}{end}."


def _of_tags(scene: Usage) -> str:
    ways = "Both ways" if scene.settings.both_ways else "Forwards only"
    if scene.correct is None:
        return f"{ways}, the network tags {scene.steps} words of a sentence that our grammar does not make."
    wrong = [f"“{token}”" for token, right in zip(scene.tokens, scene.correct, strict=True) if not right]
    if not wrong:
        opened = [f"“{token}”" for token, one in zip(scene.tokens, scene.ambiguous, strict=True) if one]
        if opened and scene.settings.both_ways:
            return f"Both ways, all {scene.steps} tags are right, {_listed(opened[:3])} by what follows."
        return _guessed(scene) or f"{ways}, all {scene.steps} tags are right."
    blind = [a for a, right in zip(scene.ambiguous, scene.correct, strict=True) if not right]
    why = ": what follows decides" if all(blind) else ""
    return f"{ways}, the network tags {_listed(wrong[:3])} wrongly{why}."


def _guessed(scene: Usage) -> str:
    """Where the same network says the same of the same words and is wrong: what it says here it cannot know."""
    other = usage.otherwise(scene)
    if other is None or other.correct is None:
        return ""
    both = zip(scene.tokens, scene.said, other.said, other.correct, strict=False)
    wrong = [f"“{token}”" for token, here, there, right in both if here == there and not right]
    if not wrong:
        return ""
    sentence = drawing.plain(_tail(" ".join(other.tokens), 34))
    return f"Right by guessing: in “{sentence}” it says the same of {_listed(wrong[:2])}, wrongly."


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


HEADLINES = {
    "one-to-one": _of_image,
    "encoder": _of_sentence,
    "generator": _of_writing,
    "transducer": _of_tags,
    "conditional generator": _of_number,
}


def note(scene: Usage) -> str:
    """How the drawing is read."""
    flow = "Ribbon: log‖∂L/∂h‖" if scene.steps > 1 else "One step: nothing flows through time"
    told = ["h: blue −1, vermillion +1", flow]
    if scene.before:
        told = [f"h₀ has read the {counted(len(scene.before), 'letter')} before", flow]
    if _two(scene):
        told.append("Bars: P(positive), full where it counts")
    elif scene.source is not None:
        told.append("Outlined: read next. The decoder knows c alone")
    elif scene.pattern == "generator":
        told.append(f"P(y) at τ = {scene.temperature:g}; outlined: what is read next")
    if scene.ambiguous.any():
        told.append("Dashed: the words so far leave its tag open")
    return ". ".join(told) + "."


def _chains(scene: Usage, place: Rows) -> list[tuple[str, float, float]]:
    """Every direction and the heights between which its states are."""
    low, high = place.state
    if not scene.trace.network.bidirectional:
        return [("forward", low, high)]
    middle = (low + high) / 2
    return [("forward", middle + 5, high), ("reverse", low, middle - 5)]


def norms_of(scene: Usage, direction: str = "forward") -> tuple[np.ndarray, np.ndarray]:
    """‖∂L/∂h_t‖ of a chain, (T,), and of that the part which came through time."""
    total, time = scene.gradients(direction)
    return euclidean(total), euclidean(time)


def _ribbons(scene: Usage, place: Rows) -> list[dict[str, Any]]:
    """The gradient from column to column: back in time, in a reverse chain forth."""
    data: list[dict[str, Any]] = []
    for direction, low, high in _chains(scene, place):
        total, time = (ribbon_width(n) * (high - low) / (2.2 * WIDEST) for n in norms_of(scene, direction))
        spans = [(t + EDGE, t + 1 - EDGE) for t in range(1, scene.steps)]
        pairs = zip(time[:-1], total[1:], strict=True) if direction == "forward" else zip(total, time[1:], strict=False)
        data += drawing.ribbons(spans, (low + high) / 2, [(float(a), float(b)) for a, b in pairs], style.BACKWARD)
    return data


def _states(scene: Usage, look: Look, place: Rows) -> list[dict[str, Any]]:
    at = np.arange(1, scene.steps + 1)
    (low, high), chosen = place.state, scene.step_number
    links, heads = [], []
    data: list[dict[str, Any]] = []
    for direction, bottom, top in _chains(scene, place):
        middle = (bottom + top) / 2
        links += [[(t + EDGE, middle), (t + 1 - EDGE, middle)] for t in at[:-1]]
        ends = [(t + 1 - EDGE - 0.03 if direction == "forward" else t + EDGE + 0.03, middle) for t in at[:-1]]
        heads.append(drawing.heads(ends, "right" if direction == "forward" else "left", style.FORWARD, 6))
        data.append(
            drawing.cells(
                at.astype(float), bottom, top, scene.hidden(direction), look.signed, (-1, 1),
                "step %{customdata[0]}, unit %{customdata[2]}<br>h = %{z:+.4f}<extra></extra>", "h",
            )
        )  # fmt: skip
    return [
        drawing.lines(links, style.FORWARD, 1.2),
        *(heads if scene.steps <= 20 else []),
        drawing.boxes(at.tolist(), low - 4, high + 4, look.rule),
        *data,
        drawing.boxes([chosen], low - 4, high + 4, look.ink, width=look.line),
    ]


def _start(scene: Usage, look: Look, place: Rows) -> list[dict[str, Any]]:
    """h₀, a column before the first."""
    chain = scene.trace[0, "forward"]
    (low, high), middle = place.state, sum(place.state) / 2
    ends = [float(euclidean(chain.grad_initial_hidden[0])), float(norms_of(scene)[0][0])]
    left, right = (ribbon_width(np.array(ends)) * (high - low) / (2.2 * WIDEST)).tolist()
    state = drawing.cells(
        np.zeros(1), low, high, chain.initial_hidden, look.signed, (-1, 1),
        "unit %{customdata[2]}<br>h₀ = %{z:+.4f}<extra></extra>", "h",
    )  # fmt: skip
    return [
        *drawing.ribbons([(EDGE, 1 - EDGE)], middle, [(left, right)], style.BACKWARD),
        drawing.lines([[(EDGE, middle), (1 - EDGE, middle)]], style.FORWARD, 1.2),
        drawing.boxes([0], low - 4, high + 4, look.rule),
        {**state, "meta": {}},
        drawing.words([0], high + 16, ["<i>h</i>₀"], style.FORWARD, look.font + 2),
    ]


def _context(scene: Usage, look: Look, place: Rows) -> list[dict[str, Any]]:
    """c, between the encoder and the decoder; above either, what it does."""
    at, middle = scene.offset + 0.5, sum(place.state) / 2
    said = sum(place.output) / 2
    told = "the encoder reads: no output, no loss" if scene.offset > 5 else "no output"
    return [
        drawing.boxes([at], middle - 13, middle + 13, look.ink, look.paper, width=1.5, half=0.15),
        drawing.lines([[(at, place.state[1] + 22), (at, place.loss)]], style.GHOST, 1, "dot"),
        drawing.words(
            [at, (1 + scene.offset) / 2], [middle, said], ["<i>c</i>", told],
            [look.ink, look.muted], [look.font + 3, look.font],
        ),
    ]  # fmt: skip


def _inputs(scene: Usage, look: Look, place: Rows) -> list[dict[str, Any]]:
    """The words, or the image, that are read."""
    at = list(range(1, scene.steps + 1))
    low, high = place.token
    floor, ceiling = low, min(high, low + 26)
    half = EDGE if scene.pattern in WRITING else 0.45  # arcs go between
    words = list(scene.tokens)
    size = drawing.font_size(scene.steps, look, words=[word for word in words if word != IMAGE])
    read = [t for t, word in zip(at, words, strict=True) if word != IMAGE]
    ups = [(t, (ceiling if t in read else high) + 2) for t in at]
    ink = [look.ink if t == scene.step_number else look.muted for t in at]
    data = [
        drawing.boxes(read, floor, ceiling, "rgba(0,0,0,0)", look.well, half=half),
        drawing.lines([[up, (up[0], place.state[0] - 12)] for up in ups], style.CANDIDATE, 1.4),
        drawing.heads([(t, place.state[0] - 11) for t in at], "up", style.CANDIDATE, 7),
        drawing.words(at, STEP, [str(t) for t in at], ink, min(size, look.font)),
        drawing.words(
            read, (floor + ceiling) / 2, drawing.fitted([words[t - 1] for t in read], scene.steps, size),
            style.FORWARD, size, hover=[f"x at step {t}: {drawing.plain(words[t - 1])}" for t in read],
            custom=[[t, "x"] for t in read],
        ),
    ]  # fmt: skip
    if scene.pixels is not None:
        data.append(_image(scene.pixels, low, high, look))
    if scene.ambiguous.any():
        open_ = (np.flatnonzero(scene.ambiguous) + 1).tolist()
        data.append(drawing.boxes(open_, floor, ceiling, look.ink, width=1.2, dash="3px,3px", half=half))
    return data


def _image(pixels: np.ndarray, low: float, high: float, look: Look) -> dict[str, Any]:
    """An image below the first column, about square."""
    half = SIDE / (2 * drawing.WIDTH / 8) * 0.98
    return {
        "type": "heatmap",
        "x": np.linspace(1 - half, 1 + half, len(pixels) + 1),
        "y": np.linspace(low, high, len(pixels) + 1),
        "z": pixels[::-1],
        "zmin": 0,
        "zmax": 1,
        "colorscale": look.probability,
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": "ink %{z:.2f}<extra></extra>",
    }


def columns(scene: Usage) -> list[int]:
    """The columns that have an output, counted from 1."""
    return [t + 1 + scene.offset for t in range(len(scene.said))]


def _up(scene: Usage, place: Rows) -> list[dict[str, Any]]:
    """From the states to what is read of them."""
    at = columns(scene)
    ends = [(t, place.output[0] - 7) for t in at]
    lines = [[(t, place.state[1] + 6), end] for t, end in zip(at, ends, strict=True)]
    return [drawing.lines(lines, style.CANDIDATE, 1.2), drawing.heads(ends, "up", style.CANDIDATE, 6)]


def _shares(scene: Usage, look: Look, place: Rows) -> list[dict[str, Any]]:
    """The probability of the second of two answers, as a bar up from 0 to 1; strong where the loss reads it."""
    low, high = place.output
    at, p = np.arange(1, scene.steps + 1), scene.probabilities[:, 1]
    counted = {t + 1 for t in scene.loss_steps}
    size = drawing.font_size(scene.steps, look, largest=12, words=["0.00"])
    top = high - 13
    ends = low + (top - low) * p

    def bars(which: list[int]) -> list[drawing.Polygon]:
        return [
            [(t - 0.2, low), (t + 0.2, low), (t + 0.2, ends[t - 1]), (t - 0.2, ends[t - 1]), (t - 0.2, low)]
            for t in which
        ]

    half = low + (top - low) / 2
    faint = _tinted(style.FORWARD, 0.3)
    strong = sorted(counted)
    weak = [int(t) for t in at if t not in counted]
    return [
        *_up(scene, place),
        {**drawing.lines(bars(weak), faint, 0), "fill": "toself", "fillcolor": faint},
        {**drawing.lines(bars(strong), style.FORWARD, 0), "fill": "toself", "fillcolor": style.FORWARD},
        drawing.lines([[(0.6, half), (scene.steps + 0.4, half)]], style.GHOST, 1, "dot"),
        drawing.words(
            at.tolist(), (ends + 7).tolist(), [f"{value:.2f}" for value in p],
            [style.FORWARD if t in counted else look.muted for t in at], size,
            hover=[f"P(positive) at step {t} = {value:.4f}" for t, value in zip(at, p, strict=True)],
            custom=[[int(t), "y"] for t in at],
        ),
    ]  # fmt: skip


def _tinted(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def ranked(scene: Usage) -> np.ndarray:
    """(T, RANKED): the most probable words of every step, the first on top; what a generator said is among them."""
    best = np.argsort(-scene.probabilities, axis=1, kind="stable")[:, :RANKED]
    for row, said in zip(best, scene.said, strict=True):
        if said not in row:
            row[-1] = said
    return best


def _ranked(scene: Usage, look: Look, place: Rows) -> list[dict[str, Any]]:
    """The most probable words of every step, each on a bar of its probability; outlined what came out."""
    low, high = place.output
    row = (high - low) / RANKED
    best, p = ranked(scene), scene.probabilities
    at, heights, labels, texts, bars, ink, hover = [], [], [], [], [], [], []
    half = 0.46
    words = [scene.sequence.vocabulary[k] for k in best.ravel()]
    column = drawing.WIDTH / max(scene.steps, 8)
    alone = column < max(ROOM, 0.36 * look.font * (max(map(len, words)) + 5))
    for t, places in enumerate(best, scene.offset):
        for i, k in enumerate(places):
            word, share, y = scene.sequence.vocabulary[k], float(p[t - scene.offset, k]), high - (i + 0.5) * row
            at.append(t + 1)
            heights.append(y)
            labels.append(word if alone else f"{word} {share:.2f}")
            texts.append((t, k))
            end = t + 1 - half + 2 * half * share
            bars.append([(t + 1 - half, y - row / 2 + 1), (end, y - row / 2 + 1), (end, y + row / 2 - 1),
                         (t + 1 - half, y + row / 2 - 1), (t + 1 - half, y - row / 2 + 1)])  # fmt: skip
            said = k == scene.said[t - scene.offset]
            ink.append(style.FORWARD if said else look.muted)
            hover.append(f"P(“{drawing.plain(word)}”) at step {t + 1} = {share:.4f}")
    size = min(
        drawing.font_size(scene.steps, look, largest=12, words=labels), row * 0.72 * (1.3 if look.projector else 1)
    )
    outlined = [_box(at, half, _height(scene, best, t, high, row), row) for t, at in enumerate(columns(scene))]
    tint = _tinted(style.FORWARD, 0.28 if look.dark else 0.18)
    data = [
        *_up(scene, place),
        {**drawing.lines(bars, tint, 0), "fill": "toself", "fillcolor": tint},
        drawing.lines(outlined, style.FORWARD, 1.2),
        drawing.words(
            at, heights, [drawing.plain(label) for label in labels], ink, size, hover=hover,
            custom=[[t + 1, "y"] for t, _ in texts],
        ),
    ]  # fmt: skip
    return data + _marks(scene, look, place, size)


def _box(t: float, half: float, y: float, row: float) -> drawing.Polygon:
    low, high = y - row / 2 + 1, y + row / 2 - 1
    return [(t - half, low), (t + half, low), (t + half, high), (t - half, high), (t - half, low)]


def _height(scene: Usage, best: np.ndarray, t: int, high: float, row: float) -> float:
    """Where in its column stands what came out at a step."""
    return high - (best[t].tolist().index(scene.said[t]) + 0.5) * row


def _marks(scene: Usage, look: Look, place: Rows, size: float) -> list[dict[str, Any]]:
    """Right or wrong at every step, beside the right answer where there is room."""
    if scene.correct is None:
        return []
    vocabulary, right = scene.sequence.vocabulary, scene.right or ()
    texts = [
        "✓" if ok else f"✗ {vocabulary[right[t]]}" if t < len(right) else "✗" for t, ok in enumerate(scene.correct)
    ]
    colours = [style.INPUT if ok else style.BACKWARD for ok in scene.correct]
    at = columns(scene)
    fit = [drawing.plain(text) for text in texts]
    return [drawing.words(at, place.answer, fit, colours, drawing.font_size(scene.steps, look, 12, fit))]


def _losses(scene: Usage, look: Look, place: Rows) -> list[dict[str, Any]]:
    """L above every step where it enters."""
    counted = [t + 1 + scene.offset for t in scene.loss_steps]
    size = drawing.font_size(scene.steps, look, largest=13)
    values = scene.trace.losses[scene.loss_steps, 0].tolist()
    low = place.answer + 7 if scene.correct is not None and not _two(scene) else place.output[1] + 2
    return [
        drawing.lines([[(t, low), (t, place.loss - 9)] for t in counted], style.BACKWARD, 1.5),
        {
            "type": "scatter",
            "mode": "markers+text",
            "x": counted,
            "y": [place.loss] * len(counted),
            "text": ["<i>L</i>"] * len(counted),
            "textfont": {"color": style.ON_COLOUR, "size": min(12, size)},
            "marker": {"size": min(20, size * 1.6 + 2), "color": style.BACKWARD, "opacity": 1},
            "hoverinfo": "text",
            "hovertext": [f"L at step {t} = {magnitude(value)}" for t, value in zip(counted, values, strict=True)],
            "customdata": [[t, "L"] for t in counted],
            "meta": {"click": {"custom": ["step", "node"]}},
        },
    ]


def _fed_back(scene: Usage, look: Look, place: Rows) -> list[dict[str, Any]]:
    """From every output to the input that it becomes."""
    low, high = place.output
    row = (high - low) / RANKED
    best, y1 = ranked(scene), place.token[0] + 3  # under the word
    arcs, ends = [], []
    s = np.linspace(0, 1, 18)
    for n, t in enumerate(columns(scene)[:-1]):
        y0 = _height(scene, best, n, high, row)
        a, b, middle = t + 0.46, t + 1 - EDGE, t + 0.5
        x = (1 - s) ** 3 * a + 3 * s * (1 - s) * middle + s**3 * b
        y = (1 - s) ** 2 * (1 + 2 * s) * y0 + s**2 * (3 - 2 * s) * y1
        arcs.append(list(zip(x.tolist(), y.tolist(), strict=True)))
        ends.append((b - 0.02, y1))
    return [drawing.lines(arcs, style.FORWARD, look.line), drawing.heads(ends, "right", style.FORWARD, 8)]


def _names(scene: Usage, look: Look, place: Rows, left: float) -> dict[str, Any]:
    large = look.font + 4
    output = "P(+)" if _two(scene) else "<i>P(y)</i>"
    names = [
        ("step", STEP, look.muted, look.font),
        ("<i>x</i>", place.token[0] + 13, style.FORWARD, large),
        ("<i>L</i>", place.loss, style.BACKWARD, large),
        (output, sum(place.output) / 2, style.FORWARD, look.font + 1),
    ]
    arrows = {"forward": "<i>h</i> →", "reverse": "<i>h</i> ←"}
    chains = _chains(scene, place)
    names += [
        (arrows[direction] if len(chains) > 1 else "<i>h</i>", (low + high) / 2, style.FORWARD, large)
        for direction, low, high in chains
    ]
    if scene.correct is not None and not _two(scene):
        names.append(("right?", place.answer, look.muted, look.font))
    text, heights, colours, sizes = (list(column) for column in zip(*names, strict=True))
    return drawing.words([left] * len(names), heights, text, colours, sizes, "middle left")


def norms(scene: Usage, look: Look = LIGHT) -> Picture:
    """‖∂L/∂h_t‖ at every step; of an encoder also with the loss at the other steps."""
    at = np.arange(1, scene.steps + 1)
    curves = [(name, values, colour, dash) for name, values, colour, dash in _curves(scene)]
    low, high, told = axes.decades(*(values for _, values, _, _ in curves), fixed=NORMS)
    frame = drawing.stage(scene.steps, 1, look)
    left, right = frame["xaxis"]["range"]
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": at,
            "y": positive(values),
            "line": {"color": colour, "width": look.line, "dash": dash},
            "marker": {"size": 6, "color": colour},
            "hovertemplate": f"{name}, step %{{x}}: %{{y:.2e}}<extra></extra>",
            "meta": {"click": {"x": "step"}},
        }
        for name, values, colour, dash in curves
    ]
    legend = "   ".join(drawing.key("– –" if dash == "dash" else "—", colour, name) for name, _, colour, dash in curves)
    data.append(
        drawing.words(
            [left, right], [10.0 ** (high + 0.15)] * 2, ["‖∂L/∂h<sub>t</sub>‖ (log)", legend * (len(curves) > 1)],
            [look.ink, look.ink], look.font, ["top right", "top left"],
        )
    )  # fmt: skip
    layout = {
        "margin": look.margin(drawing.LEFT, 6, 20, 6),
        "xaxis": frame["xaxis"],
        "yaxis": {**axes.log_axis(low, high, ""), "tickvals": [10.0**d for d in range(low, high + 1, 2)]},
        "shapes": [axes.cursor(scene.step_number, look)],
    }
    layout["yaxis"]["ticktext"] = [axes.log_axis(d, d, "")["ticktext"][0] for d in range(low, high + 1, 2)]
    return Picture(norms_title(scene), data, layout, look, height=look.height(116), note=told)


def _curves(scene: Usage) -> list[tuple[str, np.ndarray, str, str]]:
    if scene.other is not None:
        words = {"last": "loss at the last step", "every": "loss at every step"}
        asked = scene.settings.asked
        rest = next(word for key, word in words.items() if key != asked)
        there = euclidean(scene.other[0, "forward"].grad_hidden[:, 0])
        return [(rest, there, style.GHOST, "dash"), (words[asked], norms_of(scene)[0], style.BACKWARD, "solid")]
    if scene.trace.network.bidirectional:
        dashes = {"forward": "solid", "reverse": "dash"}
        return [(f"{way} chain", norms_of(scene, way)[0], style.BACKWARD, dash) for way, dash in dashes.items()]
    return [("of the loss", norms_of(scene)[0], style.BACKWARD, "solid")]


def norms_title(scene: Usage) -> str:
    """What of the gradient reaches the first step."""
    total, _ = norms_of(scene)
    end = scene.loss_steps[-1] + scene.offset
    first, last = float(total[0]), float(total[end])
    if scene.steps == 1:
        return f"One step: ‖∂L/∂h‖ is {magnitude(first)}, and nothing flows through time."
    if scene.other is not None:
        there = float(euclidean(scene.other[0, "forward"].grad_hidden[0, 0]))
        ends, every = (first, there) if scene.settings.asked == "last" else (there, first)
        return f"‖∂L/∂h₁‖ is {magnitude(ends)} with one loss at the end, {magnitude(every)} with a loss at every step."
    if scene.source is not None:
        through = float(total[scene.offset - 1])
        return f"Through c comes ‖∂L/∂h‖ = {magnitude(through)}; of that, {ratio(first, through)} reaches step 1."
    return f"‖∂L/∂h‖ at step 1 is {relative(first, last)} that at step {end + 1}, where the last of the losses enters."
