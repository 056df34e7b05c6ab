"""Inputs to choose from where one has none of one's own: a name -> how it is read, and the text."""

from __future__ import annotations

import numpy as np

EXAMPLES: dict[str, tuple[str, str]] = {
    "A greeting": ("characters", "hello world, how are you today?"),
    "A negation": ("words", "the film was not good at all , but the music was a joy"),
    "Something to remember": ("words", "Alice , who had met Bob long ago in a far country , forgot him"),
    "Brackets": ("characters", "((a(b)c)(d))((e)f)"),
    "Sine wave": ("numbers", "\n".join(f"{np.sin(2 * np.pi * i / 12):.3f}" for i in range(49))),
    "Two sines": (
        "numbers",
        "\n".join(f"{np.sin(2 * np.pi * i / 12) + 0.5 * np.sin(2 * np.pi * i / 7):.3f}" for i in range(61)),
    ),
}
