"""A program by hand at work on the user's own bits, numbers or word.

The network is core.networks.programs' own, one weight of it off by ε; no other setting of a network has a meaning here.
There is no loss, and so no gradient: these weights are not learned, and at a pre-activation of exactly 0, of which
there are many here, a ReLU has no derivative.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core import record
from core.analysis.exactness import Tried, tried
from core.networks import programs
from core.networks.network import Network
from core.networks.programs import Program
from core.passes.trace import Trace
from explorer.passes.base import Selection
from explorer.passes.source import Named
from explorer.state.errors import InputError
from explorer.state.inputs import Sequence
from explorer.state.settings import Settings

MOST_STEPS = 40  # with more, the numbers in the cells are too small to read
EACH = 5  # words tried of every length
ADD = re.compile(r"(0b[01]+|\d+)\s*(?:\+|,|\s)\s*(0b[01]+|\d+)")


@dataclass(frozen=True)
class Written(Named):
    """A program's network: its weights are written down, and one of them is off by `weight_error`."""

    program: str
    weight_error: float

    @property
    def network(self) -> Network:
        return programs.PROGRAMS[self.program]().perturbed(self.weight_error)

    def read(self, settings: Settings) -> str | tuple[int, int]:
        """The word. Raises InputError for what the program cannot read."""
        return READ[self.program](settings)


@dataclass(frozen=True)
class Execution(Selection):
    """One word read by a program's network.

    word       as core.networks.programs' Program reads it: a string, or a pair of numbers
    right      (T,): the right answers
    made_by    the function below that makes it of its settings
    original   of a pass that something was changed in (what_if): here none ever is
    """

    settings: Settings
    program: Program
    word: str | tuple[int, int]
    sequence: Sequence
    right: np.ndarray
    trace: Trace
    made_by: str = "run"
    original: None = None

    @property
    def origin(self) -> Written:
        return Written(self.settings.program, self.settings.weight_error)

    @property
    def hidden(self) -> np.ndarray:
        """(T, H)"""
        return self.trace[0, "forward"].hidden[:, 0]

    @property
    def before(self) -> np.ndarray:
        """(T, H): the state that every step starts from."""
        return np.concatenate([self.trace[0, "forward"].initial_hidden, self.hidden[:-1]])

    @property
    def outputs(self) -> np.ndarray:
        """(T,): o_t"""
        return self.trace.logits[:, 0, 0]

    @property
    def said(self) -> np.ndarray:
        """(T,): the answers, True for 1."""
        return programs.answers(self.trace.logits)[:, 0]

    @property
    def tried(self) -> Tried:
        """The same network on random words of every length."""
        s = self.settings
        return on_random_words(s.program, s.weight_error, s.longest, s.seed)


def run(settings: Settings) -> Execution:
    """The word read by the program's network. Raises InputError where there is no such word."""
    source = Written(settings.program, settings.weight_error)
    program, word = programs.PROGRAMS[settings.program](), source.read(settings)
    inputs, right = program.read(word), program.right(word)
    if len(inputs) > MOST_STEPS:
        raise InputError(f"Expected at most {MOST_STEPS} steps, got {len(inputs)}: write something shorter.")
    tokens = tuple(word) if isinstance(word, str) else tuple(f"{a:.0f}{b:.0f}" for a, b in inputs)
    trace = record(source.network, inputs[:, None])
    sequence = Sequence(tokens, trace.inputs, right[:, None, None], (), "")
    return Execution(settings, program, word, sequence, right, trace)


def _bits(settings: Settings) -> str:
    bits = "".join(settings.bits.split())
    if not bits or set(bits) - set("01"):
        raise InputError(f"Expected the digits 0 and 1, got “{_short(settings.bits)}”: write for example 1011.")
    return bits


def _pair(settings: Settings) -> tuple[int, int]:
    found = ADD.fullmatch(settings.sum_of.strip().lower())
    # Python reads no more digits than this at once; far fewer have room.
    if not found or not found[0].isascii() or len(found[0]) > 1000:
        raise InputError(
            f"Expected two whole numbers from 0 up, got “{_short(settings.sum_of)}”: "
            "write for example 13 + 11, or in binary 0b1101 + 0b1011."
        )
    a, b = (int(number, 2) if number.startswith("0b") else int(number) for number in found.groups())
    if max(a, b).bit_length() >= MOST_STEPS:
        raise InputError(f"Expected numbers of at most {MOST_STEPS - 1} bits, got more: write smaller ones.")
    return a, b


def _letters(settings: Settings) -> str:
    word = "".join(settings.word.split()).lower()
    if not word or set(word) - set("ab"):
        raise InputError(f"Expected the letters a and b, got “{_short(settings.word)}”: write for example aaabbb.")
    return word


def _short(text: str) -> str:
    return text if len(text) <= 20 else text[:20] + "…"


READ: dict[str, Callable[[Settings], str | tuple[int, int]]] = {
    "parity": _bits,
    "addition": _pair,
    "balanced": _letters,
}


def each_program(settings: Settings, error: float) -> dict[str, Tried]:
    """Every program by its name, its weight off by `error`, on random words of every length."""
    return {
        make().name: on_random_words(key, error, settings.longest, settings.seed)
        for key, make in programs.PROGRAMS.items()
    }


@lru_cache(maxsize=64)
def on_random_words(program: str, error: float, longest: int, seed: int) -> Tried:
    """A program, its weight off by `error`, on `EACH` words of every length; remembered, since it is the same whatever
    is read and selected beside it."""
    return tried(program, programs.PROGRAMS[program]().perturbed(error), longest, EACH, seed)
