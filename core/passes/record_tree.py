"""record_tree(): one pass from the leaves of a tree to its root and back, and everything that happened in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core import checks
from core.cells.base import affine
from core.cells.pins import Held
from core.errors import InvalidType, InvalidValue
from core.lengths import Lengths
from core.networks.architecture import Architecture
from core.networks.recursive import CHAIN, RecursiveNetwork
from core.passes.interventions import PinState, checked, pins
from core.passes.losses import Loss
from core.passes.tree import Tree
from core.passes.tree_trace import Adjoint, TreeTrace

Array = NDArray[Any]


def record_tree(
    network: RecursiveNetwork,
    tree: Tree,
    inputs: ArrayLike,
    *,
    loss: Loss | None = None,
    interventions: Sequence[PinState] = (),
) -> TreeTrace:
    """Run a recursive network over a tree, up and back down, and keep every state and gradient.

    inputs   (T, B, D) floats, one leaf after another, brought to the network's precision
    loss     a core.losses.Loss whose steps are the nodes, as core.passes.tree numbers them: at="last" is the
             root, and takes one target a sequence; at="every" takes one for each of the 2T − 1 nodes
    interventions   PinState of core.passes.interventions, whose steps are the nodes: the states held at a value

    Without a loss, only the way up is recorded. A pass that overflows is no error: see TreeTrace.overflow_node.

    Raises InvalidValue (a ValueError) or InvalidType (a TypeError): one sentence on what was expected and what to do.
    """
    if not isinstance(network, RecursiveNetwork):
        remedy = "make one with RecursiveNetwork.initialise"
        raise InvalidType("network", "a RecursiveNetwork", type(network).__name__, remedy)
    if not isinstance(tree, Tree):
        raise InvalidType("tree", "a Tree", type(tree).__name__, "make one with Tree.balanced(T)")
    if loss is not None and not isinstance(loss, Loss):
        raise InvalidType(
            "loss", "a core.losses.Loss", type(loss).__name__, "write for example losses.cross_entropy(y)"
        )
    x = _inputs(network, tree, inputs)
    held = _held(network, tree, x.shape[1], interventions)
    with np.errstate(all="ignore"):
        preactivations, hidden = _up(network, tree, x, held)
        p = network.parameters
        logits = affine(hidden, p["readout.weight"], p["readout.bias"]) if network.output_size else hidden
        losses, adjoint = np.zeros(hidden.shape[:2], hidden.dtype), None
        if loss is not None:
            every_node = Lengths(np.full(x.shape[1], tree.nodes), tree.nodes)
            losses, grad_logits = loss.evaluate(logits, every_node)
            adjoint = _down(network, tree, hidden, held, grad_logits)
    for array in (preactivations, hidden, logits, losses):
        checks.readonly(array)
    pinned = tuple(interventions), checks.readonly(held.mask)
    return TreeTrace(network, tree, x, loss, *pinned, preactivations, hidden, logits, losses, adjoint)


def _inputs(network: RecursiveNetwork, tree: Tree, inputs: ArrayLike) -> Array:
    x = checks.floats("inputs", inputs)
    expected = tree.leaves, network.input_size
    if x.ndim != 3 or (len(x), x.shape[2]) != expected or x.shape[1] == 0:
        shape = f"of shape ({expected[0]}, B, {expected[1]}), one row a leaf, as tree and network say"
        raise InvalidValue("inputs", shape, f"shape {x.shape}", "for one sequence, write inputs[:, None, :]")
    return checks.frozen(checks.finite("inputs", x, network.dtype))


def _held(network: RecursiveNetwork, tree: Tree, batch: int, interventions: Sequence[PinState]) -> Held:
    """What is held of the states (N, B, H): a tree is to its pins what a chain of as many steps is."""
    nodes = Lengths(np.full(batch, tree.nodes), tree.nodes)
    alike = Architecture(CHAIN, network.input_size, network.hidden_size, dtype=network.dtype)
    pinned = pins(checked(interventions, alike, tree.nodes), alike, alike.chains[0], nodes)
    nothing = np.zeros((tree.nodes, batch, network.hidden_size))
    return pinned.hidden if pinned else Held(nothing.astype(bool), nothing)


def _up(network: RecursiveNetwork, tree: Tree, x: Array, held: Held) -> tuple[Array, Array]:
    """a_n and h_n of every node, each (N, B, H)."""
    p, T = network.parameters, tree.leaves
    a = np.empty((tree.nodes, x.shape[1], network.hidden_size), x.dtype)
    h = np.empty_like(a)
    a[:T] = affine(x, p["weight_ih"], p["bias"])
    network.phi.apply(a[:T], h[:T])
    for leaf in range(T):
        held.hold(h[leaf], leaf)
    left_weight, right_weight = p["weight_left"].T, p["weight_right"].T
    for node, (left, right) in enumerate(tree.children, start=T):
        a[node] = h[left] @ left_weight + h[right] @ right_weight + p["bias"]
        network.phi.apply(a[node], h[node])
        held.hold(h[node], node)
    return a, h


def _down(network: RecursiveNetwork, tree: Tree, hidden: Array, held: Held, grad_logits: Array) -> Adjoint:
    """∂L/∂ of logits, states and preactivations, from the root down."""
    p, T = network.parameters, tree.leaves
    dh = affine(grad_logits, p["readout.weight"].T) if network.output_size else grad_logits.copy()
    slope, da = network.phi.slope(hidden), np.empty_like(dh)
    held.stop(slope)
    for node in reversed(range(T, tree.nodes)):
        left, right = tree.children[node - T]
        np.multiply(dh[node], slope[node], da[node])
        dh[left] += da[node] @ p["weight_left"]
        dh[right] += da[node] @ p["weight_right"]
    np.multiply(dh[:T], slope[:T], da[:T])
    return Adjoint(*(checks.readonly(array) for array in (grad_logits, dh, da)))
