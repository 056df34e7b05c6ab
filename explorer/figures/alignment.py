"""Which word said depends on which word read: every pair of the two languages, by what is lost without a word and by
the derivative."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from explorer.figures import axes, drawing
from explorer.figures.encoder_decoder import MOST_NEEDED, SEEN
from explorer.figures.picture import Picture, finite, log10
from explorer.look import style
from explorer.look.notation import counted
from explorer.look.style import LIGHT, Look
from explorer.passes.translation import Translated

NEEDED = 1.0  # nats: a word without which another is that much less probable is needed


def needs(scene: Translated, look: Look = LIGHT) -> Picture:
    """Nats that log P of every word loses when a word of the source is left unread, on a fixed scale."""
    lost = finite(scene.lost)
    colours: dict[str, Any] = {"colorscale": [[0, look.paper], [1, style.INPUT]], "zmin": 0, "zmax": MOST_NEEDED}
    colours["colorbar"] = _bar(look, "nats", [0, 4, 8, MOST_NEEDED])
    note = f"log P(yₜ) of the whole source less that with xₖ = 0. Fixed scale; full green from {MOST_NEEDED:g} nats on."
    return _matrix(scene, look, lost, colours, "%{z:.2f} nats", crossing(scene), note)


def influence(scene: Translated, look: Look = LIGHT) -> Picture:
    """‖∂o_t/∂x_k‖ = ‖∂o_t/∂c · ∂c/∂x_k‖ of every pair, on fixed decades."""
    seen = scene.influence
    low, high, rescaled = axes.decades(seen, fixed=SEEN)
    colours = axes.orders(look, low, high)
    often = np.bincount(seen.argmax(axis=1), minlength=len(scene.source))
    k = int(often.argmax())
    word = f"“{scene.source[k]}”, word {k + 1} read"
    title = (
        f"By ‖∂o/∂x‖, {often[k]} of {counted(scene.steps, 'output')} hang most on {word}."
        if np.isfinite(seen).all()
        else "The derivatives left the range of finite numbers."
    )
    note = f"The words that the decoder reads are held. {rescaled}".strip()
    return _matrix(scene, look, log10(seen), colours, "10<sup>%{z:.2f}</sup>", title, note)


def crossing(scene: Translated) -> str:
    """Where the order turns round: the first two neighbours of which the later one needs the earlier word."""
    order = needed(scene)
    told = [t for t, k in enumerate(order) if k is not None]
    for t, later in pairwise(told):
        first, second = order[t], order[later]
        if first is not None and second is not None and second < first:
            there = f"“{scene.source[second]}” and “{scene.source[first]}”"
            return f"“{scene.targets[t]}” and “{scene.targets[later]}” need {there}: the order turns round."
    words = counted(len(told), "word")
    return f"{words} of {scene.steps} need a word of the source, in the order in which it is read."


def needed(scene: Translated) -> list[int | None]:
    """At every step the place of the word that it needs most, 0-based; None where it needs none."""
    lost = np.nan_to_num(finite(scene.lost))
    return [int(row.argmax()) if row.max() >= NEEDED else None for row in lost]


def _matrix(
    scene: Translated, look: Look, z: np.ndarray, colours: dict[str, Any], value: str, title: str, note: str
) -> Picture:
    S, T, row = len(scene.source), scene.steps, scene.step_number
    words = [[[drawing.plain(source), target] for source in scene.source] for target in scene.targets]
    box = [(0.5, row - 0.5), (S + 0.5, row - 0.5), (S + 0.5, row + 0.5), (0.5, row + 0.5), (0.5, row - 0.5)]
    data = [
        {
            "type": "heatmap",
            "x": np.arange(1, S + 1),
            "y": np.arange(1, T + 1),
            "z": z,
            **colours,
            "xgap": 1,
            "ygap": 1,
            "hoverongaps": False,
            "customdata": words,
            "hovertemplate": f"“%{{customdata[1]}}” by “%{{customdata[0]}}”: {value}<extra></extra>",
            "meta": {"click": {"y": "target"}},
        },
        drawing.lines([box], look.ink, look.line),
    ]
    layout = {
        "margin": look.margin(74, 58, 8, 54),
        "xaxis": {
            "range": [0.45, S + 0.55],
            "tickvals": list(range(1, S + 1)),
            "ticktext": [drawing.plain(word) for word in scene.source],
            "tickangle": 0 if S <= 8 and not look.projector else -35,
            "title": {"text": "read, xₖ"},
        },
        "yaxis": {
            "range": [T + 0.55, 0.45],
            "tickvals": list(range(1, T + 1)),
            "ticktext": list(scene.targets),
        },
    }
    return Picture(title, data, layout, look, look.height(300), note=note)


def _bar(look: Look, title: str, ticks: list[float]) -> dict[str, Any]:
    font = {"size": look.font, "color": look.muted}
    return {
        "thickness": 10, "outlinewidth": 0, "x": 1.01, "xpad": 4, "tickvals": ticks, "tickfont": font,
        "title": {"text": title, "font": font},
    }  # fmt: skip
