"""The same tokens in a tree, above them, and along a chain, below: states, gradients, and the ways to either loss."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from core import Tree
from explorer.figures import changed, drawing, moved
from explorer.figures.drawing import Polygon
from explorer.figures.picture import Picture, finite
from explorer.figures.unrolled import DECADES, WIDEST, ribbon_width, state_scale
from explorer.look import style
from explorer.look.notation import counted, fraction, magnitude, subscript, superscript
from explorer.look.style import LIGHT, Look
from explorer.passes.trees import Trees

# Heights in px from the bottom: the chain below its tokens, the tree above them.
STEP, CHAIN_LOSS, CHAIN, TOKEN, LEAF, ROOT, TREE_LOSS, TOP = 9, 27, (41, 81), (95, 117), 144, 304, 329, 340
NODE = 26  # px, how tall a node of the tree is where there is room
RIBBON = 8.0  # px, half of a ribbon's width at the top decade, where the columns are wide enough
SCALE = int(DECADES[0]), int(DECADES[1])  # of every gradient on the page
MOST_ROWS = 200  # of the heat map of the tree's states
EDGE = drawing.HALF + 0.03
TREE, CHAINED = style.TREE, style.FORWARD


@lru_cache(maxsize=16)
def places(tree: Tree) -> tuple[np.ndarray, np.ndarray, float]:
    """Where every node stands, in steps and in px, and how tall its box can be without meeting another."""
    x = np.zeros(tree.nodes)
    x[: tree.leaves] = np.arange(1, tree.leaves + 1)
    for node, (left, right) in enumerate(tree.children, start=tree.leaves):
        x[node] = (x[left] + x[right]) / 2
    highest = max(1, int(tree.heights[tree.root]))
    first = max((ROOT - LEAF) / highest, NODE + 12.0)  # leaves and pairs are never closer than this
    pitch = (ROOT - LEAF - first) / max(1, highest - 1)
    y = np.where(tree.heights > 0, LEAF + first + (tree.heights - 1) * pitch, LEAF)
    apart_x, apart_y = (np.abs(at[:, None] - at) for at in (x, y))
    near = (apart_x < 2 * EDGE) & (apart_y > 0)
    return x, y, float(np.clip(apart_y[near].min(initial=np.inf) - 8, 4, NODE))


def drawn(scene: Trees, look: Look = LIGHT) -> Picture:
    """States in the nodes, gradients on the edges; framed, the states between the selected token and either loss."""
    x, y, tall = places(scene.tree)
    at = np.arange(1, scene.steps + 1)
    layout = drawing.stage(scene.steps, TOP, look)
    left = layout["xaxis"]["range"][0]
    scale = max(state_scale(scene), _power(scene.branched.hidden) if state_scale(scene) > 1 else 1.0)
    chain = drawing.cells(
        at.astype(float), *CHAIN, scene.trace[0, "forward"].hidden[:, 0], look.signed, (-scale, scale),
        "chain, step %{customdata[0]}, unit %{customdata[2]}<br>h = %{z:+.4f}<extra></extra>", "h",
    )  # fmt: skip
    edges, *boxes = _skeleton(scene.tree, look)
    data = [
        edges,
        *drawing.shades(*_ribbons(scene, x, y), look),
        drawing.lines(_ways(scene, x, y), look.ink, look.line * 0.8, "dot"),
        *boxes,
        _cells(scene, x, y, tall, scale, look),
        _targets(scene, x, y, tall),
        {**chain, "zorder": 1, "meta": {"click": {"custom": ["tree_node", "node", "unit"]}}},
        _frames(_passed(scene, x, y, tall), look.ink, look.line * 0.6),
        _frames([(float(x[scene.node]), float(y[scene.node]), tall)], look.ink, look.line * 1.2),
        drawing.boxes(at.tolist(), *TOKEN, "rgba(0,0,0,0)", look.well),
        *_words(scene, look, left, x[-1], y[0]),
        *_before(scene, x, y, tall, scale),
    ]
    bottom, top = (superscript(d) for d in SCALE)
    note = f"Ribbons: ‖∂L/∂h‖ from 10{bottom} to 10{top}, by width and colour, in both alike. Colours of h: ±{scale:g}."
    if scene.original:
        note += f" Dashed grey: the ribbons before the change, and {moved.told(scale)}."
    return Picture(headline(scene), data, layout, look, height=look.height(TOP), note=note)


def headline(scene: Trees) -> str:
    """How far the selected token is from either loss, and what of the gradient comes that far."""
    if scene.steps == 1:
        return "A single token: tree and chain are one and the same state."
    token, k = scene.tokens[scene.leaf], scene.leaf
    in_tree, in_chain = (int(path[k]) for path in scene.paths)
    through = f"through {counted(in_tree, 'state')}"
    if not (scene.trace.finite and scene.branched.finite):
        return f"{through.capitalize()} in the tree or {in_chain} in the chain the numbers leave the finite range."
    up, along = kept(scene, k)
    if scene.original:
        was, before = kept(scene.original, k)
        return (
            f"{changed.told(scene)}, the gradient becomes {up} on its way to “{token}” in the tree (before: {was}), "
            f"{along} in the chain (before: {before})."
        )
    if "×" in up + along:
        return (
            f"On its way to “{token}” the gradient becomes {up} {through} in the tree, {along} through {in_chain} in "
            "the chain."
        )
    return f"Of the gradient, {up} reaches “{token}” {through} in the tree, {along} through {in_chain} in the chain."


def kept(scene: Trees, k: int) -> tuple[str, str]:
    """What of the gradient at the end comes to the state of token k, in the tree and in the chain."""
    (tree, chain), root = scene.of_states, scene.tree.root
    parts = fraction(float(tree[k]), float(tree[root])), fraction(float(chain[k]), float(chain[-1]))
    return parts[0].replace(" ", "\u00a0"), parts[1].replace(" ", "\u00a0")


def place(scene: Trees) -> str:
    """Where the selected node is, for the player's caption."""
    kind = "leaf" if scene.node < scene.steps else "root" if scene.node == scene.tree.root else "inside"
    return f" ({kind}), from the leaves up"


