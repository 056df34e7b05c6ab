"""What every task is: examples to learn from, examples kept back, and a measure.

A task knows no network's size. It says what goes in and what should come out, one Batch at a time; a model that
learned it (core.passes.patterns) is measured on examples that no training ever draws.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from numpy.random import Generator

from core import checks
from core.passes.batch import Batch
from core.passes.patterns import Model


@dataclass(frozen=True)
class Measure:
    """How well a model does on examples that it never saw.

    share      of the examples (words, sequences, phrases: `of` says which) that are right, from 0 to 1
    of         "words", "sentences", "phrases", …
    count      how many there were
    error      the task's own error in `unit`, where it has one ("nats a character", "mean squared error"), else None
    baseline   what that error, or else the share, is without any memory or any learning; None where nothing is known
    solved     whether the task's criterion, named in its docstring, is met
    """

    share: float
    of: str
    count: int
    solved: bool
    error: float | None = None
    unit: str = ""
    baseline: float | None = None


class Task(ABC):
    """A task. Its module's docstring names data, source, licence, split and criterion.

    name          its key in core.tasks
    title         in words
    pattern       "one-to-one" | "encoder" | "generator" | "transducer" | "conditional generator"
    origin        where the data comes from and under what licence, in one sentence
    input_words   what the inputs' entries stand for, (D,) words; empty where they are numbers
    output_words  what the logits stand for, (K,) words; empty where they are numbers
    input_size D, output_size K; source_size of what an encoder reads, 0 without one
    output        "softmax" | "identity": what makes predictions of the logits
    """

    name: ClassVar[str]
    title: ClassVar[str]
    pattern: ClassVar[str]
    origin: ClassVar[str]
    output: ClassVar[str] = "softmax"

    input_words: tuple[str, ...] = ()
    output_words: tuple[str, ...] = ()
    source_words: tuple[str, ...] = ()

    @property
    def input_size(self) -> int:
        return len(self.input_words)

    @property
    def output_size(self) -> int:
        return len(self.output_words)

    @property
    def source_size(self) -> int:
        return len(self.source_words)

    @abstractmethod
    def draw(self, rng: Generator, size: int) -> Batch:
        """`size` examples to learn from; never one that is held out."""

    @abstractmethod
    def held_out(self, size: int | None = None) -> Batch:
        """The examples kept back, all or the first `size`: the same ones at every call."""

    @abstractmethod
    def measure(self, model: Model, size: int | None = None) -> Measure:
        """How a model does on held_out(size)."""


def sized(size: int | None, available: int) -> int:
    """How many of the available examples: all, or the first `size`. Raises InvalidValue below 1."""
    return available if size is None else min(checks.count("size", size), available)
