"""The exact permutation test, against counting by hand and its own definition."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis import permutation
from core.errors import InvalidValue


def test_samples_that_lie_apart_have_the_least_p():
    assert permutation.exact([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]) == pytest.approx(2 / 252)
    assert permutation.exact([1, 2, 3], [4, 5, 6]) == pytest.approx(2 / 20)
    assert permutation.exact([1], [2]) == 1


def test_counted_by_hand():
    # |mean difference| of {1, 3} and {2, 4} is 1; of the six ways, four are at least that far apart
    assert permutation.exact([1, 3], [2, 4]) == pytest.approx(4 / 6)
    assert permutation.exact([2, 2], [2, 2, 2]) == 1


def test_it_knows_no_side_and_no_order():
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=5), rng.normal(size=4) + 0.7
    p = permutation.exact(first, second)
    assert permutation.exact(second, first) == pytest.approx(p)
    assert permutation.exact(first[::-1] * 3 + 1, second * 3 + 1) == pytest.approx(p)


def test_of_one_distribution_p_is_uniform():
    """Of a true null hypothesis p ≤ α comes up as often as α says, as far as there are ways."""
    rng = np.random.default_rng(1)
    found = np.array([permutation.exact(*rng.normal(size=(2, 5))) for _ in range(2000)])
    for alpha in (0.05, 0.2, 0.5):
        assert (found <= alpha).mean() == pytest.approx(alpha, abs=0.035)


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ([], [1], "finite numbers, one or more each, but got 0 and 1"),
        ([1], [float("nan")], "finite numbers, one or more each"),
        ([0] * 13, [1] * 13, "at most 1,000,000 ways"),
    ],
)
def test_what_cannot_be_tested_is_said(first: list, second: list, sentence: str):
    with pytest.raises(InvalidValue, match=sentence):
        permutation.exact(first, second)
