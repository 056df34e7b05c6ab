"""What is said to follow a feature does, and what does not is not said to."""

import numpy as np
import pytest

from core.analysis.tracking import LEVEL, correlations, shifted, tracking
from core.errors import InvalidValue

T, B, H = 1000, 8, 20


def slow(rng, *shape, keep=0.97):
    """(T, *shape) of noise in which neighbours are alike, as they are in text."""
    noise, values = rng.standard_normal((T, *shape)), np.zeros((T, *shape))
    for t in range(1, T):
        values[t] = keep * values[t - 1] + noise[t]
    return values


def test_a_correlation_is_pearsons():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((T, B, 3)), rng.standard_normal((T, B, 2)) + 5
    y[..., 1] += x[..., 2]
    expected = np.corrcoef(np.concatenate([x, y], axis=2).reshape(-1, 5).T)[:3, 3:]
    np.testing.assert_allclose(correlations(x, y), expected, atol=1e-12)


def test_a_shifted_correlation_is_that_of_features_turned_in_a_circle():
    rng = np.random.default_rng(1)
    x, y = slow(rng, 3, 4), slow(rng, 3, 2)
    by = rng.integers(0, T, (3, 7))
    for n, found in enumerate(shifted(x, y, by)):
        turned = np.stack([np.roll(y[:, b], by[b, n], axis=0) for b in range(3)], axis=1)
        np.testing.assert_allclose(found, correlations(x, turned), atol=1e-10)


def test_units_that_follow_are_found_and_their_sign_and_no_other():
    rng = np.random.default_rng(3)
    features = (slow(rng, B, 3) > 0).astype(float)
    states = slow(rng, B, H)
    states[..., 4] += 12 * features[..., 1]
    states[..., 9] -= 12 * features[..., 2]
    found = tracking(states, features)
    assert found.follows[4, 1]
    assert found.follows[9, 2]
    assert found.confirmed[4, 1] > 0.5
    assert found.confirmed[9, 2] < -0.5
    assert found.best_unit(1) == 4
    assert found.best_unit(2) == 9
    assert found.best_feature(9) == 2
    assert np.argwhere(found.follows).tolist() == [[4, 1], [9, 2]]


def test_of_units_that_follow_nothing_seldom_one_is_said_to():
    """Forty times twenty units, alike in themselves: at a level of 5 % some two times one is; to take characters
    for independent would find hundreds."""
    wrong, naive = [], []
    for seed in range(40):
        rng = np.random.default_rng([3, seed])
        found = tracking(slow(rng, 4, H), slow(rng, 4, 2), shifts=200)
        wrong.append((found.p <= LEVEL).any())
        naive.append(np.abs(found.confirmed) > 1.96 / np.sqrt(2 * T))
    assert np.sum(wrong) <= 6
    assert np.sum(naive) > 500


def test_the_best_of_many_shrinks_where_it_is_confirmed():
    rng = np.random.default_rng(4)
    found = tracking(slow(rng, B, 64), slow(rng, B, 1))
    best = found.best_unit(0)
    assert abs(found.chosen[best, 0]) > 0.15
    assert abs(found.confirmed[best, 0]) < abs(found.chosen[best, 0])


def test_p_counts_the_shifted_texts_and_is_corrected_for_units_and_features():
    rng = np.random.default_rng(5)
    found = tracking(slow(rng, 4, H), slow(rng, 4, 3), shifts=99)
    for h, f in ((0, 0), (7, 2)):
        reached = sum(extreme >= abs(found.confirmed[h, f]) for extreme in found.extremes[:, f])
        assert found.reached[h, f] == reached
        assert found.p[h, f] == min(1, 3 * (1 + reached) / 100)
    assert found.shifts == 99
    assert found.most == 0
    np.testing.assert_array_equal(found.p <= LEVEL, np.abs(found.confirmed) > found.limits)
    assert tracking(slow(rng, 4, 2), slow(rng, 4, 3), shifts=9).most == -1


def test_too_few_shifted_texts_find_nothing():
    rng = np.random.default_rng(6)
    features = slow(rng, 4, 3)
    found = tracking(features.copy(), features, shifts=9)
    np.testing.assert_allclose(np.diag(found.confirmed), 1)
    assert not found.follows.any()
    assert (found.limits == 1).all()


def test_another_sign_on_the_other_half_is_not_following():
    rng = np.random.default_rng(7)
    features = slow(rng, B, 1)
    states = features.copy()
    states[:, : B // 2] *= -1
    found = tracking(states, features)
    assert found.p[0, 0] <= LEVEL
    assert not found.follows[0, 0]


def test_what_never_varies_follows_nothing():
    rng = np.random.default_rng(8)
    states, features = slow(rng, 4, 2), slow(rng, 4, 2)
    states[..., 0], features[..., 1] = 0.3, 1
    found = tracking(states, features, shifts=50)
    np.testing.assert_array_equal(found.confirmed[0], 0)
    np.testing.assert_array_equal(found.confirmed[:, 1], 0)
    assert not found.follows[0].any()
    assert not found.follows[:, 1].any()


@pytest.mark.parametrize(
    ("states", "features"), [((60, 3, 2), (60, 3, 1)), ((60, 2, 2), (60, 4, 1)), ((30, 2, 2), (30, 2, 1))]
)
def test_what_cannot_be_split_or_shifted_is_refused(states, features):
    with pytest.raises(InvalidValue, match="must be"):
        tracking(np.zeros(states), np.zeros(features))
