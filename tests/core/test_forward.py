"""The forward pass: PyTorch's own nn.RNN, nn.GRU and nn.LSTM, and the reference for what PyTorch lacks."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from battery import CELLS, HIDDEN, INPUTS, Case
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from core.oracle.reference import unroll
from core.passes.trace import Trace


@pytest.mark.battery(cells=("elman-tanh", "elman-relu", "gru", "lstm"), learned=False)
def test_agrees_with_pytorch(case: Case, trace: Trace):
    options = {"nonlinearity": CELLS[case.cell].get("nonlinearity", "tanh")} if "elman" in case.cell else {}
    kind = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[CELLS[case.cell]["cell"]]
    module = kind(INPUTS, HIDDEN, case.layers, bidirectional=case.bidirectional, **options).double()
    module.load_state_dict(
        {name: torch.tensor(array) for name, array in trace.network.parameters.items() if "readout" not in name}
    )
    arguments = case.arguments()
    initial = [torch.tensor(arguments[name]) for name in ("initial_hidden", "initial_cell") if name in arguments]
    packed = pack_padded_sequence(torch.tensor(trace.inputs), trace.mask.sum(0), enforce_sorted=False)
    with torch.no_grad():
        outputs, final = module(packed, (tuple(initial) if len(initial) == 2 else initial[0]) if initial else None)
    outputs, _ = pad_packed_sequence(outputs, total_length=len(trace.inputs))
    hidden, cell = final if isinstance(final, tuple) else (final, None)

    np.testing.assert_allclose(trace.outputs, outputs.numpy(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(trace.final_hidden, hidden.numpy(), rtol=1e-10, atol=1e-12)
    if cell is not None:
        np.testing.assert_allclose(trace.final_cell, cell.numpy(), rtol=1e-10, atol=1e-12)


def test_agrees_with_the_reference(trace: Trace):
    graph = unroll(trace)
    assert trace.loss == pytest.approx(graph.total.item(), rel=1e-10)
    np.testing.assert_allclose(trace.losses.sum(1), [loss.item() for loss in graph.step_losses], rtol=1e-10)
    valid = trace.mask
    for (layer, direction), chain in trace.chains.items():
        suffix = f"l{layer}{'_reverse' if direction == 'reverse' else ''}"
        recorded = {"hidden": chain.hidden, "inputs": chain.inputs}
        recorded |= {f"gates.{name}": gate for name, gate in chain.gates.items()}
        recorded |= {f"preactivations.{name}": a for name, a in chain.preactivations.items()}
        if trace.network.cell == "lstm":
            recorded["cell"] = chain.cell
        if trace.network.cell in ("jordan", "general"):
            recorded["output"] = chain.output
        for name, array in recorded.items():
            expected = torch.stack(graph.nodes[f"{suffix}.{name}"]).detach().numpy()
            np.testing.assert_allclose(array[valid], expected[valid], rtol=1e-10, atol=1e-13, err_msg=name)


def test_previous_states_follow_the_direction(trace: Trace):
    for (_, direction), chain in trace.chains.items():
        for b, length in enumerate(trace.mask.sum(0)):
            states, previous = chain.hidden[:length, b], chain.previous_hidden[:length, b]
            before = (
                [chain.initial_hidden[b], *states[:-1]]
                if direction == "forward"
                else [*states[1:], chain.initial_hidden[b]]
            )
            np.testing.assert_array_equal(previous, before)
