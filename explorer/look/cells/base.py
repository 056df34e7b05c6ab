"""What the pages have to know of a cell beside what core says of it: its words, colours, equations and drawing.

What a cell can do (gates, carry, states, the structure of its Jacobian) core says: `CellView.equations`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from core import cells
from core.cells.base import AnyCell
from core.passes.chain import Chain
from explorer.look import style
from explorer.look.cells.schematic import Numbers, Schematic
from explorer.look.style import Look

Told = Sequence[tuple[str, str]]
"""Equations by their names, each with its numbers as text."""


@dataclass(frozen=True)
class Gate:
    """A gate, from 0 to 1, or a candidate: `signed`, from −1 to 1."""

    name: str
    symbol: str
    colour: str
    signed: bool = False

    @property
    def word(self) -> str:
        return self.name if self.signed else f"{self.name} gate"

    @property
    def bounds(self) -> tuple[float, float]:
        return (-1.0, 1.0) if self.signed else (0.0, 1.0)

    def colours(self, look: Look) -> list[list[Any]]:
        """The scale of its values: a gate's in its own colour; a candidate's as of all that is signed."""
        return look.signed if self.signed else look.fading(self.colour)


@dataclass(frozen=True)
class CellView:
    """
    label          the word on its button
    core           its name in core, and `options` what else Network.initialise is told
    colour         of its curves where cells are compared
    rows           its gates, from the lowest row of a drawing to the highest; none where it has no gates
    symbols        state -> symbol
    counterparts   gate of other cells -> its own gate of the same part, where the names differ
    feedback       of a cell without gates: what is fed back, "h" or "ŷ" or both
    latex          name -> the equations that are this cell's alone, beside those of explorer.look.equations
    preactivation  the equation of a_t, of a cell with one
    backward       that of ∂L/∂h_t at a step that others follow
    routes         state -> that of its gradient by routes, of a cell with gates
    step           the equations of a step with the numbers of one unit; of a cell with gates
    schematic      its drawing; of a cell with gates
    """

    label: str
    core: str
    colour: str
    options: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[Gate, ...] = ()
    symbols: Mapping[str, str] = field(default_factory=lambda: {"hidden": "h"})
    counterparts: Mapping[str, str] = field(default_factory=dict)
    feedback: tuple[str, ...] = ()
    latex: Mapping[str, str] = field(default_factory=dict)
    preactivation: str = ""
    backward: str = "dh_gated"
    routes: Mapping[str, str] = field(default_factory=dict)
    step: Callable[[Numbers], Told] | None = None
    schematic: Schematic | None = None

    @cached_property
    def equations(self) -> AnyCell:
        """The cell in core, which says what it can do."""
        return cells.build(self.core, **self.options)

    @property
    def gated(self) -> bool:
        return self.equations.gated

    @cached_property
    def gates(self) -> dict[str, Gate]:
        return {gate.name: gate for gate in self.rows}

    @property
    def carry(self) -> str:
        """The gate that keeps what is carried."""
        return self.equations.carry.gate if self.equations.carry else ""

    @property
    def carried(self) -> str:
        """The state that goes along the carry."""
        return self.equations.carry.state if self.equations.carry else "hidden"

    @property
    def states(self) -> tuple[str, ...]:
        """All of its states, the one that is carried first."""
        return (self.carried, *(state for state in self.equations.states if state != self.carried))

    @property
    def symbol(self) -> str:
        """Of the state on the carry."""
        return self.symbols[self.carried]

    @property
    def whole(self) -> str:
        """Of all states together, as core.analysis.jacobians has them: h, or [h; c]."""
        symbols = [self.symbols[state] for state in self.equations.states]
        return symbols[0] if len(symbols) == 1 else f"[{'; '.join(symbols)}]"

    @property
    def noun(self) -> str:
        """What the carried state is called in a sentence: the cell of an LSTM, else the state."""
        return "state" if self.carried == "hidden" else self.carried

    @property
    def source(self) -> str:
        """Where it is fed back from, in a word."""
        return "both" if len(self.feedback) > 1 else self.feedback[0]

    def route_colour(self, route: str) -> str:
        """What came back by a gate is in that gate's colour."""
        return {"carry": style.CARRY, "outside": style.BACKWARD}.get(route) or self.gates[route].colour

    def counterpart(self, gate: str) -> str:
        """The gate itself, if it has one of that name; else its own of the same part; else the one that keeps."""
        return gate if gate in self.gates else self.counterparts.get(gate, self.carry)


def numbers(chain: Chain, t: int, unit: int) -> Numbers:
    """Of one unit of the first sequence at step t, 0-based: every gate by its name; every state by its name, and as
    "previous <name>" what it was before the step."""
    values = {name: float(gate[t, 0, unit]) for name, gate in chain.gates.items()}
    values |= {name: float(state[t, 0, unit]) for name, state in chain.states.items()}
    return values | {f"previous {name}": float(state[t, 0, unit]) for name, state in chain.previous_states.items()}