# ------------------------------------------------------------------------------------------------- the parts


def _power(states: np.ndarray) -> float:
    """The next power of two above what occurs."""
    return float(2.0 ** np.ceil(np.log2(np.nanmax(np.abs(finite(states)), initial=1.0))))


@lru_cache(maxsize=16)
def _skeleton(tree: Tree, look: Look) -> tuple[dict[str, Any], ...]:
    """What no number moves: the edges, from child to parent and from step to step, which are all that is left where no
    gradient is to be seen; the ways from the tokens; the boxes of both rows."""
    x, y, tall = places(tree)
    T, (low, high) = tree.leaves, CHAIN
    middle = (low + high) / 2
    edges: list[Polygon] = [[(x[n], y[n]), (x[p], y[p])] for n, p in enumerate(tree.parents) if p is not None]
    edges += [[(1, middle), (T, middle)], [(x[-1], y[-1]), (x[-1], TREE_LOSS)], [(T, low), (T, CHAIN_LOSS)]]
    return (
        drawing.lines(edges, look.rule, 1.4),
        drawing.lines(_feeds(T, tall), style.CANDIDATE, 1.2),
        _frames([(px, py, tall) for px, py in zip(x, y, strict=True)], look.rule, 1, look.paper),
        _frames([(float(t), middle, high - low) for t in range(1, T + 1)], look.rule, 1, look.paper),
    )


