"""A number translated by two networks at one moment of their training: the encoder reads, the decoder says.

The networks are a snapshot of a shipped film (core.films); the source is the user's own. Whatever the decoder reads,
both passes are recorded on exactly that:

    teacher forced   the right words; the loss is −log P of the right phrase
    free running     its own words, of the most probable phrase that a beam finds (of width 1: greedy); there is then no
                     right word at a step, and the loss is −log P of the phrase that it says

Words that are no number have no right phrase: the decoder then runs freely, and the page says so.
"""

from __future__ import annotations

from collections.abc import Sequence as Some
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from core import films
from core.analysis import context
from core.analysis.erasure import erasure
from core.errors import InvalidValue
from core.films.film import Film
from core.networks.network import Network
from core.oracle import Proof, pairs
from core.passes import losses, patterns
from core.passes.batch import Batch
from core.passes.generation import Hypothesis, beam
from core.passes.patterns import ConditionalGenerator, ConditionalTrace
from core.passes.trace import Trace
from core.tasks.translation import Translation
from explorer.passes.at_snapshot import Filmed, selected
from explorer.passes.source import Snapshot
from explorer.state.errors import refused
from explorer.state.inputs import Sequence
from explorer.state.settings import Settings

MOST_WORDS = 16  # of a source; beyond it the words of the drawing are too small to read
NOTHING = "∅"  # what the decoder reads before it has said a word


@dataclass(frozen=True)
class Translated(Filmed):
    """One pass of one phrase through both networks, in float64.

    source       the English words, in the order in which they are read
    sequence     of the decoder: what it reads, and as its targets the words that the loss is of
    pair         the passes of both; `trace` is the decoder's
    right        the right words and the end; None where nobody knows them
    hypotheses   the most probable phrases that the beam found, whatever the decoder reads
    forced       whether the decoder reads the right words
    film, at     the training, and which of its snapshots, 0-based
    """

    settings: Settings
    source: tuple[str, ...]
    sequence: Sequence
    pair: ConditionalTrace
    right: tuple[str, ...] | None
    hypotheses: tuple[Hypothesis, ...]
    forced: bool
    film: Film
    at: int
    made_by: str = "run"
    original: None = None

    @property
    def trace(self) -> Trace:
        return self.pair.decoder

    def proof(self, **how: Any) -> Proof:
        return pairs.compare(self.pair, **how)

    @property
    def encoder(self) -> Network:
        return self.pair.encoder.network

    @property
    def task(self) -> Translation:
        return translation(self.film)

    @property
    def step(self) -> int:
        """The selected word of the decoder, 0-based, inside its phrase."""
        return self.step_number - 1

    @property
    def step_number(self) -> int:
        """The selected word, from 1; the last one before the end where none is selected that there is."""
        chosen = self.settings.target
        if chosen is not None and chosen <= self.steps:
            return chosen
        ended = self.sequence.targets[-1, 0] == self.task.end
        return max(1, self.steps - int(ended))

    @property
    def place(self) -> tuple[int, str]:
        """The chain of either network that is looked at: they have one."""
        return 0, "forward"

    @property
    def best(self) -> tuple[str, ...]:
        """(T): the most probable word at every step, after the words that were read."""
        return tuple(self.sequence.vocabulary[k] for k in self.trace.predictions[:, 0].argmax(-1))

    @property
    def targets(self) -> tuple[str, ...]:
        """(T): the words that the loss is of: the right ones, or those that it says."""
        return tuple(self.sequence.vocabulary[k] for k in self.sequence.targets[:, 0])

    @property
    def said(self) -> tuple[str, ...]:
        """What it says freely, and the end if it comes to one."""
        return phrase(self.task, self.hypotheses[0])

    @property
    def correct(self) -> bool | None:
        """Whether that is right; None where nobody knows."""
        return None if self.right is None else self.said == self.right

    @property
    def by_context(self) -> np.ndarray:
        """∂o_t/∂c (T, K, C)"""
        return _by_context(self.pair)

    @property
    def to_source(self) -> np.ndarray:
        """∂c/∂x_k (C, S, D)"""
        return _to_source(self.pair)

    @property
    def influence(self) -> np.ndarray:
        """‖∂o_t/∂x_k‖ (T, S): of every output by every word of the source, through the context."""
        return _influence(self.pair)

    @property
    def lost(self) -> np.ndarray:
        """(T, S): the nats that the loss at every step grows by when a word of the source is left unread."""
        return _lost(self.pair)


@lru_cache(maxsize=64)
def _by_context(pair: ConditionalTrace) -> np.ndarray:
    """Of `core.analysis.context`, remembered as all that follow: they are the same whatever is selected in the pass."""
    return context.output_by_context(pair)


@lru_cache(maxsize=64)
def _to_source(pair: ConditionalTrace) -> np.ndarray:
    return context.context_by_source(pair)


@lru_cache(maxsize=64)
def _influence(pair: ConditionalTrace) -> np.ndarray:
    return context.norms(_by_context(pair), _to_source(pair))


