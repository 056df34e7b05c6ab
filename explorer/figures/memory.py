"""Long-range memory: who still learns what lies how far back, and who still hears it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.analysis.norms import euclidean
from core.sweeps.grids import NETWORKS, distance_of
from core.sweeps.sweep import Outcome
from core.tasks.memoryless import memoryless
from core.training.loop import SEEN
from explorer.figures import axes, drawing
from explorer.figures.picture import Picture, finite, positive
from explorer.look import style
from explorer.look.cells import CELLS
from explorer.look.notation import counted, fraction, ratio, superscript
from explorer.look.style import LIGHT, Look
from explorer.passes.memory import (
    Memory,
    by_cell,
    complete,
    distance,
    distances,
    heard,
    recipe,
    right,
    solved,
    successes,
)
from explorer.passes.memory import network as chosen_network
from explorer.state.memory import NETWORKS as LABELS

CRITERION = 0.99  # the share right that each task's criterion demands, named in its docstring
PUBLISHED = ("temporal order",)  # whose criterion is the paper's; those of the others are ours
# One cell, one colour; how it is started is told by the line and the sign.
SIGNS = {
    "elman": ("solid", "circle"), "irnn": ("dash", "square"), "orthogonal": ("dot", "diamond"),
    "gru": ("solid", "circle"), "lstm": ("solid", "circle"), "lstm, forget bias 4": ("dash", "square"),
}  # fmt: skip
MARKS = {"circle": "●", "square": "■", "diamond": "◆"}
TASKS = {
    "adding": "Adding two numbers", "temporal order": "Telling the order", "copying": "Copying symbols",
}  # fmt: skip
DECADES = (-6, 2)  # of a gradient, as a part of that at the last step

Found = Mapping[str, Mapping[int, list[Outcome]]]


def share(scene: Memory, look: Look = LIGHT) -> Picture:
    """The share right against the distance: a line a network through the mean of its seeds, a point a seed, their
    range as a band."""
    found, task = successes(scene), scene.task
    of = next((o.measure.of for by in found.values() for many in by.values() for o in many), memoryless(task).of)
    chance = memoryless(task).share
    data, layout = _over_distances(scene, look, found, lambda one: 100 * one.measure.share)
    ends = list(layout["xaxis"]["range"])
    span = [10 ** ends[0], 10 ** ends[1]]
    whose = "published" if task.name in PUBLISHED else "our"
    names = [f"{whose} criterion: {100 * CRITERION:g} % right", "dashed: without a memory"]
    if scene.live:
        data += _live(scene, look)
    data = [
        drawing.lines([[(span[0], 100 * CRITERION), (span[1], 100 * CRITERION)]], look.muted, 1, "dot"),
        drawing.lines([[(span[0], 100 * chance), (span[1], 100 * chance)]], style.GHOST, look.line, "dash"),
        *data,
        # Above the points that lie on these lines.
        drawing.words([1.01 * span[0]] * 2, [109, 100 * chance - 9], names, look.muted, look.font, "middle right"),
    ]
    layout["yaxis"] = {
        "range": [-3, 114], "tickvals": [0, 25, 50, 75, 100], "showgrid": True, "title": {"text": "% right"},
    }  # fmt: skip
    note = f"Right, of held-out {of}. Point: a seed, till solved"
    note += f". Star: of {SEEN}, goes on." if scene.live else "; band: range; line: mean."
    return Picture(headline(scene), data, layout, look, height=look.height(190), note=note)


def _live(scene: Memory, look: Look) -> list[dict[str, Any]]:
    """The single run: from where it began up to where it is, at its distance."""
    assert scene.live is not None
    at, shares = distance_of(scene.live.recipe), [100 * one.share for one in scene.live.measures]
    colour = CELLS[scene.live.recipe.cell].colour
    marker = {"symbol": "star", "size": 17, "color": colour, "opacity": 1, "line": {"color": look.ink, "width": 1.5}}
    after = counted(int(scene.live.updates[-1]), "update")
    hover = f"live, after {after}: {shares[-1]:.1f} % right of the first {SEEN} held out; does not stop when solved"
    return [
        drawing.lines([[(at, shares[0]), (at, max(shares))]], look.ink, look.line, "dot"),
        {
            "type": "scatter", "mode": "markers", "x": [at], "y": shares[-1:], "marker": marker, "hoverinfo": "text",
            "hovertext": [hover],
        },
    ]  # fmt: skip


def single(scene: Memory, look: Look = LIGHT) -> Picture:
    """A single run of the sweep as it is trained: the share right over its updates, beside what became of the recorded
    ones of the same network at the same distance."""
    network, far = chosen_network(scene.settings), int(distance(scene.settings))
    recorded = successes(scene).get(network, {}).get(far, [])
    kind = recipe(scene.settings)
    colour, last = CELLS[kind.cell].colour, kind.updates
    data: list[dict[str, Any]] = [
        drawing.lines([[(0, 100 * CRITERION), (1.04 * last, 100 * CRITERION)]], look.muted, 1, "dot"),
        drawing.lines([[(0, y), (1.04 * last, y)] for y in [100 * memoryless(scene.task).share]], style.GHOST,
                      look.line, "dash"),
        {
            "type": "scatter", "mode": "markers", "x": [one.updates for one in recorded],
            "y": [100 * one.measure.share for one in recorded], "hoverinfo": "text",
            "hovertext": [
                f"recorded, seed {one.recipe.seed}: {one.measure.share:.1%} right"
                f"{', solved: it stopped here' * one.measure.solved}"
                for one in recorded
            ],
            "marker": {"size": 9, "color": style.GHOST, "symbol": SIGNS[network][1], "opacity": 1},
        },
    ]  # fmt: skip
    if scene.live:
        data.append(
            {
                "type": "scatter", "mode": "lines+markers", "x": scene.live.updates,
                "y": [100 * one.share for one in scene.live.measures], "marker": {"size": 6, "color": colour},
                "line": {"color": colour, "width": 1.4 * look.line}, "hovertemplate":
                f"live, after %{{x}} updates: %{{y:.1f}} % right of the first {SEEN} held out<extra></extra>",
            }
        )  # fmt: skip
    layout = {
        "margin": look.margin(58, 10, 8, 40),
        "xaxis": {"range": [0, 1.04 * last], "nticks": 6, "title": {"text": "updates"}},
        "yaxis": {
            "range": [-3, 108], "tickvals": [0, 25, 50, 75, 100], "showgrid": True, "title": {"text": "% right"},
        },
    }  # fmt: skip
    note = (
        f"Grey: the {counted(len(recorded), 'recorded run')}, of all that is held out, each stopped when it had solved "
    )
    note += f"it; the live run: of the first {SEEN}, and it goes on. Dotted: the criterion; dashed: no memory."
    return Picture(_run_told(scene, recorded), data, layout, look, height=look.height(250), note=note)


def _run_told(scene: Memory, recorded: list[Outcome]) -> str:
    """How far the single run is, beside the recorded ones."""
    name = f"{LABELS[chosen_network(scene.settings)]} at distance {distance(scene.settings)}"
    solved_by = sum(one.measure.solved for one in recorded)
    known = (
        f"of {counted(len(recorded), 'recorded seed')} {solved_by} solved it" if recorded else "none is recorded yet"
    )
    if not scene.live:
        return f"{name}: {known}; train one more, live."
    now = scene.live.measures[-1].share
    return f"{name}, live: {100 * now:.0f} % right after {counted(int(scene.live.updates[-1]), 'update')}; {known}."


def headline(scene: Memory) -> str:
    """The distance up to which a network has solved all with every seed, the longest of any, and Elman's."""
    told, found = TASKS[scene.task.name], successes(scene)
    if not found:
        return f"{told}: no outcomes are there yet."
    furthest = {name: solved(by)[0] for name, by in found.items()}
    best = max(furthest.values())
    seeds = "every seed" if complete(scene) else "every seed so far"
    if not best:
        return f"{told}: no network solves the shortest distance with {seeds}."
    names = [LABELS[name] for name, distance in furthest.items() if distance == best]
    first = f"{told}: with {seeds}, {_listed(names)} {'solves' if len(names) == 1 else 'solve'} T ≤ {best}"
    elman = furthest.get("elman")
    if elman is None or elman == best or len(names) > 2:
        return f"{first}."
    return f"{first}; Elman {elman or 'none'}."


