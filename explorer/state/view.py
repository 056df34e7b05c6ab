"""The settings of what is looked at in a finished pass, and of how large it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.state.kinds import LONGEST_LENGTH, Choice, Range, Switch, shown
from explorer.state.network import MOST_LAYERS

NODES = {"x": "x", "a": "a", "h": "h", "o": "o", "y": "ŷ", "L": "L", "h0": "h₀"}
PARAMETERS = {"W": "W", "U": "U", "b": "b", "V": "V", "c": "c"}


@dataclass(frozen=True)
class View:
    """What is selected, whether an answer is revealed, and the projector mode."""

    step: int = shown(6, Range("Step", 1, LONGEST_LENGTH), high=lambda s: s.length)
    layer: int = shown(1, Range("Layer", 1, MOST_LAYERS), high=lambda s: s.layers)
    direction: str = shown("forward", Choice("Direction", {"forward": "forward", "reverse": "reverse"}))
    unit: int = shown(1, Range("Unit", 1, 48), high=lambda s: s.hidden)
    node: str = shown("h", Choice("Node", NODES))
    parameter: str = shown("W", Choice("Parameter", PARAMETERS))
    routed: str = shown("cell", Choice("Gradient of", {"cell": "∂L/∂c", "hidden": "∂L/∂h"}))
    revealed: bool = shown(False, Switch("Reveal"))
    projector: bool = shown(False, Switch("Projector mode"))
