"""Programs by hand: parity, binary addition and aⁿbⁿ in weights that nobody learned, exact at every length tried."""

from functools import partial

from explorer import cards
from explorer.figures import program
from explorer.look.style import FORWARD, Look
from explorer.page.page import Page
from explorer.page.view import View, panel, player
from explorer.passes import store
from explorer.passes.programs import Execution
from explorer.questions.networks import first_to_fail


def compose(scene: Execution, look: Look) -> View:
    return View(
        eyebrow="Foundations · Programs by hand",
        panels=[
            panel("program", program.drawn, scene, look),
            panel("program-lengths", program.lengths, scene, look),
            panel("program-weights", program.weights, scene, look, area="below", size="half"),
            panel("program-states", program.largest, scene, look, area="below", size="half"),
        ],
        card=partial(cards.program, scene),
        lead="An RNN can compute anything computable, given states of unbounded precision (Siegelmann and Sontag, "
        "1995). Here are three small programs: step through one, then drag ε and see at which length it first fails.",
        player=player("step", "step", scene.step_number, scene.steps),
        question=first_to_fail(scene),
    )


PAGE = Page(
    "programs",
    compose,
    main=("program", "bits", "sum_of", "word", "weight_error", "longest"),
    more=("seed",),
    selects=("step", "node", "unit"),
    accent=FORWARD,
    run=store.program,
)
