"""How many parameters: a recurrent network beside feed-forward ones on the same sequence."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from math import prod

from core import checks
from core.networks.architecture import Architecture
from core.networks.network import Network, vars_of
from core.networks.recursive import RecursiveNetwork


def parameters(network: Network | RecursiveNetwork) -> int:
    """Parameters of the network; their number does not depend on the length of the sequence, nor on a tree."""
    return sum(array.size for array in network.parameters.values())


def units_for(network: Network, cell: str, budget: int) -> int:
    """The number of hidden units with which this network, under another cell, comes closest to `budget` parameters.

    Raises InvalidValue for a cell that there is not and a budget below 1.
    """
    checks.count("budget", budget)
    like = Architecture(**{**vars_of(network), "cell": cell})

    def size(hidden: int) -> int:
        return sum(prod(shape) for shape in replace(like, hidden_size=hidden).shapes.values())

    above = max(1, bisect_left(range(budget + 1), budget, lo=1, key=size))
    return min((max(1, above - 1), above), key=lambda hidden: abs(size(hidden) - budget))


def unshared(network: Network, length: int) -> int:
    """The same network unrolled over `length` steps, every step with weights of its own."""
    return checks.count("length", length) * parameters(network)


def feed_forward(network: Network, length: int, output_size: int) -> int:
    """A feed-forward network that reads all steps at once and has as many hidden units as all states together:
    one hidden layer T·D → T·H, then T·H → T·K, each with its biases."""
    checks.count("length", length)
    inputs, hidden, outputs = (length * n for n in (network.input_size, network.hidden_size, output_size))
    return (inputs + 1) * hidden + (hidden + 1) * outputs
