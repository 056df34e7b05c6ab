"""Handwritten digits, 8 × 8 pixels, and how they are split.

Source: 1797 images, the test set of E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI Machine
Learning Repository, 1998, CC BY 4.0, as scikit-learn carries them (handwriting/SOURCE.txt). A pixel counts the inked of
4 × 4 finer ones, 0 to 16; here it is divided by 16.

Split: of every digit a fifth is held out, chosen by a fixed seed.

    jittered   what training makes of every other image, at random, so that a digit drawn by hand is not foreign to it:
               moved by at most one pixel in both directions (what leaves the picture is lost), and its ink multiplied
               by U(0.7, 1.3), at most 1
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from core import checks
from core.errors import InvalidValue
from core.tasks.task import sized

Array = NDArray[Any]
SHIPPED = Path(__file__).parent / "handwriting" / "digits.npz"
SIDE = 8
PIXELS = tuple(f"pixel {row + 1},{column + 1}" for row in range(SIDE) for column in range(SIDE))
ORIGIN = "Handwritten digits by Alpaydin & Kaynak 1998 (UCI, CC BY 4.0), as scikit-learn carries them."


@dataclass(frozen=True, eq=False)
class Images:
    """pixels (N, 8, 8), from 0 to 1; digits (N,)."""

    pixels: Array
    digits: Array

    def some(self, places: Array | slice) -> Images:
        return Images(self.pixels[places], self.digits[places])

    @property
    def flat(self) -> Array:
        """(N, 64), row by row."""
        return self.pixels.reshape(len(self.pixels), -1)


@cache
def everything() -> Images:
    with np.load(SHIPPED) as found:
        pixels, digits = (found["pixels"] / 16).astype(np.float32), found["digits"].astype(int)
    return Images(checks.readonly(pixels), checks.readonly(digits))


@cache
def split() -> tuple[Images, Images]:
    """Those to learn from, and those held out."""
    all_of_them, rng = everything(), np.random.default_rng(0)
    held = np.zeros(len(all_of_them.digits), bool)
    for digit in range(10):
        places = rng.permutation(np.flatnonzero(all_of_them.digits == digit))
        held[places[: round(len(places) / 5)]] = True
    kept = rng.permutation(np.flatnonzero(held))  # the first few are of all kinds
    return all_of_them.some(np.flatnonzero(~held)), all_of_them.some(kept)


def to_learn(rng: Generator, size: int) -> Images:
    """`size` of those to learn from, jittered."""
    learned, _ = split()
    some = learned.some(rng.integers(len(learned.digits), size=checks.count("size", size)))
    return Images(jittered(rng, some.pixels), some.digits)


def held_out(size: int | None = None) -> Images:
    """Those held out, all or the first `size`."""
    _, kept = split()
    return kept.some(slice(sized(size, len(kept.digits))))


def jittered(rng: Generator, pixels: Array) -> Array:
    """(N, 8, 8) images, half of them moved and made lighter or darker."""
    count = len(pixels)
    framed = np.pad(pixels, ((0, 0), (1, 1), (1, 1)))
    down, right = rng.integers(3, size=(2, count))
    rows = down[:, None, None] + np.arange(SIDE)[:, None]
    columns = right[:, None, None] + np.arange(SIDE)
    moved = framed[np.arange(count)[:, None, None], rows, columns]
    changed = np.minimum(moved * rng.uniform(0.7, 1.3, (count, 1, 1)), 1)
    return np.where(rng.random((count, 1, 1)) < 0.5, pixels, changed).astype(np.float32)


def drawn(image: ArrayLike) -> Array:
    """(1, 64): an image drawn by someone. Raises InvalidValue or InvalidType unless it is 8 × 8 floats from 0 to 1."""
    pixels = checks.array("the image", image, (SIDE, SIDE), "rows and columns", "float32")
    if pixels.min() < 0 or pixels.max() > 1:
        got = f"from {pixels.min():g} to {pixels.max():g}"
        raise InvalidValue("the image's pixels", "between 0, white, and 1, ink", got, "scale them")
    return pixels.reshape(1, -1)
