"""What a plain run leaves out is no pair of values."""

from __future__ import annotations

from itertools import combinations as pairs_of
from itertools import product
from typing import Any

import pytest
from pairwise import combinations

AXES: list[dict[str, Any]] = [
    {"cell": range(11), "layers": (1, 2, 3), "bidirectional": (False, True), "unequal": (False, True), "initial": "ab"},
    {"kind": "abc", "at": ("every", "last", (0, 2), (3,)), "reduction": ("sum", "mean"), "network": range(3)},
    {"a": [{}, {"unhashable": []}], "b": "xy", "c": [1]},
    {"a": "xyz", "b": (1, 2)},
    {"a": "xyz"},
]


def missing(rows: list[dict[str, Any]], axes: dict[str, Any]) -> list[tuple[str, Any, str, Any]]:
    """The pairs of values of two axes that no row has."""
    return [
        (one, value, other, with_)
        for one, other in pairs_of(axes, 2)
        for value, with_ in product(axes[one], axes[other])
        if not any(row[one] == value and row[other] == with_ for row in rows)
    ]


@pytest.mark.parametrize("axes", AXES, ids=lambda axes: "-".join(axes))
def test_every_pair_occurs(axes: dict[str, Any]) -> None:
    rows = combinations(axes, whole=False)
    assert missing(rows, axes) == []
    assert all(row.keys() == axes.keys() for row in rows)
    assert all(value in axes[name] for row in rows for name, value in row.items())


def test_of_every_value_a_row() -> None:
    assert combinations({"a": "xyz"}, whole=False) == [{"a": "x"}, {"a": "y"}, {"a": "z"}]


def test_a_pair_that_is_missing_is_seen() -> None:
    axes = AXES[0]
    rows = combinations(axes, whole=False)
    without = [row for row in rows if (row["cell"], row["layers"]) != (3, 2)]
    assert ("cell", 3, "layers", 2) in missing(without, axes)


def test_few_rows_do() -> None:
    """As many as two axes ask for, and hardly more."""
    for axes, least in zip(AXES, (33, 12, 4, 6, 3), strict=True):
        assert least <= len(combinations(axes, whole=False)) <= 1.25 * least


def test_always_the_same() -> None:
    assert combinations(AXES[1], whole=False) == combinations(AXES[1], whole=False)


def test_the_whole_product_is_every_row_once() -> None:
    rows = combinations(AXES[0], whole=True)
    assert [tuple(row.values()) for row in rows] == list(product(*AXES[0].values()))
