"""The server computes in the threads of its visitors: NumPy starts none of its own."""

from __future__ import annotations

import subprocess
import sys

from serving import ROOT

# In a process of its own: the threads of this one are other tests' too.
TOLD = """
import ctypes
from pathlib import Path

import numpy as np

from explorer.hosts import one_thread


def threads():
    numpy = Path(np.__file__).parent
    for file in (file for place in one_thread.PLACES for file in (numpy / place).resolve().glob("*openblas*")):
        library = ctypes.CDLL(str(file))
        names = [name.replace("set_num", "get_num") for name in one_thread.SETTERS]
        return [getattr(library, name)() for name in names if hasattr(library, name)]


ctypes.CDLL(None)
before = threads()
heard = one_thread.one_thread()
print(heard, before, threads())
"""


def test_numpy_is_told_to_use_one() -> None:
    told = subprocess.run(
        [sys.executable, "-c", TOLD], cwd=ROOT, env={"OPENBLAS_NUM_THREADS": "2"}, capture_output=True
    )
    assert told.stdout in (b"1 [2] [1]\n", b"0 None None\n"), told  # the latter where NumPy has no OpenBLAS of its own
