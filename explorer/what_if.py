"""What if: one thing changed in a pass, by the settings, and the sentences on what that did.

The change is made in core (interventions, Network.rescaled) or in what goes in; here it is only read from the settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from core import Network, PinGate, PinState, RecursiveNetwork
from core.architecture import Place
from core.interventions import Intervention
from core.norms import euclidean
from explorer import inputs
from explorer.errors import InputError
from explorer.notation import magnitude, relative, signed
from explorer.settings import Settings

if TYPE_CHECKING:
    from explorer.passes import Pass
    from explorer.scenario import Scenario

Kind = TypeVar("Kind", Network, RecursiveNetwork)

# The gate of the same part in the other cell: what a pinned gate becomes when the cell is exchanged.
COUNTERPART = {
    "lstm": {"update": "forget", "reset": "output"},
    "gru": {"forget": "update", "input": "update", "output": "reset"},
}


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
    """The gate to pin: the chosen one, or its counterpart where the cell has it by another name."""
    return COUNTERPART[settings.of_cell.core].get(settings.gate, settings.gate)


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


def holds(scene: Scenario, t: int, unit: int) -> bool:
    """Whether the state of this unit is held at this step."""
    return bool(scene.trace[0, "forward"].held[t, 0, unit])


def network(settings: Settings, before: Kind) -> Kind:
    return before.rescaled(settings.to_radius) if kind(settings) == "radius" else before


def sequence(settings: Settings, before: inputs.Sequence) -> inputs.Sequence:
    if kind(settings) != "token":
        return before
    return inputs.with_token(settings, before, min(settings.token_step, len(before.tokens)) - 1, settings.token)


def told(scene: Pass) -> str:
    """What was changed, as the beginning of a sentence: "With f pinned to 1 over steps 3–5"."""
    settings = scene.settings
    match kind(settings):
        case "gate":
            name = gate(settings)
            held = "the candidate" if name == "candidate" else settings.of_cell.gates[name]
            of = _units(settings.pinned_units, settings.hidden)
            shown = f"{settings.gate_value:g}".replace("-", "−")
            return f"With {held}{of} pinned to {shown}{_in(scene)}{_over(scene)}"
        case "unit":
            chosen = units(settings.zeroed_units, settings.hidden)
            return f"With {_numbered('unit', chosen) if chosen else 'all units'} zeroed{_in(scene)}{_over(scene)}"
        case "radius":
            return f"With W at spectral radius {settings.to_radius:g}"
    at = min(settings.token_step, scene.steps) - 1
    was = scene.original.sequence.tokens[at] if scene.original else ""
    read = f"“{scene.sequence.tokens[at]}”" if settings.token else "nothing"
    return f"With {read} for “{was}” at step {at + 1}"


def notice(scene: Pass) -> str:
    """What stands beside the controls of every page while something is changed."""
    return f"What if: {told(scene)[0].lower()}{told(scene)[1:]}. Undo it under More. " if scene.original else ""


def on_gradient(scene: Scenario) -> str:
    """What the change did to the gradient at step 1: a whole sentence."""
    now, was = (_first_gradient(one) for one in (scene, scene.original) if one)
    return f"{told(scene)}, the gradient at step 1 is {compared(now, was)}."


def on_forward(scene: Scenario) -> str:
    """What the change did to the forward pass by the selected step: a whole sentence."""
    assert scene.original is not None
    t, was = scene.step, scene.original.trace
    if scene.settings.system == "rnn" and scene.sequence.numeric:
        now, before = (signed(float(trace.predictions[t, 0, 0])) for trace in (scene.trace, was))
        return f"{told(scene)}, step {t + 1} expects {now}; it was {before}."
    if scene.settings.system == "rnn":
        best = int(np.argmax(scene.trace.predictions[t, 0]))
        now, before = (f"{trace.predictions[t, 0, best]:.3f}" for trace in (scene.trace, was))
        word = scene.sequence.vocabulary[best]
        return f"{told(scene)}, “{word}” gets {now} after step {t + 1}; it was {before}."
    h, h_was = (trace[0, "forward"].hidden[t, 0] for trace in (scene.trace, was))
    with np.errstate(all="ignore"):
        moved = magnitude(float(euclidean(h - h_was)))
    return f"{told(scene)}, h at step {t + 1} is {moved} away from what it was."


def compared(now: float, was: float) -> str:
    """ "3.4 times what it was", "62 % of what it was", "what it was"."""
    if was == 0 or now == was:
        return "what it was" if now == was else "no longer 0"
    if now == 0:
        return "0; it was not"
    share = relative(now, was)
    return "about what it was" if share == "100 % of" else f"{share} what it was"


def _first_gradient(scene: Scenario) -> float:
    return float(euclidean(scene.trace[0, "forward"].grad_hidden[0, 0]))


def _in(scene: Pass) -> str:
    """The chain, where there are several."""
    network = scene.trace.network
    layer, direction = place(scene.settings, network)
    words = [f"layer {layer + 1}"] * (network.num_layers > 1) + [f"the {direction} chain"] * network.bidirectional
    return f" in {', '.join(words)}" if words else ""


def _over(scene: Pass) -> str:
    """The steps, unless they are all."""
    covered = steps(scene.settings, scene.steps)
    if len(covered) == scene.steps:
        return ""
    if len(covered) == 1:
        return f" at step {covered[0] + 1}"
    return f" over steps {covered[0] + 1}–{covered[-1] + 1}"


def _units(text: str, hidden: int) -> str:
    chosen = units(text, hidden)
    return "" if chosen is None else f" of {_numbered('unit', chosen)}"


def _numbered(noun: str, chosen: tuple[int, ...]) -> str:
    numbers = [str(n + 1) for n in chosen[:4]]
    more = ", …" if len(chosen) > 4 else ""
    return f"{noun}{'s' if len(chosen) > 1 else ''} {', '.join(numbers)}{more}"
