"""Gates: how the selected unit comes by its state, and by which routes the gradient comes to it."""

from __future__ import annotations

import numpy as np

from core.analysis import routes as core_routes
from explorer.cards.common import heading
from explorer.cards.values import gated_state
from explorer.figures import routes
from explorer.look.notation import signed
from explorer.page.view import Card, Heading, Paragraph, Rows, Tabs, equation
from explorer.passes.once import once
from explorer.passes.scenario import Scenario


def gates(scene: Scenario) -> Card:
    """The selected step and unit: its equations with their numbers, and ∂L/∂c (or ∂L/∂h) by route."""
    view = scene.settings.of_cell
    states = [(state, f"∂L/∂{view.symbols[state]}") for state in view.states]
    tabs = [Tabs("routed", "Gradient of", tuple(states), routes.state(scene))] if len(states) > 1 else []
    return Card(
        f"{heading(scene)}, unit {scene.unit + 1}",
        [
            *gated_state(scene),
            Heading(f"Where ∂L/∂{routes.symbol(scene)} comes from"),
            *tabs,
            equation(view.routes[routes.state(scene)], _of_unit(scene)),
            _percent(scene),
        ],
    )


def _of_unit(scene: Scenario) -> str:
    """The selected unit's parts: the carry, all gates together, the loss."""
    parts = once(core_routes.routes, scene.trace, state=routes.state(scene))
    here = {name: float(part[scene.step, scene.unit]) for name, part in parts.items()}
    total, loss = sum(here.values()), here.pop("outside")
    carry = [here.pop("carry")] if "carry" in here else []
    terms = [*carry, sum(here.values()), loss]
    return f"{' '.join(signed(term) for term in terms)} = {signed(total)}"


def _percent(scene: Scenario) -> Rows | Paragraph:
    """Every route's share of the whole vector, all units together."""
    called = routes.names(scene)
    here = {name: float(share[scene.step]) for name, share in routes.shares(scene).items()}
    total = sum(here.values())
    if not np.isfinite(total):
        return Paragraph("It has left the range of finite numbers.")
    if total == 0:
        return Paragraph("No gradient comes to this step.")
    colour = scene.settings.of_cell.route_colour
    rows = [(called[name], _share(share), colour(name)) for name, share in here.items()]
    return Rows([*rows, ("sum, all units", _share(total), None)])


def _share(part: float) -> str:
    return f"{round(100 * part)} %".replace("-", "−")
