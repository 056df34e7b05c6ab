"""Questions to predict before the reveal. Each answer is computed by a pass of its own, not known in advance."""

from __future__ import annotations

from dataclasses import replace

from explorer import scenario
from explorer.figures import routes
from explorer.figures.norms import gradient_norms
from explorer.notation import ratio
from explorer.scenario import Scenario
from explorer.settings import LONGEST_LENGTH, kinds
from explorer.view import Question


def double_length(scene: Scenario) -> Question:
    """What is left of the gradient at step 1 when the sequence is twice as long."""
    length = min(2 * scene.steps, LONGEST_LENGTH)
    answer = ""
    if scene.settings.revealed:
        longer = scenario.run(replace(scene.settings, length=length))
        norms = gradient_norms(longer)
        answer = f"With {longer.steps} steps, {ratio(float(norms[0]), float(norms[-1]))} is left."
    return Question(
        f"Predict: with {length} steps, what is left at step 1?",
        ["the same", "half", "its square"],
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
        answer = (
            f"Of the last gradient {ratio(float(now[0]), float(now[-1]))} reaches step 1 now, "
            f"{ratio(float(then[0]), float(then[-1]))} then."
        )
    return Question(
        f"Predict: {kind.label} goes to {raised:g}. Does more of the gradient reach step 1?",
        ["more", "less"],
        answer,
        scene.settings.revealed,
    )


def open_gate(scene: Scenario) -> Question:
    """What a forget gate that stands further open does to the carry's share; without one, a larger gain."""
    settings = scene.settings
    if settings.cell.startswith("lstm"):
        key, to = "forget_bias", settings.forget_bias + (2 if settings.forget_bias <= 3 else -2)
    else:
        key = "radius" if settings.scheme == "spectral" else "gain"
        to = 2 * getattr(settings, key)
    kind = kinds()[key]
    moved = kind.read(to)
    answer = ""
    if settings.revealed:
        now, then = (float(routes.carried(s)[0]) for s in (scene, scenario.run(settings.changed({key: moved}))))
        answer = f"{100 * now:.0f} % of what reaches step 1 now, {100 * then:.0f} % then."
    return Question(
        f"Predict: with {kind.label} {moved:g}, the carry’s part at step 1 …",
        ["grows", "shrinks"],
        answer,
        settings.revealed,
    )
