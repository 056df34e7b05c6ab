"""Gradients that have faded so far that their squares are zero, as the pages' own settings make them."""

from __future__ import annotations

import numpy as np

from explorer.figures import depths, layers, norms, unrolled
from explorer.passes import scenario
from explorer.state.settings import Settings

FADED = Settings(cell="rnn", nonlinearity="sigmoid", gain=0.05, length=100, text="hello world " * 9, loss="last")


def test_the_curve_goes_on_and_the_headline_with_it():
    scene = scenario.run(FADED)
    curve = norms.gradient_norms(scene)
    assert (curve > 0).all()
    assert curve[0] < 1e-170
    np.testing.assert_allclose(curve, np.abs(scene.trace[0, "forward"].grad_hidden[:, 0]).max(-1), rtol=2)
    assert "1 part in" in unrolled.backward_title(scene)


def test_the_map_is_not_blank():
    (heat, *_) = (trace for trace in layers.gradients(scenario.stacked(FADED)).data if trace["type"] == "heatmap")
    assert np.nanmin(np.array(heat["z"], float)) < -170


def test_the_parts_through_time_and_depth_go_on():
    total, through_time, _ = depths.along_time(scenario.stacked(FADED)).data[:3]
    for line in (total, through_time):
        assert 0 < line["y"][0] < 1e-170
