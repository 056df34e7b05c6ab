"""The overview: what this is, in one screen, and where to begin."""

import streamlit as st

from explorer import cards, panels
from explorer.figures import unrolled
from explorer.scenario import Scenario
from explorer.style import BACKWARD, Look
from explorer.view import View, panel

DOORS = (
    ("pages/unrolling.py", "Unrolling", "One network, used once a step. Fold it, step through it, read every number."),
    ("pages/backpropagation.py", "Backpropagation through time", "The same drawing backwards: each equation with its numbers, checked live."),
    ("pages/gradients.py", "Vanishing and exploding gradients", "Which losses still hear which states, and what the size of W has to do with it."),
)  # fmt: skip


def compose(scene: Scenario, look: Look) -> View:
    return View(
        eyebrow="Unrolled · the insides of recurrent networks",
        panels=[panel("unrolled", unrolled.whole, scene, look)],
        card=cards.welcome(scene),
        proof=True,
    )


panels.show("overview", compose, main=("text", "gain", "radius", "length"), more=("cell", "seed"), accent=BACKWARD)

for column, (path, title, promise) in zip(st.columns(3), DOORS, strict=True):
    with column:
        st.page_link(f"../{path}", label=f"**{title}**", icon=":material/arrow_forward:")
        st.caption(promise)
