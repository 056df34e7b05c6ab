"""Sentences from a finite grammar: drawn, and read back.

A grammar is written as two tables, which can be shown as they stand:

    rules   {"clause": "thing COPULA NOT? quality | person FEELING thing"}   small letters: another rule; capitals: a
            category of words; "|" between alternatives; "?" after what may be missing; the first rule makes sentences;
            an alternative that stands there twice is drawn twice as often
    words   {"NOUN.one": "man boat"}   a category -> its words; what stands before the dot is the words' tag

No rule may come back to itself, so that there are finitely many sentences. Reading goes from left to right over all
derivations at once: a state is what is still to come, and every state can be completed. So the tags that a word may
have after a prefix are exactly those that it has in some sentence that begins with that prefix.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from numpy.random import Generator

from core.errors import InvalidValue
from core.tasks.vocabulary import Vocabulary

Option = TypeVar("Option")
State = tuple[str, ...]
"""The symbols still to come."""
Sentence = tuple[tuple[str, ...], tuple[str, ...]]
"""Its words and their tags."""
SHARE_KEPT_BACK = 10  # one sentence in so many is never learned from


@dataclass(frozen=True, eq=False)
class Grammar:
    """rules and words as above."""

    rules: Mapping[str, str]
    words: Mapping[str, str]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Every word once, in the order of the table."""
        return Vocabulary(tuple(dict.fromkeys(word for words in self.words.values() for word in words.split())))

    @property
    def start(self) -> State:
        return (next(iter(self.rules)),)

    @cached_property
    def alternatives(self) -> dict[str, list[State]]:
        return {name: [tuple(one.split()) for one in rule.split("|")] for name, rule in self.rules.items()}

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        return {name: tuple(words.split()) for name, words in self.words.items()}

    def sentence(self, chance: random.Random) -> Sentence:
        """One drawn at random: every alternative of a rule is equally likely, and so is every word of a category; what
        may be missing is missing half the time."""
        words, tags, left = [], [], list(self.start)
        while left:
            symbol = left.pop(0)
            if symbol.endswith("?"):
                if chance.random() < 0.5:
                    continue
                symbol = symbol[:-1]
            if symbol in self.members:
                words.append(_one(self.members[symbol], chance))
                tags.append(tag(symbol))
            else:
                left[:0] = _one(self.alternatives[symbol], chance)
        return tuple(words), tuple(tags)

    def draw(self, rng: Generator, size: int, learned: bool) -> list[Sentence]:
        """`size` sentences, all of those that may be learned from, or all of those that are kept back."""
        chance = random.Random(int(rng.integers(2**32)))
        drawn: list[Sentence] = []
        while len(drawn) < size:
            sentence = self.sentence(chance)
            if kept_back(sentence[0]) is not learned:
                drawn.append(sentence)
        return drawn

    def distinct(self, rng: Generator, size: int) -> list[Sentence]:
        """`size` different sentences of those that are kept back."""
        found: dict[Sentence, None] = {}
        while len(found) < size:
            found.update(dict.fromkeys(self.draw(rng, size - len(found), learned=False)))
        return list(found)

    @cached_property
    def _known(self) -> dict[State, tuple[tuple[str, State] | None, ...]]:
        """What following() has found."""
        return {}

    def following(self, state: State) -> tuple[tuple[str, State] | None, ...]:
        """The categories that may come next, each with the state after it; None: the sentence may end."""
        if state not in self._known:
            self._known[state] = tuple(dict.fromkeys(self._expanded(state)))
        return self._known[state]

    def _expanded(self, state: State) -> Iterator[tuple[str, State] | None]:
        if not state:
            yield None
            return
        symbol, rest = state[0], state[1:]
        if symbol.endswith("?"):
            yield from self._expanded(rest)
            symbol = symbol[:-1]
        if symbol in self.members:
            yield symbol, rest
        else:
            for alternative in self.alternatives[symbol]:
                yield from self._expanded(alternative + rest)

    def read(self, state: State, word: str) -> Iterator[tuple[str, State]]:
        """The tags that a word may have in a state, each with the state after it."""
        for found in self.following(state):
            if found is not None and word in self.members[found[0]]:
                yield tag(found[0]), found[1]

    def prefixes(self, words: Sequence[str]) -> Iterator[set[str]]:
        """For every word the tags that it has in sentences beginning with the words up to and with it."""
        states = {self.start}
        for word in words:
            found = {pair for state in states for pair in self.read(state, word)}
            yield {name for name, _ in found}
            states = {state for _, state in found}

    def taggings(self, words: Sequence[str]) -> set[tuple[str, ...]]:
        """The tags of a whole sentence, one way for each reading; none if the grammar does not make it."""
        readings: set[tuple[tuple[str, ...], State]] = {((), self.start)}
        for word in words:
            readings = {((*tags, name), left) for tags, state in readings for name, left in self.read(state, word)}
        return {tags for tags, state in readings if None in self.following(state)}

    def otherwise(self, words: Sequence[str], tags: Sequence[str]) -> tuple[str, ...] | None:
        """A sentence that begins with the same words and gives as many of them as can be other tags than these; of
        several a shortest. None if there is none."""
        readings: set[tuple[tuple[str, ...], State]] = {((), self.start)}
        for word in words:
            readings = {((*found, name), left) for found, state in readings for name, left in self.read(state, word)}
        differ = [(sum(a != b for a, b in zip(found, tags, strict=False)), state) for found, state in readings]
        most = max((count for count, _ in differ), default=0)
        ends = [self.shortest(state) for count, state in differ if count == most]
        return (*words, *min(ends, key=lambda end: (len(end), end))) if most else None

    def shortest(self, state: State) -> tuple[str, ...]:
        """The fewest words that end a sentence, each the first of its category."""
        ways: list[tuple[tuple[str, ...], State]] = [((), state)]
        seen = {state}
        for words, left in ways:  # grows as it is read: shorter ways come first
            following = self.following(left)
            if None in following:
                return words
            for category, after in filter(None, following):
                if after not in seen:
                    seen.add(after)
                    ways.append(((*words, self.members[category][0]), after))
        raise AssertionError("every state can be completed")

    def tokens(self, text: str) -> list[str]:
        """A text's words, and commas, in small letters. Raises InvalidValue for none and for unknown ones."""
        found = re.findall(r"[^\W_]+|,", text.lower())
        if not found:
            few = ", ".join(self.vocabulary.words[:12])
            raise InvalidValue("the sentence", "of one or more known words", "none", f"write some, such as {few}")
        self.vocabulary.index(found)
        return found


def tag(category: str) -> str:
    return category.split(".")[0]


def kept_back(words: Sequence[str]) -> bool:
    """Whether a sentence is kept from learning: one in ten, by its own letters alone, so the same ones everywhere."""
    return zlib.crc32(" ".join(words).encode()) % SHARE_KEPT_BACK == 0


def _one(options: Sequence[Option], chance: random.Random) -> Option:
    return options[int(chance.random() * len(options))]
