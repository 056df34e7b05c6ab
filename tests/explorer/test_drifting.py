"""A series forecast in two ways: what is read, what is measured, and what the figures say of it."""

import base64
from dataclasses import replace

import numpy as np
import orjson
import pytest

from core import record
from core.passes.generation import forecast
from explorer import cards
from explorer.figures import drifts
from explorer.look.cells import CELLS
from explorer.page import catalogue, controls
from explorer.page.respond import respond
from explorer.page.state import State
from explorer.passes import forecast as drifting
from explorer.questions import networks
from explorer.state.errors import InputError
from explorer.state.forecast import numbers
from explorer.state.kinds import LONGEST_TEXT
from explorer.state.settings import Settings, from_link

VIEWS = (
    {},
    {"series": "lorenz", "cell": "gru"},
    {"series": "own", "cell": "lstm", "known": 25},
    {"known": 2, "snapshot": 1},
    {"known": 119},
)


def run(**changes):
    return drifting.run(Settings().changed(changes))


@pytest.fixture(scope="module", params=VIEWS, ids=str)
def scene(request):
    return run(**request.param)


def named(picture, name):
    (found,) = (t for t in picture.data if t.get("hovertemplate", "").startswith(f"{name},"))
    return np.array(found["y"])


def test_both_read_the_same_up_to_the_last_known_value(scene):
    k, forced, running = scene.known, scene.trace, scene.running
    np.testing.assert_array_equal(forced.inputs[k - 1], running.inputs[0])
    np.testing.assert_allclose(forced[0, "forward"].hidden[k - 1], running[0, "forward"].hidden[0], rtol=1e-12)
    assert len(running.inputs) == scene.steps - k + 1
    np.testing.assert_allclose(scene.drifting.free[0], scene.drifting.forced[0], rtol=1e-12)


