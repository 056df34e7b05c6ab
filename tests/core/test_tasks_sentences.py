"""Tagging and sentiment: the grammars' facts, their splits, their measures."""

from __future__ import annotations

import numpy as np
import pytest

from core import Network, tasks
from core.errors import InvalidValue
from core.tasks.grammar import Grammar, State, kept_back
from core.tasks.sentences import HELD_OUT, Sentences
from core.tasks.sentiment import Sentiment
from core.tasks.tagging import TAGS, Tagging

TAGGED = {
    "the old man sleeps": "DET ADJ NOUN VERB",
    "the old man the boat": "DET NOUN VERB DET NOUN",
    "the young guard the complex": "DET NOUN VERB DET NOUN",
    "the complex houses are new": "DET ADJ NOUN AUX ADJ",
    "the complex houses students": "DET NOUN VERB NOUN",
    "fat people eat the dogs": "ADJ NOUN VERB DET NOUN",
    "fat people eat is old": "NOUN NOUN VERB AUX ADJ",
    "fat people in the garden often eat is old": "NOUN NOUN ADP DET NOUN ADV VERB AUX ADJ",
    "we know that": "PRON VERB PRON",
    "we know that man": "PRON VERB DET NOUN",
    "we know that the old man the boat": "PRON VERB SCONJ DET NOUN VERB DET NOUN",
    "they wait after the train": "PRON VERB ADP DET NOUN",
    "they wait after the train falls": "PRON VERB SCONJ DET NOUN VERB",
    "those man the boat": "PRON VERB DET NOUN",
    "boat the": None,
}
FELT = {
    "the film is good": "positive",
    "the film is not good": "negative",
    "the film is not bad": "positive",
    "the plot was hardly very boring": "positive",
    "the story was never really moving": "negative",
    "this film is without charm": "negative",
    "this film is not without charm": "positive",
    "this film is not without flaws": "negative",
    "the cast never lacks wit": "positive",
    "the ending has no style": "negative",
    "the ending is full of kitsch": "negative",
    "nobody liked it": "negative",
    "nobody hated the music": "positive",
    "we did not really like it": "negative",
    "I loved it.": "positive",
    "the film is good but the plot is dull": "negative",
    "we hated the plot but nobody disliked the cast": "positive",
    "although the film is not bad, we never liked it": "negative",
    "although nobody liked it, the music is great": "positive",
    "film the good": None,
}


@pytest.fixture(scope="module", params=["sentiment", "tagging"])
def task(request: pytest.FixtureRequest) -> Sentences:
    made = tasks.make(request.param)
    assert isinstance(made, Sentences)
    return made


@pytest.fixture(scope="module")
def tagging() -> Tagging:
    return Tagging()


@pytest.mark.parametrize("text", TAGGED)
def test_tags_of_a_sentence(tagging: Tagging, text: str):
    tags = tagging.gold(tagging.tokens(text))
    expected = TAGGED[text]
    assert tags == (expected and tuple(expected.split()))


@pytest.mark.parametrize("text", FELT)
def test_sentiment_of_a_sentence(text: str):
    task = Sentiment()
    tokens = task.tokens(text)
    assert task.gold(tokens) == FELT[text]
    example = task.example(tokens)
    if FELT[text] is None:
        assert example is None
    else:
        assert example is not None
        assert task.output_words[example.loss.targets[0]] == FELT[text]


def test_every_sentence_has_one_tagging_only(task: Sentences):
    """Two readings of the same words go side by side through every state that they can reach; if the tags differed
    anywhere, they would not both come to an end."""
    grammar = task.grammar
    start = (grammar.start, grammar.start, False)
    seen, todo = {start}, [start]
    while todo:
        one, other, differ = todo.pop()
        assert not (differ and None in grammar.following(one) and None in grammar.following(other))
        for word in grammar.vocabulary.words:
            for a, after_one in grammar.read(one, word):
                for b, after_other in grammar.read(other, word):
                    pair = after_one, after_other, differ or a != b
                    if pair not in seen:
                        seen.add(pair)
                        todo.append(pair)
    assert len(seen) > 100


def completed(grammar: Grammar, state: State) -> list[str]:
    """The shortest words that bring a state to its end."""
    reached: list[tuple[State, list[str]]] = [(state, [])]
    for state, words in reached:
        steps = grammar.following(state)
        if None in steps:
            return words
        reached += [(step[1], [*words, grammar.members[step[0]][0]]) for step in steps if step is not None]
    raise AssertionError("no end")


def test_at_an_ambiguous_word_sentences_with_the_same_beginning_differ_in_its_tag(tagging: Tagging):
    """So no network that reads forwards alone can be right in all of them."""
    grammar, checked = tagging.grammar, 0
    for words, _ in tagging.sentences(100):
        states = {grammar.start}
        for t, (word, open_) in enumerate(zip(words, tagging.ambiguous(words), strict=True)):
            steps = {pair for state in states for pair in grammar.read(state, word)}
            states = {state for _, state in steps}
            whole = [(*words[: t + 1], *completed(grammar, state)) for state in states]
            tags = {gold[t] for sentence in whole if (gold := tagging.gold(sentence)) is not None}
            assert (len(tags) > 1) == open_
            checked += open_
    assert checked > 100