def _ribbons(scene: Trees, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The gradient on every edge, as wide at either end as ‖∂L/∂h‖ there: levels (n,), and the corners of polygons
    (n, 5) across and up."""
    tree, chain = (ribbon_width(norms) / WIDEST for norms in scene.of_states)
    node, parent = np.array([(n, p) for n, p in enumerate(scene.tree.parents) if p is not None], int).reshape(-1, 2).T
    t, along = np.arange(1.0, scene.steps), np.full(scene.steps - 1, sum(CHAIN) / 2)
    start = np.concatenate([[x[node], y[node], tree[node]], [t, along, chain[:-1]]], axis=1)
    end = np.concatenate([[x[parent], y[parent], tree[parent]], [t + 1, along, chain[1:]]], axis=1)
    return start[2], *_around(start, end, scene.steps)


def _before(scene: Trees, x: np.ndarray, y: np.ndarray, tall: float, scale: float) -> list[dict[str, Any]]:
    """Where something was changed: outlines of the ribbons as they were, and of the states that it visibly moved."""
    if scene.original is None:
        return []
    level, across, up = _ribbons(scene.original, x, y)
    in_tree, in_chain = (
        moved.visibly(now[:, 0], was[:, 0], scale)
        for now, was in (
            (scene.branched.hidden, scene.original.branched.hidden),
            (scene.trace[0, "forward"].hidden, scene.original.trace[0, "forward"].hidden),
        )
    )
    each = np.eye(scene.tree.nodes, dtype=bool)[:, :, None] & in_tree
    nodes = [(at - tall / 2, at + tall / 2, chosen) for at, chosen in zip(y, each, strict=True)]
    steps = np.arange(1, scene.steps + 1, dtype=float)
    return [
        drawing.lines((), style.GHOST, 1.2, "4px,3px") | drawing.outlines(across[level > 0], up[level > 0]),
        moved.outlines(x, nodes),
        moved.outlines(steps, [(*CHAIN, in_chain)]),
    ]


def _around(start: np.ndarray, end: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Around the lines from start to end, each x, y, level (3, n): square to them as the page shows it."""
    column = drawing.WIDTH / max(steps, 8)
    (x0, y0, u0), (x1, y1, u1) = start, end
    dx, dy = (x1 - x0) * column, y1 - y0
    length = np.hypot(dx, dy)
    half = min(RIBBON, 0.18 * column)
    nx, ny = -dy / length / column * half, dx / length * half
    across = [x0 + nx * u0, x1 + nx * u1, x1 - nx * u1, x0 - nx * u0, x0 + nx * u0]
    up = [y0 + ny * u0, y1 + ny * u1, y1 - ny * u1, y0 - ny * u0, y0 + ny * u0]
    return np.stack(across, axis=-1), np.stack(up, axis=-1)


def _ways(scene: Trees, x: np.ndarray, y: np.ndarray) -> list[Polygon]:
    """From the selected token up to the root, and along the chain to the end."""
    up = [(x[n], y[n]) for n in scene.tree.way_up(scene.leaf)]
    middle = sum(CHAIN) / 2
    return [[*up, (x[-1], TREE_LOSS)], [(scene.leaf + 1, middle), (scene.steps, middle)]]


def _feeds(steps: int, tall: float) -> list[Polygon]:
    """From every token up into its leaf, and down into the chain."""
    at = range(1, steps + 1)
    up: list[Polygon] = [[(t, TOKEN[1] + 2), (t, LEAF - tall / 2 - 2)] for t in at]
    down: list[Polygon] = [[(t, TOKEN[0] - 2), (t, CHAIN[1] + 4)] for t in at]
    return up + down


def _frames(at: Any, colour: str, width: float, fill: str | None = None) -> dict[str, Any]:
    """Boxes at (x, y, how tall), (n, 3)."""
    x, y, tall = np.asarray(at, float).T
    frames = drawing.lines((), colour, width)
    frames |= drawing.outlines(*drawing.frames(x, EDGE, y - tall / 2 - 2, y + tall / 2 + 2))
    return frames if fill is None else {**frames, "fill": "toself", "fillcolor": fill}


def _passed(scene: Trees, x: np.ndarray, y: np.ndarray, tall: float) -> list[tuple[float, float, float]]:
    """The states on both ways."""
    up = [(float(x[n]), float(y[n]), tall) for n in scene.tree.way_up(scene.leaf)]
    along = range(scene.leaf + 1, scene.steps + 1)
    return [*up, *((float(t), sum(CHAIN) / 2, float(CHAIN[1] - CHAIN[0])) for t in along)]


def _cells(scene: Trees, x: np.ndarray, y: np.ndarray, tall: float, scale: float, look: Look) -> dict[str, Any]:
    """Every unit of every node as a cell, unit 1 on top. All in one heat map, whose grid has the edges of every cell;
    where those are too many, a row a pixel."""
    values = finite(scene.branched.hidden[:, 0]).round(4)
    N, H = values.shape
    low, high = y - tall / 2, y + tall / 2
    rows = np.unique((low[:, None] + np.linspace(0, tall, H + 1)).round(2))
    if len(rows) > MOST_ROWS:
        rows = np.linspace(low.min(), high.max(), MOST_ROWS)
    columns = np.unique(np.stack([x - drawing.HALF, x + drawing.HALF]).round(4))
    centres, middles = (rows[1:] + rows[:-1]) / 2, (columns[1:] + columns[:-1]) / 2
    z = np.full((len(centres), len(middles)), np.nan)
    bottoms, tops = np.searchsorted(centres, low, "right").tolist(), np.searchsorted(centres, high, "left").tolist()
    lefts, rights = (np.searchsorted(middles, x + by).tolist() for by in (-drawing.HALF, drawing.HALF))
    for n in range(N):
        inside = slice(bottoms[n], tops[n])
        units = ((high[n] - centres[inside]) / tall * H).astype(int)
        z[inside, lefts[n] : rights[n]] = values[n, units][:, None]
    return {
        "type": "heatmap", "x": columns, "y": rows, "z": z, "colorscale": look.signed, "zmin": -scale, "zmax": scale,
        "showscale": False, "hoverinfo": "skip", "hoverongaps": False,
        "zorder": 1,  # above the boxes, which hide the ribbons' ends
    }  # fmt: skip


def _targets(scene: Trees, x: np.ndarray, y: np.ndarray, tall: float) -> dict[str, Any]:
    """What a click selects and the pointer asks: every node."""
    told = [
        f"node {n + 1}, from “{drawing.plain(scene.tokens[a])}” to “{drawing.plain(scene.tokens[b])}”"
        if a != b
        else f"leaf {n + 1}, “{drawing.plain(scene.tokens[a])}”"
        for n, (a, b) in enumerate(scene.tree.spans)
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": y,
        "marker": {"size": tall, "symbol": "square", "opacity": 0},
        "customdata": [[n] for n in range(1, scene.tree.nodes + 1)],
        "hoverinfo": "text",
        "hovertext": [
            f"{words}<br>‖∂L/∂h‖ = {magnitude(float(norm))}"
            for words, norm in zip(told, scene.of_states[0], strict=True)
        ],
        "meta": {"click": {"custom": ["tree_node"]}},
        "zorder": 1,
    }


def _words(scene: Trees, look: Look, left: float, root: float, leaf: float) -> list[dict[str, Any]]:
    """Tokens, steps, the names of the rows, both losses."""
    at = list(range(1, scene.steps + 1))
    size = drawing.font_size(scene.steps, look, words=scene.tokens)
    small = min(size, look.font)
    every = 1 if scene.steps <= 40 else 2
    steps = [str(t) if t % every == 0 or t == scene.leaf + 1 else "" for t in at]
    steps[-1] = steps[-1] or str(at[-1])
    ink = [look.ink if t == scene.leaf + 1 else look.muted for t in at]
    tokens = drawing.words(
        at, sum(TOKEN) / 2, drawing.fitted(scene.tokens, scene.steps, size, scene.sequence.numeric), style.FORWARD,
        size, hover=[f"x{subscript(t)}: {drawing.plain(w)}" for t, w in zip(at, scene.tokens, strict=True)],
        custom=[[t] for t in at],
    )  # fmt: skip
    rows = [("tree", leaf, TREE), ("<i>x</i>", sum(TOKEN) / 2, style.FORWARD), ("chain", sum(CHAIN) / 2, CHAINED)]
    names, heights, colours = (list(column) for column in zip(*rows, ("step", STEP, look.muted), strict=True))
    losses = [scene.branched.loss, scene.trace.loss]
    return [
        {**tokens, "meta": {"click": {"custom": ["tree_node"]}}},
        drawing.words(
            [*at, *[left] * len(names)], [*[STEP] * len(at), *heights], [*steps, *names], [*ink, *colours],
            [*[small] * len(at), *[look.font + 1] * len(names)],
            [*["middle center"] * len(at), *["middle left"] * len(names)],
        ),
        {
            "type": "scatter",
            "mode": "markers+text",
            "x": [root, scene.steps],
            "y": [TREE_LOSS, CHAIN_LOSS],
            "text": ["<i>L</i>"] * 2,
            "textfont": {"color": style.ON_COLOUR, "size": look.height(12)},
            "marker": {"size": look.height(19), "color": style.BACKWARD, "opacity": 1},
            "cliponaxis": False,
            "hoverinfo": "text",
            "hovertext": [f"L = {magnitude(loss)}" for loss in losses],
        },
    ]  # fmt: skip
