"""A binary tree over the tokens of a sequence: who is joined with whom, and how far every leaf is from the root.

Nodes are numbered from the leaves up: 0 to T − 1 are the leaves in the order of the tokens, T to 2T − 2 the inner nodes
by height and, within a height, from left to right; the last is the root. Every node comes after its children, so that
the numbers are an order of computation.

    balanced   halves, ⌈n/2⌉ and ⌊n/2⌋: every leaf is ⌊log₂ T⌋ or ⌈log₂ T⌉ edges below the root
    left       (((1 2) 3) 4): a comb, whose spine runs along the sequence as a chain does
    right      (1 (2 (3 4))): the comb from the other end

core.passes.bracketing makes one of a text such as "((the film) (was good))".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core.checks import count, readonly
from core.errors import InvalidValue

Array = NDArray[Any]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Tree:
    """A frozen tree; two of the same shape are equal.

    leaves     T
    children   (left, right) of the inner nodes T, T + 1, …; given in any order in which children come before their
               parents, the k-th pair being node T + k, and then renumbered as the module says

    Raises InvalidValue where the pairs are no tree over the leaves in their order.
    """

    leaves: int
    children: tuple[Pair, ...]

    def __post_init__(self) -> None:
        T = count("leaves", self.leaves)
        if len(self.children) != T - 1:
            expected, got = f"{T - 1} pairs, for {T} leaves", f"{len(self.children)} pairs"
            raise InvalidValue("children", expected, got, "join two at a time until one is left")
        heights, spans, free = [0] * T, [(k, k) for k in range(T)], set(range(T))
        for left, right in self.children:
            if not {left, right} <= free or spans[left][1] + 1 != spans[right][0]:
                expected, got = "pairs of neighbours, each node joined once", f"({left}, {right})"
                raise InvalidValue("children", expected, got, "name a node after its children, left before right")
            free -= {left, right}
            free.add(len(heights))
            heights.append(1 + max(heights[left], heights[right]))
            spans.append((spans[left][0], spans[right][1]))
        order = sorted(range(T, len(heights)), key=lambda node: (heights[node], spans[node]))
        number = dict(enumerate(range(T))) | {node: T + k for k, node in enumerate(order)}
        pairs = [self.children[node - T] for node in order]
        object.__setattr__(self, "children", tuple((number[left], number[right]) for left, right in pairs))

    @classmethod
    def balanced(cls, leaves: int) -> Self:
        """Every group is halved; an odd one has the greater half on the left."""
        pairs: list[Pair] = []

        def join(first: int, last: int) -> int:
            if first == last:
                return first
            middle = (first + last) // 2
            pairs.append((join(first, middle), join(middle + 1, last)))
            return leaves + len(pairs) - 1

        join(0, count("leaves", leaves) - 1)
        return cls(leaves, tuple(pairs))

    @classmethod
    def left(cls, leaves: int) -> Self:
        """The comb that joins every leaf to all before it."""
        T = count("leaves", leaves)
        return cls(T, tuple((T + k - 1 if k else 0, k + 1) for k in range(T - 1)))

    @classmethod
    def right(cls, leaves: int) -> Self:
        """The comb that joins every leaf to all after it."""
        T = count("leaves", leaves)
        return cls(T, tuple((T - 2 - k, T + k - 1 if k else T - 1) for k in range(T - 1)))

    @property
    def nodes(self) -> int:
        """2T − 1: leaves and inner nodes."""
        return 2 * self.leaves - 1

    @property
    def root(self) -> int:
        return self.nodes - 1

    @cached_property
    def parents(self) -> tuple[int | None, ...]:
        """The parent of every node; the root has none."""
        parents: list[int | None] = [None] * self.nodes
        for node, pair in enumerate(self.children, start=self.leaves):
            for child in pair:
                parents[child] = node
        return tuple(parents)

    @cached_property
    def heights(self) -> Array:
        """(2T − 1,): edges from every node down to the deepest leaf below it."""
        heights = np.zeros(self.nodes, int)
        for node, pair in enumerate(self.children, start=self.leaves):
            heights[node] = 1 + max(heights[child] for child in pair)
        return readonly(heights)

    @cached_property
    def depths(self) -> Array:
        """(2T − 1,): edges from every node up to the root."""
        depths = np.zeros(self.nodes, int)
        for node in reversed(range(self.root)):
            depths[node] = 1 + depths[self.parents[node]]
        return readonly(depths)

    @property
    def paths(self) -> Array:
        """(T,): states on the way from every leaf to the root, its own and the root's among them: nonlinear steps, as
        core.analysis.paths counts them of a chain."""
        return self.depths[: self.leaves] + 1

    @cached_property
    def spans(self) -> tuple[Pair, ...]:
        """The first and the last leaf below every node."""
        spans = [(k, k) for k in range(self.leaves)]
        for left, right in self.children:
            spans.append((spans[left][0], spans[right][1]))
        return tuple(spans)

    def way_up(self, node: int) -> Sequence[int]:
        """The nodes from this one to the root, both among them."""
        way: list[int] = []
        at: int | None = node
        while at is not None:
            way.append(at)
            at = self.parents[at]
        return way
