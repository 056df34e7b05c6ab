"""Networks of several chains: the selected state, what it was made of, and which way its gradient came."""

from __future__ import annotations

import numpy as np

from core.analysis import depth, jacobians
from explorer.cards.common import Block, coming, heading, norm
from explorer.figures import directions
from explorer.look import style
from explorer.look.notation import magnitude, signed, superscript
from explorer.page.view import Card, Heading, Rows, Tabs, equation
from explorer.passes.once import once
from explorer.passes.scenario import Scenario


def stacked(scene: Scenario) -> Card:
    """The selected layer and step: forward from below and from the past, backward from above and from what follows."""
    title = f"Layer {scene.place[0] + 1}, step {scene.step_number}, “{scene.tokens[scene.step]}”"
    return Card(title, [_layers(scene), *_state(scene), *_gradient(scene)])


def bidirectional(scene: Scenario) -> Card:
    """The selected output: what both top chains bring to it; then the selected chain's gradient."""
    directions = Tabs("direction", "Direction", (("forward", "h →"), ("reverse", "h ←")), scene.place[1])
    blocks = [*_output(scene), Heading("The gradient of a state"), _layers(scene), directions, *_gradient(scene)]
    return Card(heading(scene), blocks)


def _layers(scene: Scenario) -> Tabs:
    layers = range(1, scene.trace.network.num_layers + 1)
    return Tabs("layer", "Layer", tuple((str(n), f"h{superscript(n)}") for n in layers), str(scene.place[0] + 1))


def _state(scene: Scenario) -> list[Block]:
    """h^l_t from the layer below and from its own past."""
    (layer, direction), t, j = scene.place, scene.step, scene.unit
    chain = scene.trace[layer, direction]
    h = signed(float(chain.hidden[t, 0, j]))
    if chain.held[t, 0, j]:
        return [equation("deep_cell", f"unit {j + 1}: h is held at {h}")]
    if not jacobians.one_matrix(scene.trace.network):
        return [equation("deep_cell", f"unit {j + 1}: h = {h}")]
    w, W = scene.trace.network.weights(scene.place), jacobians.recurrent_matrix(scene.trace.network, *scene.place)
    bias = float(w["bias_ih"][j] + w["bias_hh"][j])
    past = float(W[j] @ chain.previous_hidden[t, 0])
    below = float(w["weight_ih"][j] @ chain.inputs[t, 0])
    numbers = f"unit {j + 1}: {h} = {scene.settings.nonlinearity}({signed(bias)} {signed(past)} {signed(below)})"
    return [equation("deep_h", numbers)]


def _gradient(scene: Scenario) -> list[Block]:
    """∂L/∂h^l_t as what came through time and what came through depth."""
    (layer, direction), t, j = scene.place, scene.step, scene.unit
    parts = once(depth.split, scene.trace, layer, direction)
    time, down, total = (part[t, 0] for part in (parts.time, parts.depth, parts.total))
    top = layer + 1 == scene.trace.network.num_layers
    after = t + 2 if direction == "forward" else t
    ends = after > scene.steps or after < 1
    told: list[tuple[str, str, str | None]] = [
        ("time: none, the chain ends" if ends else f"time: from step {after}", norm(time), style.BACKWARD),
        ("depth: from the loss here" if top else f"depth: from layer {layer + 2}", norm(down), style.BACKWARD),
        ("‖∂L/∂h‖ in total", norm(total), style.BACKWARD),
    ]
    share = float(parts.share()[t, 0])
    both = (round(100 * (1 - share)), round(100 * share)) if np.isfinite(share) else ("–", "–")
    told.append(("its parts: time · depth", f"{both[0]} · {both[1]}\u00a0%".replace("-", "−"), None))
    numbers = f"unit {j + 1}: {signed(float(time[j]))} {signed(float(down[j]))} = {signed(float(total[j]))}"
    name = ("deep_dh_top" if top else "deep_dh") + ("" if direction == "forward" else "_reverse")
    return [equation(name, numbers), Rows(told)]


def _output(scene: Scenario) -> list[Block]:
    """o_t of the item that comes, from the state of either top chain."""
    t, trace = scene.step, scene.trace
    k, word = coming(scene)
    top = trace.network.num_layers - 1
    total = signed(float(trace.logits[t, 0, k]))
    if trace.network.fed_back:
        ahead, back = (float(trace[top, direction].logits[t, 0, k]) for direction in ("forward", "reverse"))
        block = equation("both_o_fed_back", f"for {word}: {signed(ahead)} {signed(back)} = {total}")
    else:
        p = trace.network.parameters
        V = trace.network.by_direction(p["readout.weight"][k])
        ahead, back = (
            float(weights @ trace[top, direction].hidden[t, 0])
            for weights, direction in zip(V, ("forward", "reverse"), strict=True)
        )
        bias = signed(float(p["readout.bias"][k]))
        block = equation("both_o", f"for {word}: {bias} {signed(ahead)} {signed(back)} = {total}")
    seen = directions.of_output(scene)
    later = seen[t + 1 :]
    rows = [("inputs that it sees", f"{np.count_nonzero(seen)} of {scene.steps}", style.FORWARD)]
    if len(later):
        rows.append(("largest of a later input", magnitude(float(later.max())), style.FORWARD))
    return [block, Rows(rows)]
