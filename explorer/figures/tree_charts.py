"""Tree against chain, in charts: what of the gradient comes to every token, and how far it has to go."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.figures import axes, drawing
from explorer.figures.picture import Picture, positive
from explorer.figures.tree import CHAINED, SCALE, TREE
from explorer.look import style
from explorer.look.notation import counted, fraction, magnitude, subscript
from explorer.look.style import LIGHT, Look
from explorer.passes.trees import Trees, longest
from explorer.state.kinds import LONGEST_LENGTH

KEYS = [f"<b>{drawing.key(*entry)}</b>" for entry in (("●", TREE, "tree"), ("■", CHAINED, "chain"))]


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
        f"At {counted(scene.steps, 'token')} the longest way to the loss is "
        f"{counted(in_tree, 'state')} in the tree, {in_chain} in the chain; at the least 1 + log₂ n = {least:.3g}."
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
