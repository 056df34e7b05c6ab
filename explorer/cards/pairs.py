"""One loss time and one state time, as a product of Jacobians with its numbers."""

from __future__ import annotations

import numpy as np

from core.analysis import jacobians, sensitivity
from explorer.cards.common import Block
from explorer.figures import pairs
from explorer.look import style
from explorer.look.notation import magnitude, subscript
from explorer.page.view import Card, Rows, equation
from explorer.passes.once import once
from explorer.passes.scenario import Scenario


def pair(scene: Scenario) -> Card:
    """The selected loss time and state time, as a product of Jacobians with its numbers."""
    t, k = pairs.pair(scene)
    one_matrix = jacobians.one_matrix(scene.trace.network)
    norm = float(once(sensitivity.loss_by_state, scene.trace)[t, k])
    with np.errstate(all="ignore"):
        stretch = float(once(jacobians.product_singular_values, scene.trace, t)[k, 0])
        local = float(once(sensitivity.loss_by_state, scene.trace)[t, t])
    rows = [
        ("factors between, t − k", str(t - k), None),
        (f"‖∂L{subscript(t + 1)}/∂h{subscript(t + 1)}‖, where it starts", magnitude(local), style.BACKWARD),
        ("σₘₐₓ of the product", magnitude(stretch), style.FORWARD),
    ]
    bounds: list[Block] = []
    if one_matrix:
        with np.errstate(all="ignore"):
            limit = float(once(jacobians.bound, scene.trace, t)[k])
        bounds = [equation("bound", f"{magnitude(stretch)} ≤ {magnitude(limit)}")]
    rows.append((f"‖∂L{subscript(t + 1)}/∂h{subscript(k + 1)}‖", magnitude(norm), style.BACKWARD))
    if scene.original:
        was = float(once(sensitivity.loss_by_state, scene.original.trace)[t, k])
        rows.append(("the same, before the change", magnitude(was), style.GHOST))
    return Card(
        f"The loss at {t + 1} and the state at {k + 1}",
        [
            equation("pair", ""),
            equation(
                "product" if one_matrix else "product_gated",
                "" if one_matrix else f"with s = {scene.settings.of_cell.whole}",
            ),
            Rows(rows),
            *bounds,
        ],
    )
