"""What a page is: the settings that it reads, and the pure functions that make a View of them.

A page knows no host and keeps nothing: `explorer.page.respond` brings it together with a visitor's State.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from explorer.jobs.desk import Desk
from explorer.look.style import FORWARD, Look
from explorer.page.controls import GIVEN, INPUT
from explorer.page.view import View
from explorer.passes import store
from explorer.passes.base import Pass
from explorer.state.settings import Settings

Compose = Callable[[Any, Look], View]
Adapt = Callable[[Settings], tuple[Settings, str]]
Run = Callable[[Settings], Pass]

EVERYWHERE = ("projector", "revealed")
DEFAULT = Settings()


class Beside(Protocol):
    """What goes on beside a page, as explorer.jobs.own_training does."""

    def run(self, settings: Settings, desk: Desk) -> Pass:
        """The pass to show, with what there is by now of what goes on."""

    def control(self, settings: Settings, desk: Desk) -> dict[str, Any]:
        """Its buttons and its progress."""

    def bounds(self, settings: Settings, desk: Desk) -> Mapping[str, float]:
        """Settings whose upper bound is what there is by now."""

    def did(self, settings: Settings, changes: Mapping[str, Any], desk: Desk) -> Mapping[str, Any]:
        """Does what its buttons say; returns the settings that this changes."""

    def pace(self, settings: Settings, desk: Desk) -> int | None:
        """After how many ms there will be something new to see."""


@dataclass(frozen=True)
class Door:
    """A way to another page: its label, the words before it, and what one sees there."""

    page: str
    label: str
    help: str = ""
    lead: str = ""


def same(settings: Settings) -> tuple[Settings, str]:
    """The settings as they are, and nothing to say of them."""
    return settings, ""


@dataclass(frozen=True)
class Page:
    """
    name      its file's, and its path
    compose   a recorded pass -> the View
    main      settings whose controls are in sight, in their order
    more      those whose controls are under More
    beneath   those whose controls stand above a figure
    selects   those that are set in the picture: by a click, the player, a tab; or that another one stands in for
    accent    the colour of its controls
    adapt     the settings that this page can show in place of the visitor's, which stay, and a notice of why
    run       settings -> the pass
    beside    what goes on beside the page, if anything
    doors     ways to other pages: a caption -> its Doors
    """

    name: str
    compose: Compose
    main: Sequence[str]
    more: Sequence[str] = ()
    beneath: Sequence[str] = ()
    selects: Sequence[str] = ()
    accent: str = FORWARD
    adapt: Adapt = same
    run: Run = store.run
    beside: Beside | None = None
    doors: Mapping[str, Sequence[Door]] = field(default_factory=dict)

    @cached_property
    def reads(self) -> frozenset[str]:
        """Every setting that acts on this page. What a page does not read does not act on it."""
        text = () if GIVEN & set(self.main) else INPUT
        return frozenset((*self.main, *self.more, *self.beneath, *self.selects, *text, *EVERYWHERE))

    def own(self, settings: Settings) -> Settings:
        """The settings that this page reads; all others as by default."""
        return DEFAULT.but(**{key: getattr(settings, key) for key in self.reads})

    def link(self, settings: Settings) -> dict[str, str]:
        """What this page's address says of the settings."""
        return settings.link(self.reads)
