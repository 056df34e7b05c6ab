"""Usage patterns on trained networks: what is read and written, where the loss enters, and what the figures draw."""

from dataclasses import replace

import numpy as np
import pytest

from core import record
from core.passes import generation, losses
from core.tasks import images
from explorer import cards
from explorer.figures import answers, measured, usage
from explorer.look.style import FORWARD
from explorer.page import controls
from explorer.passes import failures, translation
from explorer.passes import usage as patterns
from explorer.questions import usage as pattern_questions
from explorer.state.settings import Settings
from explorer.state.usage import DIGITS, GARDEN_PATHS, INK, PATTERNS, SENTENCES, adapt, as_drawn, image

FAILS = "the old man sleeps"


def shown(**changes):
    settings, _ = adapt(Settings().changed(changes))
    return patterns.run(settings)


def texts(picture):
    return [word for trace in picture.data for word in trace.get("text", ()) if isinstance(word, str)]


def test_every_pattern_is_made_drawn_and_asked_about():
    assert PATTERNS.keys() == patterns.MAKE.keys() == usage.HEADLINES.keys() == pattern_questions.USAGES.keys()
    for pattern in PATTERNS:
        scene = shown(pattern=pattern, cell="lstm")
        assert usage.drawn(scene).title == usage.headline(scene)
        assert cards.usage(scene).blocks
        assert not pattern_questions.other_usage(scene).answer
        assert pattern_questions.other_usage(shown(pattern=pattern, revealed=True)).answer


def test_a_cell_that_was_not_trained_gives_way_to_one_that_was():
    settings, notice = adapt(Settings(cell="jordan"))
    assert settings.cell == "lstm"
    assert notice == "No Jordan was trained for this: this is the LSTM in its place."
    assert adapt(Settings(pattern="one-to-one", cell="lstm"))[0].cell == "rnn"


def test_the_cells_that_were_trained_are_offered_where_there_are_several():
    def offered(**changes):
        settings, _ = adapt(Settings(**changes))
        found = [c for c in controls.specs(settings, ("pattern",), ()) if c["label"] == "Cell"]
        return [(dict(c["options"]), c.get("more", False)) for c in found]

    three = {"rnn": "Elman", "gru": "GRU", "lstm": "LSTM"}
    assert offered() == offered(pattern="conditional generator") == [(three, False)]
    assert offered(pattern="generator") == [(three, True)]
    assert offered(pattern="generator", writes="prose") == offered(pattern="one-to-one") == []


# one to one


def test_there_are_as_many_held_out_digits_as_the_slider_says():
    assert len(images.split()[1].digits) == DIGITS


def test_a_digit_is_read_in_one_step_and_no_gradient_goes_through_time():
    scene = shown(pattern="one-to-one", digit=4)
    pixels, digit = image(scene.settings)
    assert scene.steps == 1
    np.testing.assert_array_equal(scene.trace.inputs[0, 0], pixels.ravel())
    assert scene.right == (digit,)
    assert not usage.norms_of(scene)[1].any()
    picture = usage.drawn(scene)
    np.testing.assert_array_equal(next(t for t in picture.data if len(t.get("z", ())) == 8)["z"], pixels[::-1])


def test_a_digit_drawn_by_hand_is_read_as_it_is_drawn():
    held_out = Settings(pattern="one-to-one", digit=4)
    pixels = as_drawn(held_out)
    scene = shown(pattern="one-to-one", drawn=pixels)
    assert np.abs(scene.pixels - image(held_out)[0]).max() <= 0.5 / INK
    assert scene.said == shown(pattern="one-to-one", digit=4).said
    assert scene.correct is None
    assert "Nobody knows the right answer" in scene.sequence.notice
    upright = "0" * 24 + "00ffff00" + "0" * 32
    np.testing.assert_array_equal(image(Settings(drawn=upright))[0][3], [0, 0, 1, 1, 1, 1, 0, 0])


