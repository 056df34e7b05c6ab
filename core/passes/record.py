"""record(): one forward and one backward pass, and everything that happened in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core import cells, checks
from core.errors import InvalidType, InvalidValue
from core.lengths import Lengths
from core.networks.network import Network
from core.passes import readout
from core.passes.backward import Gradients, backward
from core.passes.forward import forward
from core.passes.interventions import Intervention, checked
from core.passes.losses import Loss
from core.passes.trace import NAMED, Trace

Array = NDArray[Any]


def record(
    network: Network,
    inputs: ArrayLike,
    *,
    loss: Loss | None = None,
    output_gradient: ArrayLike | None = None,
    initial_hidden: ArrayLike | None = None,
    initial_cell: ArrayLike | None = None,
    initial: Mapping[str, ArrayLike] | None = None,
    lengths: ArrayLike | None = None,
    final_hidden_gradient: ArrayLike | None = None,
    final_cell_gradient: ArrayLike | None = None,
    final_gradient: Mapping[str, ArrayLike] | None = None,
    interventions: Sequence[Intervention] = (),
) -> Trace:
    """Run a network over a batch of sequences, forward and back, and keep every state, gate and gradient.

    inputs           (T, B, D) floats, brought to the network's precision, as are all that follow
    loss             a core.losses.Loss on the logits
    output_gradient  (T, B, directions·H): ∂L/∂outputs from outside, in place of a loss
    initial_hidden, initial_cell   (layers·directions, B, H): the states that the chains start from; None: the learned
                     ones or, where there are none, zero. Only an LSTM has a cell.
    initial          state -> (layers·directions, B, …): the same of any state, by its name in the cell; takes what
                     `trace.final_states` gives
    lengths          (B,) whole numbers from 1 to T; None: all T. Where a sequence has ended its inputs are not read,
                     its outputs and all its gradients are zero; a reverse chain starts at the last valid step.
    final_hidden_gradient, final_cell_gradient   (layers·directions, B, H): ∂L/∂ the states after the last step
    final_gradient   state -> (layers·directions, B, …): the same of any state
    interventions    PinGate and PinState of core.passes.interventions: what is held at a value while the pass runs

    Without a loss and without any gradient, only the forward pass runs. A pass that overflows is no error: see
    Trace.overflow_step.

    Raises InvalidValue (a ValueError) or InvalidType (a TypeError): one sentence on what was expected and what to do.
    """
    if not isinstance(network, Network):
        raise InvalidType("network", "a Network", type(network).__name__, "make one with Network.initialise")
    x, spans = _inputs(network, inputs, lengths)
    B = len(spans.values)
    starts = _per_chain(network, B, "initial_{}", {"hidden": initial_hidden, "cell": initial_cell}, initial)
    ends = {"hidden": final_hidden_gradient, "cell": final_cell_gradient}
    final = _per_chain(network, B, "final_{}_gradient", ends, final_gradient)
    held = checked(interventions, network, len(x))
    at_outputs = _output_gradient(network, x, spans, output_gradient, loss)
    with np.errstate(all="ignore"):
        recorded = forward(network, x, starts, spans, held)
        logits = readout.logits(recorded)
        losses, grad_logits = np.zeros(x.shape[:2], x.dtype), np.zeros_like(logits)
        if loss is not None:
            losses, grad_logits = loss.evaluate(logits, spans)

    @cache
    def back() -> Gradients:
        grad_outputs = np.zeros_like(recorded.outputs) if at_outputs is None else at_outputs
        with np.errstate(all="ignore"):
            return backward(recorded, grad_logits, grad_outputs, final)

    entered = loss is not None or at_outputs is not None or final
    arguments = {
        "loss": loss,
        "output_gradient": at_outputs,
        **_by_name(starts, "initial_{}", "initial"),
        "lengths": None if lengths is None else spans.values,
        **_by_name(final, "final_{}_gradient", "final_gradient"),
        "interventions": held,
    }
    return Trace(
        network,
        inputs=x,
        arguments=MappingProxyType(arguments),
        losses=checks.readonly(losses),
        logits=checks.readonly(logits),
        recorded=recorded,
        back=back if entered else None,
    )


def _inputs(network: Network, inputs: ArrayLike, lengths: ArrayLike | None) -> tuple[Array, Lengths]:
    """The inputs with zero at padded positions, and the lengths."""
    x = checks.floats("inputs", inputs)
    if x.ndim != 3:
        got = f"shape {x.shape}"
        raise InvalidValue("inputs", "of shape (T, B, D)", got, "for one sequence, write inputs[:, None, :]")
    T, B, D = x.shape
    if network.input_size != D:
        expected = f"of shape (T, B, {network.input_size}), as the network's input_size says"
        raise InvalidValue("inputs", expected, f"shape {x.shape}", "pass as many inputs a step as the network has")
    if T == 0 or B == 0:
        raise InvalidValue("inputs", "at least one step of one sequence", f"shape {x.shape}", "pass a longer input")
    spans = Lengths(_lengths(lengths, T, B), T)
    read = checks.finite("inputs", spans.silence(x), network.dtype)
    return checks.readonly(read) if spans.padded else checks.frozen(read), spans  # what was silenced is nobody else's


def _lengths(lengths: ArrayLike | None, T: int, B: int) -> Array:
    if lengths is None:
        return checks.readonly(np.full(B, T))
    values = checks.numbers("lengths", lengths)
    if values.dtype.kind not in "iu":
        raise InvalidType("lengths", "whole numbers", f"dtype {values.dtype}", "pass ints")
    if values.shape != (B,):
        got = f"shape {values.shape}"
        raise InvalidValue("lengths", f"of shape ({B},), one a sequence", got, "pass one length for every sequence")
    if values.min() < 1 or values.max() > T:
        expected, got = f"from 1 to {T}, the steps of the inputs", ", ".join(map(str, values))
        raise InvalidValue("lengths", expected, got, "leave empty sequences out and pad the inputs to the longest")
    return checks.readonly(values.astype(int))


def _per_chain(
    network: Network,
    B: int,
    name: str,
    by_name: Mapping[str, ArrayLike | None],
    by_state: Mapping[str, ArrayLike] | None,
) -> Mapping[str, Array]:
    """State -> (layers·directions, B, …), for the states that something is given for, in either way."""
    if by_state is not None and not isinstance(by_state, Mapping):
        what = name.format("states")
        raise InvalidType(what, "a mapping from states to arrays", type(by_state).__name__, 'write {"hidden": …}')
    given = {state: value for state, value in by_name.items() if value is not None}
    if both := [state for state in given if by_state and state in by_state]:
        raise InvalidValue(name.format(both[0]), "given once", "two values", "leave one of the two out")
    given |= by_state or {}
    if not given:
        return MappingProxyType({})
    shapes = network.equations.state_shapes(network.hidden_size)
    for state in given:
        if state not in shapes:
            expected = f'left out for the cell "{network.cell}", which has no {state} state'
            others = " or ".join(other for other in cells.names() if state in cells.build(other).states)
            remedy = f"leave it out, or use {others}" if others else "leave it out"
            raise InvalidValue(name.format(state), expected, "a value", remedy)
    arrays = {}
    for state, value in given.items():
        axes = "(layers·directions, B, H)" if len(shapes[state]) == 1 else "(layers·directions, B, …)"
        shape = len(network.chains), B, *shapes[state]
        arrays[state] = checks.frozen(checks.array(name.format(state), value, shape, axes, network.dtype))
    return MappingProxyType(arrays)


def _by_name(given: Mapping[str, Array], name: str, rest: str) -> dict[str, Any]:
    """What is given for states as arguments of record() again: each by its own name or, where it has none, with the
    rest."""
    named = {name.format(state): given.get(state) for state in NAMED}
    return named | {rest: MappingProxyType({state: array for state, array in given.items() if state not in NAMED})}


def _output_gradient(
    network: Network, x: Array, spans: Lengths, gradient: ArrayLike | None, loss: Loss | None
) -> Array | None:
    """The gradient given at the outputs, with zero at padded positions."""
    if loss is not None and not isinstance(loss, Loss):
        raise InvalidType("loss", "a core.losses.Loss", type(loss).__name__, "write losses.cross_entropy(y)")
    if gradient is None:
        return None
    if loss is not None:
        got = "both"
        raise InvalidValue("what is differentiated", "a loss or an output_gradient", got, "leave one of the two out")
    shape = *x.shape[:2], network.width
    value = checks.array("output_gradient", gradient, shape, "(T, B, directions·H)", network.dtype)
    return checks.frozen(spans.silence(value))
