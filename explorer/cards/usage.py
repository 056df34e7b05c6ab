"""A usage pattern at one step: how the state comes about, P(y_t) as a ranked table, and where the loss enters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from core.analysis.norms import euclidean
from explorer.cards.common import Block, index, norm
from explorer.cards.values import gated_state
from explorer.look import style
from explorer.look.notation import counted, magnitude, signed, subscript
from explorer.page.view import Card, Heading, Paragraph, Rows, equation
from explorer.passes.usage import IMAGE, Usage

RANKS = 5


def usage(scene: Usage) -> Card:
    t = scene.step
    reading = "the image" if scene.tokens[t] == IMAGE else f"“{scene.tokens[t]}”"
    first = [_before(scene)] if scene.before and t == 0 else []
    title = f"Step {t + 1}, reading {reading}"
    if t < scene.offset:
        return Card(title, [*_state(scene), *_through_context(scene)])
    return Card(title, [*first, *_state(scene), *_answer(scene), *_loss(scene)])


def _before(scene: Usage) -> Block:
    n = len(scene.before)
    return Paragraph(f"h₀ has read the {counted(n, 'character')} before: a vector in, a sequence out.")


def _through_context(scene: Usage) -> list[Block]:
    """Of an encoder's step: no output, and what of the decoder's loss reaches it."""
    assert scene.source is not None
    numbers = len(scene.source.network.equations.states) * scene.source.network.hidden_size
    total = euclidean(scene.gradients()[0])
    rows: list[tuple[str, str, str | None]] = [
        (f"‖∂L/∂h{subscript(scene.step + 1)}‖", magnitude(float(total[scene.step])), style.BACKWARD),
        ("‖∂L/∂h‖ where c is", magnitude(float(total[scene.offset - 1])), style.BACKWARD),
    ]
    told = f"No output, no loss: what is read goes on in c, {numbers} numbers, whatever the length."
    return [Heading("The context c"), Paragraph(told), Rows(rows)]


def _state(scene: Usage) -> list[Block]:
    """h of the selected unit."""
    encoding = scene.source is not None and scene.step < scene.offset
    trace = scene.source if encoding and scene.source is not None else scene.trace
    t, j = scene.step if encoding else scene.out, scene.unit
    if scene.settings.of_cell.gated:
        seen: Any = replace(scene, trace=trace, pair=None, settings=scene.settings.but(step=t + 1))
        return gated_state(seen)
    chain = trace[0, "forward"]
    a, h = float(chain.preactivations["hidden"][t, 0, j]), float(chain.hidden[t, 0, j])
    return [equation("h", f"h{index(t, j)} = tanh({signed(a)}) = {signed(h)}")]


def _answer(scene: Usage) -> list[Block]:
    """P(y_t), and the most probable words of it."""
    t, tau, words = scene.out, scene.temperature, scene.sequence.vocabulary
    p, o = scene.probabilities[t], scene.trace.logits[t, 0]
    k = scene.said[t]
    with np.errstate(over="ignore"):
        total = float(np.exp(o / tau).sum())
    power = f"exp({signed(float(o[k]))})" if tau == 1 else f"exp({signed(float(o[k]))} / {tau:g})"
    numbers = f"“{words[k]}”: {power} / {magnitude(total)} = {p[k]:.3f}"
    rows = [
        (f"{n + 1}. “{words[b]}”", _probability(float(p[b])), style.FORWARD if b == k else None)
        for n, b in enumerate(np.argsort(-p, kind="stable")[:RANKS])
    ]
    name = "y_temperature" if scene.pattern == "generator" else "y_softmax"
    return [equation(name, numbers), Rows(rows)]


def _probability(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else magnitude(p)


def _loss(scene: Usage) -> list[Block]:
    """Where the loss enters, and what of it reaches this step."""
    t, trace = scene.out, scene.trace
    gradient = euclidean(trace[0, "forward"].grad_hidden[:, 0])
    here = f"‖∂L/∂h{subscript(scene.step + 1)}‖"
    rows: list[tuple[str, str, str | None]] = [(here, magnitude(float(gradient[t])), style.BACKWARD)]
    if scene.other is not None:
        there = "every step" if scene.settings.asked == "last" else "the last alone"
        rows.append((f"with the loss at {there}", norm(scene.other[0, "forward"].grad_hidden[t, 0]), style.GHOST))
    if trace.network.bidirectional:
        rows[0] = (f"{here}, chain →", *rows[0][1:])
        rows.append(("the same, chain ←", norm(trace[0, "reverse"].grad_hidden[t, 0]), style.BACKWARD))
    if t not in scene.loss_steps:
        at = "at the last step alone" if scene.pattern == "encoder" else "where there is a letter to compare with"
        return [Heading("The loss"), Paragraph(f"None enters here, but {at}."), Rows(rows)]
    k = scene.targets[t]
    word, value = scene.sequence.vocabulary[k], float(trace.losses[t, 0])
    numbers = f"−log P(“{word}”) = −log {trace.predictions[t, 0, k]:.3f} = {magnitude(value)}"
    told = f"The loss: right is “{word}”" if scene.known and scene.pair is None else f"The loss, of its own “{word}”"
    return [Heading(told), equation("L_cross_entropy", numbers), Rows(rows)]
