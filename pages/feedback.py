"""Where the feedback starts: Elman, Jordan and general networks on the same input, seed and number of parameters."""

from explorer import cards, feedbacks, panels
from explorer.figures import feedback
from explorer.scenario import Scenario
from explorer.style import FORWARD, Look
from explorer.view import Player, View, panel


def compose(scene: Scenario, look: Look) -> View:
    return View(
        eyebrow="Foundations · Where the feedback starts",
        panels=[
            panel("networks", feedback.networks, scene, look),
            panel("gradients", feedback.gradients, scene, look),
        ],
        card=cards.feedback(scene),
        player=Player("step", scene.step_number, 1, scene.steps, 1, feedback.caption(scene)),
        proof=scene.settings.cell in feedbacks.CELLS,
    )


panels.show(
    "feedback",
    compose,
    main=("text", "length", "hidden", "gain", "radius", "loss"),
    more=("nonlinearity", "scheme", "initial", "loss_steps", "step", "seed"),
    accent=FORWARD,
)
