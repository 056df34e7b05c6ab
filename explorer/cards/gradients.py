"""The backward pass: the gradient of the selected node, and how it came about."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.analysis import depth, jacobians
from explorer.cards.common import Block, coming, heading, loss_at, norm
from explorer.figures import contributions
from explorer.look import style
from explorer.look.notation import joined, magnitude, signed, subscript
from explorer.page.view import Card, Paragraph, Rows, Tabs, equation
from explorer.passes.once import once
from explorer.passes.scenario import Scenario

NODES = (("L", "L"), ("o", "o"), ("h", "h"), ("a", "a"), ("x", "x"), ("h0", "h₀"))


def backward(scene: Scenario) -> Card:
    """The gradient of the selected node, and how it came about (Goodfellow et al. (10.17) to (10.28))."""
    node = scene.settings.node if scene.settings.node in dict(NODES) else "h"
    nodes = Tabs("node", "Node", NODES, node)
    parameters = Tabs("parameter", "Parameter", tuple((s, s) for s in "WUbVc"), scene.settings.parameter)
    symbol = scene.settings.parameter
    t = scene.step
    parts, total = contributions.projections(scene, symbol)
    share = f"{100 * parts[t] / total:.0f} %" if total else "nothing"
    shared = symbol in "WUb" and not jacobians.one_matrix(scene.trace.network)
    return Card(
        heading(scene),
        [
            nodes,
            *_BACKWARD[node](scene),
            *_change(scene, node),
            parameters,
            equation(
                "shared" if shared else f"d{symbol}",
                f"step {t + 1} adds {share} of ‖∂L/∂{symbol}‖ = {magnitude(total)}",
            ),
        ],
    )


def _change(scene: Scenario, node: str) -> list[Block]:
    """The norm of the selected node's gradient before a change and after it."""
    t = scene.step
    gradients: dict[str, tuple[str, Callable[[Scenario], np.ndarray]]] = {
        "h": (f"‖∂L/∂h{subscript(t + 1)}‖", lambda one: one.trace[0, "forward"].grad_hidden[t, 0]),
        "o": (f"‖∂L/∂o{subscript(t + 1)}‖", lambda one: one.trace.grad_logits[t, 0]),
        "x": (f"‖∂L/∂x{subscript(t + 1)}‖", lambda one: one.trace.grad_inputs[t, 0]),
        "h0": ("‖∂L/∂h₀‖", lambda one: one.trace[0, "forward"].grad_initial_hidden[0]),
    }
    if scene.original is None or node not in gradients:
        return []
    what, read = gradients[node]
    return [Rows([(f"{what}, before the change", norm(read(scene.original)), style.GHOST)])]


def _gradient_rows(what: str, here: np.ndarray) -> Rows:
    symbol, _, told = what.partition(",")
    return Rows([(f"‖{symbol}‖{',' * bool(told)}{told}", norm(here), style.BACKWARD)])


def _dL(scene: Scenario) -> list[Block]:
    if scene.step not in scene.loss_steps:
        return loss_at(scene)
    return [equation("dL", f"L = Σ Lₜ = {magnitude(float(scene.trace.loss))}")]


def _do(scene: Scenario) -> list[Block]:
    t = scene.step
    gradient = scene.swept.grad_logits[t, 0]
    k, word = coming(scene)
    key = "do_identity" if scene.sequence.numeric else "do_softmax"
    if t not in scene.loss_steps:
        text = f"no loss enters at step {t + 1}: ∂Lₜ/∂o = 0"
    elif scene.sequence.numeric:
        guess, truth = float(scene.trace.predictions[t, 0, 0]), float(scene.sequence.targets[t, 0, 0])
        text = f"{signed(guess)} − ({signed(truth)}) = {signed(float(gradient[0]))}"
    else:
        text = f"for {word}: {float(scene.trace.predictions[t, 0, k]):.3f} − 1 = {signed(float(gradient[k]))}"
    if not scene.trace.network.fed_back:
        return [equation(key, text), _gradient_rows("∂L/∂oₜ", gradient)]
    total = scene.swept[0, "forward"].grad_logits[t, 0]
    rows = _gradient_rows("∂Lₜ/∂oₜ", gradient), _gradient_rows("∂L/∂oₜ, with what is fed back", total)
    return [equation(key, text), *rows]


def _parts(scene: Scenario) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of ∂L/∂h: what came through time, what from the loss at its own step, and both."""
    parts = once(depth.split, scene.swept)
    return parts.time, parts.depth, parts.total


def _dh(scene: Scenario) -> list[Block]:
    t = scene.step
    came, local, total = (part[t, 0] for part in _parts(scene))
    past = f"through time, from step {t + 2}" if t + 1 < scene.steps else "through time (the last step: none)"
    parts = Rows(
        [
            (past, norm(came), style.BACKWARD),
            ("from the loss at this step", norm(local), style.BACKWARD),
            (f"‖∂L/∂h{subscript(t + 1)}‖", norm(total), style.BACKWARD),
        ]
    )
    j = scene.unit
    numbers = f"unit {j + 1}: {signed(float(came[j]))} {signed(float(local[j]))} = {signed(float(total[j]))}"
    key = "dh_last" if t + 1 == scene.steps else scene.settings.of_cell.backward
    return [equation(key, numbers), parts]


def _da(scene: Scenario) -> list[Block]:
    t, j = scene.step, scene.unit
    chain = scene.swept[0, "forward"]
    view = scene.settings.of_cell
    if view.gated:
        by_gate = chain.grad_preactivations.items()
        return [Rows([(f"‖∂L/∂a‖, {gate}", norm(g[t, 0]), view.gates[gate].colour) for gate, g in by_gate])]
    gradient = chain.grad_preactivations["hidden"][t, 0]
    slope = once(jacobians.slopes, scene.trace)[t, 0]
    into = float(chain.grad_hidden[t, 0, j])
    rows = Rows(
        [
            ("steepest slope φ′", f"{slope.max():.2f}", None),
            ("flattest slope (saturated)", f"{slope.min():.2f}", None),
            ("‖∂L/∂aₜ‖", norm(gradient), style.BACKWARD),
        ]
    )
    if not jacobians.one_matrix(scene.trace.network):
        return [rows]
    numbers = f"unit {j + 1}: {slope[j]:.2f} · {signed(into)} = {signed(float(gradient[j]))}"
    return [equation("da", numbers), rows]


def _dx(scene: Scenario) -> list[Block]:
    t = scene.step
    gradient = scene.swept.grad_inputs[t, 0]
    rows = [_gradient_rows("∂L/∂xₜ", gradient)]
    if jacobians.one_matrix(scene.trace.network):
        return [equation("dx", joined(gradient.tolist(), 4)), *rows]
    return [*rows]


def _dh0(scene: Scenario) -> list[Block]:
    gradient = scene.swept[0, "forward"].grad_initial_hidden[0]
    told = Paragraph(
        "h₀ is learned: this is the gradient that moves it, like any other parameter."
        if scene.settings.initial == "learned"
        else "h₀ is zero and stays so; were it learned (under More), this is the gradient that would move it."
    )
    rows: list[Block] = [_gradient_rows("∂L/∂h₀", gradient), told]
    if jacobians.one_matrix(scene.trace.network):
        return [equation("dh0", joined(gradient.tolist(), 4)), *rows]
    return rows


_BACKWARD = {"L": _dL, "o": _do, "h": _dh, "a": _da, "x": _dx, "h0": _dh0}
