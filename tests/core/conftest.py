"""The fixtures that run a test over the whole battery, or over every cell."""

from __future__ import annotations

import pytest
import torch
from battery import BATTERY, CELLS, Case

from core.passes.trace import Trace

torch.set_num_threads(1)  # more than one only slow down tensors this small


@pytest.fixture(scope="session", params=BATTERY, ids=str)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


@pytest.fixture(scope="session")
def trace(case: Case) -> Trace:
    """A recorded pass of every network of the battery."""
    return case.record()


@pytest.fixture(scope="session", params=CELLS)
def cell(request: pytest.FixtureRequest) -> str:
    return request.param
