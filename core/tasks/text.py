"""Text, one character after the other: each step predicts the next character.

    corpus="source"   modules of Python's standard library, as they stand
    corpus="prose"    their documentation: the docstrings of modules, classes and functions, in plain paragraphs of one
                      line each; examples and signatures are left out
    text="…"          the user's own, at least LEAST characters; no more than the first MOST are read

The files are those of the Python that runs, so their letters differ a little from one version to another; a module
that a version lacks is skipped. Their alphabet is the printable characters of ASCII and the newline, whatever the
version, so that a network that learned one reads the next; that of the user's text is its own, at most OWN characters,
the most frequent. All others become REPLACEMENT. Line ends are \\n, and tabs are spaces.

An example is a window of `window` characters that begins anywhere. Split: whole modules are held out (of the user's
own text the last tenth); measured is on at most WINDOWS windows of these, spread evenly, that do not overlap. The
baseline is the error of a network without memory or input, which only knows how frequent each character is in what is
learned from. There is no criterion: no text can be predicted wholly, so solved is always false.

Source: Python's standard library, © Python Software Foundation, PSF License Version 2.
"""

from __future__ import annotations

import ast
import inspect
import sysconfig
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core import checks
from core.errors import InvalidType, InvalidValue
from core.lengths import Lengths
from core.passes import losses
from core.passes.batch import Batch
from core.passes.patterns import Model, run
from core.tasks.task import Measure, Task, sized
from core.tasks.vocabulary import Vocabulary, one_hot

Array = NDArray[Any]
CORPORA = ("source", "prose")
LEARNED = (
    "abc", "argparse", "ast", "base64", "bisect", "calendar", "cmd", "codeop", "collections/__init__", "configparser",
    "contextlib", "copy", "csv", "dataclasses", "difflib", "enum", "fileinput", "fnmatch", "fractions", "functools",
    "getopt", "glob", "graphlib", "gzip", "hashlib", "heapq", "html/parser", "inspect", "json/__init__",
    "json/decoder", "keyword", "linecache", "numbers", "operator", "optparse", "pprint", "queue", "random", "reprlib",
    "sched", "shlex", "shutil", "stat", "statistics", "string", "tempfile", "timeit", "tokenize", "traceback", "types",
    "uuid", "warnings", "weakref", "zipfile",
)  # fmt: skip
HELD_OUT = ("colorsys", "json/encoder", "quopri", "secrets", "tabnanny", "textwrap", "threading")
ASCII = ("\n", *map(chr, range(32, 127)))
REPLACEMENT = "\ufffd"
LEAST, MOST, OWN, WINDOWS, LONGEST = 200, 1_000_000, 120, 512, 1000


