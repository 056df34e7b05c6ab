"""The stage: the one component through which controls and figures reach a page, and events come back.

It keeps its own Plotly in the browser and gets only new data, which paints about twice as many pictures a second as
a chart element a figure. It knows only that a view came and that a person did this; a host carries both.
"""

from pathlib import Path

ASSETS = Path(__file__).parent / "assets"
