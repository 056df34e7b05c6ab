"""Settings -> network and inputs -> trace: the middle of the flow, as pure functions that a notebook can call too."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from core import Network, oracle, record
from core.analysis.truncation import Truncation, truncated
from core.networks import sizes
from core.networks.architecture import suffix
from core.oracle import Proof
from core.passes import losses
from core.passes.trace import Trace
from explorer.look.cells import CELLS, COMPARED
from explorer.passes import changes
from explorer.passes.base import Pass, Selection
from explorer.passes.source import Initialised
from explorer.state import inputs, what_if
from explorer.state.errors import InputError
from explorer.state.loss import Loss
from explorer.state.network import Network as NetworkSettings
from explorer.state.settings import Settings
from explorer.state.what_if import WhatIf

# What a pass depends on beside where its network comes from.
BESIDE = tuple(
    f.name
    for f in (*fields(WhatIf), *fields(Loss))
    if not f.metadata["view_only"] and f.name not in NetworkSettings.__dataclass_fields__
)
MOST_SWEEPS = 15  # of truncated BPTT, that a proof goes through
FED_BACK = ("rnn", "jordan", "general")
"""The cells that are compared by where their feedback starts."""


@dataclass(frozen=True)
class Scenario(Selection):
    """One pass over the user's input: what went in, and everything that happened; and, where something was changed in
    it (what_if), the same pass without the change.

    `made_by` names the function below that makes it of its settings: "run", "stacked" or "bidirectional".
    """

    settings: Settings
    sequence: inputs.Sequence
    trace: Trace
    made_by: str = "run"
    original: Scenario | None = None

    @property
    def loss_steps(self) -> list[int]:
        """The steps where the loss enters, 0-based."""
        match self.settings.loss:
            case "every":
                return list(range(self.steps))
            case "last":
                return [self.steps - 1]
        return [s - 1 for s in chosen_steps(self.settings.loss_steps) if s <= self.steps]

    @property
    def place(self) -> tuple[int, str]:
        """The selected chain: its layer, 0-based, and its direction; both as far as the network has them."""
        network = self.trace.network
        layer = min(self.settings.layer, network.num_layers) - 1
        return layer, self.settings.direction if network.bidirectional else "forward"

    def holds(self, t: int, unit: int) -> bool:
        """Whether the state of this unit is held at this step."""
        return bool(self.trace[0, "forward"].held[t, 0, unit])

    @property
    def truncation(self) -> Truncation | None:
        """What truncated BPTT leaves of the gradients of a single chain, where it is on."""
        if not self.settings.truncate or self.made_by != "run":
            return None
        return _truncated(self.trace, min(self.settings.k1, self.steps), min(self.settings.k2, self.steps))

    @property
    def proven(self) -> Any:
        cut = self._proven_cut
        return self.trace, cut and (cut.k1, cut.k2)

    def proof(self, **how: Any) -> Proof:
        return oracle.compare(self.trace, truncation=self._proven_cut, **how)

    @property
    def _proven_cut(self) -> Truncation | None:
        """What is proven beside the pass. PyTorch unrolls the network anew for every sweep: with many, too long to
        wait."""
        cut = self.truncation
        return cut if cut and len(cut.windows) <= MOST_SWEEPS else None

    @property
    def swept(self) -> Trace:
        """The pass with the gradients that its backward sweeps leave: cut where truncation is on, else its own."""
        return self.trace if self.truncation is None else self.truncation.trace


@lru_cache(maxsize=16)
def _truncated(trace: Trace, k1: int, k2: int) -> Truncation:
    """`truncated`, remembered: it is the same whatever is selected in the pass."""
    return truncated(trace, k1, k2)


def names(scene: Pass) -> dict[str, str]:
    """The textbook's symbol of a parameter -> its name in PyTorch and in the trace."""
    cell, ending = scene.trace.network.equations, suffix((0, "forward"))
    own = cell.readout
    return {
        "W": f"{cell.recurrent[0]}{ending}",
        "U": f"weight_ih{ending}",
        "b": f"bias_ih{ending}",
        "V": f"{own.weight}{ending}" if own else "readout.weight",
        "c": f"{own.bias}{ending}" if own else "readout.bias",
    }


def key(settings: Settings, made_by: str = "run") -> Hashable:
    """What tells a pass from every other: where its network comes from, and what else it depends on."""
    return Initialised.of(settings, made_by).key, *(getattr(settings, name) for name in BESIDE)


def network(settings: Settings) -> Network:
    """The single chain that the settings describe, for their input."""
    source = Initialised.of(settings)
    return source.network(source.read(settings))


