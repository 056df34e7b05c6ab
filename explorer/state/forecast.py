"""The settings of a series that is forecast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from explorer.state import examples, series, trained
from explorer.state.errors import InputError
from explorer.state.input import Input
from explorer.state.kinds import Choice, Range, Text, setting, shown
from explorer.state.trained import Trained

LONGEST_SERIES = 120  # steps of a forecast, one line across all of them
SERIES = {"sines": "sines", "lorenz": "Lorenz", "own": "my own"}
EXAMPLE = "Two sines"


def numbers(settings: Forecast) -> str:
    """The user's own numbers as they wrote them: here, or as the input of the other pages; else an example."""
    if settings.numbers:
        return settings.numbers
    return settings.text if series.looks_numeric(settings.text) else examples.EXAMPLES[EXAMPLE][1]


def length(settings: Forecast) -> int:
    """T of the settings' series; where the user's own numbers cannot be read, the most it can be."""
    if settings.series != "own":
        return LONGEST_SERIES
    try:
        return min(len(series.read(numbers(settings)).values) - 1, LONGEST_SERIES)
    except InputError:
        return LONGEST_SERIES


@dataclass(frozen=True)
class Forecast(Input, Trained):
    """Which series, and from where on the network reads its own forecasts."""

    series: str = setting("sines", Choice("Series", SERIES))
    numbers: str = setting(
        "",
        Text("My numbers, at least 40", multiline=True, hint="one a line, or a CSV"),
        relevant=lambda s: s.series == "own",
        stands=numbers,
    )
    given: int = setting(0, Range("Numbers given, of which some are kept", 0, 10**6))  # 0: all are
    known: int = setting(  # at least one forecast is read
        40, Range("Free running after step", 4, LONGEST_SERIES - 1), high=lambda s: max(4, length(s) - 1)
    )
    moment: int = shown(LONGEST_SERIES, Range("Step", 1, LONGEST_SERIES), high=lambda s: max(1, length(s)))


Some = TypeVar("Some", bound=Forecast)


def kind(settings: Forecast) -> str:
    """Which films read the settings' series."""
    return "lorenz" if settings.series == "lorenz" else "sines"


def adapt(settings: Some) -> tuple[Some, str]:
    """The settings of this view, and what to say of them: of the cells that were not trained, an LSTM."""
    return trained.adapt(settings.but(task=kind(settings)))
