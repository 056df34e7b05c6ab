"""A training gone through back and forth: one input, read by every snapshot of a film.

The film is a shipped one or one's own (explorer.jobs.own_training). One of one's own is of the shipped film's recipe,
with what the settings change in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from core.analysis.norms import euclidean
from core.films import making
from core.films.film import Film
from core.training.recipe import Recipe
from explorer.look.notation import counted
from explorer.passes import at_snapshot
from explorer.passes.at_snapshot import AtSnapshot
from explorer.state.own_training import recipe
from explorer.state.settings import Settings
from explorer.state.trained import film_name

STARTS = {"pytorch": "PyTorch’s uniform", "orthogonal": "orthogonal", "identity": "identity"}


@dataclass(frozen=True)
class OverTraining(AtSnapshot):
    """One snapshot of a film on an input, and what to compare with it.

    reach    (n, T): ‖∂L/∂h_t‖ of the selected chain at every snapshot
    before   another film of the task: what was shown before this one was trained
    """

    reach: np.ndarray = field(kw_only=True)
    before: Film | None = field(kw_only=True, default=None)

    @property
    def name(self) -> str:
        """What the shipped film of this task and cell is called."""
        return film_name(self.settings.task, self.settings.cell)

    @property
    def own(self) -> bool:
        """Whether it is a training of one's own."""
        return self.made_by == "own"

    @property
    def last(self) -> int:
        """The number of updates at the right end of the drawing."""
        return max(film.recipe.updates for film in (self.film, self.before) if film)

    @property
    def snapshot(self) -> int:
        """As a person counts, from 1."""
        return self.at + 1

    @property
    def diverged(self) -> bool:
        """Whether the selected snapshot is the last one of a training that left the finite range."""
        return self.film.diverged and self.snapshot == len(self.film)

    def share(self, film: Film, updates: int) -> tuple[float, int]:
        """How much a film's snapshot nearest to so many updates had right, and the updates that it had."""
        at = int(np.abs(film.updates - updates).argmin())
        return film.measures[at].share, int(film.updates[at])

    @property
    def numeric(self) -> bool:
        """Whether numbers come out, not words."""
        return self.task.output == "identity"

    @property
    def first_component(self) -> tuple[np.ndarray, np.ndarray]:
        """(T,), (T,): what is said at every step, and what is right, in the first of the numbers that come out."""
        return self.trace.predictions[:, 0, 0], self.sequence.targets.reshape(self.steps, -1)[:, 0]

    @cached_property
    def answers(self) -> list[Answer]:
        """What the network says, where the loss enters."""
        steps = range(self.steps)
        if self.task.pattern == "encoder":
            steps = range(self.steps - 1, self.steps)
        if self.numeric:
            expected, comes = self.first_component
            return [Answer(t, f"{expected[t]:.2f}", f"{comes[t]:.2f}") for t in steps]
        said, right = self.trace.predictions[:, 0], self.sequence.targets
        words, best = self.task.output_words, said.argmax(-1)
        return [
            Answer(t, words[best[t]], words[int(right[t, 0])] if self.known else None, float(said[t, best[t]]))
            for t in steps
        ]


@dataclass(frozen=True)
class Answer:
    """At a step, 0-based: what was said, what is right (None: nobody knows), and of words with what probability."""

    step: int
    said: str
    right: str | None
    probability: float | None = None

    @property
    def wrong(self) -> bool:
        """Whether another word is known to be right."""
        return self.probability is not None and self.right is not None and self.said != self.right

    @property
    def told(self) -> str:
        if self.probability is None:
            return f"{self.said}, right is {self.right}"
        said = f"“{self.said}” with probability {self.probability:.2f}"
        if self.right is None:
            return said
        return f"{said}, right is “{self.right}”" if self.wrong else f"{said}, which is right"


def run(settings: Settings) -> OverTraining:
    """The shipped film of the settings' task and cell. Raises InputError for what cannot be read."""
    return shown(at_snapshot.film(settings.task, settings.cell), settings)


def own(settings: Settings) -> OverTraining:
    """A training of one's own, made here and now, beside the shipped film."""
    before = at_snapshot.film(settings.task, settings.cell)
    return shown(making.trained(recipe(settings)), settings, before, "own")


def passes(film: Film, settings: Settings) -> list[AtSnapshot]:
    """The settings' input, read by every snapshot of a film."""
    return [at_snapshot.at_snapshot(film, settings.but(snapshot=at + 1)) for at in range(len(film))]


def shown(
    film: Film,
    settings: Settings,
    before: Film | None = None,
    made_by: str = "run",
    read: Sequence[AtSnapshot] | None = None,
) -> OverTraining:
    """A film at the settings' snapshot; `read` is `passes` where these are known already."""
    read = passes(film, settings) if read is None else read
    one = read[at_snapshot.selected(film, settings)]
    place = one.seen(settings).place
    reach = np.stack([euclidean(each.trace[place].grad_hidden[:, 0]) for each in read])
    return OverTraining(settings, one.sequence, one.trace, film, one.at, one.known, made_by, reach=reach, before=before)


def differences(recipe: Recipe, before: Recipe) -> list[str]:
    """What a recipe changes in another one of its task and cell, in words that a sentence can begin with."""
    cut = "Not truncated" if recipe.truncate is None else f"Truncated to {counted(recipe.truncate, 'step')}"
    said: list[tuple[str, str]] = [
        ("forget_bias", f"Forget bias {recipe.forget_bias:g}"),
        ("clip", "No clipping" if recipe.clip is None else f"Clipped at ‖g‖ = {recipe.clip:g}"),
        ("truncate", cut),
        ("scheme", f"From {STARTS[recipe.scheme]} weights"),
        ("nonlinearity", f"With {recipe.nonlinearity}"),
        ("optimiser", f"By {'SGD' if recipe.optimiser == 'sgd' else 'Adam'}"),
        ("rate", f"At a learning rate of {recipe.rate:g}"),
        ("hidden", f"With {counted(recipe.hidden, 'unit')}"),
        ("layers", f"With {counted(recipe.layers, 'layer')}"),
        ("updates", f"In {counted(recipe.updates, 'update')}"),
        ("batch", f"With {counted(recipe.batch, 'example')} an update"),
        ("seed", f"From seed {recipe.seed}"),
    ]
    return [words for name, words in said if getattr(recipe, name) != getattr(before, name)]


def summary(changed: Sequence[str], room: int = 30) -> str:
    """Differences as a sentence begins: both where they are two and short, else the first and how many more."""
    first, *others = changed
    together = ", ".join([first, *map(lower, others)])
    if len(others) < 2 and len(together) <= room:
        return together
    return f"{first} and {'one more change' if len(others) == 1 else f'{len(others)} more changes'}"


def lower(words: str) -> str:
    """A difference as it stands within a sentence."""
    return words[0].lower() + words[1:]
