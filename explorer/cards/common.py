"""What the cards of both passes say alike."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.analysis.norms import euclidean
from explorer.look import style
from explorer.look.notation import magnitude, signed, subscript
from explorer.page.view import Equation, Heading, Paragraph, Rows, Tabs, equation
from explorer.passes.scenario import Scenario

Block = Equation | Heading | Paragraph | Rows | Tabs


def heading(scene: Scenario) -> str:
    reading = "" if scene.settings.system == "autonomous" else f", reading “{scene.tokens[scene.step]}”"
    return f"Step {scene.step + 1}{reading}"


def coming(scene: Scenario) -> tuple[int, str]:
    """The output to look at: the one that comes next."""
    if scene.sequence.numeric:
        return 0, "the next number"
    k = int(scene.sequence.targets[scene.step, 0])
    return k, f"“{scene.sequence.vocabulary[k]}”"


def loss_at(scene: Scenario) -> list[Block]:
    t = scene.step
    if t not in scene.loss_steps:
        where = ", ".join(str(s + 1) for s in scene.loss_steps[:8])
        return [Paragraph(f"No loss enters at this step. It enters at step {where}.")]
    value = float(scene.trace.losses[t, 0])
    if scene.sequence.numeric:
        guess, truth = float(scene.trace.predictions[t, 0, 0]), float(scene.sequence.targets[t, 0, 0])
        numbers = f"½ ({signed(guess)} {signed(-truth)})² = {magnitude(value)}"
        return [equation("L_squared_error", numbers), *total_loss(scene)]
    k, _ = coming(scene)
    numbers = f"−log {float(scene.trace.predictions[t, 0, k]):.3f} = {value:.3f}"
    return [equation("L_cross_entropy", numbers), *total_loss(scene)]


def total_loss(scene: Scenario) -> list[Block]:
    return [Rows([("sum over the steps, L", magnitude(float(scene.trace.loss)), style.BACKWARD)])]


def before_and_after(scene: Scenario, what: str, read: Callable[[Scenario], float]) -> list[Block]:
    """A quantity in the changed pass and as it was; nothing where nothing was changed."""
    if scene.original is None:
        return []
    now, was = read(scene), read(scene.original)
    rows = [
        (f"{what}, before the change", signed(was, 3), style.GHOST),
        (f"{what}, now", signed(now, 3), style.FORWARD),
    ]
    return [Rows(rows)]


def norm(vector: np.ndarray) -> str:
    """‖v‖ as a person writes it."""
    return magnitude(float(euclidean(vector)))


def index(t: int, j: int) -> str:
    """The index of unit j at step t: ₆,₂."""
    return f"{subscript(t + 1)}‚{subscript(j + 1)}"
