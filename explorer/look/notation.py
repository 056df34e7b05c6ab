"""Numbers as a person writes them."""

from __future__ import annotations

import math

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SUBSCRIPT = str.maketrans("-0123456789", "₋₀₁₂₃₄₅₆₇₈₉")
ROUNDING = 1e-12  # of one sum, added up in two orders


def superscript(n: int) -> str:
    return str(n).translate(SUPERSCRIPT)


def subscript(n: int) -> str:
    return str(n).translate(SUBSCRIPT)


def signed(x: float, digits: int = 2) -> str:
    """+0.54, −1.20: for states, weights and gradients of ordinary size; anything else in powers of ten."""
    if not math.isfinite(x):
        return "not finite"
    if x != 0 and not 10.0**-digits <= abs(x) < 1000:
        return ("−" if x < 0 else "+") + magnitude(abs(x))
    return f"{x:+.{digits}f}".replace("-", "−")


def magnitude(x: float, digits: int = 1) -> str:
    """3.5·10⁻¹: for norms over many orders; 0 and what is not finite say so."""
    if not math.isfinite(x):
        return "not finite"
    if x == 0:
        return "0"
    mantissa, exponent = f"{abs(x):.{digits}e}".split("e")
    power = int(exponent)
    sign = "−" if x < 0 else ""
    if -1 <= power <= 2:
        return sign + f"{abs(x):.3g}"
    return f"{sign}{mantissa}·10{superscript(power)}"


def ratio(small: float, large: float) -> str:
    """How much of `large` is `small`, in words: "1 part in 1,800", "62 %", "3.4 times"."""
    if not (math.isfinite(small) and math.isfinite(large)) or large == 0:
        return "an amount that is not finite"
    part = small / large
    if part == 0:
        return "nothing"
    if part >= 1.095:
        return f"{part:,.1f} times" if part < 1000 else f"{magnitude(part)} times"
    if part >= 0.1:
        return f"{part * 100:.0f} %"
    one_in = 1 / part
    if one_in >= 1e6:
        return f"1 part in {magnitude(one_in)}"
    return f"1 part in {float(f'{one_in:.2g}'):,.0f}"


def fraction(small: float, large: float) -> str:
    """`ratio` where there is little room: "19 %", "1/160", "3.4×"."""
    return ratio(small, large).replace("1 part in ", "1/").replace(" times", "×")


def relative(small: float, large: float) -> str:
    """`ratio` before the thing that it is a part of: "19 % of", "1/160 of", "3.4 times"."""
    part = ratio(small, large)
    return part if part.endswith("times") else f"{part.replace('1 part in ', '1/')} of"


def percent(part: float) -> str:
    """62 %, 0.34 %, 3.0·10⁻⁴ %: for errors, which may be small; less than sums in another order differ by is 0 %."""
    if not math.isfinite(part):
        return "–"
    if part < ROUNDING:
        return "0 %"
    return f"{100 * part:.0f} %" if part >= 0.01 else f"{magnitude(100 * part)} %"


def share(part: float) -> str:
    """62.0 %, 99.7 %: for shares of examples that are right, of which the last few matter."""
    return f"{100 * part:.1f} %"


def one_in(small: float, large: float) -> str:
    """A share, so that shares can be compared at a glance: "1/9", "1/300"; above a third "62 %"."""
    if not 0 < 3 * small < large or large / small >= 1e6:
        return fraction(small, large)
    return f"1/{float(f'{large / small:.2g}'):,.0f}"


def counted(n: int, noun: str, several: str = "") -> str:
    """1 step, 12 steps, 1,800 entries."""
    return f"1 {noun}" if n == 1 else f"{n:,} {several or noun + 's'}"


def joined(values: list[float], most: int = 8) -> str:
    """A vector: [+0.12, −0.53, …]."""
    shown = ", ".join(signed(v) for v in values[:most])
    return f"[{shown}{', …' if len(values) > most else ''}]"
