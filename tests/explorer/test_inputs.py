"""Every kind of input that a person may type, paste or upload."""

import base64

import numpy as np
import pytest

from explorer.page import controls
from explorer.state import inputs, series, splitting
from explorer.state.errors import InputError
from explorer.state.inputs import END
from explorer.state.kinds import LONGEST_LENGTH, LONGEST_TEXT
from explorer.state.settings import Settings


def read(text, read_as="characters", length=None, **more):
    length = splitting.count(text, read_as) if length is None else length
    return inputs.read(Settings(text=text, read_as=read_as, length=length, **more))


def test_characters_predict_the_next_one():
    sequence = read("abca")
    assert sequence.tokens == ("a", "b", "c", "a")
    words = [sequence.vocabulary[i] for i in sequence.targets[:, 0]]
    assert words == ["b", "c", "a", END]
    assert sequence.inputs.shape == (4, 1, 4)
    np.testing.assert_array_equal(sequence.inputs.sum(axis=-1), 1)
    np.testing.assert_array_equal(sequence.inputs[0], sequence.inputs[3])


def test_words_and_punctuation_are_items():
    assert read("It isn't good, no!", "words").tokens == ("It", "isn't", "good", ",", "no", "!")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("👩‍👩‍👧é🇫🇷", ("👩‍👩‍👧", "é", "🇫🇷")),
        ("a👩🏽‍🚀b🏳️‍🌈c", ("a", "👩🏽‍🚀", "b", "🏳️‍🌈", "c")),
        ("שלום", ("ש", "ל", "ו", "ם")),
        ("a b\nc", ("a", "␣", "b", "⏎", "c")),
        ("x", ("x",)),
    ],
)
def test_what_a_person_calls_a_character_is_one_step(text, expected):
    assert read(Settings().changed({"text": text}).text).tokens == expected


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_to_read_says_what_to_do(text):
    with pytest.raises(InputError, match=r"Expected some characters.*got none.*type"):
        read(text)


def test_a_short_text_is_repeated_and_says_so():
    sequence = read("ab", length=7)
    assert sequence.tokens == ("a", "b", END, "a", "b", END, "a")
    assert "repeated" in sequence.notice
    assert read("ab", length=2).notice == ""


def test_a_very_long_text_is_cut():
    text = "word " * 5000
    settings = Settings().changed({"text": text})
    assert len(settings.text) == LONGEST_TEXT
    assert splitting.count(settings.text, "words") == LONGEST_LENGTH
    assert len(read(settings.text, "words").tokens) == LONGEST_LENGTH


def test_an_embedding_has_one_vector_a_word():
    sequence = read("abca", encoding="embedding", embedding=3)
    assert sequence.inputs.shape == (4, 1, 3)
    np.testing.assert_array_equal(sequence.inputs[0], sequence.inputs[3])
    assert not np.array_equal(sequence.inputs[0], sequence.inputs[1])


@pytest.mark.parametrize(
    "text",
    [
        "1\n2\n4\n8",
        "1, 2, 4, 8",
        "1 2 4 8",
        "day,value\nmon,1\ntue,2\nwed,4\nthu,8",
        "1;9\n2;9\n4;9\n8;9".replace("9", "x"),
        "\n1\n\n2\n4\n8\n",
    ],
)
def test_series_in_every_shape(text):
    assert series.read(text).values == (1, 2, 4, 8)


def test_a_series_predicts_the_next_number_on_one_scale():
    sequence = read("1\n2\n4\n8", "numbers")
    assert sequence.numeric
    assert sequence.tokens == ("1", "2", "4")
    np.testing.assert_array_equal(sequence.inputs[1:], sequence.targets[:-1])
    whole = np.append(sequence.inputs[:, 0, 0], sequence.targets[-1])
    assert whole.mean() == pytest.approx(0)
    assert whole.std() == pytest.approx(1)


def test_a_constant_series_is_no_error():
    np.testing.assert_array_equal(read("3\n3\n3", "numbers").inputs, 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1\n2\nabc", r"got “abc” on line 3"),
        ("hello, you", r"got “hello” on line 1"),
        ("", "got nothing"),
        ("7", "at least two numbers"),
        ("1\nnan", "got “nan” on line 2"),
        ("1\n1e999", "got “1e999” on line 2"),
    ],
)
def test_a_series_that_is_none_says_where(text, message):
    with pytest.raises(InputError, match=message):
        series.read(text)


def upload(content: bytes, name="notes.txt"):
    return {"file": {"name": name, "base64": base64.b64encode(content).decode()}}


def test_an_upload_becomes_the_input_and_sets_the_length():
    after = controls.apply(Settings(), upload("grüße".encode()))
    assert after.text == "grüße"
    assert after.length == 5


def test_an_upload_in_utf_16_is_read():
    assert controls.apply(Settings(), upload("grüße".encode("utf-16"))).text == "grüße"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfa\x00binary", r"Expected text in UTF-8.*position 0"),
        (b"", "got an empty file"),
        (b"a" * (controls.LARGEST_FILE + 1), "at most 1 MB"),
    ],
)
def test_an_upload_that_is_no_text_says_so(content, message):
    with pytest.raises(InputError, match=message):
        controls.apply(Settings(), upload(content))


@pytest.mark.parametrize("text", ["1,5;2,5\n2,5;3,5\n4;4,5", "a;b\n1;2,5\n2;3,5\n3;4,5"])
def test_where_the_delimiter_is_no_comma_a_comma_is_a_decimal_one(text):
    assert series.read(text).values == (2.5, 3.5, 4.5)


def test_what_may_be_decimal_commas_is_said():
    assert "write 1.5" in series.read("1,5\n2,5\n3,5").notice
    assert "write 1.5" not in series.read("1,5,2\n2,5,3").notice
    assert "write 1.5" not in series.read("1\n2\n3").notice


def test_the_line_of_an_error_counts_empty_ones():
    with pytest.raises(InputError, match="“x” on line 4"):
        series.read("1\n\n2\nx")


@pytest.mark.parametrize("header", ["", "day;place;level\n"])
def test_of_a_long_table_the_column_that_is_read_is_kept(header):
    rows = [f"2024-01-{1 + i % 28:02};somewhere or other in the world;{i / 7:.6f}" for i in range(400)]
    table = header + "\n".join(rows)
    after = controls.apply(Settings(read_as="numbers"), upload(table.encode()))
    kept, whole = series.read(after.text), series.read(table)
    assert len(after.text) <= LONGEST_TEXT < len(table)
    assert kept.values == whole.values[: len(kept.values)]
    assert len(kept.values) > LONGEST_LENGTH
    assert kept.name == whole.name


def test_another_text_is_read_whole_unless_a_length_is_said_with_it():
    assert controls.apply(Settings(), {"text": "abcde"}).length == 5
    assert controls.apply(Settings(), {"text": "abcde", "length": 3}).length == 3
