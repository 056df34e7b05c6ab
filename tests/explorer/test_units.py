"""A page of text read by a trained network: what is read, what the figures say, and that they say it of the pass."""

import base64
from dataclasses import replace

import numpy as np
import pytest

from core.analysis import features
from explorer import cards
from explorer.figures import alike, passage, tracked
from explorer.look import style
from explorer.look.style import ON_COLOUR, ON_PALE
from explorer.page import controls
from explorer.passes import store, units
from explorer.questions import networks
from explorer.state.errors import InputError
from explorer.state.passage import FEATURES, LONGEST_PASSAGE, PASSAGES, SHADES, offered
from explorer.state.settings import Settings
from explorer.state.splitting import VISIBLE


def page(**changes):
    settings, notice = units.adapt(Settings().changed(changes))
    assert notice == ""
    return units.run(settings)


def letters(picture):
    (trace,) = (trace for trace in picture.data if trace.get("mode") == "text")
    return trace


def heat(picture):
    return [trace for trace in picture.data if trace["type"] == "heatmap"]


def test_a_page_is_a_passage_of_what_was_held_out():
    starts = set()
    for number in (1, 9, PASSAGES):
        shown = page(passage=number)
        held = units.kept("source")
        assert shown.characters == held.text[shown.start : shown.start + shown.steps]
        assert held.text[shown.start - 1] == "\n" or shown.start == 0
        starts.add(shown.start)
    assert len(starts) == 3


@pytest.mark.parametrize("corpus", ["source", "prose"])
def test_a_page_and_a_stretch_begin_where_nothing_before_is_needed(corpus):
    held, code = units.kept(corpus), corpus == "source"
    whole = features.features(held.text, code)
    begins = [page(corpus=corpus, passage=number).start for number in range(1, PASSAGES + 1)]
    for start in (*begins, *held.lanes):
        own = features.features(held.text[start : start + 200], code)
        for name, values in own.items():
            np.testing.assert_array_equal(values, whole[name][start : start + 200])


def test_every_feature_can_be_chosen_by_its_word():
    assert set(FEATURES) == {"best", *features.OF_CODE, *features.OF_PROSE}
    assert set(tracked.BINARY) < set(FEATURES)
    for corpus in ("source", "prose"):
        found = dict(zip(offered(corpus), np.moveaxis(units.kept(corpus).features, -1, 0), strict=True))
        for name, values in found.items():
            assert (set(np.unique(values)) <= {0, 1}) == (name in tracked.BINARY) or name == "brackets"


def test_stretches_do_not_overlap():
    for corpus in ("source", "prose"):
        held = units.kept(corpus)
        assert (np.diff(held.lanes) >= held.length).all()
        assert held.lanes[-1] + held.length <= len(held.text)


def test_the_characters_are_read_one_after_the_other_and_the_next_one_predicted():
    shown = page(own_text="def f(x):\n    return 'a'\n")
    assert shown.characters == "def f(x):\n    return 'a'"
    assert shown.tokens == tuple(VISIBLE.get(c, c) for c in shown.characters)
    read = [shown.sequence.vocabulary[k] for k in shown.trace.inputs[:, 0].argmax(-1)]
    assert "".join(read) == shown.characters
    come = [shown.sequence.vocabulary[k] for k in shown.sequence.targets[:, 0]]
    assert "".join(come) == shown.characters[1:] + "\n"
    assert shown.trace.loss == pytest.approx(shown.trace.losses.sum())
    assert shown.trace.inputs.dtype == np.float64


@pytest.mark.parametrize("text", ["a" * 500, "x\n" * 60, "tab\there\r\nand é 🙂"])
def test_of_ones_own_text_as_much_is_read_as_fits(text):
    shown = page(own_text=text)
    assert shown.steps <= LONGEST_PASSAGE
    rows, places = units.laid_out(shown.characters, units.COLUMNS)
    assert rows.max() < units.ROWS
    assert places.max() < units.COLUMNS
    assert ("characters are read" in shown.sequence.notice) == (len(text) > 100)
    assert shown.start is None


def test_letters_that_the_network_never_learned_are_said():
    shown = page(own_text="naïve – déjà vu")
    assert shown.characters.count("\ufffd") == 4
    assert "4 characters that it never learned: read as “\ufffd”." in shown.sequence.notice


