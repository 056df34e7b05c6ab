"""Training: the optimiser's steps, snapshots, films and what a film keeps."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pytest
import torch

from core import Network
from core.errors import InvalidType, InvalidValue
from core.films.film import Film, load
from core.films.making import curve, make
from core.passes.patterns import ConditionalGenerator, count, run
from core.training.loop import schedule, train
from core.training.recipe import Recipe

SHORT = Recipe("sentiment", cell="gru", hidden=6, updates=8, batch=5, rate=0.02)


@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
@pytest.mark.parametrize(("cell", "clip"), [("rnn", None), ("gru", 0.1), ("lstm", 1.0)])
def test_a_training_is_the_one_that_torch_makes_by_itself(cell: str, optimiser: str, clip: float | None) -> None:
    """The same examples, by torch.nn, autograd, clip_grad_norm_ and the optimiser: the same parameters at the end."""
    recipe = Recipe("adding", (("distance", 12),), cell, 5, updates=6, batch=4, optimiser=optimiser, clip=clip)
    last = list(train(recipe, [6]))[-1].snapshot
    assert last is not None

    start, task = recipe.model(), recipe.learned()
    assert isinstance(start, Network)
    kind = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[cell]
    net, readout = kind(2, 5), torch.nn.Linear(5, 1)
    values = {name: torch.tensor(array) for name, array in start.parameters.items()}
    net.load_state_dict({name: value for name, value in values.items() if "readout" not in name})
    readout.load_state_dict({name.removeprefix("readout."): v for name, v in values.items() if "readout" in name})
    parameters = [*net.parameters(), *readout.parameters()]
    optimiser_ = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}[optimiser](parameters, lr=recipe.rate)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser_, 6)
    rng = np.random.default_rng([0, crc32(b"examples")])
    for _ in range(6):
        batch = task.draw(rng, 4)
        outputs, _ = net(torch.tensor(batch.inputs))
        ends = torch.tensor(batch.lengths) - 1
        said = readout(outputs[ends, torch.arange(4)])[:, 0]
        loss = (0.5 * (said - torch.tensor(np.asarray(batch.loss.targets), dtype=torch.float32)) ** 2).mean()
        optimiser_.zero_grad()
        loss.backward()
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(parameters, clip)
        optimiser_.step()
        falling.step()
    theirs = dict(net.named_parameters()) | {f"readout.{name}": p for name, p in readout.named_parameters()}
    for name, array in last.model.parameters.items():
        np.testing.assert_allclose(array, theirs[name].detach().numpy(), rtol=2e-4, atol=2e-6, err_msg=name)


def test_the_same_recipe_gives_the_same_training() -> None:
    one, other = (list(train(SHORT, [8])) for _ in range(2))
    assert [(step.loss, step.norm) for step in one] == [(step.loss, step.norm) for step in other]
    assert one[-1].snapshot is not None
    assert other[-1].snapshot is not None
    for name, array in one[-1].snapshot.model.parameters.items():
        np.testing.assert_array_equal(array, other[-1].snapshot.model.parameters[name])


def test_another_seed_gives_another() -> None:
    first = next(iter(train(SHORT)))
    assert first.loss != next(iter(train(Recipe(**{**vars(SHORT), "seed": 1})))).loss


def test_it_learns() -> None:
    steps = list(train(Recipe("tagging", cell="gru", hidden=12, updates=150, batch=32, rate=0.02), [0, 150]))
    first, last = steps[0].snapshot, steps[-1].snapshot
    assert first is not None
    assert last is not None
    assert first.measure.share < 0.4 < 0.8 < last.measure.share
    assert np.mean([s.loss for s in steps[-20:]]) < 0.7 * np.mean([s.loss for s in steps[:20]])


def test_both_networks_of_a_conditional_generator_learn() -> None:
    recipe = Recipe("translation", (("largest", 999),), "lstm", 6, updates=3, batch=4)
    first, *_, last = train(recipe, [0, 3])
    assert first.snapshot is not None
    assert last.snapshot is not None
    before, after = first.snapshot.model, last.snapshot.model
    assert isinstance(after, ConditionalGenerator)
    assert all((before.parameters[name] != array).any() for name, array in after.parameters.items())


def test_truncated_training_follows_the_truncated_gradient() -> None:
    recipe = Recipe(
        "tagging", cell="rnn", hidden=4, updates=1, batch=3, truncate=2, optimiser="sgd", clip=None, rate=0.1
    )
    before, after = (step.snapshot for step in train(recipe, [0, 1]))
    assert before is not None
    assert after is not None
    from core.analysis.truncation import truncated

    batch = recipe.learned().draw(np.random.default_rng([0, crc32(b"examples")]), 3)
    trace = run(before.model, batch)
    left = truncated(trace, 2, 2).gradients["weight_hh_l0"]  # type: ignore[arg-type]
    assert np.abs(left - trace.gradients["weight_hh_l0"]).max() > 1e-6
    moved = before.model.parameters["weight_hh_l0"] - after.model.parameters["weight_hh_l0"]
    np.testing.assert_allclose(moved, 0.1 * left, rtol=1e-3, atol=1e-7)


def test_a_training_that_leaves_the_finite_range_ends_there() -> None:
    recipe = Recipe("temporal order", cell="rnn", nonlinearity="identity", hidden=8,
                    optimiser="sgd", rate=1e6, clip=None, updates=50, batch=4)  # fmt: skip
    steps = list(train(recipe))
    assert steps[-1].diverged
    assert len(steps) < 50
    assert not any(step.diverged for step in steps[:-1])


def test_snapshots_lie_closer_together_at_the_beginning() -> None:
    updates = schedule(900, 31)
    assert updates[0] == 0
    assert updates[-1] == 900
    gaps = np.diff(updates)
    assert len(updates) == 31
    assert (np.diff(gaps) >= 0).all()
    assert schedule(3, 30) == [0, 1, 2, 3]


def test_a_film_is_what_its_file_gives_back(tmp_path) -> None:  # type: ignore[no-untyped-def]
    film = make(SHORT, snapshots=4)
    film.save(tmp_path / "one.npz")
    back = load(tmp_path / "one.npz")
    assert back.extremes is film.extremes is None, "a file keeps the curve alone"
    assert back.recipe == film.recipe
    assert back.measures == film.measures
    np.testing.assert_array_equal(back.updates, film.updates)
    for name, array in film.parameters.items():
        np.testing.assert_array_equal(back.parameters[name], array)
    np.testing.assert_allclose(back.curve, film.curve, rtol=1e-6)
    exact = {step.update: step.snapshot for step in train(SHORT, [int(u) for u in film.updates])}
    for at, update in enumerate(film.updates):
        trained = exact[int(update)]
        assert trained is not None
        for name, array in trained.model.parameters.items():
            snapshots = [one.model.parameters[name] for one in exact.values() if one]
            width = np.abs(snapshots).max(axis=(0, -1), keepdims=True)[0]
            assert (np.abs(film.model(at).parameters[name] - array) <= width / 250 + 1e-7).all(), name


def test_what_a_film_says_of_its_snapshots_is_measured_on_them() -> None:
    film = make(SHORT, snapshots=3)
    task = SHORT.learned()
    assert film.measure == task.measure(film.model(-1))
    assert film.measures[0] == task.measure(film.model(0), 500)


def test_no_film_in_a_file_of_something_else(tmp_path) -> None:  # type: ignore[no-untyped-def]
    make(SHORT, snapshots=3).save(tmp_path / "film.npz")
    film = (tmp_path / "film.npz").read_bytes()
    for content in (b"not a film", b"", film[: len(film) // 2], film[:100]):
        (tmp_path / "x.npz").write_bytes(content)
        with pytest.raises(InvalidValue, match=r"x\.npz"):
            load(tmp_path / "x.npz")
    with pytest.raises(InvalidValue, match="snapshot"):
        Film(SHORT, np.array([0]), (), np.zeros((1, 3)), {}, "softmax").model(1)


def test_a_curve_is_the_means_of_equal_stretches() -> None:
    rows = [(u, 2.0 * u, 1.0) for u in range(800)]
    np.testing.assert_allclose(curve(rows), [(2 * i + 0.5, 4 * i + 1, 1) for i in range(400)])


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe("adding", cell="gru", hidden=5, layers=3),
        Recipe("tagging", cell="rnn", hidden=4, bidirectional=True),
        Recipe("translation", cell="lstm", hidden=6),
    ],
    ids=lambda recipe: recipe.task,
)
def test_the_size_is_that_of_the_model(recipe: Recipe) -> None:
    assert recipe.size == count(recipe.model())


def test_within_a_budget_is_the_closest_size() -> None:
    recipe = Recipe("adding", cell="lstm").within(1000)
    sizes = {h: Recipe("adding", cell="lstm", hidden=h).size for h in range(1, 40)}
    assert recipe.hidden == min(sizes, key=lambda h: abs(sizes[h] - 1000))


def test_a_recipe_survives_being_written() -> None:
    recipe = Recipe("adding", (("distance", 20),), "rnn", clip=None, truncate=5)
    assert Recipe.from_dict(recipe.as_dict()) == recipe
    assert hash(Recipe.from_dict(recipe.as_dict())) == hash(recipe)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"optimiser": "lbfgs"}, InvalidValue), ({"updates": 0}, InvalidValue), ({"rate": 0.0}, InvalidValue),
        ({"clip": -1.0}, InvalidValue), ({"batch": 10**6}, InvalidValue), ({"updates": 1.5}, InvalidType),
        ({"rate": float("nan")}, InvalidValue), ({"truncate": 0}, InvalidValue),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_trained_is_said(change: dict, error: type[Exception]) -> None:  # type: ignore[type-arg]
    with pytest.raises(error, match="must be"):
        Recipe("sentiment", **change)


def test_two_chains_cannot_be_truncated() -> None:
    recipe = Recipe("tagging", hidden=3, bidirectional=True, truncate=2, updates=1, batch=2)
    with pytest.raises(InvalidValue, match="single chain"):
        next(iter(train(recipe)))