def loss(settings: Settings, sequence: inputs.Sequence) -> losses.Loss:
    """Where the loss enters, and how it is measured: cross-entropy for text, squared error for numbers."""
    steps = len(sequence.tokens)
    at: Any = settings.loss
    if settings.loss == "chosen":
        at = [s - 1 for s in chosen_steps(settings.loss_steps) if s <= steps]
        if not at:
            raise InputError(
                f"Expected steps between 1 and {steps} where the loss enters, got “{settings.loss_steps}”: "
                "write for example 3, 7."
            )
    measure = losses.squared_error if sequence.numeric else losses.cross_entropy
    return measure(sequence.targets, at=at)


def chosen_steps(text: str) -> list[int]:
    """The whole numbers from 1 up in a text such as "3, 7, 12", sorted, each once."""
    return sorted({int(word) for word in text.replace(",", " ").split() if word.isdecimal() and 0 < int(word) < 10**6})


def variants(settings: Settings) -> tuple[Settings, ...]:
    """The same view under Elman, GRU and LSTM with the same seed; the chosen cell comes first."""
    cells = dict.fromkeys((settings.cell, *COMPARED))
    return tuple(settings.but(cell=cell) for cell in cells)


def gated(settings: Settings) -> tuple[Settings, str]:
    """The settings of a view of gates, and what to say of them: where the chosen cell has none, those of an LSTM."""
    if settings.of_cell.gated:
        return settings, ""
    notice = f"The chosen cell, {settings.of_cell.label}, has no gates: this is an LSTM in its place."
    return settings.but(cell="lstm"), notice


def feedbacks(settings: Settings) -> tuple[Settings, ...]:
    """The same view under Elman, Jordan and general feedback, each of as many units as come closest to the number of
    parameters that the chosen one has; that comes first."""
    settings = settings.but(system="rnn")
    units = {**_as_large(network(settings)), settings.cell: settings.hidden}
    return tuple(settings.but(cell=cell, hidden=units[cell]) for cell in dict.fromkeys((settings.cell, *FED_BACK)))


@lru_cache(maxsize=64)
def _as_large(chosen: Network) -> dict[str, int]:
    """Kind of feedback -> with how many units a network is as large as this one."""
    budget = sizes.parameters(chosen)
    return {cell: sizes.units_for(chosen, CELLS[cell].core, budget) for cell in FED_BACK}


def ungated(settings: Settings) -> tuple[Settings, str]:
    """The settings of a view of feedbacks, and what to say of them: a gated cell has another kind of feedback."""
    if settings.cell in FED_BACK:
        return settings, ""
    notice = f"The chosen cell, {settings.of_cell.label}, feeds back by gates: here is none."
    return settings.but(cell="rnn"), notice


def each_feedback(settings: Settings) -> tuple[Scenario, ...]:
    """One pass a kind of `feedbacks`."""
    return tuple(run(one) for one in feedbacks(settings))


def each_cell(settings: Settings) -> tuple[Scenario, ...]:
    """One pass a cell of `variants`."""
    return tuple(run(one) for one in variants(settings))


def run(settings: Settings) -> Scenario:
    """One recorded pass through a single chain. Raises InputError where the input cannot be read."""
    return _recorded(settings, "run")


def stacked(settings: Settings) -> Scenario:
    """One recorded pass through as many layers as the settings say, each moving forward."""
    return _recorded(settings, "stacked")


def bidirectional(settings: Settings) -> Scenario:
    """One recorded pass through as many layers as the settings say, each with a forward and a reverse chain."""
    return _recorded(settings, "bidirectional")


def one_way(settings: Settings) -> Settings:
    """The settings of a network that only moves forward: what is held in a reverse chain, it does not have."""
    held = what_if.kind(settings) in ("gate", "unit") and settings.in_direction == "reverse"
    return settings.but(what_if="none") if held else settings


def each_direction(settings: Settings) -> tuple[Scenario, ...]:
    """The bidirectional network, and the one that only moves forward on the same input and seed."""
    return bidirectional(settings), stacked(one_way(settings))


def _recorded(settings: Settings, made_by: str) -> Scenario:
    """The pass that the settings describe, and, where they change something in it, the pass as it was before."""
    deep = made_by != "run"
    # A network of several chains reads its input, whatever system the first page shows.
    driven = settings.but(system="rnn") if deep else settings
    source = Initialised.of(driven, made_by)
    before = source.read(driven)
    made = source.network(before)
    sequence = changes.sequence(driven, before)
    trace = record(
        changes.network(driven, made),
        sequence.inputs * (0.0 if driven.system == "autonomous" else 1.0),
        loss=loss(driven, sequence),
        interventions=changes.interventions(driven, made, len(sequence.tokens)),
    )
    changed = what_if.kind(driven) != "none"
    original = _recorded(settings.but(what_if="none"), made_by) if changed else None
    return Scenario(settings, sequence, trace, made_by, original)
