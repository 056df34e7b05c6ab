"""Counts of parameters, and the units that a budget pays for."""

from __future__ import annotations

import pytest
from battery import CELLS

from core import Network
from core.networks import sizes

BUDGETS = (1, 40, 335, 5000)


def network(cell: str, hidden: int) -> Network:
    return Network.initialise(**CELLS[cell], input_size=5, hidden_size=hidden, output_size=4, num_layers=2)


@pytest.mark.parametrize("budget", BUDGETS)
@pytest.mark.parametrize("kind", sorted({options["cell"] for options in CELLS.values()}))
def test_no_other_number_of_units_comes_closer(kind: str, budget: int):
    like = network("elman-tanh", 3)
    units = sizes.units_for(like, kind, budget)

    def missed(hidden: int) -> int:
        made = Network.initialise(kind, 5, hidden_size=hidden, num_layers=2, output_size=4)
        return abs(sizes.parameters(made) - budget)

    assert missed(units) <= missed(units + 1)
    assert units == 1 or missed(units) <= missed(units - 1)


def test_its_own_budget_gives_its_own_units(cell: str):
    made = network(cell, 7)
    assert sizes.units_for(made, made.cell, sizes.parameters(made)) == 7
