"""What all tests share: one running server, and how much of all that could be tried a run tries."""

from __future__ import annotations

import os
from collections.abc import Iterator

import hypothesis
import pytest
from pairwise import combinations
from reviewing import Reviewed
from serving import ROOT, Server, serve

# Read once, as NumPy is imported. The products of the tests are small: a second thread only waits for the first.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

# The same few examples at every run, and others, many of them, where one asks for the whole.
hypothesis.settings.register_profile("plain", derandomize=True, max_examples=60, deadline=None, database=None)
hypothesis.settings.register_profile("whole", max_examples=1000, deadline=None, database=None, print_blob=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--whole-product",
        action="store_true",
        help="every combination, where a plain run tries every pair of values; of what is drawn, many more",
    )
    parser.addoption("--update-sentences", action="store_true", help="write what every page says; then review the diff")


def pytest_configure(config: pytest.Config) -> None:
    whole = "whole" if config.getoption("whole_product") else "plain"
    hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", whole))
    config.addinivalue_line("markers", "product(**axes): over every pair of values of any two axes (tests/pairwise.py)")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if marker := metafunc.definition.get_closest_marker("product"):
        rows = combinations(marker.kwargs, metafunc.config.getoption("whole_product"))
        metafunc.parametrize(list(marker.kwargs), [tuple(row.values()) for row in rows], ids=str)


@pytest.fixture
def reviewed(pytestconfig: pytest.Config) -> Reviewed:
    """The sentences of every page, as somebody has reviewed them."""
    return Reviewed(ROOT / "tests" / "sentences", pytestconfig.getoption("update_sentences"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("server") / "log.txt") as running:
        yield running
