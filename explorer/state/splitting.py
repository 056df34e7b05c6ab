"""A text in its items, and how many there are."""

from __future__ import annotations

from functools import lru_cache

import regex

from explorer.state import series
from explorer.state.errors import InputError
from explorer.state.kinds import LONGEST_LENGTH

VISIBLE = {" ": "␣", "\n": "⏎", "\t": "⇥", "\u00a0": "␣"}


@lru_cache(maxsize=64)
def split(text: str, read_as: str) -> tuple[str, ...]:
    """The items of a text, as shown: extended grapheme clusters (UAX #29), or words and punctuation marks."""
    if read_as == "words":
        return tuple(regex.findall(r"\w+(?:['’\-]\w+)*|\p{Emoji_Presentation}|[^\w\s]", text))
    return tuple(VISIBLE.get(c, c) for c in regex.findall(r"\X", text.replace("\r\n", "\n")))


def count(text: str, read_as: str) -> int:
    """How many steps a text has when it is read whole (at most LONGEST_LENGTH)."""
    try:
        available = len(series.read(text).values) - 1 if read_as == "numbers" else len(split(text, read_as))
    except InputError:
        return LONGEST_LENGTH
    return max(1, min(available, LONGEST_LENGTH))
