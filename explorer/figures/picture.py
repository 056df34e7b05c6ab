"""What a figure builder gives back: a figure, with the sentence that says what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.look.style import Look

if TYPE_CHECKING:
    import plotly.graph_objects as go

HUGE = 1e290  # beyond it a chart's own scaling overflows


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure as plain data, so that thirty a second can be built and sent.

    title    a sentence computed from the trace; it is the alternative text too
    data     Plotly traces, layout the Plotly layout (as of `plotly.graph_objects.Figure`)
    height   in px at desk size
    """

    title: str
    data: Sequence[Mapping[str, Any]]
    layout: Mapping[str, Any]
    look: Look
    height: int = 260
    note: str = ""

    def spec(self) -> dict[str, Any]:
        """Data and layout with the template's explicit look, as Plotly's own JSON has them."""
        return {"data": [self._readable(trace) for trace in self.data], "layout": self._layout()}

    def figure(self) -> go.Figure:
        """The same as a `plotly.graph_objects.Figure`, with its title: to show in a notebook or to write to a file."""
        import plotly.graph_objects as go

        layout = {
            **self._layout(),
            "template": self.look.template,
            "title": {"text": self.title, "x": 0.02, "font": {"size": self.look.font + 5}},
            "height": self.height + 60,
            "margin": {**self.look.template["layout"]["margin"], **self.layout.get("margin", {}), "t": 60},
        }
        return go.Figure({"data": [self._readable(trace) for trace in self.data], "layout": layout})

    def _readable(self, trace: Mapping[str, Any]) -> Mapping[str, Any]:
        """A trace, its words in colours that can be read."""
        font = trace.get("textfont")
        if font is None:
            return trace
        colour = font["color"]
        readable = self.look.words(colour) if isinstance(colour, str) else [self.look.words(one) for one in colour]
        return {**trace, "textfont": {**font, "color": readable}}

    def _layout(self) -> dict[str, Any]:
        notes = [
            {**note, "font": {**note["font"], "color": self.look.words(note["font"]["color"])}}
            for note in self.layout.get("annotations", ())
        ]
        return {**self.layout, "annotations": notes} if notes else dict(self.layout)


def finite(values: Any) -> np.ndarray:
    """Values fit for a chart: what is infinite, NaN or beyond any axis is a gap (NaN)."""
    array = np.asarray(values, dtype=float)
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(array) < HUGE, array, np.nan)


def positive(values: Any) -> np.ndarray:
    """Values fit for a log axis: what is not finite or not above zero is a gap."""
    array = finite(values)
    with np.errstate(invalid="ignore"):
        return np.where(array > 0, array, np.nan)


def log10(values: Any) -> np.ndarray:
    """log10 of magnitudes; a gap where there is none."""
    return np.log10(positive(values))
