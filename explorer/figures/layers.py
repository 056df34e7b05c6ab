"""A network of several chains as a layer × time map: once with its states, once with its gradients.

Every column is a step, layers upward. A bidirectional layer is a pair of rows, the forward chain above and the reverse
chain mirrored below it; the box around both is what is handed on, their concatenation.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from core.analysis import depth
from core.analysis.norms import euclidean
from core.networks.architecture import Place
from explorer.figures import axes, changed, drawing, moved
from explorer.figures.picture import Picture, finite, log10
from explorer.figures.unrolled import state_scale
from explorer.look import style
from explorer.look.notation import magnitude, relative, signed, superscript
from explorer.look.style import LIGHT, Look
from explorer.passes.once import once
from explorer.passes.scenario import Scenario

# Heights in px from the bottom.
TOKEN, CHAINS, PREDICTION, TOP = (4, 26), (42, 220), 236, 246
STEP, FLOW, LOSS, FLOW_TOP = 8, (20, 174), 195, 204
RIGHT = 58  # px for the colour bars
EDGE = drawing.HALF + 0.03

Bands = list[tuple[float, float]]
Arrows = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Levels (n,) from 0 to 1, and the corners of as many arrows, (n, 6) across and up."""
Rows = dict[Place, tuple[float, float]]


def places(scene: Scenario, low: float, high: float) -> tuple[Rows, Bands]:
    """The heights of every chain, lowest first, and of the layers' bands, in which a pair of chains lies."""
    network = scene.trace.network
    pitch = (high - low) / network.num_layers
    tall = min(pitch * 0.66, 108)
    middles = [low + pitch * (n + 0.5) for n in range(network.num_layers)]
    bands = [(middle - tall / 2, middle + tall / 2) for middle in middles]
    rows: Rows = {}
    for layer, (bottom, top) in enumerate(bands):
        if network.bidirectional:
            gap = (top - bottom) * 0.07
            rows[layer, "reverse"] = (bottom, (bottom + top - gap) / 2)
            rows[layer, "forward"] = ((bottom + top + gap) / 2, top)
        else:
            rows[layer, "forward"] = (bottom, top)
    return rows, bands


def states(scene: Scenario, look: Look = LIGHT) -> Picture:
    """Every state of every chain, and where each is read: time to the side, depth upward."""
    rows, bands = places(scene, *CHAINS)
    at = np.arange(1, scene.steps + 1)
    scale = state_scale(scene)
    values = {place: scene.trace[place].hidden[:, 0].T[::-1] for place in rows}
    heat = _heat(scene, rows, values, "h = %{z:+.4f}", with_units=True)
    heat |= {"colorscale": look.signed, "zmin": -scale, "zmax": scale, "showscale": False}
    data = [*_inputs(scene, look), *_wires(scene, look, rows, bands), heat, _selection(scene, look, rows)]
    data += [_row_names(scene, look, rows, bands), _predictions(scene, look), *_moved(scene, rows, scale)]
    if len(at) <= 24:
        data += _heads(scene, rows)
    note = f"h from −{scale:g} (blue) to +{scale:g} (vermillion)" + (", rescaled to what occurs." if scale > 1 else ".")
    note += f" Dashed grey: {moved.told(scale)}." if scene.original else ""
    return Picture(headline(scene), data, _layout(scene, look, TOP), look, height=look.height(TOP), note=note)


