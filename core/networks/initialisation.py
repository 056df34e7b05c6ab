"""Initialisations by name.

    scheme         recurrent weights                                    input weights            biases
    "pytorch"      U(−1/√H, 1/√H)                                       U(−1/√H, 1/√H)           U(−1/√H, 1/√H)
    "xavier"       U(−√(6/(n+m)), √(6/(n+m))) per block n × m           the same, per block      0
    "orthogonal"   an orthogonal matrix per block                       U(−1/√H, 1/√H)           0
    "identity"     the identity per block                               N(0, 0.001²)             0
    "gaussian"     N(0, 1/m) per block of m columns                     the same, per block      0
    "spectral"     gaussian, rescaled to spectral radius 1 per block    gaussian                 0

The gaussian entries of W_hh so have variance 1/H, those of Jordan's W_oh 1/O.

Then every recurrent block is multiplied by the gain and, where a spectral radius is given, rescaled to it. A block is
the H rows of one gate. Which weights are recurrent, the cell says: weight_hh, and Jordan's weight_oh, whose spectral
radius is that of the loop W_oh W_ho, through the output and back.

In all schemes alike: the readout, and Jordan's weight_ho and bias_ho, are U(−1/√n, 1/√n) with n inputs, as in
torch.nn.Linear; peepholes and learned initial states U(−1/√H, 1/√H). A forget_bias is added to the block of bias_ih
that the cell calls its forget gate: of an LSTM the f block.

Every parameter has a random stream of its own, from the seed and its name: none changes because another does.

Xavier: X. Glorot, Y. Bengio, AISTATS 2010. Orthogonal: A. Saxe, J. McClelland, S. Ganguli, arXiv:1312.6120. Identity:
Q. Le, N. Jaitly, G. Hinton, arXiv:1504.00941 (IRNN). Forget bias: R. Jozefowicz, W. Zaremba, I. Sutskever, ICML 2015.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core import checks
from core.errors import InvalidValue
from core.networks.architecture import Architecture, Place, suffix

Array = NDArray[Any]
KEPT = 10_000  # numbers of one parameter: what is drawn of more is not remembered
Draw = Callable[[Generator, int, int, int], Array]
"""A block of n rows and m columns, in a network of H units: draw(rng, n, m, H)."""


def uniform(rng: Generator, n: int, m: int, H: int) -> Array:
    block: Array = rng.uniform(-1, 1, (n, m)) / np.sqrt(H)
    return block


def glorot(rng: Generator, n: int, m: int, H: int) -> Array:
    block: Array = rng.uniform(-1, 1, (n, m)) * np.sqrt(6 / (n + m))
    return block


def gaussian(rng: Generator, n: int, m: int, H: int) -> Array:
    block: Array = rng.normal(size=(n, m)) / np.sqrt(m)
    return block


def tiny(rng: Generator, n: int, m: int, H: int) -> Array:
    return rng.normal(size=(n, m)) * 0.001


def identity(rng: Generator, n: int, m: int, H: int) -> Array:
    return np.eye(n, m)


def orthogonal(rng: Generator, n: int, m: int, H: int) -> Array:
    """Uniform over the orthogonal matrices: Q of a Gaussian matrix, its signs settled by R."""
    q, r = np.linalg.qr(rng.normal(size=(max(n, m), min(n, m))))
    q *= np.where(np.diag(r) < 0, -1, 1)
    return q if n >= m else q.T


# scheme -> recurrent weights, input weights
SCHEMES: dict[str, tuple[Draw, Draw]] = {
    "pytorch": (uniform, uniform),
    "xavier": (glorot, glorot),
    "orthogonal": (orthogonal, uniform),
    "identity": (identity, tiny),
    "gaussian": (gaussian, gaussian),
    "spectral": (gaussian, gaussian),
}


def initialise(
    architecture: Architecture,
    scheme: str,
    *,
    seed: int,
    gain: float,
    spectral_radius: float | None,
    forget_bias: float,
) -> dict[str, Array]:
    """All parameters of an architecture."""
    checks.choice("scheme", scheme, tuple(SCHEMES))
    checks.count("seed", seed, least=0)
    checks.number("gain", gain)
    checks.number("forget_bias", forget_bias)
    if spectral_radius is not None:
        _check_radius(spectral_radius)
    parameters = {name: _drawn(architecture, scheme, seed, name, shape) for name, shape in architecture.shapes.items()}
    for place in architecture.chains:
        for name in architecture.equations.recurrent:
            if scheme == "spectral":
                _rescale(architecture, parameters, place, name, 1.0)
            parameters[name + suffix(place)] *= gain
            if spectral_radius is not None:
                _rescale(architecture, parameters, place, name, spectral_radius)
        if forget_bias:
            _add_forget_bias(architecture, parameters, place, forget_bias)
    return {name: array.astype(architecture.dtype) for name, array in parameters.items()}


def rescaled(architecture: Architecture, parameters: Mapping[str, Array], spectral_radius: float) -> dict[str, Array]:
    """The recurrent weights, by name, with every block rescaled to this spectral radius, as in initialise."""
    _check_radius(spectral_radius)
    scaled = {name: array.astype(float) for name, array in parameters.items()}
    recurrent = [(place, name) for place in architecture.chains for name in architecture.equations.recurrent]
    for place, name in recurrent:
        _rescale(architecture, scaled, place, name, spectral_radius)
    names = [name + suffix(place) for place, name in recurrent]
    return {name: scaled[name].astype(architecture.dtype) for name in names}


def _check_radius(spectral_radius: float) -> None:
    if checks.number("spectral_radius", spectral_radius) < 0:
        raise InvalidValue("spectral_radius", "0 or more", str(spectral_radius), "pass its absolute value")


def _drawn(architecture: Architecture, scheme: str, seed: int, name: str, shape: tuple[int, ...]) -> Array:
    H = architecture.hidden_size
    if name.startswith(("weight_ih", *architecture.equations.recurrent)):
        recurrent, inputs = SCHEMES[scheme]
        of_blocks = _blocks if np.prod(shape) <= KEPT else _blocks.__wrapped__
        return of_blocks(inputs if name.startswith("weight_ih") else recurrent, seed, name, shape, H).copy()
    if name.startswith(("bias_ih", "bias_hh")) and scheme != "pytorch":
        return np.zeros(shape)
    of_all = _uniform if np.prod(shape) <= KEPT else _uniform.__wrapped__
    return of_all(seed, name, shape, architecture.width if name.startswith("readout") else H).copy()


# The same numbers are asked for again whenever a gain, a radius or a bias is tried on them.


@lru_cache(maxsize=256)
def _blocks(draw: Draw, seed: int, name: str, shape: tuple[int, ...], H: int) -> Array:
    rng = _stream(seed, name)
    return np.concatenate([draw(rng, H, shape[1], H) for _ in range(shape[0] // H)])


@lru_cache(maxsize=256)
def _uniform(seed: int, name: str, shape: tuple[int, ...], fan_in: int) -> Array:
    drawn: Array = _stream(seed, name).uniform(-1, 1, shape) / np.sqrt(fan_in)
    return drawn


def _stream(seed: int, name: str) -> Generator:
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def _rescale(architecture: Architecture, parameters: dict[str, Array], place: Place, name: str, radius: float) -> None:
    """Give every block of a recurrent weight this spectral radius, in place. One whose radius is zero stays."""
    ending, H = suffix(place), architecture.hidden_size
    of_chain = {n.removesuffix(ending): array for n, array in parameters.items() if n.endswith(ending)}
    weight, loop = of_chain[name], architecture.equations.loop(of_chain, name)
    blocks, loops = (array.reshape(-1, H, array.shape[1]) for array in (weight, loop))  # of the weight a view
    for block, turned in zip(blocks, loops, strict=True):
        current = np.abs(np.linalg.eigvals(turned)).max()
        block *= radius / current if current else 1.0


def _add_forget_bias(
    architecture: Architecture, parameters: dict[str, Array], place: Place, forget_bias: float
) -> None:
    cell, H, name = architecture.equations, architecture.hidden_size, "bias_ih" + suffix(place)
    if cell.forget_gate is None:
        return
    if name not in parameters:
        raise InvalidValue("forget_bias", "0 without biases", str(forget_bias), "pass bias=True")
    first = cell.blocks.index(cell.forget_gate) * H
    parameters[name][first : first + H] += forget_bias
