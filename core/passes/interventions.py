"""What is changed inside a pass while it runs: gates and states held at a value.

    record(network, inputs, loss=…, interventions=(PinGate("forget", 1.0, steps=(2, 3)), PinState(units=(0,))))

Both passes are computed anew under the change. Forward, with p the value at the chosen units and steps,

    PinGate    g_t = p  in place of  σ(a_t), or tanh(a_t) for the candidate
    PinState   h_t = p  in place of what the step computes

and everything after it sees p. Backward, p depends on nothing: ∂p/∂a_t = 0, so that

    PinGate    ∂L/∂a_t of that gate is exactly zero there: nothing reaches x_t, h_{t−1} and the weights through it
    PinState   nothing that led to h_t gets a gradient by way of it: neither a_t nor the gates nor h_{t−1} nor c_t

∂L/∂g_t and ∂L/∂h_t of what is pinned are the gradients by the value itself: what it would do to move p. Pre-activations
are recorded as the step computed them.

PinState leaves an LSTM's cell alone: c_t = f c_{t−1} + i g is computed as ever and carried on to c_{t+1}, along with
its gradient, so that a unit comes back, with the memory it kept, at the first step where it is no longer pinned. Pinned
at all steps, a unit's cell reaches nothing but itself, and the unit is as good as removed. Jordan's
o_t = W_ho h_t + b_ho is of the pinned h_t.

In a tree (core.passes.record_tree) PinState holds h of nodes, which are its steps.

The initial state is never pinned: it is an argument of record(). Where two interventions meet, the later one counts. At
padded positions they have no effect.

The idea of pinning a value inside the graph is that of the do-operator: J. Pearl, Causality (2000), section 3.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import cells, checks
from core.cells.pins import Held, Pins
from core.errors import InvalidType, InvalidValue
from core.lengths import Lengths
from core.networks.architecture import Architecture, Place

Array = NDArray[Any]
Indices = int | Sequence[int] | None


@dataclass(frozen=True)
class PinGate:
    """Hold a gate at a value.

    gate    one of the cell's; lstm: "input" | "forget" | "candidate" | "output"; gru: "reset" | "update" | "candidate"
    value   any finite number; a gate computes from 0 to 1, a candidate from −1 to 1
    units   which of the H units, from 0; None: all
    steps   at which positions of the sequence, from 0; None: at all
    layer, direction   in which chain
    """

    gate: str
    value: float
    units: Indices = None
    steps: Indices = None
    layer: int = 0
    direction: str = "forward"


@dataclass(frozen=True)
class PinState:
    """Hold h of some units at a value: 0 silences them. The rest is as in PinGate."""

    value: float = 0.0
    units: Indices = None
    steps: Indices = None
    layer: int = 0
    direction: str = "forward"


Intervention = PinGate | PinState


def checked(interventions: Any, architecture: Architecture, steps: int) -> tuple[Intervention, ...]:
    """The interventions as a tuple. Raises InvalidValue or InvalidType for one that this network or input has not."""
    if isinstance(interventions, PinGate | PinState) or not isinstance(interventions, Sequence):
        got = type(interventions).__name__
        raise InvalidType("interventions", "a tuple of PinGate and PinState", got, "write interventions=(PinState(…),)")
    for one in interventions:
        if not isinstance(one, PinGate | PinState):
            raise InvalidType("an intervention", "a PinGate or a PinState", type(one).__name__, "make one of these two")
        _check(one, architecture, steps)
    return tuple(interventions)


def _check(one: Intervention, architecture: Architecture, steps: int) -> None:
    architecture.checked((one.layer, one.direction))
    if isinstance(one, PinGate):
        if not architecture.equations.gated:
            expected = f'left out for the cell "{architecture.cell}", which has no gates'
            gated = ", ".join(cells.names(lambda cell: cell.gated))
            raise InvalidValue("a PinGate", expected, repr(one.gate), f"use one of {gated}, or a PinState")
        checks.choice("gate", one.gate, architecture.equations.blocks)
    checks.number("value", one.value)
    _indices("units", one.units, architecture.hidden_size)
    _indices("steps", one.steps, steps)


def _indices(what: str, given: Indices, count: int) -> list[int]:
    """The chosen of `count`, all for None."""
    if given is None:
        return list(range(count))
    if isinstance(given, str) or not isinstance(given, Sequence | np.ndarray | range | int | np.integer):
        raise InvalidType(what, "whole numbers, or None for all", repr(given), "pass for example (0, 2)")
    chosen = [checks.whole(what, n) for n in ([given] if isinstance(given, int | np.integer) else given)]
    if wrong := [n for n in chosen if not 0 <= n < count]:
        expected, got = f"from 0 to {count - 1}", ", ".join(map(str, wrong))
        raise InvalidValue(what, expected, got, f"{what} are counted from 0")
    return chosen


def pins(
    interventions: Sequence[Intervention], architecture: Architecture, place: Place, lengths: Lengths
) -> Pins | None:
    """What checked interventions hold in one chain; None if nothing."""
    here = [one for one in interventions if (one.layer, one.direction) == place]
    if not here:
        return None
    T, B, H = lengths.steps, len(lengths.values), architecture.hidden_size
    blocks = architecture.equations.blocks
    masks = {PinGate: np.zeros((T, B, len(blocks) * H), bool), PinState: np.zeros((T, B, H), bool)}
    values = {kind: np.zeros(mask.shape, architecture.dtype) for kind, mask in masks.items()}
    for one in here:
        first = blocks.index(one.gate) * H if isinstance(one, PinGate) else 0
        units = [first + unit for unit in _indices("units", one.units, H)]
        chosen = np.ix_(_indices("steps", one.steps, T), range(B), units)
        masks[type(one)][chosen] = True
        values[type(one)][chosen] = one.value
    held = {kind: Held(*(lengths.order(a, place[1]) for a in (masks[kind], values[kind]))) for kind in masks}
    return Pins(held[PinGate], held[PinState])
