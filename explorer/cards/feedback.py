"""Elman, Jordan and general feedback: their equations, sizes and losses."""

from __future__ import annotations

from collections.abc import Sequence

from core.networks import sizes
from explorer.cards.common import heading
from explorer.figures.feedback import in_order
from explorer.look import style
from explorer.look.cells import CELLS
from explorer.look.notation import magnitude
from explorer.page.view import Card, Paragraph, Rows, Tabs, equation
from explorer.passes.scenario import Scenario


def feedback(scenes: Sequence[Scenario]) -> Card:
    """The equation of the chosen one, and loss and size of all three."""
    scene, scenes = scenes[0], in_order(scenes)
    chosen = scene.settings.cell
    networks = {one.settings.cell: one.trace.network for one in scenes}
    own, budget = networks[chosen], sizes.parameters(networks[chosen])
    names = {cell: CELLS[cell].label for cell in networks}
    spent = ", ".join(f"{names[cell]} {sizes.parameters(network):,}" for cell, network in networks.items())
    return Card(
        heading(scene),
        [
            Tabs("cell", "Network", tuple(names.items()), chosen),
            *(
                equation(CELLS[cell].preactivation, f"{names[cell]}, {network.hidden_size} units")
                for cell, network in networks.items()
            ),
            Rows([(f"loss, {names[s.settings.cell]}", magnitude(float(s.trace.loss)), style.BACKWARD) for s in scenes]),
            Paragraph(
                f"The budget is what {names[chosen]} takes with {own.hidden_size} units: {budget:,} parameters. "
                f"Whole units come as near as: {spent}."
            ),
        ],
    )
