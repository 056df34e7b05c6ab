"""What a shipped film was measured at: on what was held out, over its snapshots, cell by cell; and where it fails."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np

from core import films
from core.tasks.sentences import Sentences
from explorer.figures import axes, drawing
from explorer.figures.picture import Picture
from explorer.look import style
from explorer.look.cells import CELLS
from explorer.look.notation import counted
from explorer.look.style import LIGHT, Look
from explorer.passes import failures
from explorer.passes.usage import Usage
from explorer.state import usage


def shares(scene: Usage, look: Look = LIGHT) -> Picture:
    """The share of held-out examples that are right at every snapshot, of every cell that was trained."""
    film = scene.film
    at = np.arange(1, len(film) + 1)
    kind = usage.kind(scene.settings)
    data: list[dict[str, Any]] = []
    names, ends = [], []
    for name, cell, dash in _films(scene, film.recipe.cell):
        one = films.film(name)
        colour = CELLS[cell].colour
        values = [measure.share for measure in one.measures]
        chosen = cell == film.recipe.cell and dash == "solid"
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": np.arange(1, len(values) + 1),
                "y": values,
                "line": {"color": colour, "width": look.line * (1.5 if chosen else 0.9), "dash": dash},
                "hovertemplate": f"{CELLS[cell].label}, snapshot %{{x}}: %{{y:.1%}}<extra></extra>",
                "meta": {"click": {"x": "snapshot"}},
            }
        )
        way = {"tagging": " both ways", "tagging-both": " forwards"}.get(kind, "") if dash == "dash" else ""
        names.append(drawing.key("– –" if dash == "dash" else "—", colour, f"{CELLS[cell].label}{way}"))
        ends.append(values[-1])
    baseline = film.measure.baseline if film.measure.error is None else None
    if baseline is not None:
        data.append(drawing.lines([[(1, baseline), (len(film), baseline)]], style.GHOST, look.line, "dot"))
        names.append(drawing.key("···", style.GHOST, "baseline"))
    updates = film.updates
    ticks = [int(k) for k in at if k in (1, len(film)) or (k % 5 == 0 and k < len(film) - 2)]
    data.append(drawing.words([1], 1.09, ["   ".join(names)], look.ink, look.font, "middle right"))
    layout = {
        "margin": look.margin(52, 10, 6, 40),
        "xaxis": {"range": [0.5, len(film) + 0.5], "tickvals": ticks,
                  "ticktext": [f"{updates[k - 1]:,}" for k in ticks], "title": {"text": "updates"}},
        "yaxis": {"range": [0, 1.16], "tickvals": [0, 0.5, 1], "ticktext": ["0", "50 %", "100 %"], "showgrid": True},
        "shapes": [axes.cursor(scene.at + 1, look)],
    }  # fmt: skip
    of = film.measures[scene.at]
    right = f"{_percent(of.share)} of {of.count:,} held-out {of.of} are right"
    title = f"After {counted(scene.updates, 'update')}, {right}."
    return Picture(title, data, layout, look, height=look.height(210), note=_told(scene))


def _films(scene: Usage, cell: str) -> list[tuple[str, str, str]]:
    """The films to compare: name, cell and dash. Of a transducer also the other way of reading, by the same cell."""
    kind = usage.kind(scene.settings)
    found = [(f"{kind}-{one}", one, "solid") for one in usage.trained_cells(scene.settings)]
    other = {"tagging": "tagging-both", "tagging-both": "tagging"}.get(kind)
    return [*found, *([(f"{other}-{cell}", cell, "dash")] if other else [])]


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share in (0, 1) else f"{100 * share:.1f} %"


def _told(scene: Usage) -> str:
    """How every cell did in the end."""
    ends = [(CELLS[cell].label, films.film(name).measure) for name, cell, dash in _films(scene, "") if dash == "solid"]
    said = ", ".join(f"{label} {_percent(measure.share)}" for label, measure in ends)
    return f"In the end, on all {ends[0][1].count:,}: {said}. {scene.task.origin}"


def where(scene: Usage, look: Look = LIGHT) -> Picture:
    """The share that is right of held-out examples of every kind, at the snapshot."""
    found = failures.parts(scene.film, scene.at)
    at = list(range(len(found), 0, -1))
    texts = [f"{part.right:,} of {part.count:,}" for part in found]
    data: list[dict[str, Any]] = [
        {
            "type": "bar",
            "orientation": "h",
            "x": [part.share for part in found],
            "y": at,
            "width": 0.66,
            "marker": {"color": style.FORWARD, "line": {"width": 0}},
            "hovertext": texts,
            "hoverinfo": "text",
        },
        drawing.words([1.02] * len(found), at, texts, look.ink, look.font, "middle right"),
    ]
    longest = max(len(part.name) for part in found)
    layout = {
        "margin": look.margin(min(150, 14 + 7 * longest), 10, 6, 24),
        "xaxis": {"range": [0, 1.5], "tickvals": [0, 0.5, 1], "ticktext": ["0", "50 %", "100 %"]},
        "yaxis": {"range": [0.4, len(found) + 0.6], "tickvals": at, "ticktext": [part.name for part in found],
                  "tickfont": {"color": look.ink, "size": look.font}},
        "bargap": 0,
    }  # fmt: skip
    note = "On the first of the held-out examples, at this snapshot."
    return Picture(where_title(scene, found), data, layout, look, height=look.height(210), note=note)


def where_title(scene: Usage, found: tuple[failures.Part, ...]) -> str:
    """The kind that fails most."""
    worst = min(found, key=lambda part: part.share)
    if worst.share == 1:
        return "It fails at none of the held-out examples that were looked at."
    rest = max(found, key=lambda part: part.share)
    return f"It is worst at {worst.name}: {_percent(worst.share)} right; best at {rest.name}: {_percent(rest.share)}."


def rules(scene: Usage, look: Look = LIGHT) -> Picture:
    """The rules of the grammar that every sentence is drawn from, as they stand."""
    grammar = _grammar(scene)
    lines = [f"<b>{name}</b> → {rule}" for name, rule in grammar.rules.items()]
    title = f"A grammar of ours makes every sentence: {len(grammar.rules)} rules over {len(grammar.vocabulary)} words."
    return _lines(title, lines, look, "A name after the arrow is another rule; ? may be missing.")


def words(scene: Usage, look: Look = LIGHT) -> Picture:
    """The words of the grammar, by what stands for them in the rules."""
    grammar = _grammar(scene)
    text = " · ".join(f"<b>{name}</b> {members}" for name, members in grammar.words.items())
    tags: dict[str, set[str]] = {word: set() for word in grammar.vocabulary.words}
    for name, members in grammar.words.items():
        for word in members.split():
            tags[word].add(name.split(".")[0])
    several = sum(len(names) > 1 for names in tags.values())
    told = f"{several} of them under more than one tag" if several else "each under one tag"
    return _lines(f"It knows {len(tags)} words, {told}.", [text], look, "Before the dot stands the words’ tag.")


def _grammar(scene: Usage) -> Any:
    task = scene.task
    assert isinstance(task, Sentences)
    return task.grammar


def _lines(title: str, lines: list[str], look: Look, note: str) -> Picture:
    """Lines of text, wrapped to half the page's width."""
    size = look.font
    room = int(560 / (0.56 * size))
    wrap = textwrap.TextWrapper(room, subsequent_indent="\u2003", break_on_hyphens=False)
    wrapped = [part for line in lines for part in wrap.wrap(line)]
    height = 1.5 * size * len(wrapped)
    at = [height - 1.5 * size * (n + 0.5) for n in range(len(wrapped))]
    data = [drawing.words([0] * len(wrapped), at, wrapped, look.ink, size, "middle right")]
    layout = {
        "margin": {"l": 0, "r": 0, "t": 4, "b": 4},
        "xaxis": {"visible": False, "range": [0, 1]},
        "yaxis": {"visible": False, "range": [0, height]},
    }
    return Picture(title, data, layout, look, height=round(height) + 8, note=note)
