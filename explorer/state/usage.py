"""The settings of a usage pattern at work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from core import films
from core.tasks import images
from explorer.look.cells import COMPARED, LABELS
from explorer.state import trained
from explorer.state.kinds import Choice, Pixels, Range, Switch, setting
from explorer.state.trained import PROMPT, Trained

DIGITS = 359  # images of core.tasks.images that are held out
INK = 15  # of a pixel drawn by hand, from 0
PATTERNS = {
    "one-to-one": "one → one",
    "encoder": "many → one",
    "generator": "one → many",
    "transducer": "many → many",
    "conditional generator": "many → c → many",
}
WRITES = {"captioning": "a digit’s name", "source": "Python", "prose": "prose"}
SENTENCES = (
    "the film was not good but the music was great",
    "the film was good but the music was awful",
    "although the plot was dull , the cast was brilliant",
    "nobody liked the film",
    "the story is not without charm",
    "critics did not really hate it",
    "the ending never lacked heart",
)
GARDEN_PATHS = (
    "the old man sleeps",
    "the old man the boat",
    "the complex houses are new",
    "the complex houses students",
    "they wait after the train",
    "they wait after the train falls",
    "we know that man",
    "fat people eat the boat",
    "fat people eat is cold",
)
EXAMPLES: dict[str, tuple[str, ...]] = {
    "sentiment": SENTENCES,
    "tagging": GARDEN_PATHS,
    "tagging-both": GARDEN_PATHS,
    "source": (PROMPT, "class Node:\n    def __init__(self", "for name in sorted(", "    if not isinstance("),
    "prose": ("Return the number of ", "If the optional argument ", "Raise an error if "),
}
WRITTEN = {  # in which setting the user's own stands
    "sentiment": "review",
    "tagging": "tagged",
    "tagging-both": "tagged",
    "source": "continued",
    "prose": "continued",
    "digits": "drawn",
    "captioning": "drawn",
    "translation-de": "number",
}


def image(settings: Usage) -> tuple[np.ndarray, int | None]:
    """(8, 8) pixels from 0 to 1, and which digit it is: one that was held out, or the user's own, of which nobody
    knows; it may be empty."""
    if not settings.drawn:
        kept = images.split()[1]
        at = min(settings.digit, len(kept.digits)) - 1
        return kept.pixels[at], int(kept.digits[at])
    return np.array([int(ink, 16) for ink in settings.drawn]).reshape(images.SIDE, -1) / INK, None


def as_drawn(settings: Usage) -> str:
    """The image as if it were drawn by hand: what the user goes on from."""
    if settings.drawn:
        return settings.drawn
    pixels, _ = image(settings)
    return "".join(f"{ink:x}" for ink in np.rint(pixels * INK).astype(int).ravel())


def _names(settings: Usage) -> bool:
    """Whether the name of a digit is what is written."""
    return settings.pattern == "generator" and settings.writes == "captioning"


def _writes(settings: Usage) -> bool:
    return settings.pattern == "generator"


@dataclass(frozen=True)
class Usage(Trained):
    """Which pattern, on what, and how what comes out is chosen."""

    pattern: str = setting("encoder", Choice("Usage pattern", PATTERNS))
    # An Elman net forgets so much of a number that its pattern has a cell of its own to open on.
    translator: str = setting("gru", Choice("Cell", {name: LABELS[name] for name in COMPARED}))
    asked: str = setting(
        "last",
        Choice("Loss enters", {"last": "last step", "every": "every step"}),
        relevant=lambda s: s.pattern == "encoder",
    )
    both_ways: bool = setting(False, Switch("Read both ways"), relevant=lambda s: s.pattern == "transducer")
    writes: str = setting("captioning", Choice("Writes", WRITES), relevant=_writes)
    digit: int = setting(
        1,
        Range("Held-out digit", 1, DIGITS),
        relevant=lambda s: (_names(s) or s.pattern == "one-to-one") and not s.drawn,
    )
    drawn: str = setting("", Pixels("Digit, yours to draw"), stands=as_drawn)
    choosing: str = setting(
        "greedy", Choice("Next letter", {"greedy": "most probable", "sampled": "drawn from P"}), relevant=_writes
    )
    temperature: float = setting(1.0, Range("Temperature τ", 0.1, 3.0, decimals=2, step=0.05), relevant=_writes)
    draw: int = setting(1, Range("Draw", 1, 99), relevant=lambda s: _writes(s) and s.choosing == "sampled")
    written: int = setting(14, Range("Letters to write", 4, 30), relevant=lambda s: _writes(s) and not _names(s))


Some = TypeVar("Some", bound=Usage)


def kind(settings: Usage) -> str:
    """Which films show the settings' pattern."""
    return {
        "one-to-one": "digits",
        "encoder": "sentiment",
        "generator": settings.writes,
        "transducer": "tagging-both" if settings.both_ways else "tagging",
        "conditional generator": "translation-de",
    }[settings.pattern]


def trained_cells(settings: Usage) -> list[str]:
    """The cells that were trained for the settings' pattern."""
    return [cell for cell in COMPARED if f"{kind(settings)}-{cell}" in films.RECIPES]


def cell_of(settings: Usage) -> str:
    """The setting with the cell of the settings' pattern."""
    return "translator" if settings.pattern == "conditional generator" else "cell"


def adapt(settings: Some) -> tuple[Some, str]:
    """As of every trained network, for the film of the settings' pattern; two networks have the cell that was chosen
    for them."""
    settings = settings.but(cell=getattr(settings, cell_of(settings)))
    return trained.adapt(settings.but(task=kind(settings)))


def others(settings: Usage) -> set[str]:
    """The settings with what other patterns read."""
    return set(WRITTEN.values()) - {WRITTEN[kind(settings)]}


def example(sentence: str) -> dict[str, str]:
    """What a person changes who chooses one of the EXAMPLES."""
    return {WRITTEN[kind]: sentence for kind, sentences in EXAMPLES.items() if sentence in sentences}
