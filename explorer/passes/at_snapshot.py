"""An input read by a network at one moment of its training.

The network is a snapshot of a shipped film (core.films); the input is the user's own where the task reads a text, else
one of the examples that were held out. What should come out is what the task's own rule says of this input; where it
has no answer, what the network itself thinks most probable, and the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from core import films, record
from core.films.film import Film
from core.networks.network import Network
from core.passes import losses
from core.passes.trace import Trace
from core.tasks.task import Task
from explorer.passes.base import Selection
from explorer.passes.reading import Read
from explorer.passes.source import Snapshot
from explorer.state.inputs import Sequence
from explorer.state.settings import Settings
from explorer.state.trained import film_name

GUESSED = "The grammar does not make this sentence: what the network finds most probable stands for the right answer. "


class Filmed(Selection):
    """A pass through a film's network: for a frozen dataclass with the fields `film` and `at` to derive from."""

    film: Film
    at: int

    @property
    def origin(self) -> Snapshot:
        """Where its network comes from."""
        return Snapshot(self.film, self.at)

    @property
    def task(self) -> Task:
        return self.film.recipe.learned()

    @property
    def updates(self) -> int:
        """How many updates the network has had."""
        return int(self.film.updates[self.at])


@dataclass(frozen=True)
class AtSnapshot(Filmed):
    """One pass of one sequence through a trained network, in float64.

    film, at   the training, and which of its snapshots, 0-based
    known      whether the right answer is known; if not, the loss is of the network's own
    """

    settings: Settings
    sequence: Sequence
    trace: Trace
    film: Film
    at: int
    known: bool
    made_by: str = "run"
    original: None = None

    @property
    def place(self) -> tuple[int, str]:
        """The selected chain, as far as the network has it."""
        network = self.trace.network
        layer = min(self.settings.layer, network.num_layers) - 1
        return layer, self.settings.direction if network.bidirectional else "forward"


Kind = TypeVar("Kind", bound=AtSnapshot)


def run(settings: Settings) -> AtSnapshot:
    """The film of the settings' task and cell at their snapshot, on their input. Raises InputError for what cannot be
    read."""
    return at_snapshot(film(settings.task, settings.cell), settings)


def selected(film: Film, settings: Settings) -> int:
    """The snapshot that the settings select, 0-based, inside the film."""
    return min(settings.snapshot, len(film)) - 1


def film(kind: str, cell: str) -> Film:
    """The shipped film of a kind of task (TASKS of explorer.state.trained) and a cell."""
    return films.film(film_name(kind, cell))


def at_snapshot(film: Film, settings: Settings) -> AtSnapshot:
    """A film, shipped or live, at the settings' snapshot, on their input. Raises InputError as `run`."""
    return through(film, settings, Snapshot(film, selected(film, settings)).read(settings), AtSnapshot)


def through(film: Film, settings: Settings, given: Read, kind: type[Kind], **more: Any) -> Kind:
    """The pass of an input through a film at the settings' snapshot, of a kind that knows `more` of it."""
    source = Snapshot(film, selected(film, settings))
    model, task = source.network, film.recipe.learned()
    loss = given.loss or guessed(model, given.inputs, task)
    trace = record(model, given.inputs, loss=replace(loss, reduction="sum"))
    notice = given.notice if given.loss else given.notice + GUESSED
    shown = Sequence(given.tokens, trace.inputs, every_step(loss, len(given.tokens)), task.output_words, notice)
    return kind(settings, shown, trace, film, source.at, known=given.loss is not None, **more)


def guessed(model: Network, inputs: np.ndarray, task: Task) -> losses.Loss:
    """The loss of the answers that the network itself finds most probable, where the task's loss enters."""
    at = "last" if task.pattern == "encoder" else "every"
    said = record(model, inputs).logits.argmax(-1)
    return losses.cross_entropy(said[-1] if at == "last" else said, at=at)


def every_step(loss: losses.Loss, steps: int) -> np.ndarray:
    """(T, 1) or (T, 1, K): a loss's targets; one that is of the last step alone stands at all of them."""
    targets = np.asarray(loss.targets)
    return targets if len(targets) == steps and targets.ndim > 1 else np.repeat(targets[None], steps, axis=0)
