"""A training from its first update to its last: how it does, and how far its gradient reaches meanwhile."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.films.film import Film
from core.training.recipe import Recipe
from explorer.figures import axes, drawing
from explorer.figures.picture import Picture, log10, positive
from explorer.look import style
from explorer.look.notation import counted, magnitude, percent
from explorer.look.style import LIGHT, Look
from explorer.passes.over_training import OverTraining, differences, summary

HEIGHT = 286
CURVES, MAP = (0.63, 1.0), (0.0, 0.55)  # of the height: loss and measure, the gradients below
TICKS = (0, 10, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


def place(updates: Any, last: int) -> Any:
    """Where a number of updates stands, from 0 to 1: its square root, as snapshots are taken, since most changes
    early."""
    return np.sqrt(np.asarray(updates) / last)


def over_updates(scene: OverTraining, look: Look = LIGHT) -> Picture:
    """Loss and measure at every update, and under them ‖∂L/∂h_t‖ of the input at every step and every snapshot."""
    film, before = scene.film, scene.before
    data = [*_curves(scene, look), _map(scene, look)]
    here = float(place(scene.updates, scene.last))
    losses = [positive(one.curve[:, 1]) for one in (film, before) if one]
    known = np.concatenate(losses)
    known = known[np.isfinite(known)]
    low, high = (int(f(np.log10(v))) for f, v in ((np.floor, known.min()), (np.ceil, known.max())))
    step = float(scene.step_number)
    layout = {
        "margin": look.margin(58, 84, 8, 40),
        "xaxis": {**axis(scene.last, look), "anchor": "y3"},
        "yaxis": {**axes.log_axis(low, max(high, low + 1), "loss"), "domain": CURVES},
        "yaxis2": {"domain": CURVES, "overlaying": "y", "side": "right", "range": [-0.03, 1.06],
                   "tickvals": [0, 0.5, 1], "ticktext": ["0", "50 %", "100 %"],
                   "title": {"text": "right", "font": {"color": look.words(style.FORWARD), "size": look.font}}},
        "yaxis3": {**_steps(scene, look), "domain": MAP},
        "shapes": [
            {**axes.cursor(here, look), "line": {"color": look.ink, "width": look.line}},
            {"type": "rect", "x0": -0.012, "x1": 1.012, "y0": step - 0.5, "y1": step + 0.5, "yref": "y3",
             "line": {"color": look.muted, "width": 1, "dash": "dot"}},
        ],
    }  # fmt: skip
    note = "Map: ‖∂L/∂hₜ‖ of the input below. "
    note += axes.decades(scene.reach)[2]
    if before:
        note += " Grey: before; dashed the loss, dotted % right."
    return Picture(title(scene), data, layout, look, height=look.height(HEIGHT), note=note.strip())


def axis(last: int, look: Look) -> dict[str, Any]:
    """Updates, on their square roots; no number stands where its neighbour does."""
    shown: list[int] = []
    for update in (*(u for u in TICKS if u < last), last):
        room = 0.045 if not look.projector else 0.075
        if shown and place(update, last) - place(shown[-1], last) < room:
            if update != last or len(shown) == 1:
                continue
            shown.pop()
        shown.append(update)
    return {
        "range": [-0.015, 1.015],
        "tickvals": [float(place(u, last)) for u in shown],
        "ticktext": [f"{u:,}" for u in shown],
        "title": {"text": "updates, on a square-root scale"},
    }


def _curves(scene: OverTraining, look: Look) -> list[dict[str, Any]]:
    """Loss and measure; behind them those of the training before."""
    data = []
    if scene.before:
        for trace, dash, name, where in (
            (_loss(scene.before, scene.last, look), "4px,3px", "loss, before", "top left"),
            (_measures(scene.before, scene.last, look), "1px,3px", "% right, before", "bottom left"),
        ):
            data.append({**trace, "line": {"color": style.GHOST, "width": look.line, "dash": dash}, "mode": "lines"})
            end = drawing.words(trace["x"][-1:], [trace["y"][-1]], [name], look.muted, look.font, where)
            data.append({**end, "yaxis": trace.get("yaxis", "y")})
    return [*data, _loss(scene.film, scene.last, look), _measures(scene.film, scene.last, look)]


def _loss(film: Film, last: int, look: Look) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": place(film.curve[:, 0], last),
        "y": positive(film.curve[:, 1]),
        "customdata": film.curve[:, 0],
        "line": {"color": style.BACKWARD, "width": look.line},
        "hovertemplate": "loss after %{customdata:.0f} updates: %{y:.3g}<extra></extra>",
    }


def _measures(film: Film, last: int, look: Look) -> dict[str, Any]:
    of = film.measures[0].of
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": place(film.updates, last),
        "y": [measure.share for measure in film.measures],
        "yaxis": "y2",
        "customdata": [[at + 1, int(updates)] for at, updates in enumerate(film.updates)],
        "line": {"color": style.FORWARD, "width": look.line},
        "marker": {"color": style.FORWARD, "size": 6 * look.scale},
        "hovertemplate": f"after %{{customdata[1]}} updates %{{y:.1%}} of {of} right<extra></extra>",
        "meta": {"click": {"custom": ["snapshot"]}},
    }


def _map(scene: OverTraining, look: Look) -> dict[str, Any]:
    """A column a snapshot, a row a step, the first one on top."""
    at = place(scene.film.updates, scene.last)
    ends = [2 * at[0] - at[1], 2 * at[-1] - at[-2]] if len(at) > 1 else [-0.01, 0.01]
    edges = np.concatenate([ends[:1], at, ends[1:]])
    low, high, _ = axes.decades(scene.reach)
    bar = axes.orders(look, low, high)
    bar["colorbar"] |= {"len": MAP[1] - MAP[0] + 0.06, "y": sum(MAP) / 2}
    steps = np.arange(1, scene.steps + 1)
    chosen = np.empty((scene.steps, len(at), 3), dtype=int)
    chosen[:, :, 0] = np.arange(1, len(at) + 1)
    chosen[:, :, 1] = steps[:, None]
    chosen[:, :, 2] = scene.film.updates
    return {
        "type": "heatmap",
        "x": (edges[1:] + edges[:-1]) / 2,
        "y": np.arange(0.5, scene.steps + 1),
        "z": log10(scene.reach.T),
        "yaxis": "y3",
        **bar,
        "customdata": chosen,
        "hoverongaps": False,
        "hovertemplate": "step %{customdata[1]}, after %{customdata[2]} updates: ‖∂L/∂h‖ = "
        "10<sup>%{z:.2f}</sup><extra></extra>",
        "meta": {"click": {"custom": ["snapshot", "step"]}},
    }


def _steps(scene: OverTraining, look: Look) -> dict[str, Any]:
    """The rows of the map: the words that are read or, where these have no room, the numbers of the steps."""
    shared = {"range": [scene.steps + 0.5, 0.5]}
    row = (MAP[1] - MAP[0]) * (look.height(HEIGHT) - 48 * look.scale) / scene.steps
    if row < 0.75 * look.font:
        every = next(n for n in (2, 5, 10, 20, 50) if n * row >= 1.1 * look.font or n == 50)
        return {**shared, "tickvals": list(range(every, scene.steps + 1, every)), "title": {"text": "step t"}}
    words = [drawing.plain(word if len(word) <= 7 else word[:6] + "…") for word in scene.tokens]
    font = {"size": min(look.font, 0.95 * row)}
    return {**shared, "tickvals": list(range(1, scene.steps + 1)), "ticktext": words, "tickfont": font}


def title(scene: OverTraining) -> str:
    """How it does at the selected snapshot: against what it did before, or against its end."""
    film, measure = scene.film, scene.film.measures[scene.at]
    changed = differences(film.recipe, scene.before.recipe) if scene.before else []
    what = summary(changed) if changed else ""
    if scene.diverged:
        return f"{what}: it {_diverged(film)}" if what else f"The training {_diverged(film)}"
    after = f"after {counted(scene.updates, 'update')}"
    right = _whole(measure.share)
    if scene.before:
        was, then = scene.share(scene.before, scene.updates)
        same = "" if then == scene.updates else f" after {then:,}"
        return f"{what or 'Trained once more'}: {right} are right {after}; before, {_whole(was)}{same}."
    seen = f"{after.capitalize()} it is right on {right} of {measure.count:,} unseen {measure.of}"
    if scene.snapshot < len(film):
        return f"{seen}; at the end on {_whole(film.measure.share)}."
    return f"{seen}; it began at {_whole(film.measures[0].share)}."


def _whole(share: float) -> str:
    """97 %: a share of examples."""
    return f"{100 * share:.0f} %"


def _diverged(film: Film) -> str:
    if film.extremes:
        after, last, mean = counted(film.extremes.update, "update"), film.extremes.last, ""
    else:
        norms = film.curve[:, 2][np.isfinite(film.curve[:, 2])]
        after, last = f"about {counted(int(film.curve[-1, 0]), 'update')}", norms[-1] if len(norms) else np.nan
        mean = " on average over a stretch"
    said = f": ‖g‖ was last {magnitude(float(last))}{mean}" if np.isfinite(last) else ""
    return f"left the range of finite numbers after {after}{said}."


def norms(scene: OverTraining, look: Look = LIGHT) -> Picture:
    """‖g‖ of every update before it is clipped, and where it is."""
    films = [(scene.film, style.BACKWARD, "solid")]
    if scene.before:
        films.insert(0, (scene.before, style.GHOST, "4px,3px"))
    data = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": place(film.curve[:, 0], scene.last),
            "y": positive(film.curve[:, 2]),
            "customdata": film.curve[:, 0],
            "line": {"color": colour, "width": look.line, "dash": dash},
            "hovertemplate": "‖g‖ at update %{customdata:.0f}: %{y:.3g}<extra></extra>",
        }
        for film, colour, dash in films
    ]
    low, high, note = axes.decades(*(film.curve[:, 2] for film, _, _ in films), fixed=(-4, 2))
    clip = scene.film.recipe.clip
    shapes = [{**axes.cursor(float(place(scene.updates, scene.last)), look)}]
    if clip is not None:
        line = {"color": look.ink, "width": look.line, "dash": "dot"}
        shapes.append({"type": "line", "x0": 0, "x1": 1, "y0": clip, "y1": clip, "line": line})
    layout = {
        "margin": look.margin(52, 10, 8, 40),
        "xaxis": axis(scene.last, look),
        "yaxis": axes.log_axis(low, high, "‖g‖ (log₁₀)"),
        "shapes": shapes,
    }
    note = f"The means of stretches of updates. {'' if clip is None else 'Dotted: where it is clipped. '}{note}"
    return Picture(_clipped(scene.film), data, layout, look, height=look.height(230), note=note.strip())


def _clipped(film: Film) -> str:
    """How often the gradient was longer than is let through."""
    norm, clip = film.curve[:, 2], film.recipe.clip
    finite = norm[np.isfinite(norm)]
    if film.extremes:
        most, mean = film.extremes.largest, ""
    else:
        most, mean = finite.max(initial=-np.inf), " on average over a stretch"
    if not np.isfinite(most):
        return "‖g‖ was never finite."
    largest = f"{magnitude(float(most))}{mean}"
    if clip is None:
        return f"The gradient is taken as it is: ‖g‖ comes up to {largest}."
    often = percent(float(np.mean(norm > clip)))
    stretches = "these" if mean else "the stretches"
    return f"‖g‖ comes up to {largest}; in {often} of {stretches} it is clipped at {clip:g}."


def reached(scene: OverTraining, look: Look = LIGHT) -> Picture:
    """‖∂L/∂h_t‖ along the input at the first snapshot, at the selected one and at the last."""
    shown = {0: ("dot", "first"), len(scene.film) - 1: ("dash", "last"), scene.at: ("solid", "selected")}
    at = np.arange(1, scene.steps + 1)
    low, high, note = axes.decades(scene.reach)
    data = [
        {
            "type": "scatter",
            "mode": "lines" if scene.steps > 1 else "markers",
            "x": at,
            "y": positive(scene.reach[k]),
            "line": {"color": style.BACKWARD, "width": look.line * (1.5 if name == "selected" else 0.9), "dash": dash},
            "hovertemplate": f"{name} snapshot, step %{{x}}: ‖∂L/∂h‖ = %{{y:.2e}}<extra></extra>",
            "meta": {"click": {"x": "step"}},
        }
        for k, (dash, name) in shown.items()
    ]
    layout = {
        "margin": look.margin(52, 10, 8, 40),
        "xaxis": axes.step_axis(scene.steps),
        "yaxis": axes.log_axis(low, high, "‖∂L/∂hₜ‖ (log₁₀)"),
        "shapes": [axes.cursor(scene.step_number, look)],
    }
    note = f"Solid: this snapshot; dotted: the first; dashed: the last. {note}"
    return Picture(_grown(scene), data, layout, look, height=look.height(230), note=note.strip())


def _grown(scene: OverTraining) -> str:
    """What of the gradient reaches the first step, before the training and now."""
    began, now = (magnitude(float(scene.reach[k, 0])) for k in (0, scene.at))
    if scene.at == 0:
        return f"Before the first update ‖∂L/∂h₁‖ is {began}."
    return f"‖∂L/∂h₁‖ is {now} after {counted(scene.updates, 'update')}; before the first it was {began}."


def caption(scene: OverTraining) -> str:
    """What the player says beside the number of the snapshot."""
    return f", after {counted(scene.updates, 'update')}"


def command(scene: OverTraining) -> str:
    """How the film that is shown came to be."""
    return "Trained here, live" if scene.own else f"python -m core.films {scene.name}"


def rows(recipe: Recipe) -> list[tuple[str, str, str | None]]:
    """A recipe as the card has it."""
    layers = f" in {counted(recipe.layers, 'layer')}" if recipe.layers > 1 else ""
    both = ", both directions" if recipe.bidirectional else ""
    clip = "off" if recipe.clip is None else f"‖g‖ ≤ {recipe.clip:g}"
    clip += "" if recipe.truncate is None else f", k = {recipe.truncate}"
    return [
        ("units", f"{recipe.hidden}{layers}{both}", None),
        ("parameters", f"{recipe.size:,}", None),
        ("start", {"pytorch": "uniform"}.get(recipe.scheme, recipe.scheme), None),
        *([("nonlinearity", recipe.nonlinearity, None)] if recipe.nonlinearity != "tanh" else []),
        *([("forget bias", f"{recipe.forget_bias:g}", None)] if recipe.equations.forget_gate else []),
        ("optimiser", f"{'SGD' if recipe.optimiser == 'sgd' else 'Adam'}, η = {recipe.rate:g}", None),
        ("updates", f"{recipe.updates:,} × {counted(recipe.batch, 'example')}", None),
        ("clipped" if recipe.truncate is None else "clipped, cut", clip, None),
        ("seed", str(recipe.seed), None),
    ]
