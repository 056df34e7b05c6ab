"""The reference (torch): every cell again, one plain step after another in torch's own operations.

It shares no code with the engine. It is written from the equations alone, keeps every intermediate tensor of
the graph under the name the Trace gives it, and leaves all derivatives to autograd. Always float64.

    graph = unroll(trace)          the same network, inputs and loss as the trace's
    graph.nodes                    name -> tensor, or the list of its T tensors in order of positions
    graph.step_losses              its T tensors L_t: what of the loss enters at step t
    graph.final                    state -> the tensors that the chains end in: another graph can start from them
    graph.total                    L

Names: a parameter's own; "inputs", "outputs", "logits"; and for each chain, with suffix l0, l0_reverse, …:
"l0.inputs", "l0.hidden", "l0.cell", "l0.initial_hidden", "l0.initial_cell", "l0.output" (Jordan),
"l0.gates.<name>", "l0.preactivations.<name>".
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from core.oracle.reference_cells import REFERENCES, affine

if TYPE_CHECKING:
    from torch import Tensor

    from core.passes.interventions import Intervention
    from core.passes.losses import Loss
    from core.passes.trace import Trace

    Tensors = Mapping[str, Tensor]


@dataclass(frozen=True)
class Graph:
    """The unrolled network as autograd sees it."""

    nodes: Mapping[str, Any]
    step_losses: list[Tensor]
    total: Tensor
    final: Mapping[str, list[Tensor]] = field(default_factory=dict)


@dataclass(frozen=True)
class Chain:
    """What one chain leaves behind: `outputs` are its states, zero where padded; only Jordan's has logits."""

    nodes: dict[str, Any]
    outputs: list[Tensor]
    logits: list[Tensor]
    final: Tensors


def unroll(trace: Trace, detached: Container[int] = (), initial: Mapping[str, list[Tensor]] | None = None) -> Graph:
    """Repeat the forward pass of a trace in torch. Every node requires a gradient.

    detached: the positions that every chain enters with its state detached: no gradient passes back out of them.
    initial: state -> a tensor a chain, of another graph, that the chains start from in place of the trace's numbers.
    """
    import torch

    network, arguments = trace.network, trace.arguments
    nodes: dict[str, Any] = {name: _leaf(array) for name, array in network.parameters.items()}
    nodes["inputs"] = _leaf(trace.inputs)

    steps = list(nodes["inputs"])
    chains: list[Chain] = []
    top: list[Chain] = []
    directions = ("", "_reverse") if network.bidirectional else ("",)
    for layer in range(network.num_layers):
        top = [
            _chain(trace, nodes, f"l{layer}{direction}", len(chains) + n, steps, detached, initial)
            for n, direction in enumerate(directions)
        ]
        steps = [torch.cat(states, dim=-1) for states in zip(*(chain.outputs for chain in top), strict=True)]
        for chain in top:
            nodes.update(chain.nodes)
        chains.extend(top)
    nodes["outputs"] = steps
    nodes["logits"] = _logits(nodes, top)

    step_losses = losses_by_step(arguments["loss"], nodes["logits"], torch.tensor(trace.mask))
    total = torch.stack(step_losses).sum()
    if arguments["output_gradient"] is not None:
        valid = torch.tensor(trace.mask)[..., None]
        total = total + (torch.stack(steps) * valid * _constant(arguments["output_gradient"])).sum()
    for name, gradient in trace.given_final_gradient.items():
        final = torch.stack([chain.final[name] for chain in chains])
        total = total + (final * _constant(gradient)).sum()
    return Graph(nodes, step_losses, total, {name: [c.final[name] for c in chains] for name in chains[0].final})


# ---------------------------------------------------------------------------------------------- the chains


def _chain(
    trace: Trace,
    nodes: Mapping[str, Any],
    suffix: str,
    index: int,
    layer_inputs: list[Tensor],
    detached: Container[int],
    initial: Mapping[str, list[Tensor]] | None,
) -> Chain:
    """Run one chain over all positions. Where a position is padding, the state is carried on unchanged."""
    import torch

    network = trace.network
    ending = f"_{suffix}"
    p = {name.removesuffix(ending): value for name, value in nodes.items() if name.endswith(ending)}
    valid = torch.tensor(trace.mask)[..., None]

    cell = REFERENCES[network.cell]
    state = {name: initial[name][index] if initial else _initial(name, trace, p, index) for name in cell.states}
    recorded: dict[str, Any] = {f"{suffix}.initial_{name}": value for name, value in state.items()}
    state |= cell.started(network, p, state)

    step = cell.step(network, p)
    layer, _, reverse = suffix.removeprefix("l").partition("_")
    here = [
        one
        for one in trace.arguments["interventions"]
        if (str(one.layer), one.direction) == (layer, reverse or "forward")
    ]
    inputs = [x.clone() for x in layer_inputs]  # this chain's own reading of what both chains of a layer read
    new: list[dict[str, Tensor]] = [{}] * len(inputs)
    for t in reversed(range(len(inputs))) if suffix.endswith("_reverse") else range(len(inputs)):
        if t in detached:
            state = {name: value.detach() for name, value in state.items()}
        new[t] = step(inputs[t], state, partial(pinned, here, t))
        state = {name: new[t][name].where(valid[t], old) for name, old in state.items()}

    recorded[f"{suffix}.inputs"] = inputs
    logits = [values.pop("logits") for values in new if "logits" in values]
    for name in new[0]:
        recorded[f"{suffix}.{name}"] = [values[name] for values in new]
    outputs = [values["hidden"].where(valid[t], 0.0) for t, values in enumerate(new)]
    return Chain(recorded, outputs, logits, state)


