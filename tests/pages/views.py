"""Some ten views of every page, by what their links say: those whose sentences are reviewed.

They set only what the page itself shows, each sentence of a page at least once another way, and what cannot be read.
"""

from __future__ import annotations

from typing import Any

View = dict[str, Any]

UNIT, RADIUS = {"what_if": "unit", "zeroed_units": "2"}, {"what_if": "radius", "to_radius": 1.5}
GATE = {"cell": "lstm", "what_if": "gate", "gate": "forget", "from_step": 3, "to_step": 5}
TOKEN = {"what_if": "token", "token": "h", "token_step": 3}
LINEAR = {"nonlinearity": "identity", "gain": 2}
NUMBERS = {"read_as": "numbers", "text": "1 2 4 8 16", "length": 4}
WORDS = {"read_as": "words", "text": "no one knows", "length": 7}
OWN = {"series": "own", "numbers": "; ".join(f"{n % 7 + n / 50:.2f}" for n in range(150))}

VIEWS: dict[str, list[View]] = {
    "overview": [
        {}, {"gain": 2}, {"length": 40}, {"hidden": 1}, {"cell": "lstm"}, {"cell": "gru"}, {"text": "x", "length": 1},
        NUMBERS, UNIT, {"seed": 7},
    ],
    "unrolling": [
        {}, {"folded": 1}, {"system": "autonomous"}, {"system": "driven"}, {"node": "a", "step": 4}, WORDS, NUMBERS,
        {"cell": "lstm", "node": "h"}, {"initial": "learned", "loss": "every", "node": "L"}, UNIT, {"text": " "},
    ],
    "feedback": [
        {}, {"gain": 2}, {"hidden": 2}, {"loss": "every"}, NUMBERS, {"step": 3}, LINEAR, RADIUS, TOKEN,
        {"loss": "chosen", "loss_steps": "none"},
    ],
    "lengths": [
        {}, {"lines": "one\ntwo\nsix"}, {"lines": "a\nbcdefgh\nij\nk\nlm\nno"}, {"loss": "every"}, {"parameter": "b"},
        {"lines": "1 2 4 8\n3 5", "read_as": "numbers"}, {"cell": "lstm"}, UNIT, {"lines": "x" * 40}, {"lines": " "},
    ],
    "influence": [
        {}, {"window": 2}, {"convolutions": 4}, {"step": 2}, {"gain": 2}, {"cell": "gru"}, NUMBERS, UNIT, {"length": 1},
        {"text": " "},
    ],
    "programs": [
        {}, {"bits": "0"}, {"bits": "10110", "weight_error": 0.2}, {"program": "addition"},
        {"program": "addition", "sum_of": "0b11 + 0b1", "step": 2}, {"program": "balanced"},
        {"program": "balanced", "word": "aab"}, {"program": "balanced", "weight_error": 0.5}, {"revealed": 1},
        {"bits": "102"},
    ],
    "backpropagation": [
        {}, {"gain": 2}, {"loss": "every", "parameter": "V"}, {"node": "a", "step": 2},
        {"truncate": 1, "k1": 3, "k2": 2}, {"cell": "lstm"}, {"revealed": 1}, LINEAR, UNIT,
        {"loss": "chosen", "loss_steps": "none"},
    ],
    "gradients": [
        {}, {"gain": 2}, LINEAR, {"cell": "lstm", "forget_bias": 5}, {"compare": 0}, {"loss_time": 5, "step": 2},
        {"truncate": 1}, {"clip_by": "value"}, {"revealed": 1}, GATE, {"text": " "},
    ],
    "training": [
        {}, {"snapshot": 1}, {"task": "tagging", "tagged": "the old man the boat"}, {"task": "adding", "cell": "lstm"},
        {"task": "order", "example": 3}, {"task": "sines"}, {"task": "source", "continued": "def f"},
        {"train_bias": 0, "cell": "lstm"}, {"revealed": 1}, {"review": "the film was marvellous"},
    ],
    "drift": [
        {}, {"known": 4}, {"known": 119}, {"series": "lorenz"}, {"cell": "lstm"}, {"snapshot": 1}, {"moment": 30}, OWN,
        {"series": "own"}, {"revealed": 1}, {"series": "own", "numbers": "1 2 3"},
    ],
    "gates": [
        {}, {"cell": "lstm"}, {"cell": "gru"}, {"cell": "lstm", "forget_bias": -3}, {"cell": "gru-before", "step": 2},
        {"cell": "lstm", "routed": "hidden", "unit": 3}, {"loss": "every"}, {"revealed": 1}, GATE, {"text": " "},
    ],
    "memory": [
        {}, {"remembered": "order"}, {"remembered": "copying"}, {"cell": "lstm"}, {"cell": "gru"}, {"snapshot": 1},
        {"example": 7}, {"network": "irnn", "distance": "50"}, {"revealed": 1},
    ],
    "units": [
        {}, {"corpus": "prose"}, {"reader": "gru"}, {"reader": "rnn", "shade": "h"}, {"watched": 9},
        {"feature": "line"}, {"snapshot": 1}, {"own_text": "def f(x):\n    return x"}, {"revealed": 1},
        {"own_text": "a"},
    ],
    "patterns": [
        {}, {"asked": "every"}, {"pattern": "one-to-one"}, {"pattern": "one-to-one", "drawn": "0" * 64},
        {"pattern": "generator"}, {"pattern": "generator", "writes": "source", "choosing": "sampled"},
        {"pattern": "transducer", "both_ways": 1}, {"pattern": "conditional generator", "number": "42"},
        {"revealed": 1}, {"review": "the film was marvellous"},
    ],
    "stacked": [
        {}, {"layers": 1}, {"layers": 8}, {"gain": 2}, {"layer": 3, "step": 2}, {"cell": "gru"}, {"loss": "every"},
        {"what_if": "unit", "in_layer": 2}, {"revealed": 1}, {"text": " "},
    ],
    "bidirectional": [
        {}, {"layers": 1}, {"direction": "reverse", "step": 3}, {"gain": 2}, {"cell": "lstm"}, {"loss": "every"},
        {"embedded": "man"}, {"what_if": "unit", "in_direction": "reverse"}, {"revealed": 1}, {"text": " "},
    ],
    "encoder-decoder": [
        {}, {"number": "42"}, {"forcing": "forced"}, {"beam": 4}, {"context": "4"}, {"context": "lstm"},
        {"language": "fr"}, {"reversed": 1}, {"snapshot": 1, "target": 2}, {"revealed": 1}, {"number": "fourty"},
    ],
    "trees": [
        {}, {"tree": "left"}, {"tree": "right"}, {"tree": "own"}, {"tree": "own", "brackets": "(a (b (c d)))"},
        {"gain": 2}, WORDS, {"tree_node": 3}, {"revealed": 1}, UNIT, {"tree": "own", "brackets": "(a (b c)"},
    ],
}  # fmt: skip


def name(page: str, view: View) -> str:
    """What a view is called in the file of its page."""
    said = ", ".join(f"{key} {value!r}" for key, value in view.items())
    return f"{page}: {said if len(said) < 90 else said[:90] + '…'}" if view else f"{page}, as it opens"
