"""The settings of the user's own input: one text or series, or several lines."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.state import splitting
from explorer.state.kinds import LONGEST_LENGTH, Choice, Range, Text, setting

LINES = {
    "characters": "hello world\ngood day\nhi",
    "words": "the music was a joy from start to end\nthe film was not good\nwell done",
    "numbers": "0 1 2 3 4 5 6 7 8 9\n5 4 3 2 1 0\n1 2 1",
}


def lines(settings: Input) -> str:
    """The lines to read: the user's, or an example that suits the way of reading."""
    return settings.lines if settings.lines != Input.lines else LINES[settings.read_as]


@dataclass(frozen=True)
class Input:
    """What is read, and how it becomes vectors."""

    text: str = setting("hello world, how are you today?", Text("Input"))
    lines: str = setting(LINES["characters"], Text("Sequences, one a line", multiline=True), stands=lines)
    read_as: str = setting(
        "characters", Choice("Read as", {"characters": "Characters", "words": "Words", "numbers": "Numbers"})
    )
    encoding: str = setting(
        "one-hot",
        Choice("Encoding", {"one-hot": "One-hot", "embedding": "Embedding"}),
        relevant=lambda s: s.read_as != "numbers",
    )
    embedding: int = setting(
        4,
        Range("Embedding size", 1, 16),
        relevant=lambda s: s.encoding == "embedding" and s.read_as != "numbers",
    )
    length: int = setting(
        12,
        Range("Length", 1, LONGEST_LENGTH),
        high=lambda s: splitting.count(s.text, s.read_as) if s.read_as == "numbers" else LONGEST_LENGTH,
    )
