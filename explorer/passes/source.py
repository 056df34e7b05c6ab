"""Where a network comes from, as a value: drawn by the settings, or a snapshot of a film.

A pass asks its source for the network and for how the input is read; what remembers passes, and the Python under a
figure, ask it what tells it from others. No page knows which it is.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Protocol

from core.films.film import Film
from core.networks.network import Network
from core.passes.patterns import Model
from explorer.passes import reading
from explorer.passes.reading import Read
from explorer.state import inputs
from explorer.state.inputs import Sequence
from explorer.state.settings import Settings


class NetworkSource(Protocol):
    """
    key       tells this source from every other one
    imports   what the Python under a figure imports to name it
    """

    @property
    def key(self) -> Hashable: ...
    @property
    def imports(self) -> tuple[str, ...]: ...

    def read(self, settings: Settings) -> Any:
        """The input as this network reads it. Raises InputError where it cannot be read."""

    def call(self, function: str, settings: str) -> str:
        """The call, in that Python, of a function that makes a pass of this network under these settings."""


class Named:
    """A source that the settings name: whoever has them makes it again."""

    imports: ClassVar[tuple[str, ...]] = ()

    @property
    def key(self) -> Hashable:
        return self

    def call(self, function: str, settings: str) -> str:
        return f"{function}({settings})"


@dataclass(frozen=True)
class Initialised(Named):
    """A network as it is drawn: of the cell and the size that the settings say, from their scheme and their seed.

    options   what of the cell and of the scheme Network.initialise is given beside
    """

    cell: str
    hidden: int
    layers: int
    bidirectional: bool
    scheme: str
    seed: int
    learned_initial: bool
    options: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, settings: Settings, made_by: str = "run") -> Initialised:
        """Of a single chain; "stacked", of as many layers as the settings say; "bidirectional", of these both ways."""
        view, deep = settings.of_cell, made_by != "run"
        options: dict[str, Any] = dict(view.options)
        if settings.scheme == "spectral":
            options["spectral_radius"] = settings.radius
        else:
            options["gain"] = settings.gain
        if view.equations.forget_gate:
            options["forget_bias"] = settings.forget_bias
        if "nonlinearity" in view.equations.options():
            options["nonlinearity"] = settings.nonlinearity
        # A network of several chains reads its input, whatever system the first page shows.
        learned = settings.initial == "learned" or (settings.system == "autonomous" and not deep)
        return cls(
            view.core, settings.hidden, settings.layers if deep else 1, made_by == "bidirectional", settings.scheme,
            settings.seed, learned, tuple(options.items()),
        )  # fmt: skip

    def read(self, settings: Settings) -> Sequence:
        """The user's input, in a vocabulary of its own. Raises InputError where it cannot be read."""
        return inputs.read(settings)

    def network(self, sequence: Sequence) -> Network:
        """The network, for an input of this size and vocabulary."""
        return _initialised(self, sequence.inputs.shape[-1], len(sequence.vocabulary) or 1)


@lru_cache(maxsize=64)
def _initialised(source: Initialised, input_size: int, output_size: int) -> Network:
    return Network.initialise(
        cell=source.cell,
        input_size=input_size,
        hidden_size=source.hidden,
        num_layers=source.layers,
        bidirectional=source.bidirectional,
        output_size=output_size,
        scheme=source.scheme,
        seed=source.seed,
        learned_initial=source.learned_initial,
        **dict(source.options),
    )


@dataclass(frozen=True)
class Snapshot(Named):
    """A film's network at one moment of its training, 0-based among its snapshots."""

    film: Film
    at: int

    @property
    def model(self) -> Model:
        """The network, or the two of them, in float64."""
        return self.film.model(self.at, "float64")

    @property
    def network(self) -> Network:
        """The one network. Two in one are explorer.passes.translation's."""
        model = self.model
        assert isinstance(model, Network)
        return model

    def read(self, settings: Settings) -> Read:
        """The user's words in the film's own vocabulary, or one of its held-out examples. Raises InputError for what it
        cannot read."""
        return reading.read(self.film.recipe.learned(), settings)
