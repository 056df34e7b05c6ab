"""Where a sweep's trainings run: any concurrent.futures.Executor will do; here are two."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process

from core.errors import InvalidValue


@contextmanager
def processes(number: int | None = None) -> Iterator[Executor]:
    """As many processes on this machine; None: one a processor."""
    with ProcessPoolExecutor(number, mp_context=get_context("spawn"), initializer=_no_orphan) as pool:
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)


def _no_orphan() -> None:
    """Ends this process when the one that began it has ended, however that was."""
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


@contextmanager
def cluster(address: str, retries: int = 3, patience: float = 10) -> Iterator[Executor]:
    """The workers of the Dask scheduler at this address, "tcp://host:port"; a training whose worker is lost is begun
    again on another, `retries` times. The workers need this package on their path.

    patience   seconds to wait for the scheduler

    Raises InvalidValue where Dask is not installed or no scheduler answers.
    """
    try:
        from distributed import Client
    except ImportError:
        remedy = "install it: pip install 'distributed'"
        raise InvalidValue("distributed", "installed, to reach a cluster", "no such package", remedy) from None
    try:
        client = Client(address, timeout=patience, set_as_default=False)
    except (OSError, ValueError) as error:
        expected = "the address of a running Dask scheduler"
        raise InvalidValue("dask", expected, f"{address} ({error})", "start one: dask scheduler") from None
    with client:
        yield client.get_executor(retries=retries, pure=False)