def test_an_empty_pad_is_read_as_it_is_by_the_biases_alone():
    scene = shown(pattern="one-to-one", drawn="0" * 64)
    biases = record(scene.trace.network, np.zeros((1, 1, 64))).logits[0, 0]
    said, p = int(biases.argmax()), float(generation.distribution(biases).max())
    assert usage.headline(scene) == f"No ink: its biases alone say {said} with probability {p:.2f}."
    assert (scene.correct, scene.sequence.notice) == (None, patterns.NO_INK)
    assert usage.headline(shown(pattern="generator", drawn="0" * 64)).startswith("Of an empty image it spells “")


def test_another_held_out_digit_takes_the_place_of_the_drawing():
    drawn = Settings(pattern="one-to-one", drawn="f" * 64)
    assert controls.apply(drawn, {"digit": 7}).drawn == ""
    (control,) = (c for c in controls.specs(drawn, ("pattern", "drawn"), ()) if c["key"] == "drawn")
    assert (control["value"], control["own"]) == ("f" * 64, True)


# many to one


def test_the_loss_enters_where_it_is_asked_and_the_other_pass_has_it_elsewhere():
    end, every = shown(cell="lstm"), shown(cell="lstm", asked="every")
    assert (end.loss_steps, every.loss_steps) == ([9], list(range(10)))
    for one, other in ((end, every), (every, end)):
        np.testing.assert_array_equal(one.other[0, "forward"].grad_hidden, other.trace[0, "forward"].grad_hidden)
    task, places = end.task, [[end.sequence.targets[0, 0]]] * 10
    again = record(end.trace.network, task.encode(end.tokens), loss=losses.cross_entropy(places))
    np.testing.assert_array_equal(again[0, "forward"].grad_hidden, every.trace[0, "forward"].grad_hidden)
    first, there = (float(np.linalg.norm(one.trace[0, "forward"].grad_hidden[0, 0])) for one in (end, every))
    assert first < there
    title = usage.norms_title(end)
    assert title == usage.norms_title(every)
    assert title.startswith("‖∂L/∂h₁‖ is ")
    assert title.endswith("with a loss at every step.")


def test_the_answer_is_read_out_at_every_step_and_marked_where_it_counts():
    scene = shown(cell="lstm")
    p = scene.trace.predictions[:, 0, 1]
    picture = usage.drawn(scene)
    assert [f"{value:.2f}" for value in p] in [list(t.get("text", ())) for t in picture.data]
    assert texts(picture).count("<i>L</i>") == 2  # the name of its row, and one loss
    assert texts(usage.drawn(shown(cell="lstm", asked="every"))).count("<i>L</i>") == 11


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_examples_are_sentences_of_the_grammar_and_judged_rightly(cell, sentence):
    scene = shown(review=sentence, cell=cell)
    assert scene.known
    assert scene.correct[-1]


def test_the_last_step_s_headline_says_where_it_turned():
    scene = shown(cell="lstm", review="nobody liked the film", step=60)
    assert usage.headline(scene) == "The sentence is negative, with P(positive) = 0.00, turning last at “liked”."


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_the_first_sentence_is_bad_at_the_word_after_not_and_good_at_the_last_one(cell):
    scene = shown(cell=cell)
    p = dict(zip(scene.tokens, scene.probabilities[:, 1], strict=True))
    assert p["good"] < 0.1
    assert scene.probabilities[-2, 1] < 0.5 < 0.9 < p["great"]
    end = f"; only the last counts: {p['great']:.2f}, since “great”."
    assert usage.headline(scene) == f"After “the film was not good but” P(+) is {p['but']:.2f}{end}"


def test_choosing_an_example_writes_it():
    assert controls.apply(Settings(), {"example": FAILS}).tagged == FAILS
    assert controls.apply(Settings(), {"example": SENTENCES[3]}).review == SENTENCES[3]
    settings, _ = adapt(Settings())
    offered = [c for c in controls.specs(settings, ("pattern", "review"), ()) if c["key"] == "example"]
    assert [c["value"] for c in offered] == [Settings().review]
    assert not [c for c in controls.specs(settings.changed({"review": "bad"}), ("pattern",), ()) if c["value"] == "bad"]


# one to many


