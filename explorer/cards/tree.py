"""The selected node of the tree: what it was made of, how its gradient came; and tree and chain side by side."""

from __future__ import annotations

from core.networks import sizes
from explorer.cards.common import Block, norm
from explorer.figures import tree as figure
from explorer.look import style
from explorer.look.notation import magnitude, signed, subscript
from explorer.page.view import Card, Heading, Rows, equation
from explorer.passes.trees import Trees


def tree(scene: Trees) -> Card:
    return Card(_title(scene), [_state(scene), *_gradient(scene), *_compared(scene)])


def _title(scene: Trees) -> str:
    first, last = scene.tree.spans[scene.node]
    between = "" if scene.settings.read_as == "characters" else " "
    words = between.join(scene.tokens[first : last + 1])
    shown = words if len(words) <= 22 else words[:21] + "…"
    return f"{'Leaf' if scene.node < scene.steps else 'Node'} {scene.node + 1}, “{shown}”"


def _state(scene: Trees) -> Block:
    """h of the selected unit: of a leaf from its token, else from both children."""
    n, j, p = scene.node, scene.unit, scene.branched.network.parameters
    hidden = scene.branched.hidden[:, 0]
    bias = float(p["bias"][j])
    if n < scene.steps:
        name, terms = "tree_leaf", [float(p["weight_ih"][j] @ scene.branched.inputs[n, 0])]
    else:
        left, right = scene.tree.children[n - scene.steps]
        name = "tree_node"
        terms = [float(p["weight_left"][j] @ hidden[left]), float(p["weight_right"][j] @ hidden[right])]
    h = signed(float(hidden[n, j]))
    if scene.branched.held[n, 0, j]:
        return equation(name, f"unit {j + 1}: {h}, held")
    inside = " ".join(signed(term) for term in (bias, *terms))
    return equation(name, f"unit {j + 1}: {h} = {scene.settings.nonlinearity}({inside})")


def _gradient(scene: Trees) -> list[Block]:
    """∂L/∂h from the parent or, at the root, from the loss."""
    n, norms = scene.node, scene.of_states[0]
    parent = scene.tree.parents[n]
    if parent is None:
        name, came = "tree_dh_root", norm(scene.branched.grad_logits[n, 0])
        row = ("‖∂L/∂o‖ at the root", came, style.BACKWARD)
    else:
        side = "left" if scene.tree.children[parent - scene.steps][0] == n else "right"
        name, came = f"tree_dh_{side}", magnitude(float(norms[parent]))
        row = (f"‖∂L/∂h‖ of its parent, {parent + 1}", came, style.BACKWARD)
    return [equation(name, ""), Rows([row, ("‖∂L/∂h‖ here", magnitude(float(norms[n])), style.BACKWARD)])]


def _compared(scene: Trees) -> list[Block]:
    """Tree and chain in numbers."""
    k = scene.leaf
    (in_tree, in_chain), (left_tree, left_chain) = (int(path[k]) for path in scene.paths), figure.kept(scene, k)
    counts = [sizes.parameters(one.network) for one in (scene.branched, scene.trace)]
    return [
        Heading("Tree · chain"),
        Rows(
            [
                (f"states, x{subscript(k + 1)} to L", f"{in_tree} · {in_chain}", None),
                ("what arrives", f"{left_tree} · {left_chain}", style.BACKWARD),
                ("loss L", f"{magnitude(scene.branched.loss)} · {magnitude(scene.trace.loss)}", style.BACKWARD),
                ("parameters", f"{counts[0]:,} · {counts[1]:,}", None),
            ]
        ),
    ]
