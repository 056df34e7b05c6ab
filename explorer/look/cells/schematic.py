"""A cell as the textbooks draw it, as data: explorer.figures.schematic draws it with the numbers of one unit.

The carry path runs along the top; no weight and no nonlinearity stands on it. A drawing has its own coordinates: x from
0 to 10, y in px. Every gate has a box at the height GATE, fed from the line BUS, on which x and h come in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from explorer.look.notation import signed

HEIGHT = 256
TOKEN, BUS, GATE, MIDDLE, CARRY = 14, 42, 92, 152, 210
LEFT, RIGHT = 1.45, 8.55  # where the lines begin and end; what they are stands beyond

Numbers = Mapping[str, float]
"""The numbers of one unit at one step, as explorer.look.cells.base.numbers gives them."""
Point = tuple[float, float]
Word = tuple[float, float, str, str, str]  # x, y, text, colour, where it stands from there


@dataclass(frozen=True)
class Schematic:
    """
    boxes      gate -> where its box stands, and its nonlinearity; from left to right
    wires      lines, each with its colour
    joints     × and +: where, and which
    squashed   where else a nonlinearity, tanh, stands
    written    what the step adds to the state on the carry
    words      the numbers along the wires
    """

    boxes: Mapping[str, tuple[float, str]]
    wires: Sequence[tuple[Sequence[Point], str]]
    joints: Sequence[tuple[float, float, str]]
    written: Callable[[Numbers], float]
    words: Callable[[Numbers], Sequence[Word]]
    squashed: Sequence[Point] = ()


def beside(x: float, symbol: str, value: float, colour: str, sign: bool = False) -> Word:
    """A gate's value beside the line that leaves its box at x; with its sign where it has one."""
    told = signed(value) if sign else f"{value:.2f}"
    return x + 0.08, GATE + 28, f"<i>{symbol}</i> = {told}", colour, "middle right"
