"""Bad input gets one error that names what was expected and what was found."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from battery import Case

from core import cells
from core.analysis import angles, cliff, depth, influence, jacobians, routes, sensitivity, truncation
from core.errors import InvalidType, InvalidValue, NotRecorded
from core.networks import sizes
from core.networks.network import Network
from core.passes import losses
from core.passes.interventions import PinGate, PinState
from core.passes.losses import Loss
from core.passes.record import record

NETWORK = Case("lstm", layers=2).network()  # D = 2, H = 4, K = 3
ELMAN = Case("elman-tanh", readout=False).network()
INPUTS = np.zeros((5, 3, 2))
CLASSES = np.zeros((5, 3), int)


def hole(shape: tuple[int, ...], value: float = np.nan) -> np.ndarray:
    array = np.zeros(shape)
    array[(1,) * len(shape)] = value
    return array


def run(**arguments: Any) -> Callable[[], object]:
    return lambda: record(arguments.pop("network", NETWORK), arguments.pop("inputs", INPUTS), **arguments)


def with_loss(kind: str, targets: Any, **options: Any) -> Callable[[], object]:
    return lambda: record(NETWORK, INPUTS, loss=Loss(kind, targets, **options))


def made(**arguments: Any) -> Callable[[], object]:
    return lambda: Network.initialise(**{"cell": "lstm", "input_size": 2, "hidden_size": 4} | arguments)


def loaded(cell: str = "lstm", network: Network = NETWORK, **changes: Any) -> Callable[[], object]:
    parameters = {**network.parameters, **changes}
    parameters = {name: array for name, array in parameters.items() if array is not None}
    return lambda: Network.from_state_dict(parameters, cell=cell)


# what is done -> words that the message must have: what was expected, what was got
ERRORS: dict[str, tuple[Callable[[], object], list[str]]] = {
    "pin-bare": (run(interventions=PinState()), ["interventions", "tuple of PinGate and PinState", "PinState"]),
    "pin-other": (run(interventions=("forget",)), ["an intervention", "PinGate or a PinState", "str"]),
    "pin-no-gates": (run(network=ELMAN, interventions=(PinGate("forget", 1.0),)), ["PinGate", "no gates", "forget"]),
    "pin-gate": (run(interventions=(PinGate("reset", 1.0),)), ["gate", "input.*forget.*candidate.*output", "reset"]),
    "pin-value": (run(interventions=(PinGate("forget", np.nan),)), ["value", "finite", "nan"]),
    "pin-value-text": (run(interventions=(PinState("0"),)), ["value", "a number", "str"]),
    "pin-unit": (run(interventions=(PinState(units=(0, 4)),)), ["units", "from 0 to 3", "4"]),
    "pin-units-text": (run(interventions=(PinState(units="all"),)), ["units", "None for all", "all"]),
    "pin-step": (run(interventions=(PinState(steps=-1),)), ["steps", "from 0 to 4", "-1"]),
    "pin-step-part": (run(interventions=(PinState(steps=(1.5,)),)), ["steps", "whole number", "1.5"]),
    "pin-layer": (run(interventions=(PinState(layer=2),)), ["layer and direction", "forward", r"\(2"]),
    "pin-direction": (run(interventions=(PinState(direction="reverse"),)), ["layer and direction", "reverse"]),
    "rescaled-negative": (lambda: NETWORK.rescaled(-1.0), ["spectral_radius", "0 or more", "-1.0"]),
    "inputs-rank": (run(inputs=np.zeros((5, 2))), ["inputs", "T, B", "(5, 2)"]),
    "inputs-size": (run(inputs=np.zeros((5, 3, 7))), ["inputs", "2", "7"]),
    "inputs-integers": (run(inputs=np.zeros((5, 3, 2), int)), ["inputs", "float", "int64"]),
    "inputs-booleans": (run(inputs=np.zeros((5, 3, 2), bool)), ["inputs", "float", "bool"]),
    "inputs-text": (run(inputs=np.full((5, 3, 2), "a")), ["inputs", "float|number", "str|<U1"]),
    "inputs-complex": (run(inputs=np.zeros((5, 3, 2), complex)), ["inputs", "float|number", "complex128"]),
    "inputs-nan": (run(inputs=hole((5, 3, 2))), ["inputs", "finite", "nan", r"\[1, 1, 1\]|\(1, 1, 1\)"]),
    "inputs-infinity": (run(inputs=hole((5, 3, 2), -np.inf)), ["inputs", "finite", "inf"]),
    "inputs-no-step": (run(inputs=np.zeros((0, 3, 2))), ["inputs", "one step|T", r"0"]),
    "inputs-no-sequence": (run(inputs=np.zeros((5, 0, 2))), ["inputs", "one sequence|B", r"0"]),
    "inputs-ragged": (run(inputs=[[[1.0, 2.0]], [[1.0]]]), ["inputs"]),
    "network-type": (run(network="lstm"), ["[Nn]etwork", "str"]),
    "lengths-number": (run(lengths=[5, 5]), ["lengths", "3", "2"]),
    "lengths-too-long": (run(lengths=[5, 6, 1]), ["lengths", "1", "5", "6"]),
    "lengths-zero": (run(lengths=[5, 0, 1]), ["lengths", "1", "5", "0"]),
    "lengths-negative": (run(lengths=[5, -2, 1]), ["lengths", "1", "5", "-2"]),
    "lengths-floats": (run(lengths=[5.0, 2.5, 1.0]), ["lengths", "int", "float64"]),
    "initial-hidden-shape": (
        run(initial_hidden=np.zeros((1, 3, 4))),
        ["initial_hidden", r"\(2, 3, 4\)", r"\(1, 3, 4\)"],
    ),
    "initial-cell-shape": (
        run(initial_cell=np.zeros((2, 3, 5))),
        ["initial_cell", r"\(2, 3, 4\)", r"\(2, 3, 5\)"],
    ),
    "initial-hidden-nan": (run(initial_hidden=hole((2, 3, 4))), ["initial_hidden", "finite", "nan"]),
    "initial-hidden-integers": (
        run(initial_hidden=np.zeros((2, 3, 4), int)),
        ["initial_hidden", "float", "int64"],
    ),
    "initial-cell-elman": (
        run(network=ELMAN, initial_cell=np.zeros((1, 3, 4))),
        ["initial_cell", "lstm", "rnn"],
    ),
    "final-cell-gradient-elman": (
        run(network=ELMAN, final_cell_gradient=np.zeros((1, 3, 4))),
        ["final_cell_gradient", "lstm", "rnn"],
    ),
    "output-gradient-shape": (
        run(output_gradient=np.zeros((5, 3, 3))),
        ["output_gradient", r"\(5, 3, 4\)", r"\(5, 3, 3\)"],
    ),
    "output-gradient-nan": (run(output_gradient=hole((5, 3, 4))), ["output_gradient", "finite", "nan"]),
    "final-gradient-shape": (
        run(final_hidden_gradient=np.zeros((3, 4))),
        ["final_hidden_gradient", r"\(2, 3, 4\)", r"\(3, 4\)"],
    ),
    "two-gradients": (
        run(loss=Loss("cross_entropy", CLASSES), output_gradient=np.zeros((5, 3, 4))),
        ["loss", "output_gradient"],
    ),
    "loss-type": (run(loss="cross_entropy"), ["loss", "str", r"losses\.cross_entropy"]),
    "loss-kind": (with_loss("hinge", CLASSES), ["cross_entropy", "sigmoid", "squared_error", "hinge"]),
    "loss-reduction": (with_loss("cross_entropy", CLASSES, reduction="max"), ["sum", "mean", "max"]),
    "loss-at": (with_loss("cross_entropy", CLASSES, at="first"), ["every", "last", "first"]),
    "loss-at-late": (with_loss("cross_entropy", CLASSES, at=(1, 5)), ["0", "4", "5"]),
    "loss-at-negative": (with_loss("cross_entropy", CLASSES, at=(-1,)), ["at", "0", "-1"]),
    "loss-at-nothing": (with_loss("cross_entropy", CLASSES, at=()), ["at"]),
    "targets-shape": (with_loss("cross_entropy", CLASSES[:4]), [r"\(5, 3\)", r"\(4, 3\)"]),
    "targets-class": (with_loss("cross_entropy", CLASSES + 3), ["0", "2", "3"]),
    "targets-negative": (with_loss("cross_entropy", CLASSES - 1), ["0", "2", "-1"]),
    "targets-vectors": (with_loss("squared_error", np.zeros((5, 3, 2))), [r"\(5, 3, 3\)", r"\(5, 3, 2\)"]),
    "targets-nan": (with_loss("squared_error", hole((5, 3, 3))), ["targets", "finite", "nan"]),
    "targets-per-sequence": (with_loss("cross_entropy", CLASSES[0]), [r"\(5, 3\)", r"\(3,\)"]),
    "no-gradient": (lambda: record(NETWORK, INPUTS).gradients, ["loss", "output_gradient"]),
    "contributions-name": (
        lambda: record(NETWORK, INPUTS, loss=Loss("cross_entropy", CLASSES)).contributions("weight_xx_l0"),
        ["weight_ih_l0", "weight_xx_l0"],
    ),
    "chain-layer": (lambda: record(NETWORK, INPUTS)[2, "forward"], ["0", "1", "2"]),
    "chain-direction": (lambda: record(NETWORK, INPUTS)[0, "reverse"], ["forward", "reverse"]),
    "cell": (made(cell="transformer"), ["rnn", "jordan", "general", "gru", "lstm", "transformer"]),
    "cell-built": (lambda: cells.build("transformer"), ["cell", "rnn.*lstm", "transformer"]),
    "scheme": (made(scheme="he"), ["xavier", "orthogonal", "he"]),
    "nonlinearity": (made(cell="rnn", nonlinearity="gelu"), ["tanh", "relu", "sigmoid", "identity", "gelu"]),
    "dtype": (made(dtype="int32"), ["float64", "float32", "int32"]),
    "hidden-size": (made(hidden_size=0), ["hidden_size", "1", "0"]),
    "input-size": (made(input_size=-3), ["input_size", "1", "-3"]),
    "layers": (made(num_layers=1.5), ["num_layers", "1.5"]),
    "gain": (made(gain=np.inf), ["gain", "inf"]),
    "spectral-radius": (made(spectral_radius=-1.0), ["spectral_radius", "-1"]),
    "state-dict-missing": (loaded(weight_hh_l1=None), ["weight_hh_l1"]),
    "state-dict-unknown": (loaded(weight_xx_l0=np.zeros((4, 4))), ["weight_xx_l0"]),
    "state-dict-shape": (
        loaded(weight_hh_l0=np.zeros((16, 5))),
        ["weight_hh_l0", r"\(16, 4\)", 'as the cell "lstm" has it', r"\(16, 5\)"],
    ),
    "state-dict-cell": (loaded(cell="gru"), ["gru", "weight_|16|12"]),
    "state-dict-unknown-cell": (loaded(cell="esn"), ["lstm", "esn"]),
    "state-dict-rank": (loaded(weight_ih_l0=np.zeros(16)), ["weight_ih_l0", r"\(16,\)"]),
    "state-dict-nan": (loaded(weight_hh_l0=hole((16, 4))), ["weight_hh_l0", "finite", "nan"]),
    "state-dict-integers": (loaded(bias_ih_l0=np.zeros(16, int)), ["bias_ih_l0", "float", "int64"]),
    "state-dict-mixed": (loaded(bias_ih_l0=np.zeros(16, np.float32)), ["float32", "float64"]),
    "state-dict-empty": (lambda: Network.from_state_dict({}, cell="lstm"), ["weight_ih_l0"]),
    "state-dict-type": (lambda: Network.from_state_dict([1], cell="lstm"), ["mapping", "list"]),  # type: ignore[arg-type]
}


def asked(ask: Callable[..., object], *arguments: Any, **options: Any) -> Callable[[], object]:
    """A question to the trace of two layers, five steps, three sequences of 5, 3 and 1 steps."""
    return lambda: ask(
        record(NETWORK, INPUTS, lengths=[5, 3, 1], loss=Loss("cross_entropy", CLASSES)), *arguments, **options
    )


def cut(ask: Callable[[truncation.Truncation], object]) -> Callable[[], object]:
    return lambda: ask(truncation.truncated(record(NETWORK, INPUTS, loss=Loss("cross_entropy", CLASSES)), 2, 2))


def elman(ask: Callable[..., object], **options: Any) -> Callable[[], object]:
    return lambda: ask(record(ELMAN, INPUTS, output_gradient=np.ones((5, 3, 4))), **options)


CHAIN = ["layer and direction", r"\(0, 'forward'\), \(1, 'forward'\)"]
BATCH = ["sequence", "from 0 to 2"]
STEP = ["a step of sequence 1, from 0 to 2"]
PARAMETER = ["name", "weight_ih_l0", "'nope'"]

# questions to a finished pass: every function that takes a chain, a sequence, a step or a name, asked for one too many
QUESTIONS = {
    f"{ask.__module__}.{ask.__name__}-{wrong}": (asked(ask, **fixed, **{wrong: value}), [*words, got])
    for ask, fixed in (
        (jacobians.step, {}),
        (jacobians.between, {"t": 0, "k": 0}),
        (jacobians.products, {"t": 0}),
        (jacobians.singular_values, {}),
        (jacobians.product_singular_values, {"t": 0}),
        (sensitivity.loss_by_state, {}),
        (sensitivity.loss_by_state_vectors, {}),
        (sensitivity.gradient_norms, {}),
        (routes.routes, {}),
        (routes.projections, {}),
    )
    for wrong, value, words, got in (
        ("layer", 5, CHAIN, r"\(5, 'forward'\)"),
        ("layer", -1, CHAIN, r"\(-1, 'forward'\)"),
        ("direction", "sideways", CHAIN, "sideways"),
        ("sequence", 3, BATCH, "3"),
        ("sequence", -1, BATCH, "-1"),
        ("sequence", 1.5, ["sequence", "whole number"], "1.5"),
    )
}
QUESTIONS |= {
    f"{ask.__module__}.{ask.__name__}-t={t}": (asked(ask, t=t, sequence=1, **fixed), [*STEP, str(t)])
    for ask, fixed in (
        (jacobians.between, {"k": 0}),
        (jacobians.products, {}),
        (jacobians.product_singular_values, {}),
        (influence.of_output, {}),
    )
    for t in (-1, 3, 99)
}
ERRORS |= QUESTIONS | {
    "step-part": (asked(influence.of_output, t=0.5), ["t must be a whole number", "0.5"]),
    "influence-of": (asked(influence.output_by_input, of="nonsense"), ["of", '"outputs", "logits"', "nonsense"]),
    "influence-of-one": (asked(influence.of_output, t=0, of="nonsense"), ["of", '"outputs", "logits"', "nonsense"]),
    "influence-sequence": (asked(influence.output_by_input, sequence=-1), [*BATCH, "-1"]),
    "influence-one-sequence": (asked(influence.of_output, t=0, sequence=3), [*BATCH, "3"]),
    "split-layer": (asked(depth.split, layer=2), [*CHAIN, "2"]),
    "kept-sequence": (asked(depth.kept, sequence=3), [*BATCH, "3"]),
    "kept-sequence-negative": (asked(depth.kept, sequence=-1), [*BATCH, "-1"]),
    "bound-step": (elman(jacobians.bound, t=5), ["a step of sequence 0, from 0 to 4", "5"]),
    "bound-sequence": (elman(jacobians.bound, t=0, sequence=-1), [*BATCH, "-1"]),
    "slopes-layer": (elman(jacobians.slopes, layer=1), ["layer and direction", r"\(1, 'forward'\)"]),
    "mean-slopes-sequence": (elman(jacobians.mean_slopes, sequence=3), [*BATCH, "3"]),
    "mean-slope-sequence": (elman(jacobians.mean_slope, sequence=-1), [*BATCH, "-1"]),
    "growth-layer": (lambda: jacobians.largest_growth(ELMAN, layer=1), ["layer and direction", r"\(1, 'forward'\)"]),
    "radius-shape": (lambda: jacobians.spectral_radius(np.zeros((2, 3))), ["W", "square", r"\(2, 3\)"]),
    "weights-layer": (lambda: NETWORK.weights((2, "forward")), [*CHAIN, "2"]),
    "weights-direction": (lambda: NETWORK.weights((0, "sideways")), [*CHAIN, "sideways"]),
    "truncated-bias": (cut(lambda left: left.bias("nope")), PARAMETER),
    "truncated-angle": (cut(lambda left: left.angle("nope")), PARAMETER),
    "truncated-cosine": (cut(lambda left: left.cosine("nope")), PARAMETER),
    "truncated-norms": (cut(lambda left: left.norms("nope")), PARAMETER),
    "truncated-layer": (cut(lambda left: left.state_norms(layer=3)), [*CHAIN, "3"]),
    "truncated-sequence": (cut(lambda left: left.state_norms(sequence=-1)), [*BATCH, "-1"]),
    "windows-steps": (lambda: truncation.windows(0, 1, 1), ["steps", "at least 1", "0"]),
    "angle-names": (lambda: angles.angle({"a": np.ones(1)}, {"b": np.ones(1)}), ["gradient", "a", "b"]),
    "predict-output": (lambda: losses.predict(np.zeros(3), "argmax"), ["output", "softmax", "argmax"]),
    "units-budget": (lambda: sizes.units_for(NETWORK, "gru", 0), ["budget", "at least 1", "0"]),
    "unshared-length": (lambda: sizes.unshared(NETWORK, -2), ["length", "at least 1", "-2"]),
    "feed-forward-length": (lambda: sizes.feed_forward(NETWORK, 0, 3), ["length", "at least 1", "0"]),
    "descend-steps": (lambda: cliff.descend(5.0, -2.0, 0.1, steps=-1), ["steps", "at least 0", "-1"]),
}


@pytest.mark.parametrize("name", ERRORS)
def test_the_message_names_what_was_expected_and_what_was_got(name: str):
    act, words = ERRORS[name]
    with pytest.raises((InvalidValue, InvalidType, NotRecorded)) as error:
        act()
    message = str(error.value)
    assert all(re.search(word, message) for word in words), message
    assert "\n" not in message.strip("'\"")


def test_what_numpy_can_convert_is_taken():
    listed = record(NETWORK, INPUTS.tolist(), lengths=[5, 3, 1])
    tensor = record(
        NETWORK,
        torch.zeros(5, 3, 2, dtype=torch.float64, requires_grad=True),
        lengths=torch.tensor([5, 3, 1]),
    )
    np.testing.assert_array_equal(listed.outputs, tensor.outputs)


def test_the_callers_arrays_stay_theirs():
    inputs = np.ones((5, 3, 2))
    trace = record(NETWORK, inputs)
    inputs[:] = 9
    assert inputs.flags.writeable
    assert (trace.inputs == 1).all()


def test_other_floats_are_brought_to_the_precision_of_the_network():
    for dtype, other in (("float64", np.float32), ("float32", np.float64)):
        network = Network.initialise(cell="lstm", input_size=2, hidden_size=4, dtype=dtype)
        trace = record(network, INPUTS.astype(other), output_gradient=np.ones((5, 3, 4), other))
        assert trace.outputs.dtype == trace.grad_inputs.dtype == dtype
