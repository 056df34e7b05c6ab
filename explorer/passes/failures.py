"""Where a trained network is right and where it fails: its held-out examples, by what they ask of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from core.films.film import Film
from core.networks.network import Network
from core.passes import generation, patterns
from core.passes.patterns import Model
from core.tasks.captioning import NAMES
from core.tasks.measuring import whole
from explorer.look.notation import counted

SEEN = 400  # held-out examples looked at
WINDOWS = 100  # of a text: each has many characters
WORST = 5  # words named


@dataclass(frozen=True)
class Part:
    """Held-out examples of one kind: how many of them are right."""

    name: str
    right: int
    count: int

    @property
    def share(self) -> float:
        return self.right / self.count


@lru_cache(maxsize=128)
def parts(film: Film, at: int) -> tuple[Part, ...]:
    """The held-out examples of a film's task by kind, at a snapshot. Kinds without an example are left out."""
    task: Any = film.recipe.learned()
    return BY_TASK[task.name](task, film.model(at))


@lru_cache(maxsize=8)
def _held_out(task: Any, number: int) -> Any:
    """The first held-out examples of a task: the same at every snapshot."""
    return task.held_out(number)


def _counted(pairs: Iterable[tuple[str, bool]], order: Iterable[str]) -> tuple[Part, ...]:
    """How many are right of every kind, the kinds in an order."""
    seen: dict[str, list[bool]] = {name: [] for name in order}
    for name, right in pairs:
        seen[name].append(right)
    return tuple(Part(name, sum(rights), len(rights)) for name, rights in seen.items() if rights)


SENTENCES = ("no negation", "one negation", "two negations", "X but Y", "although X , Y")


def _sentiment(task: Any, model: Model) -> tuple[Part, ...]:
    batch = _held_out(task, SEEN)
    logits = patterns.run(model, batch, loss=False).logits[batch.lengths - 1, np.arange(batch.size)]
    right = logits.argmax(-1) == batch.loss.targets
    return _counted(zip(_turns(task), right.tolist(), strict=True), SENTENCES)


@lru_cache(maxsize=4)
def _turns(task: Any) -> tuple[str, ...]:
    """What turns the meaning of every held-out sentence."""
    return tuple(map(_turn, task.sentences(SEEN)))


def _turn(sentence: Any) -> str:
    """What turns a sentence's meaning."""
    _, tags = sentence
    if "ALTHOUGH" in tags:
        return SENTENCES[4]
    return SENTENCES[3] if "BUT" in tags else SENTENCES[min(tags.count("NOT"), 2)]


def _tagging(task: Any, model: Model) -> tuple[Part, ...]:
    """The words whose tag is open and the settled ones; then the words most often wrong."""
    batch, sentences = _held_out(task, SEEN), task.sentences(SEEN)
    said = patterns.run(model, batch, loss=False).logits.argmax(-1)
    pairs: list[tuple[str, bool]] = []
    words: list[tuple[str, bool]] = []
    for b, ((tokens, _), opened) in enumerate(zip(sentences, _opened(task), strict=True)):
        right = (said[: len(tokens), b] == batch.loss.targets[: len(tokens), b]).tolist()
        pairs += [("left open so far" if o else "settled", r) for o, r in zip(opened, right, strict=True)]
        words += zip((f"“{token}”" for token in tokens), right, strict=True)
    each = _counted(words, dict.fromkeys(name for name, _ in words))
    worst = sorted((part for part in each if part.right < part.count), key=lambda part: part.right - part.count)
    return (*_counted(pairs, ("settled", "left open so far")), *worst[:WORST])


@lru_cache(maxsize=4)
def _opened(task: Any) -> tuple[np.ndarray, ...]:
    """Of every held-out word, whether the words so far leave its tag open."""
    return tuple(task.ambiguous(words) for words, _ in task.sentences(SEEN))


def _digits(task: Any, model: Model) -> tuple[Part, ...]:
    batch = _held_out(task, SEEN)
    digits = batch.loss.targets[0]
    right = patterns.run(model, batch, loss=False).logits[0].argmax(-1) == digits
    return _counted(zip(map(str, digits), right.tolist(), strict=True), map(str, range(10)))


def _captioning(task: Any, model: Model) -> tuple[Part, ...]:
    """Whole names, when each letter said is the one read next."""
    assert isinstance(model, Network)
    batch = _held_out(task, SEEN)
    said = generation.generate(model, batch.inputs[0], task.embed, task.longest, end=task.end)
    right = whole(said.words, said.lengths, batch).tolist()
    names = [task.joined(task.output_words[k] for k in column) for column in np.asarray(batch.loss.targets).T]
    return _counted(zip(names, right, strict=True), NAMES)


CHARACTERS = ("a letter inside a word", "a word’s first letter", "a space", "a new line", "a digit", "a sign")


def _text(task: Any, model: Model) -> tuple[Part, ...]:
    """The next character, by what it is."""
    batch = _held_out(task, WINDOWS)
    targets = np.asarray(batch.loss.targets)
    right = patterns.run(model, batch, loss=False).logits.argmax(-1) == targets
    before = batch.inputs.argmax(-1)
    pairs = [
        (_kind(task.output_words[k], task.input_words[b]), bool(r))
        for k, b, r in zip(targets.ravel(), before.ravel(), right.ravel(), strict=True)
    ]
    return _counted(pairs, CHARACTERS)


def _kind(character: str, before: str) -> str:
    if character.isalpha():
        return CHARACTERS[0] if before.isalpha() else CHARACTERS[1]
    return CHARACTERS[{" ": 2, "\n": 3}.get(character, 4 if character.isdigit() else 5)]


def _translation(task: Any, model: Model) -> tuple[Part, ...]:
    """Whole phrases, said freely, by how many words the number has."""
    assert isinstance(model, patterns.ConditionalGenerator)
    batch = _held_out(task, SEEN)
    first = np.repeat(task.first, batch.size, axis=0)
    context = patterns.encode(model, batch).final_states
    said = generation.generate(model.decoder, first, task.embed, task.longest, state=context, end=task.end)
    right = whole(said.words, said.lengths, batch).tolist()
    lengths = [counted(int(n), "word") for n in batch.source.lengths]
    return _counted(zip(lengths, right, strict=True), sorted(set(lengths), key=lambda name: int(name.split()[0])))


BY_TASK: dict[str, Callable[[Any, Model], tuple[Part, ...]]] = {
    "sentiment": _sentiment,
    "tagging": _tagging,
    "digits": _digits,
    "captioning": _captioning,
    "text": _text,
    "translation": _translation,
}
