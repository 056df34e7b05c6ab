"""The layer × time maps of several chains, on their data."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from core.analysis import depth, influence
from explorer import cards
from explorer.figures import depths, directions, layers
from explorer.look import notation
from explorer.look.style import Look
from explorer.passes import scenario, store
from explorer.questions import networks
from explorer.state.settings import Settings

DEEP = Settings(layers=3, length=7, hidden=4)


def heat(picture, n=0):
    return [trace for trace in picture.data if trace["type"] == "heatmap"][n]


@pytest.mark.parametrize("made_by", [scenario.stacked, scenario.bidirectional])
@pytest.mark.parametrize("settings", [DEEP, Settings(layers=8, length=30, hidden=5), Settings(layers=1, length=1)])
def test_every_state_is_drawn_once_where_it_belongs(made_by, settings):
    scene = made_by(settings)
    drawn = heat(layers.states(scene))
    at = {tuple(keys): z for row, told in zip(drawn["z"], drawn["customdata"], strict=True)
          for z, keys in zip(row, told, strict=True) if keys}  # fmt: skip
    assert len(at) == len(scene.trace.chains) * settings.hidden * scene.steps
    for (t, layer, direction, unit), z in at.items():
        assert z == scene.trace[layer - 1, direction].hidden[t - 1, 0, unit - 1]


def test_the_rows_do_not_touch():
    for made_by in (scenario.stacked, scenario.bidirectional):
        for n in range(1, 9):
            rows, bands = layers.places(made_by(replace(DEEP, layers=n)), *layers.CHAINS)
            heights = [height for row in rows.values() for height in row]
            assert heights == sorted(heights)
            assert len(set(heights)) == len(heights)
            assert all(below[1] + 4 < above[0] for below, above in pairwise(bands))
            assert layers.CHAINS[0] < heights[0]
            assert heights[-1] < layers.CHAINS[1]


def arrows(picture):
    """How many arrows there are: shapes with gaps between them, in the filled traces."""
    filled = [trace for trace in picture.data if trace.get("fill") == "toself"]
    return sum(int(np.isnan(trace["x"]).sum()) + 1 for trace in filled)


def test_every_part_of_a_gradient_has_its_arrow():
    scene = scenario.stacked(replace(DEEP, loss="every"))
    picture = layers.gradients(scene)
    drawn = heat(picture)
    norms = np.linalg.norm(scene.trace[2, "forward"].grad_hidden[:, 0], axis=-1)
    np.testing.assert_allclose(np.array(drawn["z"])[-1, ::2], np.log10(norms))
    steps, network = scene.steps, 3
    assert arrows(picture) == network * (steps - 1) + network * steps
    assert len(picture.data) <= len(Look().orders) + 6


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_an_arrow_is_as_wide_as_the_logarithm_of_its_part(direction):
    level = np.array([0.0, 0.5, 1.0])
    _, across, up = layers._through_time(level[None], [(80.0, 120.0)], [direction])
    np.testing.assert_allclose(np.ptp(up, axis=1), [0, 20, 40])
    starts, tips = across[:, 0], across[:, 3]
    assert ((tips < starts) == (direction == "forward")).all()
    assert layers._level(np.array([0.0, 1e-8, 1e-3, 1e2, np.inf]), -8, 2).tolist() == [0, 0, 0.5, 1, 1]


def test_the_headline_says_what_is_left_and_which_way_it_came():
    scene = scenario.stacked(replace(DEEP, layer=1, step=1, gain=0.5, length=9))
    trace = scene.trace
    here, top = (np.linalg.norm(trace[layer, "forward"].grad_hidden[t, 0]) for layer, t in ((0, 0), (2, -1)))
    share = depth.split(trace).share()[0, 0]
    assert f"{notation.relative(here, top)} the top layer’s last" in layers.headline(scene)
    assert f"{share * 100:.0f} % of it came through depth" in layers.headline(scene)
    last = replace(scene, settings=replace(scene.settings, step=9))
    assert layers.headline(last).endswith("all of it came through depth.")
    top_first = replace(scene, settings=replace(scene.settings, layer=3))
    assert layers.headline(top_first).endswith("all of it came through time.")


def test_a_selection_beyond_the_network_is_brought_inside():
    scene = scenario.stacked(Settings(layers=2, layer=8, direction="reverse"))
    assert scene.place == (1, "forward")
    assert scenario.bidirectional(scene.settings).place == (1, "reverse")


def test_only_these_pages_have_more_than_one_chain():
    assert len(scenario.run(Settings(layers=5)).trace.chains) == 1
    assert len(scenario.stacked(Settings(layers=5)).trace.chains) == 5
    assert len(scenario.bidirectional(Settings(layers=5)).trace.chains) == 10
    assert len(store.run(Settings(layers=5)).trace.chains) == 1
    assert len(store.stacked(Settings(layers=5)).trace.chains) == 5


def test_a_network_of_several_chains_reads_its_input_whatever_the_first_page_shows():
    driven, alone = (scenario.stacked(replace(DEEP, system=system)) for system in ("rnn", "autonomous"))
    np.testing.assert_array_equal(driven.trace.outputs, alone.trace.outputs)


def test_the_future_is_seen_both_ways_and_not_forward():
    both, forward = scenes = scenario.each_direction(replace(DEEP, step=3))
    assert directions.chains(scenes).title == (
        "Output 3 sees 7 of 7 inputs; forward only, it sees 3: the 4 that follow count exactly 0."
    )
    np.testing.assert_allclose(
        directions.of_output(both), influence.output_by_input(both.trace, of="logits")[2], rtol=1e-12
    )
    drawn = np.array(heat(directions.matrix(forward))["z"], float)
    assert np.isnan(drawn[np.triu_indices(7, 1)]).all()
    assert np.isfinite(drawn[np.tril_indices(7)]).all()
    assert np.isfinite(np.array(heat(directions.matrix(both))["z"], float)).all()
    assert directions.matrix(forward).title == "Forward only: all 21 influences of a later input are exactly 0."
    assert directions.matrix(both).title.startswith("Bidirectional: 21 of 21 later inputs count")
    strip = np.array(heat(directions.chains(scenes), 1)["z"], float)[0, ::2]
    np.testing.assert_allclose(strip, np.log10(directions.of_output(both)))


def test_the_first_output_sees_all_of_it_only_both_ways():
    both, forward = scenario.each_direction(replace(DEEP, step=5, revealed=True))
    assert networks.first_output(both, forward).answer == "Both ways 7 of 7, forward only 1."


def test_the_parts_along_time_and_depth_are_those_of_the_split():
    scene = scenario.stacked(replace(DEEP, layer=2, step=4))
    parts = depth.split(scene.trace, 1)
    for trace, part in zip(depths.along_time(scene).data, (parts.total, parts.time, parts.depth), strict=False):
        norms = np.linalg.norm(part[:, 0], axis=-1)
        np.testing.assert_allclose(trace["y"], np.where(norms > 0, norms, np.nan))
    total = depths.along_depth(scene).data[0]["y"]
    assert total[1] == pytest.approx(np.linalg.norm(parts.total[3, 0]))


def numbers(card):
    return " ".join(getattr(block, "numbers", "") for block in card.blocks)


def test_the_cards_hold_the_numbers_of_the_selection():
    scene = scenario.stacked(replace(DEEP, layer=2, step=4, unit=3))
    assert cards.stacked(scene).title.startswith("Layer 2, step 4")
    assert f"{scene.trace[1, 'forward'].hidden[3, 0, 2]:+.2f}".replace("-", "−") in numbers(cards.stacked(scene))
    both = scenario.bidirectional(replace(DEEP, step=4))
    k = int(both.sequence.targets[3, 0])
    assert f"= {both.trace.logits[3, 0, k]:+.2f}".replace("-", "−") in numbers(cards.bidirectional(both))


def test_what_overflows_is_said():
    scene = scenario.stacked(Settings(layers=8, nonlinearity="identity", gain=3, length=60, hidden=48))
    for picture in (layers.states(scene, Look(dark=True)), layers.gradients(scene), depths.along_time(scene)):
        assert picture.title.endswith(".")
        assert "nan" not in picture.title


def test_a_gradient_that_grows_is_told_in_times():
    grown = scenario.stacked(Settings(nonlinearity="identity", gain=2.0, layers=2, step=1))
    assert "times the top layer’s last" in layers.headline(grown)
    assert "an arrow back leaves" in layers.kept_title(grown)
    assert "times it" in layers.kept_title(grown)
