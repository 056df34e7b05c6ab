"""Both directions: two chains, their outputs concatenated, and what each output can see."""

from functools import partial

from explorer import cards, panels, store
from explorer.figures import layers, sight
from explorer.questions import first_output
from explorer.scenario import Scenario
from explorer.settings import WHAT_IF_IN_CHAINS
from explorer.style import FORWARD, Look
from explorer.view import Player, View, panel


def compose(scene: Scenario, look: Look) -> View:
    both, forward = store.each_direction(scene.settings)
    return View(
        eyebrow="Architectures · Both directions",
        panels=[
            panel("chains", sight.chains, (both, forward), look, several="each_direction"),
            panel("gradients", layers.gradients, both, look),
            panel("matrix", sight.matrix, both, look, area="below", size="third"),
            panel("matrix-forward", sight.matrix, forward, look, area="below", size="third"),
            panel("row", sight.row, (both, forward), look, several="each_direction", area="below", size="third"),
        ],
        card=cards.bidirectional(both),
        player=Player("step", scene.step_number, 1, scene.steps, 1, layers.caption(scene)),
        question=first_output(both, forward),
        proof=True,
    )


panels.show(
    "bidirectional",
    compose,
    main=("layers", "gain", "radius", "length", "loss", "text"),
    more=(
        *WHAT_IF_IN_CHAINS, "hidden", "cell", "nonlinearity", "scheme", "forget_bias", "initial", "loss_steps", "layer",
        "direction", "unit", "seed",
    ),
    accent=FORWARD,
    run=partial(store.run, made_by="bidirectional"),
)  # fmt: skip
