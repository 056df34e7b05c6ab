"""A training, said whole: the task, the model and the optimiser. The same recipe gives the same training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from math import prod
from typing import Any, Self

from core import cells, checks, tasks
from core.cells.base import AnyCell
from core.errors import InvalidValue
from core.networks.architecture import Architecture
from core.networks.network import Network
from core.passes.patterns import ConditionalGenerator, Model
from core.tasks.task import Task

OPTIMISERS = ("adam", "sgd")
LARGEST = 2048
Options = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Recipe:
    """What to learn, by what, and how.

    task, options     a name of core.tasks, and its options as (name, value) pairs
    cell, hidden, layers, bidirectional, nonlinearity, scheme, gain, forget_bias, reset_after
                      as in Network.initialise; a conditional generator has them twice, the decoder with the next seed
    seed              draws the parameters and the examples
    updates, batch    how many steps the optimiser makes, of how many examples each
    optimiser, rate   "adam" (D. Kingma, J. Ba, ICLR 2015; PyTorch's defaults) | "sgd", and its learning rate, which
                      falls along half a cosine to zero at the last update (I. Loshchilov, F. Hutter, ICLR 2017)
    clip              largest ‖g‖ of all gradients together (core.analysis.clipping); None: as they are
    truncate          k: truncated BPTT with k₁ = k₂ = k (core.analysis.truncation); None: the whole gradient

    Raises InvalidValue or InvalidType for what cannot be used; what concerns the network, when that is made.
    """

    task: str
    options: Options = ()
    cell: str = "lstm"
    hidden: int = 16
    layers: int = 1
    bidirectional: bool = False
    nonlinearity: str = "tanh"
    scheme: str = "pytorch"
    gain: float = 1.0
    forget_bias: float = 0.0
    reset_after: bool = True
    seed: int = 0
    updates: int = 1000
    batch: int = 32
    optimiser: str = "adam"
    rate: float = 3e-3
    clip: float | None = 1.0
    truncate: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", tuple(sorted(self.options)))
        checks.choice("optimiser", self.optimiser, OPTIMISERS)
        for name in ("updates", "batch"):
            checks.count(name, getattr(self, name))
        if self.batch > LARGEST:
            raise InvalidValue("batch", f"at most {LARGEST} examples", str(self.batch), "take fewer at a time")
        for name in ("rate", "clip"):
            value = getattr(self, name)
            if value is not None and not checks.number(name, value) > 0:
                raise InvalidValue(name, "positive", str(value), "pass a number above zero")
        if self.truncate is not None:
            checks.count("truncate", self.truncate)

    def learned(self) -> Task:
        """The task."""
        return _task(self.task, self.options)

    def model(self) -> Model:
        """The model as it is before the first update, in float32."""
        task = self.learned()
        if task.pattern != "conditional generator":
            return self._network(task.input_size, task.output_size, task.output, self.seed)
        encoder = self._network(task.source_size, None, "identity", self.seed)
        return ConditionalGenerator(
            encoder, self._network(task.input_size, task.output_size, task.output, self.seed + 1)
        )

    def _network(self, inputs: int, outputs: int | None, output: str, seed: int) -> Network:
        return Network.initialise(
            cell=self.cell,
            input_size=inputs,
            hidden_size=self.hidden,
            num_layers=self.layers,
            bidirectional=self.bidirectional,
            nonlinearity=self.nonlinearity,
            scheme=self.scheme,
            gain=self.gain,
            forget_bias=self.forget_bias,
            reset_after=self.reset_after,
            output_size=outputs,
            output=output,
            seed=seed,
            dtype="float32",
        )

    @property
    def equations(self) -> AnyCell:
        """The cell of its networks."""
        return cells.build(self.cell, nonlinearity=self.nonlinearity, reset_after=self.reset_after)

    @property
    def size(self) -> int:
        """How many parameters the model has."""
        return sum(prod(shape) for network in self._architectures() for shape in network.shapes.values())

    def _architectures(self) -> list[Architecture]:
        """The model's networks without their parameters."""
        task = self.learned()
        sizes: list[tuple[int, int | None]] = [(task.input_size, task.output_size)]
        if task.pattern == "conditional generator":
            sizes.insert(0, (task.source_size, None))
        return [
            Architecture(
                self.cell,
                D,
                self.hidden,
                num_layers=self.layers,
                bidirectional=self.bidirectional,
                nonlinearity=self.nonlinearity,
                output_size=K,
                reset_after=self.reset_after,
            )
            for D, K in sizes
        ]

    def within(self, parameters: int) -> Self:
        """The same recipe with as many units as come closest to this number of parameters."""
        checks.count("parameters", parameters)
        low, high = 1, 2
        while replace(self, hidden=high).size < parameters:
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if replace(self, hidden=middle).size <= parameters else (low, middle)
        return min((replace(self, hidden=h) for h in (low, high)), key=lambda one: abs(one.size - parameters))

    def as_dict(self) -> dict[str, Any]:
        """The recipe as plain data, options as a mapping."""
        return asdict(self) | {"options": dict(self.options)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        return cls(**{**data, "options": tuple(data["options"].items())})


@cache
def _task(name: str, options: Options) -> Task:
    return tasks.make(name, **dict(options))
