"""What every gradient of a tree is checked against, as core.oracle.networks does it for a chain.

    compare(trace)              the differences from both of the following, as a core.oracle.networks.Proof
    autograd(trace)             every gradient that the trace holds, by torch's autograd through
    core.oracle.reference_tree
    finite_differences(trace)   (L(θ + ε) − L(θ − ε)) / 2ε through the way up alone, by parameters and inputs

All are mappings name -> array under the names of core.oracle.reference_tree, and computed in float64.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import extras
from core.oracle import networks
from core.passes.record_tree import record_tree
from core.passes.tree_trace import TreeTrace

Array = NDArray[Any]


def compare(trace: TreeTrace, sample: int | None = None, seed: int = 0, *, by_autograd: bool = True) -> networks.Proof:
    """Compare a trace's gradients with autograd's, all, and with finite differences, all or a `sample`."""
    exact = autograd(trace) if by_autograd else {}
    return networks.proof(recorded(trace), exact, finite_differences(trace, sample=sample, seed=seed))


def recorded(trace: TreeTrace) -> dict[str, Array]:
    """The gradients that the trace holds, by the names of core.oracle.reference_tree."""
    of_nodes = {name: getattr(trace, f"grad_{name}") for name in ("inputs", "hidden", "preactivations", "logits")}
    return {**trace.gradients, **of_nodes}


def autograd(trace: TreeTrace) -> dict[str, Array]:
    """∂L/∂node for every node whose gradient the trace holds, by torch's autograd."""
    extras.need_pytorch("to ask its autograd")
    import torch

    from core.oracle.reference_tree import grow

    graph = grow(trace)
    found = {}
    for name in recorded(trace):
        node = graph.nodes[name]
        given = node if isinstance(node, list) else [node]
        gradients = torch.autograd.grad(
            graph.total, given, retain_graph=True, allow_unused=True, materialize_grads=True
        )
        found[name] = (torch.stack(gradients) if isinstance(node, list) else gradients[0]).numpy()
    return found


def finite_differences(
    trace: TreeTrace, names: Sequence[str] | None = None, sample: int | None = None, seed: int = 0
) -> dict[str, np.ma.MaskedArray]:
    """As core.oracle.networks.finite_differences, by the parameters and the inputs of a tree."""
    variables = {**trace.network.parameters, "inputs": trace.inputs}
    as_float64 = {name: array.astype(np.float64) for name, array in variables.items()}

    def loss(moved: Mapping[str, Array]) -> float:
        parameters = {name: moved[name] for name in trace.network.parameters}
        network = replace(trace.network, dtype="float64", parameters=parameters)
        return record_tree(
            network, trace.tree, moved["inputs"], loss=trace.given, interventions=trace.interventions
        ).loss

    return networks.central_differences(as_float64, loss, names, sample, seed)
