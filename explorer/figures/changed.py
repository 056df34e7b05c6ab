"""What a change did to a pass (explorer.passes.changes), in sentences."""

from __future__ import annotations

import numpy as np

from core.analysis.norms import euclidean
from explorer.look.notation import magnitude, relative, signed
from explorer.passes import changes
from explorer.passes.base import Pass
from explorer.passes.scenario import Scenario
from explorer.state import what_if


def told(scene: Pass) -> str:
    """What was changed, as the beginning of a sentence: "With f pinned to 1 over steps 3–5"."""
    settings = scene.settings
    match what_if.kind(settings):
        case "gate":
            gate = settings.of_cell.gates[what_if.gate(settings)]
            held = f"the {gate.word}" if gate.signed else gate.symbol
            of = _units(settings.pinned_units, settings.hidden)
            shown = f"{settings.gate_value:g}".replace("-", "−")
            return f"With {held}{of} pinned to {shown}{_in(scene)}{_over(scene)}"
        case "unit":
            chosen = what_if.units(settings.zeroed_units, settings.hidden)
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
    layer, direction = changes.place(scene.settings, network)
    words = [f"layer {layer + 1}"] * (network.num_layers > 1) + [f"the {direction} chain"] * network.bidirectional
    return f" in {', '.join(words)}" if words else ""


def _over(scene: Pass) -> str:
    """The steps, unless they are all."""
    covered = what_if.steps(scene.settings, scene.steps)
    if len(covered) == scene.steps:
        return ""
    if len(covered) == 1:
        return f" at step {covered[0] + 1}"
    return f" over steps {covered[0] + 1}–{covered[-1] + 1}"


def _units(text: str, hidden: int) -> str:
    chosen = what_if.units(text, hidden)
    return "" if chosen is None else f" of {_numbered('unit', chosen)}"


def _numbered(noun: str, chosen: tuple[int, ...]) -> str:
    numbers = [str(n + 1) for n in chosen[:4]]
    more = ", …" if len(chosen) > 4 else ""
    return f"{noun}{'s' if len(chosen) > 1 else ''} {', '.join(numbers)}{more}"
