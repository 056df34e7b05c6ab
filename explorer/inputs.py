"""The user's own input, as a sequence of vectors with something to predict.

Characters (what a person calls one: an emoji with its skin tone is one), words, or a series of numbers.
Every reading predicts the next item, so that the loss of every pass is a real one.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import regex

from explorer.settings import LONGEST_LENGTH, Settings

END = "∎"  # what the last item of a text is asked to predict
VISIBLE = {" ": "␣", "\n": "⏎", "\t": "⇥", "\u00a0": "␣"}


class InputError(ValueError):
    """Input that cannot be read; its message is one plain sentence for the page."""


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


def split(text: str, read_as: str) -> list[str]:
    """The items of a text, as shown: extended grapheme clusters (UAX #29), or words and punctuation marks."""
    if read_as == "words":
        return regex.findall(r"\w+(?:['’\-]\w+)*|\p{Emoji_Presentation}|[^\w\s]", text)
    return [VISIBLE.get(c, c) for c in regex.findall(r"\X", text.replace("\r\n", "\n"))]


def count(text: str, read_as: str) -> int:
    """How many steps a text has when it is read whole (at most LONGEST_LENGTH)."""
    try:
        available = len(series(text)[0]) - 1 if read_as == "numbers" else len(split(text, read_as))
    except InputError:
        return LONGEST_LENGTH
    return max(1, min(available, LONGEST_LENGTH))


@lru_cache(maxsize=32)
def series(text: str) -> tuple[tuple[float, ...], str]:
    """The numbers in a text and a notice: one a line, a list on one line, or a CSV's last column of numbers."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise InputError("Expected a series of numbers, got nothing: type or paste one number a line.")
    delimiter = next((d for d in ";\t," if any(d in line for line in lines)), " ")
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
    rows = [[cell for cell in row if cell] if delimiter == " " else row for row in rows]
    if len(rows) == 1:
        rows = [[cell] for cell in rows[0] if cell]
    header = all(_number(cell) is None for cell in rows[0]) and len(lines) > 1
    body = rows[1:] if header else rows
    width = min(len(row) for row in body)
    columns = [[_number(row[i]) for row in body] for i in range(width)]
    good = [i for i, column in enumerate(columns) if all(v is not None for v in column)]
    if not good:
        where, what = next((i, c) for i, row in enumerate(body) for c in row if _number(c) is None)
        shown = what if len(what) <= 20 else what[:20] + "…"
        raise InputError(
            f"Expected numbers, got “{shown}” on line {where + 1 + header}: "
            "give one number a line, or a CSV with a column of numbers."
        )
    values = tuple(v for v in columns[good[-1]] if v is not None)
    if len(values) < 2:
        raise InputError("Expected at least two numbers, got one: one to read and the next to predict.")
    name = f" (“{rows[0][good[-1]]}”)" if header else ""
    notice = f"Column {good[-1] + 1} of {width}{name} is read. " if width > 1 else ""
    return values, notice


def _number(cell: str) -> float | None:
    try:
        value = float(cell.replace("−", "-"))
    except ValueError:
        return None
    return value if np.isfinite(value) and abs(value) < 1e100 else None


def looks_numeric(text: str) -> bool:
    """Whether somebody may have pasted a series and forgotten to say so."""
    try:
        return len(series(text)[0]) >= 4
    except InputError:
        return False


def read(settings: Settings) -> Sequence:
    """The sequence that the settings describe.

    Raises InputError where the text holds nothing to read.
    """
    return _read_series(settings) if settings.read_as == "numbers" else _read_text(settings)


def _read_series(settings: Settings) -> Sequence:
    values, notice = series(settings.text)
    window = _window(settings)
    length = min(settings.length, len(window) - 1)
    spread = float(window.std())
    scaled = (window - window.mean()) / (spread or 1.0)
    notice += f"{len(values)} numbers; {length} steps are read, each to predict the next. "
    notice += f"Inside, they are scaled to mean 0 and spread 1 (from {window.mean():.3g} and {spread:.3g})."
    return Sequence(
        tokens=tuple(f"{v:.3g}" for v in window[:length]),
        inputs=scaled[:length, None, None],
        targets=scaled[1 : length + 1, None, None],
        vocabulary=(),
        notice=notice,
        scale=(spread or 1.0, float(window.mean())),
    )


def _window(settings: Settings) -> np.ndarray:
    """The numbers of the series that a view can show."""
    return np.array(series(settings.text)[0][: LONGEST_LENGTH + 1])


def _read_text(settings: Settings) -> Sequence:
    everything = split(settings.text, settings.read_as)
    items = everything[:LONGEST_LENGTH]
    if not items or all(item == "␣" for item in items):
        raise InputError(f"Expected some {settings.read_as} to read, got none: type at least one letter.")
    loop = [*items, END]
    length = settings.length
    stream = [loop[i % len(loop)] for i in range(length + 1)]
    notice = ""
    if len(everything) > len(items):
        notice = f"Of {len(everything)} {settings.read_as} the first {len(items)} are kept. "
    if looks_numeric(settings.text):
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
        number = _number(item)
        if number is None:
            raise InputError(f"Expected a number to read instead, got “{item}”: write for example 0.5.")
        window = _window(settings)
        x = (np.array([number]) - window.mean()) / (float(window.std()) or 1.0)
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


def vectors(settings: Settings, size: int) -> np.ndarray:
    """One vector an entry of the vocabulary: (K, D)."""
    if settings.encoding == "one-hot":
        return np.eye(size)
    return np.random.default_rng(settings.seed).standard_normal((size, settings.embedding))


EXAMPLES: dict[str, tuple[str, str]] = {
    "A greeting": ("characters", "hello world, how are you today?"),
    "A negation": ("words", "the film was not good at all , but the music was a joy"),
    "Something to remember": ("words", "Alice , who had met Bob long ago in a far country , forgot him"),
    "Brackets": ("characters", "((a(b)c)(d))((e)f)"),
    "Sine wave": ("numbers", "\n".join(f"{np.sin(2 * np.pi * i / 12):.3f}" for i in range(49))),
    "Two sines": (
        "numbers",
        "\n".join(f"{np.sin(2 * np.pi * i / 12) + 0.5 * np.sin(2 * np.pi * i / 7):.3f}" for i in range(61)),
    ),
}
