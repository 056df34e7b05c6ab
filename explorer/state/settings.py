"""Every setting of a view, in one typed table.

A `Settings` is frozen: it is the whole of what a page shows, the key of every cache and, written out, the link.
To add a setting, or to change a slider's bounds, change its line here. What has a meaning beside certain others alone,
or a bound that depends on them, is in explorer.page.controls.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any
from unicodedata import category

from explorer.look.cells import CELLS, GATES, CellView

LONGEST_TEXT = 2000  # characters kept of the user's input; a link of more is cut short by some browsers
LONGEST_LENGTH = 60  # steps; beyond it the columns of the drawing are narrower than a finger
LONGEST_PASSAGE = 300  # characters of a page of text: what PyTorch proves in a second or two
PASSAGES = 40
LARGEST_TRAINED = 160  # units, of the networks of the shipped films
MOST_LAYERS = 8
LONGEST_SERIES = 120  # steps of a forecast, one line across all of them
MOST_SNAPSHOTS = 30
DIGITS = 359  # images of core.tasks.images that are held out
PROMPT = 'def read(self, name=None):\n    """Return the'


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

SCHEMES = {
    "gaussian": "Gaussian",
    "pytorch": "PyTorch's uniform",
    "xavier": "Xavier",
    "orthogonal": "Orthogonal",
    "identity": "Identity (IRNN)",
    "spectral": "Given spectral radius",
}
TREES = {"balanced": "balanced", "left": "left comb", "right": "right comb", "own": "my own brackets"}
NODES = {"x": "x", "a": "a", "h": "h", "o": "o", "y": "ŷ", "L": "L", "h0": "h₀"}
CHANGES = {
    "none": "nothing changed",
    "gate": "pin a gate",
    "unit": "zero a unit",
    "radius": "rescale W",
    "token": "change a token",
}
PROGRAMS = {"parity": "parity", "addition": "addition", "balanced": "aⁿbⁿ"}
TASKS = {
    "sentiment": "sentiment",
    "tagging": "parts of speech",
    "tagging-both": "parts of speech, both directions",
    "source": "the next character of a program",
    "prose": "the next character of prose",
    "adding": "adding two numbers",
    "order": "temporal order",
    "copying": "copying",
    "sines": "forecasting sines",
    "lorenz": "forecasting Lorenz",
}
STARTS = {"pytorch": "uniform", "orthogonal": "orthogonal", "identity": "identity"}
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
WORDS = (  # more than one part of speech each
    "old", "young", "rich", "poor", "brave", "wise", "man", "guard", "ship", "train", "water", "paint", "houses",
    "plans", "reports", "records", "complex", "novel", "official", "public", "fat", "cold", "light", "that", "those",
    "after", "before",
)  # fmt: skip
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
PATTERNS = {
    "one-to-one": "one → one",
    "encoder": "many → one",
    "generator": "one → many",
    "transducer": "many → many",
    "conditional generator": "many → c → many",
}
WRITES = {"captioning": "a digit’s name", "source": "Python", "prose": "prose"}
PARAMETERS = {"W": "W", "U": "U", "b": "b", "V": "V", "c": "c"}


NETWORKS = {
    "elman": "Elman",
    "irnn": "IRNN",
    "orthogonal": "orthogonal",
    "gru": "GRU",
    "lstm": "LSTM",
    "lstm, forget bias 4": "LSTM, bias 4",
}
FAR = ("5", "10", "12", "20", "25", "40", "50", "100")  # distances of the sweep; a task has four of them
REMEMBERED = {"adding": "adding", "order": "order", "copying": "copying"}
SERIES = {"sines": "sines", "lorenz": "Lorenz", "own": "my own"}


WHAT_IF = ("what_if", "gate", "gate_value", "pinned_units", "zeroed_units", "from_step", "to_step", "to_radius",
           "token_step", "token")  # fmt: skip
WHAT_IF_IN_LAYERS = (*WHAT_IF, "in_layer")
WHAT_IF_IN_CHAINS = (*WHAT_IF_IN_LAYERS, "in_direction")


TRAINING = ("train_bias", "train_clip", "train_norm", "train_cut", "train_k", "train_start", "train_by", "train_rate",
            "train_units", "train_layers", "train_updates", "train_batch", "train_seed")  # fmt: skip


def _setting(default: Any, kind: Kind) -> Any:
    """A setting that the recorded pass depends on."""
    return field(default=default, metadata={"kind": kind, "view_only": False})


