"""Depth, measured: the sentence says what the outcomes are, whichever way they come out."""

from dataclasses import replace

import numpy as np
import pytest

from core import sweeps
from core.analysis import permutation
from core.sweeps.grids import depth
from core.sweeps.sweep import Outcome
from core.tasks.task import Measure
from explorer.figures import deepening
from explorer.passes import scenario
from explorer.state.settings import Settings

NOISE = np.array([0.02, -0.02, 0.01, -0.01, 0.0])


@pytest.fixture
def found(monkeypatch, tmp_path):
    """The picture of a sweep in which depth d comes to means[d] on average."""
    monkeypatch.setattr(sweeps, "MEASURED", tmp_path)

    def picture(means, seeds=5, noise=NOISE):
        with (tmp_path / "depth.jsonl").open("w") as file:
            for recipe in depth(seeds):
                if recipe.layers in means:
                    error = means[recipe.layers] + noise[recipe.seed]
                    measure = Measure(0.5, "characters", 100, False, float(error), "nats a character", 3.0)
                    file.write(Outcome(recipe, measure, 2000, False, 20_000).line() + "\n")
        return deepening.by_depth(scenario.stacked(Settings()))

    return picture


def test_a_gain_that_is_clear(found):
    picture = found({1: 2.0, 2: 1.9, 3: 1.95})
    assert picture.title == (
        "Two layers predict better than one: 1.900 against 2.000 nats a character, more than the seeds’ luck explains."
    )
    assert "5, 5, 5 seeds, a small sample: 2 against 1 layer −0.100, p = 0.016" in picture.note
    p = permutation.exact((2.0 + NOISE).tolist(), (1.95 + NOISE).tolist())
    assert f"3 against 1 layer −0.050, p = {2 * p:.2g}" in picture.note


def test_the_better_of_two_depths_must_beat_the_luck_of_two(found):
    """A difference that one comparison would call clear, and two do not."""
    rank = np.array([0.0, 0.01, 0.02, 0.03, 0.04])
    picture = found({1: 2.0, 2: 1.9745, 3: 1.99}, noise=rank)
    p = permutation.exact((2.0 + rank).tolist(), (1.9745 + rank).tolist())
    assert p < deepening.CLEAR < 2 * p
    assert picture.title.startswith("Two layers make no clear difference")


def test_a_difference_within_the_seeds(found):
    title = found({1: 2.0, 2: 1.995, 3: 2.01}).title
    assert title == (
        "Two layers make no clear difference: 1.995 against 2.000 nats a character, while the seeds of one depth "
        "differ by up to 0.040."
    )


def test_deeper_may_be_worse(found):
    assert found({1: 2.0, 2: 2.2, 3: 2.1}).title.startswith("Three layers predict worse than one: 2.100 against 2.000")


def test_every_seed_is_a_point(found):
    picture = found({1: 2.0, 2: 1.9, 3: 1.95})
    points = [trace for trace in picture.data if trace["mode"] == "markers"]
    for trace, mean in zip(points, (2.0, 1.9, 1.95), strict=True):
        np.testing.assert_allclose(trace["y"], mean + NOISE)
        assert len(set(trace["x"])) == 5


def test_a_sweep_half_way(found):
    picture = found({1: 2.0}, seeds=2)
    assert picture.title == "2 of 15 outcomes so far; python -m core.sweeps depth goes on."
    assert "7 of 15 outcomes so far" not in picture.note
    picture = found({1: 2.0, 2: 1.9}, seeds=2)
    assert picture.note.endswith("4 of 15 outcomes so far; python -m core.sweeps depth goes on.")
    assert picture.title == (
        "Two layers, 1.900 against 2.000 nats a character: too few seeds yet to tell, 2 against 2 of 5."
    )


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (None, "No outcomes are there yet: run python -m core.sweeps depth."),
        ('{"recipe"', "No outcomes are there yet: run python -m core.sweeps depth."),
        (
            "broken\n",
            "The outcomes in depth.jsonl cannot be read: delete the file and run python -m core.sweeps depth.",
        ),
    ],
)
def test_outcomes_that_are_missing(monkeypatch, tmp_path, written, sentence):
    monkeypatch.setattr(sweeps, "MEASURED", tmp_path)
    if written is not None:
        (tmp_path / "depth.jsonl").write_text(written)
    picture = deepening.by_depth(scenario.stacked(Settings()))
    assert (picture.title, picture.data, picture.note) == (sentence, [], "")


def test_an_outcome_of_another_budget_does_not_count(found, tmp_path):
    found({1: 2.0, 2: 1.9})
    file = tmp_path / "depth.jsonl"
    other = replace(depth(1)[0], updates=3)
    measure = Measure(0.5, "characters", 100, False, 9.0, "nats a character", 3.0)
    with file.open("a") as lines:
        lines.write(Outcome(other, measure, 3, False, 20_000).line() + "\n")
    picture = deepening.by_depth(scenario.stacked(Settings()))
    assert picture.title.startswith("Two layers predict better than one: 1.900 against 2.000")
