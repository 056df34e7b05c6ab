"""Trainings beside the server: each in a process of its own, a few at a time, the others in a queue.

A process is started as a program is (explorer.jobs.worker), not by multiprocessing: that would run the page's script in
it again, which is its caller's `__main__`.

A training is stopped before its end in five ways. A person stops it, or leaves the queue (`Training.stop`). Its session
shows something else: another page, another task or cell, the shipped film, a new training (explorer.jobs.own_training
and explorer.jobs.sweep_run, which call `stop`). Nobody has asked about it for PATIENCE seconds and its browser is gone
(`Training.forgotten`). More than PAUSED are paused, and it has been for longest (`Training.give_way`). The server ends:
`Pool.close`, or, however that comes, the end of what the process reads (explorer.jobs.worker). What there is of a film
stays with who holds the Training. One that breaks off by itself has failed, in a sentence; in every case its process is
ended and its place is the next one's (`Pool._follow`).
"""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, Self

from core import extras
from core.errors import InvalidValue
from core.films.film import Film
from core.films.making import SNAPSHOTS, of_snapshots
from core.passes.patterns import Model
from core.tasks.task import Measure
from core.training.loop import Snapshot
from core.training.recipe import Recipe
from explorer import HOME

log = logging.getLogger(__name__)

PROGRAM = (sys.executable, "-c", "from explorer.jobs.worker import main; main()")
# Its products are small: more threads would only take processors from others.
ALONE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
MEMORY = 2 << 30  # bytes that a training may take
PATIENCE = 10.0  # s; a training that nobody has asked about for so long is stopped
PAUSED = 6  # trainings that may be paused at a time: each keeps its process, and that its memory
RECENT = 5.0  # s of progress that the time left is estimated from
UNDER_WAY = ("queued", "running", "paused")


@dataclass(frozen=True)
class Progress:
    """How far a training is: updates made, of how many; the seconds left, None while too little is known."""

    updates: int
    of: int
    seconds: float | None


