"""Units: a page of text coloured by one unit of a trained network, and what the units follow."""

from functools import partial

from explorer import cards
from explorer.figures import alike, passage, tracked
from explorer.look.style import FORWARD, Look
from explorer.page.page import Page
from explorer.page.view import View, panel, player
from explorer.passes import store
from explorer.passes.units import adapt
from explorer.questions.networks import before_training


def compose(scene: Page, look: Look) -> View:
    return View(
        eyebrow="Memory · Units",
        panels=[
            panel("passage", passage.coloured, scene, look),
            panel("matrix", tracked.matrix, scene, look, area="below"),
            panel("ranked", tracked.ranked, scene, look, area="below", size="half"),
            panel("levels", tracked.levels, scene, look, area="below", size="half"),
            panel("alike", alike.spans, scene, look, area="below", controls=("span_from", "span_to")),
            panel("on", alike.units_on, scene, look, area="below", controls=("threshold",)),
        ],
        card=partial(cards.units, scene),
        lead="Step through the units with ← →. Most do many things at once; some follow what is written so far. After "
        "Karpathy, Johnson and Fei-Fei (2015) and LSTMVis (2018).",
        player=player("watched", "unit", scene.unit_number, scene.units),
        question=before_training(scene),
        proof=True,
    )


PAGE = Page(
    "units",
    compose,
    main=("corpus", "reader", "passage", "watched", "shade"),
    more=("snapshot", "feature", "character", "own_text"),
    beneath=("span_from", "span_to", "threshold"),
    selects=("unit",),
    accent=FORWARD,
    adapt=adapt,
    run=store.page,
)
