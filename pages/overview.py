"""The overview: what this is, in one screen, and where to begin."""

from functools import partial

from explorer import cards
from explorer.figures import unrolled
from explorer.look.style import BACKWARD, Look
from explorer.page import course
from explorer.page.page import Door, Page
from explorer.page.view import View, panel
from explorer.passes.scenario import Scenario
from explorer.state.what_if import WHAT_IF


def compose(scene: Scenario, look: Look) -> View:
    return View(
        eyebrow="Unrolled · the insides of recurrent networks",
        panels=[panel("unrolled", unrolled.whole, scene, look)],
        card=partial(cards.welcome, scene),
        proof=True,
    )


PAGE = Page(
    "overview",
    compose,
    main=("text", "gain", "radius", "length", "hidden"),
    more=(*WHAT_IF, "cell", "seed"),
    doors={
        section: [Door(lesson.page, lesson.title, lesson.promise) for lesson in lessons]
        for section, lessons in course.SECTIONS.items()
    },
    selects=("step", "node", "unit"),
    accent=BACKWARD,
)
