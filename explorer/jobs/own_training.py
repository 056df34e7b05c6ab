"""The training of a browser session: its buttons, its progress, and the film that comes of it.

A session has at most one training. It is ended when the page that started it is left; its film so far stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import count
from typing import Any

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import films
from core.errors import InvalidValue
from core.films.film import Film
from core.training.recipe import Recipe
from explorer.hosts import session
from explorer.jobs.processes import UNDER_WAY, Pool, Training
from explorer.look.notation import counted
from explorer.passes import at_snapshot, over_training, store
from explorer.passes.over_training import OverTraining
from explorer.state.settings import MOST_SNAPSHOTS, Settings

PAGE = "training"
OFTEN, SELDOM = 300, 1500  # ms between two looks at a training that runs, and at one that waits
_serial = count(1)


@dataclass(frozen=True, eq=False)
class Held:
    """A training, the name of its film, the one that was shown when it was started, if any, with that one's name; and
    the page that it was started on, and whether it was ended by leaving that one."""

    training: Training
    name: str
    before: Film | None = None
    named: str = ""
    page: str = PAGE
    left: bool = False


@cache
def _pool() -> Pool:
    """One for the whole server. Not one of Streamlit's caches, which any visitor may clear."""
    return Pool()


def left_behind(page: str) -> None:
    """The session is on this page: a training that it started on another is stopped, for that one to say so."""
    held: Held | None = st.session_state.get("training")
    if held and page != held.page and held.training.state in UNDER_WAY:
        held.training.stop()
        st.session_state["training"] = replace(held, left=True)


def run(settings: Settings) -> OverTraining:
    """The session's own film, or the shipped one. A training of another task or cell, which nobody sees, is stopped."""
    held = _held(settings)
    if held is None and (other := st.session_state.get("training")):
        other.training.stop()
    name, film, before = _shown(settings)
    made_by = "own" if name.startswith(store.OWN) else "run"
    return over_training.shown(film, settings, before, made_by, store.snapshots(name, film, settings))


def snapshots(settings: Settings) -> int:
    """How many snapshots there are of the film that is shown."""
    try:
        return len(_shown(settings)[1])
    except InvalidValue:  # a film that cannot be read, as the view says
        return MOST_SNAPSHOTS


def _shown(settings: Settings) -> tuple[str, Film, Film | None]:
    """The name of the film to show, the film, and the one to compare it with."""
    held = _held(settings)
    if held is None:
        return at_snapshot.name(settings.task, settings.cell), at_snapshot.film(settings.task, settings.cell), None
    film = held.training.film
    if film is not None:
        return held.name, film, held.before
    assert held.before is not None
    return held.named, held.before, None


def _held(settings: Settings) -> Held | None:
    """The session's training, if it is this page's and of the chosen task and cell."""
    held: Held | None = st.session_state.get("training")
    if held is None or held.page != PAGE:
        return None
    wanted, got = over_training.recipe(settings), held.training.recipe
    same = (wanted.task, wanted.options, wanted.cell, wanted.bidirectional)
    return held if same == (got.task, got.options, got.cell, got.bidirectional) else None


def did(settings: Settings, changes: Mapping[str, Any]) -> None:
    """Does what one of the buttons says."""
    held = _held(settings)
    training = held.training if held else None
    match changes.get("training"):
        case "start" if training is None or training.state not in UNDER_WAY:
            named, film, _ = _shown(settings)
            session.keep(replace(session.current(), snapshot=MOST_SNAPSHOTS))  # the newest one is looked at
            begin(over_training.recipe(settings), PAGE, film, named)
        case wish if training:
            obey(training, str(wish))


def begin(recipe: Recipe, page: str, before: Film | None = None, named: str = "") -> None:
    """Start a training in place of the session's last one."""
    if last := st.session_state.get("training"):
        last.training.stop()
    training = _pool().start(recipe, present=_presence())
    st.session_state["training"] = Held(training, f"{store.OWN}{next(_serial)}", before, named, page)


def obey(training: Training, wish: str) -> None:
    """Do what one of the buttons of the session's training says."""
    match wish:
        case "pause":
            training.pause()
        case "resume":
            training.resume()
        case "stop":
            training.stop()
        case "shipped":
            training.stop()
            del st.session_state["training"]


def _presence() -> Any:
    """Whether the browser of this session is still connected: one whose tab is hidden asks seldom."""
    context = get_script_run_ctx()
    if context is None or not runtime.exists():
        return lambda: False
    return partial(runtime.get_instance().is_active_session, context.session_id)


def pace(settings: Settings) -> int | None:
    """After how many ms there will be something new to see."""
    held = _held(settings)
    return pace_of(held.training) if held else None


def pace_of(training: Training) -> int | None:
    return {"running": OFTEN, "queued": SELDOM, "paused": SELDOM}.get(training.state)


def control(settings: Settings) -> dict[str, Any]:
    """The buttons and the progress, as the stage draws them."""
    held = _held(settings)
    shown = drawn(held, "Train it live", "Shown: the shipped film.", ("shipped", "Shipped film"))
    return {**shown, "words": f"{shown['words']} {_changed(settings, held)}".strip()}


def _changed(settings: Settings, held: Held | None) -> str:
    """What of the recipe was changed since the film that is shown was trained."""
    base = held.training.recipe if held else films.RECIPES[at_snapshot.name(settings.task, settings.cell)]
    if held and held.before and held.training.film is None and held.training.state not in UNDER_WAY:
        base = held.before.recipe  # it was ended before there was anything of it to show
    changed = over_training.differences(over_training.recipe(settings), base)
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
    """How far the session's training is, or that leaving its page has ended it."""
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
