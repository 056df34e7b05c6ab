"""Digits: one image, one answer; a recurrent network of one step, which is a feed-forward one.

Data, source, licence, split and jitter: core.tasks.images. All 64 pixels are one vector, read at the only step.

Measure: the share of held-out images whose digit is right; nats an image. Baseline: log 10 nats, whoever guesses.
Solved: at least 95 %.
"""

from __future__ import annotations

from math import log
from typing import Any

from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from core.passes.batch import Batch
from core.passes.losses import cross_entropy
from core.passes.patterns import Model
from core.tasks import images
from core.tasks.measuring import logits, mean_loss
from core.tasks.task import Measure, Task


class Digits(Task):
    name = "digits"
    title = "Handwritten digits"
    pattern = "one-to-one"
    origin = images.ORIGIN
    input_words = images.PIXELS
    output_words = tuple("0123456789")

    def draw(self, rng: Generator, size: int) -> Batch:
        return self._batch(images.to_learn(rng, size))

    def held_out(self, size: int | None = None) -> Batch:
        return self._batch(images.held_out(size))

    def encode(self, image: ArrayLike) -> NDArray[Any]:
        """(1, 64): an image drawn by someone, as what is read. Raises as images.drawn."""
        return images.drawn(image)

    def _batch(self, some: images.Images) -> Batch:
        return Batch(some.flat[None], cross_entropy(some.digits[None], reduction="mean"))

    def measure(self, model: Model, size: int | None = None) -> Measure:
        batch = self.held_out(size)
        answers = logits(model, batch)
        share = float((answers.argmax(-1) == batch.loss.targets).mean())
        return Measure(share, "images", batch.size, share >= 0.95, mean_loss(batch, answers), "nats an image", log(10))
