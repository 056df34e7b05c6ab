"""The context as a bottleneck: how much of the phrases gets through so many numbers, by their length."""

from __future__ import annotations

from typing import Any

from explorer.figures import drawing
from explorer.figures.picture import Picture
from explorer.look import style
from explorer.look.notation import counted, percent
from explorer.look.style import LIGHT, Look
from explorer.passes.bottleneck import by_context
from explorer.passes.translation import Translated
from explorer.state.translation import CONTEXTS


def by_length(scene: Translated, look: Look = LIGHT) -> Picture:
    """The share of held-out phrases that are right as a whole, by the words of their source: a line a context."""
    every = by_context()
    lengths = sorted(next(iter(every.values())))
    at = list(range(len(lengths)))
    chosen = scene.encoder.hidden_size
    opacity = dict(zip(every, (0.3, 0.42, 0.56, 0.75, 1.0), strict=True))
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": at,
            "y": [100 * of[n].share for n in lengths],
            "opacity": opacity[units],
            "line": {"color": style.CARRY, "width": look.line * (1.8 if units == chosen else 1)},
            "marker": {"size": 7, "color": style.CARRY},
            "customdata": [[of[n].error, of[n].count] for n in lengths],
            "hovertemplate": f"c of {units}: %{{y:.0f}} % of %{{customdata[1]}} phrases right, "
            "%{customdata[0]:.3f} nats a word<extra></extra>",
        }
        for units, of in every.items()
    ]
    ends = [100 * of[lengths[-1]].share for of in every.values()]
    data.append(
        drawing.words(
            [at[-1] + 0.12] * len(every), _apart(ends, 8.0 * look.scale), [str(units) for units in every],
            style.CARRY, look.font, "middle right",
        )
    )  # fmt: skip
    counts = [next(iter(every.values()))[n].count for n in lengths]
    layout = {
        "margin": look.margin(52, 10, 10, 54),
        "xaxis": {
            "range": [-0.3, at[-1] + 0.7], "tickvals": at,
            "ticktext": [f"{n}<br>({count})" for n, count in zip(lengths, counts, strict=True)],
            "title": {"text": "words of the source (phrases measured)"},
        },
        "yaxis": {
            "range": [-4, 104], "tickvals": [0, 50, 100], "showgrid": True, "title": {"text": "phrases right, %"},
        },
    }  # fmt: skip
    if chosen not in every:
        chosen = max(every)
    note = f"{sum(counts)} held-out German phrases, the decoder reading its own words, greedy; GRUs, after training."
    if scene.encoder.hidden_size not in every:
        note += f" The chosen context, {CONTEXTS[scene.settings.context]}, is none of these."
    return Picture(_title(every, lengths, chosen), data, layout, look, look.height(280), note=note)


def _title(every: dict[int, Any], lengths: list[int], chosen: int) -> str:
    """The longest phrases through the narrowest context, through the chosen one, and through the widest."""
    narrow, wide = min(every), max(every)
    n = lengths[-1]
    few, some, most = (percent(every[units][n].share) for units in (narrow, chosen, wide))
    between = f", {some} through the {chosen} chosen" if narrow < chosen < wide else ""
    told = f"{few} come out right through {narrow} numbers{between}, {most} through {wide}"
    return f"Of phrases of {counted(n, 'word')} {told}."


def _apart(heights: list[float], room: float) -> list[float]:
    """Heights moved up as far as their words need not to touch, in the same order."""
    placed: dict[int, float] = {}
    last = float("-inf")
    for n in sorted(range(len(heights)), key=lambda n: heights[n]):
        placed[n] = last = max(heights[n], last + room)
    over = max(0.0, last - 100)
    return [placed[n] - over * (placed[n] > 50) for n in range(len(heights))]
