"""The selected step of a forecast: what came, what was said of it, and what the closed loop has done on the way."""

from __future__ import annotations

import numpy as np

from core.analysis import jacobians
from explorer.cards.common import Block
from explorer.figures.drifts import amplification
from explorer.look import style
from explorer.look.notation import counted, magnitude, signed, subscript
from explorer.page.view import Card, Heading, Paragraph, Rows, equation
from explorer.passes.forecast import Forecast, size


def drift(scene: Forecast) -> Card:
    t, n = scene.moment, scene.ahead
    name = f"x{subscript(t)}"
    if not n:
        x = float(scene.trace.inputs[t - 1, 0, 0])
        read = Rows([(f"{name}, read", signed(x), style.FORWARD), *_own(scene, name, x)])
        return Card(f"Step {t}: known", [read, Paragraph("Both read the series itself: one network, one state.")])
    d, i = scene.drifting, n - 1
    right, free, forced = (float(values[i, 0]) for values in (d.right, d.free, d.forced))
    blocks: list[Block] = [
        Rows(
            [
                (f"{name}, what came", signed(right), None),
                (f"x̂{subscript(t)}, free running", signed(free), style.FORWARD),
                (f"x̂{subscript(t)}, teacher forced", signed(forced), style.GHOST),
                *_own(scene, name, right),
                ("error, free running", magnitude(float(d.off[i])), style.FORWARD),
                ("teacher forced", magnitude(float(d.off_forced[i])), style.GHOST),
            ]
        ),
        Heading("The loop closed"),
        equation("loop_state", f"ρ(K{subscript(t)}) = {_radius(scene, t):.3f}"),
        equation("loop_growth", f"σ = {magnitude(float(amplification(scene)[i]))} after {counted(n, 'step')}"),
        Rows(
            [
                ("first error alone, grown", magnitude(float(size(d.first[i]))), style.BACKWARD),
                ("all, grown and summed", magnitude(float(size(d.summed[i]))), style.BACKWARD),
            ]
        ),
    ]
    return Card(f"Step {t}, horizon n = {n}", blocks)


def _own(scene: Forecast, name: str, value: float) -> list[tuple[str, str, str | None]]:
    """A value in the user's own units."""
    own = scene.settings.series == "own"
    return [(f"{name} in your units", f"{scene.sequence.in_units(value):.4g}".replace("-", "−"), None)] if own else []


def _radius(scene: Forecast, t: int) -> float:
    K = scene.drifting.loop.step[t - scene.known]
    return jacobians.spectral_radius(K) if np.isfinite(K).all() else float("nan")
