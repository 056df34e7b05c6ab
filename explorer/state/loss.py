"""The settings of where the loss enters, and of how far back it is swept."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.state.kinds import LONGEST_LENGTH, Choice, Range, Switch, Text, setting, shown

ENTERS = {"last": "last step", "every": "every step", "chosen": "chosen"}


@dataclass(frozen=True)
class Loss:
    """Where the loss enters; truncated BPTT."""

    loss: str = setting("last", Choice("Loss enters", ENTERS))
    loss_steps: str = setting(
        "5, 10", Text("Chosen steps", hint="for example 3, 7, 12"), relevant=lambda s: s.loss == "chosen"
    )
    truncate: bool = shown(False, Switch("✂ Truncate"))
    k2: int = shown(
        5, Range("k₂: back through", 1, LONGEST_LENGTH), relevant=lambda s: s.truncate, high=lambda s: s.length
    )
    k1: int = shown(
        5,
        Range("k₁: a sweep every", 1, LONGEST_LENGTH),
        relevant=lambda s: s.truncate and s.loss != "last",  # one loss is swept from once, however often
        high=lambda s: s.length,
    )
