"""How it all looks: the meaning of every colour, the sizes, the one template, the scales of the heat maps.

Colours after Okabe and Ito (safe for colour-blind viewers). One meaning, one colour, on every page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

FORWARD = "#0072B2"  # inputs, states, data moving right
BACKWARD = "#D55E00"  # gradients, moving left
FORGET = "#E69F00"  # forget and update gate
INPUT = "#009E73"  # input gate
OUTPUT = "#CC79A7"  # output and reset gate
CANDIDATE = "#56B4E9"
CARRY = "#8C6D1F"  # cell state, the carry path
GHOST = "#9AA0A6"  # what it was before the change, dashed

# Whole networks, where their curves are compared; an Elman network is blue.
JORDAN, GENERAL, GRU, LSTM, TREE = "#CC79A7", "#AA4499", "#E69F00", "#7E57C2", "#4C8C2B"
PARAMETERS = {"U": FORWARD, "W": BACKWARD, "b": GHOST, "V": INPUT, "c": OUTPUT}

ON_COLOUR = "#ffffff"  # words on a ground of any of these
ON_PALE = "#1f2933"  # words on a pale one

MONO = "ui-monospace, 'DejaVu Sans Mono', monospace"
FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', Arial, sans-serif"

# Magnitudes over orders: from faint to strong on either background, lightness falling evenly (after "Oranges").
_ORDERS_LIGHT = ["#ffffff", "#fdeadb", "#fbd0ab", "#f6ae74", "#ea8537", "#d55e00", "#a34400", "#6e2c00"]
_ORDERS_DARK = ["#14181d", "#3a2414", "#643515", "#964912", "#c9600f", "#ee8133", "#fbb27c", "#ffe3cc"]


# Words need more contrast than an area or a line: each colour's own, on a light ground and on a dark one.
_WORDS = {
    FORWARD: ("#00629a", "#6cb8ea"),
    BACKWARD: ("#b04c00", "#f08a45"),
    FORGET: ("#8f6200", "#f0b73f"),
    INPUT: ("#00734f", "#3fc79d"),
    OUTPUT: ("#a3477a", "#e09cc2"),
    CANDIDATE: ("#186a99", "#7cc7f0"),
    CARRY: ("#6f5616", "#cfae5a"),
    GHOST: ("#5f6871", "#a7afb7"),
    GENERAL: ("#8f3480", "#dc8ccb"),
    LSTM: ("#6a45ad", "#b199ea"),
    TREE: ("#3b7020", "#86c866"),
}


@dataclass(frozen=True)
class Look:
    """Light or dark, desk or projector. Every builder takes one; colours and sizes come from nowhere else."""

    dark: bool = False
    projector: bool = False

    @property
    def paper(self) -> str:
        return "#14181d" if self.dark else "#ffffff"

    @property
    def ink(self) -> str:
        return "#e6eaef" if self.dark else ON_PALE

    @property
    def muted(self) -> str:
        return "#9aa5b1" if self.dark else "#616e7c"

    def words(self, colour: str) -> str:
        """The colour of words that speak of what has this colour."""
        return _WORDS.get(colour, (colour, colour))[self.dark]

    @property
    def rule(self) -> str:
        return "#2c343d" if self.dark else "#e4e7eb"

    @property
    def well(self) -> str:
        return "#1e2a35" if self.dark else "#e8f1f8"

    @property
    def font(self) -> int:
        """Base size in px; from the back row, at least 20."""
        return 20 if self.projector else 12

    @property
    def line(self) -> float:
        return 3.5 if self.projector else 2

    @property
    def scale(self) -> float:
        """Sizes against those at a desk."""
        return self.font / 12

    def height(self, px: int) -> int:
        return round(px * (1.3 if self.projector else 1))

    def margin(self, left: int, right: int, top: int, bottom: int) -> dict[str, int]:
        """Plotly margins that leave room for words of this size."""
        sides = {"l": left, "r": right, "t": top, "b": bottom}
        return {side: round(px * self.scale) for side, px in sides.items()}

    @property
    def signed(self) -> list[list[Any]]:
        """Diverging: blue negative, the paper at zero, vermillion positive."""
        return [[0, FORWARD], [0.5, self.paper], [1, BACKWARD]]

    def fading(self, colour: str) -> list[list[Any]]:
        """From 0, the paper, to 1: what has no sign, in its own colour."""
        return [[0, self.paper], [1, colour]]

    def inks(self, colours: list[list[Any]], parts: np.ndarray) -> list[str]:
        """What words on a colour scale are written in: dark or light, whichever stands out more, at each part of it
        from 0 to 1."""
        at = [place for place, _ in colours]
        rgb = np.array([[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] for _, colour in colours])
        shown = np.stack([np.interp(parts, at, channel) for channel in rgb.T], axis=-1)
        luminance = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4) @ [
            0.2126,
            0.7152,
            0.0722,
        ]
        return [ON_PALE if one else ON_COLOUR for one in luminance > 0.22]

    @property
    def probability(self) -> list[list[Any]]:
        return self.fading(FORWARD)

    @property
    def orders(self) -> list[list[Any]]:
        """Sequential, for log10 of a magnitude."""
        colours = _ORDERS_DARK if self.dark else _ORDERS_LIGHT
        return [[i / (len(colours) - 1), c] for i, c in enumerate(colours)]

    def properties(self, accent: str) -> dict[str, str]:
        """The colours of the page around the figures, as CSS custom properties."""
        return {
            "paper": self.paper,
            "ink": self.ink,
            "muted": self.muted,
            "rule": self.rule,
            "well": self.well,
            "surface": "#1e242b" if self.dark else "#f5f7fa",
            "forward": FORWARD,
            "backward": BACKWARD,
            "forward-ink": self.words(FORWARD),
            "backward-ink": self.words(BACKWARD),
            "good": "#4cc9a0" if self.dark else "#00704f",
            "accent": accent,
            "accent-ink": self.ink,
            "on-accent": ON_COLOUR,
            "tint": accent + ("40" if self.dark else "22"),
        }

    @cached_property
    def template(self) -> dict[str, Any]:
        """The one Plotly template."""
        axis = {
            "showgrid": False,
            "zeroline": False,
            "showline": False,
            "ticks": "",
            "gridcolor": self.rule,
            "linecolor": self.rule,
            "tickfont": {"color": self.muted, "size": self.font},
            "title": {"font": {"color": self.ink, "size": self.font}, "standoff": 6},
            "automargin": False,
            "fixedrange": True,
        }
        return {
            "layout": {
                "font": {"family": FONT, "size": self.font, "color": self.ink},
                "paper_bgcolor": self.paper,
                "plot_bgcolor": self.paper,
                "margin": {"l": 64, "r": 16, "t": 10, "b": 44},
                "xaxis": axis,
                "yaxis": axis,
                "showlegend": False,
                "legend": {
                    "orientation": "h",
                    "x": 0,
                    "y": 1,
                    "yanchor": "bottom",
                    "font": {"size": self.font},
                },
                "hovermode": "closest",
                "hoverlabel": {"font": {"family": FONT, "size": self.font + 1}},
                "dragmode": False,
            }
        }


LIGHT = Look()
