"""Which of all combinations a run tries: every pair of values of any two axes, or the whole product.

A defect in code with many options nearly always needs one option, or two together. So the default run takes a covering
array of the product, in which every pair of values of any two axes occurs at least once, and
`python -m pytest --whole-product` takes all of it.

    @pytest.mark.product(cell=["gru", "lstm"], layers=[1, 2, 3], bidirectional=[False, True])
    def test_something(cell, layers, bidirectional): ...
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

from allpairspy import AllPairs

Row = dict[str, Any]


def combinations(axes: Mapping[str, Iterable[Any]], whole: bool) -> list[Row]:
    """Rows of one value an axis: the whole product, or few of its rows that hold every pair. Always the same ones."""
    values = {name: list(axis) for name, axis in axes.items()}
    if whole or len(values) < 3:  # of two axes the pairs are the product
        places: Iterable[Iterable[int]] = product(*(range(len(axis)) for axis in values.values()))
    else:
        places = AllPairs([range(len(axis)) for axis in values.values()])  # by place: a value may be unhashable
    return [{name: values[name][at] for name, at in zip(values, row, strict=True)} for row in places]
