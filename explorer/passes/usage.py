"""The usage patterns at work: a trained network on the user's own sentence, prompt or digit, in its task's pattern.

What a network is used for is where its inputs come from and where its loss enters (core.passes.patterns). The networks
are snapshots of shipped films, as everywhere in explorer.passes.at_snapshot; what is new here is an image read in one
step, and an output that is read as the next input.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.random import default_rng

from core import record
from core.analysis import depth
from core.errors import InvalidValue
from core.films.film import Film
from core.networks.network import Network
from core.oracle import Proof, pairs
from core.passes import generation, losses
from core.passes.patterns import ConditionalTrace
from core.passes.trace import Trace
from core.tasks.captioning import END, NAMES
from explorer.passes import at_snapshot, translation
from explorer.passes.at_snapshot import AtSnapshot
from explorer.passes.once import once
from explorer.passes.source import Snapshot
from explorer.state import inputs, splitting
from explorer.state.errors import refused
from explorer.state.settings import Settings, depended_on
from explorer.state.usage import image, kind

IMAGE = "image"  # the token of a step at which an image is read
NO_INK = "The pad is empty: draw a digit, or choose a held-out one. "
DRAWN = "Nobody knows the right answer for a digit drawn by hand: the network’s own stands for it. "


@dataclass(frozen=True)
class Usage(AtSnapshot):
    """A pass in its pattern.

    said     (T,) places in the vocabulary: what comes out at every step; a generator reads it at the next one
    right    what should come out, where that is known; may be shorter or longer than what a generator said
    other    of an encoder: the same pass with its loss at every step, or at the last alone, whichever this one has not
    pixels   (8, 8) of an image that is read first, from 0 to 1; else None
    before   what was read before the first step, and is in the state that the pass starts from
    pair     of a conditional generator: both its passes; `trace` is the decoder's, and all above is of that alone. The
             steps are those of both, one after the other; the loss is of what it says itself
    """

    said: tuple[int, ...] = ()
    right: tuple[int, ...] | None = None
    other: Trace | None = None
    pixels: np.ndarray | None = None
    before: str = ""
    pair: ConditionalTrace | None = None

    def proof(self, **how: Any) -> Proof:
        return super().proof(**how) if self.pair is None else pairs.compare(self.pair, **how)

    @property
    def source(self) -> Trace | None:
        """The encoder's pass, of a conditional generator."""
        return None if self.pair is None else self.pair.encoder

    @property
    def offset(self) -> int:
        """The steps before the first that has an output: those of an encoder of its own."""
        return 0 if self.source is None else len(self.source.inputs)

    @property
    def out(self) -> int:
        """The step whose output is looked at, among those that have one, 0-based: the selected one, or the first."""
        return max(0, self.step - self.offset)

    @property
    def passes(self) -> list[Trace]:
        """The pass, or those of encoder and decoder."""
        return [self.trace] if self.source is None else [self.source, self.trace]

    def hidden(self, direction: str = "forward") -> np.ndarray:
        """(steps, H): every state of a chain."""
        return np.concatenate([one[0, direction].hidden[:, 0] for one in self.passes])

    def gradients(self, direction: str = "forward") -> tuple[np.ndarray, np.ndarray]:
        """∂L/∂h_t of a chain, (steps, H), and of that what came from the next step it makes. All that an encoder's
        last state gets, it gets through the decoder's first one."""
        parts = [once(depth.split, one, 0, direction) for one in self.passes]
        total, time = (np.concatenate([getattr(part, name)[:, 0] for part in parts]) for name in ("total", "time"))
        if self.source is not None:
            time[self.offset - 1] = total[self.offset - 1]
        return total, time

    @property
    def pattern(self) -> str:
        return self.settings.pattern

    @property
    def temperature(self) -> float:
        """Of the probabilities shown: only a generator draws, all others are as trained."""
        return self.settings.temperature if self.pattern == "generator" else 1.0

    @property
    def probabilities(self) -> np.ndarray:
        """(T, K): P(y_t) at the temperature."""
        return generation.distribution(self.trace.logits[:, 0], self.temperature)

    @property
    def loss_steps(self) -> list[int]:
        """The steps where the loss enters, 0-based."""
        at = self.trace.arguments["loss"].at
        if isinstance(at, str):
            return [len(self.said) - 1] if at == "last" else list(range(len(self.said)))
        return list(at)

    @property
    def targets(self) -> list[int]:
        """(T,): what the loss compares with, where it enters."""
        return [int(k) for k in at_snapshot.every_step(self.trace.arguments["loss"], len(self.said)).reshape(-1)]

    @property
    def words(self) -> list[str]:
        """What comes out at every step."""
        return [self.sequence.vocabulary[place] for place in self.said]

    @property
    def correct(self) -> list[bool] | None:
        """Whether what comes out at every step is right, where that is known."""
        if self.right is None:
            return None
        return [t < len(self.right) and place == self.right[t] for t, place in enumerate(self.said)]

    @property
    def ambiguous(self) -> np.ndarray:
        """(T,) of a transducer: whether the words so far leave a word's tag open."""
        task: Any = self.task
        if self.pattern != "transducer" or not self.known:
            return np.zeros(self.steps, bool)
        return task.ambiguous(self.tokens)


