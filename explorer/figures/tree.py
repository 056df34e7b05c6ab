"""The same tokens in a tree, above them, and along a chain, below: states, gradients, and how far both have to go."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer import style, what_if
from explorer.figures import axes, drawing, moved
from explorer.figures.drawing import Polygon
from explorer.figures.picture import Picture, finite, positive
from explorer.figures.unrolled import DECADES, WIDEST, ribbon_width, state_scale
from explorer.notation import fraction, magnitude, subscript, superscript
from explorer.settings import LONGEST_LENGTH
from explorer.style import LIGHT, Look
from explorer.trees import Trees, longest

# Heights in px from the bottom: the chain below its tokens, the tree above them.
STEP, CHAIN_LOSS, CHAIN, TOKEN, LEAF, ROOT, TREE_LOSS, TOP = 9, 27, (41, 81), (95, 117), 144, 304, 329, 340
NODE = 26  # px, how tall a node of the tree is where there is room
RIBBON = 8.0  # px, half of a ribbon's width at the top decade, where the columns are wide enough
SCALE = int(DECADES[0]), int(DECADES[1])  # of every gradient on the page
MOST_ROWS = 200  # of the heat map of the tree's states
EDGE = drawing.HALF + 0.03
TREE, CHAINED = style.TREE, style.FORWARD
KEYS = [f"<b>{drawing.key(*entry)}</b>" for entry in (("●", TREE, "tree"), ("■", CHAINED, "chain"))]


def places(scene: Trees) -> tuple[np.ndarray, np.ndarray, float]:
    """Where every node stands, in steps and in px, and how tall its box can be without meeting another."""
    tree = scene.tree
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
    x, y, tall = places(scene)
    at = np.arange(1, scene.steps + 1)
    layout = drawing.stage(scene.steps, TOP, look)
    left = layout["xaxis"]["range"][0]
    scale = max(state_scale(scene), _power(scene.branched.hidden) if state_scale(scene) > 1 else 1.0)
    low, high = CHAIN
    chain = drawing.cells(
        at.astype(float), low, high, scene.trace[0, "forward"].hidden[:, 0], look.signed, (-scale, scale),
        "chain, step %{customdata[0]}, unit %{customdata[2]}<br>h = %{z:+.4f}<extra></extra>", "h",
    )  # fmt: skip
    data = [
        drawing.lines(_edges(scene, x, y), look.rule, 1.4),
        *drawing.shaded(_ribbons(scene, x, y), look),
        drawing.lines(_ways(scene, x, y), look.ink, look.line * 0.8, "dot"),
        drawing.lines(_feeds(scene, tall), style.CANDIDATE, 1.2),
        _frames([(px, py, tall) for px, py in zip(x, y, strict=True)], look.rule, 1, look.paper),
        _frames([(float(t), (low + high) / 2, high - low) for t in at], look.rule, 1, look.paper),
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
    if not (scene.trace.finite and scene.branched.finite):
        return f"Through {_states(in_tree)} in the tree or {in_chain} in the chain the numbers leave the finite range."
    up, along = kept(scene, k)
    if scene.original:
        was, before = kept(scene.original, k)
        return (
            f"{what_if.told(scene)}, the gradient becomes {up} on its way to “{token}” in the tree (before: {was}), "
            f"{along} in the chain (before: {before})."
        )
    if "×" in up + along:
        return (
            f"On its way to “{token}” the gradient becomes {up} through {_states(in_tree)} in the tree, {along} "
            f"through {in_chain} in the chain."
        )
    return (
        f"Of the gradient, {up} reaches “{token}” through {_states(in_tree)} in the tree, {along} through {in_chain} "
        "in the chain."
    )


def kept(scene: Trees, k: int) -> tuple[str, str]:
    """What of the gradient at the end comes to the state of token k, in the tree and in the chain."""
    (tree, chain), root = scene.of_states, scene.tree.root
    parts = fraction(float(tree[k]), float(tree[root])), fraction(float(chain[k]), float(chain[-1]))
    return parts[0].replace(" ", "\u00a0"), parts[1].replace(" ", "\u00a0")


def along(scene: Trees, look: Look = LIGHT) -> Picture:
    """‖∂L/∂x_k‖ under every token."""
    at, both = np.arange(1, scene.steps + 1), scene.of_inputs
    before = scene.original.of_inputs if scene.original else ()
    low, high, note = axes.decades(*both, *before, fixed=SCALE)
    ghosts = [
        _curve(at, norms, style.GHOST, dash, symbol, f"{name}, before the change", scene, look)
        for norms, dash, symbol, name in zip(
            before, ("dot", "dash"), ("circle-open", "square-open"), ("tree", "chain"), strict=False
        )
    ]
    data = [
        *ghosts,
        _curve(at, both[1], CHAINED, "dash", "square", "chain", scene, look),
        _curve(at, both[0], TREE, "solid", "circle", "tree", scene, look),
    ]
    frame = drawing.stage(scene.steps, 1, look)
    layout = {
        "margin": look.margin(drawing.LEFT, 6, 20, 6),
        "xaxis": frame["xaxis"],
        "yaxis": axes.log_axis(low, high, ""),
        "shapes": [axes.cursor(scene.leaf + 1, look)],
    }
    left, right = frame["xaxis"]["range"]
    names = [
        "‖∂L/∂x<sub>k</sub>‖",
        f"<b>{drawing.key('●', TREE, 'tree')}</b>    ",
        f"<b>{drawing.key('■', CHAINED, 'chain')}</b>",
    ]
    gap = (right - left) * 0.11 * look.scale
    data.append(
        drawing.words(
            [left, right - gap, right], 10.0 ** (high + 0.15), names, [look.ink, TREE, CHAINED], look.font,
            ["top right", "top left", "top left"],
        )
    )  # fmt: skip
    k = scene.leaf
    in_tree, in_chain = (magnitude(float(norms[k])) for norms in both)
    title = f"‖∂L/∂x{subscript(k + 1)}‖ is {in_tree} in the tree and {in_chain} in the chain."
    note = f"{'Grey: before the change. ' * bool(ghosts)}{note}".strip()
    return Picture(title, data, layout, look, height=look.height(116), note=note)


def lengths(scene: Trees, look: Look = LIGHT) -> Picture:
    """The longest way from a token to the loss as the sequence grows: n in a chain, log n in a balanced tree."""
    n = np.arange(1, LONGEST_LENGTH + 1)
    shape = scene.settings.tree
    in_tree, in_chain = (int(path.max()) for path in scene.paths)
    curves = [("1 + log₂ n, the least", 1 + np.log2(n), style.GHOST, "dot")]
    if shape != "own":
        curves.append(("tree", np.array(longest(shape)), TREE, "solid"))
    curves.append(("chain", n, CHAINED, "dash"))
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": n,
            "y": values,
            "line": {"color": colour, "width": look.line, "dash": dash},
            "hovertemplate": f"{name}, %{{x}} tokens: %{{y:.3g}} states<extra></extra>",
        }
        for name, values, colour, dash in curves
    ]
    least = 1 + float(np.log2(scene.steps))
    right = scene.steps <= 30
    data.append(
        {
            "type": "scatter",
            "mode": "markers+text",
            "x": [scene.steps] * 2,
            "y": [in_chain, in_tree],
            "text": [f"chain {in_chain}", f"tree {in_tree}"] if in_tree < in_chain else [f"tree, chain {in_chain}", ""],
            "textposition": ["top left", "bottom right" if right else "top left"],
            "textfont": {"size": look.font + 1, "color": [CHAINED, TREE]},
            "marker": {"size": 9, "color": [CHAINED, TREE], "symbol": ["square", "circle"], "opacity": 1},
            "hoverinfo": "skip",
            "cliponaxis": False,
        }
    )
    data.append(drawing.words([58], float(1 + np.log2(58)) - 0.9, ["1 + log₂ n"], look.muted, look.font, "bottom left"))
    layout = {
        "margin": look.margin(44, 10, 12, 42),
        "xaxis": {"range": [0, LONGEST_LENGTH + 1], "tickvals": [1, 12, 24, 36, 48, 60], "title": {"text": "tokens n"}},
        "yaxis": {"range": [0, LONGEST_LENGTH + 3], "nticks": 6, "showgrid": True, "title": {"text": "longest way"}},
        "shapes": [axes.cursor(scene.steps, look)],
    }
    title = (
        f"At {scene.steps} {'token' if scene.steps == 1 else 'tokens'} the longest way to the loss is "
        f"{_states(in_tree)} in the tree, {in_chain} in the chain; at the least 1 + log₂ n = {least:.3g}."
    )
    note = "Ways are counted in states, nonlinear steps, from a token’s own to the one that is read out."
    return Picture(title, data, layout, look, height=look.height(270), note=note)


def by_path(scene: Trees, look: Look = LIGHT) -> Picture:
    """‖∂L/∂h‖ of every state against the number of states from it to the loss."""
    tree_norms, chain_norms = scene.of_states
    tree_paths, chain_paths = scene.tree.depths + 1, scene.paths[1]
    low, high, note = axes.decades(tree_norms, chain_norms, fixed=SCALE)
    selected = np.arange(scene.tree.nodes) == scene.node
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": paths,
            "y": positive(values),
            "marker": {"size": sizes, "color": colour, "symbol": symbol, "opacity": 0.85, "line": {"width": 0}},
            "customdata": [[number] for number in range(1, len(paths) + 1)],
            "hovertemplate": f"{name}, %{{x}} states to the loss: %{{y:.2e}}<extra></extra>",
            "meta": {"click": {"custom": ["tree_node"]}},
        }
        for name, paths, values, colour, symbol, sizes in (
            ("chain", chain_paths, chain_norms, CHAINED, "square", [9.0] * scene.steps),
            ("tree", tree_paths, tree_norms, TREE, "circle", np.where(selected, 15.0, 9.0)),
        )
    ]
    longest_way = int(max(tree_paths.max(), scene.steps))
    data.append(
        drawing.words(
            [longest_way + 0.5] * 2, [10.0 ** (high + 0.15), 10.0 ** (high - 0.75)],
            KEYS, [TREE, CHAINED], look.font, "bottom left",
        )
    )  # fmt: skip
    layout = {
        "margin": look.margin(48, 8, 12, 42),
        "xaxis": axes.step_axis(longest_way, "states from h to the loss"),
        "yaxis": axes.log_axis(low, high, "‖∂L/∂h‖"),
    }
    return Picture(_kept_title(scene), data, layout, look, height=look.height(270), note=note)


def per_state(scene: Trees) -> tuple[float, float]:
    """What a state on the way leaves of the gradient, in the tree and in the chain: the geometric mean over the tokens;
    NaN where there is none."""
    means = []
    for norms, paths in zip(scene.of_states, scene.paths, strict=True):
        T = scene.steps
        far = paths > 1
        with np.errstate(all="ignore"):
            kept = np.log(norms[:T][far] / norms[-1]) / (paths[far] - 1)
        means.append(float(np.exp(kept.mean())) if far.any() else float("nan"))
    return means[0], means[1]


def _kept_title(scene: Trees) -> str:
    tree, chain = per_state(scene)
    if scene.steps == 1:
        return "There is no way to go: the loss enters at the token’s own state."
    if not (0 < tree < np.inf and 0 < chain < np.inf):
        return "The gradient does not reach every state, or leaves the range of finite numbers."
    told = f"A state on the way leaves on average {fraction(tree, 1)} in the tree and {fraction(chain, 1)} in the chain"
    alike = 2 / 3 < tree / chain < 1.5 and scene.paths[0].max() < scene.steps
    return told + (": what differs is how many there are." if alike else ".")


# ------------------------------------------------------------------------------------------------- the parts


def _power(states: np.ndarray) -> float:
    """The next power of two above what occurs."""
    return float(2.0 ** np.ceil(np.log2(np.nanmax(np.abs(finite(states)), initial=1.0))))


def _edges(scene: Trees, x: np.ndarray, y: np.ndarray) -> list[Polygon]:
    """From every child to its parent, and from step to step: what is left where no gradient is to be seen."""
    middle = sum(CHAIN) / 2
    up = [[(x[n], y[n]), (x[p], y[p])] for n, p in enumerate(scene.tree.parents) if p is not None]
    return [*up, [(1, middle), (scene.steps, middle)], [(x[-1], y[-1]), (x[-1], TREE_LOSS)], _to_loss(scene)]


def _to_loss(scene: Trees) -> Polygon:
    return [(scene.steps, CHAIN[0]), (scene.steps, CHAIN_LOSS)]


def _ribbons(scene: Trees, x: np.ndarray, y: np.ndarray) -> list[tuple[float, Polygon]]:
    """The gradient on every edge, as wide at either end as ‖∂L/∂h‖ there."""
    tree, chain = (ribbon_width(norms) / WIDEST for norms in scene.of_states)
    middle, ribbons = sum(CHAIN) / 2, []
    for node, parent in enumerate(scene.tree.parents):
        if parent is not None:
            ends = (x[node], y[node], tree[node]), (x[parent], y[parent], tree[parent])
            ribbons.append((float(tree[node]), _ribbon(*ends, scene.steps)))
    for t in range(1, scene.steps):
        ends = (t, middle, chain[t - 1]), (t + 1, middle, chain[t])
        ribbons.append((float(chain[t - 1]), _ribbon(*ends, scene.steps)))
    return ribbons


def _before(scene: Trees, x: np.ndarray, y: np.ndarray, tall: float, scale: float) -> list[dict[str, Any]]:
    """Where something was changed: outlines of the ribbons as they were, and of the states that it visibly moved."""
    if scene.original is None:
        return []
    ribbons = [polygon for level, polygon in _ribbons(scene.original, x, y) if level > 0]
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
        drawing.lines(ribbons, style.GHOST, 1.2, "4px,3px"),
        moved.outlines(x, nodes),
        moved.outlines(steps, [(*CHAIN, in_chain)]),
    ]


def _ribbon(start: tuple[float, float, float], end: tuple[float, float, float], steps: int) -> Polygon:
    """Around the line from start to end, each (x, y, level): square to it as the page shows it."""
    column = drawing.WIDTH / max(steps, 8)
    (x0, y0, u0), (x1, y1, u1) = start, end
    dx, dy = (x1 - x0) * column, y1 - y0
    length = float(np.hypot(dx, dy))
    half = min(RIBBON, 0.18 * column)
    nx, ny = -dy / length / column * half, dx / length * half
    return [
        (x0 + nx * u0, y0 + ny * u0), (x1 + nx * u1, y1 + ny * u1), (x1 - nx * u1, y1 - ny * u1),
        (x0 - nx * u0, y0 - ny * u0), (x0 + nx * u0, y0 + ny * u0),
    ]  # fmt: skip


def _ways(scene: Trees, x: np.ndarray, y: np.ndarray) -> list[Polygon]:
    """From the selected token up to the root, and along the chain to the end."""
    up = [(x[n], y[n]) for n in scene.tree.way_up(scene.leaf)]
    middle = sum(CHAIN) / 2
    return [[*up, (x[-1], TREE_LOSS)], [(scene.leaf + 1, middle), (scene.steps, middle)]]


def _feeds(scene: Trees, tall: float) -> list[Polygon]:
    """From every token up into its leaf, and down into the chain."""
    at = range(1, scene.steps + 1)
    up: list[Polygon] = [[(t, TOKEN[1] + 2), (t, LEAF - tall / 2 - 2)] for t in at]
    down: list[Polygon] = [[(t, TOKEN[0] - 2), (t, CHAIN[1] + 4)] for t in at]
    return up + down


def _frames(at: list[tuple[float, float, float]], colour: str, width: float, fill: str | None = None) -> dict[str, Any]:
    """Boxes at (x, y, how tall)."""
    shapes = []
    for x, y, tall in at:
        low, high = y - tall / 2 - 2, y + tall / 2 + 2
        shapes.append([(x - EDGE, low), (x + EDGE, low), (x + EDGE, high), (x - EDGE, high), (x - EDGE, low)])
    frames = drawing.lines(shapes, colour, width)
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
    for n in range(N):
        inside = np.nonzero((centres > low[n]) & (centres < high[n]))[0]
        within = np.nonzero(np.abs(middles - x[n]) < drawing.HALF)[0]
        units = ((high[n] - centres[inside]) / tall * H).astype(int)
        z[np.ix_(inside, within)] = values[n, units][:, None]
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
            "textfont": {"color": "#ffffff", "size": look.height(12)},
            "marker": {"size": look.height(19), "color": style.BACKWARD, "opacity": 1},
            "cliponaxis": False,
            "hoverinfo": "text",
            "hovertext": [f"L = {magnitude(loss)}" for loss in losses],
        },
    ]  # fmt: skip


def _curve(
    at: np.ndarray, values: np.ndarray, colour: str, dash: str, symbol: str, name: str, scene: Trees, look: Look
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers" if scene.steps <= 40 else "lines",
        "x": at,
        "y": positive(values),
        "line": {"color": colour, "width": look.line, "dash": dash},
        "marker": {"size": 6.5, "color": colour, "symbol": symbol},
        "hovertemplate": f"{name}, ‖∂L/∂x‖ at %{{x}}: %{{y:.2e}}<extra></extra>",
        "meta": {"click": {"x": "tree_node"}},
    }


def _states(n: int) -> str:
    return f"{n} {'state' if n == 1 else 'states'}"


def place(scene: Trees) -> str:
    """Where the selected node is, for the player's caption."""
    kind = "leaf" if scene.node < scene.steps else "root" if scene.node == scene.tree.root else "inside"
    return f" ({kind}), from the leaves up"
