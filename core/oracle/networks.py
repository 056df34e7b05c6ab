"""What every gradient is checked against: autograd (torch) and central finite differences.

    autograd(trace)              every gradient the trace holds, by torch's autograd through core.oracle.reference
    finite_differences(trace)    (L(θ + ε) − L(θ − ε)) / 2ε through the engine's forward pass alone
    detached(trace, truncation)  the truncated gradients, by autograd through graphs with detached states
    compare(trace)               the differences of both from the trace's own gradients, as a Proof; by_autograd=False:
                                 of finite differences alone, which need no PyTorch
    differentiated, central_differences, proof   what these are made of; core.oracle.trees and core.oracle.pairs make a
                                 tree's and two networks' of them too

All are mappings name -> array under the names of core.oracle.reference; recorded(trace) is the trace's own. Both
references are computed in float64 whatever the trace's dtype: what a float32 trace differs by is its
rounding.

The difference of two arrays is relative to the largest entry of the reference:

    difference(a, b) = max|a − b| / max|b|      (0 if both are zero throughout)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import extras
from core.analysis.truncation import Truncation
from core.errors import InvalidValue, NotRecorded
from core.networks.architecture import Place, suffix
from core.passes.record import record
from core.passes.trace import Trace

Array = NDArray[Any]
STEP = 1e-5


@dataclass(frozen=True)
class Proof:
    """How far the trace's gradients are from autograd's and from finite differences.

    autograd, finite_differences    name -> largest relative difference over that array; autograd is empty where it was
                                    not asked
    autograd_entries, finite_difference_entries    how many numbers were compared
    """

    autograd: Mapping[str, float]
    finite_differences: Mapping[str, float]
    autograd_entries: int
    finite_difference_entries: int

    @property
    def largest_from_autograd(self) -> float:
        """Raises NotRecorded where autograd was not asked."""
        if not self.autograd:
            raise NotRecorded("This proof is by finite differences alone: by_autograd=True asks autograd, too.")
        return float(np.max(list(self.autograd.values())))

    @property
    def largest_from_finite_differences(self) -> float:
        return float(np.max(list(self.finite_differences.values())))

    @property
    def largest(self) -> float:
        """The largest of all. NaN if the pass overflowed: then there is nothing to compare."""
        return float(np.max([*self.autograd.values(), *self.finite_differences.values()]))


def compare(
    trace: Trace,
    sample: int | None = None,
    seed: int = 0,
    truncation: Truncation | None = None,
    *,
    by_autograd: bool = True,
) -> Proof:
    """Compare a trace's gradients with autograd's, all, and with finite differences, all or a `sample`.

    With a truncation of the trace, its gradients too are compared with autograd's, as "truncated.<parameter>".

    A central difference is as rough as rounding the loss makes it, not as small as the gradient it is of:
    those differences are relative to the largest entry of all the gradients that are compared.

    Raises InvalidValue where PyTorch is not installed, unless by_autograd is false; no truncation is compared then.
    """
    ours, exact = recorded(trace), autograd(trace) if by_autograd else {}
    approximate = finite_differences(trace, sample=sample, seed=seed)
    if not by_autograd:
        return proof(ours, exact, approximate)
    if truncation is not None:
        ours |= {f"truncated.{name}": gradient for name, gradient in truncation.gradients.items()}
        exact |= {f"truncated.{name}": gradient for name, gradient in detached(trace, truncation).items()}
    return proof(ours, exact, approximate)


def proof(ours: Mapping[str, Array], exact: Mapping[str, Array], approximate: Mapping[str, np.ma.MaskedArray]) -> Proof:
    """How far `ours` are from what autograd, unless it was not asked, and finite differences gave."""
    scale = max(_largest((exact or ours)[name]) for name in approximate)
    compared = ours if exact else {}
    return Proof(
        autograd={name: difference(gradient, exact[name]) for name, gradient in compared.items()},
        finite_differences={name: difference(ours[name], b, scale) for name, b in approximate.items()},
        autograd_entries=sum(gradient.size for gradient in compared.values()),
        finite_difference_entries=sum(int(values.count()) for values in approximate.values()),
    )


def together(proofs: Mapping[str, Proof]) -> Proof:
    """Several proofs as one, the names of each with its own before them."""
    exact = {own: p.autograd for own, p in proofs.items()}
    approximate = {own: p.finite_differences for own, p in proofs.items()}
    return Proof(
        autograd={f"{own}.{name}": d for own, found in exact.items() for name, d in found.items()},
        finite_differences={f"{own}.{name}": d for own, found in approximate.items() for name, d in found.items()},
        autograd_entries=sum(p.autograd_entries for p in proofs.values()),
        finite_difference_entries=sum(p.finite_difference_entries for p in proofs.values()),
    )


def difference(a: Array, b: Array, scale: float | None = None) -> float:
    """max|a − b| / max|b|, or / scale where that is given. Masked entries don't count."""
    with np.errstate(all="ignore"):
        error = _largest(a - b)
        scale = _largest(b) if scale is None else scale
        return error / scale if scale else error


