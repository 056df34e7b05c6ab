"""The long-range memory tasks: the published generators stated again, and measures that can fail."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from core import Network
from core.errors import InvalidValue
from core.passes.batch import Batch
from core.passes.patterns import Model
from core.tasks import make
from core.tasks.adding import Adding
from core.tasks.copying import Copying
from core.tasks.temporal_order import TemporalOrder


def drawn(task, size: int = 400, seed: int = 5) -> Batch:
    return task.draw(np.random.default_rng(seed), size)


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch):
    """answering(task, logits): what every model then answers to any batch of the task: logits(batch) -> (T, B, K)."""

    def answer(task, logits) -> Model:
        monkeypatch.setattr(f"{type(task).__module__}.logits", lambda model, batch: logits(batch))
        return network(task)

    return answer


def network(task) -> Network:
    return Network.initialise("rnn", task.input_size, hidden_size=4, output_size=task.output_size)


# adding


@pytest.mark.parametrize("distance", [12, 50, 103])
def test_adding_is_as_published(distance: int):
    batch = drawn(Adding(distance), 2000)
    lengths, targets = batch.lengths, batch.loss.targets
    assert lengths.min() == distance
    assert lengths.max() == distance + distance // 10
    early, late = set(), set()
    for b in range(batch.size):
        values, markers = batch.inputs[: lengths[b], b].T
        assert (batch.inputs[lengths[b] :, b] == 0).all()
        assert np.abs(values).max() <= 1
        assert markers[0] == markers[-1] == -1
        marked = np.flatnonzero(markers == 1)
        assert set(np.unique(markers)) <= {-1, 0, 1}
        assert len(marked) == 2 or (len(marked) == 1 and values[0] == 0)
        assert len(marked) == 1 or marked.min() < 10
        assert targets[b] == pytest.approx(0.5 + values[marked].sum() / 4, abs=1e-6)
        if len(marked) == 2:
            early.add(int(marked.min()))
            late.add(int(marked.max()))
    assert min(early) == 1
    assert max(late) == max(distance // 2 - 1, 9)


def test_adding_leaves_out_the_first_pair_as_often_as_its_baseline_says():
    task = Adding(50)
    batch = drawn(task, 200_000)
    zero = (batch.inputs[0, :, 0] == 0).mean()
    assert zero == pytest.approx(0.1 + 0.9 / 24, abs=0.003)
    assert task.baseline == pytest.approx(((batch.loss.targets - 0.5) ** 2).mean(), rel=0.01)


def last(batch: Batch, answer) -> np.ndarray:
    """Logits that say `answer` at every sequence's last step, and nonsense elsewhere."""
    logits = np.full((len(batch.inputs), batch.size, 1), 7.0)
    logits[batch.lengths - 1, np.arange(batch.size), 0] = answer
    return logits


def test_adding_is_solved_by_the_sum_alone(answering):
    task = Adding(20)
    right = task.measure(answering(task, lambda batch: last(batch, batch.loss.targets)))
    assert (right.share, right.count, right.error, right.solved) == (1, 2560, 0, True)
    constant = task.measure(answering(task, lambda batch: last(batch, 0.5)))
    assert not constant.solved
    assert constant.share < 0.35
    assert constant.error == pytest.approx(constant.baseline, rel=0.05)
    close = task.measure(answering(task, lambda batch: last(batch, batch.loss.targets + 0.03)))
    assert close.share == 1
    assert not close.solved  # a mean error of 0.03


# copying


@pytest.mark.parametrize(("distance", "symbols", "count"), [(50, 8, 10), (1, 3, 4), (7, 26, 1)])
def test_copying_is_as_published(distance: int, symbols: int, count: int):
    task = Copying(distance, symbols, count)
    batch = drawn(task, 60)
    read, said = batch.inputs.argmax(-1), batch.loss.targets
    assert batch.inputs.sum(-1).min() == 1
    assert len(read) == distance + 2 * count
    assert (read[:count] < symbols).all()
    assert len(np.unique(read[:count])) > symbols / 2
    middle = ["–"] * (distance - 1) + ["|"] + ["–"] * count
    for b in range(batch.size):
        assert [task.input_words[k] for k in read[count:, b]] == middle
        words = [task.output_words[k] for k in said[:, b]]
        assert words[: distance + count] == ["–"] * (distance + count)
        assert words[distance + count :] == [task.input_words[k] for k in read[:count, b]]
    assert task.baseline == pytest.approx(count * log(symbols) / (distance + 2 * count))


def test_copying_counts_the_recalled_symbols_alone(answering):
    task = Copying(20)
    oracle = task.measure(answering(task, lambda batch: 50 * (batch.loss.targets[..., None] == np.arange(9))))
    assert (oracle.share, oracle.count, oracle.solved) == (1, 10_000, True)
    assert oracle.error < 1e-9

    def memoryless(batch: Batch) -> np.ndarray:
        logits = np.zeros((*batch.loss.targets.shape, 9))
        logits[:-10, :, 8] = 50
        logits[-10:, :, 8] = -50
        return logits

    blank = task.measure(answering(task, memoryless))
    assert blank.error == pytest.approx(blank.baseline)
    assert blank.share == pytest.approx(1 / 8, abs=0.02)
    assert not blank.solved