class Text(Task):
    name = "text"
    title = "The next character"
    pattern = "generator"
    origin = (
        "Python's standard library and its docstrings, © Python Software Foundation, PSF License 2; or the user's own."
    )

    def __init__(self, corpus: str = "source", text: str = "", window: int = 64) -> None:
        """text is read in place of a corpus where it is not empty. Raises InvalidValue for a shorter one than LEAST
        characters, an unknown corpus, and a window that does not fit."""
        checks.choice("corpus", corpus, CORPORA)
        if not isinstance(text, str):
            raise InvalidType("text", "a text", type(text).__name__, "pass a str")
        self.corpus, self.window = corpus, checks.count("window", window)
        self._own = plain(text[:MOST])
        if text and len(self._own) < LEAST:
            got = f"{len(self._own)}"
            raise InvalidValue("the text", f"of at least {LEAST} characters", got, "paste a longer one")
        longest = min(LONGEST, len(self._own) // 10 - 1 if text else LONGEST)
        if window > longest:
            expected = f"at most {longest}, to fit into what is held out"
            raise InvalidValue("window", expected, str(window), "take a shorter one or a longer text")
        alphabet = ASCII if not text else tuple(sorted(c for c, _ in Counter(self._own).most_common(OWN)))
        self.input_words = self.output_words = tuple(dict.fromkeys((*alphabet, REPLACEMENT)))

    def draw(self, rng: Generator, size: int) -> Batch:
        learned = self.parts[0]
        return self._windows(learned, rng.integers(len(learned) - self.window, size=size))

    def held_out(self, size: int | None = None) -> Batch:
        kept = self.parts[1]
        available = min(WINDOWS, (len(kept) - 1) // self.window)
        starts = np.linspace(0, len(kept) - self.window - 1, available).astype(int)
        return self._windows(kept, starts[: sized(size, available)])

    def measure(self, model: Model, size: int | None = None) -> Measure:
        """Over characters: the share of the next ones that are the most probable one, and −log P of them."""
        batch = self.held_out(size)
        logits = run(model, batch, loss=False).logits
        y = np.asarray(batch.loss.targets)
        lengths = Lengths(np.full(batch.size, self.window), self.window)
        error = float(batch.loss.evaluate(logits.astype(float), lengths)[0].sum())
        baseline = float(-np.log(self._frequencies[y]).mean())
        share = float((logits.argmax(-1) == y).mean())
        return Measure(share, "characters", y.size, False, error, "nats a character", baseline)

    def tokens(self, text: str) -> list[str]:
        """A user's text as characters of the alphabet. Raises InvalidValue for none."""
        if not (found := plain(text)):
            raise InvalidValue("the text", "of one or more characters", "none", "write some")
        return [character if character in self._vocabulary.places else REPLACEMENT for character in found]

    def encode(self, tokens: Sequence[str]) -> Array:
        """(T, 1, D) one-hot. Raises InvalidValue for characters that are not of the alphabet."""
        return one_hot(np.array(self._vocabulary.index(tokens))[:, None], self.input_size)

    def example(self, tokens: Sequence[str]) -> Batch:
        """A user's text: each character but the last, with the one that follows it."""
        if len(tokens) < 2:
            raise InvalidValue("the text", "of at least 2 characters", str(len(tokens)), "the last is only predicted")
        return self._batch(np.array(self._vocabulary.index(tokens))[:, None])

    @cached_property
    def parts(self) -> tuple[Array, Array]:
        """The characters, as their places, that are learned from, and those that are held out."""
        if self._own:
            cut = len(self._own) - len(self._own) // 10
            texts = self._own[:cut], self._own[cut:]
        else:
            texts = standard_library(self.corpus, LEARNED), standard_library(self.corpus, HELD_OUT)
        learned, kept = (np.array(self._vocabulary.index(self.tokens(text))) for text in texts)
        return learned, kept

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self.input_words)

    @cached_property
    def _frequencies(self) -> Array:
        """(K,) of what is learned from; one is added to every count, so that none is zero."""
        counts = np.bincount(self.parts[0], minlength=self.output_size) + 1
        frequencies: Array = counts / counts.sum()
        return frequencies

    def _windows(self, text: Array, starts: Array) -> Batch:
        return self._batch(text[starts + np.arange(self.window + 1)[:, None]])

    def _batch(self, places: Array) -> Batch:
        """(T+1, B) places: all but the last are read, all but the first predicted."""
        loss = losses.cross_entropy(places[1:], reduction="mean")
        return Batch(one_hot(places[:-1], self.input_size), loss)


def plain(text: str) -> str:
    """Line ends as \\n, and tabs as spaces."""
    return text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)


@cache
def standard_library(corpus: str, modules: Sequence[str]) -> str:
    """What the modules hold, one after the other. Raises InvalidValue if the Python that runs has none of them as
    source."""
    folder = Path(sysconfig.get_path("stdlib"))
    found = [(folder / f"{module}.py", folder / module / "__init__.py") for module in modules]
    files = [next(file for file in either if file.is_file()) for either in found if any(map(Path.is_file, either))]
    if not files:
        remedy = "give a text of your own"
        raise InvalidValue("Python's standard library", f"there as source in {folder}", "none of it", remedy)
    sources = [plain(file.read_text(encoding="utf-8")) for file in files]
    return "\n".join(sources if corpus == "source" else ["".join(paragraphs(source)) for source in sources])


def paragraphs(source: str) -> Iterator[str]:
    """The plain paragraphs of a module's docstrings, each on a line of its own."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            for paragraph in inspect.cleandoc(ast.get_docstring(node) or "").split("\n\n"):
                if is_prose(paragraph.strip("\n")):
                    yield " ".join(paragraph.split()) + "\n"


def is_prose(paragraph: str) -> bool:
    """Whether a paragraph begins with a capital, ends a sentence, and has three words or more, no indented line and no
    example."""
    ends = paragraph[:1].isupper() and paragraph.endswith((".", "!", "?"))
    return ends and len(paragraph.split()) > 2 and "\n " not in paragraph and ">>>" not in paragraph
