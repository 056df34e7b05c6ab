"""The settings of a tree over the tokens."""

from __future__ import annotations

from dataclasses import dataclass

from core import Tree, bracketing
from explorer.state import splitting
from explorer.state.input import Input
from explorer.state.kinds import LONGEST_LENGTH, Choice, Range, Text, setting, shown

SHAPES = {"balanced": "balanced", "left": "left comb", "right": "right comb", "own": "my own brackets"}
EXAMPLE = "((the film) ((was (not good)) (at all)))"


def text(settings: Trees) -> str:
    """The brackets to read: the user's or, as long as there are none, an example or the words of the input."""
    if settings.brackets.strip():
        return settings.brackets
    words = [word for word in splitting.split(settings.text, "words") if word not in "()"][:LONGEST_LENGTH]
    if settings.text == Input.text or not words:
        return EXAMPLE
    return bracketing.write(Tree.balanced(len(words)), words)


@dataclass(frozen=True)
class Trees(Input):
    """The tree's shape or brackets, and which node of it is selected."""

    tree: str = setting("balanced", Choice("Tree", SHAPES))
    brackets: str = setting(
        "", Text("Words in brackets", hint="((the film) (was good))"), relevant=lambda s: s.tree == "own", stands=text
    )
    tree_node: int = shown(1, Range("Node of the tree", 1, 2 * LONGEST_LENGTH - 1))