def test_copying_keeps_apart_what_is_held_out_even_of_few():
    task = Copying(3, symbols=3, count=4)  # 81 sequences, of which 8 are kept back

    def sequences(batch: Batch) -> set[bytes]:
        return {row.tobytes() for row in batch.inputs[:4].argmax(-1).T}

    kept = sequences(task.held_out())
    assert kept
    assert not kept & sequences(drawn(task, 5000))
    assert len(kept | sequences(drawn(task, 5000))) == 81


# temporal order


@pytest.mark.parametrize("distance", [10, 13, 50, 200])
def test_temporal_order_is_as_published(distance: int):
    task = TemporalOrder(distance)
    batch = drawn(task, 2000)
    assert len(batch.inputs) == distance
    symbols = batch.inputs.argmax(-1)
    seen: list[set[int]] = [set(), set()]
    for b in range(batch.size):
        steps = np.flatnonzero(symbols[:, b] < 2)
        assert len(steps) == 2
        for n, (step, (low, high)) in enumerate(zip(steps, ((0.1, 0.2), (0.4, 0.5)), strict=True)):
            assert low * distance - 1e-9 <= step <= high * distance + 1e-9
            seen[n].add(int(step))
        said = "".join(task.input_words[symbols[t, b]] for t in steps)
        assert task.output_words[batch.loss.targets[b]] == said
    assert min(seen[0]) == -(-distance // 10)
    assert max(seen[1]) == distance // 2
    assert np.bincount(batch.loss.targets).min() > 400
    assert np.bincount(symbols.ravel())[2:].min() > 0.9 * 2000 * (distance - 2) / 4


def test_temporal_order_is_solved_by_at_most_one_wrong_in_a_hundred(answering):
    task = TemporalOrder(20)

    def wrong(count: int):
        def logits(batch: Batch) -> np.ndarray:
            said = batch.loss.targets.copy()
            said[:count] = (said[:count] + 1) % 4
            answers = np.zeros((20, batch.size, 4))
            answers[-1] = 9 * (said[:, None] == np.arange(4))
            return answers

        return task.measure(answering(task, logits))

    assert (wrong(0).share, wrong(0).count) == (1, 2500)
    assert wrong(25).solved
    assert not wrong(26).solved
    assert wrong(2500).share == 0


def test_temporal_order_holds_back_what_training_never_draws():
    task = TemporalOrder(10)

    def sequences(batch: Batch) -> set[bytes]:
        return {row.tobytes() for row in batch.inputs.argmax(-1).T}

    assert not sequences(task.held_out()) & sequences(drawn(task, 20_000))


# all


@pytest.mark.parametrize("name", ["adding", "copying", "temporal order"])
def test_what_is_held_out_stays_the_same(name: str):
    one, other = make(name, distance=20), make(name, distance=20)
    first, again = one.held_out(), other.held_out(30)
    np.testing.assert_array_equal(first.inputs[:, :30], again.inputs)
    assert one.held_out(10**6).size == first.size
    assert not np.array_equal(drawn(one, 30).inputs[:20], first.inputs[:20, :30])
    assert not np.array_equal(drawn(one, 30, seed=1).inputs[:20], drawn(one, 30, seed=2).inputs[:20])
    assert first.inputs.dtype == np.float32


@pytest.mark.parametrize("name", ["adding", "copying", "temporal order"])
def test_an_untrained_network_solves_nothing(name: str):
    task = make(name, distance=20)
    measured = task.measure(network(task), 300)
    assert not measured.solved
    assert measured.share < 0.6
    assert measured.count in (300, 3000)


def test_a_measure_is_the_same_in_parts(monkeypatch: pytest.MonkeyPatch):
    task = Adding(12)
    whole = task.measure(network(task), 50)
    monkeypatch.setattr("core.tasks.measuring.STEPS", 13 * 7)
    assert task.measure(network(task), 50) == whole


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("adding", {"distance": 11}, "distance must be at least 12"),
        ("copying", {"symbols": 27}, "symbols must be at most 26"),
        ("copying", {"symbols": 2, "count": 3}, "at least 10 sequences, but got 2\\^3 = 8"),
        ("temporal order", {"distance": 9}, "distance must be at least 10"),
        ("adding", {"length": 9}, "option of adding must be one of \"distance\", but got 'length'"),
        ("subtracting", {}, 'task must be one of "adding"'),
    ],
)
def test_what_cannot_be_is_said(name: str, options: dict, sentence: str):
    with pytest.raises(InvalidValue, match=sentence):
        make(name, **options)


@pytest.mark.parametrize(
    "name",
    ["adding", "captioning", "copying", "digits", "drift", "temporal order", "translation"],
)
def test_a_task_is_made_by_its_name_and_takes_no_other_option(name: str):
    assert make(name).name == name
    with pytest.raises(InvalidValue, match=f"option of {name} must be"):
        make(name, colour="red")
