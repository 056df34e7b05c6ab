"""What can the output see? Five architectures on one input: every input's influence on every output, and its path."""

from explorer import cards, panels
from explorer.figures import influence
from explorer.questions import twice_as_far
from explorer.scenario import Scenario
from explorer.settings import WHAT_IF
from explorer.style import BACKWARD, Look
from explorer.view import Player, View, panel


def compose(scene: Scenario, look: Look) -> View:
    return View(
        eyebrow="Foundations · What can the output see?",
        panels=[panel("matrices", influence.matrices, scene, look)],
        card=cards.sight(scene),
        player=Player("step", scene.step_number, 1, scene.steps, 1, influence.caption(scene)),
        question=twice_as_far(scene),
        proof=True,
    )


panels.show(
    "influence",
    compose,
    main=("text", "length", "gain", "radius", "window", "step"),
    more=(*WHAT_IF, "cell", "convolutions", "hidden", "nonlinearity", "scheme", "forget_bias", "initial", "seed"),
    accent=BACKWARD,
)
