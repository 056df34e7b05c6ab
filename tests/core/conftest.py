"""The fixtures that run a test over the whole battery, or over every cell."""

from __future__ import annotations

import pytest
import torch
from battery import CELLS, Case, cases

from core.passes.trace import Trace

torch.set_num_threads(1)  # more than one only slow down tensors this small


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "battery(cells, learned): of the battery these cases alone")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marks = list(metafunc.definition.iter_markers())
    own = any("case" in (*mark.kwargs, *mark.args[:1]) for mark in marks if mark.name in ("parametrize", "product"))
    if "case" in metafunc.fixturenames and not own:
        of = next((mark.kwargs for mark in marks if mark.name == "battery"), {})
        battery = cases(**of, whole=metafunc.config.getoption("whole_product"))
        metafunc.parametrize("case", battery, ids=str, indirect=True, scope="session")


@pytest.fixture(scope="session")
def case(request: pytest.FixtureRequest) -> Case:
    """Every network of the battery, one after the other."""
    return request.param


@pytest.fixture(scope="session")
def trace(case: Case) -> Trace:
    """A recorded pass of every network of the battery."""
    return case.record()


@pytest.fixture(scope="session", params=CELLS)
def cell(request: pytest.FixtureRequest) -> str:
    return request.param
