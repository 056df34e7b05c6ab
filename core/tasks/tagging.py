"""Parts of speech, where a word's tag may depend on what follows it.

    the old man sleeps / the old man the boat                     DET ADJ NOUN VERB / DET NOUN VERB …
    the complex houses are new / the complex houses students      DET ADJ NOUN AUX ADJ / DET NOUN VERB NOUN
    fat people eat the dogs / fat people eat is cold            ADJ NOUN VERB … / NOUN NOUN VERB AUX ADJ
    we know that / that man / that the man sleeps                 PRON / DET / SCONJ
    they wait after the train / after the train falls             ADP / SCONJ

Every sentence of GRAMMAR has one tagging only, but up to the word itself the beginning may allow several. A network
that reads forwards has seen no more than the beginning, so at those words it can do no better than to guess; one that
also reads backwards has seen all. The tags are those of Universal Dependencies (J. Nivre et al., LREC 2016). Such
sentences are called garden paths (T. Bever: The cognitive basis for linguistic structures, 1970).

Data: drawn from GRAMMAR, ours. Split: core.tasks.sentences. Criterion: 99 % of the held-out words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.passes import losses
from core.passes.losses import Loss
from core.passes.patterns import Model, run
from core.tasks.grammar import Grammar
from core.tasks.sentences import Sentences
from core.tasks.task import Measure
from core.tasks.vocabulary import padded

Array = NDArray[Any]
CRITERION = 0.99
TAGS = ("DET", "ADJ", "NOUN", "VERB", "AUX", "ADV", "PRON", "ADP", "SCONJ")
GRAMMAR = Grammar(
    rules={
        "sentence": "clause | clause | clause ADP.time things | clause SCONJ.time clause | report",
        "report": "PRON.they VERB.know SCONJ.that defined | PRON.they VERB.know things",
        "clause": "defined | one place? does | many place? do | PRON.they do | mass",
        "mass": "NOUN.mass NOUN.many place? ADV? VERB.eat is",
        "defined": "DET.the one-noun place? does | DET.the many-noun place? do | DET.the NOUN.group do",
        "one": "DET.that one-noun | PRON.that | NOUN.mass",
        "many": "DET.those many-noun | PRON.those | adjective? NOUN.many",
        "one-noun": "adjective? NOUN.one | adjective? NOUN.work | NOUN.thing | NOUN.mass",
        "many-noun": "adjective? NOUN.many | adjective? NOUN.works",
        "does": "ADV? VERB.sleeps place? | ADV? VERB.sees things | ADV? VERB.works things | is",
        "do": "ADV? VERB.sleep place? | ADV? VERB.see things | mans | mans | AUX.are ADV? adjective",
        "mans": "VERB.work things",
        "is": "AUX.is ADV? adjective",
        "things": "DET.the one-noun | DET.the many-noun | DET.the NOUN.group | one-object | many",
        "one-object": "DET.that one-noun | PRON.that",
        "place": "ADP.place DET.the noun",
        "noun": "NOUN.one | NOUN.many",
        "adjective": "ADJ.plain | ADJ.group | ADJ.thing | ADJ.mass",
    },
    words={
        "DET.the": "the",
        "DET.that": "that",
        "DET.those": "those",
        "PRON.that": "that",
        "PRON.those": "those",
        "PRON.they": "they we",
        "SCONJ.that": "that",
        "SCONJ.time": "after before",
        "ADP.time": "after before",
        "ADP.place": "near in behind",
        "ADV": "often never",
        "AUX.is": "is was",
        "AUX.are": "are were",
        "ADJ.plain": "small red new",
        "ADJ.group": "old young rich poor brave wise",
        "NOUN.group": "old young rich poor brave wise",
        "ADJ.thing": "complex novel official public",
        "NOUN.thing": "complex novel official public",
        "ADJ.mass": "fat cold light",
        "NOUN.mass": "fat cold light",
        "NOUN.work": "man guard ship train water paint",
        "VERB.work": "man guard ship train water paint",
        "NOUN.works": "houses plans reports records",
        "VERB.works": "houses plans reports records",
        "NOUN.one": "boat dog river garden",
        "NOUN.many": "people students children dogs",
        "VERB.sleeps": "sleeps waits falls",
        "VERB.sleep": "sleep wait fall",
        "VERB.sees": "sees likes",
        "VERB.see": "see like eat",
        "VERB.eat": "see like eat",
        "VERB.know": "know",
    },
)


class Tagging(Sentences):
    name = "tagging"
    title = "Parts of speech"
    pattern = "transducer"
    origin = "Sentences of a grammar of ours, drawn at random; no licence needed."
    grammar = GRAMMAR
    output_words = TAGS

    def gold(self, tokens: Sequence[str]) -> tuple[str, ...] | None:
        """The tags of a sentence; None if the grammar does not make it."""
        taggings = self.grammar.taggings(tokens)
        return taggings.pop() if taggings else None

    def ambiguous(self, tokens: Sequence[str]) -> Array:
        """(T,) whether the words up to and with each one leave its tag open: sentences of the grammar begin with them
        and differ in it."""
        return np.array([len(tags) > 1 for tags in self.grammar.prefixes(tokens)])

    def loss(self, answers: Sequence[Sequence[str]]) -> Loss:
        places = [[TAGS.index(name) for name in tags] for tags in answers]
        return losses.cross_entropy(padded(places)[0], reduction="mean")

    def answers(self, tags: tuple[str, ...]) -> tuple[str, ...]:
        return tags

    def measure(self, model: Model, size: int | None = None) -> Measure:
        """Over words; the baseline takes for each word the tag that it has most often."""
        right, usual, _ = self._words(model, size)
        return _measure(right, usual)

    def measure_where(self, model: Model, size: int | None = None) -> dict[str, Measure]:
        """measure() over the "ambiguous" words alone, whose tags depend on what follows, and over the "other" ones."""
        right, usual, open_ = self._words(model, size)
        return {"ambiguous": _measure(right[open_], usual[open_]), "other": _measure(right[~open_], usual[~open_])}

    def _words(self, model: Model, size: int | None) -> tuple[Array, Array, Array]:
        """Of every held-out word: whether the model is right, whether its most frequent tag is, whether it is open."""
        batch, sentences = self.held_out(size), self.sentences(size)
        said = run(model, batch, loss=False).logits.argmax(-1)
        right = [said[: len(tags), b] == [TAGS.index(name) for name in tags] for b, (_, tags) in enumerate(sentences)]
        usual = [[self._usual[word] == name for word, name in zip(*sentence, strict=True)] for sentence in sentences]
        return np.concatenate(right), np.concatenate(usual), np.concatenate(self._open[: len(sentences)])

    @cached_property
    def _open(self) -> list[Array]:
        return [self.ambiguous(words) for words, _ in self.sentences()]

    @cached_property
    def _usual(self) -> dict[str, str]:
        """Word -> the tag that it has most often in the held-out sentences."""
        seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for words, tags in self.sentences():
            for word, name in zip(words, tags, strict=True):
                seen[word][name] += 1
        return {word: counts.most_common(1)[0][0] for word, counts in seen.items()}


def _measure(right: Array, usual: Array) -> Measure:
    share = float(right.mean())
    return Measure(share, "words", len(right), solved=share >= CRITERION, baseline=float(usual.mean()))