def test_of_ones_own_text_the_last_character_is_only_predicted_and_that_is_said():
    shown = page(own_text="naive - deja vu")
    assert (shown.characters, shown.steps) == ("naive - deja v", 14)
    assert shown.sequence.notice == "The last character of your text, “u”, is only predicted. "
    assert "only predicted" not in page(own_text="a" * 500).sequence.notice


def test_a_text_of_one_character_has_none_to_predict():
    with pytest.raises(InputError, match="at least 2 characters"):
        page(own_text="a")


def test_a_newline_and_a_full_line_begin_another():
    rows, places = units.laid_out("ab\ncdefg", 3)
    assert rows.tolist() == [0, 0, 0, 1, 1, 1, 2, 2]
    assert places.tolist() == [0, 1, 2, 0, 1, 2, 0, 1]


CELLS = {"lstm": ("c", "h", "forget", "input", "candidate", "output", "dc", "dh"),
         "gru": ("h", "reset", "update", "candidate", "dh"), "rnn": ("h", "dh")}  # fmt: skip


@pytest.mark.parametrize("reader", CELLS)
def test_a_page_can_be_coloured_by_what_its_cell_has(reader):
    settings, _ = units.adapt(Settings(reader=reader))
    assert set(dict(controls.spec(settings, "shade")["options"])) == set(CELLS[reader])
    for shade in SHADES:
        shown = page(reader=reader, shade=shade, watched=2)
        assert shown.shade in CELLS[reader]
        assert shown.shade == shade or shade not in CELLS[reader]
        assert shown.quantity in ("c", "h", shown.shade)


@pytest.mark.parametrize("shade", CELLS["lstm"])
def test_every_character_has_the_value_of_the_trace(shade):
    shown = page(shade=shade, watched=5, passage=9)
    chain = shown.trace[0, "forward"]
    states = {"c": chain.cell, "h": chain.hidden, "dc": chain.grad_cell, "dh": chain.grad_hidden, **chain.gates}
    colours = heat(passage.coloured(shown))[0]
    rows, places = units.laid_out(shown.characters, units.COLUMNS)
    drawn = np.asarray(colours["z"])[::-1][2 * rows, places]
    np.testing.assert_array_equal(drawn, states[shade][:, 0, 4])
    assert np.isfinite(colours["z"]).sum() == shown.steps
    named = np.array(colours["customdata"], object)[::-1][2 * rows, places]
    assert named[:, 0].tolist() == list(range(1, shown.steps + 1))
    low, high = colours["zmin"], colours["zmax"]
    assert low <= drawn.min()
    assert drawn.max() <= high
    assert low in (-high, 0)


def test_the_strip_below_is_the_feature():
    shown = page(feature="brackets", watched=3)
    strip = heat(passage.coloured(shown))[1]
    rows, places = units.laid_out(shown.characters, units.COLUMNS)
    drawn = np.asarray(strip["z"])[::-1][2 * rows, places]
    np.testing.assert_array_equal(drawn, features.lexical(shown.characters)["brackets"])


def test_letters_stand_out_from_their_ground():
    shown = page(shade="dh")
    assert set(letters(passage.coloured(shown))["textfont"]["color"]) <= {ON_COLOUR, ON_PALE}


def test_what_opens_first_is_the_unit_that_follows_the_first_feature():
    settings, _ = units.adapt(Settings())
    shown = units.run(settings)
    f = shown.names.index("string")
    assert shown.feature == "string"
    assert shown.unit == np.abs(shown.tracking.chosen[:, f]).argmax()
    assert settings.watched == shown.unit + 1
    other, _ = units.adapt(Settings(feature="line"))
    assert other.unit == np.abs(shown.tracking.chosen[:, shown.names.index("line")]).argmax() + 1


def test_the_headline_says_what_was_confirmed():
    shown = page()
    found = shown.tracking
    for unit in range(shown.units):
        for name in ("best", *shown.names):
            scene = shown.seen(replace(shown.settings, unit=unit + 1, watched=unit + 1, feature=name))
            f = shown.names.index(scene.feature)
            says = passage.follows(scene)
            assert says.startswith(f"Unit {unit + 1}’s cell ")
            assert ("on text it was not chosen on" in says) == bool(found.follows[unit, f])
            assert f" {found.confirmed[unit, f]:+.2f}".replace("-", "−") in says
            assert ("follows none" in says) == (name == "best" and not found.follows[unit].any())
            assert len(says) <= passage.LINE + 4


