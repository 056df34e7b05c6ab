"""What a network in a usage pattern answers: its probabilities at one step, and its answers beside another's."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.passes import generation
from explorer.figures import drawing
from explorer.figures.picture import Picture
from explorer.look import style
from explorer.look.style import LIGHT, Look
from explorer.passes import usage
from explorer.passes.usage import Usage

MOST = 24  # words with a bar
FORWARDS, BOTH = "→ only", "→ ←"


def distribution(scene: Usage, look: Look = LIGHT) -> Picture:
    """P(y_t) of the selected step over the vocabulary, at the temperature and, outlined, at τ = 1."""
    t, vocabulary = scene.out, scene.sequence.vocabulary
    plain, warm = generation.distribution(scene.trace.logits[t, 0]), scene.probabilities[t]
    places = np.argsort(-plain, kind="stable")[:MOST] if len(vocabulary) > MOST else np.arange(len(vocabulary))
    at = np.arange(1, len(places) + 1)
    said = [k == scene.said[t] for k in places]
    words = [drawing.plain(vocabulary[k]) for k in places]
    data: list[dict[str, Any]] = [
        {
            "type": "bar",
            "x": at,
            "y": warm[places],
            "width": 0.7,
            "marker": {"color": style.FORWARD, "opacity": [1.0 if one else 0.4 for one in said], "line": {"width": 0}},
            "text": words,
            "textposition": "none",
            "hovertemplate": "P(“%{text}”) = %{y:.4f}<extra></extra>",
        }
    ]
    if scene.temperature != 1:
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": at,
                "y": plain[places],
                "marker": {"symbol": "line-ew-open", "size": 20, "color": style.GHOST, "line": {"width": look.line}},
                "hovertemplate": "at τ = 1: %{y:.4f}<extra></extra>",
            }
        )
    layout = {
        "margin": look.margin(drawing.LEFT, 6, 6, 22),
        "xaxis": {"range": [0.4, len(places) + 0.6], "tickvals": at, "ticktext": words,
                  "tickfont": {"color": look.ink, "size": look.font + 1}},
        "yaxis": {"range": [0, 1.02], "tickvals": [0, 0.5, 1], "showgrid": True},
        "bargap": 0,
    }  # fmt: skip
    note = f"The {MOST} most probable of {len(vocabulary)}. " * (len(places) < len(vocabulary))
    note += "Dark: what came out." + " Grey: at τ = 1." * (scene.temperature != 1)
    return Picture(distribution_title(scene), data, layout, look, height=look.height(104), note=note)


def distribution_title(scene: Usage) -> str:
    """How sure the network is at the selected step."""
    t, said = scene.out, scene.said[scene.out]
    p, plain = scene.probabilities[t], generation.distribution(scene.trace.logits[t, 0])
    word = drawing.plain(scene.sequence.vocabulary[said])
    start = f"P(y{'' if scene.steps == 1 else f' at step {t + 1 + scene.offset}'})"
    if scene.temperature == 1:
        rest = float(1 - p[said])
        return f"{start}: “{word}” has {p[said]:.2f}, all other {len(p) - 1} together {rest:.2f}."
    return f"{start} at τ = {scene.temperature:g}: “{word}” has {p[said]:.2f}; at τ = 1 it has {plain[said]:.2f}."


def tags(scene: Usage, look: Look = LIGHT) -> Picture:
    """The tags of the network that reads forwards and of the one that reads both ways, under the words."""
    other = usage.other_ways(scene)
    forward, both = (other, scene) if scene.settings.both_ways else (scene, other)
    ways = [(FORWARDS, forward), (BOTH, both)]
    steps, at = scene.steps, list(range(1, scene.steps + 1))
    vocabulary, right = scene.sequence.vocabulary, scene.right
    heights = {FORWARDS: 34.0, BOTH: 12.0, "right": 56.0}
    rows: list[tuple[str, list[str], list[str]]] = []
    if right is not None:
        rows.append(("right", [vocabulary[k] for k in right], [look.muted] * steps))
    for name, one in ways:
        compared = right if right is not None else both.said
        wrong = [k != r for k, r in zip(one.said, compared, strict=True)]
        words = [f"{word} ✗" if bad and right is not None else word for word, bad in zip(one.words, wrong, strict=True)]
        rows.append((name, words, [style.BACKWARD if bad else style.FORWARD for bad in wrong]))
    labels = [word for _, words, _ in rows for word in words]
    size = drawing.font_size(steps, look, largest=13, words=labels)
    frame = drawing.stage(steps, 68, look)
    left = frame["xaxis"]["range"][0]
    data = [
        drawing.words(
            at * len(rows), [heights[name] for name, _, _ in rows for _ in at], labels,
            [colour for _, _, colours in rows for colour in colours], size,
            custom=[[t, "y"] for t in at] * len(rows),
        ),
        drawing.words(
            [left] * len(rows), [heights[name] for name, _, _ in rows], [name for name, _, _ in rows], look.muted,
            look.font, "middle left",
        ),
        drawing.boxes([scene.step_number], 2, 66, look.ink, width=1, half=0.46),
    ]  # fmt: skip
    return Picture(tags_title(forward, both), data, frame, look, height=look.height(70))


def tags_title(forward: Usage, both: Usage) -> str:
    """How many tags are right each way; where nobody knows, how many differ."""
    if forward.correct is None or both.correct is None:
        differ = sum(a != b for a, b in zip(forward.said, both.said, strict=True))
        return f"Of {forward.steps} tags, {differ} differ between reading forwards and reading both ways."
    right = [sum(one.correct or []) for one in (forward, both)]
    return f"Of {forward.steps} tags, {right[0]} are right reading forwards, {right[1]} reading both ways."
