"""The shipped films: all there, of the recipes in the table, small, and as good as they say."""

from __future__ import annotations

import numpy as np
import pytest

from core import films
from core.errors import InvalidValue
from core.films import RECIPES, film, path

MEGABYTES = 10
CHECKED = 200  # held-out examples on which a film's own word for its accuracy is checked


@pytest.mark.parametrize("name", RECIPES)
def test_a_film_is_of_its_recipe(name: str) -> None:
    shown = film(name)
    assert shown.recipe == RECIPES[name]
    assert 20 <= len(shown) <= 30
    assert shown.updates[0] == 0
    assert shown.updates[-1] == shown.recipe.updates
    assert not shown.diverged
    assert np.isfinite(shown.curve).all()
    assert shown.model(-1).parameters.keys() == shown.recipe.model().parameters.keys()


def test_nothing_else_is_shipped() -> None:
    assert {file.stem for file in films.SHIPPED.iterdir()} == RECIPES.keys()


def test_all_films_together_are_small() -> None:
    assert sum(path(name).stat().st_size for name in RECIPES) < MEGABYTES * 2**20


@pytest.mark.parametrize("name", RECIPES)
def test_a_film_is_as_good_as_it_says(name: str) -> None:
    """On the first few held-out examples, against what the film says of all: no further off than chance explains."""
    shown = film(name)
    measured = shown.recipe.learned().measure(shown.model(-1), CHECKED)
    said = shown.measure.share
    spread = np.sqrt(max(said * (1 - said), 1 / measured.count) / min(measured.count, CHECKED))
    assert abs(measured.share - said) < 5 * spread + 1e-9
    assert shown.measure.count >= measured.count


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("tagging-both-lstm", 0.99), ("tagging-both-gru", 0.99), ("tagging-both-rnn", 0.99),
        ("sentiment-lstm", 0.97), ("sentiment-gru", 0.97), ("sentiment-rnn", 0.97),
        ("translation-de-lstm", 0.98), ("translation-de-gru", 0.98), ("translation-fr-gru", 0.98),
        ("captioning-lstm", 0.95), ("captioning-gru", 0.95), ("captioning-rnn", 0.95), ("digits-rnn", 0.95),
        ("adding-lstm", 0.99), ("adding-gru", 0.99),
    ],
)  # fmt: skip
def test_what_the_films_reach(name: str, least: float) -> None:
    assert film(name).measure.share >= least


def test_what_one_direction_cannot_know() -> None:
    """At words whose tag depends on what follows a net that reads forwards can only guess; elsewhere it is right."""
    for cell in ("lstm", "gru", "rnn"):
        one, both = film(f"tagging-{cell}"), film(f"tagging-both-{cell}")
        task = one.recipe.learned()
        apart = task.measure_where(one.model(-1), CHECKED)  # type: ignore[attr-defined]
        assert apart["ambiguous"].share < 0.85
        assert apart["other"].share > 0.98
        assert task.measure_where(both.model(-1), CHECKED)["ambiguous"].share > 0.98  # type: ignore[attr-defined]


def test_no_tanh_net_adds_at_distance_50() -> None:
    assert film("adding-lstm").measure.solved or film("adding-gru").measure.solved
    assert not film("adding-rnn").measure.solved


def test_an_unknown_film_is_said() -> None:
    with pytest.raises(InvalidValue, match="sentiment-lstm"):
        film("nothing")
