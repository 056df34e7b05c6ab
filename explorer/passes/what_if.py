"""What if: one thing changed in a pass, by the settings.

The change is made in core (interventions, Network.rescaled) or in what goes in; here it is only read from the settings.
What it did is said by explorer.figures.changed.
"""

from __future__ import annotations

from typing import TypeVar

from core import Network, PinGate, PinState, RecursiveNetwork
from core.networks.architecture import Place
from core.passes.interventions import Intervention
from explorer.state import inputs
from explorer.state.errors import InputError
from explorer.state.settings import Settings

Kind = TypeVar("Kind", Network, RecursiveNetwork)


def kind(settings: Settings) -> str:
    """gate, unit, radius, token; none where nothing is changed, or where the change has no meaning."""
    if settings.what_if == "gate" and not settings.of_cell.gated:
        return "none"
    if settings.what_if == "token" and settings.system == "autonomous":
        return "none"
    return settings.what_if


def gates(settings: Settings) -> tuple[str, ...]:
    """The gates that the cell has."""
    return tuple(settings.of_cell.gates)


def gate(settings: Settings) -> str:
    """The gate to pin: the chosen one, or its counterpart where the cell has no gate of that name."""
    return settings.of_cell.counterpart(settings.gate)


def steps(settings: Settings, length: int) -> range:
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


def place(settings: Settings, network: Network) -> Place:
    """The chain that a pin is in, as far as the network has it."""
    layer = min(settings.in_layer, network.num_layers) - 1
    return layer, settings.in_direction if network.bidirectional else "forward"


def interventions(settings: Settings, network: Network, length: int) -> tuple[Intervention, ...]:
    """What is held in the pass."""
    where, chain = tuple(steps(settings, length)), place(settings, network)
    match kind(settings):
        case "gate":
            chosen = units(settings.pinned_units, settings.hidden)
            return (PinGate(gate(settings), settings.gate_value, chosen, where, *chain),)
        case "unit":
            return (PinState(0.0, units(settings.zeroed_units, settings.hidden), where, *chain),)
    return ()


def network(settings: Settings, before: Kind) -> Kind:
    return before.rescaled(settings.to_radius) if kind(settings) == "radius" else before


def sequence(settings: Settings, before: inputs.Sequence) -> inputs.Sequence:
    if kind(settings) != "token":
        return before
    return inputs.with_token(settings, before, min(settings.token_step, len(before.tokens)) - 1, settings.token)
