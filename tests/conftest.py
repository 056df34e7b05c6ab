"""The running server, one for the whole session, for every test that needs it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import Server, serve


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("server") / "log.txt") as running:
        yield running
