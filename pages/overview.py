"""The overview: what this is, in one screen, and where to begin."""

import streamlit as st

from explorer import cards, panels
from explorer.figures import unrolled
from explorer.scenario import Scenario
from explorer.settings import WHAT_IF
from explorer.style import BACKWARD, Look
from explorer.view import View, panel

DOORS = {
    "unrolling": ("Unrolling", "One network, used once a step. Fold it, step through it, read every number."),
    "backpropagation": ("Backpropagation through time", "The drawing backwards: each equation with its numbers."),
    "gradients": ("Vanishing and exploding gradients", "Which losses still hear which states, and why."),
}


def compose(scene: Scenario, look: Look) -> View:
    return View(
        eyebrow="Unrolled · the insides of recurrent networks",
        panels=[panel("unrolled", unrolled.whole, scene, look)],
        card=cards.welcome(scene),
        proof=True,
    )


panels.show(
    "overview",
    compose,
    main=("text", "gain", "radius", "length", "hidden"),
    more=(*WHAT_IF, "cell", "seed"),
    accent=BACKWARD,
)

for column, (page, (title, promise)) in zip(st.columns(len(DOORS)), DOORS.items(), strict=True):
    with column:
        st.page_link(f"../pages/{page}.py", label=f"**{title}**", icon=":material/arrow_forward:")
        st.caption(promise)
