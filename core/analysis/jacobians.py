"""Step Jacobians of one sequence, their products, spectra and bounds.

J_t = ∂state_t/∂state_{t−1}, S × S, with row i the state's entry i at t and column j its entry j at the step
before. The state is all states of the cell in their order: h (S = H), for an LSTM [h; c] (S = 2H). The derivative is
total within the step: for an LSTM the block ∂h_t/∂c_{t−1} includes the way through c_t. "Before" means in processing
order, so in a reverse chain the step before position t is position t + 1. The chain rule over several steps is the
product

    ∂state_t/∂state_k = J_t J_{t−1} ⋯ J_{k+1}

and for an Elman network, as for every cell of that structure, J_t = diag(φ′(a_t)) W_hh, whose norm is at most
γ σ_max(W_hh) with γ = sup|φ′|; so

    σ_max(∂h_t/∂h_k) ≤ (γ σ_max(W_hh))^(t−k)        (Pascanu, Mikolov, Bengio 2013, section 2.1)

A small product has two separate causes, saturation (φ′ near zero: slopes, mean_slope) and small weights
(σ_max(W_hh): largest_singular_value).

Padded positions give zeros. Where a pass has left the finite range, so do these: NaN or infinity, no
exception. All functions take the chain as layer, direction ("forward" or "reverse") and the sequence's index
in the batch, and raise InvalidValue if there is no such chain or sequence.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import cells, checks
from core.cells.nonlinearities import Nonlinearity
from core.errors import InvalidValue
from core.networks.network import Network
from core.passes.trace import Trace

Array = NDArray[Any]


def step(trace: Trace, layer: int = 0, direction: str = "forward", sequence: int = 0) -> Array:
    """J_t = ∂state_t/∂state_{t−1} for every position t: (T, S, S)."""
    return trace[layer, direction].jacobians(sequence)


def between(trace: Trace, t: int, k: int, layer: int = 0, direction: str = "forward", sequence: int = 0) -> Array:
    """∂state_t/∂state_k: (S, S), the identity for k = t. k = −1 (reverse: T) is the initial state.

    Raises InvalidValue if t is no step of the sequence, or if the chain does not pass from k to t.
    """
    jacobians = step(trace, layer, direction, sequence)
    path = _path(trace, t, direction, sequence)
    initial = -1 if direction == "forward" else len(trace.inputs)
    if k not in (*path, initial):
        expected = f"from {path[0]} to {path[-1]}, or {initial} for the initial state"
        raise InvalidValue("k", expected, str(k), f"the {direction} chain passes only these on its way to t = {t}")
    passed = path if k == initial else path[: path.index(k)]
    product = np.eye(jacobians.shape[-1], dtype=jacobians.dtype)
    with np.errstate(all="ignore"):
        for position in passed:
            product = product @ jacobians[position]
    return product


def products(trace: Trace, t: int, layer: int = 0, direction: str = "forward", sequence: int = 0) -> Array:
    """∂state_t/∂state_k for every position k in one sweep: (T, S, S), zero where k comes after t.

    Raises InvalidValue if t is no step of the sequence.
    """
    jacobians = step(trace, layer, direction, sequence)
    path = _path(trace, t, direction, sequence)
    result = np.zeros_like(jacobians)
    product = np.eye(jacobians.shape[-1], dtype=jacobians.dtype)
    with np.errstate(all="ignore"):
        for k in path:
            result[k] = product
            product = product @ jacobians[k]
    return result


def singular_values(trace: Trace, layer: int = 0, direction: str = "forward", sequence: int = 0) -> Array:
    """The singular values of every J_t, largest first: (T, S)."""
    return _singular_values(step(trace, layer, direction, sequence))


def product_singular_values(
    trace: Trace, t: int, layer: int = 0, direction: str = "forward", sequence: int = 0
) -> Array:
    """The singular values of ∂state_t/∂state_k for every k, largest first: (T, S); zero for k after t."""
    return _singular_values(products(trace, t, layer, direction, sequence))


def bound(trace: Trace, t: int, layer: int = 0, direction: str = "forward", sequence: int = 0) -> Array:
    """(γ σ_max(W_hh))^n for the position k that lies n steps before t: (T,), zero where k comes after t.

    Raises InvalidValue for a cell whose J_t is not diag(φ′(a_t)) W, and if t is no step of the sequence.
    """
    growth = largest_growth(trace.network, layer, direction)
    path = _path(trace, t, direction, sequence)
    result = np.zeros(len(trace.inputs), trace.network.dtype)
    with np.errstate(all="ignore"):
        result[list(path)] = growth ** np.arange(len(path))
    return result


def one_matrix(network: Network) -> bool:
    """Whether a_t = b + W h_{t−1} + U x_t and h_t = φ(a_t), as in an Elman network: J_t is diag(φ′(a_t)) W."""
    return network.equations.jacobian_structure == "one matrix"


def largest_growth(network: Network, layer: int = 0, direction: str = "forward") -> float:
    """γ σ_max(W_hh): by which one step of an Elman network lengthens a gradient at most.

    Raises InvalidValue for a cell whose J_t is not diag(φ′(a_t)) W.
    """
    W = recurrent_matrix(network, layer, direction)
    return _phi(network).steepest * largest_singular_value(W)


def recurrent_matrix(network: Network, layer: int = 0, direction: str = "forward") -> Array:
    """W of a chain whose J_t is diag(φ′(a_t)) W, of an Elman network W_hh: (H, H). Raises InvalidValue for others."""
    if not one_matrix(network):
        able = checks.quoted(cells.names(lambda cell: cell.jacobian_structure == "one matrix"))
        expected = f"{able}, which alone has one recurrent matrix W_hh"
        raise InvalidValue("cell", expected, f'"{network.cell}"', "look at jacobians.step() instead")
    return network.weights((layer, direction))[network.equations.recurrent[0]]


def spectral_radius(W: Array) -> float:
    """max|λ| over the eigenvalues λ of a square matrix; NaN if it has entries that are not finite.

    Raises InvalidValue if the matrix is not square.
    """
    if W.ndim != 2 or len(W) != W.shape[-1]:
        raise InvalidValue("W", "a square matrix", f"shape {W.shape}", "its singular values are there for any shape")
    return float(np.abs(np.linalg.eigvals(W)).max()) if np.isfinite(W).all() else float("nan")


def largest_singular_value(W: Array) -> float:
    """σ_max(W), by which W lengthens a vector at most; NaN if W has entries that are not finite."""
    return float(_singular_values(W)[0])


def slopes(trace: Trace, layer: int = 0, direction: str = "forward") -> Array:
    """∂h_t/∂a_t = φ′(a_t) of every unit at every step: (T, B, H), zero where h_t is pinned and at padded positions.

    Raises InvalidValue for cells, such as gated ones, that have no one nonlinearity φ.
    """
    phi, place = _phi(trace.network), trace.network.checked((layer, direction))
    tape = trace.recorded.tapes[place]
    slope = trace.recorded.positions(place, tape.passed(phi.slope(tape.hidden[1:])))
    return np.where(trace.mask[..., None], slope, slope.dtype.type(0))


def mean_slopes(trace: Trace, layer: int = 0, direction: str = "forward", sequence: int = 0) -> Array:
    """The mean of φ′(a_t) over the units, at every step of one sequence: (T,), zero at padded positions."""
    means: Array = slopes(trace, layer, direction)[:, trace.recorded.lengths.checked(sequence)].mean(axis=1)
    return means


def mean_slope(trace: Trace, layer: int = 0, direction: str = "forward", sequence: int = 0) -> float:
    """The mean of φ′(a_t) over the units and the steps of one sequence."""
    means = mean_slopes(trace, layer, direction, sequence)
    return float(means[trace.mask[:, sequence]].mean())


def _phi(network: Network) -> Nonlinearity:
    """φ of h_t = φ(a_t). Raises InvalidValue where the cell has no such."""
    if network.equations.phi is None:
        able = checks.quoted(cells.names(lambda cell: cell.phi is not None))
        expected = f"one of {able}, with one nonlinearity φ"
        raise InvalidValue("cell", expected, f'"{network.cell}"', "look at its gates instead")
    return network.equations.phi


def _path(trace: Trace, t: int, direction: str, sequence: int) -> range:
    """The positions that the chain passes on its way to t, from t back to the first it processed."""
    lengths = trace.recorded.lengths
    t = lengths.step(t, sequence)
    return range(t, -1, -1) if direction == "forward" else range(t, lengths.length(sequence))


def _singular_values(matrices: Array) -> Array:
    """Singular values of a stack of matrices; NaN for those that are not finite."""
    finite = np.asarray(np.isfinite(matrices).all(axis=(-2, -1)))
    usable = np.where(finite[..., None, None], matrices, 0)
    return np.where(finite[..., None], np.linalg.svd(usable, compute_uv=False), np.nan).astype(matrices.dtype)