def run(settings: Settings) -> Usage:
    """The pattern of the settings at work. Raises InputError for what cannot be read."""
    return MAKE[settings.pattern](settings)


def key(settings: Settings) -> Hashable:
    """What tells a pass from every other one; where nothing is drawn at random, the words do not depend on the
    temperature."""
    return depended_on(settings, () if settings.choosing == "sampled" else ("temperature", "choosing", "draw"))


def other_ways(scene: Usage) -> Usage:
    """The same sentence read by the network that reads both ways, or by the one that reads forwards only."""
    return run(scene.settings.but(both_ways=not scene.settings.both_ways))


def otherwise(scene: Usage) -> Usage | None:
    """Of a transducer: the same network on a sentence that begins with the same words, up to the last one that is still
    open there, and in which other tags are right for those. None where no word is open, or nobody knows its tag."""
    opened = np.flatnonzero(scene.ambiguous)
    if not len(opened) or scene.right is None:
        return None
    task: Any = scene.task
    tags = [scene.sequence.vocabulary[place] for place in scene.right]
    words = task.grammar.otherwise(scene.tokens[: opened[-1] + 1], tags)
    return None if words is None else run(scene.settings.but(tagged=" ".join(words)))


def _of_hand(pixels: np.ndarray, digit: int | None) -> str:
    """What is said of an image that nobody knows the digit of."""
    if digit is not None:
        return ""
    return DRAWN if pixels.any() else NO_INK


def _one_to_one(settings: Settings) -> Usage:
    film, at, model = _model(settings)
    task: Any = film.recipe.learned()
    pixels, digit = image(settings)
    x = task.encode(pixels)[None]
    said = int(record(model, x).logits[0, 0].argmax())
    trace = record(model, x, loss=losses.cross_entropy([[said if digit is None else digit]]))
    right = None if digit is None else (digit,)
    return _usage(settings, film, at, trace, (IMAGE,), (said,), right, _of_hand(pixels, digit), pixels=pixels)


def _read(settings: Settings) -> Usage:
    """A sentence of the user's own, read once: the encoder, the transducer."""
    film, _, _ = _model(settings)
    scene = at_snapshot.at_snapshot(film, settings)
    said = tuple(int(k) for k in scene.trace.logits[:, 0].argmax(-1))
    right = tuple(int(k) for k in scene.sequence.targets[:, 0]) if scene.known else None
    given = {f.name: getattr(scene, f.name) for f in fields(AtSnapshot)}
    if settings.pattern == "transducer":
        return Usage(**given, said=said, right=right)
    every = losses.cross_entropy(scene.sequence.targets)
    passes = {"last": scene.trace, "every": record(scene.trace.network, scene.trace.inputs, loss=every)}
    trace, other = passes.pop(settings.asked), passes.popitem()[1]
    return Usage(**given | {"trace": trace}, said=said, right=right, other=other)


def _generator(settings: Settings) -> Usage:
    return _caption(settings) if settings.writes == "captioning" else _text(settings)


