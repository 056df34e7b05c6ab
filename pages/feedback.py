"""Where the feedback starts: Elman, Jordan and general networks on the same input, seed and number of parameters."""

from functools import partial

from explorer import cards
from explorer.figures import feedback
from explorer.look.style import FORWARD, Look
from explorer.page.page import Page
from explorer.page.view import View, panel, player
from explorer.passes import store
from explorer.passes.scenario import Scenario, ungated
from explorer.state.what_if import WHAT_IF


def compose(scene: Scenario, look: Look) -> View:
    three = store.each_feedback(scene.settings)
    return View(
        eyebrow="Foundations · Where the feedback starts",
        panels=[
            panel("networks", feedback.networks, three, look, several="each_feedback"),
            panel("gradients", feedback.gradients, three, look, several="each_feedback"),
        ],
        card=partial(cards.feedback, three),
        lead="Same input, seed and number of parameters; only the edge that feeds back differs. Step on with → and "
        "compare what each one expects.",
        player=player("step", "forward pass · step", scene.step_number, scene.steps),
        proof=True,
    )


PAGE = Page(
    "feedback",
    compose,
    main=("text", "length", "hidden", "gain", "radius", "loss"),
    more=(*WHAT_IF, "nonlinearity", "scheme", "initial", "loss_steps", "step", "seed"),
    selects=("node", "unit", "cell"),
    accent=FORWARD,
    adapt=ungated,
)