@pytest.mark.parametrize("changes", [{}, {"writes": "source"}, {"choosing": "sampled", "temperature": 2.0, "draw": 3}])
def test_what_comes_out_is_read_next(changes):
    scene = shown(pattern="generator", cell="gru", **changes)
    assert list(scene.tokens[1:]) == scene.words[:-1]
    task = scene.task
    for t, k in enumerate(scene.said[:-1]):
        read = task.embed(np.array([k]))[0] if not scene.before else task.encode([task.output_words[k]])[0, 0]
        np.testing.assert_array_equal(scene.trace.inputs[t + 1, 0], read)
    if scene.settings.choosing == "greedy":
        assert scene.said == tuple(scene.trace.logits[:, 0].argmax(-1))


def test_the_prompt_is_in_the_state_that_the_writing_starts_from():
    scene = shown(pattern="generator", writes="source", continued="for i in range(", cell="lstm")
    assert (scene.before, scene.tokens[0]) == ("for i in range", "(")
    read = record(scene.trace.network, scene.task.encode(list("for i in range")))
    np.testing.assert_array_equal(scene.trace[0, "forward"].initial_hidden, read.final_hidden[0])
    np.testing.assert_array_equal(scene.trace[0, "forward"].initial_cell, read.final_cell[0])
    assert "h₀ has read the 14 letters before" in usage.note(scene)


def test_the_temperature_shows_the_same_distribution_to_the_power_of_its_inverse():
    plain, warm = (shown(pattern="generator", temperature=tau, cell="lstm") for tau in (1.0, 2.0))
    assert plain.said == warm.said  # greedy
    powers = plain.probabilities ** (1 / 2.0)
    np.testing.assert_allclose(warm.probabilities, powers / powers.sum(-1, keepdims=True), rtol=1e-9)
    np.testing.assert_array_equal(plain.probabilities, generation.distribution(plain.trace.logits[:, 0]))
    bars = answers.distribution(warm).data[0]
    np.testing.assert_array_equal(bars["y"], warm.probabilities[warm.step])
    assert "at τ = 1 it has" in answers.distribution(warm).title


def test_a_draw_is_repeated_by_its_number():
    drawn = {"pattern": "generator", "writes": "source", "choosing": "sampled", "cell": "lstm", "temperature": 1.5}
    assert shown(**drawn, draw=1).said == shown(**drawn, draw=1).said
    assert len({shown(**drawn, draw=n).said for n in range(1, 6)}) > 1


def test_an_arc_leads_from_every_output_to_the_input_that_it_becomes():
    scene = shown(pattern="generator", cell="lstm")
    drawn = usage.drawn(scene).data
    (arcs,) = (t for t in drawn if t.get("mode") == "lines" and t["line"].get("color") == FORWARD and len(t["x"]) > 50)
    ends = [i for i, x in enumerate(arcs["x"]) if x is None] + [len(arcs["x"])]
    assert len(ends) == scene.steps - 1
    for t, end in enumerate(ends, 1):
        assert t < arcs["x"][end - 18] < t + 0.5 < arcs["x"][end - 1] < t + 1
        low, high = usage.rows(scene).output
        assert low < arcs["y"][end - 18] < high
        assert arcs["y"][end - 1] < usage.rows(scene).token[1]


def test_what_was_said_is_among_the_ranked_words():
    scene = shown(pattern="generator", writes="source", choosing="sampled", temperature=3.0, cell="lstm")
    ranked = usage.ranked(scene)
    assert all(said in row for said, row in zip(scene.said, ranked, strict=True))
    assert any(scene.probabilities[t, said] < scene.probabilities[t].max() for t, said in enumerate(scene.said))


def test_a_name_is_compared_letter_by_letter():
    scene = shown(pattern="generator", snapshot=1)
    assert not all(scene.correct)
    assert scene.loss_steps == list(range(min(len(scene.right), scene.steps)))
    assert "wrongly: it is" in usage.headline(scene)
    assert f"that at step {len(scene.right)}, where the last of the losses enters" in usage.norms_title(scene)


