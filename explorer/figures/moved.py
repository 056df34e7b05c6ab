"""What a change (explorer.passes.changes) has visibly moved: dashed grey outlines around the cells of a drawing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from explorer.figures import drawing
from explorer.figures.picture import finite
from explorer.look import style

PART = 0.05  # of a scale: a change that can be seen as a colour


def visibly(now: np.ndarray, was: np.ndarray, scale: float, part: float = PART) -> np.ndarray:
    """Which values are more than that part of their scale away from what they were."""
    return np.abs(finite(now) - finite(was)) > part * scale


def told(scale: float, symbol: str = "h", part: float = PART) -> str:
    """The same in words: "h moved by more than 0.05"."""
    return f"{symbol} moved by more than {part * scale:g}"


def outlines(
    at: np.ndarray, rows: Iterable[tuple[float, float, np.ndarray]], half: float = drawing.HALF + 0.02
) -> dict[str, Any]:
    """Around cells that `drawing.cells` draws: rows of low, high and which are chosen (n, H), as one trace."""
    return drawing.lines([shape for row in rows for shape in _outlined(at, *row, half)], style.GHOST, 2, "4px,3px")


def _outlined(
    at: np.ndarray, low: float, high: float, chosen: np.ndarray, half: float
) -> list[list[tuple[float, float]]]:
    """Around the chosen cells of one row; neighbours of a column in one."""
    units = chosen.shape[1]
    edges = np.diff(np.pad(chosen.astype(int), ((0, 0), (1, 1))), axis=1)
    columns, tops = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    px = (high - low) / units
    shapes = []
    for column, top, end in zip(columns, tops, ends, strict=True):
        left, right = at[column] - half, at[column] + half
        upper, under = high - top * px, high - end * px
        shapes.append([(left, under), (right, under), (right, upper), (left, upper), (left, under)])
    return shapes
