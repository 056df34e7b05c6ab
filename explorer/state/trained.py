"""The settings of a trained network: its task, the moment of its training, and what it reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from core import films
from explorer.look.cells import COMPARED
from explorer.state.kinds import Choice, Range, Text, setting, shown
from explorer.state.network import Network

MOST_SNAPSHOTS = 30
PROMPT = 'def read(self, name=None):\n    """Return the'
TASKS = {
    "sentiment": "sentiment",
    "tagging": "parts of speech",
    "tagging-both": "parts of speech, both directions",
    "source": "the next character of a program",
    "prose": "the next character of prose",
    "adding": "adding two numbers",
    "order": "temporal order",
    "copying": "copying",
    "sines": "forecasting sines",
    "lorenz": "forecasting Lorenz",
}
WORDS = (  # more than one part of speech each
    "old", "young", "rich", "poor", "brave", "wise", "man", "guard", "ship", "train", "water", "paint", "houses",
    "plans", "reports", "records", "complex", "novel", "official", "public", "fat", "cold", "light", "that", "those",
    "after", "before",
)  # fmt: skip
TYPED = {"sentiment": "review", "tagging": "tagged", "text": "continued"}  # task -> the setting with the user's input


@dataclass(frozen=True)
class Trained(Network):
    """A shipped film of this task and of the network's cell, at a snapshot, on an input."""

    task: str = setting("sentiment", Choice("Task", TASKS))
    snapshot: int = setting(MOST_SNAPSHOTS, Range("Snapshot", 1, MOST_SNAPSHOTS))
    review: str = setting("the film was not good but the music was great", Text("Sentence to judge"))
    tagged: str = setting("the old man sleeps", Text("Sentence to tag"))
    embedded: str = shown("old", Choice("Word", {word: word for word in WORDS}))
    continued: str = setting(PROMPT, Text("Text to go on with", multiline=True))
    example: int = setting(1, Range("Held-out example", 1, 50))


Some = TypeVar("Some", bound=Trained)


def film_name(kind: str, cell: str) -> str:
    """What the film of a kind of task and a cell is called; of a cell without one, that of the LSTM or, where that has
    none either, the only one."""
    names = [f"{kind}-{one}" for one in (cell, *reversed(COMPARED))]
    return next(name for name in names if name in films.RECIPES)


def adapt(settings: Some) -> tuple[Some, str]:
    """The settings of a view of shipped films, and what to say of them: of the cells that were not trained, an LSTM."""
    found = films.RECIPES[film_name(settings.task, settings.cell)].cell
    if found == settings.cell:
        return settings, ""
    notice = f"No {settings.of_cell.label} was trained for this: this is the {found.upper()} in its place."
    return settings.but(cell=found), notice


def reads(task: str) -> str:
    """The setting that a task, by its name in core, reads its input from."""
    return TYPED.get(task, "example")


def unread(settings: Trained) -> set[str]:
    """The settings that other tasks than the chosen one read their input from."""
    return {*TYPED.values(), "example"} - {reads(films.RECIPES[film_name(settings.task, settings.cell)].task)}
