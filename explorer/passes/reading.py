"""What a trained network is asked to read: the user's words in its own vocabulary, or an example that was held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.errors import InvalidValue
from core.passes import losses
from core.passes.batch import Batch
from core.tasks.task import Task
from explorer.state.errors import refused
from explorer.state.kinds import LONGEST_LENGTH
from explorer.state.settings import Settings
from explorer.state.splitting import VISIBLE
from explorer.state.trained import TYPED


@dataclass(frozen=True, eq=False)
class Read:
    """An input: its words, its vectors (T, 1, D), what should come out (None: nobody knows), and what to say of it."""

    tokens: tuple[str, ...]
    inputs: np.ndarray
    loss: losses.Loss | None
    notice: str = ""


def read(task: Task, settings: Settings) -> Read:
    """What the task is asked to read: the user's words, or one of its held-out examples. Raises InputError for what it
    cannot read."""
    if task.name not in TYPED:
        return _kept(task, settings.example - 1)
    words: Any = task
    try:
        tokens = words.tokens(getattr(settings, TYPED[task.name]))
        notice = ""
        most = LONGEST_LENGTH + (task.pattern == "generator")  # which only predicts the last
        if len(tokens) > most:
            notice = f"The first {LONGEST_LENGTH} of {len(tokens)} are read. "
            tokens = tokens[:most]
        example: Batch | None = words.example(tokens)
        inputs = words.encode(tokens) if example is None else example.inputs
    except InvalidValue as error:
        raise refused(error) from None
    read = tuple(VISIBLE.get(token, token) for token in tokens[: len(inputs)])
    return Read(read, inputs, None if example is None else example.loss, notice)


def _kept(task: Task, number: int) -> Read:
    """One of the examples that were held out."""
    batch = task.held_out(number + 1).one(number)
    return Read(tokens(task, batch.inputs[:, 0]), batch.inputs, batch.loss)


def tokens(task: Task, x: np.ndarray) -> tuple[str, ...]:
    """What is read at every step of inputs (T, D), in words; of numbers the first component."""
    if len(task.input_words) > 3:
        return tuple(task.input_words[place] for place in x.argmax(-1))
    return tuple(f"{row[0]:.2f}" for row in x)
