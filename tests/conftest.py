"""What all tests share: one running server, and how much of a product a run tries."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from pairwise import combinations
from serving import Server, serve

# Read once, as NumPy is imported. The products of the tests are small: a second thread only waits for the first.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--whole-product", action="store_true", help="every combination, where a plain run tries every pair of values"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "product(**axes): over every pair of values of any two axes (tests/pairwise.py)")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if marker := metafunc.definition.get_closest_marker("product"):
        rows = combinations(marker.kwargs, metafunc.config.getoption("whole_product"))
        metafunc.parametrize(list(marker.kwargs), [tuple(row.values()) for row in rows], ids=str)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("server") / "log.txt") as running:
        yield running
