"""Unrolling: from the dynamic system to the driven one to the RNN; fold and unfold; the value of every node."""

from functools import partial

from explorer import cards
from explorer.figures import counts, outputs, unrolled
from explorer.look.style import FORWARD, Look
from explorer.page.page import Page
from explorer.page.view import Question, View, panel, player
from explorer.passes.scenario import Scenario
from explorer.state.what_if import WHAT_IF


def compose(scene: Scenario, look: Look) -> View:
    return View(
        eyebrow="Foundations · Unrolling",
        panels=[
            panel("unrolled", unrolled.forward, scene, look),
            panel("outputs", outputs.along, scene, look),
            panel("parameters", counts.parameters, scene, look, area="card"),
        ],
        card=partial(cards.forward, scene),
        lead="Every column is the same network, used once more. Step with →: what it knows of all that came before is "
        "in the one column of h. Click any node for its numbers.",
        player=player("step", "forward pass · step", scene.step_number, scene.steps),
        question=Question(
            "Predict: at twice the length, how many parameters?",
            ["half", "as many", "twice"],
            counts.answer(scene) if scene.settings.revealed else "",
            scene.settings.revealed,
        ),
    )


PAGE = Page(
    "unrolling",
    compose,
    main=("text", "length", "hidden", "system", "folded"),
    more=(
        *WHAT_IF, "gain", "radius", "cell", "nonlinearity", "scheme", "forget_bias", "initial", "loss", "loss_steps",
        "seed",
    ),
    selects=("step", "node", "unit"),
    accent=FORWARD,
)  # fmt: skip
