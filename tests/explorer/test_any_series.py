"""A series out of any text: it is read or refused in one sentence; what is written in a shape is read from it."""

import math

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from refusals import made

from explorer.state import series
from explorer.state.errors import InputError

# Of what a table is made of, and of what may stand anywhere.
PIECES = st.sampled_from(
    ["1", "2.5", "-3", "−4", "1e5", "nan", "x", '"', "'", ";", ",", "\t", " ", "\n", "\r\n", "", "​"]
)
TABLES = st.lists(PIECES, max_size=30).map("".join)
TEXTS = st.one_of(TABLES, st.text(max_size=60), st.characters().map(lambda c: c * 7))
NUMBERS = st.lists(st.floats(-1e99, 1e99), min_size=2, max_size=40)
WORDS = st.text("abcxyzäß °%()/._-0123456789", min_size=1, max_size=12).map(str.strip).filter(bool)


@given(TEXTS)
@example(";")
@example('""\n1\n2\n""')
@example('1\n""\n2')
@example('"a\nb"')
@example("x" * 200_000)
def test_whatever_the_text_is_it_is_read_or_refused(text):
    if found := made(lambda: series.read(text)):
        assert len(found.values) == len(found.cells) >= 2
        assert all(math.isfinite(value) for value in found.values)


@given(TEXTS)
def test_whatever_the_text_is_it_looks_numeric_or_not(text):
    assert series.looks_numeric(text) in (True, False)


@given(st.text(max_size=12))
def test_a_cell_is_a_finite_number_or_none(cell):
    for delimiter in (" ", ";", ",", "\t"):
        value = series.number(cell, delimiter)
        assert value is None or math.isfinite(value)


@given(NUMBERS, st.sampled_from(["\n", " ", "\r\n", "\n\n", ", ", ",", ";", "\t", "  "]))
def test_numbers_are_read_as_they_were_written(numbers, between):
    text = between.join(map(repr, numbers))
    assert series.read(text).values == tuple(numbers)


@given(NUMBERS, WORDS, st.sampled_from(";\t,"), st.booleans(), st.booleans())
def test_of_a_table_the_last_column_of_numbers_is_read(numbers, word, delimiter, header, quoted):
    """Beside it a column of words, at both sides."""
    assume(series.number(word, delimiter) is None)
    quote = '"' if quoted else ""
    lines = [delimiter.join([f"{quote}{word}{quote}", repr(value), f"{quote}{word}{quote}"]) for value in numbers]
    names = [delimiter.join(["from", "level", "to"])] if header else []
    found = series.read("\n".join(names + lines))
    assert found.values == tuple(numbers)
    assert found.name == ("level" if header else "")


@given(
    st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 3)), min_size=2, max_size=40), st.sampled_from(";\t")
)
def test_a_decimal_comma_is_read_where_the_delimiter_is_another(numbers, delimiter):
    lines = [delimiter.join([f"{at}", f"{value:.3f}".replace(".", ",")]) for at, value in enumerate(numbers)]
    assert series.read("\n".join(lines)).values == tuple(numbers)


@given(TEXTS, st.integers(0, 80))
def test_what_is_shortened_has_room(text, most):
    assert len(series.shortened(text, most)) <= most


@given(
    st.lists(st.floats(-1e3, 1e3).map(lambda value: round(value, 2)), min_size=60, max_size=90),
    WORDS,
    st.sampled_from(";\t,"),
)
def test_of_a_long_table_as_much_is_kept_as_has_room(numbers, name, delimiter):
    assume(series.number(name, delimiter) is None)
    lines = [f"day{delimiter}{name}", *(f"on that very day{delimiter}{value}" for value in numbers)]
    whole = series.read("\n".join(lines))
    kept = series.read(series.shortened("\n".join(lines), 300))
    assert 20 < len(kept.values) < len(numbers)
    assert kept.values == whole.values[: len(kept.values)]
    assert kept.name == whole.name


@pytest.mark.parametrize("text", ['1\n""\n2', '""\n1\n2\n""', '""\n\n1\n" "\n2'])
def test_a_quotation_of_nothing_is_an_empty_line(text):
    assert series.read(text).values == (1, 2)


def test_a_number_that_is_none_is_on_the_line_where_its_row_begins():
    with pytest.raises(InputError, match="“x” on line 5"):
        series.read('"1\n";2\n\n3;4\nx;y')


@pytest.mark.parametrize("name", ["level 2", 'a "b" c', "a; b", "m, above"])
def test_the_name_of_a_column_stays_one_cell(name):
    quoted = name.replace('"', '""')
    table = f'day\t"{quoted}"\n' + "\n".join(f"on that very day\t{value}" for value in range(60))
    kept = series.read(series.shortened(table, 100))
    assert (kept.name, kept.values[:3]) == (name, (0, 1, 2))


@pytest.mark.parametrize("text", [";", '"a\nb"', "x" * 200_000, '"'])
def test_what_is_no_table_is_refused_in_a_sentence(text):
    with pytest.raises(InputError, match="Expected"):
        series.read(text)
