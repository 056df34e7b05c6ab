"""The settings of what is set beside a recurrent network: a window and a convolution."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.state.kinds import Range, shown


@dataclass(frozen=True)
class Baselines:
    """The width of the window, and how many layers of convolution."""

    window: int = shown(5, Range("Window width w", 1, 15))
    convolutions: int = shown(2, Range("Convolution layers", 1, 6))
