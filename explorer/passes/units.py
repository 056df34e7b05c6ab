"""A page of text that a trained network reads character by character, and what its units follow in such text.

The page is a passage of what was held out from the training, or the user's own text. What the units follow is measured
on LANES stretches of the held-out text, each as long as STRETCH at most, read at once in the film's own float32: on one
half a feature is chosen for a unit, or a unit for a feature; on the other half that is confirmed
(core.analysis.tracking).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from core import record
from core.analysis import features, spans
from core.analysis.spans import Found
from core.analysis.tracking import Tracking, tracking
from core.errors import InvalidValue
from core.films.film import Film
from core.networks.network import Network
from core.passes.trace import Trace
from core.tasks import text as texts
from core.tasks.text import Text
from explorer.look.cells import CELLS
from explorer.look.notation import counted
from explorer.passes import at_snapshot
from explorer.passes.at_snapshot import AtSnapshot
from explorer.passes.reading import Read
from explorer.state.errors import refused
from explorer.state.passage import LONGEST_PASSAGE, PASSAGES, offered, shades
from explorer.state.settings import Settings
from explorer.state.splitting import VISIBLE

COLUMNS, ROWS = 60, 12  # of the page; a longer line is wrapped
LANES, STRETCH = 8, 2000
GRADIENTS = {"dc": "c", "dh": "h"}


@dataclass(frozen=True)
class Passage(AtSnapshot):
    """A pass over a page of text.

    characters   those that are read
    start        where the page begins in the held-out text; None for the user's own
    """

    characters: str = ""
    start: int | None = None

    @property
    def units(self) -> int:
        return self.trace.network.hidden_size

    @property
    def unit_number(self) -> int:
        """The selected unit as a person counts, from 1."""
        return self.unit + 1

    @property
    def shade(self) -> str:
        """The quantity that the page is coloured by, of those that the cell has."""
        return shade(self.settings)

    @property
    def quantity(self) -> str:
        """What is asked what it follows: the same, or of a gradient the state that it is of."""
        return GRADIENTS.get(self.shade, self.shade)

    @property
    def values(self) -> np.ndarray:
        """(T, H) of the quantity that the page is coloured by."""
        chain, view = self.trace[0, "forward"], self.settings.of_cell
        if self.shade in view.gates:
            return chain.gates[self.shade][:, 0]
        read = chain.grad_states if self.shade in GRADIENTS else chain.states
        (state,) = (state for state, symbol in view.symbols.items() if symbol == self.quantity)
        return read[state][:, 0]

    @cached_property
    def features(self) -> Mapping[str, np.ndarray]:
        """Name -> (T,) of this page."""
        return features.features(self.characters, self.settings.corpus == "source")

    @property
    def tracking(self) -> Tracking:
        """What the units follow in the held-out stretches."""
        return tracked(self.film, self.at, self.quantity)

    @property
    def names(self) -> tuple[str, ...]:
        """The features of this kind of text, in the order of the tracking."""
        return offered(self.settings.corpus)

    @property
    def feature(self) -> str:
        """The selected one, or the one that the selected unit follows best (Tracking.best_feature)."""
        chosen = self.settings.feature
        return chosen if chosen in self.names else self.names[self.tracking.best_feature(self.unit)]

    @property
    def span(self) -> range:
        """The selected steps, 0-based."""
        ends = (min(step, self.steps) for step in (self.settings.span_from, self.settings.span_to))
        first, last = sorted(ends)
        return range(first - 1, last)


@dataclass(frozen=True, eq=False)
class Kept:
    """What was held out of a corpus.

    text      all of it
    clean     places where a line begins, outside all strings and brackets: nothing before them is needed to read on
    lanes     where the stretches begin, and `length` how long they are
    inputs    (T, B, D) of the stretches; features (T, B, F)
    """

    text: str
    clean: np.ndarray
    lanes: tuple[int, ...]
    length: int
    inputs: np.ndarray
    features: np.ndarray

    def after(self, place: float) -> int:
        """The first clean place from here on."""
        return int(self.clean[np.searchsorted(self.clean, place)])


def run(settings: Settings) -> Passage:
    """The page that the settings describe, read by its film at their snapshot. Raises InputError for a text that cannot
    be read."""
    film = at_snapshot.film(settings.corpus, settings.reader)
    task = text_of(film)
    chosen, start = page(settings)
    try:
        tokens = task.tokens(chosen)
        batch = task.example(tokens)
    except InvalidValue as error:
        raise refused(error) from None
    notice = ""
    if settings.own_text:
        longer = len(texts.plain(settings.own_text)) > len(tokens)
        notice = f"The first {len(tokens) - 1} characters are read. " if longer else ""
        notice += f"The last character of your text, “{VISIBLE.get(tokens[-1], tokens[-1])}”, is only predicted. " * (
            not longer
        )
        if unknown := sum(token != character for token, character in zip(tokens, chosen, strict=True)):
            notice += f"{counted(unknown, 'character')} that it never learned: read as “{texts.REPLACEMENT}”. "
    read = tuple(VISIBLE.get(token, token) for token in tokens[:-1])
    given = Read(read, batch.inputs, batch.loss, notice)
    return at_snapshot.through(film, settings, given, Passage, characters="".join(tokens[:-1]), start=start)


def adapt(settings: Settings) -> tuple[Settings, str]:
    """The settings as this page's controls and cards read them: the cell, the units and the steps that there are; where
    no unit is chosen, the one that follows the feature best, and where no feature is either, the first one."""
    film = at_snapshot.film(settings.corpus, settings.reader)
    cell, hidden = film.recipe.cell, film.recipe.hidden
    settings = settings.but(
        task=settings.corpus, reader=cell, cell=cell, hidden=hidden, loss="every", what_if="none",
        system="rnn", nonlinearity=film.recipe.nonlinearity, length=max(1, len(page(settings)[0]) - 1),
    )  # fmt: skip
    settings = settings.but(shade=shade(settings))
    if settings.watched is None and settings.feature not in offered(settings.corpus):
        settings = settings.but(feature=offered(settings.corpus)[0])
    unit = best_unit(settings) if settings.watched is None else min(settings.watched, hidden)
    return settings.but(watched=unit, unit=unit, step=settings.character), ""


def best_unit(settings: Settings) -> int:
    """The unit, from 1, that follows the selected feature best on the half that one chooses by."""
    film = at_snapshot.film(settings.corpus, settings.reader)
    found = tracked(film, at_snapshot.selected(film, settings), GRADIENTS.get(settings.shade, settings.shade))
    return found.best_unit(offered(settings.corpus).index(settings.feature)) + 1


def shade(settings: Settings) -> str:
    """The selected one, or its counterpart where the cell has it by another name or not at all."""
    has = shades(settings.cell)
    other = settings.of_cell.counterparts.get(settings.shade, settings.shade)
    if other in has:
        return other
    return "dh" if other in GRADIENTS else "h"


def page(settings: Settings) -> tuple[str, int | None]:
    """The text to read, its last character only to be predicted, and where it begins in what was held out."""
    if settings.own_text:
        return cut(texts.plain(settings.own_text)), None
    held = kept(settings.corpus)
    start = held.after((settings.passage - 1) / PASSAGES * (held.clean[-1] - LONGEST_PASSAGE))
    return cut(held.text[start : start + LONGEST_PASSAGE + 1]), start


def cut(text: str) -> str:
    """What of a text fits on a page, and the character that comes next."""
    text = text[: LONGEST_PASSAGE + 1]
    rows, _ = laid_out(text[:-1], COLUMNS)
    return text[: int(np.searchsorted(rows, ROWS)) + 1]


def laid_out(text: str, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """(T,) the row and the column of every character, from 0: a newline ends a row, and so does the last column."""
    rows, places = np.zeros((2, len(text)), int)
    row = column = 0
    for t, character in enumerate(text):
        rows[t], places[t] = row, column
        column += 1
        if character == "\n" or column == columns:
            row, column = row + 1, 0
    return rows, places


def text_of(film: Film) -> Text:
    task = film.recipe.learned()
    assert isinstance(task, Text)
    return task


@lru_cache(maxsize=2)
def kept(corpus: str) -> Kept:
    """What was held out of a corpus, and the stretches of it: as many as LANES, spread evenly, that do not overlap."""
    task = Text(corpus)
    text = "".join(task.tokens(texts.standard_library(corpus, texts.HELD_OUT)))
    code = corpus == "source"
    marks = features.lexical(text) if code else {}
    inside = marks["string"] + marks["brackets"] if code else np.zeros(len(text))
    places = [t for t in range(1, len(text)) if text[t - 1] == "\n" and text[t] != "\n" and not inside[t - 1]]
    clean = np.array([0, *places])
    lanes = tuple(int(clean[np.searchsorted(clean, k * len(text) / LANES)]) for k in range(LANES))
    length = int(min(STRETCH, *np.diff([*lanes, len(text)])))
    read = [text[start : start + length] for start in lanes]
    found = [features.features(one, code) for one in read]
    return Kept(
        text,
        clean,
        lanes,
        length,
        np.concatenate([task.encode(list(one)) for one in read], axis=1),
        np.stack([np.stack([one[name] for name in offered(corpus)], axis=-1) for one in found], axis=1),
    )


@lru_cache(maxsize=4)
def states(film: Film, at: int) -> Mapping[str, np.ndarray]:
    """Quantity -> (T, B, H) of a snapshot while it reads the held-out stretches."""
    network = film.model(at)
    assert isinstance(network, Network)
    chain = record(network, kept(text_of(film).corpus).inputs)[0, "forward"]
    symbols = CELLS[film.recipe.cell].symbols
    return {symbols[name]: state for name, state in chain.states.items()} | dict(chain.gates)


@lru_cache(maxsize=4)
def _searched(film: Film, at: int) -> spans.Text:
    """The hidden states of a snapshot over the held-out stretches, to look for spans in."""
    return spans.text(states(film, at)["h"])


@lru_cache(maxsize=256)
def tracked(film: Film, at: int, quantity: str) -> Tracking:
    """What the units of a snapshot follow with one quantity of theirs."""
    return tracking(states(film, at)[quantity], kept(text_of(film).corpus).features)


def confirming(scene: Passage) -> tuple[np.ndarray, np.ndarray]:
    """The selected unit's quantity, and the feature, at every character of the half that confirms."""
    held = kept(scene.settings.corpus)
    half, f = len(held.lanes) // 2, scene.names.index(scene.feature)
    return states(scene.film, scene.at)[scene.quantity][:, half:, scene.unit].ravel(), held.features[
        :, half:, f
    ].ravel()


