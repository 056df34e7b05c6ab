"""An exact permutation test: whether two small samples differ by more than the luck of the draw.

Were both of one distribution, every way of dealing all values out to two groups of these sizes would be as likely. p is
the share of those ways in which the means differ by at least as much as they do (two-sided). With n against m values
there are C(n + m, n) ways: 252 of 5 against 5, so that no p is below 2/252, however far apart the samples are.

E. Pitman: Significance Tests Which May be Applied to Samples from Any Populations, Supplement to the Journal of the
Royal Statistical Society 4(1), 1937.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb

import numpy as np

from core import checks
from core.errors import InvalidValue

MOST = 1_000_000  # ways that are gone through


def exact(first: Sequence[float], second: Sequence[float]) -> float:
    """p of the difference of the means. Raises InvalidValue for an empty sample, for values that are not finite, and
    for more than a million ways."""
    values = np.concatenate([checks.numbers("first", first), checks.numbers("second", second)]).astype(float)
    n, both = len(first), len(first) + len(second)
    if min(n, both - n) == 0 or not np.isfinite(values).all():
        raise InvalidValue("the samples", "finite numbers, one or more each", f"{n} and {both - n}", "measure more")
    if comb(both, n) > MOST:
        got = f"{n} against {both - n}, {comb(both, n):,} ways"
        raise InvalidValue("the samples", f"of at most {MOST:,} ways to be dealt out", got, "draw some of the ways")
    ways = np.array(list(combinations(range(both), n)))
    sums = values[ways].sum(axis=1)
    differences = np.abs(sums / n - (values.sum() - sums) / (both - n))
    observed = differences[0]  # combinations() begins with the first n
    return float((differences >= observed * (1 - 1e-12)).mean())
