"""What every kind of recorded pass has in common: the settings that it came from, and what of it they select."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol, Self

from core import oracle
from core.oracle import Proof
from core.passes.trace import Trace
from explorer.passes.source import Initialised, NetworkSource
from explorer.state.inputs import Sequence
from explorer.state.settings import Settings


class Pass(Protocol):
    """A recorded pass with the settings that it came from: a Scenario, or a Batch of several sequences; and, where
    something was changed in it, the pass without the change.

    made_by   names the function, in the module of its class, that makes it of its settings
    origin    where its network comes from
    proven    what a proof of it depends on
    """

    @property
    def settings(self) -> Settings: ...
    @property
    def sequence(self) -> Sequence: ...
    @property
    def trace(self) -> Trace: ...
    @property
    def steps(self) -> int: ...
    @property
    def made_by(self) -> str: ...
    @property
    def original(self) -> Pass | None: ...
    @property
    def origin(self) -> NetworkSource: ...
    @property
    def proven(self) -> Any: ...
    def proof(self, **how: Any) -> Proof: ...
    def seen(self, settings: Settings) -> Self: ...


class Selection:
    """What the settings select in a pass, always inside what it has.

    For a frozen dataclass to derive from: the fields `settings` and `sequence`, and a field or a property `trace`,
    `made_by` and `original`, make it a Pass.
    """

    def seen(self, settings: Settings) -> Self:
        """The same pass under settings that select something else to look at."""
        one: Any = self
        original = one.original and one.original.seen(settings.but(what_if="none"))
        return replace(one, settings=settings, original=original)

    @property
    def origin(self: Pass) -> NetworkSource:
        """Drawn as the settings say, unless the kind of pass says something else."""
        return Initialised.of(self.settings, self.made_by)

    @property
    def proven(self: Pass) -> Any:
        return self.trace

    def proof(self: Pass, **how: Any) -> Proof:
        """Its gradients beside those of autograd and finite differences: `how` as core.oracle.compare takes it."""
        return oracle.compare(self.trace, **how)

    @property
    def tokens(self: Pass) -> tuple[str, ...]:
        return self.sequence.tokens

    @property
    def steps(self: Pass) -> int:
        return len(self.sequence.tokens)

    @property
    def step(self: Pass) -> int:
        """The selected step, 0-based, inside the sequence."""
        return min(self.settings.step, self.steps) - 1

    @property
    def step_number(self: Pass) -> int:
        """The selected step as a person counts, from 1."""
        return min(self.settings.step, self.steps)

    @property
    def unit(self: Pass) -> int:
        """The selected hidden unit, 0-based, inside the network."""
        return min(self.settings.unit, self.trace.network.hidden_size) - 1
