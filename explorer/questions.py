"""Questions to predict before the reveal. Each answer is computed by a pass of its own, not known in advance."""

from __future__ import annotations

from dataclasses import replace

from explorer import scenario
from explorer.figures.norms import gradient_norms
from explorer.notation import one_in, relative
from explorer.scenario import Scenario
from explorer.settings import LONGEST_LENGTH, kinds
from explorer.sight import five
from explorer.view import Question


def double_length(scene: Scenario) -> Question:
    """What becomes of the gradient at step 1 when the sequence is twice as long."""
    length = min(2 * scene.steps, LONGEST_LENGTH)
    answer = ""
    if scene.settings.revealed:
        longer = scenario.run(replace(scene.settings, length=length))
        change = relative(float(gradient_norms(longer)[0]), float(gradient_norms(scene)[0]))
        answer = f"With {longer.steps} steps it is {change} what it is now."
    return Question(
        f"Predict: with {length} steps, what becomes of ‖∂L/∂h₁‖?",
        ["the same", "half", "far less"],
        answer,
        scene.settings.revealed,
    )


def raise_gain(scene: Scenario) -> Question:
    """What a larger gain does: it stretches more, and saturates more."""
    key = "radius" if scene.settings.scheme == "spectral" else "gain"
    kind = kinds()[key]
    raised = kind.read(2 * getattr(scene.settings, key))
    answer = ""
    if scene.settings.revealed:
        now, then = (gradient_norms(s) for s in (scene, scenario.run(scene.settings.changed({key: raised}))))
        answer = f"‖∂L/∂h₁‖ is then {relative(float(then[0]), float(now[0]))} what it is now."
    return Question(
        f"Predict: {kind.label} goes to {raised:g}. What becomes of ‖∂L/∂h₁‖?",
        ["it grows", "it shrinks"],
        answer,
        scene.settings.revealed,
    )


def twice_as_far(scene: Scenario) -> Question:
    """What becomes of the first input's share in the last output when the sequence is twice as long."""
    length = min(2 * scene.steps, LONGEST_LENGTH)
    answer = ""
    if scene.settings.revealed:
        longer = scenario.run(replace(scene.settings, length=length))
        now, then = five(scene), five(longer)
        shares = [
            f"{net.name} {one_in(*net.share(-1))} → {one_in(*far.share(-1))}"
            for net, far in ((now[0], then[0]), (now[-1], then[-1]))
        ]
        answer = f"x₁ in the last output, at {scene.steps} → {longer.steps} steps: {', '.join(shares)}."
    return Question(
        f"Predict: at {length} steps, where does x₁ lose more of its share in the last output?",
        ["in the RNN", "under attention"],
        answer,
        scene.settings.revealed,
    )
