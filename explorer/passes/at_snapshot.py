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
from core.errors import InvalidValue
from core.films.film import Film
from core.networks.network import Network
from core.passes import losses
from core.passes.batch import Batch
from core.passes.trace import Trace
from core.tasks.task import Task
from explorer.passes.base import Selection
from explorer.state.errors import refused
from explorer.state.inputs import VISIBLE, Sequence
from explorer.state.settings import LONGEST_LENGTH, Settings

TYPED = {"sentiment": "review", "tagging": "tagged", "text": "continued"}  # task -> the setting with the user's input
GUESSED = "The grammar does not make this sentence: what the network finds most probable stands for the right answer. "


@dataclass(frozen=True, eq=False)
class Read:
    """An input: its words, its vectors (T, 1, D), what should come out (None: nobody knows), and what to say of it."""

    tokens: tuple[str, ...]
    inputs: np.ndarray
    loss: losses.Loss | None
    notice: str = ""


class Filmed(Selection):
    """A pass through a film's network: for a frozen dataclass with the fields `film` and `at` to derive from."""

    film: Film
    at: int

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
    """The shipped film of a kind of task (settings.TASKS) and a cell, by its `name`."""
    return films.film(name(kind, cell))


def name(kind: str, cell: str) -> str:
    """What the film of a kind of task and a cell is called; of a cell without one, that of the LSTM or, where that has
    none either, the only one."""
    names = [f"{kind}-{one}" for one in (cell, "lstm", "gru", "rnn")]
    return next(name for name in names if name in films.RECIPES)


def adapt(settings: Settings) -> tuple[Settings, str]:
    """The settings of a view of shipped films, and what to say of them: of the cells that were not trained, an LSTM."""
    found = films.RECIPES[name(settings.task, settings.cell)].cell
    if found == settings.cell:
        return settings, ""
    notice = f"No {settings.of_cell.label} was trained for this: this is the {found.upper()} in its place."
    return replace(settings, cell=found), notice


def at_snapshot(film: Film, settings: Settings) -> AtSnapshot:
    """A film, shipped or live, at the settings' snapshot, on their input. Raises InputError as `run`."""
    return through(film, settings, read(film.recipe.learned(), settings), AtSnapshot)


def through(film: Film, settings: Settings, given: Read, kind: type[Kind], **more: Any) -> Kind:
    """The pass of an input through a film at the settings' snapshot, of a kind that knows `more` of it."""
    at = selected(film, settings)
    model = film.model(at, "float64")
    assert isinstance(model, Network)  # two networks in one are explorer.passes.translation's
    task = film.recipe.learned()
    loss = given.loss or guessed(model, given.inputs, task)
    trace = record(model, given.inputs, loss=replace(loss, reduction="sum"))
    notice = given.notice if given.loss else given.notice + GUESSED
    shown = Sequence(given.tokens, trace.inputs, every_step(loss, len(given.tokens)), task.output_words, notice)
    return kind(settings, shown, trace, film, at, known=given.loss is not None, **more)


def unread(settings: Settings) -> set[str]:
    """The settings that other tasks than the chosen one read their input from."""
    return {*TYPED.values(), "example"} - {reads(films.RECIPES[name(settings.task, settings.cell)].task)}


def reads(task: str) -> str:
    """The setting that a task, by its name in core, reads its input from."""
    return TYPED.get(task, "example")


def read(task: Task, settings: Settings) -> Read:
    """What the task is asked to read: the user's words, or one of its held-out examples. Raises InputError for what it
    cannot read."""
    if task.name not in TYPED:
        return _kept(task, settings.example - 1)
    words: Any = task
    try:
        tokens = words.tokens(getattr(settings, TYPED[task.name]))
        notice = ""
        most = LONGEST_LENGTH + (task.pattern == "generator")  # which only predicts the last
        if len(tokens) > most:
            notice = f"The first {LONGEST_LENGTH} of {len(tokens)} are read. "
            tokens = tokens[:most]
        example: Batch | None = words.example(tokens)
        inputs = words.encode(tokens) if example is None else example.inputs
    except InvalidValue as error:
        raise refused(error) from None
    read = tuple(VISIBLE.get(token, token) for token in tokens[: len(inputs)])
    return Read(read, inputs, None if example is None else example.loss, notice)


def _kept(task: Task, number: int) -> Read:
    """One of the examples that were held out."""
    batch = task.held_out(number + 1).one(number)
    return Read(tokens(task, batch.inputs[:, 0]), batch.inputs, batch.loss)


def tokens(task: Task, x: np.ndarray) -> tuple[str, ...]:
    """What is read at every step of inputs (T, D), in words; of numbers the first component."""
    if len(task.input_words) > 3:
        return tuple(task.input_words[place] for place in x.argmax(-1))
    return tuple(f"{row[0]:.2f}" for row in x)


def guessed(model: Network, inputs: np.ndarray, task: Task) -> losses.Loss:
    """The loss of the answers that the network itself finds most probable, where the task's loss enters."""
    at = "last" if task.pattern == "encoder" else "every"
    said = record(model, inputs).logits.argmax(-1)
    return losses.cross_entropy(said[-1] if at == "last" else said, at=at)


def every_step(loss: losses.Loss, steps: int) -> np.ndarray:
    """(T, 1) or (T, 1, K): a loss's targets; one that is of the last step alone stands at all of them."""
    targets = np.asarray(loss.targets)
    return targets if len(targets) == steps and targets.ndim > 1 else np.repeat(targets[None], steps, axis=0)
