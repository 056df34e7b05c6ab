"""Tasks over the sentences of a grammar: what tagging and sentiment have in common.

Split: a sentence is kept back by its own letters (core.tasks.grammar.kept_back), so that none of those is ever drawn to
learn from; measured is on HELD_OUT different ones of them, the same at every call.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from core.passes.batch import Batch
from core.passes.losses import Loss
from core.tasks.grammar import Grammar, Sentence
from core.tasks.task import Task, sized
from core.tasks.vocabulary import one_hot, padded

Array = NDArray[Any]
HELD_OUT = 2000


class Sentences(Task):
    """A task whose examples are sentences of `grammar`, one word a step, one-hot."""

    grammar: ClassVar[Grammar]

    def __init__(self) -> None:
        self.input_words = self.grammar.vocabulary.words

    @abstractmethod
    def answers(self, tags: tuple[str, ...]) -> Any:
        """What should come out for a sentence with these tags of its grammar."""

    @abstractmethod
    def loss(self, answers: Sequence[Any]) -> Loss:
        """The loss of a batch whose sentences have these answers."""

    def draw(self, rng: Generator, size: int) -> Batch:
        return self.batch(self.grammar.draw(rng, size, learned=True))

    def held_out(self, size: int | None = None) -> Batch:
        if size is None:
            return self._held_out
        return self.batch(self.sentences(size))

    def sentences(self, size: int | None = None) -> list[Sentence]:
        """The words and tags of held_out(size)."""
        return self._kept_back[: sized(size, HELD_OUT)]

    def batch(self, sentences: Sequence[Sentence]) -> Batch:
        places, lengths = padded([self.grammar.vocabulary.index(words) for words, _ in sentences])
        inputs = one_hot(places, self.input_size, lengths)
        return Batch(inputs, self.loss([self.answers(tags) for _, tags in sentences]), lengths)

    def tokens(self, text: str) -> list[str]:
        """A user's sentence as words. Raises InvalidValue for none and for unknown ones."""
        return self.grammar.tokens(text)

    def encode(self, tokens: Sequence[str]) -> Array:
        """(T, 1, D) one-hot. Raises InvalidValue for unknown words."""
        return one_hot(np.array(self.grammar.vocabulary.index(tokens))[:, None], self.input_size)

    def example(self, tokens: Sequence[str]) -> Batch | None:
        """A user's sentence with what should come out; None if the grammar does not make it, and so gives no answer."""
        taggings = self.grammar.taggings(tokens)
        return self.batch([(tuple(tokens), taggings.pop())]) if taggings else None

    @cached_property
    def _kept_back(self) -> list[Sentence]:
        return self.grammar.distinct(default_rng(0), HELD_OUT)

    @cached_property
    def _held_out(self) -> Batch:
        return self.batch(self._kept_back)
