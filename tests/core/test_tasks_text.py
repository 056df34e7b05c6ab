"""Text: the corpora, windows, a user's own text, and the measure."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from core import Network
from core.errors import InvalidValue
from core.tasks.text import ASCII, HELD_OUT, LEARNED, REPLACEMENT, Text, paragraphs, plain

OWN = "".join(chr(97 + n % 26) + " " * (n % 7 == 0) for n in range(900))


def test_the_alphabet_does_not_depend_on_the_files():
    assert Text("source").input_words == Text("prose").output_words == (*ASCII, REPLACEMENT)
    assert len(ASCII) == 96
    assert Text().tokens("a\té\r\n") == ["a", " ", " ", " ", REPLACEMENT, "\n"]


@pytest.mark.parametrize("corpus", ["source", "prose"])
def test_each_step_predicts_the_next_character(corpus: str):
    task = Text(corpus, window=20)
    batch = task.draw(np.random.default_rng(0), 7)
    assert batch.inputs.shape == (20, 7, 97)
    assert np.array_equal(batch.inputs[1:].argmax(-1), batch.loss.targets[:-1])
    learned = "".join(task.input_words[place] for place in task.parts[0])
    window = "".join(task.input_words[place] for place in (*batch.inputs[:, 0].argmax(-1), batch.loss.targets[-1, 0]))
    assert window in learned
    assert np.array_equal(batch.inputs, task.draw(np.random.default_rng(0), 7).inputs)


def test_whole_modules_are_held_out():
    assert not set(LEARNED) & set(HELD_OUT)
    learned, kept = Text("source").parts
    assert len(learned) > 500_000
    assert len(kept) > 30_000


def test_prose_is_made_of_plain_paragraphs():
    source = '''
"""Short title.

A paragraph of
two lines.

    An indented one is left out.

Examples as well:
>>> 1 + 1.

No end
"""
def f():
    """Return the sum of both."""
'''
    assert list(paragraphs(source)) == ["A paragraph of two lines.\n", "Return the sum of both.\n"]


def test_a_text_of_the_user():
    task = Text(text=OWN, window=16)
    assert task.input_words == (*sorted(set(OWN)), REPLACEMENT)
    learned, kept = task.parts
    assert "".join(task.input_words[place] for place in (*learned, *kept)) == OWN
    assert len(kept) == len(OWN) // 10
    assert task.tokens("aé") == ["a", REPLACEMENT]
    example = task.example(task.tokens("ab c"))
    assert example.inputs.shape == (3, 1, 28)
    assert [task.input_words[place] for place in example.loss.targets[:, 0]] == list("b c")


def test_held_out_windows_do_not_overlap():
    task = Text(text=OWN, window=16)
    batch = task.held_out()
    windows = ["".join(task.input_words[n] for n in batch.inputs[:, b].argmax(-1)) for b in range(batch.size)]
    kept = OWN[-(len(OWN) // 10) :]
    assert len(windows) == (len(kept) - 1) // 16
    places = [kept.find(window) for window in windows]
    assert all(later - sooner >= 16 for sooner, later in pairwise(places))


def test_the_measure_of_a_network_that_knows_the_frequencies():
    """Without weights, with their logarithms as biases: its error is the baseline."""
    task = Text(text=OWN, window=16)
    network = Network.initialise("rnn", task.input_size, hidden_size=2, output_size=task.output_size)
    counts = np.bincount(task.parts[0], minlength=task.output_size) + 1
    parameters = {name: np.zeros_like(array) for name, array in network.parameters.items()}
    parameters["readout.bias"] = np.log(counts / counts.sum())
    measure = task.measure(network.replace(parameters))
    assert measure.error == pytest.approx(measure.baseline)
    assert measure.unit == "nats a character"
    assert measure.count == task.held_out().size * 16
    assert not measure.solved
    assert measure.share == pytest.approx((task.held_out().loss.targets == counts.argmax()).mean())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"text": "short"}, "at least 200 characters"),
        ({"corpus": "novels"}, '"source", "prose"'),
        ({"text": OWN, "window": 500}, "window must be at most"),
        ({"window": 1001}, "window must be at most 1000"),
        ({"window": 0}, "window must be at least 1"),
    ],
)
def test_what_is_refused(options: dict[str, str | int], message: str):
    with pytest.raises(InvalidValue, match=message):
        Text(**options)  # type: ignore[arg-type]


def test_an_empty_text_has_no_characters():
    with pytest.raises(InvalidValue, match="one or more characters"):
        Text().tokens("")
    assert plain("a\rb\r\nc") == "a\nb\nc"
