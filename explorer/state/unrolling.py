"""The settings of the page that unrolls a network."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.state.kinds import Choice, Switch, setting, shown

SYSTEMS = {"autonomous": "on its own", "driven": "driven by x", "rnn": "an RNN"}


@dataclass(frozen=True)
class Unrolling:
    """Which system is shown, and whether it is folded."""

    system: str = setting("rnn", Choice("System", SYSTEMS))
    folded: bool = shown(False, Switch("Fold"))
