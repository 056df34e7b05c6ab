"""Numerals in words, and their translation."""

from __future__ import annotations

import numpy as np
import pytest
from num2words import num2words

from core import Network
from core.errors import InvalidType, InvalidValue
from core.passes.batch import Batch
from core.passes.patterns import ConditionalGenerator, run
from core.tasks import make, numerals
from core.tasks.measuring import whole
from core.tasks.translation import END, Translation

LANGUAGES = ("de", "fr")


@pytest.fixture(scope="module", params=LANGUAGES)
def task(request: pytest.FixtureRequest) -> Translation:
    return Translation(request.param)


def model(task: Translation) -> ConditionalGenerator:
    encoder = Network.initialise("gru", task.source_size, hidden_size=6, seed=1)
    decoder = Network.initialise("gru", task.input_size, hidden_size=6, output_size=task.output_size)
    return ConditionalGenerator(encoder, decoder)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_joined_from_its_tokens_exactly(language: str):
    for number, tokens in enumerate(numerals.numerals(language, 9999)):
        assert numerals.joined(tokens, language) == num2words(number, lang=language)


def test_every_english_number_is_what_num2words_says():
    for number, tokens in enumerate(numerals.numerals("en", 9999)):
        assert " ".join(tokens) == num2words(number, lang="en").replace("-", " ").replace(",", "")


def test_german_is_split_into_the_numerals_it_is_made_of():
    assert numerals.numeral(7342, "de") == ("sieben", "tausend", "drei", "hundert", "zwei", "und", "vierzig")
    assert numerals.numeral(1101, "de") == ("ein", "tausend", "ein", "hundert", "eins")
    assert len({token for tokens in numerals.numerals("de", 9999) for token in tokens}) == 32
    assert numerals.numeral(4217, "fr") == ("quatre", "mille", "deux", "cent", "dix", "sept")


def test_the_split_is_disjoint_and_teaches_every_word(task: Translation):
    for one in (task, Translation(task.language, largest=999)):
        assert sorted([*one.numbers, *one.kept]) == list(range(one.largest + 1))
        assert 0.17 < len(one.kept) / (one.largest + 1) < 0.23
        for said, words in ((one.english, one.source_words), (one.phrases, one.input_words)):
            assert {word for n in one.numbers for word in said[n]} == set(words)


def numbers(task: Translation, batch: Batch) -> list[int]:
    """The numbers that the sources spell."""
    read = batch.source.inputs.argmax(-1).T
    rows = [row[:length] for row, length in zip(read, batch.source.lengths, strict=True)]
    table = {words: n for n, words in enumerate(task.english)}
    return [table[tuple(task.source_words[k] for k in row)] for row in rows]


def test_training_draws_numbers_of_every_length_and_none_that_is_held_out(task: Translation):
    found = numbers(task, task.draw(np.random.default_rng(2), 3000))
    assert not set(found) & set(task.kept)
    digits = np.bincount([len(str(n)) for n in found])[1:] / 3000
    expected = np.sqrt(np.bincount([len(str(n)) for n in task.numbers])[1:])
    np.testing.assert_allclose(digits, expected / expected.sum(), atol=0.03)
    assert set(numbers(task, task.held_out())) == set(task.kept)
    assert numbers(task, task.held_out(20)) == numbers(task, task.held_out())[:20]


def test_an_example_reads_the_word_before_and_says_the_next(task: Translation):
    batch = task.batch([0, 4217, 80, 9999])
    for b, number in enumerate([0, 4217, 80, 9999]):
        length = batch.lengths[b]
        said = [task.output_words[k] for k in batch.loss.targets[:length, b]]
        assert said[-1] == END
        assert task.joined(said) == num2words(number, lang=task.language)
        assert (batch.inputs[0, b] == 0).all()
        assert [task.input_words[k] for k in batch.inputs[1:length, b].argmax(-1)] == said[:-1]
        assert (batch.inputs[1:length, b].sum(-1) == 1).all()
        assert (batch.inputs[length:, b] == 0).all()
    assert np.isfinite(run(model(task), batch).loss)


def test_a_reversed_source_ends_with_the_first_word():
    forward, backward = (Translation("de", reverse=reverse).batch([42, 4217]) for reverse in (False, True))
    for b, length in enumerate(forward.source.lengths):
        np.testing.assert_array_equal(forward.source.inputs[:length, b], backward.source.inputs[:length, b][::-1])
        assert (backward.source.inputs[length:, b] == 0).all()
    np.testing.assert_array_equal(forward.inputs, backward.inputs)


def perfect(task: Translation, wrong: int = 0):
    """What says the right phrases, but for the first `wrong`, whose last word it leaves out."""

    def said(_model, batch: Batch):
        words, lengths = batch.loss.targets.copy(), batch.lengths.copy()
        for b in range(wrong):
            lengths[b] -= 1
            words[lengths[b] - 1, b] = task.end
        return words, lengths

    return said


def test_the_measure_counts_whole_phrases(task: Translation, monkeypatch: pytest.MonkeyPatch):
    for wrong, solved in ((0, True), (2, True), (3, False), (100, False)):
        monkeypatch.setattr(task, "_said", perfect(task, wrong))
        measured = task.measure(model(task), 100)
        assert (measured.share, measured.count, measured.solved) == (1 - wrong / 100, 100, solved)


