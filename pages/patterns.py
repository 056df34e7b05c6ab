"""Usage patterns: what a network is used for is where its inputs come from and where its loss enters."""

from functools import partial

from explorer import cards
from explorer.figures import answers, measured, usage
from explorer.look.style import FORWARD, Look
from explorer.page.page import Door, Page
from explorer.page.view import View, panel, player
from explorer.passes import store
from explorer.passes.usage import Usage
from explorer.questions.usage import other_usage
from explorer.state.usage import adapt

HELD_OUT = (("usage-shares", measured.shares, "below", "half"), ("usage-where", measured.where, "below", "half"))
GRAMMAR = (("usage-rules", measured.rules, "below", "half"), ("usage-words", measured.words, "below", "half"))
NORMS = ("usage-norms", usage.norms)
# What stands under the drawing of every pattern: first in sight, then below.
PANELS = {
    "one-to-one": (("usage-answer", answers.distribution, "hero", "full"), *HELD_OUT),
    "encoder": ((*NORMS, "hero", "full"), *HELD_OUT, *GRAMMAR),
    "generator": (("usage-answer", answers.distribution, "hero", "full"), (*NORMS, "below", "full"), *HELD_OUT),
    "conditional generator": (("usage-norms", usage.norms, "hero", "full"), *HELD_OUT),
    "transducer": (
        ("usage-tags", answers.tags, "hero", "full"), (*NORMS, "below", "full"), *HELD_OUT, *GRAMMAR,
    ),
}  # fmt: skip
LEADS = {
    "one-to-one": "One vector in, one out: a feed-forward net, which is an RNN of a single step. Draw a digit.",
    "encoder": "A sequence in, one answer out, learned at the last word alone. Watch P(positive) at the word after "
    "“not”, and at the last one after “but”.",
    "generator": "What comes out is read next. P to the power 1/τ: the most probable stays so.",
    "conditional generator": "A sequence in, another out, of any length: all that passes between them is c, and "
    "all that the encoder learns from is what comes back through it.",
    "transducer": "An answer for every word. Dashed words are open until one reads on: switch to both ways.",
}


def compose(scene: Usage, look: Look) -> View:
    return View(
        eyebrow=f"Architectures · Usage patterns · {scene.pattern}",
        panels=[
            panel("usage", usage.drawn, scene, look),
            *(panel(id, make, scene, look, area=area, size=size) for id, make, area, size in PANELS[scene.pattern]),
        ],
        card=partial(cards.usage, scene),
        lead=LEADS[scene.pattern],
        player=player("step", "step", scene.step_number, scene.steps),
        question=other_usage(scene),
        proof=True,
    )


PAGE = Page(
    "patterns",
    compose,
    main=(
        "pattern", "writes", "drawn", "review", "tagged", "continued", "number", "asked", "both_ways", "choosing",
        "temperature", "written",
    ),
    more=("digit", "draw", "snapshot"),
    doors={"": [Door("encoder-decoder", "Encoder and decoder", lead="How much the context c holds: ")]},
    selects=("step", "node", "unit", "cell", "translator", "example"),
    accent=FORWARD,
    adapt=adapt,
    run=store.usage,
)  # fmt: skip