def test_the_tracking_is_of_the_networks_own_states():
    shown = page(watched=1)
    held = units.kept("source")
    states = units.states(shown.film, shown.at)
    assert set(states) == {"c", "h", "input", "forget", "candidate", "output"}
    half = len(held.lanes) // 2
    x, y = states["c"][:, half:, 0].ravel(), held.features[:, half:, 0].ravel()
    assert shown.tracking.confirmed[0, 0] == pytest.approx(np.corrcoef(x, y)[0, 1], abs=1e-5)
    own = features.features(held.text[held.lanes[3] : held.lanes[3] + held.length])
    np.testing.assert_array_equal(held.features[:, 3], np.stack([own[name] for name in shown.names], axis=1))


def test_a_trained_network_follows_strings_and_says_so_and_an_untrained_one_less():
    shown = page()
    f = shown.names.index("string")
    trained, untrained = (units.tracked(shown.film, at, "c") for at in (shown.at, 0))
    assert trained.follows[:, f].any()
    best = [abs(found.confirmed[found.best_unit(f), f]) for found in (trained, untrained)]
    assert best[0] > best[1]


def test_the_matrix_shows_what_is_confirmed_and_nothing_else():
    shown = page(watched=7, feature="word")
    picture = tracked.matrix(shown)
    ground, cells = heat(picture)
    found = shown.tracking
    np.testing.assert_array_equal(np.isfinite(cells["z"]), found.follows.T)
    np.testing.assert_array_equal(cells["z"][found.follows.T], found.confirmed.T[found.follows.T])
    np.testing.assert_array_equal(np.isfinite(ground["z"]), ~found.follows.T)
    assert picture.title.startswith(f"{found.follows.any(axis=1).sum()} of {shown.units} cells follow")
    clicked = np.array(cells["customdata"], object)[shown.names.index("word"), 6]
    assert clicked[:2].tolist() == [7, "word"]
    assert cells["meta"]["click"]["custom"] == ["watched", "feature"]


def test_units_are_ranked_by_what_one_chooses_by():
    shown = page(feature="string")
    chosen, confirmed = tracked.ranked(shown).data
    f, found = shown.names.index("string"), shown.tracking
    order = [int(unit) - 1 for unit in chosen["x"]]
    count, among = found.follows[:, f].sum(), found.follows[order, f].sum()
    assert among < count, "some that follow are not drawn"
    assert tracked.ranked(shown).title.startswith(f"{count} units follow strings, {among} of them among these 12. ")
    sizes = np.abs(found.chosen[order, f])
    assert (np.diff(sizes) <= 0).all()
    assert sizes[0] == np.abs(found.chosen[:, f]).max()
    np.testing.assert_array_equal(confirmed["y"], found.confirmed[order, f])


@pytest.mark.parametrize("feature", ["string", "line", "brackets"])
def test_the_levels_are_means_over_the_text_that_confirms(feature):
    shown = page(feature=feature, watched=29)
    (line,) = tracked.levels(shown).data
    value, there = units.confirming(shown)
    assert sum(line["customdata"]) == len(value)
    assert np.average(line["y"], weights=line["customdata"]) == pytest.approx(value.mean(), abs=1e-4)
    assert line["y"][0] == pytest.approx(value[there == 0].mean(), abs=1e-4) or feature == "line"


def test_the_spans_most_alike_are_not_the_span_itself():
    shown = page(passage=1, span_from=3, span_to=18)
    held, span = units.kept("source"), shown.span
    assert span == range(2, 18)
    assert shown.start in held.lanes, "so that it is among them"
    found = units.alike(shown, 5)
    for one in found:
        assert abs(held.lanes[one.stretch] + one.step - shown.start - span.start) >= len(span)
    assert [one.similarity for one in found] == sorted((one.similarity for one in found), reverse=True)
    words = alike.spans(shown).data[0]["text"]
    assert words == ["selected", *(f"{one.similarity:.2f}" for one in units.alike(shown, alike.COUNT))]


