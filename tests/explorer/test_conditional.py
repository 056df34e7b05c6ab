"""The pass of two networks on a number of the user's own: what is read, what the loss is of, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.page import proof
from explorer.passes import translation
from explorer.state.errors import InputError
from explorer.state.settings import Settings
from explorer.state.translation import CONTEXTS

GERMAN = ("sieben", "tausend", "drei", "hundert", "vier", "und", "achtzig", "∎")


def test_its_own_words_are_read_and_are_what_the_loss_is_of():
    scene = translation.run(Settings())
    assert scene.source == ("seven", "thousand", "three", "hundred", "and", "eighty", "four")
    assert scene.said == scene.right == scene.targets == scene.best == GERMAN
    assert scene.tokens == (translation.NOTHING, *GERMAN[:-1])
    assert not scene.forced
    assert scene.trace.inputs.dtype == np.float64
    assert scene.pair.loss == pytest.approx(-scene.hypotheses[0].log_probability, rel=1e-9)


def test_words_and_digits_are_one_number():
    written = translation.run(Settings(number="Seven thousand, three hundred and eighty-four"))
    assert written.source == translation.run(Settings()).source


def test_the_right_words_are_read_whatever_it_says():
    """The Elman net is wrong here: teacher forced it reads, and is measured by, the right words all the same."""
    free, forced = (translation.run(Settings(context="rnn", forcing=how)) for how in ("free", "forced"))
    assert not free.correct
    assert free.targets == free.said != GERMAN
    assert forced.forced
    assert forced.targets == GERMAN
    assert forced.tokens == (translation.NOTHING, *GERMAN[:-1])
    assert forced.pair.loss > free.pair.loss
    np.testing.assert_array_equal(forced.pair.encoder.outputs, free.pair.encoder.outputs)
    assert not np.array_equal(forced.pair.grad_context, free.pair.grad_context)


def test_a_beam_keeps_as_many_phrases_as_asked():
    scene = translation.run(Settings(beam=4, context="rnn"))
    scores = [one.log_probability for one in scene.hypotheses]
    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)
    assert scene.targets == translation.phrase(scene.task, scene.hypotheses[0])


def test_no_number_has_no_right_phrase_and_says_so():
    scene = translation.run(Settings(number="forty two thousand", forcing="forced"))
    assert scene.right is None
    assert scene.correct is None
    assert not scene.forced
    told = "no number from 0 to 9999: the answer cannot be checked, and the decoder reads its own words. "
    assert scene.sequence.notice == f"These words are {told}"
    free = translation.run(Settings(number="twenty one hundred"))
    assert free.sequence.notice.endswith("the answer cannot be checked. ")


def test_a_long_source_is_cut_and_says_so():
    scene = translation.run(Settings(number="one " * 30))
    assert len(scene.source) == translation.MOST_WORDS
    assert "first 16 of 30 words" in scene.sequence.notice


@pytest.mark.parametrize("number", ["10000", "one " * 51, "fourtytwo", "", "four hundred apples"])
def test_what_is_no_number_is_refused_in_one_sentence(number: str):
    with pytest.raises(InputError, match=r"^The number must be .*: write "):
        translation.run(Settings(number=number))


def test_every_context_has_its_film():
    assert translation.CONTEXTS.keys() == CONTEXTS.keys()
    names = [translation.name(Settings(context=key)) for key in CONTEXTS]
    assert len(set(names)) == len(names)
    assert translation.name(Settings(language="fr", reversed=True, context="4")) == "translation-fr-gru"
    assert translation.name(Settings(reversed=True, context="4")) == "translation-reversed-gru"


def test_an_earlier_snapshot_is_another_network():
    first, last = (translation.run(Settings(snapshot=n)) for n in (1, 30))
    assert first.updates < last.updates
    assert first.said != last.said


def test_both_orders_are_of_the_same_words():
    forwards, backwards = translation.each_order(Settings(language="fr", context="4"))
    assert backwards.source == forwards.source[::-1]
    assert backwards.targets == forwards.targets == GERMAN
    assert backwards.film is not forwards.film


def test_what_depends_on_what():
    """German turns units and tens round: each depends on its own word of the source, wherever that stands."""
    scene = translation.run(Settings())
    assert scene.influence.shape == scene.lost.shape == (len(GERMAN), len(scene.source))
    needed = {scene.targets[t]: scene.source[scene.lost[t].argmax()] for t in (0, 2, 4, 6)}
    assert needed == {"sieben": "seven", "drei": "three", "vier": "four", "achtzig": "eighty"}


@pytest.mark.parametrize("context", ["43", "lstm", "rnn"])
def test_the_proof_is_of_both_networks(context: str):
    found = proof._compare(translation.run(Settings(context=context, snapshot=15, forcing="forced")))
    told = proof._line(lambda: found)
    assert told["agrees"]
    assert "of both networks, through c" in told["detail"]
    assert {"encoder.inputs", "encoder.weight_hh_l0", "decoder.l0.initial_hidden"} < found.autograd.keys()
