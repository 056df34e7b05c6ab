"""Sequences of different lengths in one batch: padding, the mask, and what goes wrong without it."""

from functools import partial

from explorer import cards
from explorer.figures import padded
from explorer.look.style import FORWARD, Look
from explorer.page.page import Page
from explorer.page.view import View, panel
from explorer.passes import store
from explorer.passes.batches import Batch, adapted
from explorer.state.what_if import WHAT_IF


def compose(batch: Batch, look: Look) -> View:
    return View(
        eyebrow="Foundations · Sequences of different lengths",
        panels=[
            panel("batch", padded.states, batch, look),
            panel("batch-gradients", padded.gradients, batch, look),
            panel("batch-parameters", padded.parameters, batch, look, area="below", size="half"),
            panel("final-states", padded.finals, batch, look, area="below", size="half"),
        ],
        card=partial(cards.lengths, batch),
        lead="A padded step is no step: it is not read, adds no loss and gets no gradient. Compare both passes, "
        "then drag Gain or write a longer line.",
        proof=True,
    )


PAGE = Page(
    "lengths",
    compose,
    main=("lines", "gain", "radius", "hidden", "loss", "cell"),
    more=(*WHAT_IF, "parameter", "loss_steps", "nonlinearity", "scheme", "forget_bias", "initial", "seed"),
    accent=FORWARD,
    adapt=adapted,
    run=store.batch,
)
