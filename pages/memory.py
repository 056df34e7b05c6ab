"""Long-range memory: the same tasks at growing distance, and who still hears what lies far back."""

from functools import partial

from explorer import cards
from explorer.figures import memory
from explorer.jobs import sweep_run
from explorer.look.style import FORWARD, Look
from explorer.page.page import Page
from explorer.page.view import View, panel, player
from explorer.passes.memory import Memory
from explorer.questions.networks import elman_fails
from explorer.state.memory import adapt

RUN = ("network", "distance", "run_seed")


def compose(scene: Memory, look: Look) -> View:
    return View(
        eyebrow="Memory · Long-range memory",
        panels=[
            panel("share", memory.share, scene, look),
            panel("gradient", memory.gradient, scene, look),
            panel("single", memory.single, scene, look, area="below", size="half", controls=RUN),
            panel("states", memory.states, scene, look, area="below", size="half"),
            panel("errors", memory.errors, scene, look, area="below", size="half"),
        ],
        card=partial(cards.memory, scene),
        lead="Above, trainings compared: who still learns what lies how far back. Below it one example: whose gradient "
        "still reaches the steps that count, from the first snapshot to the last.",
        player=player("snapshot", "snapshot", scene.snapshot, len(scene.film), told=scene.told),
        question=elman_fails(scene),
        notice=scene.outcomes.told,
        proof=True,
    )


PAGE = Page(
    "memory",
    compose,
    main=("remembered", "cell", "example", "snapshot"),
    beneath=RUN,
    selects=("step",),
    accent=FORWARD,
    adapt=adapt,
    beside=sweep_run,
)
