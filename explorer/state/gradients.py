"""The settings of the page on vanishing and exploding gradients: clipping, and the cliff that it is for."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.state.kinds import LONGEST_LENGTH, Choice, Range, Switch, shown


@dataclass(frozen=True)
class Gradients:
    """What is compared, which pair is selected, how it is clipped."""

    compare: bool = shown(True, Switch("Compare Elman, GRU, LSTM"))
    loss_time: int = shown(LONGEST_LENGTH, Range("Loss time", 1, LONGEST_LENGTH), high=lambda s: s.length)
    clip_by: str = shown("norm", Choice("Clip by", {"norm": "norm", "value": "value"}))
    clip: float = shown(1.0, Range("Clip at", 0.001, 1000.0, decimals=4, step=0.05, log=True))
    rate: float = shown(0.5, Range("Learning rate", 0.001, 1.0, decimals=3, step=0.05, log=True))
    cliff_w: float = shown(5.5, Range("Cliff: w", 4.0, 7.0, decimals=2, step=0.01))
    cliff_b: float = shown(-2.6, Range("Cliff: b", -3.0, -2.0, decimals=3, step=0.005))
