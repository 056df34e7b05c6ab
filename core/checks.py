"""What is checked of everything that comes from outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidType, InvalidValue

Array = NDArray[Any]
PRECISIONS = ("float32", "float64")


def choice(what: str, value: Any, options: Sequence[str]) -> None:
    """One of several names."""
    if value not in options:
        raise InvalidValue(what, f"one of {quoted(options)}", repr(value), "choose one of these names")


def quoted(names: Sequence[str]) -> str:
    """ "a", "b", "c"."""
    return ", ".join(f'"{name}"' for name in names)


def whole(what: str, value: Any) -> int:
    """A whole number."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise InvalidType(what, "a whole number", f"{value!r} ({type(value).__name__})", "pass an int")
    return int(value)


def count(what: str, value: Any, least: int = 1) -> int:
    """A whole number from `least` up."""
    if whole(what, value) < least:
        raise InvalidValue(what, f"at least {least}", str(value), f"pass {least} or more")
    return int(value)


def index(what: str, value: Any, size: int, remedy: str) -> int:
    """A whole number from 0 to size − 1."""
    if not 0 <= whole(what, value) < size:
        raise InvalidValue(what, f"from 0 to {size - 1}", str(value), remedy)
    return int(value)


def number(what: str, value: Any) -> float:
    """A finite real number."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        raise InvalidType(what, "a number", f"{value!r} ({type(value).__name__})", "pass a float")
    if not np.isfinite(value):
        raise InvalidValue(what, "finite", str(value), "pass a finite number")
    return float(value)


def numbers(what: str, value: Any) -> Array:
    """An array of real numbers, from whatever NumPy can convert and from tensors."""
    try:
        array = np.asarray(value.detach().cpu() if hasattr(value, "detach") else value)
    except ValueError:
        raise InvalidValue(what, "one rectangular array", "rows of different lengths", "pad them") from None
    if array.dtype.kind not in "biuf":
        raise InvalidType(what, "an array of floats or ints", f"dtype {array.dtype}", "convert it to real numbers")
    return array


def floats(what: str, value: Any) -> Array:
    """An array of float32, or of float64 from all other floats; never from integers, which often are token ids."""
    array = numbers(what, value)
    if array.dtype.kind != "f":
        remedy = "one-hot or embed token ids; convert numbers with .astype(float)"
        raise InvalidType(what, "an array of floats", f"{array.dtype} numbers", remedy)
    return array if array.dtype == np.float32 else array.astype(np.float64, copy=False)


def array(what: str, value: Any, shape: tuple[int, ...], axes: str, dtype: str) -> Array:
    """A finite array of this shape, brought to this precision. `axes` says what the shape means."""
    result = floats(what, value)
    if result.shape != shape:
        raise InvalidValue(what, f"of shape {shape}, {axes}", f"shape {result.shape}", "give it that shape")
    return finite(what, result, dtype)


def finite(what: str, value: Array, dtype: str) -> Array:
    """The array in this precision, without NaN and infinity."""
    with np.errstate(over="ignore"):
        result = value.astype(dtype, copy=False)
    wrong = ~np.isfinite(result)
    if wrong.any():
        place = tuple(int(n) for n in np.argwhere(wrong)[0])
        got = f"{value[place]} at index {place} ({wrong.sum()} of {value.size} entries are not finite)"
        raise InvalidValue(what, f"finite in {dtype}", got, "replace NaN, infinity and what is too large")
    return result


def readonly(array: Array) -> Array:
    """The same array, from now on not to be written to."""
    array.setflags(write=False)
    return array


def frozen(array: Array) -> Array:
    """The array itself if nobody can write to it, else a read-only copy."""
    return readonly(array.copy()) if array.flags.writeable else array
