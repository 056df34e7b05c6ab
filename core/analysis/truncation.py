"""Truncated backpropagation through time: every k1 steps, back through the last k2.

The steps 1 … T are run in windows of k1; the last window is what is left, so it may be shorter. At the end e of the
window s … e (e = k1, 2 k1, …, and T) one backward sweep runs over the last k2 steps, e − k2 + 1 … e, or as many as
there are. It starts from the losses of its own window; the edges from step e − k2 to step e − k2 + 1, of every layer,
are cut: what crosses them forward (the states, a Jordan network's y) counts as a constant, as after detach() in
PyTorch. With a = max(1, e − k2 + 1) of the window that t is in,

    L_t reaches h_k        if a ≤ k ≤ t
    L_t reaches h_0        if a = 1, that is e ≤ k2
    L_t reaches nothing    if t < a: where k2 < k1, the first losses of a window, k1 − k2 of a whole one, lie before its
                           sweep's reach and are lost whole, the readout's share with them

and where it reaches h_k, every path between them counts: the sweep is exact up to the cut. The truncated gradient of a
parameter is the sum over the windows,

    Σ_windows Σ_{s ≤ t ≤ e} Σ_{a ≤ k ≤ t}  ∂L_t/∂(the parameter as step k uses it)

k1 = 1 with k2 = T, as any k1 with k2 ≥ T, is the full gradient; k1 = k2 is the usual practice, with losses that reach
from 1 to k1 steps back; k1 = 1 with k2 < T lets every loss reach back exactly k2 steps, at the price of T sweeps.

The windows are those of the batch: with sequences of different lengths, the padding counts as steps. What k1 does to
training beside this (the parameters move after every window) is no part of the gradient and is not in here.

Cutting an edge changes nothing after it. So one backward pass runs through the recorded steps for all windows at once,
uncut, and of every window the rows before a are then left out.

R. J. Williams, J. Peng: An efficient gradient-based algorithm for on-line training of recurrent network trajectories.
Neural Computation 2 (1990), BPTT(h; h′) with h = k2, h′ = k1. I. Sutskever: Training recurrent neural networks. PhD
thesis, University of Toronto (2013), section 2.8.6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import checks
from core.analysis import angles
from core.analysis.clipping import global_norm
from core.analysis.sensitivity import gradient_norms
from core.errors import InvalidValue
from core.passes.backward import Gradients, backward
from core.passes.trace import Trace

Array = NDArray[Any]


@dataclass(frozen=True)
class Window:
    """One backward sweep, in 0-based steps: the losses of range(start, end), back through range(reach, end)."""

    start: int
    end: int
    reach: int

    @property
    def cut(self) -> int | None:
        """The step whose edge from the step before it is cut, or None where the sweep reaches the first step."""
        return self.reach or None

    @property
    def losses(self) -> range:
        """The steps whose losses reach anything."""
        return range(max(self.start, self.reach), self.end)


@dataclass(frozen=True, eq=False)
class Truncation:
    """What is left of a trace's gradients under truncation. All arrays are read-only.

    k1, k2        as in the module
    windows       the sweeps, in order
    full          the trace itself
    trace         the same pass with the truncated gradients in place of the full ones: of every parameter, state, gate
                  and input, and every contribution, what the sweeps leave there, added
    lost          parameter name -> full − truncated

    Its functions of one parameter raise InvalidValue for a name that no parameter has.
    """

    k1: int
    k2: int
    windows: tuple[Window, ...]
    full: Trace
    trace: Trace

    @property
    def gradients(self) -> Mapping[str, Array]:
        """Parameter name -> the truncated gradient."""
        return self.trace.gradients

    @cached_property
    def lost(self) -> Mapping[str, Array]:
        with np.errstate(all="ignore"):
            lost = {name: checks.readonly(self.full.gradients[name] - kept) for name, kept in self.gradients.items()}
        return MappingProxyType(lost)

    def norms(self, name: str) -> tuple[float, float]:
        """‖full‖ and ‖truncated‖ of one parameter."""
        full, kept = self._pair(name)
        return global_norm(full), global_norm(kept)

    def bias(self, name: str | None = None) -> float:
        """‖lost‖ / ‖full‖ of one parameter, or of all together; NaN where the full gradient is zero."""
        full = self.full.gradients if name is None else self._pair(name)[0]
        lost = {name: self.lost[name] for name in full}
        with np.errstate(all="ignore"):
            return float(np.divide(global_norm(lost), global_norm(full)))

    def cosine(self, name: str) -> float:
        """The cosine of the angle between full and truncated; NaN where one of them is zero."""
        return angles.cosine(*self._pair(name))

    def angle(self, name: str) -> float:
        """That angle in degrees."""
        return angles.angle(*self._pair(name))

    def state_norms(self, layer: int = 0, sequence: int = 0) -> Array:
        """‖what is left of ∂L/∂h_t‖ at every step: (T,). Raises InvalidValue if there is no such layer or sequence."""
        return gradient_norms(self.trace, layer, sequence=sequence)

    def _pair(self, name: str) -> tuple[dict[str, Array], dict[str, Array]]:
        """The full and the truncated gradient of one parameter."""
        checks.choice("name", name, tuple(self.gradients))
        return {name: self.full.gradients[name]}, {name: self.gradients[name]}

    @property
    def reaches(self) -> Array:
        """(T, T): whether L_t, row t, still reaches h_k, column k."""
        return reaches(len(self.full.inputs), self.k1, self.k2)


def truncated(trace: Trace, k1: int, k2: int) -> Truncation:
    """The gradients of a recorded pass under truncated BPTT.

    Raises NotRecorded if no gradient entered the trace, InvalidValue for k1 or k2 below 1, for a bidirectional network
    (a reverse chain starts at the end, so that no window can be run before the sequence is over), and for gradients
    given at the final states, which enter at no step.
    """
    if trace.network.bidirectional:
        remedy = "look at the full gradient, or make the network run forward only"
        raise InvalidValue("network", "one that runs forward only", "a bidirectional one", remedy)
    if trace.given_final_gradient:
        remedy = "pass a loss or an output_gradient to record() instead"
        raise InvalidValue("trace", "with what enters at steps", "a gradient at its final states", remedy)
    every = windows(len(trace.inputs), k1, k2)
    with np.errstate(all="ignore"):
        left = _side_by_side(trace, [_sweep(trace, every, b) for b in range(len(trace.lengths))])
        return Truncation(k1, k2, every, trace, trace.replace(left))


def windows(steps: int, k1: int, k2: int) -> tuple[Window, ...]:
    """The sweeps over a sequence of that many steps. Raises InvalidValue for steps, k1 or k2 below 1."""
    steps, k1, k2 = checks.count("steps", steps), checks.count("k1", k1), checks.count("k2", k2)
    ends = [*range(k1, steps, k1), steps]
    return tuple(Window(max(0, start), end, max(0, end - k2)) for start, end in zip([0, *ends], ends, strict=False))


def reaches(steps: int, k1: int, k2: int) -> Array:
    """(T, T): whether the loss at t, row t, still reaches the state at k, column k."""
    table = np.zeros((steps, steps), bool)
    for window in windows(steps, k1, k2):
        for t in window.losses:
            table[t, window.reach : t + 1] = True
    return checks.readonly(table)


def _sweep(trace: Trace, every: tuple[Window, ...], b: int) -> Gradients:
    """All sweeps over sequence b, added."""
    recorded, T = trace.recorded.sequence(b), len(trace.inputs)
    grad_logits, grad_outputs = trace.grad_logits[:, b], trace.grad_outputs[:, b]
    # A loss enters at the logits alone, the backward pass goes on from there; else it enters at the outputs.
    from_loss = trace.arguments["loss"] is not None
    entering = np.asarray((grad_logits if from_loss else grad_outputs).any(axis=1))
    reach, enters = _by_reach(every, entering)
    grad_logits, grad_outputs = (
        np.where(enters[..., None] & (at_logits == from_loss), g[:, None], g.dtype.type(0))
        for g, at_logits in ((grad_logits, True), (grad_outputs, False))
    )
    uncut = backward(recorded, grad_logits, grad_outputs)
    adjoints = {
        place: replace(adjoint, **{name: _kept(array, reach, T) for name, array in adjoint.arrays().items()})
        for place, adjoint in uncut.adjoints.items()
    }
    return Gradients(
        recorded,
        uncut.grad_logits.sum(axis=1, keepdims=True),
        _kept(uncut.grad_outputs, reach, T),
        adjoints,
        {place: _kept(array, reach, T) for place, array in uncut.grad_inputs.items()},
    )


def _side_by_side(trace: Trace, sweeps: list[Gradients]) -> Gradients:
    """The sweeps over one sequence each as those of the batch."""
    adjoints = {}
    for place in trace.chains:
        arrays = [sweep.adjoints[place].arrays() for sweep in sweeps]
        whole = {name: _joined([array[name] for array in arrays]) for name in arrays[0]}
        adjoints[place] = replace(sweeps[0].adjoints[place], **whole)
    return Gradients(
        trace.recorded,
        _joined([sweep.grad_logits for sweep in sweeps]),
        _joined([sweep.grad_outputs for sweep in sweeps]),
        adjoints,
        {place: _joined([sweep.grad_inputs[place] for sweep in sweeps]) for place in trace.chains},
    )


def _joined(arrays: list[Array]) -> Array:
    """(·, 1, n) of every sequence -> (·, B, n)."""
    return checks.readonly(np.concatenate(arrays, axis=1))


def _by_reach(every: tuple[Window, ...], entering: Array) -> tuple[Array, Array]:
    """The reaches (n,), and which losses go back to each (T, n): sweeps to one step run as one, empty ones not at all.

    entering (T,): where a gradient enters.
    """
    steps: dict[int, list[int]] = {0: []}
    for window in every:
        if heard := [t for t in window.losses if entering[t]]:
            steps.setdefault(window.reach, []).extend(heard)
    t = np.arange(len(entering))
    return np.array(list(steps)), np.stack([np.isin(t, heard) for heard in steps.values()], axis=1)


def _kept(array: Array, reach: Array, steps: int) -> Array:
    """(T or T + 1, windows, n) -> (·, 1, n): what every window leaves at the steps that it reaches, added.

    Of T + 1 rows, row 0 is before the first step: reached by the windows that reach that.
    """
    rows = np.arange(steps)[:, None] >= reach
    if len(array) > steps:
        rows = np.concatenate([reach[None] == 0, rows])
    return checks.readonly(np.where(rows[..., None], array, array.dtype.type(0)).sum(axis=1, keepdims=True))
