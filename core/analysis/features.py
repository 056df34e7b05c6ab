"""What can be said of a text at every character: features that a unit may follow.

A feature is a number at each character, computed from the text up to and with it, as a network reads it:

    string       1 inside a string literal of Python, from its opening quotation mark to before its closing one
    comment      1 from a # outside strings to before the end of the line
    quotation    1 from a " to before the next one in the same line
    brackets     how many of ( [ { are open: in Python outside strings and comments, in prose in the same line
    indentation  how many spaces the line begins with, so far
    margin       1 while a line holds nothing but spaces
    line         how many characters of the line have been read; 0 at the newline
    sentence     how many characters since a space after . ! or ?, or since the newline
    word         1 at letters, digits and _
    place        how many characters of a word have been read; 0 outside words
    capital      1 at a capital letter

A string in ' or " also ends with its line, unless a backslash stands before the newline; one in three quotation marks
does not; after the second of the three, which could still be the end of an empty string, it counts as not begun. What
a backslash stands before ends nothing. A bracket that closes none counts for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
OF_CODE = ("string", "brackets", "comment", "indentation", "margin", "line", "word", "place", "capital")
OF_PROSE = ("brackets", "quotation", "sentence", "line", "word", "place", "capital")
OPENING, CLOSING, QUOTES = "([{", ")]}", "'\""


def features(text: str, code: bool = True) -> Mapping[str, Array]:
    """Name -> (T,) of a text of T characters: OF_CODE, or OF_PROSE."""
    found = (lexical(text) if code else quoted(text)) | by_line(text)
    return {name: found[name] for name in (OF_CODE if code else OF_PROSE)}


def lexical(text: str) -> dict[str, Array]:
    """string, comment and brackets of Python."""
    string, comment, brackets = np.zeros((3, len(text)))
    delimiter, opened, empty = "", -1, -1  # the open string's, where it began, where an empty one last ended
    run, escaped, commented, depth = 0, False, False, 0
    for t, character in enumerate(text):
        if commented:
            commented = character != "\n"
        elif delimiter:
            run = run + 1 if character == delimiter[0] and not escaped else 0
            escaped, was = character == "\\" and not escaped, escaped
            if run == len(delimiter):
                empty = t if len(delimiter) == 1 and opened == t - 1 else -1
                delimiter = ""
            elif character == "\n" and len(delimiter) == 1 and not was:
                delimiter = ""
        elif character in QUOTES:
            tripled = empty == t - 1 and text[t - 1] == character
            delimiter, opened, run, escaped = character * (3 if tripled else 1), t, 0, False
        elif character == "#":
            commented = True
        else:
            depth = _depth(depth, character)
        string[t], comment[t], brackets[t] = bool(delimiter), commented, depth
    return {"string": string, "comment": comment, "brackets": brackets}


def quoted(text: str) -> dict[str, Array]:
    """quotation and brackets of prose."""
    quotation, brackets = np.zeros((2, len(text)))
    inside, depth = False, 0
    for t, character in enumerate(text):
        inside = character != "\n" and inside != (character == '"')
        depth = 0 if character == "\n" else _depth(depth, character)
        quotation[t], brackets[t] = inside, depth
    return {"quotation": quotation, "brackets": brackets}


def _depth(depth: int, character: str) -> int:
    if character in OPENING:
        return depth + 1
    return max(0, depth - 1) if character in CLOSING else depth


def by_line(text: str) -> dict[str, Array]:
    """What depends on lines, sentences and words alone."""
    characters = np.array(list(text))
    newline, space = characters == "\n", characters == " "
    word = np.array([c.isalnum() or c == "_" for c in text], bool)
    ended = np.zeros(len(text), bool)
    ended[1:] = space[1:] & np.isin(characters[:-1], (".", "!", "?"))
    line = _since(newline)
    margin = space & (_since(~space) == line)
    spaces = np.cumsum(margin)
    return {
        "line": line,
        "sentence": _since(newline | ended),
        "margin": margin.astype(float),
        "indentation": (spaces - np.maximum.accumulate(np.where(newline, spaces, 0))).astype(float),
        "word": word.astype(float),
        "place": _since(~word),
        "capital": np.array([c.isupper() for c in text], float),
    }


def _since(start: Array) -> Array:
    """(T,) how many characters after the last start; of all before the first, how many from the beginning."""
    at = np.arange(len(start))
    return (at - np.maximum.accumulate(np.where(start, at, -1))).astype(float)
