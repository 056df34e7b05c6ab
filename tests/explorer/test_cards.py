"""The cards: what they say of a gradient is what the pass has."""

import numpy as np
import pytest

from core.analysis import depth
from explorer import cards
from explorer.figures import contributions
from explorer.look.cells import CELLS
from explorer.look.notation import magnitude
from explorer.passes import scenario
from explorer.state.settings import Settings


def rows(card):
    return {row[0]: row[1] for block in card.blocks if block.kind == "rows" for row in block.rows}


@pytest.mark.parametrize("cell", CELLS)
def test_at_the_last_step_nothing_came_through_time(cell):
    scene = scenario.run(Settings(cell=cell, step=12))
    told = rows(cards.backward(scene))
    assert told["through time (the last step: none)"] == "0"
    assert told["from the loss at this step"] == told["‖∂L/∂h₁₂‖"] != "0"


@pytest.mark.parametrize("cell", CELLS)
def test_with_a_loss_at_every_step_both_parts_are_of_the_pass(cell):
    scene = scenario.run(Settings(cell=cell, step=5, loss="every"))
    told, parts = rows(cards.backward(scene)), depth.split(scene.trace)
    assert told["through time, from step 6"] == magnitude(float(np.linalg.norm(parts.time[4, 0])))
    assert told["from the loss at this step"] == magnitude(float(np.linalg.norm(parts.depth[4, 0]))) != "0"


def test_what_a_cut_loses_is_not_on_the_card():
    settings = Settings(truncate=True, k1=12, k2=3, step=4)
    scene = scenario.run(settings)
    assert rows(cards.backward(scene))["‖∂L/∂h₄‖"] == "0"
    parts, norm = contributions.projections(scene, "W")
    assert not parts[:9].any()
    assert parts.sum() == pytest.approx(norm)
    assert norm == pytest.approx(np.linalg.norm(scene.truncation.gradients["weight_hh_l0"]))
