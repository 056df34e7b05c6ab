"""Several of the user's own lines as one padded batch: the pass with the mask, and the pass that forgot it.

Lines of different lengths are padded to the longest. With the mask (core's `lengths`) a padded step is no step: it is
not read, adds no loss and receives no gradient. Forgotten, the padding is a token like any other: ⟨pad⟩ is read, ⟨pad⟩
is to be predicted, and the last state is the one after the padding. Network, inputs and targets are the same in both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core import record
from core.passes.trace import Trace
from explorer.passes import changes, scenario
from explorer.passes.base import Selection
from explorer.passes.source import Initialised
from explorer.state import input, inputs, series, splitting, what_if
from explorer.state.errors import InputError
from explorer.state.inputs import Sequence
from explorer.state.settings import Settings

PAD = "⟨pad⟩"  # the first entry of the vocabulary; in a series of numbers, their mean
MOST_LINES, LONGEST_LINE = 5, 30


@dataclass(frozen=True)
class Batch(Selection):
    """One padded batch, recorded twice.

    rows        B lines of tokens as shown, without the padding
    sequence    inputs (T, B, D), targets (T, B) or (T, B, 1), tokens of the longest line
    trace       with the mask: the right one
    forgotten   without
    made_by     the function below that makes it of its settings
    original    where something was changed in both passes (what_if), the batch without the change
    """

    settings: Settings
    sequence: Sequence
    rows: tuple[tuple[str, ...], ...]
    trace: Trace
    forgotten: Trace
    made_by: str = "run"
    original: Batch | None = None

    @property
    def padded(self) -> int:
        """How many of the T · B steps are padding."""
        return int((~self.trace.mask).sum())


def run(settings: Settings) -> Batch:
    """The batch recorded with and without its lengths. Raises InputError where the lines cannot be read."""
    lines = [line for line in input.lines(settings).splitlines() if line.strip()]
    if not lines:
        raise InputError("Expected some lines to read, got none: type one sequence a line.")
    notice = f"{MOST_LINES} of {len(lines)} lines are shown. " if len(lines) > MOST_LINES else ""
    read = _numbers if settings.read_as == "numbers" else _texts
    rows, sequence = read(settings, lines[:MOST_LINES], notice)
    lengths = np.array([len(row) for row in rows])
    before, loss = Initialised.of(settings).network(sequence), scenario.loss(settings, sequence)
    network, data = changes.network(settings, before), sequence.inputs
    held = changes.interventions(settings, before, len(data))
    trace = record(network, data, loss=loss, lengths=lengths, interventions=held)
    forgotten = record(network, data, loss=loss, interventions=held)
    changed = what_if.kind(settings) != "none"
    original = run(settings.but(what_if="none")) if changed else None
    return Batch(settings, sequence, rows, trace, forgotten, original=original)


def adapted(settings: Settings) -> tuple[Settings, str]:
    """The settings of a view of several lines: what changes one token of one sequence has no meaning in it."""
    if what_if.kind(settings) != "token":
        return settings, ""
    return settings.but(what_if="none"), "A token is changed on the pages of one sequence; here none is."


def _texts(settings: Settings, lines: list[str], notice: str) -> tuple[tuple[tuple[str, ...], ...], Sequence]:
    """Each item predicts the next, the last of a line its end."""
    items = [splitting.split(line, settings.read_as) for line in lines]
    if not all(items):
        empty = 1 + next(i for i, row in enumerate(items) if not row)
        raise InputError(f"Expected {settings.read_as} on every line, got none on line {empty}: type at least one.")
    notice += _shortened(items)
    rows = tuple(tuple(row[:LONGEST_LINE]) for row in items)
    vocabulary = (PAD, *sorted({item for row in rows for item in row} | {inputs.END}))
    index = np.zeros((1 + max(map(len, rows)), len(rows)), int)
    for b, row in enumerate(rows):
        following = [*row, inputs.END]
        index[: len(following), b] = [vocabulary.index(item) for item in following]
    targets = index[1:].copy()
    index[[len(row) for row in rows], range(len(rows))] = 0  # the end is to be predicted, but not read
    vectors = inputs.vectors(settings, len(vocabulary))
    return rows, Sequence(_longest(rows), vectors[index[:-1]], targets, vocabulary, notice)


def _numbers(settings: Settings, lines: list[str], notice: str) -> tuple[tuple[tuple[str, ...], ...], Sequence]:
    """Each number predicts the next; all lines are scaled alike."""
    lists = []
    for i, line in enumerate(lines, 1):
        try:
            values = series.read(line).values
        except InputError:
            shown = line if len(line) <= 20 else line[:20] + "…"
            raise InputError(
                f"Expected at least two numbers on line {i}, got “{shown}”: write every line as 1 2 4 8."
            ) from None
        lists.append(values[: LONGEST_LINE + 1])
    every = np.concatenate(lists)
    spread, mean = inputs.scale(every)
    spread = spread or 1.0
    rows = tuple(tuple(f"{v:.3g}" for v in values[:-1]) for values in lists)
    scaled: Any = np.zeros((1 + max(map(len, rows)), len(rows), 1))
    targets = np.zeros_like(scaled[1:])
    for b, values in enumerate(lists):
        known = (np.array(values) - mean) / spread
        scaled[: len(known) - 1, b, 0], targets[: len(known) - 1, b, 0] = known[:-1], known[1:]
    notice += f"Scaled to mean 0 and spread 1 (mean {mean:.3g}, spread {spread:.3g})."
    return rows, Sequence(_longest(rows), scaled[:-1], targets, (), notice)


def _longest(rows: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    return max(rows, key=len)


def _shortened(items: list[tuple[str, ...]]) -> str:
    longest = max(map(len, items))
    return f"Lines are cut after {LONGEST_LINE} steps; the longest has {longest}." if longest > LONGEST_LINE else ""
