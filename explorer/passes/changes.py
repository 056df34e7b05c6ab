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
from explorer.state.settings import Settings
from explorer.state.what_if import gate, kind, steps, units

Kind = TypeVar("Kind", Network, RecursiveNetwork)


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
