"""A training in a process of its own, as explorer.jobs.processes starts it.

    in    one pickle, (recipe, snapshots, memory); then a line a wish: pause or resume. When nothing more can come, the
          server has ended, and so does this process, whatever it is at.
    out   one pickle a message:
          ("rows", [(update, loss, ‖g‖), …])                  of every update since the last such message
          ("snapshot", (update, parameters, measure))         as core.training.loop.Snapshot has them
          ("end", whether it diverged) or ("failed", sentence)   the last one

It takes what processor time others leave, and no more memory than it is given, where the platform has such limits.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
import threading
from collections.abc import Iterator
from time import monotonic
from typing import IO, Any

from core.errors import InvalidType, InvalidValue
from core.training.loop import schedule, train
from core.training.recipe import Recipe

OFTEN = 0.1  # s between two messages of rows
Message = tuple[str, Any]


def main() -> None:
    wishes = sys.stdin.buffer
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not fall among the messages
        recipe, snapshots, memory = pickle.load(wishes)
        _limit(memory)
        going = threading.Event()
        going.set()
        threading.Thread(target=_listen, args=(wishes, going), daemon=True).start()
        with contextlib.suppress(BrokenPipeError):
            for message in messages(recipe, snapshots, memory, going):
                pickle.dump(message, out)
                out.flush()
    os._exit(0)  # the thread that listens holds stdin, for which an interpreter that shuts down would wait


def messages(recipe: Recipe, snapshots: int, memory: int, going: threading.Event) -> Iterator[Message]:
    """What there is to say of a training, while `going` is set."""
    try:
        yield from _trained(recipe, snapshots, going)
    except (InvalidValue, InvalidType) as error:
        yield "failed", str(error)
    except MemoryError:
        yield "failed", f"The training needs more than its {memory >> 20:,} MB of memory: take fewer units or examples."
    except Exception as error:
        sys.excepthook(*sys.exc_info())  # for the server's log
        yield "failed", f"The training broke off ({type(error).__name__}): start it again, or with another recipe."


def _trained(recipe: Recipe, snapshots: int, going: threading.Event) -> Iterator[Message]:
    rows: list[tuple[int, float, float]] = []
    sent = monotonic()
    for step in train(recipe, schedule(recipe.updates, snapshots)):
        if step.update == 0 and hasattr(os, "nice"):
            os.nice(10)  # who waits for a first picture has waited for what is imported, too
        if step.snapshot:
            yield "snapshot", (step.update, dict(step.snapshot.model.parameters), step.snapshot.measure)
        rows.append((step.update, step.loss, step.norm))
        if monotonic() - sent > OFTEN:
            yield "rows", rows
            rows, sent = [], monotonic()
        going.wait()
    yield "rows", rows
    yield "end", step.diverged


def _listen(wishes: IO[bytes], going: threading.Event) -> None:
    for line in wishes:
        if line == b"pause\n":
            going.clear()
        else:
            going.set()
    os._exit(0)


def _limit(memory: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # no such limit here
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