def _largest(x: Array) -> float:
    """max|x|, NaN if there is one; masked entries don't count."""
    return float(np.max(np.ma.filled(np.abs(x), 0.0), initial=0.0))


def recorded(trace: Trace) -> dict[str, Array]:
    """The gradients that the trace holds, by the names of core.oracle.reference."""
    gradients = dict(trace.gradients)
    gradients |= {"inputs": trace.grad_inputs, "outputs": trace.grad_outputs, "logits": trace.grad_logits}
    for place, chain in trace.chains.items():
        ending = _suffix(place)
        gradients |= {f"{ending}.inputs": chain.grad_inputs}
        gradients |= {f"{ending}.{state}": g for state, g in chain.grad_states.items()}
        gradients |= {f"{ending}.initial_{state}": g for state, g in chain.grad_initial_states.items()}
        gradients |= {f"{ending}.output": chain.grad_output} if trace.network.fed_back else {}
        gradients |= {f"{ending}.gates.{name}": g for name, g in chain.grad_gates.items()}
        gradients |= {f"{ending}.preactivations.{name}": g for name, g in chain.grad_preactivations.items()}
    return gradients


def autograd(trace: Trace) -> dict[str, Array]:
    """∂L/∂node for every node whose gradient the trace holds, by torch's autograd."""
    extras.need_pytorch("to ask its autograd")
    from core.oracle.reference import unroll

    graph = unroll(trace)
    return differentiated(graph.total, {name: graph.nodes[name] for name in recorded(trace)})


def differentiated(total: Any, nodes: Mapping[str, Any]) -> dict[str, Array]:
    """∂total/∂node, by torch's autograd, of tensors and of lists of one tensor a step."""
    import torch

    flat = [tensor for node in nodes.values() for tensor in (node if isinstance(node, list) else [node])]
    gradients = iter(torch.autograd.grad(total, flat, allow_unused=True, materialize_grads=True))
    return {
        name: torch.stack([next(gradients) for _ in node]).numpy()
        if isinstance(node, list)
        else next(gradients).numpy()
        for name, node in nodes.items()
    }


def detached(trace: Trace, truncation: Truncation) -> dict[str, Array]:
    """The truncated gradients by torch's autograd: a graph for every sweep, its states detached where it is cut."""
    extras.need_pytorch("to ask its autograd")
    import torch

    from core.oracle.reference import unroll

    given = trace.arguments["output_gradient"]
    enters = trace.grad_logits if given is None else given
    total = {name: np.zeros(p.shape) for name, p in trace.network.parameters.items()}
    for window in truncation.windows:
        steps = [t for t in window.losses if enters[t].any()]
        if not steps:
            continue
        graph = unroll(trace, detached=() if window.cut is None else (window.cut,))
        if given is None:
            losses = [graph.step_losses[t] for t in steps]
        else:
            losses = [(graph.nodes["outputs"][t] * torch.tensor(given[t])).sum() for t in steps]
        nodes = [graph.nodes[name] for name in total]
        found = torch.autograd.grad(torch.stack(losses).sum(), nodes, allow_unused=True, materialize_grads=True)
        for name, gradient in zip(total, found, strict=True):
            total[name] += gradient.numpy()
    return total


