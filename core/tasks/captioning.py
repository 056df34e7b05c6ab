"""Captioning: an image of a digit is read once, then its English name is spelled out, "seven∎".

Data, source, licence, split and jitter: core.tasks.images. ∎ ends a name.

At the first step a model reads the 64 pixels, and no letter; at every later step no pixels, and the letter before. What
it says of the image it must keep in its state. The loss enters at every step up to and with ∎.

Measure: the share of the held-out images whose name is right as a whole when each letter said is the one read next
(greedy, free running); and nats a letter when the right ones are read (teacher forcing). Baseline: nats a letter of
whoever knows only how frequent every letter is. Solved: at least 95 % of the names.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from core.errors import InvalidType
from core.networks.network import Network
from core.passes.batch import Batch
from core.passes.generation import generate
from core.passes.losses import cross_entropy
from core.passes.patterns import Model
from core.tasks import images
from core.tasks.measuring import by_frequency, logits, mean_loss, whole
from core.tasks.task import Measure, Task
from core.tasks.vocabulary import Vocabulary, one_hot, padded

Array = NDArray[Any]
END = "∎"
NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
LETTERS = tuple(sorted(set("".join(NAMES))))
PIXELS = len(images.PIXELS)


class Captioning(Task):
    name = "captioning"
    title = "Naming a handwritten digit"
    pattern = "generator"
    origin = images.ORIGIN
    input_words = (*images.PIXELS, *LETTERS)
    output_words = (*LETTERS, END)

    longest = max(map(len, NAMES)) + 1
    """Steps of the longest name, its end included."""
    end = len(LETTERS)
    """The place of ∎ among the output words."""

    # For a page

    def encode(self, image: ArrayLike) -> Array:
        """(1, D): what is read first of an image of 8 × 8 pixels. Raises as images.drawn."""
        return self._seen(images.drawn(image))

    def embed(self, words: Array) -> Array:
        """(B, D): what is read of the letters said, (B,) places; zero after the end."""
        letters = one_hot(words, len(LETTERS))
        return np.concatenate([np.zeros((len(letters), PIXELS), np.float32), letters], axis=-1)

    def joined(self, words: Iterable[str]) -> str:
        """The name that letters spell, up to the end."""
        return "".join(words).partition(END)[0]

    # Examples

    def draw(self, rng: Generator, size: int) -> Batch:
        return self._batch(images.to_learn(rng, size))

    def held_out(self, size: int | None = None) -> Batch:
        return self._batch(images.held_out(size))

    def _seen(self, pixels: Array) -> Array:
        """(B, 64) -> (B, D)"""
        return np.concatenate([pixels, np.zeros((len(pixels), len(LETTERS)), np.float32)], axis=-1)

    def _batch(self, some: images.Images) -> Batch:
        said, lengths = padded(_spelled(some.digits))
        later = [self.embed(letters) for letters in said[:-1]]
        inputs = np.stack([self._seen(some.flat), *later])
        inputs[np.arange(len(said))[:, None] >= lengths] = 0
        return Batch(inputs, cross_entropy(said, reduction="mean"), lengths)

    def measure(self, model: Model, size: int | None = None) -> Measure:
        if not isinstance(model, Network):
            raise InvalidType("model", "a Network", type(model).__name__, "train one that reads image and letters")
        batch = self.held_out(size)
        said = generate(model, batch.inputs[0], self.embed, self.longest, end=self.end)
        share = float(whole(said.words, said.lengths, batch).mean())
        error = mean_loss(batch, logits(model, batch))
        return Measure(share, "names", batch.size, share >= 0.95, error, "nats a letter", self.baseline)

    @cached_property
    def baseline(self) -> float:
        """Nats a letter of the held-out names, from how often each letter is in those to learn from."""
        learned, kept = (_spelled(part.digits) for part in images.split())
        return by_frequency(np.concatenate(learned), np.concatenate(kept))


def _spelled(digits: Array) -> list[list[int]]:
    """The places of every digit's letters, and of the end."""
    names = [Vocabulary(Captioning.output_words).index((*name, END)) for name in NAMES]
    return [names[digit] for digit in digits]
