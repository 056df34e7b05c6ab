"""What Streamlit draws around the stage has the stage's colours."""

import tomllib

import numpy as np
import pytest
from serving import ROOT

from explorer.look import style
from explorer.look.style import Look

THEMES = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_frame_has_the_colours_of_the_stage(name):
    look, theme = Look(dark=name == "dark"), THEMES[name]
    assert theme["backgroundColor"] == look.paper
    assert theme["secondaryBackgroundColor"] == look.properties(style.FORWARD)["surface"]
    assert theme["textColor"] == look.ink
    assert THEMES["primaryColor"] == style.FORWARD


def contrast(words, ground):
    """WCAG 2.1, 1.4.3"""

    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, deep = sorted((luminance(words), luminance(ground)), reverse=True)
    return (light + 0.05) / (deep + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_words_on_a_scale_are_in_the_ink_that_stands_out_more(dark):
    look = Look(dark=dark)
    for scale in (look.signed, look.orders):
        inks = look.inks(scale, np.array([part for part, _ in scale]))
        for ink, (_, ground) in zip(inks, scale, strict=True):
            most = max(contrast(one, ground) for one in (style.ON_COLOUR, style.ON_PALE))
            assert contrast(ink, ground) > 0.97 * most, f"{ink} on {ground}"


@pytest.mark.parametrize("dark", [False, True])
def test_words_stand_out_from_the_paper(dark):
    look = Look(dark=dark)
    meanings = {value for name, value in vars(style).items() if name.isupper() and str(value).startswith("#")}
    for colour in meanings - {style.ON_COLOUR, style.ON_PALE}:
        for ground in (look.paper, look.well, look.properties(style.FORWARD)["surface"]):
            assert contrast(look.words(colour), ground) >= 4.5, f"{colour} on {ground}"
