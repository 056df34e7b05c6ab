"""Words and their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidValue

Array = NDArray[Any]


@dataclass(frozen=True)
class Vocabulary:
    """K words, each with its place from 0."""

    words: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def places(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self.words)}

    def index(self, words: Iterable[str]) -> list[int]:
        """The places of words. Raises InvalidValue for one that is not among them."""
        words = list(words)
        if unknown := [word for word in words if word not in self.places]:
            few = ", ".join(self.words[:12]) + (", …" if len(self) > 12 else "")
            raise InvalidValue("a word", f"one of the {len(self)} known: {few}", f"“{unknown[0]}”", "write another")
        return [self.places[word] for word in words]

    def spelled(self, places: Iterable[int]) -> list[str]:
        return [self.words[place] for place in places]


def one_hot(places: Array, size: int, lengths: Array | None = None) -> Array:
    """(T, B) places -> (T, B, size) float32, zero where a sequence has ended."""
    vectors: Array = (np.asarray(places)[..., None] == np.arange(size)).astype(np.float32)
    if lengths is not None:
        vectors *= (np.arange(len(vectors))[:, None] < lengths)[..., None]
    return vectors


def padded(sequences: Sequence[Sequence[int]]) -> tuple[Array, Array]:
    """Sequences of places -> (T, B), zero where one has ended, and their lengths (B,)."""
    lengths = np.array([len(sequence) for sequence in sequences])
    places = np.zeros((lengths.max(), len(sequences)), int)
    for b, sequence in enumerate(sequences):
        places[: len(sequence), b] = sequence
    return places, lengths