def test_ambiguous_words(tagging: Tagging):
    sentence = tagging.tokens("the old man the boat")
    assert tagging.ambiguous(sentence).tolist() == [False, True, True, False, False]


def test_what_is_learned_from_and_what_is_held_out_are_apart(task: Sentences):
    kept = [words for words, _ in task.sentences()]
    assert len(set(kept)) == len(kept) == HELD_OUT
    learned = [words for words, _ in task.grammar.draw(np.random.default_rng(3), 500, learned=True)]
    assert not set(kept) & set(learned)
    assert not any(map(kept_back, learned))


def test_the_seed_alone_decides(task: Sentences):
    first, second, other = (task.draw(np.random.default_rng(seed), 8) for seed in (5, 5, 6))
    assert np.array_equal(first.inputs, second.inputs)
    assert np.array_equal(first.loss.targets, second.loss.targets)
    assert first.inputs.shape != other.inputs.shape or not np.array_equal(first.inputs, other.inputs)
    again = type(task)()
    assert np.array_equal(task.held_out(20).inputs, again.held_out(20).inputs)


def test_a_batch_is_what_the_sentences_say(task: Sentences):
    batch, sentences = task.held_out(50), task.sentences(50)
    assert batch.inputs.dtype == np.float32
    assert batch.lengths is not None
    assert batch.inputs.shape == (batch.lengths.max(), 50, task.input_size)
    for b, (words, tags) in enumerate(sentences):
        assert batch.lengths[b] == len(words) == len(tags)
        assert task.grammar.vocabulary.spelled(batch.inputs[: len(words), b].argmax(-1)) == list(words)
        assert np.array_equal(task.encode(words)[:, 0], batch.inputs[: len(words), b])
        assert not batch.inputs[len(words) :, b].any()
        if task.name == "tagging":
            assert [TAGS[place] for place in batch.loss.targets[: len(words), b]] == list(tags)


def test_unknown_words(task: Sentences):
    with pytest.raises(InvalidValue, match="“xylophone”"):
        task.tokens("the xylophone")
    with pytest.raises(InvalidValue, match="one or more known words"):
        task.tokens(" . ")


def test_an_unknown_task():
    with pytest.raises(InvalidValue, match='"tagging"'):
        tasks.make("nothing")


def test_the_measure_of_an_untrained_network(task: Sentences):
    network = Network.initialise("gru", task.input_size, hidden_size=4, output_size=task.output_size)
    measure = task.measure(network, 100)
    assert not measure.solved
    assert 0 <= measure.share < 0.8
    assert measure.baseline is not None
    assert measure.count == (100 if task.name == "sentiment" else sum(len(words) for words, _ in task.sentences(100)))


def test_a_network_that_always_says_noun(tagging: Tagging):
    """All is zero but the bias of NOUN: the share is that of the nouns, among the ambiguous words and the others."""
    network = Network.initialise("rnn", tagging.input_size, hidden_size=2, output_size=len(TAGS))
    parameters = {name: np.zeros_like(array) for name, array in network.parameters.items()}
    parameters["readout.bias"] = np.array([float(name == "NOUN") for name in TAGS])
    network = network.replace(parameters)
    nouns: dict[bool, list[bool]] = {True: [], False: []}
    for words, tags in tagging.sentences(200):
        for open_, name in zip(tagging.ambiguous(words), tags, strict=True):
            nouns[bool(open_)].append(name == "NOUN")
    parts = tagging.measure_where(network, 200)
    for which, open_ in (("ambiguous", True), ("other", False)):
        assert parts[which].count == len(nouns[open_])
        assert parts[which].share == pytest.approx(np.mean(nouns[open_]))
    assert tagging.measure(network, 200).share == pytest.approx(np.mean(nouns[True] + nouns[False]))


@pytest.mark.parametrize("reading", ["DET", "PRON", "SCONJ"])
def test_a_sentence_that_goes_on_otherwise_gives_the_same_words_other_tags(tagging: Tagging, reading: str):
    words = ("we", "know", "that")
    sentence = tagging.grammar.otherwise(words, ("PRON", "VERB", reading))
    assert sentence is not None
    assert sentence[:3] == words
    gold = tagging.gold(sentence)
    assert gold is not None
    assert gold[2] != reading


def test_a_beginning_with_one_reading_goes_on_no_otherwise(tagging: Tagging):
    assert tagging.grammar.otherwise(("they", "sleep"), ("PRON", "VERB")) is None
    assert tagging.grammar.otherwise(("boat", "the"), ("NOUN", "DET")) is None
    assert tagging.gold(tagging.grammar.shortest(tagging.grammar.start)) is not None
