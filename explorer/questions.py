"""Questions to predict before the reveal. Each answer is computed by a pass of its own, not known in advance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from explorer import scenario
from explorer.figures import sight
from explorer.figures.norms import gradient_norms
from explorer.notation import magnitude, ratio
from explorer.scenario import Scenario
from explorer.settings import LONGEST_LENGTH, MOST_LAYERS, kinds
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


def one_more_layer(scene: Scenario) -> Question:
    """What is left at layer 1, step 1, under one layer more."""
    layers = min(scene.settings.layers + 1, MOST_LAYERS)
    answer = ""
    if scene.settings.revealed:
        deeper = scenario.stacked(replace(scene.settings, layers=layers))
        now, then = (gradient_norms(s) for s in (scene, deeper))
        answer = (
            f"‖∂L/∂h‖ at layer 1, step 1 is {magnitude(float(now[0]))} now, {magnitude(float(then[0]))} with "
            f"{layers} layers."
        )
    return Question(
        f"Predict: with {layers} layers, does more of the gradient reach layer 1, step 1?",
        ["more", "as much", "less"],
        answer,
        scene.settings.revealed,
    )


def first_output(both: Scenario, forward: Scenario) -> Question:
    """How much of its input the very first output can see."""
    answer = ""
    if both.settings.revealed:
        seen, past = (
            np.count_nonzero(sight.of_output(replace(scene, settings=replace(scene.settings, step=1))))
            for scene in (both, forward)
        )
        answer = f"Both ways {seen} of {both.steps}, forward only {past}."
    return Question(
        "Predict: how many inputs can the first output see, both ways and forward only?",
        ["one and one", "all and one", "all and all"],
        answer,
        both.settings.revealed,
    )
