"""The hand-made programs are right, exactly, on every short word and on long ones; with another weight they are not."""

from itertools import product
from random import Random

import numpy as np
import pytest

from core import record
from core.analysis import exactness
from core.errors import InvalidValue
from core.networks import programs

MAKERS = programs.PROGRAMS.values()


def outputs(program, word, network=None):
    """(T,): o_t of one word."""
    return record(network or program.network, program.read(word)[:, None]).logits[:, 0, 0]


def words(program, longest):
    """Every word of up to `longest` symbols; of addition, every pair of numbers of up to half as many bits."""
    if program.name == "addition":
        return product(range(2 ** (longest // 2)), repeat=2)
    letters = "01" if program.name == "parity" else "ab"
    return ("".join(word) for length in range(1, longest + 1) for word in product(letters, repeat=length))


@pytest.mark.parametrize("make", MAKERS)
def test_every_weight_is_a_whole_number(make):
    for weight in make().network.parameters.values():
        np.testing.assert_array_equal(weight, np.round(weight))


@pytest.mark.parametrize("make", MAKERS)
def test_every_short_word_is_answered_exactly(make):
    program = make()
    for word in words(program, 10):
        o, right = outputs(program, word), program.right(word)
        if program.name == "aⁿbⁿ":
            assert ((o == 1) == (right == 1)).all(), word
            assert (o[right == 0] <= 0).all(), word
        else:
            assert (o == right).all(), word


def test_every_string_of_twelve_letters_is_told_by_the_whole_of_it():
    program = programs.balanced()
    every = ["".join(word) for word in product("ab", repeat=12)]
    inputs = np.stack([program.read(word) for word in every], axis=1)
    said = programs.answers(record(program.network, inputs).logits)[-1]
    assert [word for word, yes in zip(every, said, strict=True) if yes] == ["aaaaaabbbbbb"]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("steps", [300, 2000])
def test_long_words_are_answered_exactly(make, steps):
    program, random = make(), Random(steps)
    for _ in range(4):
        word = program.draw(random, steps)
        o = outputs(program, word)
        assert len(o) == steps
        assert ((o == 1) == (program.right(word) == 1)).all()
        assert (o == np.round(o)).all()


def test_the_sum_is_the_one_that_python_computes():
    program, random = programs.addition(), Random(1)
    for bits in (1, 50, 1999):
        a, b = random.getrandbits(bits), random.getrandbits(bits)
        o = outputs(program, (a, b))
        assert sum(int(bit) << t for t, bit in enumerate(o)) == a + b


def test_the_form_is_met_at_any_length_and_by_one_letter_not():
    program = programs.balanced()
    right = "a" * 1000 + "b" * 1000
    assert outputs(program, right)[-1] == 1
    for wrong in (right[1:], right + "b", right + "ab", "b" + right, right[:500] + "b" + right[501:]):
        assert outputs(program, wrong)[-1] < 1


@pytest.mark.parametrize("make", MAKERS)
def test_the_drawn_words_are_of_both_kinds(make):
    program, random = make(), Random(0)
    last = [program.right(program.draw(random, steps))[-1] for steps in range(2, 60) for _ in range(5)]
    assert 0 < sum(last) < len(last)


@pytest.mark.parametrize("name", programs.PROGRAMS)
def test_another_weight_fails_and_sooner_the_further_it_is_off(name):
    program = programs.PROGRAMS[name]()
    exact = exactness.tried(name, program.network, 60, 5, seed=0)
    assert (exact.words, exact.right.all(), exact.first_failure) == (300, True, None)
    near, far = (exactness.tried(name, program.perturbed(error), 60, 5, seed=0) for error in (0.1, 0.4))
    assert far.first_failure <= near.first_failure < 60
    assert far.right.sum() < near.right.sum() < 300


def test_of_a_padded_word_only_its_own_steps_are_compared():
    """A batch of words counts the same as each word by itself."""
    program, network = programs.parity(), programs.parity().perturbed(0.1)
    batch, random = exactness.tried("parity", network, 20, 3, seed=7), Random(7)
    for length in range(1, 21):
        for n in range(3):
            word = program.draw(random, length)
            said = outputs(program, word, network) > 0.5
            assert batch.right[length - 1, n] == (said == program.right(word)).all()


def test_no_error_leaves_the_network_as_it_is():
    program = programs.parity()
    for name, weight in program.perturbed(0.0).parameters.items():
        np.testing.assert_array_equal(weight, program.network.parameters[name])


def test_a_number_below_zero_has_no_bits():
    with pytest.raises(InvalidValue, match="two whole numbers from 0 up"):
        programs.addition().read((3, -1))
