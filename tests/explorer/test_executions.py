"""Programs by hand on the page: what is read, and what headline, figures and card say of the pass."""

import numpy as np
import pytest

from core.networks import programs as made_by_hand
from explorer import cards
from explorer.figures import program
from explorer.passes import programs
from explorer.questions import networks
from explorer.state.errors import InputError
from explorer.state.program import PROGRAMS
from explorer.state.settings import Settings


def execution(**changes):
    return programs.run(Settings().changed(changes))


def test_every_program_of_core_can_be_chosen_and_reads_a_word():
    assert PROGRAMS.keys() == made_by_hand.PROGRAMS.keys() == programs.READ.keys()
    assert list(PROGRAMS.values()) == [make().name for make in made_by_hand.PROGRAMS.values()]


@pytest.mark.parametrize("text", ["13 + 11", "13+11", "13 11", "13, 11", "0b1101 + 0b1011", " 0B1101 + 11 "])
def test_numbers_are_decimal_unless_marked_binary(text):
    assert execution(program="addition", sum_of=text).word == (13, 11)


def test_spaces_and_capitals_are_no_symbols():
    assert execution(bits="10 11").word == "1011"
    assert execution(program="balanced", word="AA bb").word == "aabb"


@pytest.mark.parametrize("text", ["", "13", "-1 + 2", "1.5 + 2", "1 + 2 + 3", "0b12 + 1", "²  + 1"])
def test_what_is_no_sum_is_said(text):
    with pytest.raises(InputError, match="Expected two whole numbers from 0 up"):
        execution(program="addition", sum_of=text)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "1011 has 3 ones: odd. The network says 1, after 4 steps."),
        ({"step": 1}, "1 has 1 one: odd. The network says 1, after 1 step."),
        ({"bits": "0110"}, "0110 has 2 ones: even. The network says 0, after 4 steps."),
        ({"program": "addition"}, "13 + 11 = 24: the network says 24."),
        ({"program": "addition", "step": 4}, "13 + 11, the lowest 4 bits: the network says 1000."),
        ({"program": "balanced"}, "aaabbb is aⁿbⁿ with n = 3: the network accepts it."),
        ({"program": "balanced", "word": "aabbb"}, "aabbb is not of the form aⁿbⁿ: the network rejects it."),
        (
            {"bits": "1101", "weight_error": 0.5},
            "With ε = 0.5, 1101 has 3 ones: odd. The network says 0, wrongly, after 4 steps.",
        ),
        (
            {"program": "balanced", "word": "a" * 20 + "b" * 20, "step": 40, "weight_error": 0.005},
            "With ε = 0.005, aaaaaa…bbbbbb is aⁿbⁿ with n = 20: the network wrongly rejects it.",
        ),
        ({"program": "addition", "weight_error": 0.5}, "With ε = 0.5, 13 + 11: the network says 0, not 24."),
    ],
)
def test_the_headline_is_computed(changes, sentence):
    assert program.headline(execution(**changes)) == sentence


@pytest.mark.parametrize("key", PROGRAMS)
def test_the_cells_are_the_states_written_as_whole_numbers(key):
    scene = execution(program=key, step=60)
    picture = program.drawn(scene)
    (cells,) = (trace for trace in picture.data if trace["type"] == "heatmap")
    np.testing.assert_array_equal(cells["z"][::-1, ::2].T, scene.hidden)
    written = next(t for t in picture.data if t.get("text") == [f"{h:.0f}" for h in scene.hidden.ravel()])
    assert len(written["x"]) == len(written["y"]) == scene.hidden.size


def test_a_wrong_answer_is_marked_at_its_step():
    scene = execution(bits="1101", weight_error=0.5)
    marks = next(t["text"] for t in program.drawn(scene).data if any("✓" in w for w in t.get("text", ())))
    assert [mark[-1] == "✓" for mark in marks] == (scene.said == scene.right).tolist()
    assert any("✗" in mark for mark in marks)


def test_the_strings_tried_are_counted():
    exact, off = execution(), execution(weight_error=0.1)
    assert program.lengths(exact).title == "All 300 strings up to length 60: 300 right."
    right, first = int(off.tried.right.sum()), off.tried.first_failure
    assert program.lengths(off).title == (
        f"With ε = 0.1, {right} of 300 strings up to length 60 are right; the first failure is at {first}."
    )
    bars = program.lengths(off).data[0]
    assert bars["y"].sum() == right < 300
    assert (bars["y"][: first - 1] == programs.EACH).all()
    assert bars["y"][first - 1] < programs.EACH
    assert program.lengths(execution(longest=20)).title.startswith("All 100 strings up to length 20")


def test_the_strings_are_tried_again_only_where_they_are_others():
    first = execution()
    assert first.seen(Settings(step=2)).tried is first.tried
    assert execution(bits="11").tried is first.tried
    for changes in ({"longest": 20}, {"seed": 5}, {"weight_error": 0.1}, {"program": "addition"}):
        assert execution(**changes).tried is not first.tried
    assert first.seen(Settings(longest=20)).tried.right.shape == (20, programs.EACH)


def test_the_weights_are_those_of_the_pass_and_the_one_that_is_off_is_outlined():
    scene = execution(program="addition", weight_error=0.25)
    picture = program.weights(scene)
    table, outline = picture.data[0]["z"], picture.data[1]
    np.testing.assert_array_equal(table[:, :2], scene.trace.network.parameters["weight_ih_l0"])
    np.testing.assert_array_equal(table[:, 3:6], scene.trace.network.parameters["weight_hh_l0"])
    column, row = round(min(outline["x"]) + 0.5), round(min(outline["y"]) + 0.5)
    assert table[row, column] == 1.25
    assert picture.title == "One of the 22 numbers of the program, W₂‚₂, is off by 0.25."
    assert program.weights(execution()).title == "The whole program is 11 whole numbers from −2 to 1."


def test_only_the_count_grows_with_the_length():
    ends = {name: tried.largest[-1] for name, tried in programs.each_program(Settings(longest=100), 0.0).items()}
    assert ends["parity"] == 2
    assert ends["addition"] == 3
    assert ends["aⁿbⁿ"] > 50


@pytest.mark.parametrize("key", PROGRAMS)
@pytest.mark.parametrize("error", [0.0, 0.25])
def test_the_equations_on_the_card_give_the_states(key, error):
    scene = execution(program=key, weight_error=error, step=3)
    blocks = cards.program(scene).blocks
    headings = [block.text for block in blocks if block.kind == "heading"]
    sums = [block.text.split(" = ")[1] for block in blocks if block.kind == "text"]
    for heading, summed, value in zip(headings, sums, [*scene.hidden[2], scene.outputs[2]], strict=True):
        assert heading.split(" = ")[1].split(" ")[0] == program.number(value)
        formula = summed.split(":")[0].split(";")[0].removeprefix("ReLU")
        computed = eval(formula.replace("−", "-").replace("·", "*"))
        assert (max(computed, 0) if summed.startswith("ReLU") else computed) == pytest.approx(value, abs=0.01)


def test_the_question_is_answered_by_the_sweeps():
    assert not networks.first_to_fail(execution()).answer
    answer = networks.first_to_fail(execution(revealed=True)).answer
    lengths = [t.first_failure for t in programs.each_program(Settings(), 0.05).values()]
    assert answer == f"First wrong: parity at {lengths[0]}, addition nowhere up to 60, aⁿbⁿ at {lengths[2]}."
    assert lengths[1] is None
