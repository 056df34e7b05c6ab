"""What reading the source backwards changes: the way from a word to the one it needs, the gradient at the source, and
the training. Every builder takes the pass of both orders (store.each_order)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.analysis.norms import euclidean
from explorer.figures import axes, drawing
from explorer.figures.alignment import needed
from explorer.figures.picture import Picture, positive
from explorer.look import style
from explorer.look.notation import counted, magnitude, share
from explorer.look.style import LIGHT, Look
from explorer.passes.translation import Translated

ORDERS = (("forwards", style.FORWARD, "solid"), ("backwards", style.GHOST, "dash"))


def distances(scenes: Sequence[Translated], look: Look = LIGHT) -> Picture:
    """How many states lie between every word said and the word of the source that it needs most."""
    steps = [way(scene) for scene in scenes]
    longest = max(scene.steps for scene in scenes)
    words = max((scene.targets for scene in scenes), key=len)
    data = [
        {
            "type": "bar",
            "x": [t + 1 + side for t in of],
            "y": list(of.values()),
            "width": 0.3,
            "marker": {"color": colour, "line": {"width": 0}},
            "customdata": [[scene.targets[t], drawing.plain(scene.source[len(scene.source) + t - of[t]])] for t in of],
            "hovertemplate": f"{name}: “%{{customdata[0]}}” is %{{y}} states from “%{{customdata[1]}}”<extra></extra>",
        }
        for (name, colour, _), scene, of, side in zip(ORDERS, scenes, steps, (-0.17, 0.17), strict=True)
    ]
    high = max((max(of.values()) for of in steps if of), default=1)
    layout = {
        "margin": look.margin(46, 10, 22, 28),
        "xaxis": {"range": [0.4, longest + 0.6], "tickvals": list(range(1, longest + 1)), "ticktext": list(words)},
        "yaxis": {"range": [0, high + 1], "nticks": 5, "showgrid": True, "title": {"text": "states between"}},
        "bargap": 0,
    }
    data.append(_legend(longest + 0.6, high + 1, look))
    note = f"{_which(scenes)} From the state that reads xₖ to the one that says yₜ. No bar: needs no single word."
    return Picture(_distances(steps), data, layout, look, look.height(240), note=note)


def _which(scenes: Sequence[Translated]) -> str:
    """The networks: the same ones whatever context and language are chosen."""
    recipe = scenes[0].film.recipe
    return f"Into German, with {recipe.cell.upper()}s of {scenes[0].encoder.hidden_size} units, whatever is chosen."


def way(scene: Translated) -> dict[int, int]:
    """Step, 0-based, of every word that needs one of the source -> states from the one that reads it to this step's."""
    S = len(scene.source)
    return {t: S - k + t for t, k in enumerate(needed(scene)) if k is not None}


def _distances(steps: Sequence[dict[int, int]]) -> str:
    if not all(steps):
        return "One of the two needs no single word of the source."
    shortest, mean = ([f(list(of.values())) for of in steps] for f in (min, np.mean))
    told = f"on average {mean[0]:.1f} states forwards, {mean[1]:.1f} backwards"
    return f"From a word to the one it needs: {told}; at the shortest {shortest[0]} and {shortest[1]}."


def gradients(scenes: Sequence[Translated], look: Look = LIGHT) -> Picture:
    """‖∂L/∂x‖ at every word of the source, in the order of the language, under both orders of reading."""
    norms = [at_source(scene) for scene in scenes]
    words = scenes[0].source
    S, at = len(words), np.arange(1, len(words) + 1)
    low, high, note = axes.decades(*norms, fixed=(-6, 1))
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": at,
            "y": positive(values),
            "line": {"color": colour, "width": look.line, "dash": dash},
            "marker": {"size": 6, "color": colour},
            "hovertemplate": f"{name}, x at %{{x}}: %{{y:.2e}}<extra></extra>",
        }
        for values, (name, colour, dash) in zip(norms, ORDERS, strict=True)
    ]
    data.append(_legend(S + 0.5, 10.0 ** (high + 0.15), look))
    layout = {
        "margin": look.margin(52, 10, 22, 28),
        "xaxis": {
            "range": [0.5, S + 0.5], "tickvals": at.tolist(), "ticktext": [drawing.plain(word) for word in words],
        },
        "yaxis": axes.log_axis(low, high, "‖∂L/∂xₖ‖"),
    }  # fmt: skip
    first = [magnitude(float(values[0])) for values in norms]
    title = f"‖∂L/∂x‖ at “{words[0]}” is {first[0]} where it is read first, {first[1]} where it is read last."
    return Picture(title, data, layout, look, look.height(240), note=f"{_which(scenes)} {note}".strip())


def at_source(scene: Translated) -> np.ndarray:
    """‖∂L/∂x_k‖ (S,) in the order of the language."""
    norms = euclidean(scene.pair.encoder.grad_inputs[:, 0])
    return norms[::-1] if scene.task.reverse else norms


def training(scenes: Sequence[Translated], look: Look = LIGHT) -> Picture:
    """How many of the held-out phrases are right, over the training of both."""
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": scene.film.updates,
            "y": [100 * measure.share for measure in scene.film.measures],
            "line": {"color": colour, "width": look.line, "dash": dash},
            "marker": {"size": 5, "color": colour},
            "hovertemplate": f"{name}, after %{{x}} updates: %{{y:.0f}} %<extra></extra>",
        }
        for scene, (name, colour, dash) in zip(scenes, ORDERS, strict=True)
    ]
    most = int(max(scene.film.updates[-1] for scene in scenes))
    data.append(_legend(most, 106, look))
    layout = {
        "margin": look.margin(52, 10, 22, 40),
        "xaxis": {"range": [0, most * 1.02], "title": {"text": "updates"}, "nticks": 6},
        "yaxis": {
            "range": [-4, 106],
            "tickvals": [0, 50, 100],
            "showgrid": True,
            "title": {"text": "phrases right, %"},
        },
        "shapes": [axes.cursor(scenes[0].updates, look)],
    }
    last = [share(scene.film.measure.share) for scene in scenes]
    half = [f"after {counted(n, 'update')}" if (n := _half(scene)) is not None else "never" for scene in scenes]
    told = f"forwards {half[0]}, backwards {half[1]}"
    title = f"Half of the phrases are right {told}; in the end {last[0]} and {last[1]}."
    counts = sorted({measure.count for scene in scenes for measure in scene.film.measures[:-1]})
    whole = scenes[0].film.measure.count
    note = (
        f"{_which(scenes)} One training of each, on held-out phrases: {counts[0]} at a snapshot, {whole:,} in the end."
    )
    return Picture(title, data, layout, look, look.height(240), note=note)


def _half(scene: Translated) -> int | None:
    """The updates after which half of the phrases are right for the first time."""
    known = [int(n) for n, m in zip(scene.film.updates, scene.film.measures, strict=True) if m.share >= 0.5]
    return known[0] if known else None


def _legend(x: float, y: float, look: Look) -> dict[str, Any]:
    told = "   ".join(drawing.key("—" if dash == "solid" else "– –", colour, name) for name, colour, dash in ORDERS)
    return drawing.words([x], y, [told], look.muted, look.font, "top left")
