"""How far a network remembers: the outcomes of many trainings, and three trained networks on one example.

The outcomes are those of the sweep `memory` (core.sweeps). The example is held out; it is read by the snapshots of the
shipped films of its task, and what is followed back through them is the gradient of the final loss, at the last step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

import numpy as np

from core import record
from core.analysis.norms import euclidean
from core.films import making
from core.films.film import Film
from core.networks.network import Network
from core.passes import losses
from core.passes.trace import Trace
from core.sweeps.grids import DISTANCES, NETWORKS, SEEDS, distance_of, network_of
from core.sweeps.sweep import Outcome
from core.tasks.adding import TOLERANCE
from core.tasks.task import Task
from core.training.recipe import Recipe
from explorer.look.cells import CELLS, COMPARED
from explorer.passes import at_snapshot, reading
from explorer.passes.at_snapshot import Filmed
from explorer.passes.outcomes import Outcomes, measured, planned
from explorer.state.inputs import Sequence
from explorer.state.memory import distance, network
from explorer.state.settings import Settings


@dataclass(frozen=True)
class Memory(Filmed):
    """One held-out example, read by the trained network of every cell; `trace` is that of the chosen one.

    traces     cell -> its pass, with the gradient of the final loss
    marked     the steps, 0-based, that the final output depends on
    film, at   the chosen cell's training, and which of its snapshots, 0-based
    live       a single run of the sweep, made now, as far as it is; or None
    """

    settings: Settings
    sequence: Sequence
    traces: Mapping[str, Trace]
    marked: tuple[int, ...]
    film: Film
    at: int
    live: Film | None = None
    made_by: str = "run"
    original: None = None

    @property
    def trace(self) -> Trace:
        return self.traces[self.settings.cell]

    @property
    def snapshot(self) -> int:
        """The selected snapshot, from 1."""
        return self.at + 1

    @property
    def told(self) -> str:
        """The snapshot's place in the training."""
        return f", {self.updates:,} updates"

    @property
    def outcomes(self) -> Outcomes:
        """Those of all tasks, as far as they are there."""
        return measured("memory")

    @property
    def answers(self) -> dict[str, tuple[str, bool]]:
        """Cell -> what its network says at the last step, and whether that is right."""
        return {cell: said(self.task, trace) for cell, trace in self.traces.items()}


def run(settings: Settings) -> Memory:
    """The settings' example read by the snapshots of all cells; the settings' cell is one of COMPARED (`adapt`)."""
    kind = settings.remembered
    films = {cell: at_snapshot.film(kind, cell) for cell in COMPARED}
    film = films[settings.cell]
    at, task = at_snapshot.selected(film, settings), film.recipe.learned()
    example = task.held_out(settings.example).one(settings.example - 1)
    loss = final(example.loss, len(example.inputs))
    traces = {}
    for cell, one in films.items():
        model = one.model(min(at, len(one) - 1), "float64")
        assert isinstance(model, Network)
        traces[cell] = record(model, example.inputs, loss=loss)
    x = example.inputs[:, 0]
    numbers = task.name == "adding"
    tokens = tuple(token.replace("-", "−") for token in reading.tokens(task, x))
    targets = at_snapshot.every_step(loss, len(x))
    vocabulary = () if numbers else task.output_words
    sequence = Sequence(tokens, traces[settings.cell].inputs, targets, vocabulary, "")
    return Memory(settings, sequence, traces, marked(task, x), film, at)


def own(settings: Settings) -> Memory:
    """The same with a single run of the sweep, made here and now."""
    return replace(run(settings), live=making.trained(recipe(settings)), made_by="own")


def recipe(settings: Settings) -> Recipe:
    """The run of the sweep that the settings choose, from their own seed."""
    task = at_snapshot.film(settings.remembered, "gru").recipe.task
    return replace(_planned(task, int(distance(settings)), network(settings)), seed=settings.run_seed)


