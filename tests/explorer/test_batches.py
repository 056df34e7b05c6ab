"""A padded batch of the user's own lines, and what its figures say of it."""

import numpy as np
import pytest

from core import oracle, record
from explorer.figures import padded
from explorer.look.cells import CELLS
from explorer.page import controls
from explorer.passes import batches, scenario
from explorer.state.input import LINES
from explorer.state.settings import Settings


def batch(**changes):
    return batches.run(Settings().changed(changes))


def test_each_line_is_one_sequence_padded_to_the_longest():
    made = batch()
    assert made.trace.lengths.tolist() == [11, 8, 2]
    assert (made.steps, made.padded) == (11, 12)
    assert made.rows[2] == ("h", "i")
    vocabulary, x, y = made.sequence.vocabulary, made.sequence.inputs, made.sequence.targets
    assert vocabulary[0] == batches.PAD
    assert [vocabulary[k] for k in x[:3, 2].argmax(1)] == ["h", "i", batches.PAD]
    assert [vocabulary[k] for k in y[:3, 2]] == ["i", "∎", batches.PAD]


@pytest.mark.parametrize("read_as", ["characters", "words", "numbers"])
def test_every_way_of_reading_has_lines_to_begin_with(read_as):
    made = batch(read_as=read_as)
    assert len(set(made.trace.lengths.tolist())) == 3
    (shown,) = controls.specs(made.settings, ("lines",), ())[:1]
    assert shown["value"] == LINES[read_as]


def test_the_lines_are_not_mixed_up_with_the_one_text():
    assert not {"example", "file"} & {c["key"] for c in controls.specs(Settings(), ("lines",), ())}
    assert {"example", "file"} <= {c["key"] for c in controls.specs(Settings(), ("text",), ())}


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("loss", ["every", "last"])
def test_the_proof_covers_the_lengths(cell, loss):
    proof = oracle.compare(batch(cell=cell, loss=loss).trace, sample=8)
    assert proof.largest_from_autograd <= 1e-10


def test_with_the_mask_each_line_is_as_if_alone():
    """The padding changes nothing: the batch's loss is the sum of the lines', each recorded by itself."""
    made = batch(loss="every")
    x, y, lengths = made.sequence.inputs, made.sequence.targets, made.trace.lengths
    network = made.trace.network
    alone = [record(network, x[:n, [b]], loss=scenario.losses.cross_entropy(y[:n, [b]])) for b, n in enumerate(lengths)]
    assert made.trace.loss == pytest.approx(sum(trace.loss for trace in alone))
    for name, gradient in made.trace.gradients.items():
        np.testing.assert_allclose(gradient, sum(trace.gradients[name] for trace in alone), atol=1e-12)
    assert made.forgotten.loss > made.trace.loss


def test_the_headline_is_computed():
    made = batch(loss="every")
    right, wrong = made.trace.gradients["weight_hh_l0"], made.forgotten.gradients["weight_hh_l0"]
    off = np.linalg.norm(wrong - right) / np.linalg.norm(right)
    assert padded.headline(made) == (
        f"Forgetting the mask changes the loss from {made.trace.loss:.3g} to {made.forgotten.loss:.3g} "
        f"and puts ∂L/∂W off by {100 * off:.0f} %."
    )


def test_the_headline_tells_close_losses_apart():
    words = padded.headline(batch(read_as="numbers", loss="every")).split()
    assert words[words.index("from") + 1] != words[words.index("to") + 1]


def test_padded_steps_receive_exactly_zero():
    made = batch(loss="every")
    picture = padded.gradients(made)
    masked, zeros, forgotten, none = picture.data
    assert len(zeros["x"]) == made.padded
    assert not none["x"], "without the mask the padding receives a gradient too"
    np.testing.assert_array_equal(np.isfinite(masked["z"]), made.trace.mask.T)
    assert np.isfinite(forgotten["z"]).all()
    assert picture.title.startswith("12 padded steps receive a gradient of exactly 0, without the mask up to ")


def test_the_mask_is_drawn():
    words = next(t for t in padded.states(batch()).data if "mask" in t.get("text", ()))
    assert (words["text"].count("1"), words["text"].count("0"), words["text"].count("pad")) == (21, 12, 12)


def test_the_final_states_are_of_the_last_real_step_and_of_the_last_of_all():
    made = batch()
    rows = padded.finals(made).data[0]["z"]
    hidden, forgotten = (trace[0, "forward"].hidden for trace in (made.trace, made.forgotten))
    np.testing.assert_array_equal(rows[6], hidden[1, 2])
    np.testing.assert_array_equal(rows[7], forgotten[-1, 2])
    np.testing.assert_array_equal(rows[0], rows[1], err_msg="the longest line has no padding")


def test_lines_of_one_length_need_no_mask():
    made = batch(lines="one\ntwo", loss="every")
    assert made.padded == 0
    assert padded.headline(made).startswith("All lines are equally long")
    assert all(padded.error(made, name) == 0 for name in made.trace.gradients)
    for builder in (padded.gradients, padded.parameters, padded.finals):
        assert "forgot" not in builder(made).title


def test_too_much_is_cut_and_said():
    made = batch(lines="\n".join(["a" * 40] * 7))
    assert (len(made.rows), made.steps) == (batches.MOST_LINES, batches.LONGEST_LINE)
    assert made.sequence.notice.startswith("5 of 7 lines are shown. Lines are cut after 30 steps")
