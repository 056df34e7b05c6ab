"""The overview: what this is, in one screen, and where to begin."""

import streamlit as st

from explorer import cards
from explorer.figures import unrolled
from explorer.look.style import BACKWARD, Look
from explorer.page import course, panels
from explorer.page.view import View, panel
from explorer.passes.scenario import Scenario
from explorer.state.settings import WHAT_IF


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

for column, (section, lessons) in zip(st.columns(len(course.SECTIONS)), course.SECTIONS.items(), strict=True):
    with column:
        st.caption(section)
        for lesson in lessons:
            st.page_link(f"../pages/{lesson.page}.py", label=f"**{lesson.title}**", help=lesson.promise)
