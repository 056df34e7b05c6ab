"""The settings of a program by hand."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.state.kinds import Choice, Range, Text, setting, shown

PROGRAMS = {"parity": "parity", "addition": "addition", "balanced": "aⁿbⁿ"}


@dataclass(frozen=True)
class Program:
    """Which program, what it reads, and how far one weight of it is off."""

    program: str = setting("parity", Choice("Program", PROGRAMS))
    bits: str = setting("1011", Text("Bits to read", hint="for example 1011"), relevant=lambda s: s.program == "parity")
    sum_of: str = setting(
        "13 + 11",
        Text("Numbers to add", hint="13 + 11, or in binary 0b1101 + 0b1011"),
        relevant=lambda s: s.program == "addition",
    )
    word: str = setting(
        "aaabbb", Text("Word to read", hint="for example aaabbb"), relevant=lambda s: s.program == "balanced"
    )
    weight_error: float = setting(0.0, Range("Weight error ε", 0.0, 0.5, decimals=3, step=0.005))
    longest: int = shown(60, Range("Try lengths up to", 5, 100))