def pinned(interventions: list[Intervention], t: int, name: str, node: Tensor) -> Tensor:
    """A gate by its name, or the state by the name "hidden", (B, H) at step t: constant where it is pinned."""
    import torch

    for one in interventions:
        chosen = range(len(node[0])) if one.units is None else np.atleast_1d(one.units)
        if getattr(one, "gate", "hidden") == name and (one.steps is None or t in np.atleast_1d(one.steps)):
            held = torch.tensor([unit in chosen for unit in range(len(node[0]))])
            node = node.masked_fill(held, one.value)
    return node


def _initial(name: str, trace: Trace, p: Tensors, index: int) -> Tensor:
    """The state a chain starts from, (B, …): given, else learned, else zero."""
    import torch

    if name in trace.given_initial:
        return _leaf(trace.given_initial[name][index])
    shape = trace[trace.network.chains[index]].initial_states[name].shape
    if f"initial_{name}" in p:
        return p[f"initial_{name}"].expand(shape)
    return torch.zeros(shape, dtype=torch.float64, requires_grad=True)


# ---------------------------------------------------------------------------------------------- the loss


def _logits(nodes: Mapping[str, Any], top: list[Chain]) -> list[Tensor]:
    """The readout of the outputs; Jordan: the sum of the top chains' o_t; neither: the outputs themselves."""
    import torch

    if "readout.weight" in nodes:
        readout = {name.replace("readout.", "") + "_readout": node for name, node in nodes.items()}
        return [affine(readout, "readout", y) for y in nodes["outputs"]]
    if top[0].logits:
        return [torch.stack(o).sum(0) for o in zip(*(chain.logits for chain in top), strict=True)]
    outputs: list[Tensor] = nodes["outputs"]
    return outputs


def losses_by_step(loss: Loss | None, logits: list[Tensor], valid: Tensor) -> list[Tensor]:
    """L_t: the sum over the sequences of what enters at step t.

    cross_entropy   −Σ_k y_k log softmax(o)_k
    sigmoid         −Σ_k (y_k log σ(o_k) + (1 − y_k) log(1 − σ(o_k)))
    squared_error   ½ Σ_k (o_k − y_k)²
    """
    if loss is None:
        return [o.new_zeros(()) for o in logits]
    counted = _counted(loss, valid)
    number = counted.sum() if loss.reduction == "mean" else 1
    losses = []
    for o, y, enters in zip(logits, _targets(loss, logits), counted, strict=True):
        if loss.kind == "cross_entropy":
            terms = -(y * o.log_softmax(-1)).sum(-1)
        elif loss.kind == "sigmoid":
            terms = -(y * o.sigmoid().log() + (1 - y) * (-o).sigmoid().log()).sum(-1)
        else:
            terms = 0.5 * ((o - y) ** 2).sum(-1)
        losses.append(terms.where(enters, 0.0).sum() / number)
    return losses


def _counted(loss: Loss, valid: Tensor) -> Tensor:
    """(T, B): where the loss enters."""
    import torch

    t = torch.arange(len(valid))[:, None]
    if loss.at == "every":
        return valid
    if loss.at == "last":
        return t == valid.sum(0) - 1
    return valid & torch.isin(t, torch.tensor(loss.at))


def _targets(loss: Loss, logits: list[Tensor]) -> Tensor:
    """(T, B, K). Targets without steps, for the last alone, serve whichever step that is; classes become one-hot."""
    import torch

    B, K = logits[0].shape
    y = torch.tensor(loss.targets)
    if loss.kind == "cross_entropy" and not y.is_floating_point() and y.dim() < 3:
        y = torch.nn.functional.one_hot(y.clamp(0, K - 1), K)
    return y.double().reshape(-1, B, K).expand(len(logits), B, K)


def _constant(array: Any) -> Tensor:
    import torch

    return torch.tensor(array, dtype=torch.float64)


def _leaf(array: Any) -> Tensor:
    return _constant(array).requires_grad_()
