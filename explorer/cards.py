"""The card beside the drawing: the equation of what is selected, with its numbers at the selected step and unit."""

from __future__ import annotations

import numpy as np

from core import counting, jacobians, sensitivity
from explorer import equations, style
from explorer.figures import pairs
from explorer.notation import joined, magnitude, signed, subscript
from explorer.scenario import Scenario, names
from explorer.view import Card, Equation, Heading, Paragraph, Rows, Tabs

FORWARD_NODES = (("x", "x"), ("a", "a"), ("h", "h"), ("o", "o"), ("y", "ŷ"), ("L", "L"))
BACKWARD_NODES = (("L", "L"), ("o", "o"), ("h", "h"), ("a", "a"), ("x", "x"))


def heading(scene: Scenario) -> str:
    return f"Step {scene.step + 1}, reading “{scene.tokens[scene.step]}”"


def forward(scene: Scenario) -> Card:
    """The value of the selected node, and how it came about."""
    node = scene.settings.node
    shown = FORWARD_NODES if scene.settings.system == "rnn" else FORWARD_NODES[: 3 if scene.settings.system == "driven" else 3]
    if scene.settings.system == "autonomous":
        shown = shown[1:]
    if node not in dict(shown):
        node = "h"
    tabs = Tabs("node", "Node", shown, node)
    return Card(heading(scene), [tabs, *_FORWARD[node](scene)])


def _x(scene: Scenario) -> list:
    x = scene.trace.inputs[scene.step, 0]
    return [
        Paragraph(f"x{subscript(scene.step + 1)} has {len(x)} {'number' if len(x) == 1 else 'numbers'}:"),
        Rows([("x", joined(x.tolist(), 10), style.FORWARD)]),
    ]


def _a(scene: Scenario) -> list:
    t, j = scene.step, scene.unit
    chain = scene.trace[0, "forward"]
    if scene.settings.cell.startswith(("lstm", "gru")):
        rows = [
            (f"into the {gate} gate" if gate != "candidate" else "into the candidate", signed(float(a[t, 0, j])), style.GATES[gate])
            for gate, a in chain.preactivations.items()
        ]
        return [Paragraph(f"A gated cell has {len(rows)} of them, of unit {j + 1}:"), Rows(rows)]
    if scene.settings.cell != "rnn":
        key = f"{scene.settings.cell}_a"
        return [Equation(equations.mathml(key), f"a{_at(t, j)} = {signed(float(chain.preactivations['hidden'][t, 0, j]))}")]
    p = scene.trace.network.parameters
    previous = chain.previous_hidden[t, 0]
    bias = float(p["bias_ih_l0"][j] + p["bias_hh_l0"][j])
    recurrent = float(p["weight_hh_l0"][j] @ previous)
    driven = float(p["weight_ih_l0"][j] @ scene.trace.inputs[t, 0])
    total = float(chain.preactivations["hidden"][t, 0, j])
    return [
        Equation(equations.mathml("a"), f"a{_at(t, j)} = {signed(bias)} {signed(recurrent)} {signed(driven)} = {signed(total)}"),
        Rows([
            ("from the bias b", signed(bias), None),
            ("from the past, W h", signed(recurrent), style.BACKWARD),
            ("from the input, U x", signed(driven), style.FORWARD),
        ]),
    ]  # fmt: skip


