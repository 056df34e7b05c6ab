"""From the outputs of the top layer to the logits o_t, and back.

with a readout      o_t = V outputs_t + c      V is readout.weight (K, directions·H), c readout.bias (K,)
jordan, general     o_t of the top layer's chains, added
neither             o_t = the outputs themselves
"""

from __future__ import annotations

from core.cells.base import Array, affine
from core.networks.network import Network
from core.passes.forward import Recorded


def logits(recorded: Recorded) -> Array:
    """(T, B, K), zero at padded positions."""
    network, lengths = recorded.network, recorded.lengths
    if network.fed_back:
        places = network.chains[-len(network.directions) :]
        tops = [recorded.positions(place, recorded.tapes[place].arrays()["logits"][1:]) for place in places]
        return tops[0] if len(tops) == 1 else tops[0] + tops[1]
    if "readout.weight" in network.parameters:
        V, c = network.parameters["readout.weight"], network.parameters.get("readout.bias")
        return lengths.silence(affine(recorded.outputs, V, c))
    return recorded.outputs


def backward(network: Network, grad_logits: Array, grad_outputs: Array) -> tuple[Array, Array]:
    """∂L/∂logits and ∂L/∂outputs from what enters at both from outside: ∂L/∂outputs += Vᵀ ∂L/∂o_t."""
    if network.fed_back:
        return grad_logits, grad_outputs
    V = network.parameters.get("readout.weight")
    if V is None:
        both = grad_logits + grad_outputs
        return both, both
    return grad_logits, affine(grad_logits, V.T) + grad_outputs