def gradients(scene: Scenario, look: Look = LIGHT) -> Picture:
    """‖∂L/∂h‖ of every state; each arrow is the part that one state's gradient got from where the arrow comes from."""
    rows, bands = places(scene, *FLOW)
    trace = scene.trace
    norms = euclidean(np.stack([trace[place].grad_hidden[:, 0] for place in rows]))
    parts = {place: once(depth.split, trace, *place) for place in rows}
    low, high, note = axes.decades(norms)
    shown = dict(zip(rows, log10(norms)[:, None], strict=True))
    heat = _heat(scene, rows, shown, "‖∂L/∂h‖ = 10<sup>%{z:.2f}</sup>")
    heat |= axes.orders(look, low, high, "‖∂L/∂h‖")
    came = euclidean(np.stack([parts[place].time[:, 0] for place in rows]))
    sent = [[parts[layer, d].depth[:, 0] for d in trace.network.directions] for layer in range(len(bands))]
    down = euclidean(np.stack([np.concatenate(both, axis=-1) for both in sent]))
    ceilings = [*(bottom for bottom, _ in bands[1:]), LOSS - 9]
    ways = [
        _through_time(_level(came, low, high), [*rows.values()], [direction for _, direction in rows]),
        _through_depth(_level(down, low, high), [(top, end) for (_, top), end in zip(bands, ceilings, strict=True)]),
    ]
    reach, across, up = (np.concatenate(part) for part in zip(*ways, strict=True))
    at = list(range(1, scene.steps + 1))
    counted = [t + 1 for t in scene.loss_steps]
    every = 1 if scene.steps <= 40 else 2
    size = min(drawing.font_size(scene.steps, look), look.font)
    numbers = [str(t) if t % every == 0 or t == scene.step + 1 else "" for t in at]
    ink = [look.ink if t == scene.step + 1 else look.muted for t in at]
    data = [
        *drawing.shades(reach, across, up, look),
        heat,
        _boxes([(t, *row) for t in at for row in rows.values()], look.rule, 1),
        _selection(scene, look, rows),
        _row_names(scene, look, rows, bands, others=[("<i>L</i>", LOSS, style.BACKWARD), ("step", STEP, look.muted)]),
        drawing.words(at, STEP, numbers, ink, size),
        drawing.words(counted, LOSS, ["<i>L</i>"] * len(counted), style.BACKWARD, size + 1),
    ]
    arrows_note = "Arrows by log‖part‖: back through time, down through depth; a state adds them up."
    picture_note = f"{arrows_note} {note}".strip()
    return Picture(
        kept_title(scene), data, _layout(scene, look, FLOW_TOP), look, height=look.height(FLOW_TOP), note=picture_note
    )


def headline(scene: Scenario) -> str:
    """What is left of the top layer's last gradient at the selected state, and which way it came."""
    (layer, direction), t = scene.place, scene.step
    trace = scene.trace
    here = float(_norms(trace[layer, direction].grad_hidden)[t])
    if scene.original:
        was = float(_norms(scene.original.trace[layer, direction].grad_hidden)[t])
        told, now = changed.told(scene), changed.compared(here, was)
        return f"{told}, the gradient at layer {layer + 1}, step {t + 1} is {now}."
    top = float(_norms(trace[trace.network.num_layers - 1, "forward"].grad_hidden)[-1])
    where = f"layer {layer + 1}, step {t + 1}"
    if not (np.isfinite(here) and np.isfinite(top)):
        return "On its way back the gradient leaves the range of finite numbers."
    if here == 0:
        return f"No gradient reaches {where}."
    came = _came(scene, float(once(depth.split, trace, layer, direction).share()[t, 0]))
    if top == 0:
        return f"No loss enters at the last step; at {where} the gradient is {magnitude(here)}, {came}."
    return f"At {where}, the gradient is {relative(here, top)} the top layer’s last; {came}."


def _came(scene: Scenario, share: float) -> str:
    above = "through depth" if scene.place[0] + 1 < scene.trace.network.num_layers else "from its own loss"
    if share in (0, 1):
        return f"all of it came {above if share else 'through time'}"
    percent = round(share * 100)
    if percent < 0:
        return f"what came {above} took {-percent} % of it back"
    if percent > 100:
        return f"what came through time took {percent - 100} % of it back"
    return f"{percent} % of it came {above}"


def kept_title(scene: Scenario) -> str:
    """What a step through time and a layer of depth leave of the gradient."""
    parts = {place: once(depth.split, scene.trace, *place) for place in scene.trace.chains}
    time, by_layer = depth.kept(scene.trace, parts=parts)
    words = []
    for way, part in (("an arrow back", time), ("an arrow down", by_layer)):
        if np.isfinite(part):
            words.append(f"{way} leaves {relative(part, 1.0)} it")
    if not words:
        return "No gradient passes from state to state."
    fades = ""
    if len(words) > 1 and min(time, by_layer) < 1:
        fades = f": it fades faster through {'time' if time < by_layer else 'depth'}"
    return f"Of the gradient, on average {', '.join(words)}{fades}."


# ------------------------------------------------------------------------------------------------- the parts


def _norms(vectors: np.ndarray) -> np.ndarray:
    """Norms of the sequence shown: (T, 1, n) -> (T,)."""
    return euclidean(vectors[:, 0])


def _layout(scene: Scenario, look: Look, height: float) -> dict[str, Any]:
    layout = drawing.stage(scene.steps, height, look)
    return {**layout, "margin": look.margin(drawing.LEFT, RIGHT, 0, 0)}