@lru_cache(maxsize=64)
def _lost(pair: ConditionalTrace) -> np.ndarray:
    return erasure(pair)


def run(settings: Settings) -> Translated:
    """The film that the settings name at their snapshot, on their number. Raises InputError for what cannot be read."""
    return at_snapshot(films.film(name(settings)), settings)


def orders(settings: Settings) -> tuple[Settings, ...]:
    """The same German view with the source read forwards and backwards."""
    german = settings.but(language="de", context="43")
    return tuple(german.but(reversed=backwards) for backwards in (False, True))


def each_order(settings: Settings) -> tuple[Translated, ...]:
    """One pass an order of `orders`."""
    return tuple(run(one) for one in orders(settings))


def name(settings: Settings) -> str:
    """The shipped film of the settings' language, order and context. French and the reversed source have one each."""
    if settings.language == "fr":
        return "translation-fr-gru"
    if settings.reversed:
        return "translation-reversed-gru"
    return CONTEXTS[settings.context]


CONTEXTS = {
    "4": "translation-4-gru",
    "8": "translation-8-gru",
    "16": "translation-16-gru",
    "32": "translation-32-gru",
    "43": "translation-de-gru",
    "lstm": "translation-de-lstm",
    "rnn": "translation-de-rnn",
}


def translation(film: Film) -> Translation:
    """The task of a film of translation."""
    task = film.recipe.learned()
    assert isinstance(task, Translation)
    return task


def at_snapshot(film: Film, settings: Settings) -> Translated:
    """A film, shipped or live, at the settings' snapshot, on their number. Raises InputError as `run`."""
    at = selected(film, settings)
    model, task = _model(film, at), translation(film)
    tokens, notice = read(task, settings.number)
    answer = task.answer(tokens)
    right = None if answer is None else (*answer, task.output_words[task.end])
    hypotheses = tuple(heard(model, task, tokens, settings.beam))
    forced = settings.forcing == "forced" and right is not None
    if right is None:
        own = ", and the decoder reads its own words" if settings.forcing == "forced" else ""
        notice += f"These words are no number from 0 to {task.largest}: the answer cannot be checked{own}. "
    said = right if forced and right is not None else phrase(task, hypotheses[0])
    pair = _recorded(film, at, tuple(tokens), said)
    shown = Sequence((NOTHING, *said[:-1]), pair.decoder.inputs, places(task, said)[:, None], task.output_words, notice)
    source = tuple(reversed(tokens)) if task.reverse else tuple(tokens)
    return Translated(settings, source, shown, pair, right, hypotheses, forced, film, at)


@lru_cache(maxsize=64)
def _model(film: Film, at: int) -> ConditionalGenerator:
    """The networks of a snapshot in float64."""
    model = Snapshot(film, at).model
    assert isinstance(model, ConditionalGenerator)  # single networks are explorer.passes.at_snapshot's
    return model


@lru_cache(maxsize=64)
def _recorded(film: Film, at: int, tokens: tuple[str, ...], said: tuple[str, ...]) -> ConditionalTrace:
    """The passes over a source and a phrase: the same ones, however that phrase was found."""
    pair = patterns.run(_model(film, at), batch(translation(film), tokens, said))
    assert isinstance(pair, ConditionalTrace)
    return pair


def read(task: Translation, text: str) -> tuple[list[str], str]:
    """The English words of a text, and what to say of them. Raises InputError for what is no number in words."""
    try:
        tokens = task.tokens(text)
    except InvalidValue as error:
        raise refused(error) from None
    if len(tokens) <= MOST_WORDS:
        return tokens, ""
    return tokens[:MOST_WORDS], f"The first {MOST_WORDS} of {len(tokens)} words are read. "


def places(task: Translation, words: Some[str]) -> np.ndarray:
    """(T,): where words stand among the output words."""
    return np.array([task.output_words.index(word) for word in words])


def batch(task: Translation, tokens: Some[str], said: Some[str]) -> Batch:
    """The source and a phrase of the other language, its end included where it has one: what both networks read when
    the decoder is told to say this, and the loss −log P of it."""
    spoken = places(task, said)
    inputs = np.concatenate([task.first, task.embed(spoken[:-1])])[:, None]
    return Batch(inputs, losses.cross_entropy(spoken[:, None]), None, task.encode(tokens))


def heard(model: ConditionalGenerator, task: Translation, tokens: Some[str], width: int) -> list[Hypothesis]:
    """The most probable phrases that a beam finds for a source, the best first."""
    encoded = patterns.encode(model, batch(task, tokens, [task.output_words[task.end]]))
    start = encoded.final_states
    return beam(model.decoder, task.first, task.embed, task.longest, width=width, end=task.end, state=start)


def phrase(task: Translation, hypothesis: Hypothesis) -> tuple[str, ...]:
    """The words of a hypothesis, with the end if it came to one."""
    ended = (task.end,) if hypothesis.ended else ()
    return tuple(task.output_words[k] for k in (*hypothesis.words, *ended))
