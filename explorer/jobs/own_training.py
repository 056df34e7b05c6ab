"""The training of a visitor: its buttons, its progress, and the film that comes of it.

A visitor has at most one training (explorer.jobs.desk). It is ended when the page that started it is left; its film so
far stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import count
from typing import Any

from core import films
from core.errors import InvalidValue
from core.films.film import Film
from core.training.recipe import Recipe
from explorer.jobs.desk import Desk, Held
from explorer.jobs.processes import UNDER_WAY, Pool, Training
from explorer.look.notation import counted
from explorer.passes import at_snapshot, over_training, store
from explorer.passes.over_training import OverTraining
from explorer.state.own_training import recipe
from explorer.state.settings import Settings
from explorer.state.trained import MOST_SNAPSHOTS, film_name

PAGE = "training"
OFTEN, SELDOM = 300, 1500  # ms between two looks at a training that runs, and at one that waits
_serial = count(1)


@cache
def _pool() -> Pool:
    """One for the whole server."""
    return Pool()


def run(settings: Settings, desk: Desk) -> OverTraining:
    """The visitor's own film, or the shipped one. A training of another task or cell, which nobody sees, is stopped."""
    if _held(settings, desk) is None:
        desk.clear()
    name, film, before = _shown(settings, desk)
    made_by = "own" if name.startswith(store.OWN) else "run"
    return over_training.shown(film, settings, before, made_by, store.snapshots(name, film, settings))


def bounds(settings: Settings, desk: Desk) -> dict[str, float]:
    """How many snapshots there are of the film that is shown, which may be growing."""
    try:
        return {"snapshot": len(_shown(settings, desk)[1])}
    except InvalidValue:  # a film that cannot be read, as the view says
        return {"snapshot": MOST_SNAPSHOTS}


def _shown(settings: Settings, desk: Desk) -> tuple[str, Film, Film | None]:
    """The name of the film to show, the film, and the one to compare it with."""
    held = _held(settings, desk)
    if held is None:
        return film_name(settings.task, settings.cell), at_snapshot.film(settings.task, settings.cell), None
    film = held.training.film
    if film is not None:
        return held.name, film, held.before
    assert held.before is not None
    return held.named, held.before, None


def _held(settings: Settings, desk: Desk) -> Held | None:
    """The visitor's training, if it is this page's and of the chosen task and cell."""
    held = desk.held
    if held is None or held.page != PAGE:
        return None
    wanted, got = recipe(settings), held.training.recipe
    same = (wanted.task, wanted.options, wanted.cell, wanted.bidirectional)
    return held if same == (got.task, got.options, got.cell, got.bidirectional) else None


def did(settings: Settings, changes: Mapping[str, Any], desk: Desk) -> dict[str, Any]:
    """Does what one of the buttons says; returns the settings that this changes."""
    held = _held(settings, desk)
    training = held.training if held else None
    match changes.get("training"):
        case "start" if training is None or training.state not in UNDER_WAY:
            named, film, _ = _shown(settings, desk)
            begin(recipe(settings), PAGE, desk, film, named)
            return {"snapshot": MOST_SNAPSHOTS}  # the newest one is looked at
        case wish if training:
            obey(str(wish), desk)
    return {}


def begin(recipe: Recipe, page: str, desk: Desk, before: Film | None = None, named: str = "") -> None:
    """Start a training in place of the visitor's last one."""
    desk.clear()
    training = _pool().start(recipe, present=desk.present)
    desk.held = Held(training, f"{store.OWN}{next(_serial)}", before, named, page)


def obey(wish: str, desk: Desk) -> None:
    """Do what one of the buttons of the visitor's training says."""
    assert desk.held is not None
    training = desk.held.training
    match wish:
        case "pause":
            training.pause()
        case "resume":
            training.resume()
        case "stop":
            training.stop()
        case "shipped":
            training.stop()
            desk.held = None


def pace(settings: Settings, desk: Desk) -> int | None:
    """After how many ms there will be something new to see."""
    held = _held(settings, desk)
    return pace_of(held.training) if held else None


def pace_of(training: Training) -> int | None:
    return {"running": OFTEN, "queued": SELDOM, "paused": SELDOM}.get(training.state)


def control(settings: Settings, desk: Desk) -> dict[str, Any]:
    """The buttons and the progress, as the stage draws them."""
    held = _held(settings, desk)
    shown = drawn(held, "Train it live", "Shown: the shipped film.", ("shipped", "Shipped film"))
    return {**shown, "words": f"{shown['words']} {_changed(settings, held)}".strip()}


def _changed(settings: Settings, held: Held | None) -> str:
    """What of the recipe was changed since the film that is shown was trained."""
    base = held.training.recipe if held else films.RECIPES[film_name(settings.task, settings.cell)]
    if held and held.before and held.training.film is None and held.training.state not in UNDER_WAY:
        base = held.before.recipe  # it was ended before there was anything of it to show
    changed = over_training.differences(recipe(settings), base)
    if not changed:
        return ""
    again = "again" if held else "live"
    return f"Changed: {', '.join(map(over_training.lower, changed))}. This takes effect when you train {again}."


def drawn(held: Held | None, start: str, idle: str, back: tuple[str, str]) -> dict[str, Any]:
    """The control of a training: the word that starts it, what is said while there is none, and the button with its
    word that forgets one that is over."""
    training = held.training if held else None
    state = training.state if training else ""
    buttons = {
        "": [("start", start)],
        "queued": [("stop", "Leave the queue")],
        "running": [("pause", "Pause"), ("stop", "Stop")],
        "paused": [("resume", "Go on"), ("stop", "Stop")],
    }
    ended = [("start", "Train again"), back]
    return {
        "key": "training",
        "kind": "training",
        "label": "Training",
        "buttons": buttons.get(state, ended),
        "part": _part(training) if training else None,
        "moving": state == "running",
        "words": _told(held) if held else idle,
    }


def _part(training: Training) -> float:
    progress = training.progress
    return progress.updates / progress.of


def _told(held: Held) -> str:
    """How far the visitor's training is, or that leaving its page has ended it."""
    progress = held.training.progress
    if not held.left:
        return _words(held.training)
    stays = "" if held.training.film is None else "; its film so far is kept"
    made = f"{progress.updates:,} of {counted(progress.of, 'update')}"
    return f"Ended when you left this page, after {made}{stays}."


def _words(training: Training) -> str:
    """How far a training is, and what became of it."""
    state, progress = training.state, training.progress
    made = f"{progress.updates:,} of {counted(progress.of, 'update')}"
    match state:
        case "queued":
            return f"Number {training.place} in the queue."
        case "running" if progress.updates == 0:
            return "Starting …"
        case "running":
            return f"{made}{'' if progress.seconds is None else f', {_time(progress.seconds)} left'}"
        case "failed" | "stopped" if training.sentence:
            return training.sentence[0].upper() + training.sentence[1:]
        case "diverged":
            return f"Left the finite range after {counted(progress.updates, 'update')}."
    return f"{state.capitalize()}: {made}."


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
