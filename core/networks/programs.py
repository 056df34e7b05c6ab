"""Programs by hand: small Elman networks of ReLU units whose weights, all whole numbers, are set and not learned.

    h_t = relu(b + W h_{t-1} + U x_t)        o_t = c + V h_t        the answer after step t is 1 where o_t > 1/2, else 0

Siegelmann and Sontag, "On the computational power of neural nets" (Journal of Computer and System Sciences 50, 1995),
show that a recurrent network of fixed size with rational weights computes whatever a Turing machine computes. Their
construction keeps the machine's tape in the digits of a state, and so needs states of unbounded precision and as many
steps as the machine takes.

The three programs here are no such machine. They show the smaller fact that it begins with: the weights of one small
network can be a program that is right, exactly, on inputs of every length. `parity` and `addition` have finitely many
states (finite automata); `balanced` counts, which no finite automaton can, and its count is a state without a bound.
float64 holds whole numbers exactly up to 2^53, so that the count is exact for as many a's. Nor do they say that
gradient descent would find such weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidValue
from core.networks.network import Network

Array = NDArray[Any]


@dataclass(frozen=True)
class Unit:
    """What one hidden unit holds: in a word or two, and in a sentence."""

    name: str
    meaning: str


@dataclass(frozen=True)
class Program:
    """A network of hand-set weights, how it reads a word, and what it ought to answer.

    network   an Elman network of ReLU units with a readout of one number
    units     one a hidden unit
    inputs    the names of the D components of x
    output    what the answer after a step says
    read      word -> (T, D): its symbols as vectors of 0 and 1
    right     word -> (T,): the right answer after every step, 0 or 1, by Python's own arithmetic
    draw      (random, T) -> a word of T steps
    weight    row and column in W of the weight that `perturbed` changes
    """

    name: str
    network: Network
    units: tuple[Unit, ...]
    inputs: tuple[str, ...]
    output: str
    read: Callable[[Any], Array]
    right: Callable[[Any], Array]
    draw: Callable[[Random, int], Any]
    weight: tuple[int, int]

    def perturbed(self, error: float) -> Network:
        """The network with `error` added to one recurrent weight; with 0 the network itself."""
        W = self.network.parameters["weight_hh_l0"].copy()
        W[self.weight] += error
        return self.network.replace({"weight_hh_l0": W})


def answers(logits: Array) -> Array:
    """(T, B, 1) -> (T, B): True where the answer is 1."""
    with np.errstate(invalid="ignore"):
        return logits[..., 0] > 0.5


def parity() -> Program:
    """Is the number of ones so far odd? A word is a string of the digits 0 and 1.

    p_t, the parity, is the output:   h1 = relu(x + p'),  h2 = relu(x + p' - 1),  p = h1 - 2 h2,  where ' is a step ago.
    With s = x + p' the state (h1, h2) is (0, 0), (1, 0), (2, 1) for s = 0, 1, 2, and p is 0, 1, 0.
    """
    return Program(
        "parity",
        _network(U=[[1], [1]], W=[[1, -2], [1, -2]], b=[0, -1], V=[1, -2], c=0),
        (
            Unit("sum", "the bit read, plus the parity before it: 0, 1 or 2"),
            Unit("both", "1 where both are 1: taken twice from the sum, it turns 2 into 0"),
        ),
        ("x",),
        "odd",
        _read_bits,
        lambda word: np.array([word[: t + 1].count("1") % 2 for t in range(len(word))]),
        lambda random, steps: "".join(random.choice("01") for _ in range(steps)),
        (0, 0),
    )


def addition() -> Program:
    """The sum of two numbers, a bit of each a step, the lowest first. A word is a pair of whole numbers from 0 up.

    The carry is h2' - h3'; with s = a + b + carry:   h1 = relu(s),  h2 = relu(s - 1),  h3 = relu(s - 2).
    The bit of the sum is h1 - 2 h2 + 2 h3: 0, 1, 0, 1 for s = 0, 1, 2, 3. There is a step more than the larger number
    has bits, in which zeros are read and the last carry comes out.
    """
    return Program(
        "addition",
        _network(U=[[1, 1], [1, 1], [1, 1]], W=[[0, 1, -1], [0, 1, -1], [0, 1, -1]], b=[0, -1, -2], V=[1, -2, 2], c=0),
        (
            Unit("ones", "how many of the two bits and the carry are 1"),
            Unit("ones − 1", "one less, but not below 0"),
            Unit("ones − 2", "two less: 1 where all three are 1; the step after reads h₂ − h₃ as the carry"),
        ),
        ("a", "b"),
        "a bit of the sum",
        _read_pair,
        lambda word: _bits(sum(word), _steps(word)),
        _draw_pair,
        (1, 1),
    )


def balanced() -> Program:
    """Has the word so far the form aⁿbⁿ, n from 1 up: some a's, then as many b's? A word is a string of a and b.

    n = relu(n' + a - b)    a's that wait for their b
    g = relu(g' - b)        1 until the first b (g_0 = 1), then 0
    v = relu(v' + a - g')   a's that came after a b: before one, a - g' is at most 0
    e = relu(e' + b - n')   b's for which no a waited. It can lose some again only where n' > 0 after it was above 0, so
                            after a later a, and that has gone into v, which never falls once g is 0
    o = 1 - n - v - e       1 where nothing is wrong, else 0 or less
    """
    return Program(
        "aⁿbⁿ",
        _network(
            U=[[1, -1], [0, -1], [1, 0], [0, 1]],
            W=[[1, 0, 0, 0], [0, 1, 0, 0], [0, -1, 1, 0], [-1, 0, 0, 1]],
            b=[0, 0, 0, 0],
            V=[-1, 0, -1, -1],
            c=1,
            initial=[0, 1, 0, 0],
        ),
        (
            Unit("a’s open", "the a’s that still wait for their b"),
            Unit("no b yet", "1 until the first b, then 0"),
            Unit("a’s late", "the a’s that came after a b: one is one too many"),
            Unit("b’s spare", "the b’s for which no a waited"),
        ),
        ("a", "b"),
        "accepted",
        lambda word: np.array([[letter == "a", letter == "b"] for letter in word], float),
        lambda word: np.array([_of_form(word[: t + 1]) for t in range(len(word))], int),
        _draw_letters,
        (0, 0),
    )


PROGRAMS = {"parity": parity, "addition": addition, "balanced": balanced}


def _network(U: Any, W: Any, b: Any, V: Any, c: Any, initial: Any = None) -> Network:
    weights = {
        "weight_ih_l0": np.array(U, float),
        "weight_hh_l0": np.array(W, float),
        "bias_ih_l0": np.array(b, float),
        "readout.weight": np.array([V], float),
        "readout.bias": np.array([c], float),
    }
    if initial is not None:
        weights["initial_hidden_l0"] = np.array(initial, float)
    return Network.from_state_dict(weights, cell="rnn", nonlinearity="relu", output="identity")


def _read_bits(word: str) -> Array:
    return np.array([[digit == "1"] for digit in word], float)


def _steps(word: tuple[int, int]) -> int:
    return max(word).bit_length() + 1


def _bits(number: int, steps: int) -> Array:
    """The bits of a whole number, the lowest first."""
    return np.array([number >> t & 1 for t in range(steps)])


def _read_pair(word: tuple[int, int]) -> Array:
    if min(word) < 0:
        raise InvalidValue("word", "two whole numbers from 0 up", f"{min(word)}", "leave the sign out")
    return np.stack([_bits(number, _steps(word)) for number in word], axis=1).astype(float)


def _draw_pair(random: Random, steps: int) -> tuple[int, int]:
    """Two numbers, at least one of them of steps - 1 bits."""
    if steps == 1:
        return 0, 0
    pair = [random.getrandbits(steps - 1) | 1 << steps - 2, random.getrandbits(steps - 1)]
    random.shuffle(pair)
    return pair[0], pair[1]


def _of_form(word: str) -> bool:
    half = len(word) // 2
    return half > 0 and word == "a" * half + "b" * half


def _draw_letters(random: Random, steps: int) -> str:
    """Of the form as far as the length allows; the same with one letter exchanged; other a's then b's; any letters."""
    kind = random.randrange(4)
    if kind == 3:
        return "".join(random.choice("ab") for _ in range(steps))
    first = random.randint(0, steps) if kind == 2 else -(-steps // 2)
    letters = ["a"] * first + ["b"] * (steps - first)
    if kind == 1:
        at = random.randrange(steps)
        letters[at] = "b" if letters[at] == "a" else "a"
    return "".join(letters)
