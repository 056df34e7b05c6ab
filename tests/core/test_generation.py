"""Generating: greedy, at a temperature, by a beam, and free running on numbers."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from core import Network, record
from core.errors import InvalidValue
from core.passes import generation
from core.passes.losses import predict

K, H, END, STEPS = 4, 5, 0, 4


def embed(words: np.ndarray) -> np.ndarray:
    return np.eye(K)[words]


@pytest.fixture(params=["rnn", "gru", "lstm"])
def network(request: pytest.FixtureRequest) -> Network:
    made = Network.initialise(request.param, K, hidden_size=H, num_layers=2, output_size=K)
    rng = np.random.default_rng(7)
    return made.replace({name: rng.normal(0, 0.9, array.shape) for name, array in made.parameters.items()})


def log_probability(network: Network, words: tuple[int, ...]) -> float:
    """log P of a sequence that is read after word 1, by one pass over all of it."""
    trace = record(network, embed(np.array([1, *words[:-1]]))[:, None])
    return float(sum(np.log(trace.predictions[t, 0, word]) for t, word in enumerate(words)))


def test_greedy_is_a_chain_of_most_probable_words(network: Network):
    first = embed(np.array([1, 2, 3]))
    made = generation.generate(network, first, embed, 6)
    assert made.words.shape == (6, 3)
    assert made.lengths.tolist() == [6, 6, 6]
    assert np.array_equal(made.inputs[0], first)
    assert np.array_equal(made.inputs[1:], embed(made.words[:-1]))
    assert np.array_equal(record(network, made.inputs).logits.argmax(-1), made.words)


def test_it_goes_on_from_given_states(network: Network):
    start = record(network, embed(np.array([2, 3, 1]))[:, None])
    made = generation.generate(network, embed(np.array([0])), embed, 3, state=start.final_states)
    whole = record(network, np.concatenate([start.inputs, made.inputs]))
    assert np.array_equal(whole.logits[3:].argmax(-1), made.words)


def test_after_its_end_a_sequence_stays(network: Network):
    first = embed(np.arange(K))
    free = generation.generate(network, first, embed, 8)
    end = int(free.words[1, 0])
    made = generation.generate(network, first, embed, 8, end=end)
    for b in range(K):
        said = free.words[:, b].tolist()
        length = said.index(end) + 1 if end in said else 8
        assert made.lengths[b] == min(length, len(made.words))
        assert made.words[: made.lengths[b], b].tolist() == said[: made.lengths[b]]
        assert set(made.words[made.lengths[b] :, b]) <= {end}
    assert len(made.words) == made.lengths.max()


def test_a_low_temperature_is_greedy(network: Network):
    first = embed(np.arange(K))
    cold = generation.generate(network, first, embed, 6, temperature=1e-4, rng=np.random.default_rng(0))
    assert np.array_equal(cold.words, generation.generate(network, first, embed, 6).words)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_words_are_as_frequent_as_they_are_probable(network: Network, temperature: float):
    first = np.repeat(embed(np.array([1])), 20_000, axis=0)
    made = generation.generate(network, first, embed, 1, temperature=temperature, rng=np.random.default_rng(1))
    logits, _ = generation.step(network, first[:1], {})
    expected = predict(logits[0] / temperature, "softmax")
    np.testing.assert_allclose(np.bincount(made.words[0], minlength=K) / 20_000, expected, atol=0.015)
    np.testing.assert_allclose(generation.distribution(logits[0], temperature), expected)


def test_the_seed_decides_what_is_drawn(network: Network):
    first = embed(np.arange(K))
    drawn = [
        generation.generate(network, first, embed, 20, temperature=2.0, rng=np.random.default_rng(seed)).words
        for seed in (1, 1, 2)
    ]
    assert np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])


def test_a_beam_of_one_is_greedy(network: Network):
    first = embed(np.array([1]))
    greedy = generation.generate(network, first, embed, STEPS, end=END)
    words = tuple(greedy.words[:, 0].tolist())
    (only,) = generation.beam(network, first, embed, STEPS, width=1, end=END)
    assert only.ended == (words[-1] == END)
    assert only.words == (words[:-1] if only.ended else words)
    assert only.log_probability == pytest.approx(log_probability(network, words))


def test_a_wide_beam_finds_what_trying_all_finds(network: Network):
    others = [word for word in range(K) if word != END]
    every = [(*words, END) for length in range(STEPS) for words in product(others, repeat=length)]
    every += list(product(others, repeat=STEPS))
    found = generation.beam(network, embed(np.array([1])), embed, STEPS, width=len(every), end=END)
    best = sorted(((log_probability(network, words), words) for words in every), reverse=True)
    assert len(found) == len(every)
    np.testing.assert_allclose(np.exp([one.log_probability for one in found]).sum(), 1)
    for one, (log_p, words) in zip(found, best, strict=True):
        assert one.log_probability == pytest.approx(log_p)
        assert (*one.words, END) == words if one.ended else one.words == words


def test_a_beam_is_in_order_and_no_wider_than_asked(network: Network):
    found = generation.beam(network, embed(np.array([1])), embed, 6, width=3, end=END)
    scores = [one.log_probability for one in found]
    assert 1 <= len(found) <= 3
    assert scores == sorted(scores, reverse=True)
    for one in found:
        whole = (*one.words, END) if one.ended else one.words
        assert one.log_probability == pytest.approx(log_probability(network, whole))


@pytest.fixture
def series() -> Network:
    return Network.initialise("gru", 2, hidden_size=H, output_size=2, output="identity", seed=3)


def test_a_forecast_reads_its_own_predictions(series: Network):
    known = np.random.default_rng(5).normal(size=(6, 3, 2))
    values = generation.forecast(series, known, 4)
    assert values.shape == (4, 3, 2)
    whole = record(series, np.concatenate([known, values[:-1]]))
    np.testing.assert_allclose(whole.logits[5:], values, atol=1e-12)


def test_what_is_refused(network: Network, series: Network):
    first = embed(np.array([1]))
    with pytest.raises(InvalidValue, match="reads forwards"):
        generation.generate(
            Network.initialise("gru", K, hidden_size=H, bidirectional=True, output_size=K), first, embed, 2
        )
    for temperature in (0.0, -1.0):
        with pytest.raises(InvalidValue, match="positive"):
            generation.generate(network, first, embed, 2, temperature=temperature, rng=np.random.default_rng(0))
    with pytest.raises(InvalidValue, match="random generator"):
        generation.generate(network, first, embed, 2, temperature=1.0)
    with pytest.raises(InvalidValue, match="steps"):
        generation.generate(network, first, embed, 0)
    with pytest.raises(InvalidValue, match="width"):
        generation.beam(network, first, embed, 2, width=0, end=END)
    with pytest.raises(InvalidValue, match="steps"):
        generation.forecast(series, np.zeros((2, 1, 2)), 0)
    with pytest.raises(InvalidValue, match="as wide as the inputs, 3"):
        generation.forecast(Network.initialise("gru", 3, hidden_size=H, output_size=2), np.zeros((2, 1, 3)), 1)
