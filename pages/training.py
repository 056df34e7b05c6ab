"""Watching it learn: a training gone through back and forth, or one trained live, before and after a change."""

from functools import partial

from explorer import cards
from explorer.figures import learning, snapshot
from explorer.jobs import own_training
from explorer.look.style import BACKWARD, Look
from explorer.page.page import Page
from explorer.page.view import View, panel, player
from explorer.passes.over_training import OverTraining
from explorer.questions.networks import reach_of_the_trained
from explorer.state.own_training import TRAINING
from explorer.state.trained import adapt


def compose(scene: OverTraining, look: Look) -> View:
    below = {"area": "below", "size": "half"}
    gated = scene.settings.of_cell.gated
    return View(
        eyebrow="Training · Watching it learn",
        panels=[
            panel("learning", learning.over_updates, scene, look),
            panel("states", snapshot.states, scene, look),
            panel("norms", learning.norms, scene, look, **below),
            panel("reached", learning.reached, scene, look, **below),
            *([panel("gates", snapshot.gates_over_steps, scene, look, area="below")] if gated else []),
        ],
        card=partial(cards.training, scene),
        lead="Go through the training with ← and →. Where the network has come to be right, the map pales: little is "
        "left to learn from. Then change one thing under More, and train it live: what was stays in grey.",
        player=player("snapshot", "snapshot", scene.snapshot, len(scene.film), told=learning.caption(scene)),
        question=reach_of_the_trained(scene),
        proof=not scene.film.diverged,  # finite differences have no meaning on such numbers
    )


PAGE = Page(
    "training",
    compose,
    main=("task", "review", "tagged", "continued", "example", "cell", "snapshot"),
    more=(*TRAINING, "nonlinearity"),
    selects=("step", "unit", "node"),
    accent=BACKWARD,
    adapt=adapt,
    beside=own_training,
)
