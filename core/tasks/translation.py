"""Translation: English numerals into German or French ones, where German turns the units and the tens round.

    "four thousand two hundred and seventeen"  →  vier tausend zwei hundert siebzehn ∎

Data: the numbers 0, …, 9999 in words, by num2words (core.tasks.numerals); ∎ ends a phrase.

Split: a number is held out where the CRC-32 of its digits is a multiple of 5, about every fifth; 0 is not, since its
word is in no other number. Training draws among the others, those of d digits with a probability as √(how many there
are), so that the few short ones are seen often enough.

A model reads the English words (reversed on request: I. Sutskever, O. Vinyals, Q. Le: Sequence to Sequence Learning
with Neural Networks, NIPS 2014), then says the other language's words, reading at every step the word before, and at
the first one, where there is none, a zero vector. The loss enters at every step up to and with ∎.

Measure: the share of the held-out phrases that are right as a whole when each word said is the one read next (greedy,
free running); and nats a word when the right ones are read (teacher forcing). Baseline: nats a word of whoever knows
only how frequent every word is. Solved: at least 98 % of the phrases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any
from zlib import crc32

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core import checks
from core.errors import InvalidType, InvalidValue
from core.passes.batch import Batch, Source
from core.passes.generation import generate
from core.passes.losses import cross_entropy
from core.passes.patterns import ConditionalGenerator, Model, encode, run
from core.tasks import numerals
from core.tasks.measuring import by_frequency, mean_loss, whole
from core.tasks.task import Measure, Task, sized
from core.tasks.vocabulary import Vocabulary, one_hot, padded

Array = NDArray[Any]
END = "∎"
MOST_WORDS = 50  # of a source that someone writes
EACH = 60  # phrases of every length that are measured apart
LEAST = 999  # below it some words would be in no number to learn from


class Translation(Task):
    """language: "de" or "fr"; reverse: whether the source is read backwards; largest: the largest number.

    Raises InvalidValue for other languages, and unless 999 ≤ largest ≤ 9999.

    numbers   those to learn from;  kept   those held out
    """

    name = "translation"
    title = "English numbers into another language"
    pattern = "conditional generator"
    origin = "Numbers in words by num2words (LGPL): English, and German or French."

    def __init__(self, language: str = "de", reverse: bool = False, largest: int = numerals.LARGEST) -> None:
        checks.choice("language", language, numerals.LANGUAGES)
        if not LEAST <= checks.whole("largest", largest) <= numerals.LARGEST:
            expected = f"from {LEAST} to {numerals.LARGEST}"
            raise InvalidValue("largest", expected, str(largest), "choose another largest number")
        if not isinstance(reverse, bool):
            raise InvalidType("reverse", "True or False", repr(reverse), "pass a bool")
        self.language, self.reverse, self.largest = language, reverse, largest
        self.english = numerals.numerals("en", largest)
        self.phrases = numerals.numerals(language, largest)
        self._source = Vocabulary(_words(self.english))
        self._target = Vocabulary((*_words(self.phrases), END))
        self.source_words = self._source.words
        self.output_words = self._target.words
        self.input_words = self._target.words[:-1]  # nothing is read after the end
        held = np.array([number > 0 and crc32(str(number).encode()) % 5 == 0 for number in range(largest + 1)])
        self.numbers, self.kept = np.flatnonzero(~held), np.flatnonzero(held)

    # For a page

    def tokens(self, text: str) -> list[str]:
        """The English words of digits ("4217") or of words, with or without hyphens, commas and "and".

        A numeral is written in full; other sequences of known words stay as they are. Digits may have a comma before
        the last three, "4,217". Raises InvalidValue for a number that is too large, has a sign, a point or spaces, for
        an unknown word, an empty text, and more than 50 words.
        """
        written = text.strip().lower()
        if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", written):
            written = written.replace(",", "")
        if re.fullmatch(r"[0-9]+", written):
            digits = written.lstrip("0") or "0"  # Python reads no more than some thousands at once
            if len(digits) > len(str(self.largest)) or int(digits) > self.largest:
                remedy = "write a smaller one"
                raise InvalidValue("the number", f"from 0 to {self.largest}", _short(written), remedy)
            return list(self.english[int(digits)])
        if re.search(r"[0-9]", written):
            raise self._misspelt(written)
        words = re.sub(r"[-‐‑,\s]+", " ", written).split()
        if not words:
            raise InvalidValue("the number", "in digits or English words", "nothing", 'write "4217", say')
        if len(words) > MOST_WORDS:
            raise InvalidValue("the number", f"of at most {MOST_WORDS} words", f"{len(words)}", "write fewer")
        for word in words:
            if word not in self._source.places:
                expected = f"in digits or English words, up to {self.largest}"
                raise InvalidValue("the number", expected, f"“{_short(word)}”", 'write "forty-two", say')
        number = self._read.get(_bare(words))
        return words if number is None else list(self.english[number])

    def _misspelt(self, written: str) -> InvalidValue:
        """What is wrong with digits that are not alone."""
        whole, got = f"a whole one from 0 to {self.largest}", f"“{_short(written)}”"
        digits, marks = re.sub(r"[^0-9]", "", written), re.sub(r"[0-9\s]", "", written)
        alone = f'write "{_short(digits)}"'
        if marks in ("-", "−", "–", "+") and written[0] == marks:
            return InvalidValue("the number", f"{whole}, without a sign", got, alone)
        if not marks:
            return InvalidValue("the number", f"{whole}, without spaces", got, alone)
        if set(marks) <= {",", "."}:
            return InvalidValue("the number", f"{whole}, without commas and points", got, 'write "4217", say')
        return InvalidValue("the number", whole, got, "write digits alone, or words alone")

    def encode(self, tokens: Sequence[str]) -> Source:
        """English words as a source of one sequence. Raises InvalidValue for an unknown word, and for none."""
        if not tokens:
            raise InvalidValue("the source", "at least one word", "none", "write a number")
        return self._encoded([self._source.index(tokens)])

    def answer(self, tokens: Sequence[str]) -> list[str] | None:
        """The right words, without the end; None where the English ones are no number."""
        number = self._read.get(_bare(tokens))
        return None if number is None else list(self.phrases[number])

    def number(self, phrase: Sequence[str]) -> int | None:
        """The number that words of the other language, without the end, are; None where they are none."""
        return self._told.get(tuple(phrase))

    def embed(self, words: Array) -> Array:
        """What is read of the words said, (B,) places -> (B, D): zero after the end."""
        return one_hot(words, self.input_size)

    @property
    def first(self) -> Array:
        """(1, D): what is read before a word is said, zero."""
        return np.zeros((1, self.input_size), np.float32)

    @property
    def end(self) -> int:
        """The place of ∎ among the output words."""
        return self._target.places[END]

    @cached_property
    def longest(self) -> int:
        """Steps of the longest right phrase, its end included."""
        return max(map(len, self.phrases)) + 1

    def joined(self, words: Iterable[str]) -> str:
        """Words as they are written, up to the end."""
        said = list(words)
        return numerals.joined(said[: said.index(END)] if END in said else said, self.language)

    # Examples

    def draw(self, rng: Generator, size: int) -> Batch:
        return self.batch(rng.choice(self.numbers, checks.count("size", size), p=self._probabilities))

    def held_out(self, size: int | None = None) -> Batch:
        return self.batch(self._order[: sized(size, len(self.kept))])

    def batch(self, numbers: Array) -> Batch:
        """The examples of these numbers."""
        heard, told = self._places
        source = self._encoded([heard[n] for n in numbers])
        said, lengths = padded([told[n] for n in numbers])
        read = np.concatenate([np.full((1, len(numbers)), self.end), said[:-1]])
        inputs = one_hot(read, self.input_size, lengths)
        return Batch(inputs, cross_entropy(said, reduction="mean"), lengths, source)

    def _encoded(self, sequences: list[list[int]]) -> Source:
        places, lengths = padded([sequence[::-1] for sequence in sequences] if self.reverse else sequences)
        return Source(one_hot(places, self.source_size, lengths), lengths)

    @cached_property
    def _places(self) -> tuple[list[list[int]], list[list[int]]]:
        """Of every number: the places of its English words, and of its phrase's with the end."""
        return (
            [self._source.index(words) for words in self.english],
            [self._target.index((*words, END)) for words in self.phrases],
        )

    @cached_property
    def _probabilities(self) -> Array:
        """Of the numbers to learn from."""
        digits = np.array([len(str(n)) for n in self.numbers])
        weights = 1 / np.sqrt(np.bincount(digits)[digits])
        probabilities: Array = weights / weights.sum()
        return probabilities

    @cached_property
    def _order(self) -> Array:
        """The held-out numbers, shuffled, so that the first few are of all kinds."""
        return np.random.default_rng(0).permutation(self.kept)

    @cached_property
    def _read(self) -> dict[tuple[str, ...], int]:
        """English words, without "and" -> number."""
        return {_bare(words): number for number, words in enumerate(self.english)}

    @cached_property
    def _told(self) -> dict[tuple[str, ...], int]:
        """Words of the other language -> number."""
        return {words: number for number, words in enumerate(self.phrases)}

    def measure(self, model: Model, size: int | None = None) -> Measure:
        return self._measured(model, self.held_out(size))

    def by_length(self, model: Model, most: int = EACH) -> dict[int, Measure]:
        """How many words a source has -> how a model does on the held-out phrases of so many: the first `most` of each
        number of words, the same ones at every call."""
        words = np.array([len(self.english[number]) for number in self._order])
        checks.count("most", most)
        return {int(n): self._measured(model, self.batch(self._order[words == n][:most])) for n in np.unique(words)}

    def _measured(self, model: Model, batch: Batch) -> Measure:
        if not isinstance(model, ConditionalGenerator):
            remedy = "make one of an encoder and a decoder"
            raise InvalidType("model", "a ConditionalGenerator", type(model).__name__, remedy)
        said, lengths = self._said(model, batch)
        right = whole(said, lengths, batch)
        return Measure(
            share=float(right.mean()),
            of="phrases",
            count=right.size,
            solved=bool(right.mean() >= 0.98),
            error=mean_loss(batch, run(model, batch, loss=False).logits),
            unit="nats a word",
            baseline=self.baseline,
        )

    def _said(self, model: ConditionalGenerator, batch: Batch) -> tuple[Array, Array]:
        """What a model says freely, (T, B), and for how long."""
        first = np.repeat(self.first, batch.size, axis=0)
        context = encode(model, batch).final_states
        said = generate(model.decoder, first, self.embed, self.longest, state=context, end=self.end)
        return said.words, said.lengths

    @cached_property
    def baseline(self) -> float:
        """Nats a word of the held-out phrases, from how often each word is in those to learn from."""
        return by_frequency(self._all(self.numbers), self._all(self.kept))

    def _all(self, numbers: Array) -> Array:
        """Every word of these numbers' phrases, ends included, one after the other."""
        return np.concatenate([self._places[1][n] for n in numbers])


def _words(phrases: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Every word once, in the order in which counting comes upon it."""
    return tuple(dict.fromkeys(word for phrase in phrases for word in phrase))


def _bare(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word != "and")


def _short(word: str) -> str:
    return word if len(word) <= 20 else word[:20] + "…"
