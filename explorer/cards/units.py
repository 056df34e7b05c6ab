"""The selected character and unit of a page of text: the state with its numbers, and what the unit follows."""

from __future__ import annotations

import numpy as np

from core.analysis.tracking import LEVEL
from explorer.cards.common import Block
from explorer.cards.values import state
from explorer.figures.passage import correlation
from explorer.look import style
from explorer.look.notation import signed
from explorer.page.view import Card, Heading, Paragraph, Rows
from explorer.passes.units import Passage
from explorer.state.passage import FEATURES

SHOWN = 4


def units(scene: Passage) -> Card:
    """The selected unit at the selected character, and the features that it correlates with most."""
    t, j, found, names = scene.step, scene.unit, scene.tracking, scene.names
    chain = scene.trace[0, "forward"]
    view = scene.settings.of_cell
    gradients = [(f"∂L/∂{view.symbols[state]}", chain.grad_states[state]) for state in view.states]
    blocks: list[Block] = [
        *state(scene),
        Rows([
            *((f"{symbol} here", signed(float(array[t, 0, j])), style.BACKWARD) for symbol, array in gradients),
            (f"{FEATURES[scene.feature]} here", f"{scene.features[scene.feature][t]:g}", None),
        ]),
        Heading(f"What unit {j + 1} follows"),
    ]  # fmt: skip
    order = np.argsort(-np.abs(found.chosen[j]), kind="stable")[:SHOWN]
    rows = []
    for f in order:
        sign = "✓" if found.follows[j, f] else "–"
        numbers = f"{correlation(found.chosen[j, f])} → {correlation(found.confirmed[j, f])} {sign}"
        rows.append((FEATURES[names[f]], numbers, style.FORWARD if found.follows[j, f] else style.GHOST))
    f = names.index(scene.feature)
    blocks += [
        Rows(rows),
        Paragraph(
            f"Correlation where one chooses → on text it was not chosen on. {FEATURES[scene.feature].capitalize()}: "
            f"{int(found.reached[j, f])} of {found.shifts} shifted texts reach that with any of {scene.units} units; "
            f"p = {float(found.p[j, f]):.2g}, corrected for units and features, for this quantity "
            f"at this snapshot. ✓: p ≤ {LEVEL:g}."
        ),
    ]
    return Card(f"Character {t + 1}, “{scene.tokens[t]}”, unit {j + 1}", blocks)