def test_free_running_reads_its_own_forecasts(scene):
    k, steps = scene.known, scene.steps - scene.known
    said = forecast(scene.trace.network, scene.trace.inputs[:k], steps)
    np.testing.assert_allclose(scene.running.inputs[1:], said, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(scene.drifting.free, said[:, 0], rtol=1e-12, atol=1e-14)
    once = record(scene.trace.network, scene.trace.inputs[: k + 1] if steps > 1 else scene.trace.inputs[:k])
    np.testing.assert_allclose(scene.drifting.forced[: len(once.inputs) - k + 1], once.logits[k - 1 :, 0], rtol=1e-9)


def test_what_is_measured_is_the_difference(scene):
    d = scene.drifting
    np.testing.assert_array_equal(d.right, scene.trace.inputs[scene.known :, 0])
    np.testing.assert_allclose(d.off, np.sqrt(((d.free - d.right) ** 2).mean(axis=1)))
    assert d.summed[0] == pytest.approx(d.free[0] - d.right[0])
    if d.passed is not None:
        assert d.off[d.passed - 1] > drifting.PASSED
        assert (d.off[: d.passed - 1] <= drifting.PASSED).all()
    else:
        assert d.off.max() <= drifting.PASSED


def test_single_errors_add_up_to_what_is_measured_while_they_are_small():
    for view in ({}, {"series": "lorenz"}):
        d = run(**view).drifting
        small = d.off < 0.1
        early = slice(0, int(np.argmin(small)) or len(small))
        assert early.stop >= 3
        np.testing.assert_allclose(d.summed[early], (d.free - d.right)[early], atol=0.02)


def test_what_is_accounted_for_is_measured_against_the_drift():
    d = run().drifting
    assert drifts.accounted(d, 1) == 1, "the first forecast is off by its own error alone"
    exact, none = replace(d, summed=d.free - d.right), replace(d, summed=np.zeros_like(d.free))
    assert (drifts.accounted(exact, 20), drifts.accounted(none, 20)) == (1, 0)
    part = drifts.accounted(d, d.passed)
    assert f"make up {100 * part:.3g} % of the squared error." in drifts.explained(run()).title
    assert part > 0.8


def test_the_headline_is_computed(scene):
    d, title = scene.drifting, drifts.series(scene).title
    assert title.endswith(f"; teacher forced, at most {d.off_forced.max():.2g}.")
    if d.passed is None:
        assert title.startswith(f"Free running for {len(d.off)} step")
        assert f"it is at most {d.off.max():.2g} spreads off" in title
    else:
        assert title.startswith(f"Free running, it is half a spread off after {d.passed} step")


def test_the_forecast_is_drawn_up_to_the_selected_step():
    for moment, drawn in ((30, 0), (40, 0), (41, 1), (100, 60)):
        picture = drifts.series(run(moment=moment))
        assert len(named(picture, "free running")) == len(named(picture, "teacher forced")) == drawn
        assert len(named(picture, "what came")) == 81
        rows = drifts.states(run(moment=moment)).data
        free = next(t for t in rows if "free running" in t.get("hovertemplate", ""))
        assert np.isfinite(free["z"]).all(axis=0).sum() == moment


def test_of_own_numbers_no_curve_leaves_the_drawing():
    rows = {"series": "own", "numbers": " ".join(str((n % 37 == 0) + np.sin(n)) for n in range(200)), "known": 20}
    scene = run(**rows)
    low, high = drifts.series(scene).layout["yaxis"]["range"]
    truth, free = np.abs(scene.trace.inputs).max(), scene.drifting.free[:, 0]
    assert np.abs(free).max() > 1.2 * truth, "it would leave the scale of what came"
    assert low < free.min() < free.max() < high
    assert max(np.abs(free).max(), np.abs(scene.drifting.forced[:, 0]).max(), truth) < high


def test_the_errors_by_horizon_are_the_tasks(scene):
    errors = drifting.by_cell(scene)
    picture = drifts.horizon(scene)
    assert tuple(errors) == drifting.COMPARED
    for cell, one in errors.items():
        np.testing.assert_array_equal(named(picture, f"{CELLS[cell].label}, free running"), one.free)
        assert f"{CELLS[cell].label} " in picture.title
    assert f"{errors['rnn'].count:,} held-out windows, which overlap" in picture.note
    many = errors["rnn"].count >= drifts.WINDOWS
    assert [t["fill"] for t in picture.data if "fill" in t] == ["toself"] * many
    assert ("band: " in picture.note) == many


def test_few_windows_have_no_band():
    few = run(series="own", numbers="\n".join(f"{np.sin(0.4 * t):.4f}" for t in range(60)))
    count = drifting.by_cell(few)[few.settings.cell].count
    assert 1 < count < drifts.WINDOWS
    picture = drifts.horizon(few)
    assert not [t for t in picture.data if "fill" in t]
    assert f"{count} held-out windows, which overlap." in picture.note
    assert "band" not in picture.note


@pytest.mark.parametrize(("count", "known", "moment"), [(50, 48, 49), (300, 119, 120), (3, 4, 2)])
def test_the_sliders_end_with_the_series(count, known, moment):
    own = Settings(series="own", numbers=" ".join(str(k % 7) for k in range(count)), known=119, moment=120)
    found = {key: controls.spec(own, key) for key in ("known", "moment")}
    assert {key: (one["high"], one["value"]) for key, one in found.items()} == {
        "known": (known, known), "moment": (moment, moment),
    }  # fmt: skip
    if count > 3:
        scene = drifting.run(own)
        assert (scene.known, scene.moment) == (known, moment)
    assert controls.spec(Settings(series="own", numbers="none"), "moment")["high"] == 120
    assert controls.spec(Settings(), "known")["high"] == 119


def test_what_grows_is_the_product(scene):
    grown = drifts.amplification(scene)
    by_hand = [np.linalg.norm(one, 2) for one in scene.drifting.growth]
    np.testing.assert_allclose(grown, by_hand)
    np.testing.assert_array_equal(drifts.growth(scene).data[1]["y"], np.where(grown > 0, grown, np.nan))


def test_the_plane_is_of_lorenz_the_wings_and_of_a_series_its_delay():
    lorenz, sines = run(series="lorenz"), run()
    d = lorenz.drifting
    picture = drifts.plane(lorenz)
    np.testing.assert_array_equal(picture.data[0]["x"][1:], d.right[:, 0])
    np.testing.assert_array_equal(picture.data[1]["y"][1:], d.free[:, 2])
    d, picture = sines.drifting, drifts.plane(sines)
    np.testing.assert_array_equal(picture.data[1]["x"][1:], d.free[:, 0])
    np.testing.assert_array_equal(picture.data[1]["y"][1 + drifts.DELAY :], d.free[: -drifts.DELAY, 0])


def test_own_numbers_are_standardised_by_the_first_four_fifths():
    values = [float(n % 5 + n / 10) for n in range(100)]
    scene = run(series="own", numbers=", ".join(map(str, values)))
    first = np.array(values[:80])
    wanted = (np.array(values) - first.mean()) / first.std()
    np.testing.assert_allclose(scene.trace.inputs[:, 0, 0], wanted[:-1], rtol=1e-5, atol=1e-6)
    assert scene.sequence.in_units(float(scene.trace.inputs[7, 0, 0])) == pytest.approx(values[7], rel=1e-5)
    assert "less 6.03, over" not in scene.sequence.notice
    assert f"less {first.mean():.3g}, over {first.std():.3g}" in scene.sequence.notice


def test_another_text_takes_the_place_of_the_numbers():
    settings = Settings(series="own", numbers="1 2 3", example=3)
    assert numbers(settings) == "1 2 3"
    after = controls.apply(settings, {"example": 4})
    assert (after.numbers, after.example) == ("1 2 3", 4)
    after = controls.apply(settings, {"file": {"name": "a.csv", "base64": "MQoyCjMKNA=="}})
    assert after.numbers == ""
    assert numbers(after) == "1\n2\n3\n4"


def test_of_too_many_numbers_whole_ones_are_kept_and_that_is_said():
    values = [f"{np.sin(n / 5):.5f}" for n in range(3000)]
    pasted = controls.apply(Settings(series="own"), {"numbers": ", ".join(values)})
    file = {"name": "a.csv", "base64": base64.b64encode("\n".join(values).encode()).decode()}
    for settings in (pasted, controls.apply(Settings(series="own", numbers="1 2 3"), {"file": file})):
        kept = numbers(settings).split()
        assert kept == values[: len(kept)]
        assert LONGEST_TEXT - 10 < len("\n".join(kept)) <= LONGEST_TEXT
        assert f"Of 3,000 numbers the first {len(kept)} are kept" in drifting.run(settings).sequence.notice
        assert from_link(settings.link()) == settings
    shown = orjson.loads(respond(catalogue.page("drift"), State(settings=pasted)))
    assert f"Of 3,000 numbers the first {len(numbers(pasted).split())} are kept" in shown["notice"]
    fewer = controls.apply(pasted, {"numbers": " ".join(values[:60])})
    assert "are kept" not in drifting.run(fewer).sequence.notice


def test_numbers_that_are_too_few_or_none_or_no_series_are_said():
    with pytest.raises(InputError, match="at least 40 numbers, in 2,000 characters at most, got 30: give more"):
        run(series="own", numbers=" ".join(["1 2 3"] * 10))
    with pytest.raises(InputError, match="got “x” on line 1002"):
        controls.apply(Settings(series="own"), {"numbers": "1\n2\n" * 500 + "3\nx"})
    assert "the example “Two sines” is shown" in run(series="own").sequence.notice


def test_the_card_tells_the_selected_step(scene):
    title = cards.drift(scene).title
    assert title == f"Step {scene.moment}, horizon n = {scene.ahead}"
    known = cards.drift(scene.seen(Settings(moment=1)))
    assert known.title == "Step 1: known"


def test_the_question_is_answered_by_the_sweep_over_windows():
    assert not networks.first_to_drift(run()).answer
    answer = networks.first_to_drift(run(revealed=True)).answer
    beyond = drifting.by_cell(run())["gru"].free > drifting.PASSED
    told = f"after {np.argmax(beyond) + 1}" if beyond.any() else "not within 90"
    assert f"GRU {told}" in answer
