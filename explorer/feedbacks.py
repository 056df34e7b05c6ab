"""Elman, Jordan and general feedback on one input and seed, each with as many parameters as the chosen one has."""

from __future__ import annotations

from dataclasses import replace

from core import counting
from explorer import scenario
from explorer.scenario import Scenario

CELLS = ("rnn", "jordan", "general")


def chosen(scene: Scenario) -> str:
    """The cell whose size sets the budget: the view's, or Elman where that has another kind of feedback."""
    return scene.settings.cell if scene.settings.cell in CELLS else "rnn"


def three(scene: Scenario) -> tuple[Scenario, ...]:
    """One recorded pass a cell, of as many units as come closest to the budget; of the chosen one it is `scene`."""
    settings = replace(scene.settings, cell=chosen(scene), system="rnn")
    network = scenario.network(settings, scene.sequence)
    budget = counting.parameters(network)
    units = {cell: counting.units_for(network, cell, budget) for cell in CELLS} | {settings.cell: settings.hidden}
    return tuple(
        scene
        if (cell, scene.settings.system) == (scene.settings.cell, "rnn")
        else scenario.run(replace(settings, cell=cell, hidden=units[cell]))
        for cell in CELLS
    )
