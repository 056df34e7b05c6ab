"""One loss time and one state time, as a product of Jacobians with its numbers."""

from __future__ import annotations

import numpy as np

from core import jacobians, sensitivity
from explorer import style
from explorer.figures import pairs
from explorer.notation import magnitude, subscript
from explorer.scenario import Scenario
from explorer.view import Card, Rows, equation


def pair(scene: Scenario) -> Card:
    """The selected loss time and state time, as a product of Jacobians with its numbers."""
    t, k = pairs.pair(scene)
    lstm = scene.settings.cell.startswith("lstm")
    norm = float(sensitivity.loss_by_state(scene.trace)[t, k])
    with np.errstate(all="ignore"):
        stretch = float(jacobians.product_singular_values(scene.trace, t)[k, 0])
        local = float(sensitivity.loss_by_state(scene.trace)[t, t])
    rows = [
        ("factors between, t − k", str(t - k), None),
        (f"‖∂L{subscript(t + 1)}/∂h{subscript(t + 1)}‖, where it starts", magnitude(local), style.BACKWARD),
        ("σₘₐₓ of the product", magnitude(stretch), style.FORWARD),
    ]
    if scene.settings.cell == "rnn":
        with np.errstate(all="ignore"):
            limit = float(jacobians.bound(scene.trace, t)[k])
        rows.append(("its bound (γ σₘₐₓ(W))ᵗ⁻ᵏ", magnitude(limit), None))
    rows.append((f"‖∂L{subscript(t + 1)}/∂h{subscript(k + 1)}‖", magnitude(norm), style.BACKWARD))
    if scene.original:
        was = float(sensitivity.loss_by_state(scene.original.trace)[t, k])
        rows.append(("the same, before the change", magnitude(was), style.GHOST))
    return Card(
        f"The loss at {t + 1} and the state at {k + 1}",
        [
            equation("pair", ""),
            equation(
                "product" if scene.settings.cell == "rnn" else "product_gated",
                "with s = [h; c]" if lstm else "" if scene.settings.cell == "rnn" else "with s = h",
            ),
            Rows(rows),
        ],
    )
