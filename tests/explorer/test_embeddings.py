"""One word in many contexts: whose states they are, and how they are shown."""

from __future__ import annotations

import numpy as np
import pytest

from core import films, record
from explorer.figures import embeddings as figures
from explorer.passes import embeddings, scenario
from explorer.passes.embeddings import Cloud
from explorer.state.settings import Settings
from explorer.state.trained import WORDS

OLD = Settings(embedded="old", tagged="the old man the boat")


@pytest.fixture(scope="module", params=[True, False], ids=["both", "forward"])
def cloud(request: pytest.FixtureRequest) -> Cloud:
    return embeddings.cloud(OLD, request.param)


def test_the_states_are_the_pass_s_at_the_word(cloud: Cloud):
    film = films.film("tagging-both-rnn" if cloud.both else "tagging-rnn")
    model, task = film.model(-1), film.recipe.learned()
    for n in (0, 7, len(cloud.occurrences) - 1):
        one = cloud.occurrences[n]
        assert one.words[one.t] == "old"
        assert task.gold(one.words)[one.t] == one.tag
        np.testing.assert_allclose(
            cloud.states[n], record(model, task.encode(one.words)).outputs[one.t, 0], rtol=1e-4, atol=1e-5
        )
    hidden = model.hidden_size
    assert cloud.states.shape == (len(cloud.occurrences), hidden * (1 + cloud.both))


def test_forwards_the_same_beginning_is_the_same_state():
    forward = embeddings.cloud(OLD, both=False)
    by_beginning: dict[tuple[str, ...], list[int]] = {}
    for n, one in enumerate(forward.occurrences):
        by_beginning.setdefault(one.words[: one.t], []).append(n)
    mixed = [group for group in by_beginning.values() if len({forward.occurrences[n].tag for n in group}) > 1]
    assert mixed, "beginnings that leave the tag open"
    for group in by_beginning.values():
        assert np.ptp(forward.states[group], axis=0).max() < 1e-5


def test_only_both_ways_the_tags_keep_apart():
    for word in ("old", "that", "after"):
        settings = Settings(embedded=word)
        both, forward = (embeddings.cloud(settings, ways).agreement for ways in (True, False))
        assert both > 0.98
        assert forward < 0.85


def test_every_word_has_several_tags():
    for word in WORDS:
        found = embeddings.found(word)
        assert len({one.tag for one in found}) > 1
        assert 2 < len(found) <= embeddings.MOST
        assert {one.tag for one in found} <= figures.MARKS.keys()


def test_the_user_s_sentence_is_a_point_among_them(cloud: Cloud):
    (own,) = cloud.own
    assert (own.t, own.tag, own.sentence) == (1, "NOUN", "the OLD man the boat")
    assert cloud.own_points.shape == (1, 2)
    for tagged, count in (("old people sleep , old", 0), ("xyzzy old", 0), ("", 0), ("boat old the old", 2)):
        mine = embeddings.mine(Settings(embedded="old", tagged=tagged))
        assert len(mine) == count
        assert all(one.tag is None for one in mine)


def test_the_picture_shows_every_point_with_its_sentence(cloud: Cloud):
    picture = figures.points(scenario.bidirectional(OLD))
    of_net = [trace for trace in picture.data if trace["xaxis"] == ("x" if cloud.both else "x2")]
    *tags, own, legend = of_net
    shown = np.array([point for trace in tags for point in zip(trace["x"], trace["y"], strict=True)])
    assert sorted(map(tuple, shown)) == sorted(map(tuple, cloud.points))
    assert len({trace["marker"]["symbol"] for trace in tags}) == len(tags) == 2
    told = [text for trace in tags for text in trace["hovertext"]]
    assert sorted(told) == sorted(f"{one.tag}: {one.sentence}" for one in cloud.occurrences)
    assert own["hovertext"] == ["yours, NOUN: the OLD man the boat"]
    assert "NOUN" in legend["text"][0]
    assert f"{100 * cloud.agreement:.0f} % {'both ways' if cloud.both else 'forward only'}" in picture.title
    assert picture.note.startswith(f"{len(cloud.occurrences)} held-out occurrences; ")
    assert picture.note.endswith("Star: yours.")
    tags = [one.tag for one in cloud.occurrences]
    commoner = max(tags.count(tag) for tag in set(tags)) / len(tags)
    assert picture.title.endswith(f"always the commoner tag: {100 * commoner:.0f} %.")


def test_without_the_word_there_is_no_star():
    picture = figures.points(scenario.bidirectional(Settings(embedded="fat")))
    assert all(trace["mode"] != "markers+text" for trace in picture.data)
    assert picture.note.endswith("Your sentence has no “fat”.")
    assert embeddings.unread(Settings(embedded="fat")) == ""


def test_a_sentence_that_cannot_be_read_says_why():
    settings = Settings(tagged="the old zebra sleeps")
    assert "cannot be read: a word must be one of the" in embeddings.unread(settings)
    assert embeddings.unread(settings).endswith("but got “zebra”: write another.")
    assert figures.points(scenario.bidirectional(settings)).note.endswith("Your sentence cannot be read.")
