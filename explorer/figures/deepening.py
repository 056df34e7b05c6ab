"""Whether more layers predict better: the outcomes of the sweep `depth`, whichever way they come out."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.analysis import permutation
from core.sweeps.grids import DEPTHS, OF_DEPTH
from core.sweeps.sweep import Outcome
from explorer.figures import drawing
from explorer.figures.picture import Picture
from explorer.look import style
from explorer.look.notation import counted, signed
from explorer.look.style import LIGHT, Look
from explorer.passes.outcomes import Outcomes, measured, planned
from explorer.passes.scenario import Scenario

CLEAR = 0.05  # a p below it, corrected for the number of comparisons, is called a difference
NUMBERS = {1: "One layer", 2: "Two layers", 3: "Three layers"}


def by_depth(scene: Scenario, look: Look = LIGHT) -> Picture:
    """The error of the same task at every depth, with one budget: a point a seed, the mean, and the range."""
    outcomes = measured("depth")
    found = errors(outcomes)
    data: list[dict[str, Any]] = []
    for depth, values in found.items():
        apart = np.linspace(-0.12, 0.12, len(values)) if len(values) > 1 else np.zeros(1)
        low, high, mean = float(values.min()), float(values.max()), float(values.mean())
        data += [
            drawing.boxes([depth], low, high, "rgba(0,0,0,0)", look.well, half=0.22),
            drawing.lines([[(depth - 0.22, mean), (depth + 0.22, mean)]], style.FORWARD, look.line * 1.5),
            {
                "type": "scatter", "mode": "markers", "x": depth + apart, "y": values,
                "marker": {"size": 9, "color": style.FORWARD, "opacity": 0.8},
                "hovertemplate": f"{counted(depth, 'layer')}: %{{y:.4f}} nats a character<extra></extra>",
            },
            drawing.words([depth + 0.26], mean, [f"{mean:.3f}"], look.ink, look.font, "middle right"),
        ]  # fmt: skip
    layout = {
        "margin": look.margin(64, 10, 12, 40),
        "xaxis": {
            "range": [DEPTHS[0] - 0.6, DEPTHS[-1] + 0.7], "tickvals": list(DEPTHS), "title": {"text": "layers"},
        },
        "yaxis": {"nticks": 5, "showgrid": True, "title": {"text": "nats a character"}},
    }  # fmt: skip
    return Picture(sentence(found, outcomes), data, layout, look, height=look.height(230), note=_note(found, outcomes))


def errors(outcomes: Outcomes) -> dict[int, np.ndarray]:
    """Depth -> the errors of its seeds, in their order."""
    found: dict[int, list[Outcome]] = outcomes.by(lambda recipe: recipe.layers)
    each = {depth: sorted(found[depth], key=lambda one: one.recipe.seed) for depth in sorted(found)}
    return {depth: np.array([float(one.measure.error or np.nan) for one in many]) for depth, many in each.items()}


def sentence(found: dict[int, np.ndarray], outcomes: Outcomes) -> str:
    """What was found: the best of the deeper networks beside one layer, and the difference beside the seeds' spread."""
    deeper = {depth: values for depth, values in found.items() if depth > 1}
    if 1 not in found or not deeper:
        return outcomes.told or "Only one depth was measured."
    depth = min(deeper, key=lambda n: float(deeper[n].mean()))
    one, more = found[1], deeper[depth]
    gain, p = float(one.mean() - more.mean()), corrected(one, more)
    name = NUMBERS[depth]
    told = f"{more.mean():.3f} against {one.mean():.3f} nats a character"
    if p >= CLEAR and min(len(one), len(more)) < seeds():
        return f"{name}, {told}: too few seeds yet to tell, {len(more)} against {len(one)} of {seeds()}."
    if p >= CLEAR:
        spread = max(float(np.ptp(one)), float(np.ptp(more)))
        return f"{name} make no clear difference: {told}, while the seeds of one depth differ by up to {spread:.3f}."
    return f"{name} predict {'better' if gain > 0 else 'worse'} than one: {told}, more than the seeds’ luck explains."


def corrected(one: np.ndarray, more: np.ndarray) -> float:
    """p of the exact permutation test, times the number of depths that are compared with one layer (Bonferroni), at
    most 1: the best of them is looked at."""
    return min(1.0, (len(DEPTHS) - 1) * permutation.exact(one.tolist(), more.tolist()))


def seeds() -> int:
    """How many are planned at one depth."""
    return sum(recipe.layers == 1 for recipe in planned("depth"))


def _note(found: dict[int, np.ndarray], outcomes: Outcomes) -> str:
    """How the comparison was made, and how little it is."""
    if 1 not in found or len(found) == 1:
        return ""
    tests = ", ".join(
        f"{depth} against 1 layer {signed(float(values.mean() - found[1].mean()), 3)}, "
        f"p = {corrected(found[1], values):.2g}"
        for depth, values in found.items()
        if depth > 1
    )
    each = ", ".join(str(len(values)) for values in found.values())
    kind = outcomes.known[0].recipe
    made = f"{kind.cell.upper()}s of about {OF_DEPTH:,} parameters, {kind.updates:,} updates, held-out text."
    note = (
        f"{made} Exact permutation test of the means, p times {len(DEPTHS) - 1}, {each} seeds, a small sample: {tests}."
    )
    return f"{note} The axis does not begin at 0. {outcomes.told}".strip()
