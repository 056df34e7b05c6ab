"""Backpropagation through time: the backward sweep over the same drawing, each gradient equation with its numbers."""

from functools import partial

from explorer import cards
from explorer.figures import contributions, norms, truncated, unrolled
from explorer.look.style import BACKWARD, Look
from explorer.page.page import Page
from explorer.page.view import View, panel, player
from explorer.passes.scenario import Scenario
from explorer.questions.networks import double_length
from explorer.state.what_if import WHAT_IF


def compose(scene: Scenario, look: Look) -> View:
    return View(
        eyebrow="Training · Backpropagation through time",
        panels=[
            panel("unrolled", unrolled.backward, scene, look),
            panel("norms", norms.along, scene, look, headed=False),
            panel("by-step", contributions.by_step, scene, look, area="card"),
            *([panel("truncated", truncated.parameters, scene, look, area="below")] if scene.settings.truncate else []),
            panel("stacked", contributions.stacked, scene, look, area="below", size="half"),
            panel("matrices", contributions.matrices, scene, look, area="below", size="half"),
        ],
        card=partial(cards.backward, scene),
        lead="The ribbon is the gradient on its way back, its width ‖∂L/∂h‖ on a log scale. Step with ← and see what "
        "every step hands on, and what it adds to the weights that all steps share.",
        player=player("step", "backward sweep · step", scene.step_number, scene.steps, direction=-1),
        question=double_length(scene),
        proof=True,
    )


PAGE = Page(
    "backpropagation",
    compose,
    main=("radius", "gain", "length", "hidden", "loss", "text"),
    more=(
        *WHAT_IF, "truncate", "k2", "k1", "cell", "nonlinearity", "scheme", "forget_bias", "initial", "loss_steps",
        "seed",
    ),
    selects=("step", "node", "unit", "parameter"),
    accent=BACKWARD,
)  # fmt: skip