@pytest.mark.parametrize("threshold", [-1.0, 0.3, 1.0])
def test_the_units_that_are_on_stay_above_the_threshold(threshold):
    shown = page(span_from=5, span_to=9, threshold=threshold)
    chosen, share = units.on(shown)
    hidden = shown.trace[0, "forward"].hidden[4:9, 0]
    assert chosen.tolist() == (hidden.min(axis=0) >= threshold).tolist()
    held = units.states(shown.film, shown.at)["h"]
    assert share == np.mean([(row[chosen] >= threshold).all() for row in held.reshape(-1, shown.units)])
    picture = alike.units_on(shown)
    drawn = [trace for trace in picture.data if trace["line"]["color"] == style.FORWARD]
    pieces = sum(x is None for trace in drawn for x in trace["x"]) + bool(chosen.any())
    assert pieces == chosen.sum()
    count = "No unit" if not chosen.any() else f"{chosen.sum()} of 64 units stay at {threshold:g}"
    assert picture.title.startswith(count)


def test_the_same_words_elsewhere_are_found():
    held = units.kept("source")
    start = held.lanes[2] + 500
    own = held.text[start : start + 120]
    shown = page(own_text=own, span_from=60, span_to=110)
    best = units.alike(shown, 1)[0]
    assert held.lanes[best.stretch] + best.step == start + 59
    assert best.similarity > 0.9


def test_from_and_to_in_the_other_order_are_the_same_span():
    assert page(span_from=30, span_to=12).span == page(span_from=12, span_to=30).span == range(11, 30)
    turned = alike.spans(page(span_from=30, span_to=12)).note
    assert turned.startswith("The ends are put in order: from character 12 to 30. ")
    assert "in order" not in alike.spans(page(span_from=12, span_to=30)).note
    short = page(own_text="abcdef", span_from=2, span_to=300)
    assert short.span == range(1, 5)


@pytest.mark.parametrize("reader", CELLS)
def test_the_card_has_the_numbers_of_the_character(reader):
    shown = page(reader=reader, watched=3, character=40)
    card = cards.units(shown)
    assert card.title == f"Character 40, “{shown.tokens[39]}”, unit 3"
    rows = dict(row[:2] for block in card.blocks if block.kind == "rows" for row in block.rows)
    gradient = shown.trace[0, "forward"].grad_hidden[39, 0, 2]
    assert float(rows["∂L/∂h here"].replace("−", "-")) == pytest.approx(gradient, abs=0.006) or abs(gradient) < 0.01
    ticks = [value for value in rows.values() if value.endswith("✓")]
    assert len(ticks) <= shown.tracking.follows[2].sum()
    assert "for this quantity at this snapshot" in card.blocks[-1].text


def test_the_question_is_answered_by_the_network_before_training():
    shown = page(revealed=True)
    f = shown.names.index(shown.feature)
    counts = [int(units.tracked(shown.film, at, "c").follows[:, f].sum()) for at in (0, shown.at)]
    answer = networks.before_training(shown).answer
    assert f"before any update {counts[0]}, " in answer
    assert f"; now {counts[1]}, " in answer
    assert networks.before_training(page()).answer == ""


def test_prose_has_its_own_features_and_one_reader():
    settings, _ = units.adapt(Settings(corpus="prose", reader="gru", feature="comment"))
    assert settings.cell == settings.reader == "lstm"
    shown = units.run(settings)
    assert shown.names == features.OF_PROSE
    assert shown.feature in features.OF_PROSE
    assert not controls.relevant(settings, "reader")


def test_what_only_selects_computes_nothing_again():
    first, later = (store.page(units.adapt(Settings(**q))[0]) for q in ({}, {"watched": 9, "shade": "forget"}))
    assert later.trace is first.trace
    assert (later.unit, later.shade, first.shade) == (8, "forget", "c")
    assert store.page(units.adapt(Settings(snapshot=1))[0]).trace is not first.trace


def test_a_file_becomes_the_text_of_ones_own():
    content = base64.b64encode(b"def f():\n    pass\n").decode()
    after = controls.apply(Settings(), {"page_file": {"name": "a.py", "base64": content}})
    assert after.own_text == "def f():\n    pass\n"
    assert after.text == Settings.text
