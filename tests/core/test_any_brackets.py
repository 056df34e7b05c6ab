"""Any text is a tree or is refused in a sentence; any tree is the one that its brackets say."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import InvalidValue
from core.passes import bracketing
from core.passes.tree import Tree

WORDS = st.text(min_size=1, max_size=5).map(lambda word: "".join(c for c in word if c not in "()" and not c.isspace()))
TEXTS = st.one_of(st.text("() ab\n", max_size=40), st.text(max_size=20))


@st.composite
def trees(draw: st.DrawFn) -> tuple[Tree, tuple[str, ...]]:
    """A tree, joined of neighbours in any order, and its words."""
    words = draw(st.lists(WORDS.filter(bool), min_size=1, max_size=9))
    free, pairs = list(range(len(words))), []
    while len(free) > 1:
        at = draw(st.integers(0, len(free) - 2))
        pairs.append((free[at], free[at + 1]))
        free[at : at + 2] = [len(words) + len(pairs) - 1]
    return Tree(len(words), tuple(pairs)), tuple(words)


@given(trees())
def test_what_is_written_is_read_again(tree_and_words: tuple[Tree, tuple[str, ...]]) -> None:
    tree, words = tree_and_words
    assert bracketing.parse(bracketing.write(tree, words)) == (words, tree)


@given(TEXTS)
@example(")(")
@example("(() a)")
def test_any_text_is_a_tree_or_is_refused(text: str) -> None:
    if wrong(text):
        with pytest.raises(InvalidValue, match=r"brackets must be pairs around words, but got .+: .+\."):
            bracketing.parse(text)
        return
    words, tree = bracketing.parse(text)
    assert "".join(words) == "".join(c for c in text if c not in "()" and not c.isspace())
    assert tree.leaves == len(words)
    assert bracketing.parse(bracketing.write(tree, words)) == (words, tree)


def wrong(text: str) -> bool:
    """Whether its brackets group no words: what is left once every group of words has been taken for a word."""
    text, before = re.sub(r"[^()\s]+", "a", text), ""
    while text != before:
        text, before = re.sub(r"\(\s*a(\s*a)*\s*\)", " a ", text), text
    return "(" in text or ")" in text or "a" not in text


@given(trees(), st.data())
def test_more_brackets_around_a_group_change_nothing(
    tree_and_words: tuple[Tree, tuple[str, ...]], data: st.DataObject
) -> None:
    tree, words = tree_and_words
    around = [f"{'(' * n}{word}{')' * n}" for word in words for n in [data.draw(st.integers(0, 3))]]
    assert bracketing.parse(f"(({bracketing.write(tree, around)}))") == (words, tree)
