"""Both directions: two chains, their outputs concatenated, and what each output can see."""

from functools import partial

from explorer import cards
from explorer.figures import directions, embeddings, layers
from explorer.look.style import FORWARD, Look
from explorer.page.page import Page
from explorer.page.view import View, panel, player
from explorer.passes import store
from explorer.passes.embeddings import unread
from explorer.passes.scenario import Scenario
from explorer.questions.networks import first_output
from explorer.state.what_if import WHAT_IF_IN_CHAINS


def compose(scene: Scenario, look: Look) -> View:
    both, forward = store.each_direction(scene.settings)
    return View(
        eyebrow="Architectures · Both directions",
        panels=[
            panel("chains", directions.chains, (both, forward), look, several="each_direction"),
            panel("row", directions.row, (both, forward), look, several="each_direction"),
            panel("gradients", layers.gradients, both, look, area="below"),
            panel("matrix", directions.matrix, both, look, area="below", size="half"),
            panel("matrix-forward", directions.matrix, forward, look, area="below", size="half"),
            panel("embeddings", embeddings.points, both, look, area="below", controls=("embedded", "tagged")),
        ],
        card=partial(cards.bidirectional, both),
        lead="Above, the chain that reads on; below, the one that reads back. Click an output: the strip over the "
        "inputs is what it sees of each.",
        player=player("step", "step", scene.step_number, scene.steps),
        question=first_output(both, forward),
        proof=True,
        notice=unread(scene.settings),
    )


PAGE = Page(
    "bidirectional",
    compose,
    main=("layers", "gain", "radius", "length", "loss", "text"),
    more=(
        *WHAT_IF_IN_CHAINS, "hidden", "cell", "nonlinearity", "scheme", "forget_bias", "initial", "loss_steps", "layer",
        "direction", "unit", "seed",
    ),
    beneath=("embedded", "tagged"),
    selects=("step", "node"),
    accent=FORWARD,
    run=store.bidirectional,
)  # fmt: skip