def _listed(names: list[str]) -> str:
    if len(names) > 3:
        return f"{len(names)} of {len(NETWORKS)} networks"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def errors(scene: Memory, look: Look = LIGHT) -> Picture:
    """The task's own error against the distance, beside that of whoever remembers nothing."""
    found = successes(scene)
    data, layout = _over_distances(scene, look, found, lambda one: one.measure.error, log=True)
    everything = [one for by in found.values() for many in by.values() for one in many]
    base = sorted({(distance_of(one.recipe), float(one.measure.baseline or np.nan)) for one in everything})
    known = [one.measure.error for one in everything]
    low, high, _ = axes.decades(known, [b for _, b in base], fixed=(-6, 0))
    if base:
        x, y = zip(*base, strict=True)
        data.insert(0, drawing.lines([[*zip(x, y, strict=True)]], style.GHOST, look.line, "dash"))
    unit = next((one.measure.unit for one in everything), "")
    layout["yaxis"] = axes.log_axis(low, high, unit)
    title = "No outcomes are there yet."
    if base:
        furthest, baseline = base[-1]
        there = {name: by[furthest] for name, by in found.items() if furthest in by}
        least = min(there, key=lambda name: _mean(there[name]))
        part = ratio(_mean(there[least]), baseline)
        title = f"At distance {furthest}, {LABELS[least]} has the least error: {part} of the baseline’s."
        title = title.replace("times of", "times")
    note = "Dashed: the published baseline of the task, for whoever remembers nothing."
    return Picture(title, data, layout, look, height=look.height(250), note=note)


