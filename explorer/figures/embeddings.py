"""The same word in different contexts, as points: the states at it on the plane in which they vary most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from explorer.figures import drawing
from explorer.figures.picture import Picture
from explorer.look import style
from explorer.look.notation import counted
from explorer.look.style import LIGHT, Look
from explorer.passes.embeddings import Cloud, cloud, unread
from explorer.passes.scenario import Scenario

MARKS = {  # tag -> colour, Plotly's symbol, and the sign of the legend
    "NOUN": (style.FORWARD, "circle", "●"),
    "VERB": (style.INPUT, "square", "■"),
    "ADJ": (style.FORGET, "diamond", "◆"),
    "DET": (style.OUTPUT, "triangle-up", "▲"),
    "PRON": (style.LSTM, "triangle-down", "▼"),
    "ADP": (style.CARRY, "diamond", "◆"),
    "SCONJ": (style.CANDIDATE, "circle", "●"),
}
SIZES = (12, 7, 4)  # of the tags of a word, so that points of several on one spot are all seen


def points(scene: Scenario, look: Look = LIGHT) -> Picture:
    """Every occurrence of the settings' word a point: at the left [h→; h←] of the bidirectional tagger, at the right h→
    of the one-directional one; the user's own sentence a star."""
    clouds = [cloud(scene.settings, both) for both in (True, False)]
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"margin": look.margin(30, 14, 30, 30)}
    for n, of in enumerate(clouds):
        name = "" if n == 0 else "2"
        data += [{**trace, "xaxis": f"x{name}", "yaxis": f"y{name}"} for trace in _cloud(of, look)]
        x, y = _ranges(of)
        shares = [f"{100 * share:.0f} %" for share in of.plane.shares]
        which = "[h→; h←]" if of.both else "h→ alone"
        told = f"{which}, {of.states.shape[1]} numbers: first component, {shares[0]} of the variance"
        frame = {"showticklabels": False, "showline": True, "mirror": True}
        layout[f"xaxis{name}"] = {
            **frame, "range": x, "domain": [0.0, 0.47] if n == 0 else [0.53, 1.0], "anchor": f"y{name}",
            "title": {"text": told},
        }  # fmt: skip
        second = {"text": f"second, {shares[1]}"}
        layout[f"yaxis{name}"] = {**frame, "range": y, "anchor": f"x{name}", "title": second}
    return Picture(title(scene, clouds), data, layout, look, look.height(330), note=note(scene, clouds[0]))


def _cloud(of: Cloud, look: Look) -> list[dict[str, Any]]:
    """A trace a tag, the star, and the legend."""
    tags = Counter(str(one.tag) for one in of.occurrences)
    data: list[dict[str, Any]] = []
    for tag, size in zip(sorted(tags), SIZES, strict=False):
        mine = [n for n, one in enumerate(of.occurrences) if one.tag == tag]
        colour, symbol, _ = MARKS[tag]
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": of.points[mine, 0],
                "y": of.points[mine, 1],
                "marker": {"color": colour, "symbol": symbol, "size": size * look.scale, "opacity": 0.6},
                "hoverinfo": "text",
                "hovertext": [f"{tag}: {of.occurrences[n].sentence}" for n in mine],
            }
        )
    if of.own:
        ring = {"color": look.ink, "width": look.line}
        data.append(
            {
                "type": "scatter",
                "mode": "markers+text",
                "x": of.own_points[:, 0],
                "y": of.own_points[:, 1],
                "text": ["yours"] * len(of.own),
                "textposition": "top center",
                "textfont": {"color": look.ink, "size": look.font + 1},
                "marker": {"color": "rgba(0,0,0,0)", "symbol": "star", "size": 17 * look.scale, "line": ring},
                "hoverinfo": "text",
                "hovertext": [f"yours, {one.tag or 'no tag known'}: {one.sentence}" for one in of.own],
            }
        )
    x, y = _ranges(of)
    told = "   ".join(drawing.key(MARKS[tag][2], MARKS[tag][0], f"{tag} {n}") for tag, n in tags.most_common())
    data.append(drawing.words([x[1]], y[1], [told], look.muted, look.font, "top left"))
    return data


def _ranges(of: Cloud) -> tuple[list[float], list[float]]:
    """Of both axes: as far as the points reach, and a little further."""
    every = np.concatenate([of.points, of.own_points])
    low, high = every.min(axis=0), every.max(axis=0)
    room = 0.1 * (high - low) + 1e-3
    return [low[0] - room[0], high[0] + room[0]], [low[1] - room[1], high[1] + 1.5 * room[1]]


def title(scene: Scenario, clouds: Sequence[Cloud]) -> str:
    """How well the tags keep apart in either network, and what that would be without any order."""
    tags = Counter(one.tag for one in clouds[0].occurrences)
    both, forward = (f"{100 * of.agreement:.0f} %" for of in clouds)
    told = (
        f"“{scene.settings.embedded}”: the nearest state has the same tag for {both} both ways, {forward} forward only"
    )
    return f"{told}; always the commoner tag: {100 * max(tags.values()) / tags.total():.0f} %."


def note(scene: Scenario, of: Cloud) -> str:
    """Where the points are from, and where the user's own are."""
    told = f"{counted(len(of.occurrences), 'held-out occurrence')}; nearest by all numbers, not in the plane alone. "
    if unread(scene.settings):
        return f"{told}Your sentence cannot be read."
    if not of.own:
        return f"{told}Your sentence has no “{scene.settings.embedded}”."
    return f"{told}Star: yours."
