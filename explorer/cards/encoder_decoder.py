"""The selected word of a translation: what the decoder thinks, and how its gradient comes through the context."""

from __future__ import annotations

import numpy as np

from explorer.cards.common import Block, norm
from explorer.figures.encoder_decoder import selected
from explorer.look import style
from explorer.look.notation import magnitude, subscript
from explorer.page.view import Card, Heading, Paragraph, Rows, equation
from explorer.passes.translation import Translated

MOST = 3  # words told of a distribution


def encoder_decoder(scene: Translated) -> Card:
    """P(y_t) at the selected step, what comes of the whole, and the derivative through c of the word most needed."""
    t = scene.step
    title = f"Word {t + 1}, {selected(scene)}"
    return Card(title, [*_probabilities(scene), *_outcome(scene), *_through(scene)])


def _probabilities(scene: Translated) -> list[Block]:
    t, words = scene.step, scene.sequence.vocabulary
    p = scene.trace.predictions[t, 0]
    best = np.argsort(-p, kind="stable")[:MOST]
    read = f"h₀ = c; after “{scene.tokens[t]}”:"
    rows = [(f"P(“{words[k]}”)", f"{p[k]:.3f}", style.FORWARD if words[k] == scene.targets[t] else None) for k in best]
    return [equation("decoder", read), Rows(rows)]


def _outcome(scene: Translated) -> list[Block]:
    """The whole phrase that it says when it reads its own words, and its log P."""
    words = " ".join(word for word in scene.said if word != scene.sequence.vocabulary[scene.task.end])
    told = {True: "right", False: "wrong", None: "nobody knows whether it is right"}[scene.correct]
    rows = [("log P of it", f"{scene.hypotheses[0].log_probability:.3f}".replace("-", "−"), style.FORWARD)]
    return [Heading("On its own it says"), Paragraph(f"{words}: {told}."), Rows(rows)]


def _through(scene: Translated) -> list[Block]:
    """∂o_t/∂x_k as the product of two Jacobians that meet in c."""
    t = scene.step
    k = int(np.argmax(np.nan_to_num(scene.lost[t])))
    jacobian = scene.by_context[t]
    to_source = scene.to_source[:, k]
    sizes = f"{jacobian.shape[0]} × {jacobian.shape[1]} times {to_source.shape[0]} × {to_source.shape[1]}"
    o, x = f"∂o{subscript(t + 1)}", f"∂x{subscript(k + 1)}"
    rows: list[tuple[str, str, str | None]] = [
        (f"‖{o}/∂c‖", norm(jacobian.ravel()), style.BACKWARD),
        (f"‖∂c/{x}‖, “{scene.source[k]}”", norm(to_source.ravel()), style.BACKWARD),
        (f"‖{o}/{x}‖", magnitude(float(scene.influence[t, k])), style.BACKWARD),
        ("‖∂L/∂c‖", norm(scene.pair.grad_context.ravel()), style.BACKWARD),
    ]
    return [Heading("Through the context"), equation("through_context", sizes), Rows(rows)]