def test_one_wrong_word_is_a_wrong_phrase(task: Translation):
    batch = task.held_out(40)
    words, lengths = batch.loss.targets.copy(), batch.lengths
    assert whole(words, lengths, batch).all()
    assert whole(words[: lengths.max()], lengths, batch).all()
    words[0, :7] += 1
    assert whole(words, lengths, batch).tolist() == [False] * 7 + [True] * 33
    assert not whole(words, lengths + 1, batch).any()
    assert not whole(batch.loss.targets[:1], np.ones(40, int), batch).any()


def test_an_untrained_model_says_nothing_right(task: Translation):
    measured = task.measure(model(task), 60)
    assert measured.share == 0
    assert not measured.solved
    assert measured.error == pytest.approx(run(model(task), task.held_out(60)).loss)
    assert 2 < measured.baseline < np.log(task.output_size)
    with pytest.raises(InvalidType, match="model must be a ConditionalGenerator, but got Network"):
        task.measure(model(task).decoder)


@pytest.mark.parametrize(
    "text",
    ["4217", " 04217 ", "4,217", "four thousand, two hundred and seventeen", "Four-thousand two hundred seventeen"],
)
def test_a_number_is_read_however_it_is_written(text: str):
    task = make("translation")
    tokens = task.tokens(text)
    assert tokens == ["four", "thousand", "two", "hundred", "and", "seventeen"]
    assert task.joined(task.answer(tokens)) == "viertausendzweihundertsiebzehn"
    source = task.encode(tokens)
    np.testing.assert_array_equal(source.inputs, task.batch([4217]).source.inputs)


def test_what_is_no_number_is_read_as_it_stands():
    task = Translation("fr")
    assert task.tokens("seven seven and") == ["seven", "seven", "and"]
    assert task.answer(["seven", "seven"]) is None
    assert task.joined(["vingt", "et", "un", END, "un"]) == "vingt et un"
    np.testing.assert_array_equal(task.embed(np.array([task.end, 0]))[:, :2], [[0, 0], [1, 0]])


@pytest.mark.parametrize("language", numerals.LANGUAGES)
def test_a_network_that_says_nothing_has_said_an_empty_phrase(language: str):
    assert numerals.joined([], language) == ""
    assert Translation("fr").joined([END, "un"]) == ""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("10000", "the number must be from 0 to 9999, but got 10000"),
        ("9" * 5000, "but got 99999999999999999999…"),
        ("four million", "but got “million”"),
        ("-5", 'a whole one from 0 to 9999, without a sign, but got “-5”: write "5"\\.'),
        ("7 3 8 4", 'without spaces, but got “7 3 8 4”: write "7384"\\.'),
        ("99,9", 'without commas and points, but got “99,9”: write "4217", say\\.'),
        ("99,999", "from 0 to 9999, but got 99999"),
        ("4.5", "without commas and points, but got “4.5”"),
        ("-5 x", "but got “-5 x”: write digits alone, or words alone"),
        ("minus five", "but got “minus”"),
        ("  ", "but got nothing"),
        ("seven " * 51, "the number must be of at most 50 words, but got 51"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, sentence: str):
    with pytest.raises(InvalidValue, match=sentence):
        Translation().tokens(text)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"language": "en"}, 'language must be one of "de", "fr"'),
        ({"largest": 998}, "largest must be from 999 to 9999, but got 998"),
        ({"largest": 10_000}, "largest must be from 999 to 9999, but got 10000"),
    ],
)
def test_what_cannot_be_translated_is_said(options: dict, sentence: str):
    with pytest.raises(InvalidValue, match=sentence):
        make("translation", **options)


def test_reverse_is_yes_or_no():
    with pytest.raises(InvalidType, match="reverse must be True or False, but got 'no'"):
        make("translation", reverse="no")


def test_an_empty_source_and_an_unknown_word_are_said():
    with pytest.raises(InvalidValue, match="at least one word"):
        Translation().encode([])
    with pytest.raises(InvalidValue, match="“vier”"):
        Translation().encode(["vier"])


def test_phrases_are_the_numbers_that_they_say(task: Translation):
    assert all(task.number(phrase) == number for number, phrase in enumerate(task.phrases))
    assert task.number((*task.phrases[7], task.phrases[7][0])) is None
    assert task.number([]) is None


def test_held_out_phrases_are_measured_apart_by_their_length(task: Translation, monkeypatch: pytest.MonkeyPatch):
    """Whoever says one fixed phrase is right on the lengths that it is of, as often as it is among the measured."""
    number = next(int(n) for n in task._order if len(task.english[int(n)]) == 4)
    phrase = [*task._target.index(task.phrases[number]), task.end]

    def said(_: object, batch: Batch) -> tuple[np.ndarray, np.ndarray]:
        return np.repeat(np.array(phrase)[:, None], batch.size, axis=1), np.full(batch.size, len(phrase))

    monkeypatch.setattr(task, "_said", said)
    measures = task.by_length(model(task), 5)
    kept = [len(task.english[n]) for n in task.kept]
    assert {n: m.count for n, m in measures.items()} == {n: min(5, kept.count(n)) for n in set(kept)}
    assert {n: m.share for n, m in measures.items()} == {n: 0.2 if n == 4 else 0.0 for n in measures}
