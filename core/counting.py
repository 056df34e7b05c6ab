"""How many parameters: a recurrent network beside feed-forward ones on the same sequence."""

from __future__ import annotations

from core.network import Network


def parameters(network: Network) -> int:
    """Parameters of the network; their number does not depend on the length of the sequence."""
    return sum(array.size for array in network.parameters.values())


def unshared(network: Network, length: int) -> int:
    """The same network unrolled over `length` steps, every step with weights of its own."""
    return length * parameters(network)


def feed_forward(network: Network, length: int, output_size: int) -> int:
    """A feed-forward network that reads all steps at once and has as many hidden units as all states together:
    one hidden layer T·D → T·H, then T·H → T·K, each with its biases."""
    inputs, hidden, outputs = (length * n for n in (network.input_size, network.hidden_size, output_size))
    return (inputs + 1) * hidden + (hidden + 1) * outputs
