"""Spans with similar states: a planted repetition is found, and the number is the cosine."""

import numpy as np
import pytest

from core.analysis.spans import Found, most_similar, on_together, similarities, units_on
from core.errors import InvalidValue


def test_the_similarity_is_the_cosine_of_all_states_less_their_mean():
    rng = np.random.default_rng(0)
    states, span = rng.standard_normal((50, 3, 4)) + 2, rng.standard_normal((6, 4))
    found = similarities(span, states)
    assert found.shape == (45, 3)
    mean = states.reshape(-1, 4).mean(axis=0)
    for s, b in ((0, 0), (17, 2), (44, 1)):
        x, y = (span - mean).ravel(), (states[s : s + 6, b] - mean).ravel()
        assert found[s, b] == pytest.approx(x @ y / np.linalg.norm(x) / np.linalg.norm(y))


def test_a_planted_repetition_is_found_first():
    rng = np.random.default_rng(1)
    states = rng.standard_normal((200, 4, 8))
    span = rng.standard_normal((12, 8))
    states[40:52, 3] = span + 0.1 * rng.standard_normal((12, 8))
    states[150:162, 0] = span + 0.5 * rng.standard_normal((12, 8))
    first, second, third = most_similar(similarities(span, states), 12, 3)
    assert (first.stretch, first.step) == (3, 40)
    assert (second.stretch, second.step) == (0, 150)
    assert 1 > first.similarity > second.similarity > 0.7 > third.similarity


def test_found_spans_do_not_overlap_and_what_is_nan_is_left_out():
    similarity = np.linspace(0, 1, 10)[:, None]
    similarity[9] = np.nan
    assert most_similar(similarity, 3, 9) == [Found(0, 8, 8 / 9), Found(0, 5, 5 / 9), Found(0, 2, 2 / 9)]
    assert most_similar(np.full((4, 2), np.nan), 2, 3) == []


def test_a_span_as_long_as_the_text_and_a_longer_one():
    states = np.random.default_rng(2).standard_normal((5, 1, 2))
    assert similarities(states[:, 0], states)[0, 0] == pytest.approx(1)
    for length in (0, 6):
        with pytest.raises(InvalidValue, match="of 1 to 5 steps"):
            similarities(np.zeros((length, 2)), states)


def test_states_that_are_all_the_same_are_like_nothing():
    np.testing.assert_array_equal(similarities(np.ones((2, 3)), np.ones((6, 1, 3))), 0)


def test_units_are_on_where_they_never_fall_below_the_threshold():
    span = np.array([[0.3, 0.9, -0.2], [0.5, 0.1, -0.1]])
    assert units_on(span, 0.3).tolist() == [True, False, False]
    assert units_on(span, -0.2).tolist() == [True, True, True]
    assert units_on(span, 0.6).tolist() == [False, False, False]
    states = np.stack([span, span[::-1]], axis=1)
    assert on_together(np.array([True, True, False]), states, 0.3) == 0.5
    assert on_together(np.array([True, False, False]), states, 0.4) == 0.5
    assert on_together(np.array([True, True, True]), states, 0.0) == 0
