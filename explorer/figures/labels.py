"""A word beside a curve: written where it belongs, so that no legend is needed."""

from __future__ import annotations

from typing import Any

from explorer.look.style import Look


def label(
    text: str,
    x: float,
    y: float,
    colour: str,
    look: Look,
    anchor: str = "left middle",
    paper: str = "",
    size: float | None = None,
) -> dict[str, Any]:
    """A Plotly annotation. `anchor` says which part of the word stands at (x, y); the axes named in `paper` ("x", "y",
    "xy") count as parts of the picture, 0 to 1, the others in data."""
    across, up = anchor.split()
    return {
        "text": text,
        "x": x,
        "y": y,
        "xref": "paper" if "x" in paper else "x",
        "yref": "paper" if "y" in paper else "y",
        "xanchor": across,
        "yanchor": up,
        "showarrow": False,
        "font": {"color": colour, "size": size or look.font},
    }
