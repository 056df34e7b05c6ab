"""Stacked layers: states and gradients over layer and time, and which way the gradient came."""

from functools import partial

from explorer import cards
from explorer.figures import deepening, depths, layers
from explorer.look.style import BACKWARD, Look
from explorer.page.page import Page
from explorer.page.view import View, panel, player
from explorer.passes import store
from explorer.passes.scenario import Scenario
from explorer.questions.networks import one_more_layer
from explorer.state.what_if import WHAT_IF_IN_LAYERS


def compose(scene: Scenario, look: Look) -> View:
    return View(
        eyebrow="Architectures · Stacked layers",
        panels=[
            panel("states", layers.states, scene, look),
            panel("gradients", layers.gradients, scene, look),
            panel("by-depth", deepening.by_depth, scene, look, area="below"),
            panel("along-depth", depths.along_depth, scene, look, area="below", size="half"),
            panel("along-time", depths.along_time, scene, look, area="below", size="half"),
        ],
        card=partial(cards.stacked, scene),
        lead="Read upward for depth, to the left for time: each arrow is the part of the gradient that came that "
        "way. Add layers, and see which way it fades first.",
        player=player("step", "step", scene.step_number, scene.steps, direction=-1),
        question=one_more_layer(scene),
        proof=True,
    )


PAGE = Page(
    "stacked",
    compose,
    main=("layers", "gain", "radius", "length", "hidden", "text"),
    more=(
        *WHAT_IF_IN_LAYERS, "cell", "nonlinearity", "scheme", "forget_bias", "initial", "loss", "loss_steps", "layer",
        "unit", "seed",
    ),
    selects=("step", "node", "direction"),
    accent=BACKWARD,
    run=store.stacked,
)  # fmt: skip