# many to many


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_who_reads_forwards_only_fails_at_what_follows_decides_and_who_reads_both_ways_does_not(cell):
    forward = shown(pattern="transducer", cell=cell)
    both = patterns.other_ways(forward)
    assert forward.correct == [True, False, False, True]
    assert both.correct == [True] * 4
    assert forward.ambiguous.tolist() == [False, True, True, False]
    assert both.trace.network.bidirectional
    assert not forward.trace.network.bidirectional
    assert usage.headline(forward) == ("Forwards only, the network tags “old” and “man” wrongly: what follows decides.")
    assert answers.tags(forward).title == "Of 4 tags, 2 are right reading forwards, 4 reading both ways."
    assert answers.tags(both).title == answers.tags(forward).title
    assert [word for word in texts(answers.tags(forward)) if "✗" in word] == ["NOUN ✗", "VERB ✗"]


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_who_is_right_by_guessing_is_wrong_where_the_same_words_go_on_otherwise(cell):
    scene = shown(pattern="transducer", cell=cell, tagged="the old man the boat")
    other = patterns.otherwise(scene)
    assert all(scene.correct)
    assert other.tokens == ("the", "old", "man", "sleeps")
    assert other.said[:3] == scene.said[:3]
    assert other.correct == [True, False, False, True]
    told = "Right by guessing: in “the old man sleeps” it says the same of “old” and “man”, wrongly."
    assert usage.headline(scene) == told
    both = shown(pattern="transducer", cell=cell, tagged="the old man the boat", both_ways=True)
    assert usage.headline(both) == "Both ways, all 5 tags are right, “old” and “man” by what follows."
    assert all(patterns.otherwise(both).correct)


def test_where_no_word_is_open_nothing_is_guessed():
    scene = shown(pattern="transducer", tagged="they sleep")
    assert patterns.otherwise(scene) is None
    assert usage.headline(scene) == "Forwards only, all 2 tags are right."


@pytest.mark.parametrize("sentence", GARDEN_PATHS)
def test_the_garden_paths_are_sentences_of_the_grammar(sentence):
    scene = shown(pattern="transducer", tagged=sentence, both_ways=True)
    assert scene.known
    assert scene.ambiguous.any()
    assert all(scene.correct)


def test_a_sentence_that_the_grammar_does_not_make_has_no_right_tags():
    scene = shown(pattern="transducer", tagged="boat the the")
    assert scene.correct is None
    assert not scene.ambiguous.any()
    assert usage.headline(scene).endswith("a sentence that our grammar does not make.")
    assert "differ between reading forwards" in answers.tags(scene).title


def test_the_reverse_chain_s_gradient_runs_the_other_way():
    scene = shown(pattern="transducer", both_ways=True, cell="lstm")
    total, time = usage.norms_of(scene, "reverse")
    assert time[0] == 0  # its last step in processing order
    assert time[1:].all()
    assert np.allclose(total[0], np.linalg.norm(scene.trace[0, "reverse"].grad_hidden[0, 0]))


# many to many, by way of c


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_a_number_is_read_by_one_network_and_said_by_another(cell):
    scene = shown(pattern="conditional generator", number="4217", translator=cell, step=8)
    assert scene.tokens[: scene.offset] == ("four", "thousand", "two", "hundred", "and", "seventeen")
    assert "".join(scene.words) == "viertausendzweihundertsiebzehn∎"
    assert all(scene.correct)
    assert scene.out == 1
    assert scene.loss_steps == list(range(len(scene.said)))
    assert usage.headline(scene) == "“4217” is read in 6 steps, then said in German: “viertausendzweihundertsiebzehn”."


def test_a_translation_opens_on_a_cell_that_does_it_and_an_elman_net_can_be_chosen():
    opened, notice = adapt(Settings(pattern="conditional generator"))
    assert (opened.cell, notice) == ("gru", "")
    assert all(patterns.run(opened).correct)
    (control,) = (c for c in controls.specs(opened, ("pattern",), ()) if c["label"] == "Cell")
    assert control["value"] == "gru"
    chosen = adapt(controls.apply(opened, {control["key"]: "rnn"}))[0]
    assert not all(patterns.run(chosen).correct)
    assert adapt(replace(opened, cell="rnn", pattern="encoder"))[0].cell == "rnn"


def test_what_the_elman_net_has_forgotten_of_the_number_is_said():
    scene = shown(pattern="conditional generator", number="7384", translator="rnn")
    assert usage.headline(scene).endswith("“viertausenddreihundertvierundachtzig”, wrongly.")
    assert [t for t, ok in enumerate(scene.correct) if not ok] == [0]
    assert "✗ sieben" in texts(usage.drawn(scene))


