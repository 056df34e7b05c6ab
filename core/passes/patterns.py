"""The usage patterns: what a network is used for is where its inputs come from and where its loss enters.

    pattern                inputs                        loss                  model
    one-to-one             one vector, T = 1             at that step          Network: a feed-forward net
    encoder                a sequence                    at the last step      Network
    generator              a vector, then what came out  at every step         Network
    transducer             a sequence                    at every step         Network
    conditional generator  a sequence, then what came out   at every step of the decoder   ConditionalGenerator

A conditional generator (I. Sutskever, O. Vinyals, Q. Le: Sequence to Sequence Learning with Neural Networks, NIPS 2014;
K. Cho et al., EMNLP 2014) hands a context c from one network to another: the states that the encoder ends in are the
states that the decoder starts from. c is all that the decoder knows of the source, and ∂L/∂c all that the encoder
learns from.

    run(model, batch)      the recorded pass of either kind of model over a batch: a Trace or a ConditionalTrace
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Self

from numpy.typing import NDArray

from core import checks
from core.errors import InvalidType, InvalidValue
from core.networks.network import Network
from core.passes.batch import Batch
from core.passes.record import record
from core.passes.trace import Trace

Array = NDArray[Any]
PATTERNS = ("one-to-one", "encoder", "generator", "transducer", "conditional generator")
PARTS = ("encoder", "decoder")


@dataclass(frozen=True, eq=False)
class ConditionalGenerator:
    """Two networks with as many chains of as many units, of one cell; neither reads backwards. Raises InvalidValue for
    others.

    parameters   those of both, under "encoder.<name>" and "decoder.<name>"
    """

    encoder: Network
    decoder: Network

    def __post_init__(self) -> None:
        kinds = [(n.cell, n.num_layers, n.hidden_size, n.bidirectional, n.dtype) for n in (self.encoder, self.decoder)]
        if kinds[0] != kinds[1] or self.encoder.bidirectional:
            expected = "of the same cell, layers, units and precision, reading forwards"
            got = " and ".join(map(repr, (self.encoder, self.decoder)))
            raise InvalidValue("encoder and decoder", expected, got, "make both alike but for their inputs and outputs")

    @cached_property
    def parameters(self) -> Mapping[str, Array]:
        both = zip(PARTS, (self.encoder, self.decoder), strict=True)
        return MappingProxyType(
            {f"{part}.{name}": p for part, network in both for name, p in network.parameters.items()}
        )

    def replace(self, parameters: Mapping[str, Any]) -> Self:
        """The same model with other values for some or all parameters. Raises InvalidValue for unknown names."""
        if unknown := [name for name in parameters if name not in self.parameters]:
            expected = f"named {', '.join(self.parameters)}"
            raise InvalidValue("parameters", expected, f"also {', '.join(unknown)}", "leave these out")
        encoder, decoder = (part_of(part, parameters) for part in PARTS)
        return type(self)(self.encoder.replace(encoder), self.decoder.replace(decoder))


Model = Network | ConditionalGenerator


@dataclass(frozen=True, eq=False)
class ConditionalTrace:
    """One pass through both networks of a conditional generator.

    encoder, decoder   their Traces; ∂L/∂c enters the encoder as the gradient of its final states
    gradients          parameter name, with its part before it -> ∂L/∂parameter
    loss, logits, predictions, lengths   the decoder's
    context            (layers, B, H): c, the encoder's final hidden states
    context_cell       likewise of an LSTM's cells; None without them
    grad_context       ∂L/∂c, of the same shape; grad_context_cell
    """

    encoder: Trace
    decoder: Trace

    @cached_property
    def gradients(self) -> Mapping[str, Array]:
        return _both(self.encoder.gradients, self.decoder.gradients)

    @property
    def loss(self) -> float:
        return self.decoder.loss

    @property
    def logits(self) -> Array:
        return self.decoder.logits

    @property
    def predictions(self) -> Array:
        return self.decoder.predictions

    @property
    def lengths(self) -> Array:
        return self.decoder.lengths

    @property
    def context(self) -> Array:
        return self.encoder.final_hidden

    @property
    def context_cell(self) -> Array | None:
        return self.encoder.final_states.get("cell")

    @property
    def grad_context(self) -> Array:
        return self.decoder.grad_initial_states["hidden"]

    @property
    def grad_context_cell(self) -> Array | None:
        return self.decoder.grad_initial_states.get("cell")


def run(model: Model, batch: Batch, loss: bool = True) -> Trace | ConditionalTrace:
    """The recorded pass of a model over a batch; without its loss, and so forward alone, on request.

    Raises InvalidValue where a conditional generator has no source to read, or another model one.
    """
    if isinstance(model, ConditionalGenerator):
        return _conditional(model, batch, loss)
    if not isinstance(model, Network):
        raise InvalidType("model", "a Network or a ConditionalGenerator", type(model).__name__, "pass one of these")
    if batch.source is not None:
        raise InvalidValue("batch", "without a source for a single network", "one", "use a ConditionalGenerator")
    return record(model, batch.inputs, loss=batch.loss if loss else None, lengths=batch.lengths)


def encode(model: ConditionalGenerator, batch: Batch, **gradients: Any) -> Trace:
    """The encoder's pass alone: forward, and back where the gradients of its final states are given.

    Raises InvalidValue where the batch has no source.
    """
    if batch.source is None:
        raise InvalidValue("batch", "with a source for the encoder", "none", "give it as batch.source")
    return record(model.encoder, batch.source.inputs, lengths=batch.source.lengths, **gradients)


def _conditional(model: ConditionalGenerator, batch: Batch, loss: bool) -> ConditionalTrace:
    encoded = encode(model, batch)
    entering = batch.loss if loss else None
    decoder = record(model.decoder, batch.inputs, loss=entering, lengths=batch.lengths, initial=encoded.final_states)
    if not loss:
        return ConditionalTrace(encoded, decoder)
    return ConditionalTrace(encode(model, batch, final_gradient=decoder.grad_initial_states), decoder)


def _both(encoder: Mapping[str, Array], decoder: Mapping[str, Array]) -> Mapping[str, Array]:
    parts = zip(PARTS, (encoder, decoder), strict=True)
    return MappingProxyType({f"{part}.{name}": array for part, arrays in parts for name, array in arrays.items()})


def part_of(part: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Of the parameters of a conditional generator those of its "encoder" or "decoder", by their own names."""
    return {name.removeprefix(f"{part}."): p for name, p in parameters.items() if name.startswith(f"{part}.")}


def count(model: Model) -> int:
    """How many numbers a model has to learn."""
    return sum(array.size for array in model.parameters.values())


def precision(model: Model, dtype: str) -> Model:
    """The same model in "float32" or "float64"."""
    checks.choice("dtype", dtype, checks.PRECISIONS)
    if isinstance(model, ConditionalGenerator):
        return ConditionalGenerator(*(_brought(network, dtype) for network in (model.encoder, model.decoder)))
    return _brought(model, dtype)


def _brought(network: Network, dtype: str) -> Network:
    return replace(network, dtype=dtype, parameters={n: p.astype(dtype) for n, p in network.parameters.items()})
