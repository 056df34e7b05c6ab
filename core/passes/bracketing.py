"""Trees as people write them: "((the film) (was (not good)))".

Words are what stands between brackets and spaces; every pair of brackets is a group. A group of more than two is made
binary from the left, (a b c) into ((a b) c); a group of one is what is in it; what stands outside all brackets is one
group.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.errors import InvalidValue
from core.passes.tree import Tree

PIECE = re.compile(r"[()]|[^\s()]+")


def parse(text: str) -> tuple[tuple[str, ...], Tree]:
    """The words of a bracketed text, and their tree. Raises InvalidValue where the brackets group no words."""
    words: list[str] = []
    joins: list[tuple[int, int]] = []
    groups: list[list[int]] = [[]]
    opened: list[int] = []

    def join(group: list[int]) -> int:
        node = group[0]
        for other in group[1:]:
            joins.append((node, other))
            node = -len(joins)  # the number of leaves is not known yet: an inner node counts down from −1
        return node

    for match in PIECE.finditer(text):
        piece, at = match[0], match.start() + 1
        if piece == "(":
            groups.append([])
            opened.append(at)
        elif piece != ")":
            groups[-1].append(len(words))
            words.append(piece)
        elif not opened:
            raise _wrong(f"a “)” too many at character {at}", "take it away, or write its “(”")
        elif not groups[-1]:
            raise _wrong(f"an empty pair at character {opened[-1]}", "write a word into it, or take it away")
        else:
            opened.pop()
            group = groups.pop()
            groups[-1].append(join(group))
    if opened:
        raise _wrong(f"a “(” at character {opened[-1]} that is never closed", "write its “)”, or take it away")
    if not words:
        raise _wrong("no word", "write for example ((the film) (was good))")
    join(groups[0])
    T = len(words)
    pairs = [(left if left >= 0 else T - 1 - left, right if right >= 0 else T - 1 - right) for left, right in joins]
    return tuple(words), Tree(T, tuple(pairs))


def write(tree: Tree, words: Sequence[str]) -> str:
    """The bracketed text of a tree over these words: what `parse` reads, where no word has a bracket or a space."""
    texts = list(words)
    for left, right in tree.children:
        texts.append(f"({texts[left]} {texts[right]})")
    return texts[-1]


def _wrong(got: str, remedy: str) -> InvalidValue:
    return InvalidValue("brackets", "pairs around words", got, remedy)