def finite_differences(
    trace: Trace,
    names: Sequence[str] | None = None,
    sample: int | None = None,
    seed: int = 0,
    step: float = STEP,
) -> dict[str, np.ma.MaskedArray]:
    """(L(x + ε) − L(x − ε)) / 2ε, with ε = step · max(1, |x|), by parameters, inputs and initial states.

    With `sample`, by that many of their entries x, drawn by the seed and dealt evenly over the arrays; the
    others are masked. Raises InvalidValue for unknown names.
    """
    return central_differences(_variables(trace), lambda moved: _loss(trace, moved), names, sample, seed, step)


def central_differences(
    variables: Mapping[str, Array],
    loss: Callable[[Mapping[str, Array]], float],
    names: Sequence[str] | None = None,
    sample: int | None = None,
    seed: int = 0,
    step: float = STEP,
) -> dict[str, np.ma.MaskedArray]:
    """`finite_differences` of any loss that is a function of these variables."""
    names = list(variables) if names is None else list(names)
    if unknown := [name for name in names if name not in variables]:
        expected = f"among {', '.join(variables)}"
        raise InvalidValue("names", expected, ", ".join(unknown), "choose from these")
    gradients = {}
    for name, indices in _entries({name: variables[name].size for name in names}, sample, seed).items():
        x = variables[name]
        gradients[name] = np.ma.masked_array(np.zeros_like(x), mask=True)
        for index in indices:
            epsilon = step * max(1.0, abs(x.flat[index]))
            up, down = x.copy(), x.copy()
            up.flat[index] += epsilon
            down.flat[index] -= epsilon
            rise = loss({**variables, name: up}) - loss({**variables, name: down})
            gradients[name].flat[index] = rise / (2 * epsilon)
    return gradients


def _entries(sizes: Mapping[str, int], sample: int | None, seed: int) -> dict[str, Array]:
    """name -> flat indices: all, or `sample` in total, dealt one array after another until none is left."""
    if sample is None:
        return {name: np.arange(size) for name, size in sizes.items()}
    shares = dict.fromkeys(sizes, 0)
    while sum(shares.values()) < min(sample, sum(sizes.values())):
        for name in sizes:
            shares[name] += shares[name] < sizes[name] and sum(shares.values()) < sample
    rng = np.random.default_rng(seed)
    return {name: rng.choice(sizes[name], share, replace=False) for name, share in shares.items()}


def _variables(trace: Trace) -> dict[str, Array]:
    """What the loss is a function of. Initial states that are learned are among the parameters."""
    variables = {**trace.network.parameters, "inputs": trace.inputs}
    for name in trace.network.equations.states:
        if name in trace.given_initial or not trace.network.learned_initial:
            for place, chain in trace.chains.items():
                variables[f"{_suffix(place)}.initial_{name}"] = chain.initial_states[name]
    return {name: array.astype(np.float64) for name, array in variables.items()}


def _loss(trace: Trace, variables: Mapping[str, Array]) -> float:
    """L of the same pass with these variables: forward only."""
    given = trace.arguments
    parameters = {name: variables[name] for name in trace.network.parameters}
    initial: dict[str, Array] = {}
    for name in trace.network.equations.states:
        states = [f"{_suffix(place)}.initial_{name}" for place in trace.chains]
        if states[0] in variables:
            initial[name] = np.stack([variables[state] for state in states])
    network = replace(trace.network, dtype="float64", parameters=parameters)
    run = record(
        network,
        variables["inputs"],
        initial=initial,
        lengths=given["lengths"],
        interventions=given["interventions"],
    )

    total = 0.0
    with np.errstate(all="ignore"):
        if given["loss"] is not None:
            total += given["loss"].evaluate(run.logits, run.recorded.lengths)[0].sum()
        if given["output_gradient"] is not None:
            total += (run.outputs * given["output_gradient"]).sum()
        for state, gradient in trace.given_final_gradient.items():
            total += (run.final_states[state] * gradient).sum()
    return float(total)


def _suffix(place: Place) -> str:
    """l0, l0_reverse, l1, …"""
    return suffix(place).removeprefix("_")
