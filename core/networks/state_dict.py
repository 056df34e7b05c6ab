"""The architecture that a mapping of PyTorch's names and arrays describes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from core import cells, checks
from core.cells.nonlinearities import NONLINEARITIES
from core.errors import InvalidType, InvalidValue
from core.networks.architecture import OPTIONS, Architecture, suffix

Array = NDArray[Any]
FIRST = suffix((0, "forward"))
"""The ending of the names of the first chain's parameters, which the sizes are read from."""


def arrays_of(mapping: Mapping[str, Any]) -> dict[str, Array]:
    """name -> array of one precision, from arrays, tensors or nested lists."""
    if not isinstance(mapping, Mapping):
        got = f"a {type(mapping).__name__}"
        raise InvalidType("state_dict", "a mapping from names to arrays", got, "pass module.state_dict()")
    if odd := [name for name in mapping if not isinstance(name, str)]:
        raise InvalidType("the names of a state_dict", "strings", repr(odd[0]), "pass module.state_dict()")
    arrays = {name: checks.floats(name, value) for name, value in mapping.items()}
    if len({array.dtype for array in arrays.values()}) > 1:
        got = ", ".join(f"{name} {array.dtype}" for name, array in arrays.items())
        raise InvalidType("state_dict", "of one precision", got, "convert all arrays to one dtype")
    return arrays


def architecture_of(
    arrays: Mapping[str, Array],
    *,
    cell: str,
    nonlinearity: str,
    reset_after: bool,
    output: str,
    options: Mapping[str, Any],
) -> Architecture:
    """Sizes from the shapes, everything else from which names there are. Whether all fits is Network's to check."""
    cells.check(cell, **options)
    checks.choice("nonlinearity", nonlinearity, tuple(NONLINEARITIES))
    first = _matrix(arrays, f"weight_ih{FIRST}")
    chosen = {"nonlinearity": nonlinearity, "reset_after": reset_after, **options}
    chosen |= cells.implied(cell, {name.removesuffix(FIRST) for name in arrays if name.endswith(FIRST)})
    equations = cells.build(cell, **chosen)
    blocks, own = len(equations.blocks), equations.readout
    if len(first) % blocks:
        expected, got = f'{blocks} blocks of H rows each, for the cell "{cell}"', f"{len(first)} rows"
        raise InvalidValue("weight_ih_l0", expected, got, "name the cell that the weights are of")
    readout = f"{own.weight}{FIRST}" if own else "readout.weight"
    layers = [name for name in arrays if re.fullmatch(r"weight_ih_l\d+", name)]
    return Architecture(
        cell=cell,
        input_size=first.shape[1],
        hidden_size=len(first) // blocks,
        num_layers=len(layers),
        bidirectional="weight_ih_l0_reverse" in arrays,
        output_size=len(_matrix(arrays, readout)) if own or readout in arrays else None,
        output=output,
        bias=any("bias" in name for name in arrays),
        learned_initial=any(f"initial_{state}{FIRST}" in arrays for state in equations.states),
        dtype=first.dtype.name,
        **{option: chosen.pop(option) for option in OPTIONS if option in chosen},
        options=chosen,
    )


def _matrix(arrays: Mapping[str, Array], name: str) -> Array:
    """An array that sizes are read from."""
    if name not in arrays:
        got = f"only {', '.join(arrays) or 'nothing'}"
        raise InvalidValue("state_dict", f"complete with {name}", got, "use the names of torch.nn.RNN, GRU or LSTM")
    if arrays[name].ndim != 2:
        raise InvalidValue(name, "a matrix", f"shape {arrays[name].shape}", "pass the weight as PyTorch stores it")
    return arrays[name]
