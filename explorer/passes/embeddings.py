"""One word in many sentences: the states at it, of a network that reads both ways and of one that reads forwards.

The networks are the shipped taggers, after training; the sentences are held out. What a bidirectional network has at a
word is [h→; h←], its embedding in this context; a one-directional one has h→ alone, which is the same wherever the
words before are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from core import films
from core.analysis import neighbours, projection
from core.analysis.projection import Plane
from core.errors import InvalidValue
from core.films.film import Film
from core.networks.network import Network
from core.passes.record import record
from core.tasks.tagging import Tagging
from explorer.passes import at_snapshot
from explorer.state.settings import Settings

MOST = 300  # occurrences of a word


@dataclass(frozen=True)
class Occurrence:
    """A word in its sentence, at place t, with its tag: None where the grammar does not make the sentence."""

    words: tuple[str, ...]
    t: int
    tag: str | None

    @property
    def sentence(self) -> str:
        """The sentence, the word in capitals."""
        return " ".join(word.upper() if t == self.t else word for t, word in enumerate(self.words))


@dataclass(frozen=True, eq=False)
class Cloud:
    """A word's states in a network.

    occurrences       n of them, in held-out sentences
    states            (n, S): [h→; h←] or h→
    plane, points     their principal components, and their places (n, 2) in these
    agreement         the share whose nearest neighbour in all S dimensions has the same tag
    own, own_points   the word's occurrences in the user's sentence, and their places in the same plane
    both              whether the network reads both ways
    """

    occurrences: tuple[Occurrence, ...]
    states: np.ndarray
    plane: Plane
    points: np.ndarray
    agreement: float
    own: tuple[Occurrence, ...]
    own_points: np.ndarray
    both: bool


def cloud(settings: Settings, both: bool) -> Cloud:
    """The states at the settings' word, of the tagger of their cell."""
    film = at_snapshot.film("tagging-both" if both else "tagging", settings.cell)
    occurrences = found(settings.embedded)
    held = _held(film, settings.embedded)
    plane, agreement = _measured(film, settings.embedded)
    own = mine(settings)
    own_states = states(film, own) if own else np.empty((0, held.shape[1]))
    return Cloud(occurrences, held, plane, plane.place(held), agreement, own, plane.place(own_states), both)


def unread(settings: Settings) -> str:
    """Why the user's own sentence cannot be read: a sentence; nothing where it can be."""
    try:
        _task().tokens(settings.tagged)
    except InvalidValue as error:
        return f"Your sentence for the word below, “{settings.tagged}”, cannot be read: {error}"
    return ""


def mine(settings: Settings) -> tuple[Occurrence, ...]:
    """The word's occurrences in the user's own sentence; none where it is not read or does not have the word."""
    task = _task()
    try:
        words = tuple(task.tokens(settings.tagged))
    except InvalidValue:
        return ()
    tags = task.gold(words)
    return tuple(
        Occurrence(words, t, tags[t] if tags else None) for t, word in enumerate(words) if word == settings.embedded
    )


@cache
def _task() -> Tagging:
    task = films.RECIPES["tagging-both-lstm"].learned()
    assert isinstance(task, Tagging)
    return task


@cache
def found(word: str) -> tuple[Occurrence, ...]:
    """The first occurrences of a word in the held-out sentences."""
    every = [
        Occurrence(words, t, tags[t])
        for words, tags in _task().sentences()
        for t, one in enumerate(words)
        if one == word
    ]
    return tuple(every[:MOST])


def states(film: Film, occurrences: tuple[Occurrence, ...]) -> np.ndarray:
    """(n, S): the outputs of a film's trained network at these words."""
    model, task = film.model(-1), _task()
    assert isinstance(model, Network)
    lengths = [len(one.words) for one in occurrences]
    inputs = np.zeros((max(lengths), len(occurrences), task.input_size))
    for b, one in enumerate(occurrences):
        inputs[: lengths[b], b] = task.encode(one.words)[:, 0]
    outputs = record(model, inputs, lengths=lengths).outputs
    return outputs[[one.t for one in occurrences], np.arange(len(occurrences))]


@lru_cache(maxsize=64)
def _held(film: Film, word: str) -> np.ndarray:
    return states(film, found(word))


@lru_cache(maxsize=64)
def _measured(film: Film, word: str) -> tuple[Plane, float]:
    held = _held(film, word)
    return projection.plane(held), neighbours.agreement(held, np.array([one.tag for one in found(word)]))
