"""A matrix over pairs of steps: magnitudes by their decades, and a box around what is selected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.figures import axes, drawing
from explorer.figures.picture import log10
from explorer.look.style import Look


def magnitudes(
    values: np.ndarray, columns: tuple[int, int], row: int, look: Look, hover: str, click: Mapping[str, str]
) -> tuple[list[dict[str, Any]], str]:
    """The matrix (T, T) with a box around the cells of one row from the first to the last of `columns`, all counted
    from 1; and the note of its scale. What is exactly zero is blank."""
    low, high, note = axes.decades(values)
    steps = len(values)
    at = np.arange(1, steps + 1)
    gap = 1 if steps <= 40 else 0
    cells = {
        "type": "heatmap",
        "x": at,
        "y": at,
        "z": log10(values),
        **axes.orders(look, low, high),
        "xgap": gap,
        "ygap": gap,
        "hoverongaps": False,
        "hovertemplate": f"{hover}: 10<sup>%{{z:.2f}}</sup><extra></extra>",
        "meta": {"click": click},
    }
    left, right, under, upper = columns[0] - 0.5, columns[1] + 0.5, row - 0.5, row + 0.5
    box = [(left, under), (right, under), (right, upper), (left, upper), (left, under)]
    return [cells, drawing.lines([box], look.ink, look.line)], note


def layout(steps: int, column: str, row: str, look: Look) -> dict[str, Any]:
    """The layout around it; `column` and `row` say what a column and a row are."""
    return {
        "margin": look.margin(46, 58, 8, 40),
        "xaxis": axes.step_axis(steps, column),
        "yaxis": axes.step_axis(steps, row),
    }
