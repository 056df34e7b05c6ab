"""The reference of the recursive network (torch): the tree as one recursion, in torch's own operations.

It shares no code with core.passes.record_tree, and leaves all derivatives to autograd. Always float64.

    graph = grow(trace)     the same network, tree, inputs and loss as the trace's; a core.oracle.reference.Graph
    graph.nodes             name -> tensor, or the list of its N tensors, one a node: a parameter's own name,
                            "inputs", "preactivations", "hidden", "logits"
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.oracle.reference import Graph, losses_by_step, pinned
from core.oracle.reference_cells import PHI

if TYPE_CHECKING:
    from torch import Tensor

    from core.passes.tree_trace import TreeTrace


def grow(trace: TreeTrace) -> Graph:
    """Repeat the way up a tree in torch. Every node requires a gradient."""
    import torch

    network, tree = trace.network, trace.tree
    p = {name: torch.tensor(array, dtype=torch.float64).requires_grad_() for name, array in network.parameters.items()}
    inputs = torch.tensor(trace.inputs, dtype=torch.float64).requires_grad_()
    preactivations: dict[int, Tensor] = {}
    hidden: dict[int, Tensor] = {}

    def state(node: int) -> Tensor:
        if node < tree.leaves:
            a = inputs[node] @ p["weight_ih"].T + p["bias"]
        else:
            left, right = tree.children[node - tree.leaves]
            a = state(left) @ p["weight_left"].T + state(right) @ p["weight_right"].T + p["bias"]
        preactivations[node] = a
        hidden[node] = pinned(list(trace.interventions), node, "hidden", PHI[network.nonlinearity](a))
        return hidden[node]

    state(tree.root)
    states = [hidden[node] for node in range(tree.nodes)]
    if network.output_size:
        logits = [h @ p["readout.weight"].T + p["readout.bias"] for h in states]
    else:
        logits = [h.clone() for h in states]
    every_node = torch.ones(tree.nodes, inputs.shape[1], dtype=torch.bool)
    losses = losses_by_step(trace.given, logits, every_node)
    nodes: dict[str, Any] = {**p, "inputs": inputs, "hidden": states, "logits": logits}
    nodes["preactivations"] = [preactivations[node] for node in range(tree.nodes)]
    return Graph(nodes, losses, torch.stack(losses).sum())
