"""One thread for NumPy's products, where a server computes: it has a thread for every visitor already.

The products of a page are small. Shared among several threads of OpenBLAS they are no sooner done, and the threads,
which wait for one another in a loop, take the processors from other visitors.
"""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np

PLACES = ("../numpy.libs", ".dylibs")  # where NumPy's own packages keep OpenBLAS: on Linux and Windows, on macOS
SETTERS = [f"{of}openblas_set_num_threads{ending}" for of in ("scipy_", "") for ending in ("64_", "")]


def one_thread() -> int:
    """Tells the OpenBLAS that came with NumPy, if it is one; returns how many libraries heard it."""
    folder, heard = Path(np.__file__).parent, 0
    for file in (file for place in PLACES for file in (folder / place).resolve().glob("*openblas*")):
        try:
            library = ctypes.CDLL(str(file))  # it is loaded already: this only finds it
        except OSError:
            continue
        for name in SETTERS:
            if hasattr(library, name):
                getattr(library, name)(1)
                heard += 1
                break
    return heard