def on(scene: Passage) -> tuple[np.ndarray, float]:
    """(H,) which units' hidden state is at the threshold or above it all along the selected span, and at which share of
    the characters of the held-out stretches all of these are."""
    span, threshold = scene.span, scene.settings.threshold
    chosen = spans.units_on(scene.trace[0, "forward"].hidden[span.start : span.stop, 0], threshold)
    return chosen, spans.on_together(chosen, states(scene.film, scene.at)["h"], threshold)


def alike(scene: Passage, count: int) -> list[Found]:
    """The spans of the held-out stretches with the hidden states most like those of the selected span; the span itself,
    where it is among them, and what overlaps it are left out."""
    return _alike(scene.film, scene.at, scene.trace, scene.start, scene.span, count)


@lru_cache(maxsize=64)
def _alike(film: Film, at: int, trace: Trace, start: int | None, span: range, count: int) -> list[Found]:
    """`alike`, remembered: it is the same whatever unit is selected."""
    own = trace[0, "forward"].hidden[span.start : span.stop, 0]
    similarity = spans.similarities(own, _searched(film, at))
    if start is not None:
        places = np.array(kept(text_of(film).corpus).lanes) + np.arange(len(similarity))[:, None]
        similarity = np.where(np.abs(places - start - span.start) < len(span), np.nan, similarity)
    return spans.most_similar(similarity, len(span), count)
