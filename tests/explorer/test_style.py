"""What Streamlit draws around the stage has the stage's colours."""

import tomllib

import pytest
from serving import ROOT

from explorer import style
from explorer.style import Look

THEMES = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_frame_has_the_colours_of_the_stage(name):
    look, theme = Look(dark=name == "dark"), THEMES[name]
    assert theme["backgroundColor"] == look.paper
    assert theme["secondaryBackgroundColor"] == look.properties(style.FORWARD)["surface"]
    assert theme["textColor"] == look.ink
    assert THEMES["primaryColor"] == style.FORWARD
