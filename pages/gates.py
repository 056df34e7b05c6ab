"""Gates: what an LSTM or a GRU keeps and forgets, and by which routes the gradient comes back through it."""

from functools import partial

from explorer import cards
from explorer.figures import gates, routes, schematic
from explorer.look.style import FORGET, Look
from explorer.page.page import Page
from explorer.page.view import View, panel, player
from explorer.passes.scenario import Scenario, gated
from explorer.questions.networks import open_gate
from explorer.state.what_if import WHAT_IF


def compose(scene: Scenario, look: Look) -> View:
    return View(
        eyebrow="Memory · Gates",
        panels=[
            panel("unrolled", gates.unrolled, scene, look),
            panel("routes", routes.by_step, scene, look, headed=False),
            panel("schematic", schematic.cell, scene, look, area="below"),
            panel("shares", routes.by_share, scene, look, area="below", size="half"),
            panel("unit", gates.one_unit, scene, look, area="below", size="half"),
        ],
        card=partial(cards.gates, scene),
        lead="Follow the brown ribbon back: it is what the carry keeps. Open the forget gate with its bias, then "
        "pin it under More.",
        player=player("step", "backward sweep · step", scene.step_number, scene.steps, direction=-1),
        question=open_gate(scene),
        proof=True,
    )


PAGE = Page(
    "gates",
    compose,
    main=("forget_bias", "gain", "radius", "hidden", "cell", "text"),
    more=(*WHAT_IF, "length", "unit", "scheme", "initial", "loss", "loss_steps", "seed"),
    selects=("step", "node", "routed"),
    accent=FORGET,
    adapt=gated,
)
