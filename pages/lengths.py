"""Sequences of different lengths in one batch: padding, the mask, and what goes wrong without it."""

from explorer import cards, panels, store
from explorer.batches import Batch, adapted
from explorer.figures import padded
from explorer.settings import WHAT_IF
from explorer.style import FORWARD, Look
from explorer.view import View, panel


def compose(batch: Batch, look: Look) -> View:
    return View(
        eyebrow="Foundations · Sequences of different lengths",
        panels=[
            panel("batch", padded.states, batch, look),
            panel("batch-gradients", padded.gradients, batch, look),
            panel("batch-parameters", padded.parameters, batch, look, area="below", size="half"),
            panel("final-states", padded.finals, batch, look, area="below", size="half"),
        ],
        card=cards.lengths(batch),
        lead="A padded step is no step: it is not read, adds no loss and gets no gradient. Compare both passes, "
        "then drag Gain or write a longer line.",
        proof=True,
    )


panels.show(
    "lengths",
    compose,
    main=("lines", "gain", "radius", "hidden", "loss", "cell"),
    more=(*WHAT_IF, "parameter", "loss_steps", "nonlinearity", "scheme", "forget_bias", "initial", "seed"),
    accent=FORWARD,
    adapt=adapted,
    run=store.batch,
)
