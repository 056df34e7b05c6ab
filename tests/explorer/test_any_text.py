"""A sequence out of any text: what a person calls a character stays whole, and nothing but a sentence refuses it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from refusals import made

from explorer.passes import batches
from explorer.state import inputs, splitting
from explorer.state.inputs import END
from explorer.state.kinds import LONGEST_LENGTH
from explorer.state.settings import Settings
from explorer.state.splitting import VISIBLE

GRAPHEMES = st.sampled_from(
    [
        "a", "Z", "7", "-", "'", "é", "e\u0301", "ß", "שׁ", "لا", "नि", "한", "👍🏽", "👩‍👩‍👧", "🇫🇷", "🏳️‍🌈", "1️⃣", "☃",
        " ", "\n", "\t", "\u00a0", "\u200b", "\u202e", "\ufeff", "\ud800", "\x00", "\x1b", ";", '"', "␣", "∎", "\u2028",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.lists(GRAPHEMES, max_size=20).map("".join), st.text(max_size=40))
TYPED = TEXTS.map(lambda text: Settings().changed({"text": text}).text)
READINGS = st.sampled_from(["characters", "words", "numbers"])


def read(text, read_as, length=None, **more):
    length = splitting.count(text, read_as) if length is None else length
    return inputs.read(Settings(text=text, read_as=read_as, length=length, **more))


@given(TEXTS, READINGS, st.integers(1, LONGEST_LENGTH))
@example(";", "characters", 3)
@example('"', "characters", 3)
def test_whatever_the_text_is_it_is_read_or_refused(text, read_as, length):
    sequence = made(lambda: read(text, read_as, length, encoding="one-hot"))
    if sequence is None:
        return
    steps = len(sequence.tokens)
    assert steps == length or (sequence.numeric and 1 <= steps <= length)
    assert sequence.inputs.shape[:2] == sequence.targets.shape[:2] == (steps, 1)
    assert np.isfinite(sequence.inputs).all()
    if not sequence.numeric:
        came = [sequence.vocabulary[i] for i in sequence.targets[:, 0]]
        assert tuple(came[:-1]) == sequence.tokens[1:], "each item predicts the next"
        assert [sequence.vocabulary[i] for i in sequence.inputs[:, 0].argmax(-1)] == list(sequence.tokens)
        assert (END in came or END in sequence.tokens) == (length >= len(splitting.split(text, read_as))) or END in text


@given(TYPED)
def test_the_characters_of_a_text_are_the_text(text):
    shown = {mark: sign for sign, mark in VISIBLE.items() if sign != "\u00a0"}
    assume(not set(text) & set(shown) and "\u00a0" not in text)
    assert "".join(shown.get(c, c) for c in splitting.split(text, "characters")) == text


@given(st.lists(st.sampled_from(["é", "e\u0301", "👍🏽", "👩‍👩‍👧", "🏳️‍🌈", "שׁ", "한", "x"]), min_size=1, max_size=20))
def test_what_a_person_calls_a_character_stays_whole(characters):
    assert splitting.split("".join(characters), "characters") == tuple(characters)


@given(TYPED)
def test_of_its_words_nothing_but_space_is_lost(text):
    """In their order; what has no width on a screen is no word either."""
    left = iter(text)
    assert all(c in left for word in splitting.split(text, "words") for c in word)
    kept = "".join(splitting.split(text, "words"))
    assert [c for c in text if c.isalnum()] == [c for c in kept if c.isalnum()]


@given(TEXTS, READINGS)
def test_a_count_is_a_length_that_a_setting_can_have(text, read_as):
    assert 1 <= splitting.count(text, read_as) <= LONGEST_LENGTH


@given(st.floats(-1e99, 1e99), st.integers(2, 70))
@example(0.1, 3)
def test_a_constant_series_is_constant_inside(value, length):
    sequence = read("\n".join([repr(value)] * length), "numbers")
    np.testing.assert_allclose(sequence.inputs, 0, atol=1e-9)
    np.testing.assert_allclose(sequence.targets, 0, atol=1e-9)


@given(st.lists(st.floats(-1e99, 1e99), min_size=2, max_size=60))
@example([0.0, 1e-162])
@example([1e99, -1e99])
def test_numbers_are_in_the_users_units_again(numbers):
    sequence = read("\n".join(map(repr, numbers)), "numbers")
    read_ = [sequence.in_units(x) for x in sequence.inputs[:, 0, 0]]
    np.testing.assert_allclose(read_, numbers[:-1], rtol=1e-9, atol=1e-9 * np.abs(numbers).max())
    whole = np.append(sequence.inputs[:, 0, 0], sequence.targets[-1])
    assert np.isfinite(whole).all()
    assert np.abs(whole).max() <= np.sqrt(len(numbers)) * (1 + 1e-6), "nothing is further from the mean"


@given(TYPED, st.data())
def test_any_item_may_be_read_in_place_of_another(text, data):
    sequence = made(lambda: read(text, "characters", encoding="one-hot"))
    assume(sequence is not None)
    settings = Settings(text=text, length=len(sequence.tokens), encoding="one-hot")
    at = data.draw(st.integers(0, len(sequence.tokens) - 1))
    word = data.draw(st.one_of(st.sampled_from(sequence.vocabulary), st.just(""), TYPED))
    changed = made(lambda: inputs.with_token(settings, sequence, at, word))
    known = VISIBLE.get(word, word.strip()) in ("", *sequence.vocabulary)
    assert (changed is not None) == known
    if changed is None:
        return
    others = np.arange(len(sequence.tokens)) != at
    np.testing.assert_array_equal(changed.inputs[others], sequence.inputs[others])
    np.testing.assert_array_equal(changed.targets, sequence.targets)


@given(st.lists(TYPED, max_size=7).map("\n".join), READINGS)
def test_whatever_the_lines_are_they_are_a_batch_or_refused(text, read_as):
    settings = replace(Settings().changed({"lines": text}), read_as=read_as, hidden=2, layers=1)
    batch = made(lambda: batches.run(settings))
    if batch is None:
        return
    assert batch.trace.lengths.tolist() == [len(row) for row in batch.rows]
    assert 1 <= len(batch.rows) <= batches.MOST_LINES
    assert max(map(len, batch.rows)) <= batches.LONGEST_LINE
    assert batch.trace.finite


@pytest.mark.parametrize("text", [";", '"', "\t", ";;", '"a\nb"', ","])
def test_what_would_be_a_table_of_nothing_is_read_as_characters(text):
    assert read(text, "characters").tokens == tuple(VISIBLE.get(c, c) for c in text)
