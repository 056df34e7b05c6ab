"""Vanishing and exploding gradients: who still hears the past, and why."""

from functools import partial

from explorer import cards
from explorer.figures import causes, clipped, norms, pairs, truncated
from explorer.look.style import BACKWARD, Look
from explorer.page.page import Page
from explorer.page.view import View, panel
from explorer.passes import store
from explorer.passes.scenario import Scenario
from explorer.questions.networks import raise_gain
from explorer.state.what_if import WHAT_IF


def compose(scene: Scenario, look: Look) -> View:
    every = store.every_loss(scene.settings)
    cells = store.each_cell(scene.settings) if scene.settings.compare else (scene,)
    return View(
        eyebrow="Training · Vanishing and exploding gradients",
        panels=[
            panel("by-cell", norms.by_cell, cells, look, size="half"),
            panel("matrix", pairs.matrix, every, look, size="half"),
            panel("product", pairs.product, every, look, area="card"),
            *([panel("truncated", truncated.parameters, scene, look, area="below")] if scene.settings.truncate else []),
            panel("singular-values", pairs.singular_values, every, look, area="below", size="half"),
            panel("saturation", causes.saturation, scene, look, area="below", size="half"),
            panel("clipping", clipped.norms, scene, look, area="below", size="half", controls=("clip_by", "clip")),
            panel(
                "cliff",
                clipped.surface,
                scene,
                look,
                area="below",
                size="half",
                controls=("rate", "cliff_w", "cliff_b"),
            ),
        ],
        card=partial(cards.pair, every),
        lead="Look at the left ends of the curves. Drag Gain: a tanh network saturates before it explodes; the "
        "identity, under More, explodes. Choose the LSTM and open its forget gate: its cell c carries the gradient.",
        question=raise_gain(scene),
        notice=truncated.notice(scene),
        proof=True,
    )


PAGE = Page(
    "gradients",
    compose,
    main=("text", "gain", "radius", "length", "cell", "forget_bias"),
    more=(
        *WHAT_IF, "truncate", "k2", "k1", "hidden", "compare", "loss", "loss_steps", "loss_time", "step",
        "nonlinearity", "scheme", "initial", "seed",
    ),
    beneath=("clip_by", "clip", "rate", "cliff_w", "cliff_b"),
    selects=("parameter",),
    accent=BACKWARD,
)  # fmt: skip
