"""Numbers as a person writes them."""

import math

import pytest

from explorer.look import notation


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0, "0"),
        (0.35, "0.35"),
        (3.54e-5, "3.5·10⁻⁵"),
        (123.4, "123"),
        (2e7, "2.0·10⁷"),
        (math.inf, "not finite"),
    ],
)
def test_magnitude(x, text):
    assert notation.magnitude(x) == text


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (0.0, "0 %"),
        (1e-13, "0 %"),
        (3e-6, "3.0·10⁻⁴ %"),
        (0.0034, "0.34 %"),
        (0.0134, "1 %"),
        (0.62, "62 %"),
        (12.0, "1200 %"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_percent(part, text):
    assert notation.percent(part) == text


def test_counted():
    assert [notation.counted(n, "step") for n in (0, 1, 2)] == ["0 steps", "1 step", "2 steps"]
    assert notation.counted(1800, "entry", "entries") == "1,800 entries"


@pytest.mark.parametrize(
    ("x", "text"),
    [(0.536, "+0.54"), (-1.2, "−1.20"), (0, "+0.00"), (-2e-6, "−2.0·10⁻⁶"), (math.nan, "not finite")],
)
def test_signed(x, text):
    assert notation.signed(x) == text


@pytest.mark.parametrize(
    ("small", "large", "text"),
    [
        (1, 9, "1/9"),
        (1, 1234, "1/1,200"),
        (0.62, 1, "62 %"),
        (1, 1, "100 %"),
        (0, 1, "nothing"),
        (math.nan, 1, "an amount that is not finite"),
        (1e-9, 1, "1/1.0·10⁹"),
    ],
)
def test_one_in(small, large, text):
    assert notation.one_in(small, large) == text


@pytest.mark.parametrize(
    ("small", "large", "text"),
    [
        (1, 1800, "1 part in 1,800"),
        (0.62, 1, "62 %"),
        (3.4, 1, "3.4 times"),
        (0, 1, "nothing"),
        (1, 0, "an amount that is not finite"),
        (1e-9, 1, "1 part in 1.0·10⁹"),
    ],
)
def test_ratio(small, large, text):
    assert notation.ratio(small, large) == text
