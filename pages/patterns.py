"""Usage patterns: what a network is used for is where its inputs come from and where its loss enters."""

from explorer import panels, patterns, store
from explorer.figures import usage
from explorer.patterns import Usage
from explorer.style import FORWARD, Look
from explorer.view import View, panel, player


def compose(scene: Usage, look: Look) -> View:
    return View(
        eyebrow="Architectures · Usage patterns",
        panels=[
            panel("usage", usage.drawn, scene, look),
            panel("usage-norms", usage.norms, scene, look),
        ],
        player=player("step", "step", scene.step_number, scene.steps),
        proof=True,
    )


panels.show(
    "patterns",
    compose,
    main=("pattern", "writes", "drawn", "review", "tagged", "continued", "asked", "both_ways", "choosing", "temperature"),
    more=("digit", "draw", "written", "snapshot", "cell"),
    accent=FORWARD,
    adapt=patterns.adapt,
    run=store.usage,
)