def _mean(outcomes: list[Outcome]) -> float:
    return float(np.mean([one.measure.error for one in outcomes if one.measure.error is not None]))


def _over_distances(
    scene: Memory, look: Look, found: Found, read: Any, log: bool = False
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Bands, lines and points of every network over the distances, and the names beside them."""
    every = distances(scene)
    low, high = np.log10(every[0]) - 0.06, np.log10(every[-1]) + 0.06
    bands, lines, points = [], [], []
    for n, (name, by_distance) in enumerate(found.items()):
        cell = str(NETWORKS[name]["cell"])
        colour, (dash, symbol) = CELLS[cell].colour, SIGNS.get(name, ("solid", "circle"))
        chosen = cell == scene.settings.cell
        at = np.array(list(by_distance), dtype=float)
        values = [np.array([read(one) for one in outcomes], dtype=float) for outcomes in by_distance.values()]
        beside = 10 ** (0.012 * (n - (len(found) - 1) / 2))
        mean = np.array([v.mean() for v in values])
        edges = np.array([[v.min(), v.max()] for v in values])
        fit = positive if log else finite
        bands.append(
            {
                "type": "scatter", "mode": "lines", "x": np.concatenate([at, at[::-1]]) * beside,
                "y": fit(np.concatenate([edges[:, 0], edges[::-1, 1]])), "fill": "toself", "line": {"width": 0},
                "fillcolor": f"{colour}{'30' if chosen else '16'}", "hoverinfo": "skip",
            }
        )  # fmt: skip
        lines.append(
            {
                "type": "scatter", "mode": "lines", "x": at * beside, "y": fit(mean),
                "line": {"color": colour, "width": look.line * (1.5 if chosen else 0.8), "dash": dash},
                "hoverinfo": "skip",
            }
        )  # fmt: skip
        seeds = [one for outcomes in by_distance.values() for one in outcomes]
        hover = [
            f"{LABELS[name]}, distance {distance_of(one.recipe)}, seed {one.recipe.seed}: "
            f"{one.measure.share:.1%} right after {counted(one.updates, 'update')}"
            f"{', where it had solved it and stopped' * one.measure.solved}{', diverged' * one.diverged}"
            for one in seeds
        ]
        points.append(
            {
                "type": "scatter", "mode": "markers", "x": np.repeat(at, [len(v) for v in values]) * beside,
                "y": fit(np.concatenate(values)), "hoverinfo": "text", "hovertext": hover,
                "marker": {"color": colour, "size": 8 if chosen else 6, "symbol": symbol, "opacity": 0.9},
            }
        )  # fmt: skip
    layout = {
        "margin": look.margin(58, 136, 8, 38),
        "xaxis": {
            "type": "log", "range": [low, high], "tickvals": list(every), "ticktext": [str(d) for d in every],
            "title": {"text": "distance T, in steps (log scale)"},
        },
        "annotations": _names(found, look),
    }  # fmt: skip
    return [*bands, *lines, *points], layout


def _names(found: Found, look: Look) -> list[dict[str, Any]]:
    """The networks' names beside the drawing, those that do best at the longest distance on top."""

    def last(name: str) -> float:
        return float(np.mean([one.measure.share for one in found[name][max(found[name])]]))

    names = []
    for n, name in enumerate(sorted(found, key=last, reverse=True)):
        colour = CELLS[str(NETWORKS[name]["cell"])].colour
        sign = MARKS[SIGNS.get(name, ("solid", "circle"))[1]]
        names.append(
            {
                "text": drawing.key(sign, colour, LABELS[name]), "x": 1.01,
                "y": 0.97 - 0.17 * n, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "middle",
                "showarrow": False, "font": {"color": look.ink, "size": look.font},
            }
        )  # fmt: skip
    return names


def gradient(scene: Memory, look: Look = LIGHT) -> Picture:
    """How much of the final loss's gradient reaches every step of one example in the three trained networks; the steps
    that count are marked."""
    steps, at = scene.steps, np.arange(1, scene.steps + 1)
    low, high = DECADES
    reach = by_cell(scene)
    marks = [t + 1 for t in scene.marked]
    base, top = 10.0 ** (low - 0.15), 10.0 ** (high + 0.15)
    data: list[dict[str, Any]] = [drawing.boxes(marks, base, top, "rgba(0,0,0,0)", look.well, half=0.5)]
    data.append(drawing.lines([[(0.45, 1), (steps + 0.55, 1)]], style.GHOST, 1, "dash"))
    for cell, parts in reach.items():
        chosen = cell == scene.settings.cell
        name = f"{CELLS[cell].label}, ‖∂L/∂{CELLS[cell].symbol}‖"
        data.append(_curve(at, parts, CELLS[cell].colour, look, name, 1.5 if chosen else 0.8))
        if chosen and CELLS[cell].carried != "hidden":
            of_hidden = f"{CELLS[cell].label}, ‖∂L/∂h‖"
            data.append(_curve(at, heard(scene.trace), CELLS[cell].colour, look, of_hidden, 0.8, "dot"))
    own = reach[scene.settings.cell]
    data.append(
        {
            "type": "scatter", "mode": "markers", "x": marks, "y": positive(own[list(scene.marked)].clip(base)),
            "marker": {"size": 10, "color": look.ink, "opacity": 1}, "hoverinfo": "skip",
        }
    )  # fmt: skip
    small = drawing.font_size(steps, look, largest=12)
    tokens, ink = list(scene.tokens), [look.ink if t + 1 in marks else look.muted for t in range(steps)]
    if not scene.sequence.vocabulary:  # of the numbers there is room for the marked ones, side by side
        tokens = ["·"] * steps
        shown = f"right: 0.5 + ({' + '.join(scene.tokens[t] for t in scene.marked)})/4 = {right(scene)}"
        data.append(drawing.words([0.45], top, [shown], look.ink, look.font, "top right"))
    data.append(drawing.words(at.tolist(), base, [drawing.plain(word) for word in tokens], ink, small, "bottom center"))
    legend = "   ".join(
        drawing.key("━", CELLS[cell].colour, f"{CELLS[cell].label}, {CELLS[cell].symbol}") for cell in reach
    )
    data.append(drawing.words([steps + 0.55], top, [legend], look.ink, look.font, "top left"))
    layout = {
        "margin": look.margin(58, 6, 22, 22),
        "xaxis": {"visible": False, "range": [0.45, steps + 0.55], "fixedrange": True},
        "yaxis": axes.log_axis(low, high, "part of the gradient"),
    }
    note = f"What reaches a step, as a part of the gradient at the last. Below 10{superscript(low)} is off the chart."
    return Picture(sentence(scene), data, layout, look, height=look.height(190), note=note)


def sentence(scene: Memory) -> str:
    """How much of the gradient reaches the marked steps."""
    own, cell = by_cell(scene)[scene.settings.cell], CELLS[scene.settings.cell].label
    parts = [f"step {t + 1} gets {fraction(float(own[t]), 1.0)}" for t in scene.marked]
    if not parts:
        return f"{cell}: nothing but the last step counts in this example."
    return f"{cell}: of the last step’s gradient, {' and '.join(parts)}."


def states(scene: Memory, look: Look = LIGHT) -> Picture:
    """Every state of the chosen network under its step, the marked ones framed."""
    at = np.arange(1, scene.steps + 1)
    hidden = scene.trace[0, "forward"].hidden[:, 0]
    units = hidden.shape[1]
    data = [
        {
            "type": "heatmap", "x": at, "y": np.arange(1, units + 1), "z": finite(hidden).T, "colorscale": look.signed,
            "zmin": -1, "zmax": 1, "showscale": False, "hoverongaps": False,
            "hovertemplate": "step %{x}, unit %{y}: h = %{z:+.3f}<extra></extra>",
        },
        drawing.boxes([t + 1 for t in scene.marked], 0.5, units + 0.5, look.ink, width=look.line, half=0.5),
    ]  # fmt: skip
    layout = {
        "margin": look.margin(58, 10, 8, 40),
        "xaxis": axes.step_axis(scene.steps),
        "yaxis": {"range": [units + 0.5, 0.5], "nticks": 6, "title": {"text": "unit of h"}},
    }
    said, ok = scene.answers[scene.settings.cell]
    moved = euclidean(np.diff(hidden, axis=0))
    most = int(np.argmax(moved)) + 2
    title = f"{CELLS[scene.settings.cell].label} says {said}, {'right' if ok else 'wrong'}; its state moves most at "
    title += f"step {most}."
    note = "h from −1 (blue) to +1 (vermillion). Framed: the steps that count."
    return Picture(title, data, layout, look, height=look.height(250), note=note)


def _curve(
    at: np.ndarray, parts: np.ndarray, colour: str, look: Look, name: str, width: float, dash: str = "solid"
) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": at, "y": positive(parts),
        "line": {"color": colour, "width": width * look.line, "dash": dash},
        "hovertemplate": f"{name}, step %{{x}}: %{{y:.2e}}<extra></extra>",
    }  # fmt: skip