def test_the_gradient_of_the_decoder_goes_on_through_c_into_the_encoder():
    scene = shown(pattern="conditional generator", translator="gru")
    total, time = scene.gradients()
    assert total.shape == scene.hidden().shape == (scene.steps, 43)
    np.testing.assert_allclose(total[: scene.offset], scene.source[0, "forward"].grad_hidden[:, 0])
    np.testing.assert_allclose(total[scene.offset :], scene.trace[0, "forward"].grad_hidden[:, 0])
    np.testing.assert_allclose(total[scene.offset - 1], scene.trace[0, "forward"].grad_initial_hidden[0])
    np.testing.assert_array_equal(scene.hidden()[scene.offset - 1], scene.trace[0, "forward"].initial_hidden[0])
    assert usage.columns(scene) == list(range(scene.offset + 1, scene.steps + 1))
    assert time[scene.offset - 1].any()


def test_words_that_are_no_number_have_no_right_translation():
    scene = shown(pattern="conditional generator", number="four four hundred")
    assert scene.correct is None
    assert "These words are no number" in scene.sequence.notice
    longest = shown(pattern="conditional generator", number="four " * 40)
    assert longest.offset == translation.MOST_WORDS
    assert "The first 16 of 40 words are read." in longest.sequence.notice


def test_the_card_of_an_encoder_s_step_has_no_output():
    scene = shown(pattern="conditional generator", translator="lstm", step=2)
    headings = [block.text for block in cards.usage(scene).blocks if block.kind == "heading"]
    assert headings == ["The context c"]
    assert any("72 numbers" in block.text for block in cards.usage(scene).blocks if block.kind == "text")


# what was measured


def test_the_curves_are_the_films_own_measures():
    scene = shown(pattern="transducer", cell="gru", snapshot=12)
    picture = measured.shares(scene)
    by_width = [t for t in picture.data if t.get("mode") == "lines" and len(t["y"]) == len(scene.film)]
    assert len(by_width) == 4  # three cells, and the chosen one reading both ways
    assert [measure.share for measure in scene.film.measures] in [list(t["y"]) for t in by_width]
    assert f"After {scene.updates:,} updates" in picture.title


@pytest.mark.parametrize("changes", [{"pattern": p} for p in PATTERNS] + [{"pattern": "generator", "writes": "source"}])
def test_where_it_fails_is_counted_on_what_was_held_out(changes):
    after, before = shown(**changes), shown(**changes, snapshot=1)
    late, early = (failures.parts(scene.film, scene.at) for scene in (after, before))
    assert all(0 <= part.right <= part.count for part in (*late, *early))
    assert sum(p.right for p in late) / sum(p.count for p in late) > sum(p.right for p in early) / sum(
        p.count for p in early
    )
    bars = measured.where(after).data[0]
    assert bars["x"] == [part.share for part in late]


def test_the_open_words_are_where_a_tagger_that_reads_forwards_fails():
    scene = shown(pattern="transducer")
    parts = {part.name: part for part in failures.parts(scene.film, scene.at)}
    assert parts["settled"].share > 0.99
    assert parts["left open so far"].share < 0.8
    both = patterns.other_ways(scene)
    assert all(part.share > 0.99 for part in failures.parts(both.film, both.at)[:2])


def test_the_grammar_is_shown_whole():
    scene = shown()
    rules, words = (" ".join(texts(make(scene))) for make in (measured.rules, measured.words))
    for name, rule in scene.task.grammar.rules.items():
        assert f"<b>{name}</b> →" in rules
        assert all(part in rules for part in rule.split())
    for name, members in scene.task.grammar.words.items():
        assert f"<b>{name}</b>" in words
        assert all(word in words for word in members.split())


def test_a_pass_depends_on_what_it_is_made_of_alone():
    settings = Settings(pattern="generator", step=2, revealed=True, temperature=2.0)
    assert patterns.key(settings) == patterns.key(Settings(pattern="generator"))
    sampled = replace(settings, choosing="sampled")
    assert patterns.key(sampled) != patterns.key(replace(sampled, temperature=1.0))
    assert patterns.key(sampled) != patterns.key(settings)
    assert shown(pattern="generator").seen(settings).temperature == 2.0
