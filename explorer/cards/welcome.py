"""What the drawing on the overview shows."""

from __future__ import annotations

from core.networks import sizes
from explorer.look import style
from explorer.look.notation import magnitude
from explorer.page.view import Card, Paragraph, Rows
from explorer.passes.scenario import Scenario


def welcome(scene: Scenario) -> Card:
    """What the drawing on the overview shows."""
    return Card(
        "A real network, at work",
        [
            Paragraph(
                "Every column is a step of one recurrent network that reads your input and predicts what comes next. "
                "Blue and vermillion cells are its state h; the vermillion ribbon is the gradient on its way back."
            ),
            Paragraph(
                "Type your own text, or drag Gain: every number is recorded from a real forward and backward pass."
            ),
            Rows(
                [
                    ("loss L", magnitude(float(scene.trace.loss)), style.BACKWARD),
                    ("parameters", f"{sizes.parameters(scene.trace.network):,}", None),
                    ("numbers recorded", f"{recorded(scene):,}", None),
                ]
            ),
        ],
    )


def recorded(scene: Scenario) -> int:
    """How many states, gates and gradients of them the trace holds for this pass."""
    chain = scene.trace[0, "forward"]
    kept = [
        chain.hidden,
        chain.grad_hidden,
        *chain.preactivations.values(),
        *chain.grad_preactivations.values(),
    ]
    kept += [*chain.gates.values(), *chain.grad_gates.values(), scene.trace.logits, scene.trace.grad_logits]
    return sum(array.size for array in kept) + sum(g.size for g in scene.trace.gradients.values())
