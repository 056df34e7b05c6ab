"""Elman, Jordan and general feedback on one budget, and where the picture's feedback starts and ends."""

import numpy as np
import pytest

from core.networks import sizes
from explorer import cards
from explorer.figures import feedback
from explorer.look.cells import CELLS
from explorer.passes import scenario
from explorer.state.settings import Settings


def scene(**changes):
    return scenario.run(Settings(**changes))


def three(**changes):
    return scenario.each_feedback(Settings(**changes))


@pytest.mark.parametrize(
    "changes", [{}, {"cell": "jordan"}, {"cell": "general", "hidden": 20}, {"hidden": 48}], ids=str
)
def test_the_chosen_one_comes_first_and_the_others_match_its_parameters(changes):
    page, scenes = scene(**changes), three(**changes)
    assert sorted(one.settings.cell for one in scenes) == sorted(scenario.FED_BACK)
    assert scenes[0].settings == page.settings, "the proof is of what is shown"
    budget = sizes.parameters(page.trace.network)
    for one in scenes:
        count, units = sizes.parameters(one.trace.network), one.settings.hidden
        more = scene(cell=one.settings.cell, hidden=units + 1).trace.network
        assert abs(count - budget) <= (sizes.parameters(more) - count) / 2 + 0.5
        np.testing.assert_array_equal(one.trace.inputs, page.trace.inputs)


@pytest.mark.parametrize("cell", CELLS)
def test_another_cell_leaves_elman_to_set_the_budget(cell):
    settings, notice = scenario.ungated(Settings(cell=cell))
    assert settings.cell == (cell if cell in scenario.FED_BACK else "rnn")
    assert bool(notice) == (cell not in scenario.FED_BACK)


def test_feedback_starts_at_the_state_or_the_output_and_ends_in_the_next_state():
    drawn, heads = feedback._edges(feedback.in_order(three()), [200, 100, 0], 3)
    by_strip = {floor: [line for line in drawn if floor <= line[0][1] < floor + 100] for floor in (200, 100, 0)}
    state, output = sum(feedback.STATE) / 2, sum(feedback.OUTPUT) / 2
    starts = {floor: {line[0][1] - floor for line in lines} for floor, lines in by_strip.items()}
    assert starts[200] == {state}
    assert starts[100] == {output}
    assert output in starts[0]
    assert len(starts[0]) == 2
    low, high = feedback.STATE
    for floor, lines in by_strip.items():
        for line in lines:
            assert low <= line[-1][1] - floor <= high
            assert int(line[-1][0]) == int(line[0][0]), "within the gap between one column and the next"
    assert len(heads) == len(drawn) == 4 * 3


def test_the_title_tells_budget_and_losses():
    scenes = three(cell="jordan")
    title = feedback.networks(scenes).title
    assert f"about {sizes.parameters(scenes[0].trace.network):,} parameters" in title
    for one in scenes:
        assert f"{one.trace.loss:.3g}" in title


def test_the_card_counts_every_network():
    scenes = three()
    told = cards.feedback(scenes).blocks[-1].text
    for one in scenes:
        assert f"{sizes.parameters(one.trace.network):,}" in told
