"""The settings of what is changed in a pass, and what of it has a meaning beside the others."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.look.cells import GATES
from explorer.state.errors import InputError
from explorer.state.input import Input
from explorer.state.kinds import LONGEST_LENGTH, Choice, Range, Text, setting
from explorer.state.network import MOST_LAYERS, Network
from explorer.state.unrolling import Unrolling

CHANGES = {
    "none": "nothing changed",
    "gate": "pin a gate",
    "unit": "zero a unit",
    "radius": "rescale W",
    "token": "change a token",
}
WHAT_IF = ("what_if", "gate", "gate_value", "pinned_units", "zeroed_units", "from_step", "to_step", "to_radius",
           "token_step", "token")  # fmt: skip
WHAT_IF_IN_LAYERS = (*WHAT_IF, "in_layer")
WHAT_IF_IN_CHAINS = (*WHAT_IF_IN_LAYERS, "in_direction")


def kind(settings: WhatIf) -> str:
    """gate, unit, radius, token; none where nothing is changed, or where the change has no meaning."""
    return settings.what_if if _meant(settings, settings.what_if) else "none"


def changes(settings: WhatIf) -> list[str]:
    """The kinds of change that have a meaning."""
    return [name for name in CHANGES if _meant(settings, name)]


def _meant(settings: WhatIf, change: str) -> bool:
    """Whether a change has a meaning beside the other settings."""
    if change == "gate":
        return settings.of_cell.gated
    return change != "token" or settings.system != "autonomous"


def gates(settings: WhatIf) -> tuple[str, ...]:
    """The gates that the cell has."""
    return tuple(settings.of_cell.gates)


def gate(settings: WhatIf) -> str:
    """The gate to pin: the chosen one, or its counterpart where the cell has no gate of that name."""
    return settings.of_cell.counterpart(settings.gate)


def steps(settings: WhatIf, length: int) -> range:
    """The positions that a pin covers, 0-based, in a sequence of this length."""
    ends = (min(step, length) for step in (settings.from_step, settings.to_step))
    first, last = sorted(ends)
    return range(first - 1, last)


def units(text: str, hidden: int) -> tuple[int, ...] | None:
    """The units in a text such as "1, 3", 0-based; None for all."""
    if text.strip().lower() in ("", "all"):
        return None
    words = text.replace(",", " ").split()
    chosen = sorted({int(word) - 1 for word in words if word.isdecimal() and len(word) < 6})
    if not chosen or chosen[0] < 0 or chosen[-1] >= hidden:
        raise InputError(f"Expected units between 1 and {hidden}, got “{text}”: write for example 1, or all.")
    return tuple(chosen)


def _pins(settings: WhatIf) -> bool:
    return kind(settings) == "gate"


def _held(settings: WhatIf) -> bool:
    return kind(settings) in ("gate", "unit")


@dataclass(frozen=True)
class WhatIf(Input, Network, Unrolling):
    """One thing that is changed."""

    what_if: str = setting("none", Choice("What if", CHANGES), offered=changes, stands=kind)
    gate: str = setting("forget", Choice("Gate", GATES), relevant=_pins, offered=gates, stands=gate)
    gate_value: float = setting(
        1.0,
        Range("Pinned to", -1.0, 1.0, decimals=2, step=0.01),
        relevant=_pins,
        low=lambda s: -1.0 if s.of_cell.gates[gate(s)].signed else 0.0,
    )
    pinned_units: str = setting("all", Text("Units pinned", hint="all, or for example 1, 3"), relevant=_pins)
    zeroed_units: str = setting(
        "1", Text("Units zeroed", hint="for example 1, 3, or all"), relevant=lambda s: kind(s) == "unit"
    )
    from_step: int = setting(1, Range("From step", 1, LONGEST_LENGTH), relevant=_held, high=lambda s: s.length)
    to_step: int = setting(LONGEST_LENGTH, Range("To step", 1, LONGEST_LENGTH), relevant=_held, high=lambda s: s.length)
    in_layer: int = setting(1, Range("In layer", 1, MOST_LAYERS), relevant=_held, high=lambda s: s.layers)
    in_direction: str = setting(
        "forward", Choice("In chain", {"forward": "forward", "reverse": "reverse"}), relevant=_held
    )
    to_radius: float = setting(
        1.2,
        Range("W to spectral radius", 0.0, 2.0, decimals=2, step=0.01),
        relevant=lambda s: kind(s) == "radius",
    )
    token_step: int = setting(
        1, Range("At step", 1, LONGEST_LENGTH), relevant=lambda s: kind(s) == "token", high=lambda s: s.length
    )
    token: str = setting(
        "",
        Text("Read instead", hint="one of the input’s own; empty: nothing"),
        relevant=lambda s: kind(s) == "token",
    )