def _h(scene: Scenario) -> list:
    t, j = scene.step, scene.unit
    chain = scene.trace[0, "forward"]
    h = float(chain.hidden[t, 0, j])
    everything = [Heading(f"All of h{subscript(t + 1)}"), Paragraph(joined(chain.hidden[t, 0].tolist(), 12))]
    cell = scene.settings.cell
    if cell.startswith("lstm"):
        i, f, g, o = (float(chain.gates[k][t, 0, j]) for k in ("input", "forget", "candidate", "output"))
        c, before = float(chain.cell[t, 0, j]), float(chain.previous_cell[t, 0, j])
        return [
            Equation(equations.mathml("lstm_c"), f"{signed(c)} = {f:.2f} · {signed(before)} + {i:.2f} · {signed(g)}"),
            Equation(equations.mathml("lstm_h"), f"{signed(h)} = {o:.2f} · tanh {signed(c)}"),
            *everything,
        ]
    if cell.startswith("gru"):
        z, n = float(chain.gates["update"][t, 0, j]), float(chain.gates["candidate"][t, 0, j])
        before = float(chain.previous_hidden[t, 0, j])
        numbers = f"{signed(h)} = {1 - z:.2f} · {signed(n)} + {z:.2f} · {signed(before)}"
        return [Equation(equations.mathml("gru_h"), numbers), *everything]
    a = float(chain.preactivations["hidden"][t, 0, j])
    numbers = f"h{_at(t, j)} = {scene.settings.nonlinearity}({signed(a)}) = {signed(h)}"
    if scene.settings.system != "rnn":
        key = "dynamic" if scene.settings.system == "autonomous" else "driven"
        return [Equation(equations.mathml(key), numbers), *everything]
    return [Equation(equations.mathml("h"), numbers), *everything]


def _class(scene: Scenario) -> tuple[int, str]:
    """The output to look at: the one that comes next."""
    if scene.sequence.numeric:
        return 0, "the next number"
    k = int(scene.sequence.targets[scene.step, 0])
    return k, f"“{scene.sequence.vocabulary[k]}”"


def _o(scene: Scenario) -> list:
    t = scene.step
    k, word = _class(scene)
    name = names(scene)
    p = scene.trace.network.parameters
    bias = float(p[name["c"]][k])
    product = float(p[name["V"]][k] @ scene.trace[0, "forward"].hidden[t, 0])
    total = float(scene.trace.logits[t, 0, k])
    numbers = f"for {word}: {signed(bias)} {signed(product)} = {signed(total)}"
    return [Equation(equations.mathml("o"), numbers)]


def _y(scene: Scenario) -> list:
    t = scene.step
    p = scene.trace.predictions[t, 0]
    if scene.sequence.numeric:
        return [Equation(equations.mathml("y_identity"), f"ŷ{subscript(t + 1)} = {signed(float(p[0]))}")]
    best = np.argsort(-p, kind="stable")[:5]
    words = scene.sequence.vocabulary
    rows = [(f"“{words[b]}”", f"{float(p[b]):.3f}", style.FORWARD) for b in best]
    k, word = _class(scene)
    return [
        Equation(equations.mathml("y_softmax"), f"what comes, {word}: p = {float(p[k]):.3f}"),
        Heading("Most likely next"),
        Rows(rows),
    ]


def _L(scene: Scenario) -> list:
    t = scene.step
    if t not in scene.loss_steps:
        where = ", ".join(str(s + 1) for s in scene.loss_steps[:8])
        return [Paragraph(f"No loss enters at this step. It enters at step {where}.")]
    value = float(scene.trace.losses[t, 0])
    if scene.sequence.numeric:
        guess, truth = float(scene.trace.predictions[t, 0, 0]), float(scene.sequence.targets[t, 0, 0])
        numbers = f"½ ({signed(guess)} {signed(-truth)})² = {magnitude(value)}"
        return [Equation(equations.mathml("L_squared_error"), numbers), *_total(scene)]
    k, _ = _class(scene)
    numbers = f"−log {float(scene.trace.predictions[t, 0, k]):.3f} = {value:.3f}"
    return [Equation(equations.mathml("L_cross_entropy"), numbers), *_total(scene)]


def _total(scene: Scenario) -> list:
    return [Rows([("sum over the steps, L", magnitude(float(scene.trace.loss)), style.BACKWARD)])]


_FORWARD = {"x": _x, "a": _a, "h": _h, "o": _o, "y": _y, "L": _L}


def _at(t: int, j: int) -> str:
    """The index of unit j at step t: ₆,₂."""
    return f"{subscript(t + 1)}‚{subscript(j + 1)}"