def _heat(
    scene: Scenario, rows: Rows, values: dict[Place, np.ndarray], hover: str, with_units: bool = False
) -> dict[str, Any]:
    """Every chain's values (n, T) in its row, all as one heat map; gaps between columns and rows are NaN.

    A click sets step, layer, direction and, `with_units`, the unit.
    """
    T = scene.steps
    at = np.arange(1, T + 1)
    y: list[float] = []
    blocks: list[np.ndarray] = []
    keys: list[list[Any]] = []
    for (layer, direction), (bottom, top) in rows.items():
        n = len(values[layer, direction])
        if blocks:
            blocks.append(np.full((1, T), np.nan))
            keys.append([None] * (2 * T - 1))
        y.extend(np.linspace(bottom, top, n + 1).tolist())
        blocks.append(finite(values[layer, direction]))
        keys += _clicks(T, layer + 1, direction, n if with_units else None)
    z = np.full((len(keys), 2 * T - 1), np.nan)
    z[:, ::2] = np.concatenate(blocks)
    told = ", unit %{customdata[3]}" if with_units else ""
    least = min((top - bottom) / len(values[place]) for place, (bottom, top) in rows.items())
    return {
        "type": "heatmap",
        "x": np.stack([at - drawing.HALF, at + drawing.HALF], axis=1).ravel(),
        "y": y,
        "z": z,
        "customdata": keys,
        "ygap": 1.5 if with_units and least > 5 else 0,
        "hoverongaps": False,
        "hovertemplate": f"step %{{customdata[0]}}, layer %{{customdata[1]}}, %{{customdata[2]}}{told}<br>{hover}"
        "<extra></extra>",
        "meta": {"click": {"custom": ["step", "layer", "direction", *(["unit"] if with_units else [])]}},
    }


@lru_cache(maxsize=128)
def _clicks(steps: int, layer: int, direction: str, units: int | None) -> list[list[Any]]:
    """What a click on every cell of a chain selects, the last unit first; nothing between two columns. The same lists
    are in every such map: a move makes none anew."""
    rows: list[list[Any]] = []
    for unit in [[]] if units is None else [[unit] for unit in range(units, 0, -1)]:
        row: list[Any] = [None] * (2 * steps - 1)
        row[::2] = [[t, layer, direction, *unit] for t in range(1, steps + 1)]
        rows.append(row)
    return rows


def _boxes(shapes: list[tuple[float, float, float]], colour: str, width: float) -> dict[str, Any]:
    """Frames at (step, low, high), all as one trace."""
    at, low, high = np.array(shapes, float).reshape(-1, 3).T
    return {**drawing.lines((), colour, width), **drawing.outlines(*drawing.frames(at, EDGE, low - 1, high + 1))}


def _selection(scene: Scenario, look: Look, rows: Rows) -> dict[str, Any]:
    return _boxes([(scene.step + 1, *rows[scene.place])], look.ink, look.line)


def _inputs(scene: Scenario, look: Look) -> list[dict[str, Any]]:
    steps = scene.steps
    at = list(range(1, steps + 1))
    size = drawing.font_size(steps, look)
    return [
        drawing.boxes(at, *TOKEN, "rgba(0,0,0,0)", look.well),
        drawing.words(
            at, sum(TOKEN) / 2, drawing.fitted(scene.tokens, steps, size), style.FORWARD, size,
            hover=[f"x at step {t}: {drawing.plain(w)}" for t, w in zip(at, scene.tokens, strict=True)],
            custom=[[t, "x"] for t in at],
        ),
    ]  # fmt: skip


def _predictions(scene: Scenario, look: Look) -> dict[str, Any]:
    """What comes out at every step: the likeliest item, or the number expected."""
    predictions = scene.trace.predictions[:, 0]
    if scene.sequence.numeric:
        words = [signed(float(p[0])) for p in predictions]
    else:
        words = [scene.sequence.vocabulary[int(np.argmax(p))] for p in predictions]
    at = list(range(1, scene.steps + 1))
    size = drawing.font_size(scene.steps, look, largest=13)
    return drawing.words(
        at, PREDICTION, drawing.fitted(words, scene.steps, size), style.FORWARD, size,
        hover=[f"ŷ at step {t}: {drawing.plain(w)}" for t, w in zip(at, words, strict=True)],
        custom=[[t, "y"] for t in at],
    )  # fmt: skip


