"""The forward pass: the value of the selected node, and how it came about."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.analysis import jacobians
from explorer.cards.common import Block, before_and_after, coming, heading, index, loss_at
from explorer.look import style
from explorer.look.cells.base import numbers
from explorer.look.notation import counted, joined, signed, subscript
from explorer.page.view import Card, Heading, Paragraph, Rows, Tabs, equation
from explorer.passes.at_snapshot import AtSnapshot
from explorer.passes.scenario import Scenario, names

NODES = {
    "autonomous": (("a", "a"), ("h", "h")),
    "driven": (("x", "x"), ("a", "a"), ("h", "h")),
    "rnn": (("x", "x"), ("a", "a"), ("h", "h"), ("o", "o"), ("y", "ŷ"), ("L", "L")),
}


def forward(scene: Scenario) -> Card:
    """The value of the selected node, and how it came about."""
    node = scene.settings.node
    shown = NODES[scene.settings.system]
    if node not in dict(shown):
        node = "h"
    tabs = Tabs("node", "Node", shown, node)
    return Card(heading(scene), [tabs, *_FORWARD[node](scene), *_change(scene, node)])


def _change(scene: Scenario, node: str) -> list[Block]:
    """The value of the selected node before a change and after it."""
    t, j = scene.step, scene.unit
    k = 0 if scene.original is None else coming(scene)[0]
    values: dict[str, tuple[str, Callable[[Scenario], float]]] = {
        "h": (f"h{index(t, j)}", lambda one: float(one.trace[0, "forward"].hidden[t, 0, j])),
        "o": (f"o{subscript(t + 1)} of what comes", lambda one: float(one.trace.logits[t, 0, k])),
        "y": (f"ŷ{subscript(t + 1)} of what comes", lambda one: float(one.trace.predictions[t, 0, k])),
        "L": (f"L{subscript(t + 1)}", lambda one: float(one.trace.losses[t, 0])),
    }
    return before_and_after(scene, *values[node]) if node in values else []


def _x(scene: Scenario) -> list[Block]:
    x = scene.trace.inputs[scene.step, 0]
    return [
        Paragraph(f"x{subscript(scene.step + 1)} has {counted(len(x), 'number')}:"),
        Rows([("x", joined(x.tolist(), 10), style.FORWARD)]),
    ]


def _a(scene: Scenario) -> list[Block]:
    t, j = scene.step, scene.unit
    chain = scene.trace[0, "forward"]
    view = scene.settings.of_cell
    if view.gated:
        rows = [
            (f"into the {view.gates[gate].word}", signed(float(a[t, 0, j])), view.gates[gate].colour)
            for gate, a in chain.preactivations.items()
        ]
        return [Paragraph(f"A gated cell has {len(rows)} of them, of unit {j + 1}:"), Rows(rows)]
    if not jacobians.one_matrix(scene.trace.network):
        return [
            equation(view.preactivation, f"a{index(t, j)} = {signed(float(chain.preactivations['hidden'][t, 0, j]))}")
        ]
    p = scene.trace.network.parameters
    previous = chain.previous_hidden[t, 0]
    bias = float(p["bias_ih_l0"][j] + p["bias_hh_l0"][j])
    recurrent = float(jacobians.recurrent_matrix(scene.trace.network)[j] @ previous)
    driven = float(p["weight_ih_l0"][j] @ scene.trace.inputs[t, 0])
    total = float(chain.preactivations["hidden"][t, 0, j])
    terms = f"{signed(bias)} {signed(recurrent)} {signed(driven)}"
    return [
        equation(view.preactivation, f"a{index(t, j)} = {terms} = {signed(total)}"),
        Rows([
            ("from the bias b", signed(bias), None),
            ("from the past, W h", signed(recurrent), style.BACKWARD),
            ("from the input, U x", signed(driven), style.FORWARD),
        ]),
    ]  # fmt: skip


def _h(scene: Scenario) -> list[Block]:
    t, j = scene.step, scene.unit
    chain = scene.trace[0, "forward"]
    h = float(chain.hidden[t, 0, j])
    everything: list[Block] = [
        Heading(f"All of h{subscript(t + 1)}"),
        Paragraph(joined(chain.hidden[t, 0].tolist(), 12)),
    ]
    if scene.holds(t, j):
        return [Paragraph(f"h{index(t, j)} is held at {signed(h)}: what the step computes stops here."), *everything]
    return [*state(scene), *everything]


def state(scene: Scenario | AtSnapshot) -> list[Block]:
    """How the selected unit comes by its state, with its numbers."""
    if scene.settings.of_cell.gated:
        return gated_state(scene)
    t, j = scene.step, scene.unit
    chain = scene.trace[0, "forward"]
    a, h = (float(array[t, 0, j]) for array in (chain.preactivations["hidden"], chain.hidden))
    key = {"rnn": "h", "autonomous": "dynamic", "driven": "driven"}[scene.settings.system]
    return [equation(key, f"h{index(t, j)} = {scene.settings.nonlinearity}({signed(a)}) = {signed(h)}")]


def gated_state(scene: Scenario | AtSnapshot) -> list[Block]:
    """How the selected unit of a gated cell comes by its state, with its numbers."""
    step = scene.settings.of_cell.step
    assert step is not None  # of every gated cell
    return [equation(key, told) for key, told in step(numbers(scene.trace[0, "forward"], scene.step, scene.unit))]


def _o(scene: Scenario) -> list[Block]:
    t = scene.step
    k, word = coming(scene)
    name = names(scene)
    p = scene.trace.network.parameters
    bias = float(p[name["c"]][k])
    product = float(p[name["V"]][k] @ scene.trace[0, "forward"].hidden[t, 0])
    total = float(scene.trace.logits[t, 0, k])
    numbers = f"for {word}: {signed(bias)} {signed(product)} = {signed(total)}"
    return [equation("o", numbers)]


def _y(scene: Scenario) -> list[Block]:
    t = scene.step
    p = scene.trace.predictions[t, 0]
    if scene.sequence.numeric:
        return [equation("y_identity", f"ŷ{subscript(t + 1)} = {signed(float(p[0]))}")]
    best = np.argsort(-p, kind="stable")[:5]
    words = scene.sequence.vocabulary
    rows = [(f"“{words[b]}”", f"{float(p[b]):.3f}", style.FORWARD) for b in best]
    k, word = coming(scene)
    return [
        equation("y_softmax", f"what comes, {word}: p = {float(p[k]):.3f}"),
        Heading("Most likely next"),
        Rows(rows),
    ]


_FORWARD = {"x": _x, "a": _a, "h": _h, "o": _o, "y": _y, "L": loss_at}
