"""The settings of a page of text that is read by a trained network, and of what its units follow."""

from __future__ import annotations

from dataclasses import dataclass

from core.analysis import features
from explorer.look.cells import CELLS
from explorer.state.kinds import Choice, Range, Text, setting, shown
from explorer.state.network import Network

LONGEST_PASSAGE = 300  # characters of a page of text: what PyTorch proves in a second or two
PASSAGES = 40
LARGEST_TRAINED = 160  # units, of the networks of the shipped films
CORPORA = {"source": "source code", "prose": "prose"}
SHADES = {
    "c": "cell state c",
    "h": "hidden state h",
    "forget": "forget gate f",
    "input": "input gate i",
    "candidate": "candidate",
    "output": "output gate o",
    "update": "update gate z",
    "reset": "reset gate r",
    "dc": "gradient ∂L/∂c",
    "dh": "gradient ∂L/∂h",
}
FEATURES = {
    "best": "what it follows best",
    "brackets": "bracket depth",
    "string": "strings",
    "comment": "comments",
    "quotation": "quotations",
    "indentation": "indentation",
    "margin": "line beginnings",
    "line": "place in line",
    "sentence": "place in sentence",
    "word": "words",
    "place": "place in word",
    "capital": "capitals",
}


def shades(cell: str) -> tuple[str, ...]:
    """What a page can be coloured by: the states, the gates and the gradients of the states that a cell has."""
    view = CELLS[cell]
    states = [view.symbols[state] for state in view.states]
    return (*states, *view.gates, *(f"d{state}" for state in states))


def offered(corpus: str) -> tuple[str, ...]:
    """The features that a corpus has."""
    return features.OF_CODE if corpus == "source" else features.OF_PROSE


def _features(settings: Passage) -> list[str]:
    return [name for name in FEATURES if name in ("best", *offered(settings.corpus))]


@dataclass(frozen=True)
class Passage(Network):
    """Which page by which network; no unit: the one that follows the feature best."""

    corpus: str = setting("source", Choice("Text", CORPORA))
    reader: str = setting(
        "lstm",
        Choice("Read by", {"lstm": "LSTM", "gru": "GRU", "rnn": "Elman"}),
        relevant=lambda s: s.corpus == "source",  # the one text that several cells were trained on
    )
    passage: int = setting(37, Range("Passage", 1, PASSAGES), relevant=lambda s: not s.own_text)
    own_text: str = setting("", Text("Or your own text", multiline=True, hint="up to 300 characters are read"))
    watched: int | None = shown(None, Range("Unit", 1, LARGEST_TRAINED), high=lambda s: s.hidden)
    shade: str = shown(
        "c", Choice("Coloured by", SHADES), offered=lambda s: [name for name in SHADES if name in shades(s.cell)]
    )
    feature: str = shown("best", Choice("Feature", FEATURES), offered=_features)
    character: int = shown(40, Range("Character", 1, LONGEST_PASSAGE), high=lambda s: s.length)
    span_from: int = shown(21, Range("Span from", 1, LONGEST_PASSAGE), high=lambda s: s.length)
    span_to: int = shown(26, Range("Span to", 1, LONGEST_PASSAGE), high=lambda s: s.length)
    threshold: float = shown(0.1, Range("Threshold of h", -1.0, 1.0, decimals=2, step=0.05))
