"""What a setting can be: its kind with label and bounds, and the rules that it has beside other settings.

A group of settings is a frozen dataclass whose fields are made by `setting` or `shown`; explorer.state.settings is all
groups together.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from unicodedata import category

LONGEST_TEXT = 2000  # characters kept of the user's input; a link of more is cut short by some browsers
LONGEST_LENGTH = 60  # steps; beyond it the columns of the drawing are narrower than a finger


@dataclass(frozen=True)
class Range:
    """A number between two bounds. `decimals` 0 makes it whole; `log` gives the slider a logarithmic scale."""

    label: str
    low: float
    high: float
    decimals: int = 0
    step: float = 1
    log: bool = False

    def read(self, raw: Any) -> float | int:
        value = float(raw)
        if not math.isfinite(value):
            raise ValueError(f"{self.label} must be a finite number")
        value = min(max(value, self.low), self.high)
        return round(value, self.decimals or None)


@dataclass(frozen=True)
class Choice:
    """One of a few named options: key -> the word on the button."""

    label: str
    options: Mapping[str, str]

    def read(self, raw: Any) -> str:
        if raw not in self.options:
            raise ValueError(f"{self.label} must be one of {', '.join(self.options)}")
        return str(raw)


@dataclass(frozen=True)
class Text:
    """Free text. `multiline` gives it room for a pasted series."""

    label: str
    multiline: bool = False
    hint: str = ""

    def read(self, raw: Any) -> str:
        # Joiners inside an emoji are kept; controls, and halves of characters, are not.
        return "".join(c for c in str(raw) if c in "\n\t" or category(c) not in ("Cc", "Cs"))[:LONGEST_TEXT]


@dataclass(frozen=True)
class Pixels:
    """A picture drawn by hand, 8 × 8: one hexadecimal digit a pixel, row by row, f for ink; empty if none is drawn."""

    label: str

    def read(self, raw: Any) -> str:
        text = str(raw).lower()
        if text and not re.fullmatch(r"[0-9a-f]{64}", text):
            raise ValueError(f"{self.label} must be 64 hexadecimal digits")
        return text


@dataclass(frozen=True)
class Switch:
    """On or off."""

    label: str

    def read(self, raw: Any) -> bool:
        if isinstance(raw, bool):
            return raw
        return str(raw).lower() in ("1", "true", "on")


Kind = Range | Choice | Text | Pixels | Switch


@dataclass(frozen=True)
class Rules:
    """What a setting is beside the others; each rule is a function of the settings.

    relevant   whether it has a meaning
    low, high  a slider's bounds, where they are not the kind's own
    offered    the options that have a meaning, of a Choice, in their order
    stands     what is in force, or read, where its own value has no meaning or was left out
    """

    relevant: Callable[[Any], bool] | None = None
    low: Callable[[Any], float] | None = None
    high: Callable[[Any], float] | None = None
    offered: Callable[[Any], Iterable[str]] | None = None
    stands: Callable[[Any], Any] | None = None


def setting(default: Any, kind: Kind, **rules: Any) -> Any:
    """A setting that a recorded pass depends on; `rules` as of Rules."""
    return field(default=default, metadata={"kind": kind, "view_only": False, "rules": Rules(**rules)})


def shown(default: Any, kind: Kind, **rules: Any) -> Any:
    """A setting that only selects what to look at in a finished pass, or changes another computation beside it."""
    return field(default=default, metadata={"kind": kind, "view_only": True, "rules": Rules(**rules)})
