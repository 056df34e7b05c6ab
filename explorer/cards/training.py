"""The training that is shown: how it does at this moment, its recipe, and how it came to be."""

from __future__ import annotations

from explorer.cards.common import Block
from explorer.figures.learning import command, rows
from explorer.look import style
from explorer.look.notation import counted, magnitude
from explorer.page.view import Card, Heading, Paragraph, Rows
from explorer.passes.over_training import OverTraining


def training(scene: OverTraining) -> Card:
    measure, curve = scene.film.measures[scene.at], scene.film.curve
    now = int(abs(curve[:, 0] - scene.updates).argmin())
    shown = [
        (f"right, of {measure.count:,} {measure.of}", f"{measure.share:.1%}", style.FORWARD),
        *([(measure.unit, magnitude(measure.error), style.BACKWARD)] if measure.error is not None else []),
        *([("without learning", _baseline(measure.baseline, measure.error), None)] if measure.baseline else []),
        ("loss in training", magnitude(float(curve[now, 1])), style.BACKWARD),
        ("‖∂L/∂h₁‖ on this input", magnitude(float(scene.reach[scene.at, 0])), style.BACKWARD),
    ]
    blocks: list[Block] = [
        Rows(shown),
        Heading(f"Its recipe: {scene.settings.of_cell.label}, {scene.task.title.lower()}"),
        Rows(rows(scene.film.recipe)),
        Paragraph(f"{command(scene)}. {scene.task.origin}"),
    ]
    return Card(f"After {counted(scene.updates, 'update')}", blocks)


def _baseline(baseline: float, error: float | None) -> str:
    """What is had without learning: a share, or, where the task has one, an error."""
    return f"{baseline:.1%}" if error is None else magnitude(baseline)