def _caption(settings: Settings) -> Usage:
    film, at, model = _model(settings)
    task: Any = film.recipe.learned()
    pixels, digit = image(settings)
    written = _written(settings, model, task.encode(pixels), task.embed, task.longest, end=task.end)
    said = tuple(int(k) for k in written.words[:, 0])
    right = None if digit is None else tuple(task.output_words.index(letter) for letter in (*NAMES[digit], END))
    trace = record(model, written.inputs, loss=_compared(said, right))
    tokens = (IMAGE, *(task.output_words[k] for k in said[:-1]))
    return _usage(settings, film, at, trace, tokens, said, right, _of_hand(pixels, digit), pixels=pixels)


def _text(settings: Settings) -> Usage:
    film, at, model = _model(settings)
    task: Any = film.recipe.learned()
    try:
        prompt = task.tokens(settings.continued)
    except InvalidValue as error:
        raise refused(error) from None
    *before, last = prompt
    state = record(model, task.encode(before)).final_states if before else {}
    embed: generation.Embed = lambda words: np.eye(task.input_size)[words]  # noqa: E731
    written = _written(settings, model, task.encode([last])[0], embed, settings.written, state=state)
    said = tuple(int(k) for k in written.words[:, 0])
    trace = record(model, written.inputs, loss=losses.cross_entropy(written.words), initial=state)
    tokens = (last, *(task.output_words[k] for k in said[:-1]))
    return _usage(settings, film, at, trace, tokens, said, None, "", before="".join(before))


def _translation(settings: Settings) -> Usage:
    """The pass of explorer.passes.translation, whose decoder runs freely."""
    film = at_snapshot.film(kind(settings), settings.cell)
    scene = translation.at_snapshot(film, settings.but(forcing="free", beam=1))
    tokens = (*scene.source, *scene.sequence.tokens)
    said = tuple(int(k) for k in scene.sequence.targets[:, 0])
    right = None if scene.right is None else tuple(translation.places(scene.task, scene.right).tolist())
    notice = scene.sequence.notice
    return _usage(settings, film, scene.at, scene.trace, tokens, said, right, notice, pair=scene.pair)


def _compared(said: tuple[int, ...], right: tuple[int, ...] | None) -> losses.Loss:
    """The loss of a name that was written freely: letter by letter against the right one, as far as both go; where
    nobody knows that, against itself."""
    if right is None:
        return losses.cross_entropy(np.array(said)[:, None])
    targets = right[: len(said)] + (0,) * (len(said) - len(right))
    return losses.cross_entropy(np.array(targets)[:, None], at=range(min(len(said), len(right))))


def _written(settings: Settings, model: Network, first: np.ndarray, *how: Any, **more: Any) -> generation.Generated:
    """What the network writes, greedily or drawn at the temperature."""
    if settings.choosing == "sampled":
        more |= {"temperature": settings.temperature, "rng": default_rng(settings.draw)}
    return generation.generate(model, first, *how, **more)


def _usage(
    settings: Settings, film: Film, at: int, trace: Trace, tokens: Sequence[str], said: tuple[int, ...],
    right: tuple[int, ...] | None, notice: str, **more: Any,
) -> Usage:  # fmt: skip
    visible = tuple(splitting.VISIBLE.get(word, word) for word in film.recipe.learned().output_words)
    shown = tuple(splitting.VISIBLE.get(token, token) for token in tokens)
    targets = np.asarray(trace.arguments["loss"].targets)
    sequence = inputs.Sequence(shown, trace.inputs, targets, visible, notice)
    known = right is not None
    return Usage(settings, sequence, trace, film, at, known, said=said, right=right, **more)


def _model(settings: Settings) -> tuple[Film, int, Network]:
    """The film of the settings' pattern, the snapshot, and the network at it, in float64."""
    film = at_snapshot.film(kind(settings), settings.cell)
    source = Snapshot(film, at_snapshot.selected(film, settings))
    return film, source.at, source.network


MAKE: dict[str, Callable[[Settings], Usage]] = {
    "one-to-one": _one_to_one,
    "encoder": _read,
    "generator": _generator,
    "transducer": _read,
    "conditional generator": _translation,
}
