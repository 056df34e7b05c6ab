"""Passes, remembered by the settings that they depend on: what only moves along a finished pass computes nothing again.

Another kind of pass is one line more: its function, given to `_remembered`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import lru_cache, partial, wraps
from threading import Lock
from typing import Any, TypeVar

from core.films.film import Film
from explorer.passes import architectures as five
from explorer.passes import at_snapshot, batches, programs, scenario, translation, trees, units
from explorer.passes import forecast as drifting
from explorer.passes import memory as remembering
from explorer.passes import usage as patterns
from explorer.passes.at_snapshot import AtSnapshot
from explorer.passes.base import Pass
from explorer.passes.scenario import Scenario
from explorer.passes.translation import Translated
from explorer.state.settings import Settings, depended_on
from explorer.state.trained import reads

OWN = "own "  # how the names of films begin that were not shipped
PUT_IN: Any = None  # the film of a remembered pass: that of the moment takes its place when it is handed out

Made = TypeVar("Made", bound=Pass)


def _remembered(
    make: Callable[[Settings], Made],
    entries: int = 16,
    key: Callable[[Settings], Hashable] = depended_on,
) -> Callable[[Settings], Made]:
    """`make`, with its last `entries` passes remembered by what `key` makes of the settings, each seen under the
    settings asked for."""
    made: OrderedDict[Hashable, Made] = OrderedDict()
    lock = Lock()

    @wraps(make)
    def seen(settings: Settings) -> Made:
        of = key(settings)
        with lock:
            found = made.get(of)
            if found is not None:
                made.move_to_end(of)
        if found is None:
            found = make(settings)  # two who ask at once both make it: neither waits for the other
            with lock:
                made[of] = found
                if len(made) > entries:
                    made.popitem(last=False)
        return found.seen(settings)

    return seen


run = _remembered(scenario.run, 64, key=scenario.key)
stacked = _remembered(scenario.stacked, 32, key=partial(scenario.key, made_by="stacked"))
bidirectional = _remembered(scenario.bidirectional, 32, key=partial(scenario.key, made_by="bidirectional"))
batch = _remembered(batches.run)
tree = _remembered(trees.run)
program = _remembered(programs.run)
architectures = _remembered(five.run, key=five.key)
translated = _remembered(translation.run, 32)
usage = _remembered(patterns.run, 64, key=patterns.key)
forecast = _remembered(drifting.run, 64)
memory = _remembered(remembering.run, 64)
page = _remembered(units.run, 32)


def snapshots(name: str, film: Film, settings: Settings) -> list[AtSnapshot]:
    """`over_training.passes` of the film that has this name, for as long as it grows: each snapshot is passed once for
    all settings that have it read the same."""
    passes = _live if name.startswith(OWN) else _shipped
    known = passes(name, getattr(settings, reads(film.recipe.task)))
    seen = []
    for at in range(len(film)):
        under = settings.but(snapshot=at + 1)
        if at not in known:
            known[at] = replace(at_snapshot.at_snapshot(film, under), film=PUT_IN)
        seen.append(replace(known[at], film=film, settings=under))
    return seen


@lru_cache(8)  # each holds some thirty passes
def _shipped(name: str, read: str | int) -> dict[int, AtSnapshot]:
    return {}


@lru_cache(4)  # and, of trainings that are soon forgotten, their networks
def _live(name: str, read: str | int) -> dict[int, AtSnapshot]:
    return {}


def each_cell(settings: Settings) -> tuple[Scenario, ...]:
    """`scenario.each_cell`, remembered."""
    return tuple(run(one) for one in scenario.variants(settings))


def each_feedback(settings: Settings) -> tuple[Scenario, ...]:
    """`scenario.each_feedback`, remembered."""
    return tuple(run(one) for one in scenario.feedbacks(settings))


def each_direction(settings: Settings) -> tuple[Scenario, ...]:
    """`scenario.each_direction`, remembered."""
    return bidirectional(settings), stacked(scenario.one_way(settings))


def each_order(settings: Settings) -> tuple[Translated, ...]:
    """`translation.orders`, each remembered."""
    return tuple(translated(one) for one in translation.orders(settings))


def every_loss(settings: Settings) -> Scenario:
    """The same pass with a loss at every step: what the matrix of loss times reads."""
    return run(settings.but(loss="every"))