def backward(scene: Scenario) -> Card:
    """The gradient of the selected node, and how it came about (Goodfellow et al. (10.17) to (10.28))."""
    node = scene.settings.node if scene.settings.node in dict(BACKWARD_NODES) else "h"
    nodes = Tabs("node", "Node", BACKWARD_NODES, node)
    parameters = Tabs("parameter", "Parameter", tuple((s, s) for s in "WUbVc"), scene.settings.parameter)
    symbol = scene.settings.parameter
    t, name = scene.step, names(scene)[symbol]
    part = float(np.linalg.norm(scene.trace.contributions(name)[t]))
    total = float(np.linalg.norm(scene.trace.gradients[name]))
    gated = scene.settings.cell != "rnn" and symbol in "WUb"
    return Card(
        heading(scene),
        [
            nodes,
            *_BACKWARD[node](scene),
            Heading("Each step’s part of a shared weight"),
            parameters,
            Equation(
                equations.mathml("shared" if gated else f"d{symbol}"),
                f"step {t + 1} adds norm {magnitude(part)}; the sum has {magnitude(total)}",
            ),
        ],
    )


def _gradient_rows(what: str, here: np.ndarray) -> Rows:
    with np.errstate(all="ignore"):
        return Rows([(f"‖{what}‖", magnitude(float(np.linalg.norm(here))), style.BACKWARD)])


def _dL(scene: Scenario) -> list:
    if scene.step not in scene.loss_steps:
        return _L(scene)
    return [Equation(equations.mathml("dL"), f"L = Σ Lₜ = {magnitude(float(scene.trace.loss))}")]


def _do(scene: Scenario) -> list:
    t = scene.step
    gradient = scene.trace.grad_logits[t, 0]
    k, word = _class(scene)
    key = "do_identity" if scene.sequence.numeric else "do_softmax"
    if t not in scene.loss_steps:
        text = f"no loss enters at step {t + 1}: ∂L/∂o = 0"
    elif scene.sequence.numeric:
        text = f"{signed(float(scene.trace.predictions[t, 0, 0]))} − ({signed(float(scene.sequence.targets[t, 0, 0]))}) = {signed(float(gradient[0]))}"
    else:
        text = f"for {word}: {float(scene.trace.predictions[t, 0, k]):.3f} − 1 = {signed(float(gradient[k]))}"
    return [Equation(equations.mathml(key), text), _gradient_rows("∂L/∂oₜ", gradient)]


def _dh(scene: Scenario) -> list:
    t = scene.step
    chain = scene.trace[0, "forward"]
    local = scene.trace.grad_outputs[t, 0]
    total = chain.grad_hidden[t, 0]
    with np.errstate(all="ignore"):
        came = total - local
        parts = Rows([
            ("through time, from step " + str(t + 2) if t + 1 < scene.steps else "through time (the last step: none)",
             magnitude(float(np.linalg.norm(came))), style.BACKWARD),
            ("from the loss at this step", magnitude(float(np.linalg.norm(local))), style.BACKWARD),
            (f"‖∂L/∂h{subscript(t + 1)}‖", magnitude(float(np.linalg.norm(total))), style.BACKWARD),
        ])  # fmt: skip
    j = scene.unit
    numbers = f"unit {j + 1}: {signed(float(came[j]))} {signed(float(local[j]))} = {signed(float(total[j]))}"
    key = "dh_last" if t + 1 == scene.steps else "dh" if scene.settings.cell == "rnn" else "dh_gated"
    return [Equation(equations.mathml(key), numbers), parts]


def _da(scene: Scenario) -> list:
    t, j = scene.step, scene.unit
    chain = scene.trace[0, "forward"]
    if scene.settings.cell.startswith(("lstm", "gru")):
        rows = [
            (f"‖∂L/∂a‖, {gate}", magnitude(float(np.linalg.norm(g[t, 0]))), style.GATES[gate])
            for gate, g in chain.grad_preactivations.items()
        ]
        return [Rows(rows)]
    gradient = chain.grad_preactivations["hidden"][t, 0]
    slope = jacobians.slopes(scene.trace)[t, 0]
    into = float(chain.grad_hidden[t, 0, j])
    rows = Rows(
        [
            ("steepest slope φ′", f"{slope.max():.2f}", None),
            ("flattest slope (saturated)", f"{slope.min():.2f}", None),
            ("‖∂L/∂aₜ‖", magnitude(float(np.linalg.norm(gradient))), style.BACKWARD),
        ]
    )
    if scene.settings.cell != "rnn":
        return [rows]
    numbers = f"unit {j + 1}: {slope[j]:.2f} · {signed(into)} = {signed(float(gradient[j]))}"
    return [Equation(equations.mathml("da"), numbers), rows]


