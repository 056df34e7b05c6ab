"""What can the output see? Five architectures on one input: every input's influence on every output, and its path."""

from functools import partial

from explorer import cards
from explorer.figures import influence
from explorer.look.style import BACKWARD, Look
from explorer.page.page import Page
from explorer.page.view import View, panel, player
from explorer.passes import store
from explorer.passes.architectures import Architectures
from explorer.questions.networks import twice_as_far
from explorer.state.what_if import WHAT_IF


def compose(five: Architectures, look: Look) -> View:
    return View(
        eyebrow="Foundations · What can the output see?",
        panels=[panel("matrices", influence.matrices, five, look)],
        card=partial(cards.influence, five),
        lead="Row by row: what an output still sees of each input. Widen the window, add layers of convolution, or "
        "lengthen the input, and watch x₁.",
        player=player("step", "output", five.step_number, five.steps),
        question=twice_as_far(five),
        proof=True,
    )


PAGE = Page(
    "influence",
    compose,
    main=("text", "length", "gain", "radius", "window", "step"),
    more=(*WHAT_IF, "cell", "convolutions", "hidden", "nonlinearity", "scheme", "forget_bias", "initial", "seed"),
    accent=BACKWARD,
    run=store.architectures,
)
