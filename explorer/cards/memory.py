"""Which distance each network still solves, and what the three trained ones say of the example."""

from __future__ import annotations

from core.sweeps.grids import NETWORKS, distance_of
from core.sweeps.sweep import CHECKS, Outcome
from core.tasks.adding import TOLERANCE
from core.tasks.copying import Copying
from explorer.cards.common import Block
from explorer.look.cells import CELLS
from explorer.page.view import Card, Heading, Paragraph, Rows
from explorer.passes.memory import Memory, complete, recipe, right, solved, successes
from explorer.state.memory import NETWORKS as LABELS

CRITERIA = {
    "adding": f"The criterion is ours: 99 % within {TOLERANCE:g}, and off by less than 0.01 on average.",
    "temporal order": "The criterion is the published one: at most 1 % wrong.",
    "copying": "The criterion is ours: 99 % of the recalled symbols right.",
}


def memory(scene: Memory) -> Card:
    found = successes(scene)
    blocks: list[Block] = []
    if found:
        rows = [(LABELS[name], _furthest(by), CELLS[str(NETWORKS[name]["cell"])].colour) for name, by in found.items()]
        one = next(iter(next(iter(found.values())).values()))[0]
        budget = f"Each has about {one.size:,} parameters and at most {one.recipe.updates:,} updates."
        seeds = "every seed" if complete(scene) else "every seed so far"
        blocks += [
            Rows(rows),
            Paragraph(f"With {seeds}, all shorter distances too; in brackets with any seed. {budget} {_rates()}"),
            Paragraph(
                f"A run ends at the first of {CHECKS} checks that meets the criterion: what solved it is shown as "
                f"it was at that first crossing. {CRITERIA[scene.task.name]}"
            ),
        ]
    else:
        blocks.append(Paragraph(scene.outcomes.told))
    answers = [
        (CELLS[cell].label, f"{said} {'✓' if ok else '✗'}", CELLS[cell].colour)
        for cell, (said, ok) in scene.answers.items()
    ]
    head = f"Example {scene.settings.example}: {right(scene)} is right"
    films = f"The shipped films of distance {distance_of(scene.film.recipe)}, at this snapshot.{_symbols(scene)}"
    blocks += [Heading(head), Rows(answers), Paragraph(films)]
    return Card("Solved up to which distance", blocks)


def _rates() -> str:
    """The learning rate of every network."""
    names: dict[float, list[str]] = {}
    for name, own in NETWORKS.items():
        names.setdefault(own["rate"], []).append(LABELS[name])
    told = [f"{rate:g} of {', '.join(these)}" for rate, these in names.items()]
    return f"Learning rate: {'; '.join(told)}."


def _symbols(scene: Memory) -> str:
    """Where the sweep has another number of symbols copied than the films: both."""
    swept = recipe(scene.settings).learned()
    if not isinstance(swept, Copying) or not isinstance(scene.task, Copying) or swept.count == scene.task.count:
        return ""
    return f" They copy {scene.task.count} symbols, the networks above {swept.count}."


def _furthest(by_distance: dict[int, list[Outcome]]) -> str:
    every, some = solved(by_distance)
    shown = str(every) if every else "none"
    return shown if some == every else f"{shown} ({some})"
