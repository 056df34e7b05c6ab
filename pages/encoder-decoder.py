"""Encoder and decoder: a number in words through a context of a few numbers into another language."""

from functools import partial

from explorer import cards
from explorer.figures import alignment, bottleneck, encoder_decoder, hypotheses, source_order
from explorer.look.style import FORWARD, Look
from explorer.page.page import Page
from explorer.page.view import View, panel, player
from explorer.passes import store
from explorer.passes.translation import Translated
from explorer.questions.networks import narrower


def compose(scene: Translated, look: Look) -> View:
    orders = store.each_order(scene.settings)
    return View(
        eyebrow="Architectures · Encoder and decoder",
        panels=[
            panel("translation", encoder_decoder.drawn, scene, look),
            panel("needs", alignment.needs, scene, look, area="below", size="half"),
            panel("influence", alignment.influence, scene, look, area="below", size="half"),
            panel("hypotheses", hypotheses.found, scene, look, area="below", size="half"),
            panel("bottleneck", bottleneck.by_length, scene, look, area="below", size="half"),
            panel("distances", source_order.distances, orders, look, several="each_order", area="below",
                  controls=("reversed",)),
            panel("source-gradient", source_order.gradients, orders, look, several="each_order", area="below",
                  size="half"),
            panel("orders-training", source_order.training, orders, look, several="each_order", area="below",
                  size="half"),
        ],
        card=partial(cards.encoder_decoder, scene),
        lead="All that the decoder knows of the source is c. Step to a word said: the green bar is over the word read "
        "that it needs. Question answering and dialogue are the same picture: read a question, say an answer.",
        player=player("target", "word", scene.step_number, scene.steps),
        question=narrower(scene),
        proof=True,
    )  # fmt: skip


PAGE = Page(
    "encoder-decoder",
    compose,
    main=("number", "forcing", "beam", "context", "language"),
    more=("reversed", "snapshot"),
    selects=("target", "node", "unit"),
    accent=FORWARD,
    run=store.translated,
)