def _wires(scene: Scenario, look: Look, rows: Rows, bands: Bands) -> list[dict[str, Any]]:
    """Which state is read where: along its chain, and upward; the boxes are what a layer hands on."""
    at = range(1, scene.steps + 1)
    middles = [sum(row) / 2 for row in rows.values() for _ in at[:-1]]
    t = np.array([*at[:-1]] * len(rows), float)
    ceilings = [*(low for low, _ in bands), PREDICTION - 8]
    floors = [TOKEN[1], *(high for _, high in bands)]
    gaps = [(low + 2, high - 2) for low, high in zip(floors, ceilings, strict=True) if high - low > 5 for _ in at]
    columns = np.array([*at] * (len(gaps) // len(at)), float)
    return [
        drawing.lines((), style.FORWARD, 1.2)
        | drawing.outlines(np.stack([t + EDGE, t + 1 - EDGE], axis=-1), np.stack([middles, middles], axis=-1)),
        drawing.lines((), style.CANDIDATE, 1.2)
        | drawing.outlines(np.stack([columns, columns], axis=-1), np.array(gaps, float).reshape(-1, 2)),
        _boxes([(t, *band) for t in at for band in bands], look.rule, 1),
    ]


def _heads(scene: Scenario, rows: Rows) -> list[dict[str, Any]]:
    """Which way each chain moves."""
    forward = [
        (t + 1 - EDGE - 0.03, sum(row) / 2)
        for (_, direction), row in rows.items()
        if direction == "forward"
        for t in range(1, scene.steps)
    ]
    reverse = [
        (t + EDGE + 0.03, sum(row) / 2)
        for (_, direction), row in rows.items()
        if direction == "reverse"
        for t in range(1, scene.steps)
    ]
    sides = ((forward, "right"), (reverse, "left"))
    return [drawing.heads(ends, side, style.FORWARD, 6) for ends, side in sides if ends]


def _moved(scene: Scenario, rows: Rows, scale: float) -> list[dict[str, Any]]:
    """Outlines of the states that a change has visibly moved."""
    if scene.original is None:
        return []
    shown = []
    for place, span in rows.items():
        now, was = (one.trace[place].hidden[:, 0] for one in (scene, scene.original))
        shown.append((*span, moved.visibly(now, was, scale)))
    return [moved.outlines(np.arange(1, scene.steps + 1, dtype=float), shown)]


def _row_names(
    scene: Scenario, look: Look, rows: Rows, bands: Bands, others: list[tuple[str, float, str]] | None = None
) -> dict[str, Any]:
    """h¹, h², … beside the layers, and what else has a row."""
    network = scene.trace.network
    least = min(high - low for low, high in rows.values())
    arrows = {"forward": " →", "reverse": " ←"} if network.bidirectional and least > 8 else {"forward": ""}
    named = [
        (f"<i>h</i>{superscript(layer + 1)}{arrows[direction]}", sum(row) / 2, style.FORWARD)
        for (layer, direction), row in rows.items()
        if direction in arrows
    ]
    named += others if others is not None else [
        ("<i>x</i>", sum(TOKEN) / 2, style.FORWARD), ("<i>ŷ</i>", PREDICTION, style.FORWARD)
    ]  # fmt: skip
    left = drawing.stage(scene.steps, 1, look)["xaxis"]["range"][0]
    text, heights, colours = (list(column) for column in zip(*named, strict=True))
    return drawing.words([left] * len(text), heights, text, colours, look.font + 1, "middle left")


# ------------------------------------------------------------------------------------------------- the arrows


def _level(norms: np.ndarray, low: int, high: int) -> np.ndarray:
    """Norms by their logarithm over the decades of the scale, 0 to 1."""
    with np.errstate(all="ignore"):
        part = (np.log10(norms) - low) / (high - low)
    return np.clip(np.nan_to_num(part, nan=0.0, posinf=1.0, neginf=0.0), 0, 1)


def _through_time(level: np.ndarray, rows: Bands, directions: Sequence[str]) -> Arrows:
    """Into every state from the next one of its chain, (chains, T): to the left, in a reverse chain to the right."""
    towards = np.array([-1 if direction == "forward" else 1 for direction in directions])[:, None]
    (bottom, top), t = np.array(rows).T[..., None], np.arange(1.0, level.shape[1] + 1)
    middle, half = (bottom + top) / 2, (top - bottom) / 2
    across, up = _arrow(t - towards * (1 - EDGE), t - towards * EDGE, middle, half * level)
    return level.ravel(), across, up


def _through_depth(level: np.ndarray, gaps: Bands) -> Arrows:
    """Into every layer from above, (layers, T): from where each gap ends to where it begins."""
    (bottom, top), t = np.array(gaps).T[..., None], np.arange(1.0, level.shape[1] + 1)
    up, across = _arrow(top - 1, bottom + 1, t, drawing.HALF * level)
    return level.ravel(), across, up


def _arrow(start: np.ndarray, end: np.ndarray, middle: np.ndarray, half: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bars with a point at their end, (n, 6): along the way that they point, and to its sides."""
    start, end, middle = (np.broadcast_to(place, half.shape) for place in (start, end, middle))
    neck = start + (end - start) * 0.55
    low, high = middle - half, middle + half
    along = np.stack([start, start, neck, end, neck, start], axis=-1)
    return along.reshape(-1, 6), np.stack([low, high, high, middle, low, low], axis=-1).reshape(-1, 6)
