"""Encoder and decoder: a sentence through a context of so many numbers into another language."""

from explorer import panels, store
from explorer.conditional import Conditional
from explorer.figures import encoder_decoder
from explorer.style import FORWARD, Look
from explorer.view import View, panel, player


def compose(scene: Conditional, look: Look) -> View:
    return View(
        eyebrow="Architectures · Encoder and decoder",
        panels=[
            panel("translation", encoder_decoder.drawn, scene, look),
        ],
        player=player("target", "word", scene.step_number, scene.steps),
        proof=True,
    )


panels.show(
    "encoder-decoder",
    compose,
    main=("number", "forcing", "beam", "context", "language"),
    more=("reversed", "snapshot", "unit"),
    accent=FORWARD,
    run=store.translated,
)
