"""A network that is neither drawn by the settings nor of a film: pass, panel, snippet and proof take it as it is."""

from dataclasses import dataclass

import numpy as np
import pytest

from core import Network, record
from core.passes import losses
from explorer.look.style import LIGHT
from explorer.page import proof
from explorer.page.state import State
from explorer.page.view import panel
from explorer.passes.base import Selection
from explorer.state import inputs
from explorer.state.settings import Settings

BROUGHT = Network.initialise("gru", 4, hidden_size=3, output_size=4, seed=11)


@dataclass(frozen=True)
class Brought:
    """A network that somebody brought along."""

    network: Network

    imports = (f"from {__name__} import BROUGHT",)

    @property
    def key(self):
        return id(self.network)

    def read(self, settings):
        return inputs.read(settings)

    def call(self, function, settings):
        return f"{function}({settings}, BROUGHT)"


@dataclass(frozen=True)
class OfBrought(Selection):
    settings: Settings
    sequence: inputs.Sequence
    trace: object
    network: Network
    made_by: str = "run"
    original: None = None
    place = (0, "forward")

    @property
    def origin(self):
        return Brought(self.network)


def run(settings, network):
    sequence = Brought(network).read(settings)
    loss = losses.cross_entropy(sequence.targets, at="every")
    return OfBrought(settings, sequence, record(network, sequence.inputs, loss=loss), network)


@pytest.fixture
def scene():
    return run(Settings(text="abcaabbc", length=8), BROUGHT)


def states(scene, look=LIGHT):
    from explorer.figures.picture import Picture

    return Picture("States", [{"type": "heatmap", "z": scene.trace[0, "forward"].hidden[:, 0]}], {}, look, height=90)


def test_its_figure_and_the_python_that_makes_it_again(scene):
    shown = panel("states", states, scene, LIGHT)
    assert "BROUGHT" in shown.snippet
    lines = shown.snippet.splitlines()
    assert lines[-1] == "picture.figure().show()"
    found = {}
    exec("\n".join(lines[:-1]), found)
    assert np.array_equal(found["picture"].data[0]["z"], shown.picture.data[0]["z"])


def test_its_proof(scene):
    state = State()
    assert proof.line(scene, True, state)["state"] == "running"
    state.proof[1].result()
    assert proof.line(scene, False, state)["agrees"] is True
