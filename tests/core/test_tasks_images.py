"""The handwritten digits, named in one step or letter by letter."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from core import Network
from core.errors import InvalidType, InvalidValue
from core.passes.batch import Batch
from core.passes.generation import Generated
from core.passes.patterns import ConditionalGenerator, run
from core.tasks import captioning, images, make
from core.tasks.captioning import END, NAMES, Captioning
from core.tasks.digits import Digits

TASKS = (Captioning(), Digits())


def network(task, seed: int = 0) -> Network:
    return Network.initialise("gru", task.input_size, hidden_size=5, output_size=task.output_size, seed=seed)


RECORDED = {  # sha256, taken from scikit-learn's load_digits before the images were shipped: every film rests on them
    "pixels": "9f578524b6cec1fc800cc52dfc87ebe56264983d490aa72a4bd928ba2570ec77",
    "digits": "a3c91c262eddcf7ba8f0e37507c30284493c9b20412ffe4af30d536401f7ba21",
    "learned": "c6c92b2fcab08dd9602b3f043d684239b58e966438c3c706afbe8e80597f4bdd",
    "kept": "debcbde9ef32d2fe1548341c69679675688f7d45d2324d4c0b325605ef0c6dd8",
    "kept digits": "bc4cc1e71a77e7e7f605d2259bdbb27363e5b8f04d66d00a2c59811fdeda92f8",
    "drawn to learn from": "1fd28edf7a168feee47c87554c39e64cb652d58ed42c888eb1388bddeb7ac6a3",
}


def test_the_images_and_their_split_are_those_that_the_films_learned_from():
    every, (learned, kept) = images.everything(), images.split()
    drawn = images.to_learn(np.random.default_rng(3), 500)
    found = {
        "pixels": every.pixels.tobytes(),
        "digits": every.digits.astype(np.int64).tobytes(),
        "learned": learned.pixels.tobytes(),
        "kept": kept.pixels.tobytes(),
        "kept digits": kept.digits.astype(np.int64).tobytes(),
        "drawn to learn from": drawn.pixels.tobytes() + drawn.digits.astype(np.int64).tobytes(),
    }
    assert {name: hashlib.sha256(data).hexdigest() for name, data in found.items()} == RECORDED


def test_the_split_is_disjoint_stratified_and_whole():
    (learned, kept), found = images.split(), images.everything()
    every = [*learned.flat, *kept.flat]
    assert sorted(row.tobytes() for row in every) == sorted(row.tobytes() for row in found.flat)
    assert len({row.tobytes() for row in every}) == 1797  # no image twice, so none in both parts
    names = {row.tobytes(): digit for row, digit in zip(found.flat, found.digits, strict=True)}
    for part in (learned, kept):
        assert [names[row.tobytes()] for row in part.flat] == part.digits.tolist()
    for digit in range(10):
        count = (found.digits == digit).sum()
        assert (kept.digits == digit).sum() == pytest.approx(count / 5, abs=0.5)
    assert set(kept.digits[:60]) == set(range(10))
    assert (every[0].min(), np.max(every)) == (0, 1)


def test_their_source_and_licence_are_named_beside_them():
    told = (images.SHIPPED.parent / "SOURCE.txt").read_text(encoding="utf-8")
    for words in (images.SHIPPED.name, "Alpaydin", "UCI Machine Learning Repository", "CC BY 4.0"):
        assert words in told


def test_every_other_image_is_moved_by_a_pixel_at_most():
    image = np.zeros((8000, 8, 8), np.float32)
    image[:, 3, 4], image[:, 7, 7] = 0.5, 1
    found = images.jittered(np.random.default_rng(0), image)
    assert found.dtype == np.float32
    assert found.max() == 1
    same = (found == image).all(axis=(1, 2))
    assert same.mean() == pytest.approx(0.5, abs=0.02)
    found = found[~same]
    inked = np.argwhere(found[:, :6, :6] > 0)
    assert len(inked) == len(found)
    assert {tuple(place) for place in inked[:, 1:]} == {(row, column) for row in (2, 3, 4) for column in (3, 4, 5)}
    ink = found[:, :6, :6].max(axis=(1, 2))
    assert 0.35 <= ink.min() < 0.36
    assert 0.64 < ink.max() <= 0.65
    assert ((found > 0).sum(axis=(1, 2)) == 1).mean() == pytest.approx(5 / 9, abs=0.03)  # the corner left the picture


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_training_sees_no_image_that_is_held_out(task, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(images, "jittered", lambda rng, pixels: pixels)
    drawn = task.draw(np.random.default_rng(1), 3000).inputs[0, :, :64]
    kept = task.held_out().inputs[0, :, :64]
    assert not {row.tobytes() for row in drawn} & {row.tobytes() for row in kept}
    assert len({row.tobytes() for row in drawn}) > 1000
    assert len(kept) == len(images.split()[1].digits)


def test_a_caption_begins_with_the_image_and_goes_on_with_letters():
    task = Captioning()
    batch = task.held_out(60)
    _, kept = images.split()
    for b, digit in enumerate(kept.digits[:60]):
        length = batch.lengths[b]
        said = [task.output_words[k] for k in batch.loss.targets[:length, b]]
        assert "".join(said) == NAMES[digit] + END
        np.testing.assert_array_equal(batch.inputs[0, b], task.encode(kept.pixels[b])[0])
        assert (batch.inputs[0, b, 64:] == 0).all()
        assert (batch.inputs[1:, b, :64] == 0).all()
        assert [task.input_words[64 + k] for k in batch.inputs[1:length, b, 64:].argmax(-1)] == said[:-1]
        assert (batch.inputs[1:length, b].sum(-1) == 1).all()
        assert (batch.inputs[length:, b] == 0).all()
    assert np.isfinite(run(network(task), batch).loss)
    assert (task.embed(np.array([task.end])) == 0).all()
    assert task.joined(["o", "n", "e", END, "x"]) == "one"
    assert task.longest == 6


def test_captioning_counts_whole_names(monkeypatch: pytest.MonkeyPatch):
    task = Captioning()
    for wrong, solved in ((0, True), (5, True), (6, False), (100, False)):

        def generate(model, first, embed, steps, end, wrong=wrong):
            batch = task.held_out(len(first))
            words = batch.loss.targets.copy()
            words[1, :wrong] = task.end
            return Generated(words, first[None], batch.lengths)

        monkeypatch.setattr(captioning, "generate", generate)
        measured = task.measure(network(task), 100)
        assert (measured.share, measured.count, measured.solved) == (1 - wrong / 100, 100, solved)


def test_the_greedy_name_is_what_the_recorded_pass_says():
    """The measure's own way, step by step: what is generated is the argmax of a pass over what was read."""
    task, model = Captioning(), network(Captioning(), seed=3)
    first = task.held_out(9).inputs[0]
    said = captioning.generate(model, first, task.embed, task.longest, end=task.end)
    again = run(model, Batch(said.inputs, task.held_out(9).loss), loss=False).logits.argmax(-1)
    for b, length in enumerate(said.lengths):
        np.testing.assert_array_equal(again[:length, b], said.words[:length, b])


