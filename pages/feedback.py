"""Where the feedback starts: Elman, Jordan and general networks on the same input, seed and number of parameters."""

from explorer import cards, panels, store
from explorer.figures import feedback
from explorer.scenario import Scenario, ungated
from explorer.settings import WHAT_IF
from explorer.style import FORWARD, Look
from explorer.view import View, panel, player


def compose(scene: Scenario, look: Look) -> View:
    three = store.each_feedback(scene.settings)
    return View(
        eyebrow="Foundations · Where the feedback starts",
        panels=[
            panel("networks", feedback.networks, three, look, several="each_feedback"),
            panel("gradients", feedback.gradients, three, look, several="each_feedback"),
        ],
        card=cards.feedback(three),
        lead="Same input, seed and number of parameters; only the edge that feeds back differs. Step on with → and "
        "compare what each one expects.",
        player=player("step", "forward pass · step", scene.step_number, scene.steps),
        proof=True,
    )


panels.show(
    "feedback",
    compose,
    main=("text", "length", "hidden", "gain", "radius", "loss"),
    more=(*WHAT_IF, "nonlinearity", "scheme", "initial", "loss_steps", "step", "seed"),
    accent=FORWARD,
    adapt=ungated,
)
