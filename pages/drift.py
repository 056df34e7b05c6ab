"""Prediction drift: one network, teacher forced and running freely, and what carries its errors on."""

from functools import partial

from explorer import cards
from explorer.figures import drifts
from explorer.look.style import FORWARD, Look
from explorer.page.page import Page
from explorer.page.view import View, panel, player
from explorer.passes import store
from explorer.passes.forecast import Forecast
from explorer.questions.networks import first_to_drift
from explorer.state.forecast import adapt


def compose(scene: Forecast, look: Look) -> View:
    return View(
        eyebrow="Training · Prediction drift",
        panels=[
            panel("series", drifts.series, scene, look),
            panel("both-states", drifts.states, scene, look, headed=False),
            panel("horizon", drifts.horizon, scene, look, area="below", size="half"),
            panel("explained", drifts.explained, scene, look, area="below", size="half"),
            panel("growth", drifts.growth, scene, look, area="below", size="half"),
            panel("plane", drifts.plane, scene, look, area="below", size="half"),
        ],
        card=partial(cards.drift, scene),
        lead="Up to the line the network reads the series itself; after it, free running, its own last forecast. Drag "
        "the slider, play the steps, then go back to an earlier snapshot of the training.",
        player=player("moment", "step", scene.moment, scene.steps),
        question=first_to_drift(scene),
        proof=True,
    )


PAGE = Page(
    "drift",
    compose,
    main=("known", "snapshot", "series", "numbers", "example", "cell"),
    selects=("moment", "snapshot", "text", "read_as", "unit", "given"),
    accent=FORWARD,
    adapt=adapt,
    run=store.forecast,
)