def test_digits_are_counted_image_by_image(monkeypatch: pytest.MonkeyPatch):
    task = Digits()
    for wrong, solved in ((0, True), (5, True), (6, False), (100, False)):

        def logits(model, batch, wrong=wrong):
            said = batch.loss.targets.copy()
            said[0, :wrong] = (said[0, :wrong] + 1) % 10
            return 50.0 * (said[..., None] == np.arange(10))

        monkeypatch.setattr("core.tasks.digits.logits", logits)
        measured = task.measure(network(task), 100)
        assert (measured.share, measured.count, measured.solved) == (1 - wrong / 100, 100, solved)
        assert measured.error == pytest.approx(50 * wrong / 100, abs=1e-6)
    assert task.held_out().inputs.shape == (1, len(images.split()[1].digits), 64)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_an_untrained_network_names_little(task):
    measured = task.measure(network(task))
    assert measured.share < 0.3
    assert not measured.solved
    assert measured.error == pytest.approx(run(network(task), task.held_out()).loss)
    assert 1.9 < measured.baseline < np.log(16)
    assert make(task.name).name == task.name


def test_a_single_network_is_asked_for():
    task = Captioning()
    both = ConditionalGenerator(Network.initialise("gru", 3, hidden_size=5), network(task))
    with pytest.raises(InvalidType, match="model must be a Network"):
        task.measure(both)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_an_image_that_cannot_be_is_said(task):
    image = np.zeros((8, 8))
    assert task.encode(image).shape == (1, task.input_size)
    with pytest.raises(InvalidValue, match="the image must be of shape \\(8, 8\\)"):
        task.encode(np.zeros((8, 7)))
    with pytest.raises(InvalidType, match="the image must be an array of floats"):
        task.encode(image.astype(int))
    with pytest.raises(InvalidValue, match="pixels must be between 0, white, and 1, ink, but got from 0 to 16"):
        task.encode(image + 16 * np.eye(8))
    with pytest.raises(InvalidValue, match="finite"):
        task.encode(image * np.nan)
