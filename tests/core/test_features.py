"""Features of text, character by character: against cases written by hand, and against Python's own tokenizer."""

import io
import tokenize

import numpy as np
import pytest

from core.analysis.features import OF_CODE, OF_PROSE, features
from core.tasks.text import HELD_OUT, standard_library


def row(name, text, code=True):
    return "".join(f"{value:g}" for value in features(text, code)[name])


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("string", "a = 'bc' + d", "000011100000"),
        ("string", 'a = "b\'c"', "000011110"),
        ("string", r"a = 'b\'c'; d", "0000111110000"),
        ("string", r"a = 'b\\'; d", "000011110000"),
        ("string", "a = ''; b", "000010000"),
        ("string", '"""a"b""c"""d', "1011111111100"),
        ("string", "'''a\nb'''c", "1011111100"),
        ("string", "'a\nb", "1100"),  # a string that is never closed ends with its line
        ("string", "'a\\\nb'c", "1111100"),
        ("string", "# it's\n'a'", "0000000110"),
        ("comment", "a # b\nc", "0011100"),
        ("comment", "'# a' # b", "000000111"),
        ("comment", "##\n#", "1101"),
        ("brackets", "f(a[b], {})", "01122111210"),
        ("brackets", "('(') # (\n)", "11110000000"),
        ("brackets", ")(", "01"),
        ("indentation", "  a b\n c\n\nd", "12222011000"),
        ("margin", "  a b\n c", "11000010"),
        ("line", "ab\n\nc", "12001"),
        ("word", "a_1 -b", "111001"),
        ("place", "a_1 -b", "123001"),
        ("capital", "Ab É1", "10010"),
    ],
)
def test_code_by_hand(name, text, expected):
    assert row(name, text) == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("quotation", 'a "b" c', "0011000"),
        ("quotation", 'a "b\nc "d', "001100011"),
        ("quotation", "it's 'so'", "000000000"),
        ("brackets", "a (b)\n(c\nd", "0011001100"),
        ("sentence", "A. B! C?\nD", "1201201201"),
        ("line", "ab\nc", "1201"),
    ],
)
def test_prose_by_hand(name, text, expected):
    assert row(name, text, code=False) == expected


def test_every_feature_of_a_text_has_its_place():
    assert tuple(features("a\nb")) == OF_CODE
    assert tuple(features("a\nb", code=False)) == OF_PROSE
    for found in (features("x"), features("x", code=False)):
        assert all(values.shape == (1,) for values in found.values())


def test_what_a_network_has_not_read_yet_changes_nothing():
    text = standard_library("source", HELD_OUT)[:3000]
    whole = features(text)
    for end in (1, 17, 400, 1234):
        for name, values in features(text[:end]).items():
            np.testing.assert_array_equal(values, whole[name][:end])


def test_strings_and_comments_are_those_of_pythons_tokenizer():
    text = standard_library("source", HELD_OUT)
    string, comment = np.zeros((2, len(text)), bool)
    begins = np.cumsum([0, *(len(line) for line in text.splitlines(keepends=True))])
    opened = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        start, end = (begins[line - 1] + column for line, column in (token.start, token.end))
        kind = tokenize.tok_name[token.type]
        if kind == "COMMENT":
            comment[start:end] = True
        elif kind == "STRING":
            prefix = len(token.string) - len(token.string.lstrip("rRbBuUfF"))
            string[start + prefix : end - 1] = True
            if token.string[prefix : prefix + 3] in ("'''", '"""'):
                string[start + prefix + 1] = False  # after two of three it could still be an empty one
        elif kind == "FSTRING_START":  # from Python 3.12 on
            opened = opened or start + len(token.string.rstrip("'\""))
        elif kind == "FSTRING_END":
            string[opened : end - 1], opened = True, 0
    found = features(text)
    np.testing.assert_array_equal(found["comment"], comment)
    np.testing.assert_array_equal(found["string"], string)
