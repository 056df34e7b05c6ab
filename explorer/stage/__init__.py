"""The stage: the one component through which controls and figures reach a page, and events come back.

It keeps its own Plotly in the browser and gets only new data, which paints about twice as many pictures a second as
a chart element a figure. It knows only that a view came and that a person did this; a host carries both. What a view
and an event are is written once, in schema.json: explorer.page builds what it says, the scripts draw it.
"""

from pathlib import Path

ASSETS = Path(__file__).parent / "assets"
SCHEMA = Path(__file__).parent / "schema.json"
