"""The plane of a cloud, by the covariance's eigenvectors; how well classes keep apart in it, against trying all."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis import neighbours, projection
from core.errors import InvalidValue


@pytest.mark.parametrize("shape", [(50, 6), (5, 9), (2, 2), (40, 2)])
def test_the_plane_is_that_of_the_covariances_eigenvectors(shape: tuple[int, int]):
    points = np.random.default_rng(1).normal(size=shape) * np.linspace(1, 4, shape[1]) + 3
    ours = projection.plane(points)
    variances, vectors = np.linalg.eigh(np.cov(points, rowvar=False))  # rising
    np.testing.assert_allclose(ours.mean, points.mean(axis=0))
    np.testing.assert_allclose(ours.shares, variances[:-3:-1] / variances.sum(), atol=1e-12)
    along = (points - points.mean(axis=0)) @ vectors[:, -1]
    np.testing.assert_allclose(ours.place(points)[:, 0], along * np.sign(ours.axes[0] @ vectors[:, -1]), atol=1e-9)
    assert (np.abs(ours.axes).argmax(1) == ours.axes.argmax(1)).all()


def test_what_lies_in_a_plane_is_all_of_it():
    rng = np.random.default_rng(2)
    points = rng.normal(size=(30, 2)) @ rng.normal(size=(2, 7)) + 1
    plane = projection.plane(points)
    assert plane.shares.sum() == pytest.approx(1)
    np.testing.assert_allclose(plane.place(points) @ plane.axes + plane.mean, points, atol=1e-12)
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-12)


def test_one_spot_has_no_variance():
    assert projection.plane(np.ones((4, 3))).shares.tolist() == [0, 0]


def test_a_cloud_too_small_and_a_point_out_of_range_are_refused():
    for points, sentence in (
        (np.ones((1, 3)), r"both at least 2, but got shape \(1, 3\)"),
        (np.ones((3, 1)), "both at least 2"),
        (np.array([[1.0, 2], [np.nan, 1]]), "must be finite"),
    ):
        with pytest.raises(InvalidValue, match=sentence):
            projection.plane(points)


def test_agreement_is_that_of_the_nearest_other_point():
    rng = np.random.default_rng(3)
    points, classes = rng.normal(size=(60, 4)), rng.integers(3, size=60)
    found = []
    for i in range(60):
        others = [j for j in range(60) if j != i]
        found.append(classes[min(others, key=lambda j: np.linalg.norm(points[i] - points[j]))] == classes[i])
    assert neighbours.agreement(points, classes) == pytest.approx(np.mean(found))


def test_classes_far_apart_agree_and_points_on_one_spot_share_the_vote():
    apart = np.array([[0.0, 0], [0.1, 0], [9, 9], [9.1, 9]])
    assert neighbours.agreement(apart, np.array(["a", "a", "b", "b"])) == 1
    assert neighbours.agreement(apart, np.array(["a", "b", "a", "b"])) == 0
    spot = np.zeros((4, 2))
    # Each of three a's has two of its three neighbours of its class; b has none.
    assert neighbours.agreement(spot, np.array(["a", "a", "a", "b"])) == pytest.approx(3 * (2 / 3) / 4)


def test_every_point_has_a_class():
    with pytest.raises(InvalidValue, match="n at least 2"):
        neighbours.agreement(np.ones((3, 2)), np.ones(2))