class Training:
    """One training, as the session that started it sees it. To look at its state or its progress is to ask about it.

    state      "queued" | "running" | "paused" | "done" | "stopped" | "diverged" | "failed"
    sentence   of a failed one, or one that was stopped for the others' sake: why, and what to do
    place      of a queued one: from 1; else 0
    progress   a Progress
    film       what there is of it so far, as a core Film; None before the first snapshot
    """

    def __init__(self, pool: Pool, recipe: Recipe, snapshots: int, present: Callable[[], bool]):
        self.recipe, self.snapshots, self.sentence = recipe, snapshots, ""
        self._present = present
        self._pool, self._state, self._asked = pool, "queued", monotonic()
        self._process: subprocess.Popen[bytes] | None = None
        self._rows: list[tuple[int, float, float]] = []
        self._taken: list[Snapshot] = []
        self._recent: deque[tuple[float, int]] = deque()
        self._film: tuple[tuple[int, int, bool], Film] | None = None
        self._first: Model | None = None
        self._since = 0.0  # when it was paused

    @property
    def state(self) -> str:
        self._asked = monotonic()
        return self._state

    @property
    def place(self) -> int:
        with self._pool.lock:
            return self._pool.queue.index(self) + 1 if self in self._pool.queue else 0

    @property
    def progress(self) -> Progress:
        self._asked = monotonic()
        with self._pool.lock:
            made = self._rows[-1][0] if self._rows else 0
            seconds = None
            if self._state == "running" and len(self._recent) > 1:
                (began, first), (now, last) = self._recent[0], self._recent[-1]
                if last > first and now > began:
                    seconds = (self.recipe.updates - made) * (now - began) / (last - first)
        return Progress(made, self.recipe.updates, seconds)

    @property
    def film(self) -> Film | None:
        with self._pool.lock:
            diverged = self._state == "diverged"  # said after the last rows and snapshot
            known = len(self._rows), len(self._taken), diverged
            remembered = self._film
            if not self._rows or not self._taken:
                return None
            if remembered and remembered[0] == known:
                return remembered[1]
            rows, taken = list(self._rows), list(self._taken)
        # While it is made the others go on.
        film = of_snapshots(self.recipe, taken, rows, diverged)
        with self._pool.lock:
            if self._film is remembered:
                self._film = known, film
        return film

    def pause(self) -> None:
        with self._pool.lock:
            if self._state == "running":
                self._state, self._since = "paused", monotonic()
                self._say("pause")
                self._pool.make_room()

    def resume(self) -> None:
        """Go on; where all places are taken, when its turn comes."""
        with self._pool.lock:
            if self._state == "paused":
                self._state = "queued"
                self._pool.enter(self)

    def stop(self) -> None:
        """End it; what there is of it stays."""
        with self._pool.lock:
            if self._state in UNDER_WAY:
                self._state = "stopped"
                self._pool.drop(self)

    # as the pool sees it

    def forgotten(self, patience: float) -> bool:
        return self._state in UNDER_WAY and monotonic() - self._asked > patience and not self._present()

    @property
    def paused(self) -> bool:
        return self._state == "paused"

    @property
    def since(self) -> float:
        """When it was paused last."""
        return self._since

    def go_on(self) -> bool:
        """Whether it has a process, which then goes on."""
        if self._process is None:
            return False
        self._state = "running"
        self._recent.clear()  # the pause is no part of the rate
        self._say("resume")
        return True

    def give_way(self) -> None:
        """Stop a paused one."""
        self.sentence = "Stopped: the one paused for longest made room for others. Start it again."
        self.stop()

    def start(self, memory: int) -> subprocess.Popen[bytes] | None:
        """Its process; None, and the training has failed, where there can be none."""
        try:
            extras.need_pytorch("to train")
            self._process = subprocess.Popen(
                PROGRAM, cwd=HOME, env=os.environ | ALONE, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        except InvalidValue as error:
            self.fail(str(error))
            return None
        except OSError as error:
            self.fail(f"No process could be started ({error.strerror}): try again in a moment.")
            return None
        self._state = "running"
        self._write(pickle.dumps((self.recipe, self.snapshots, memory)))
        return self._process

    def hear(self, kind: str, value: Any) -> None:
        """Take in a message of explorer.jobs.worker: one thread's to say."""
        taken = self._snapshot(*value) if kind == "snapshot" else None  # large ones take long: the others go on
        with self._pool.lock:
            if taken:
                self._taken.append(taken)
            elif kind == "rows":
                self._rows += value
                if self._state == "running" and value:
                    self._recent.append((monotonic(), value[-1][0]))
                while self._recent and self._recent[-1][0] - self._recent[0][0] > RECENT:
                    self._recent.popleft()
            elif kind == "failed":
                self.fail(value)
            elif self._state in UNDER_WAY:
                self._state = "diverged" if value else "done"

    def _snapshot(self, update: int, parameters: Mapping[str, Any], measure: Measure) -> Snapshot:
        if self._first is None:
            self._first = self.recipe.model()
        return Snapshot(update, self._first.replace(parameters), measure)

    def fail(self, sentence: str) -> None:
        if self._state in UNDER_WAY:
            self._state, self.sentence = "failed", sentence

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _say(self, wish: str) -> None:
        self._write(f"{wish}\n".encode())

    def _write(self, words: bytes) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        with suppress(OSError):  # it has just ended: who reads its messages will notice
            os.write(self._process.stdin.fileno(), words)


class Pool:
    """At most `size` trainings at a time, those that came first; one training that ends, however it does, or pauses
    makes room for the next and leaves the others alone. Those that nobody asks about are stopped; so is, of more than
    `paused` that are paused, the one that has been for longest.

    queue     those that wait: for a process, or, once paused, to go on with the one that they have
    running   those that have a process, and the thread that follows it
    """

    def __init__(self, size: int | None = None, memory: int = MEMORY, patience: float = PATIENCE, paused: int = PAUSED):
        self.size = max(1, (os.cpu_count() or 2) - 1) if size is None else size
        self.memory, self.patience, self.paused = memory, patience, paused
        self.lock = threading.RLock()
        self.queue: deque[Training] = deque()
        self.running: dict[Training, threading.Thread] = {}
        self._closed = threading.Event()
        self._watch = threading.Thread(target=self._watched, name="trainings", daemon=True)
        self._watch.start()

    def start(
        self, recipe: Recipe, snapshots: int = SNAPSHOTS, present: Callable[[], bool] = lambda: False
    ) -> Training:
        """Begin a training, or let it wait for its turn. While who wants it is `present`, they need not ask."""
        training = Training(self, recipe, snapshots, present)
        self.enter(training)
        return training

    def enter(self, training: Training) -> None:
        """Let a training have its turn, after those that wait."""
        with self.lock:
            self.queue.append(training)
            self._fill()

    def make_room(self) -> None:
        """One has paused: its place is the next one's."""
        with self.lock:
            paused = sorted((one for one in self.running if one.paused), key=lambda one: one.since)
            for training in paused[: max(0, len(paused) - self.paused)]:
                training.give_way()
            self._fill()

    def drop(self, training: Training) -> None:
        """Take a training out of the queue, or end its process."""
        with self.lock:
            if training in self.queue:
                self.queue.remove(training)
            training.kill()

    def close(self) -> None:
        """Stop all of them."""
        self._closed.set()
        with self.lock:
            followers = list(self.running.values())
            for training in [*self.queue, *self.running]:
                training.stop()
        for thread in (*followers, self._watch):
            thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _fill(self) -> None:
        with self.lock:
            while self.queue and self._busy() < self.size and not self._closed.is_set():
                training = self.queue.popleft()
                if training.go_on():
                    continue
                process = training.start(self.memory)
                if process is not None:
                    follower = threading.Thread(target=self._follow, args=(training, process), daemon=True)
                    self.running[training] = follower
                    follower.start()

    def _busy(self) -> int:
        """How many have a process that is at work: one that is paused, or waits after that, sleeps."""
        return sum(not one.paused and one not in self.queue for one in self.running)

    def _follow(self, training: Training, process: subprocess.Popen[bytes]) -> None:
        """Take in what a training says, until it has ended."""
        assert process.stdout is not None
        sentence = "The training was ended from outside, perhaps for want of memory: start it again."
        try:
            while True:
                training.hear(*pickle.load(process.stdout))
        except (EOFError, pickle.UnpicklingError):
            pass  # said all, or was cut short
        except Exception as error:
            log.exception("a training could not be followed")
            sentence = f"The training could not be followed ({type(error).__name__}): start it again."
        finally:
            process.kill()  # if it has not ended, it has nothing more to say
            with suppress(OSError), process:  # closes its pipes and waits for it
                pass
            with self.lock:
                training.fail(sentence)
                if training in self.queue:
                    self.queue.remove(training)
                del self.running[training]
                self._fill()

    def _watched(self) -> None:
        while not self._closed.wait(min(1.0, self.patience / 4)):
            with self.lock:
                for training in [*self.queue, *self.running]:
                    if training.forgotten(self.patience):
                        training.stop()
