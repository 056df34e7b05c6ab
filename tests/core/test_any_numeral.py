"""Numbers in words: what is said is the number again; any text is a number, words to translate, or is refused."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import InvalidValue
from core.tasks import numerals
from core.tasks.translation import END, MOST_WORDS, Translation

NUMBERS = st.integers(0, numerals.LARGEST)
LANGUAGES = st.sampled_from(numerals.LANGUAGES)
translation = cache(Translation)


@given(NUMBERS, LANGUAGES)
def test_what_is_said_is_the_number_again(number: int, language: str) -> None:
    task = translation(language)
    tokens = numerals.numeral(number, language)
    assert task.number(tokens) == number
    assert task.joined([*tokens, END, "und"]) == numerals.spelled(number, language)


@given(
    NUMBERS,
    st.sampled_from(["{}", " {}\n", "00{}", "{:,}", "{:04}"]),
    LANGUAGES,
)
@example(7, "0" * 5000 + "{}", "de")
def test_digits_are_read_however_they_are_written(number: int, written: str, language: str) -> None:
    task = translation(language)
    tokens = task.tokens(written.format(number))
    assert tuple(tokens) == numerals.numeral(number, "en")
    assert task.answer(tokens) == list(numerals.numeral(number, language))


@given(NUMBERS, st.sampled_from([" ", "-", ", ", "\n", "  "]), st.booleans(), st.booleans())
def test_words_are_read_however_they_are_joined(number: int, between: str, capital: bool, without: bool) -> None:
    words = [word for word in numerals.numeral(number, "en") if not (without and word == "and")]
    text = between.join(words)
    assert tuple(translation("de").tokens(text.upper() if capital else text)) == numerals.numeral(number, "en")


@given(st.one_of(st.text("0123456789,.- +", max_size=12), st.text(max_size=20), st.integers(10_000).map(str)))
@example("9" * 5000)
@example("0" * 5000 + "1,000")
def test_any_text_is_read_or_refused(text: str) -> None:
    task = translation("de")
    try:
        tokens = task.tokens(text)
    except InvalidValue as refusal:
        what, sentence = refusal.what, str(refusal)
    else:
        assert 0 < len(tokens) <= MOST_WORDS
        assert set(tokens) <= set(task.source_words)
        assert task.encode(tokens).inputs.shape == (len(tokens), 1, task.source_size)
        return
    assert what == "the number"
    assert len(sentence) < 200


@given(st.deferred(lambda: st.lists(st.sampled_from(translation("de").input_words), max_size=8)))
def test_words_that_are_a_number_are_that_one_alone(words: list[str]) -> None:
    task = translation("de")
    number = task.number(words)
    assert number is None or numerals.numeral(number, "de") == tuple(words)


@given(st.integers().filter(lambda number: not 0 <= number <= numerals.LARGEST))
def test_no_other_number_has_words(number: int) -> None:
    with pytest.raises(InvalidValue, match="must be from 0 to 9999"):
        numerals.numeral(number, "en")
