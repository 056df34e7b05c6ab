"""A film: one training as its recipe, its curve, and some thirty snapshots of the model.

In a file the snapshots are kept small: every row of a parameter as whole numbers n from −127 to 127 with one scale for
all snapshots, w ≈ scale · n, |error| ≤ scale / 2 = max|row| / 254, each as its difference from the one before; the last
one in half precision, in place of the 8 bits. A model out of a film has those very parameters: every number shown or
measured of it, the figures kept with it too, is theirs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from core import checks
from core.errors import InvalidValue
from core.networks.network import Network
from core.passes.patterns import PARTS, ConditionalGenerator, Model, part_of, precision
from core.tasks.task import Measure
from core.training.recipe import Recipe

Array = NDArray[Any]
LEVELS = 127


@dataclass(frozen=True)
class Extremes:
    """What the means of a curve leave out.

    update    of the last step: how many were made
    last      the last ‖g‖ that was finite, before it is clipped; nan if none was
    largest   the largest of these
    """

    update: int
    last: float
    largest: float


@dataclass(frozen=True, eq=False)
class Film:
    """A training to be gone through back and forth.

    recipe      what was trained, and how
    updates     (n,) how many updates each snapshot had
    measures    n: how each did on core.training.loop.SEEN held-out examples; the last of a shipped film, on all of them
    curve       (m, 3): update, loss and ‖g‖, each the mean of a stretch of updates
    output      what makes predictions of the model's logits
    diverged    whether the training left the finite range and ended there
    extremes    of every single update; None of a film out of a file, which keeps the curve alone
    """

    recipe: Recipe
    updates: Array
    measures: tuple[Measure, ...]
    curve: Array
    parameters: Mapping[str, Array]
    output: str
    diverged: bool = False
    extremes: Extremes | None = None
    _models: dict[tuple[int, str], Model] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.updates)

    def model(self, snapshot: int, dtype: str = "") -> Model:
        """The model at a snapshot, from 0; −1 is the last; in the precision of the training, unless another is said.
        Raises InvalidValue if there is none such."""
        n = len(self)
        at = checks.whole("snapshot", snapshot)
        if not -n <= at < n:
            raise InvalidValue("snapshot", f"from 0 to {n - 1}", str(at), "choose one of these")
        at %= n
        if (at, dtype) not in self._models:
            own = {name: array[at] for name, array in self.parameters.items()}
            self._models[at, dtype] = precision(self.model(at), dtype) if dtype else self._made(own)
        return self._models[at, dtype]

    def _made(self, parameters: Mapping[str, Array]) -> Model:
        """The model of these parameters, whose shapes say all that the recipe leaves to the task."""
        if any(name.startswith("encoder.") for name in parameters):
            return ConditionalGenerator(*(self._network(part_of(part, parameters)) for part in PARTS))
        return self._network(parameters)

    def _network(self, parameters: Mapping[str, Array]) -> Network:
        r = self.recipe
        kind: dict[str, Any] = {"cell": r.cell, "nonlinearity": r.nonlinearity, "reset_after": r.reset_after}
        return Network.from_state_dict(parameters, output=self.output, **kind)

    @property
    def measure(self) -> Measure:
        """How the trained model does on everything held out."""
        return self.measures[-1]

    def save(self, path: Path) -> None:
        """Write the film: what `kept` leaves of its parameters."""
        head = {
            "recipe": self.recipe.as_dict(),
            "measures": [asdict(measure) for measure in self.measures],
            "output": self.output,
            "diverged": self.diverged,
        }
        arrays: dict[str, Array] = {"updates": self.updates, "curve": self.curve.astype(np.float32)}
        for name, array in self.parameters.items():
            arrays[f"scale.{name}"], whole = _whole(array[:-1])
            arrays[f"steps.{name}"] = np.diff(whole, axis=0, prepend=np.zeros_like(whole[:1]))  # modulo 256
            arrays[f"last.{name}"] = array[-1].astype(np.float16)
        arrays["head"] = np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), np.uint8)
        np.savez_compressed(path, allow_pickle=False, **arrays)


def load(path: Path) -> Film:
    """Read a film. Raises InvalidValue where the file holds none."""
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            return _film({name: file[name] for name in file.files})
    except (OSError, EOFError, BadZipFile, ValueError, KeyError, TypeError) as error:
        raise InvalidValue("film", "a file that Film.save wrote", f"{path.name} ({error})", "make it anew") from None


def _film(arrays: Mapping[str, Array]) -> Film:
    head = json.loads(arrays["head"].tobytes())
    names = [name.removeprefix("last.") for name in arrays if name.startswith("last.")]
    return Film(
        Recipe.from_dict(head["recipe"]),
        arrays["updates"],
        tuple(Measure(**measure) for measure in head["measures"]),
        arrays["curve"],
        {name: _read(*(arrays[f"{kind}.{name}"] for kind in ("scale", "steps", "last"))) for name in names},
        head["output"],
        head["diverged"],
    )


def kept(parameters: Mapping[str, Array]) -> dict[str, Array]:
    """(n, …) parameters as they are after they were written and read."""
    return {name: _values(*_whole(p[:-1]), p[-1].astype(np.float16)) for name, p in parameters.items()}


def _whole(array: Array) -> tuple[Array, Array]:
    """(n, …) -> a scale for every row, and the whole numbers."""
    largest = np.abs(array).max(axis=(0, -1), keepdims=True, initial=0)
    scale = (largest / LEVELS).astype(np.float32)
    steps = np.rint(np.divide(array, scale, out=np.zeros_like(array), where=scale > 0))
    return scale, steps.astype(np.int8)


def _read(scale: Array, differences: Array, last: Array) -> Array:
    return _values(scale, differences.cumsum(axis=0, dtype=np.int8), last)


def _values(scale: Array, steps: Array, last: Array) -> Array:
    return checks.readonly(np.concatenate([scale * steps, last[None].astype(np.float32)]))
