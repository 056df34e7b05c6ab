"""The user's own input, as a sequence of vectors with something to predict.

Characters (what a person calls one: an emoji with its skin tone is one), words, or a series of numbers.
Every reading predicts the next item, so that the loss of every pass is a real one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from explorer.state import series
from explorer.state.errors import InputError
from explorer.state.kinds import LONGEST_LENGTH, LONGEST_TEXT
from explorer.state.settings import Settings
from explorer.state.splitting import VISIBLE, split

END = "∎"  # what the last item of a text is asked to predict


@dataclass(frozen=True)
class Sequence:
    """T items, of one sequence (B = 1) or of a padded batch.

    tokens      T words for the axis, as shown (a space as ␣)
    inputs      (T, B, D)
    targets     (T, B) indices into `vocabulary`, or (T, B, 1) numbers
    vocabulary  K words, empty for numbers
    scale       of numbers: the spread and the mean that they were brought to 1 and 0 from
    notice      what a person should know of how the input was read, or ""
    """

    tokens: tuple[str, ...]
    inputs: np.ndarray
    targets: np.ndarray
    vocabulary: tuple[str, ...]
    notice: str
    scale: tuple[float, float] = (1.0, 0.0)

    def in_units(self, value: float) -> float:
        """A scaled number in the user's own units."""
        spread, mean = self.scale
        return float(value) * spread + mean

    @property
    def numeric(self) -> bool:
        return not self.vocabulary


class Asked(NamedTuple):
    """The settings that an input is read by: those of the encoding, where there is none to choose, left out."""

    text: str
    read_as: str
    length: int
    encoding: str = "one-hot"
    embedding: int = 0
    seed: int = 0


def read(settings: Settings) -> Sequence:
    """The sequence that the settings describe: the same object for the same settings, its arrays read-only.

    Raises InputError where the text holds nothing to read.
    """
    embedded = settings.encoding != "one-hot" and settings.read_as != "numbers"
    encoding = (settings.encoding, settings.embedding, settings.seed) if embedded else ()
    return _read(Asked(settings.text, settings.read_as, settings.length, *encoding))


@lru_cache(maxsize=128)
def _read(asked: Asked) -> Sequence:
    sequence = _read_series(asked) if asked.read_as == "numbers" else _read_text(asked)
    for array in (sequence.inputs, sequence.targets):
        array.setflags(write=False)
    return sequence


def _read_series(settings: Asked) -> Sequence:
    whole = series.read(settings.text)
    window, notice = _window(settings), whole.notice
    length = min(settings.length, len(window) - 1)
    spread, mean = scale(window)
    scaled = (window - mean) / (spread or 1.0)
    notice += f"{len(whole.values)} numbers; {length} steps are read, each to predict the next. "
    notice += f"Inside, they are scaled to mean 0 and spread 1 (from {mean:.3g} and {spread:.3g})."
    return Sequence(
        tokens=tuple(f"{v:.3g}" for v in window[:length]),
        inputs=scaled[:length, None, None],
        targets=scaled[1 : length + 1, None, None],
        vocabulary=(),
        notice=notice,
        scale=(spread or 1.0, mean),
    )


def scale(numbers: np.ndarray) -> tuple[float, float]:
    """Their spread and their mean. Equal numbers have no spread, however their mean is rounded."""
    if np.ptp(numbers) == 0:
        return 0.0, float(numbers[0])
    return float(numbers.std()), float(numbers.mean())


def _window(settings: Asked | Settings) -> np.ndarray:
    """The numbers of the series that a view can show."""
    return np.array(series.read(settings.text).values[: LONGEST_LENGTH + 1])


def _read_text(settings: Asked) -> Sequence:
    everything = split(settings.text, settings.read_as)
    items = everything[:LONGEST_LENGTH]
    if not items or all(item == "␣" for item in items):
        raise InputError(f"Expected some {settings.read_as} to read, got none: type at least one letter.")
    loop = [*items, END]
    length = settings.length
    stream = [loop[i % len(loop)] for i in range(length + 1)]
    notice = ""
    if len(everything) > len(items):
        more = "more than " if len(settings.text) == LONGEST_TEXT else ""
        notice = f"Of {more}{len(everything)} {settings.read_as} the first {len(items)} are kept. "
    if series.looks_numeric(settings.text):
        notice += "These look like numbers: choose Numbers under More, Read as. "
    if length > len(loop):
        notice += (
            f"The input has {len(items)} {settings.read_as}; it is repeated, {END} between, to fill {length} steps."
        )
    vocabulary = tuple(sorted(set(loop)))
    index = np.array([vocabulary.index(item) for item in stream])
    return Sequence(
        tokens=tuple(stream[:length]),
        inputs=vectors(settings, len(vocabulary))[index[:length]][:, None, :],
        targets=index[1:, None],
        vocabulary=vocabulary,
        notice=notice,
    )


def with_token(settings: Settings, sequence: Sequence, at: int, word: str) -> Sequence:
    """The sequence that reads another item at position `at`, or nothing (zero) for an empty word.

    Only what is read changes: what should come stays. Raises InputError for an item that the network has no input for.
    """
    item = VISIBLE.get(word, word.strip())
    read, x = sequence.inputs.copy(), np.zeros(sequence.inputs.shape[-1])
    if item and sequence.numeric:
        number = series.number(item)
        if number is None:
            raise InputError(f"Expected a number to read instead, got “{item}”: write for example 0.5.")
        spread, mean = scale(_window(settings))
        x = (np.array([number]) - mean) / (spread or 1.0)
    elif item:
        if item not in sequence.vocabulary:
            raise InputError(
                f"Expected one of the input’s own {settings.read_as} to read instead, got “{item}”: "
                "add it at the end of the input, then set Length back."
            )
        x = vectors(settings, len(sequence.vocabulary))[sequence.vocabulary.index(item)]
    read[at, 0] = x
    tokens = tuple(item or "∅" if t == at else token for t, token in enumerate(sequence.tokens))
    return replace(sequence, tokens=tokens, inputs=read)


def vectors(settings: Asked | Settings, size: int) -> np.ndarray:
    """One vector an entry of the vocabulary: (K, D)."""
    if settings.encoding == "one-hot":
        return np.eye(size)
    return np.random.default_rng(settings.seed).standard_normal((size, settings.embedding))
