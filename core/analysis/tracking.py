"""Which unit follows which feature of a text, and the test that says so.

Units are many, and the best of many looks good by chance. So a text is split in two:

    chosen      Pearson's correlation of every unit with every feature on the first half: what one chooses by
    confirmed   the same on the second half: what is reported of what was chosen

Neighbouring characters are alike, and so are neighbouring states: a p-value that takes them for independent is far too
small. Here it comes from shifted texts. Each stretch of the second half keeps its states, while all its features
together are turned round in a circle, by a random number of characters, at least a twentieth of the stretch either
way: what makes states alike among themselves, and features, stays; what ties the ones to the others is gone.

    p = F (1 + how many of n shifted texts reach |confirmed| with any unit) / (1 + n), at most 1

With "any unit" p is corrected for their number (P. Westfall, S. Young: Resampling-Based Multiple Testing, 1993), with
the factor F for the number of features (Bonferroni): whichever pair of a unit and a feature one looks at, p holds, for
the states handed in: those of one quantity at one snapshot. It is not corrected for all quantities and snapshots that
one may look through. Shifts suppose that what is shifted is alike all along a stretch; a trend over the whole of one is
not seen for what it is (K. Harris: Nonsense correlations in neuroscience, bioRxiv 2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import checks
from core.errors import InvalidValue

Array = NDArray[Any]
LEVEL = 0.05  # of p: what is above it counts for chance
SHIFTS = 500
NEAR = 20  # part of a stretch: 1 / NEAR


@dataclass(frozen=True, eq=False)
class Tracking:
    """H units, F features.

    chosen, confirmed   (H, F) correlations on the one half and on the other; 0 where either never varies
    extremes            (n, F) the largest |correlation| of any unit, on n shifted texts
    """

    chosen: Array
    confirmed: Array
    extremes: Array

    @property
    def shifts(self) -> int:
        return len(self.extremes)

    @cached_property
    def reached(self) -> Array:
        """(H, F) how many of the shifted texts reach |confirmed| with any unit."""
        reached: Array = (self.extremes[:, None] >= np.abs(self.confirmed)).sum(axis=0)
        return reached

    @cached_property
    def p(self) -> Array:
        """(H, F)"""
        p: Array = np.minimum(1.0, self.extremes.shape[1] * (1 + self.reached) / (1 + self.shifts))
        return p

    @property
    def most(self) -> int:
        """How many of the shifted texts may reach a correlation whose p is at most LEVEL; −1 if they are too few for
        any."""
        return int(LEVEL * (1 + self.shifts) / self.extremes.shape[1] + 1e-9) - 1

    @property
    def limits(self) -> Array:
        """(F,) the |correlation| above which p is at most LEVEL; 1 if there are too few shifted texts for any."""
        if self.most < 0:
            return np.ones(self.extremes.shape[1])
        limits: Array = np.sort(self.extremes, axis=0)[-1 - self.most]
        return limits

    @cached_property
    def follows(self) -> Array:
        """(H, F) whether p is at most LEVEL, and the sign on both halves the same."""
        return (self.p <= LEVEL) & (self.chosen * self.confirmed > 0)

    def best_unit(self, feature: int) -> int:
        """The unit of the largest |correlation| with a feature, on the half that one chooses by."""
        return int(np.abs(self.chosen[:, feature]).argmax())

    def best_feature(self, unit: int) -> int:
        """Of the features that a unit follows, or of all where it follows none, that of the largest |correlation| on
        the half that one chooses by."""
        allowed = self.follows[unit] if self.follows[unit].any() else True
        return int(np.where(allowed, np.abs(self.chosen[unit]), -1).argmax())


def tracking(states: Array, features: Array, shifts: int = SHIFTS, seed: int = 0) -> Tracking:
    """The states (T, B, H) that a network had while it read B stretches of text, against their features (T, B, F); the
    first half of the stretches is for choosing. Raises InvalidValue for an odd number of them, for stretches of other
    sizes, and for such as are too short to shift."""
    T, B = states.shape[:2]
    checks.count("shifts", shifts)
    if features.shape[:2] != (T, B):
        expected, got = f"of as many steps and stretches as the states, {T} and {B}", f"shape {features.shape}"
        raise InvalidValue("features", expected, got, "take those of the same text")
    if B % 2 or T < 2 * NEAR:
        expected = f"of an even number of stretches, each of {2 * NEAR} steps or more"
        raise InvalidValue("states", expected, f"shape {states.shape}", "split the text in another way")
    x, y = (np.asarray(array, float) for array in (states, features))
    half = B // 2
    rng = np.random.default_rng(seed)
    near = -(-T // NEAR)
    by = rng.integers(near, T - near + 1, size=(half, shifts))
    return Tracking(
        correlations(x[:, :half], y[:, :half]),
        correlations(x[:, half:], y[:, half:]),
        np.abs(shifted(x[:, half:], y[:, half:], by)).max(axis=1),
    )


def correlations(states: Array, features: Array) -> Array:
    """(H, F) Pearson's, over all steps of all stretches together."""
    x, y = (_standard(array).reshape(-1, array.shape[2]) for array in (states, features))
    return x.T @ y


def shifted(states: Array, features: Array, by: Array) -> Array:
    """(n, H, F) the correlations after the features of stretch b were turned by by[b, n] characters: for all turns of a
    stretch at once, as a product of Fourier transforms."""
    T, B, H = states.shape
    x, y = (np.fft.rfft(_standard(array), axis=0) for array in (states, features))
    total = np.zeros((by.shape[1], H, y.shape[2]))
    for b in range(B):
        for f in range(y.shape[2]):
            total[:, :, f] += np.fft.irfft(x[:, b] * y[:, b, f, None].conj(), T, axis=0)[by[b]]
    return total


def _standard(values: Array) -> Array:
    """Values of mean 0 and of squares that add up to 1, each over all steps and stretches; 0 where they never vary."""
    centred = values - values.mean(axis=(0, 1))
    size = np.sqrt((centred**2).sum(axis=(0, 1)))
    least = 1e-9 * np.sqrt(np.prod(values.shape[:2])) * np.maximum(1.0, np.abs(values).max(axis=(0, 1)))
    standard: Array = np.divide(centred, size, out=np.zeros_like(centred), where=size > least)
    return standard