def _dx(scene: Scenario) -> list:
    t = scene.step
    gradient = scene.trace.grad_inputs[t, 0]
    rows = [_gradient_rows("∂L/∂xₜ", gradient)]
    if scene.settings.cell == "rnn":
        return [Equation(equations.mathml("dx"), joined(gradient.tolist(), 4)), *rows, *_dh0(scene)]
    return [*rows, *_dh0(scene)]


def _dh0(scene: Scenario) -> list:
    gradient = scene.trace[0, "forward"].grad_initial_hidden[0]
    learned = "moves a learned initial state" if scene.settings.initial == "learned" else "would move a learned one"
    return [Rows([(f"‖∂L/∂h₀‖, {learned}", magnitude(float(np.linalg.norm(gradient))), style.BACKWARD)])]


_BACKWARD = {"L": _dL, "o": _do, "h": _dh, "a": _da, "x": _dx}


def pair(scene: Scenario) -> Card:
    """The selected loss time and state time, as a product of Jacobians with its numbers."""
    t, k = pairs.pair(scene)
    gated = scene.settings.cell.startswith("lstm")
    norm = float(sensitivity.loss_by_state(scene.trace)[t, k])
    with np.errstate(all="ignore"):
        stretch = float(jacobians.product_singular_values(scene.trace, t)[k, 0])
        local = float(sensitivity.loss_by_state(scene.trace)[t, t])
    rows = [
        (f"factors between, t − k", str(t - k), None),
        (f"‖∂L{subscript(t + 1)}/∂h{subscript(t + 1)}‖, where it starts", magnitude(local), style.BACKWARD),
        ("σₘₐₓ of the product", magnitude(stretch), style.FORWARD),
    ]
    if scene.settings.cell == "rnn":
        with np.errstate(all="ignore"):
            limit = float(jacobians.bound(scene.trace, t)[k])
        rows.append(("its bound (γ σₘₐₓ(W))ᵗ⁻ᵏ", magnitude(limit), None))
    rows.append((f"‖∂L{subscript(t + 1)}/∂h{subscript(k + 1)}‖", magnitude(norm), style.BACKWARD))
    return Card(
        f"The loss at {t + 1} and the state at {k + 1}",
        [
            Equation(equations.mathml("pair"), ""),
            Equation(equations.mathml("product" if scene.settings.cell == "rnn" else "product_gated"), "with s = [h; c]" if gated else ""),
            Rows(rows),
        ],
    )


def welcome(scene: Scenario) -> Card:
    """What the drawing on the overview shows."""
    return Card(
        "A real network, at work",
        [
            Paragraph(
                "Every column is a step of one recurrent network that reads your input and predicts what comes next. "
                "Blue and vermillion cells are its state h; the vermillion ribbon is the gradient on its way back."
            ),
            Paragraph("Type your own text, or drag Gain: every number is recorded from a real forward and backward pass."),
            Rows(
                [
                    ("loss L", magnitude(float(scene.trace.loss)), style.BACKWARD),
                    ("parameters", f"{counting.parameters(scene.trace.network):,}", None),
                    ("numbers recorded", f"{recorded(scene):,}", None),
                ]
            ),
        ],
    )


def recorded(scene: Scenario) -> int:
    """How many states, gates and gradients of them the trace holds for this pass."""
    chain = scene.trace[0, "forward"]
    kept = [chain.hidden, chain.grad_hidden, *chain.preactivations.values(), *chain.grad_preactivations.values()]
    kept += [*chain.gates.values(), *chain.grad_gates.values(), scene.trace.logits, scene.trace.grad_logits]
    return sum(array.size for array in kept) + sum(g.size for g in scene.trace.gradients.values())
