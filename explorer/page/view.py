"""What a page shows, as plain data: the page composes a View, the stage draws it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Any, Literal

from explorer.figures import kept
from explorer.figures.picture import Picture
from explorer.look import equations
from explorer.look.style import Look
from explorer.passes.base import Pass
from explorer.state.settings import Settings, defaults

Area = Literal["hero", "card", "below"]


@dataclass(frozen=True)
class Panel:
    """A figure in its place, with the Python that makes it. It is drawn when it is first looked at: while a hand moves,
    most are not."""

    id: str
    draw: Callable[[], Picture]
    write: Callable[[], str]
    area: Area = "hero"
    controls: Sequence[str] = ()  # settings whose controls stand above it
    size: str = "full"  # full or half of its area's width
    headed: bool = True

    @cached_property
    def picture(self) -> Picture:
        return self.draw()

    @cached_property
    def snippet(self) -> str:
        return self.write()


def panel(
    id: str,
    builder: Callable[..., Picture],
    subject: Pass | Sequence[Pass],
    look: Look,
    several: str = "each_cell",
    **place: Any,
) -> Panel:
    """`builder(subject, look)` as a panel; the snippet is written from the same builder and the same settings.

    `several` names the function, beside that of one scene, that makes a subject of several scenes.
    """
    draw, write = partial(kept.picture, builder, subject, look), partial(snippet, builder, subject, several)
    return Panel(id, draw, write, **place)


def snippet(builder: Callable[..., Picture], subject: Pass | Sequence[Pass], several: str = "each_cell") -> str:
    """Five lines of Python that make the same figure in a notebook."""
    if isinstance(subject, Sequence):
        first, verb = subject[0], several
    else:
        first, verb = subject, subject.made_by
    origin = first.origin
    return "".join(
        f"{line}\n"
        for line in (
            f"from {builder.__module__} import {builder.__name__}",
            f"from {type(first).__module__} import {verb}",
            f"from {Settings.__module__} import Settings",
            *origin.imports,
            f"picture = {builder.__name__}({origin.call(verb, f'Settings({_given(first.settings)})')})",
            "picture.figure().show()",
        )
    )


@lru_cache(64)  # every panel of a page asks for the same
def _given(settings: Settings) -> str:
    """The settings that differ from the defaults, as a call names them."""
    now = {name: value for name, default in defaults().items() if (value := getattr(settings, name)) != default}
    return ", ".join(f"{name}={value!r}" for name, value in now.items())


@dataclass(frozen=True)
class Equation:
    """An equation as MathML, the same with its numbers as text, and where it stands in the textbook."""

    mathml: str
    numbers: str
    source: str = ""
    kind: str = "equation"


def equation(name: str, numbers: str) -> Equation:
    """The equation of that name (see `equations.SYMBOLS`) with its numbers."""
    return Equation(equations.mathml(name), numbers, equations.SOURCES.get(name, ""))


@dataclass(frozen=True)
class Rows:
    """Label, value and the value's colour (or None)."""

    rows: Sequence[tuple[str, str, str | None]]
    kind: str = "rows"


@dataclass(frozen=True)
class Paragraph:
    text: str
    kind: str = "text"


@dataclass(frozen=True)
class Heading:
    text: str
    kind: str = "heading"


@dataclass(frozen=True)
class Tabs:
    """Buttons that set one choice of the settings."""

    key: str
    label: str
    options: Sequence[tuple[str, str]]
    value: str
    kind: str = "tabs"


@dataclass(frozen=True)
class Card:
    """What is selected: its equation with its numbers."""

    title: str
    blocks: Sequence[Equation | Rows | Paragraph | Heading | Tabs]


@dataclass(frozen=True)
class Player:
    """Moves the setting `key` between low and high; direction −1 plays from high to low."""

    key: str
    value: int
    low: int
    high: int
    direction: int
    caption: str


def player(key: str, noun: str, value: int, high: int, direction: int = 1, told: str = "") -> Player:
    """Moves the setting `key` from 1 to `high`; its caption counts by the noun and ends with what is `told`."""
    caption = f"{noun} {value} of {high}{told} · ← → to step, space to play"
    return Player(key, value, 1, high, direction, caption)


@dataclass(frozen=True)
class Question:
    """One question to predict before the reveal; the answer is computed from the trace."""

    ask: str
    options: Sequence[str]
    answer: str
    revealed: bool


@dataclass(frozen=True)
class View:
    """One page, whole. Its headline is the title of its first panel."""

    eyebrow: str
    panels: Sequence[Panel]
    card: Callable[[], Card] | None = None  # written when it is looked at: while a hand moves, in turn
    player: Player | None = None
    question: Question | None = None
    proof: bool = False
    lead: str = ""  # what to look for
    notice: str = ""

    @property
    def title(self) -> str:
        return self.panels[0].picture.title