def _shown(default: Any, kind: Kind) -> Any:
    """A setting that only selects what to look at in a finished pass, or changes another computation beside it."""
    return field(default=default, metadata={"kind": kind, "view_only": True})


@dataclass(frozen=True)
class Settings:
    """What a view shows. Field name = key in the link; its kind carries label and bounds."""

    # the input
    text: str = _setting("hello world, how are you today?", Text("Input"))
    lines: str = _setting("hello world\ngood day\nhi", Text("Sequences, one a line", multiline=True))
    read_as: str = _setting(
        "characters", Choice("Read as", {"characters": "Characters", "words": "Words", "numbers": "Numbers"})
    )
    encoding: str = _setting("one-hot", Choice("Encoding", {"one-hot": "One-hot", "embedding": "Embedding"}))
    embedding: int = _setting(4, Range("Embedding size", 1, 16))
    length: int = _setting(12, Range("Length", 1, LONGEST_LENGTH))

    # the network
    cell: str = _setting("rnn", Choice("Cell", {name: cell.label for name, cell in CELLS.items()}))
    hidden: int = _setting(8, Range("Hidden units", 1, 48))
    layers: int = _setting(3, Range("Layers", 1, MOST_LAYERS))
    nonlinearity: str = _setting(
        "tanh",
        Choice("Nonlinearity", {"tanh": "tanh", "relu": "ReLU", "sigmoid": "sigmoid", "identity": "identity"}),
    )
    scheme: str = _setting("gaussian", Choice("Initialisation", SCHEMES))
    gain: float = _setting(0.8, Range("Gain", 0.0, 3.0, decimals=2, step=0.01))
    radius: float = _setting(0.9, Range("Spectral radius of W", 0.0, 2.0, decimals=2, step=0.01))
    forget_bias: float = _setting(1.0, Range("Forget-gate bias", -3.0, 5.0, decimals=1, step=0.1))
    initial: str = _setting("zero", Choice("Initial state", {"zero": "zero", "learned": "learned"}))
    seed: int = _setting(3, Range("Seed", 0, 99))
    tree: str = _setting("balanced", Choice("Tree", TREES))
    brackets: str = _setting("", Text("Words in brackets", hint="((the film) (was good))"))

    # a program by hand
    program: str = _setting("parity", Choice("Program", PROGRAMS))
    bits: str = _setting("1011", Text("Bits to read", hint="for example 1011"))
    sum_of: str = _setting("13 + 11", Text("Numbers to add", hint="13 + 11, or in binary 0b1101 + 0b1011"))
    word: str = _setting("aaabbb", Text("Word to read", hint="for example aaabbb"))
    weight_error: float = _setting(0.0, Range("Weight error ε", 0.0, 0.5, decimals=3, step=0.005))
    longest: int = _shown(60, Range("Try lengths up to", 5, 100))

    # a trained network
    task: str = _setting("sentiment", Choice("Task", TASKS))
    snapshot: int = _setting(MOST_SNAPSHOTS, Range("Snapshot", 1, MOST_SNAPSHOTS))
    review: str = _setting("the film was not good but the music was great", Text("Sentence to judge"))
    tagged: str = _setting("the old man sleeps", Text("Sentence to tag"))
    embedded: str = _shown("old", Choice("Word", {word: word for word in WORDS}))
    continued: str = _setting(PROMPT, Text("Text to go on with", multiline=True))
    example: int = _setting(1, Range("Held-out example", 1, 50))

    # a page of text, read by a trained network; no unit: the one that follows the feature best
    corpus: str = _setting("source", Choice("Text", CORPORA))
    reader: str = _setting("lstm", Choice("Read by", {"lstm": "LSTM", "gru": "GRU", "rnn": "Elman"}))
    passage: int = _setting(37, Range("Passage", 1, PASSAGES))
    own_text: str = _setting("", Text("Or your own text", multiline=True, hint="up to 300 characters are read"))
    watched: int | None = _shown(None, Range("Unit", 1, LARGEST_TRAINED))
    shade: str = _shown("c", Choice("Coloured by", SHADES))
    feature: str = _shown("best", Choice("Feature", FEATURES))
    character: int = _shown(40, Range("Character", 1, LONGEST_PASSAGE))
    span_from: int = _shown(21, Range("Span from", 1, LONGEST_PASSAGE))
    span_to: int = _shown(26, Range("Span to", 1, LONGEST_PASSAGE))
    threshold: float = _shown(0.1, Range("Threshold of h", -1.0, 1.0, decimals=2, step=0.05))

    # a training of one's own; None: as in the shipped film
    train_seed: int | None = _shown(None, Range("Seed of the training", 0, 99))
    train_start: str = _shown("pytorch", Choice("Start from", STARTS))
    train_bias: float | None = _shown(None, Range("Forget bias at the start", -3.0, 5.0, decimals=1, step=0.1))
    train_clip: bool = _shown(True, Switch("Clip gradients"))
    train_norm: float | None = _shown(None, Range("Clip at ‖g‖", 0.01, 100.0, decimals=3, step=0.05, log=True))
    train_cut: bool = _shown(False, Switch("✂ Truncated BPTT"))
    train_k: int = _shown(5, Range("k: back through", 1, LONGEST_LENGTH))
    train_rate: float | None = _shown(None, Range("Learning rate η", 0.0001, 100.0, decimals=4, step=0.05, log=True))
    train_by: str = _shown("adam", Choice("Optimiser", {"adam": "Adam", "sgd": "SGD"}))
    train_units: int | None = _shown(None, Range("Units to train", 1, 160))
    train_layers: int | None = _shown(None, Range("Layers to train", 1, 4))
    train_updates: int | None = _shown(None, Range("Updates", 20, 10000, step=0.05, log=True))
    train_batch: int | None = _shown(None, Range("Examples an update", 1, 128))

    # a number translated by two networks
    number: str = _setting("7384", Text("Number to translate", hint="in digits, or in English words"))
    language: str = _setting("de", Choice("Into", LANGUAGES))
    forcing: str = _setting("free", Choice("The decoder reads", {"free": "its own words", "forced": "the right words"}))
    beam: int = _setting(1, Range("Beam width", 1, 8))
    context: str = _setting("43", Choice("Context c", CONTEXTS))
    reversed: bool = _setting(False, Switch("Read the source backwards"))

    # a usage pattern at work
    pattern: str = _setting("encoder", Choice("Usage pattern", PATTERNS))
    # An Elman net forgets so much of a number that its pattern has a cell of its own to open on.
    translator: str = _setting("gru", Choice("Cell", {name: CELLS[name].label for name in ("rnn", "gru", "lstm")}))
    asked: str = _setting("last", Choice("Loss enters", {"last": "last step", "every": "every step"}))
    both_ways: bool = _setting(False, Switch("Read both ways"))
    writes: str = _setting("captioning", Choice("Writes", WRITES))
    digit: int = _setting(1, Range("Held-out digit", 1, DIGITS))
    drawn: str = _setting("", Pixels("Digit, yours to draw"))
    choosing: str = _setting("greedy", Choice("Next letter", {"greedy": "most probable", "sampled": "drawn from P"}))
    temperature: float = _setting(1.0, Range("Temperature τ", 0.1, 3.0, decimals=2, step=0.05))
    draw: int = _setting(1, Range("Draw", 1, 99))
    written: int = _setting(14, Range("Letters to write", 4, 30))

    # a series forecast
    series: str = _setting("sines", Choice("Series", SERIES))
    numbers: str = _setting("", Text("My numbers, at least 40", multiline=True, hint="one a line, or a CSV"))
    given: int = _setting(0, Range("Numbers given, of which some are kept", 0, 10**6))  # 0: all are
    known: int = _setting(40, Range("Free running after step", 4, LONGEST_SERIES - 1))
    moment: int = _shown(LONGEST_SERIES, Range("Step", 1, LONGEST_SERIES))

    # what is to be remembered; and a single run of the sweep on it
    remembered: str = _setting("adding", Choice("What is to be remembered", REMEMBERED))
    network: str | None = _shown(None, Choice("Network", NETWORKS))  # None: the one of the cell
    distance: str = _shown("12", Choice("Distance", dict(zip(FAR, FAR, strict=True))))
    run_seed: int = _shown(7, Range("Seed of the run", 0, 99))

    # the loss
    loss: str = _setting(
        "last", Choice("Loss enters", {"last": "last step", "every": "every step", "chosen": "chosen"})
    )
    loss_steps: str = _setting("5, 10", Text("Chosen steps", hint="for example 3, 7, 12"))
    clip_by: str = _shown("norm", Choice("Clip by", {"norm": "norm", "value": "value"}))
    clip: float = _shown(1.0, Range("Clip at", 0.001, 1000.0, decimals=4, step=0.05, log=True))
    truncate: bool = _shown(False, Switch("✂ Truncate"))
    k2: int = _shown(5, Range("k₂: back through", 1, LONGEST_LENGTH))
    k1: int = _shown(5, Range("k₁: a sweep every", 1, LONGEST_LENGTH))

    # what if: one thing changed
    what_if: str = _setting("none", Choice("What if", CHANGES))
    gate: str = _setting("forget", Choice("Gate", {name: name for name in GATES}))
    gate_value: float = _setting(1.0, Range("Pinned to", -1.0, 1.0, decimals=2, step=0.01))
    pinned_units: str = _setting("all", Text("Units pinned", hint="all, or for example 1, 3"))
    zeroed_units: str = _setting("1", Text("Units zeroed", hint="for example 1, 3, or all"))
    from_step: int = _setting(1, Range("From step", 1, LONGEST_LENGTH))
    to_step: int = _setting(LONGEST_LENGTH, Range("To step", 1, LONGEST_LENGTH))
    in_layer: int = _setting(1, Range("In layer", 1, MOST_LAYERS))
    in_direction: str = _setting("forward", Choice("In chain", {"forward": "forward", "reverse": "reverse"}))
    to_radius: float = _setting(1.2, Range("W to spectral radius", 0.0, 2.0, decimals=2, step=0.01))
    token_step: int = _setting(1, Range("At step", 1, LONGEST_LENGTH))
    token: str = _setting("", Text("Read instead", hint="one of the input’s own; empty: nothing"))

    # the view
    step: int = _shown(6, Range("Step", 1, LONGEST_LENGTH))
    target: int | None = _shown(None, Range("Word of the translation", 1, LONGEST_LENGTH))  # None: the last one
    layer: int = _shown(1, Range("Layer", 1, MOST_LAYERS))
    direction: str = _shown("forward", Choice("Direction", {"forward": "forward", "reverse": "reverse"}))
    unit: int = _shown(1, Range("Unit", 1, 48))
    node: str = _shown("h", Choice("Node", NODES))
    tree_node: int = _shown(1, Range("Node of the tree", 1, 2 * LONGEST_LENGTH - 1))
    parameter: str = _shown("W", Choice("Parameter", PARAMETERS))
    routed: str = _shown("cell", Choice("Gradient of", {"cell": "∂L/∂c", "hidden": "∂L/∂h"}))
    loss_time: int = _shown(LONGEST_LENGTH, Range("Loss time", 1, LONGEST_LENGTH))
    system: str = _setting(
        "rnn", Choice("System", {"autonomous": "on its own", "driven": "driven by x", "rnn": "an RNN"})
    )
    folded: bool = _shown(False, Switch("Fold"))
    revealed: bool = _shown(False, Switch("Reveal"))
    compare: bool = _shown(True, Switch("Compare Elman, GRU, LSTM"))
    rate: float = _shown(0.5, Range("Learning rate", 0.001, 1.0, decimals=3, step=0.05, log=True))
    cliff_w: float = _shown(5.5, Range("Cliff: w", 4.0, 7.0, decimals=2, step=0.01))
    cliff_b: float = _shown(-2.6, Range("Cliff: b", -3.0, -2.0, decimals=3, step=0.005))
    window: int = _shown(5, Range("Window width w", 1, 15))
    convolutions: int = _shown(2, Range("Convolution layers", 1, 6))
    projector: bool = _shown(False, Switch("Projector mode"))

    @property
    def of_cell(self) -> CellView:
        """What there is to know of the chosen cell."""
        return CELLS[self.cell]

    def changed(self, changes: Mapping[str, Any]) -> Settings:
        """These settings with `changes` read in; a value out of its bounds is clamped, one without sense is left."""
        read: dict[str, Any] = {}
        for key, raw in changes.items():
            if key in kinds():
                try:
                    read[key] = kinds()[key].read(raw)
                except (TypeError, ValueError, OverflowError):
                    continue
        return replace(self, **read)

    def link(self) -> dict[str, str]:
        """The settings that differ from the defaults, as query parameters."""
        query = {}
        for f in fields(self):
            value = getattr(self, f.name)
            if value != f.default or (f.name == "length" and self.text != Settings.text):
                query[f.name] = str(int(value)) if isinstance(value, bool) else str(value)
        return query


@cache
def kinds() -> dict[str, Kind]:
    """Key of a setting -> its kind."""
    return {f.name: f.metadata["kind"] for f in fields(Settings)}


def from_link(query: Mapping[str, str]) -> Settings:
    """The settings that a link describes; what it leaves out, or says wrongly, is the default."""
    return Settings().changed(query)


@cache
def view_only() -> tuple[str, ...]:
    """The settings that no recorded pass depends on."""
    return tuple(f.name for f in fields(Settings) if f.metadata["view_only"])
