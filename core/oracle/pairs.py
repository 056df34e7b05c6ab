"""What every gradient of two networks is checked against, as core.oracle.networks does it for one.

    compare(pair)              the differences from both of the following, as a core.oracle.networks.Proof
    autograd(pair)             every gradient that both traces hold, by torch's autograd through one graph: the
                               decoder's chains start from the very tensors that the encoder's end in
    finite_differences(pair)   (L(θ + ε) − L(θ − ε)) / 2ε through both forward passes, by parameters and inputs

All are mappings name -> array, computed in float64; the names are those of core.oracle.reference, "encoder." or
"decoder." before them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import extras
from core.oracle import networks
from core.passes.patterns import PARTS, ConditionalTrace
from core.passes.record import record
from core.passes.trace import Trace

Array = NDArray[Any]


def compare(
    pair: ConditionalTrace, sample: int | None = None, seed: int = 0, *, by_autograd: bool = True
) -> networks.Proof:
    """Compare a pair's gradients with autograd's, all, and with finite differences, all or a `sample`."""
    exact = autograd(pair) if by_autograd else {}
    return networks.proof(recorded(pair), exact, finite_differences(pair, sample, seed))


def recorded(pair: ConditionalTrace) -> dict[str, Array]:
    """The gradients that both traces hold."""
    return {f"{part}.{name}": g for part, trace in _parts(pair).items() for name, g in networks.recorded(trace).items()}


def autograd(pair: ConditionalTrace) -> dict[str, Array]:
    """∂L/∂node of the decoder's loss, for every node of both networks whose gradient a trace holds."""
    extras.need_pytorch("to ask its autograd")
    from core.oracle.reference import unroll

    encoder = unroll(pair.encoder)
    decoder = unroll(pair.decoder, initial=encoder.final)
    graphs = {"encoder": encoder, "decoder": decoder}
    nodes = {
        f"{part}.{name}": graphs[part].nodes[name]
        for part, trace in _parts(pair).items()
        for name in networks.recorded(trace)
    }
    return networks.differentiated(decoder.total, nodes)


def finite_differences(
    pair: ConditionalTrace, sample: int | None = None, seed: int = 0
) -> dict[str, np.ma.MaskedArray]:
    """As core.oracle.networks.finite_differences, by the parameters and the inputs of both networks."""
    parts = _parts(pair)
    variables = {
        f"{part}.{name}": array.astype(np.float64)
        for part, trace in parts.items()
        for name, array in {**trace.network.parameters, "inputs": trace.inputs}.items()
    }

    def loss(moved: Mapping[str, Array]) -> float:
        encoded = _again(pair.encoder, moved, "encoder")
        loss = pair.decoder.arguments["loss"]
        again = _again(pair.decoder, moved, "decoder", initial=encoded.final_states, loss=loss)
        return again.loss

    return networks.central_differences(variables, loss, None, sample, seed)


def _parts(pair: ConditionalTrace) -> dict[str, Trace]:
    return dict(zip(PARTS, (pair.encoder, pair.decoder), strict=True))


def _again(trace: Trace, moved: Mapping[str, Array], part: str, **given: Any) -> Trace:
    """A trace's forward pass with other parameters and inputs."""
    parameters = {name: moved[f"{part}.{name}"] for name in trace.network.parameters}
    network = replace(trace.network, dtype="float64", parameters=parameters)
    return record(network, moved[f"{part}.inputs"], lengths=trace.arguments["lengths"], **given)
