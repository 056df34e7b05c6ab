"""The settings of a number that two networks translate."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.state.kinds import LONGEST_LENGTH, Choice, Range, Switch, Text, setting, shown

LANGUAGES = {"de": "German", "fr": "French"}
CONTEXTS = {
    "4": "4 units",
    "8": "8 units",
    "16": "16 units",
    "32": "32 units",
    "43": "43 units",
    "lstm": "36 + 36, an LSTM’s",
    "rnn": "81, an Elman net’s",
}


@dataclass(frozen=True)
class Translation:
    """The number, into which language, by which networks, and how the decoder goes on."""

    number: str = setting("7384", Text("Number to translate", hint="in digits, or in English words"))
    language: str = setting("de", Choice("Into", LANGUAGES))
    forcing: str = setting("free", Choice("The decoder reads", {"free": "its own words", "forced": "the right words"}))
    beam: int = setting(1, Range("Beam width", 1, 8))
    # Of French and of reversed sources there is one film each, with the whole context.
    context: str = setting(
        "43", Choice("Context c", CONTEXTS), relevant=lambda s: s.language == "de" and not s.reversed
    )
    reversed: bool = setting(False, Switch("Read the source backwards"), relevant=lambda s: s.language == "de")
    target: int | None = shown(None, Range("Word of the translation", 1, LONGEST_LENGTH))  # None: the last one