@lru_cache(maxsize=64)
def _planned(task: str, far: int, network: str) -> Recipe:
    """One that the sweep trains, of whatever seed."""
    chosen = [one for one in planned("memory") if (one.task, distance_of(one)) == (task, far)]
    return next(one for one in chosen if network_of(one) == network)


def final(loss: losses.Loss, steps: int) -> losses.Loss:
    """The part of a loss that enters at the last step."""
    targets = np.asarray(loss.targets)
    last = targets[-1] if loss.at == "every" else targets
    return losses.Loss(loss.kind, last, "last")


def marked(task: Task, x: np.ndarray) -> tuple[int, ...]:
    """The steps of inputs (T, D) that the output at the last step depends on: of two marked numbers, of A and B; of the
    symbols to be copied the last one, which is said last."""
    if task.name == "copying":
        return (int(np.argmax(x[:, -2] > 0)) - 1,)
    told = x[:, 1] == 1 if task.name == "adding" else x[:, :2].any(axis=1)
    return tuple(np.flatnonzero(told).tolist())


def said(task: Task, trace: Trace) -> tuple[str, bool]:
    """What a network says at the last step, and whether that is right."""
    answer, right = trace.logits[-1, 0], np.asarray(trace.arguments["loss"].targets)
    if task.output == "identity":
        return f"{answer[0]:.3f}".replace("-", "−"), bool(abs(answer[0] - right.ravel()[0]) < TOLERANCE)
    best = int(answer.argmax())
    return task.output_words[best], best == int(right.ravel()[0])


def right(scene: Memory) -> str:
    """The right answer at the last step."""
    target = np.asarray(scene.trace.arguments["loss"].targets).ravel()[0]
    return f"{target:.3f}" if scene.task.output == "identity" else scene.task.output_words[int(target)]


def heard(trace: Trace, state: str = "hidden") -> np.ndarray:
    """(T,): ‖∂L/∂h_t‖, or that of another state, as parts of that at the last step."""
    norms = euclidean(trace[0, "forward"].grad_states[state][:, 0])
    with np.errstate(all="ignore"):
        return norms / norms[-1]


def by_cell(scene: Memory) -> dict[str, np.ndarray]:
    """Cell -> how much of the gradient reaches each step along the state that it carries: c of an LSTM, else h."""
    return {cell: heard(trace, CELLS[cell].carried) for cell, trace in scene.traces.items()}


def successes(scene: Memory) -> dict[str, dict[int, list[Outcome]]]:
    """Network -> distance -> the outcomes of its seeds, of the chosen task; networks and distances in their order."""
    return _successes(scene.outcomes, scene.task.name)


@lru_cache(maxsize=8)
def _successes(outcomes: Outcomes, task: str) -> dict[str, dict[int, list[Outcome]]]:
    of_task = [one for one in outcomes.known if one.recipe.task == task]
    found: dict[str, dict[int, list[Outcome]]] = {name: {} for name in NETWORKS}
    for one in sorted(of_task, key=lambda one: (distance_of(one.recipe), one.recipe.seed)):
        found[network_of(one.recipe)].setdefault(distance_of(one.recipe), []).append(one)
    return {name: by_distance for name, by_distance in found.items() if by_distance}


def solved(by_distance: Mapping[int, list[Outcome]]) -> tuple[int, int]:
    """Up to which distance every recorded seed has solved all that were tried, and up to which some seed has: the last
    one before the first that was not; 0 where that is the shortest."""

    def up_to(enough: Callable[[Iterable[bool]], bool]) -> int:
        good = takewhile(lambda d: enough(one.measure.solved for one in by_distance[d]), sorted(by_distance))
        return max(good, default=0)

    return up_to(all), up_to(any)


def complete(scene: Memory) -> bool:
    """Whether all outcomes that are planned of the chosen task are there: what every seed has done is said of all."""
    found = successes(scene)
    return all(len(found.get(name, {}).get(d, [])) >= SEEDS for name in NETWORKS for d in distances(scene))


def distances(scene: Memory) -> tuple[int, ...]:
    """The distances that the sweep tries."""
    return DISTANCES[scene.task.name]
