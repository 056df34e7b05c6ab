"""The question of every usage pattern, to predict before the reveal; each answer is computed by a pass of its own."""

from __future__ import annotations

from collections.abc import Callable

from core.analysis.norms import euclidean
from core.passes.generation import distribution
from explorer.look.notation import counted, magnitude
from explorer.page.view import Question
from explorer.passes import usage
from explorer.passes.usage import Usage

Asked = tuple[str, list[str], Callable[[], str]]


def other_usage(scene: Usage) -> Question:
    """What a usage pattern does under one change: before training, with the loss elsewhere, warmer, or both ways."""
    settings = scene.settings
    ask, options, answer = USAGES[settings.pattern](scene)
    return Question(ask, options, answer() if settings.revealed else "", settings.revealed)


def _untrained(scene: Usage) -> Asked:
    def answer() -> str:
        before = usage.run(scene.settings.but(snapshot=1))
        word, p = before.words[0], float(before.probabilities[0].max())
        return f"It says {word} with probability {p:.2f}."

    return "Predict: before any training, how sure is it of this image?", ["as sure", "about 1 in 10"], answer


def _asked_elsewhere(scene: Usage) -> Asked:
    def answer() -> str:
        assert scene.other is not None
        here, there = (float(euclidean(trace[0, "forward"].grad_hidden[0, 0])) for trace in (scene.trace, scene.other))
        end, every = (here, there) if scene.settings.asked == "last" else (there, here)
        return f"{magnitude(end)} with one loss at the end, {magnitude(every)} with one at every step."

    return "Predict: at the first word, which loss is heard more?", ["last step", "every step"], answer


def _warmer(scene: Usage) -> Asked:
    t, now = scene.out, scene.temperature
    other = 2.0 if now != 2 else 1.0

    def answer() -> str:
        p = distribution(scene.trace.logits[t, 0], other)[scene.said[t]]
        return f"{scene.probabilities[t, scene.said[t]]:.2f} at τ = {now:g}, {p:.2f} at τ = {other:g}."

    return (
        f"Predict: at τ = {other:g}, what becomes of P(“{scene.words[t]}”) at step {t + 1}?",
        ["it grows", "it shrinks", "it stays"],
        answer,
    )


def _read_otherwise(scene: Usage) -> Asked:
    ways = "forwards only" if scene.settings.both_ways else "both ways"

    def answer() -> str:
        other = usage.other_ways(scene)
        if other.correct is None or scene.correct is None:
            differ = sum(a != b for a, b in zip(other.said, scene.said, strict=True))
            return f"{differ} of {scene.steps} tags change."
        return f"{sum(other.correct)} of {scene.steps}; now {sum(scene.correct)}."

    return (
        f"Predict: reading {ways}, how many of the {scene.steps} tags are right?",
        ["fewer", "as many", "more"],
        answer,
    )


def _handed_on(scene: Usage) -> Asked:
    assert scene.source is not None
    network = scene.source.network
    numbers = len(network.equations.states) * network.hidden_size

    def answer() -> str:
        longer = "the same for every number"
        return f"{numbers} numbers, {longer}; this one was read in {counted(scene.offset, 'word')}."

    options = [str(scene.offset), str(numbers), str(scene.offset * network.input_size)]
    return "Predict: how many numbers does the encoder hand on to the decoder?", options, answer


USAGES: dict[str, Callable[[Usage], Asked]] = {
    "one-to-one": _untrained,
    "encoder": _asked_elsewhere,
    "generator": _warmer,
    "transducer": _read_otherwise,
    "conditional generator": _handed_on,
}
