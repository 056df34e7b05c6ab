"""A network: an architecture with its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from types import MappingProxyType
from typing import Any, Self

from numpy.typing import NDArray

from core import checks
from core.errors import InvalidValue
from core.networks.architecture import Architecture, Place, suffix
from core.networks.initialisation import initialise, rescaled
from core.networks.state_dict import architecture_of, arrays_of

Array = NDArray[Any]


@dataclass(frozen=True, eq=False, repr=False)
class Network(Architecture):
    """A frozen recurrent network.

    parameters   mapping name -> read-only array. Names and gate blocks are PyTorch's (LSTM i f g o; GRU r z n), per
                 chain with the ending _l0, _l0_reverse, _l1, …; what a cell has beside these its file says:
        weight_ih      (blocks·H, D)   D = input_size, above the first layer directions·H
        weight_hh      (blocks·H, H)   not jordan
        bias_ih, bias_hh (blocks·H,)
        weight_ci, weight_cf, weight_co (H,)           lstm with peepholes
        weight_oh (H, O), weight_ho (O, H), bias_ho (O,)   jordan, general
        initial_hidden, initial_cell (H,)              learned initial states
    and once
        readout.weight (K, directions·H), readout.bias (K,)   an nn.Linear named readout; not jordan, general

    The other attributes are those of Architecture. Make one with Network.initialise or Network.from_state_dict.
    """

    parameters: Mapping[str, Array] = field(kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if unknown := [name for name in self.parameters if name not in self.shapes]:
            expected = f"named {', '.join(self.shapes)}"
            raise InvalidValue("parameters", expected, f"also {', '.join(unknown)}", "leave these out")
        frozen = {
            name: self._parameter(name, shape)
            for name, shape in self.shapes.items()
            if name in self.parameters or "bias" not in name
        }
        object.__setattr__(self, "parameters", MappingProxyType(frozen))

    def _parameter(self, name: str, shape: tuple[int, ...]) -> Array:
        if name not in self.parameters:
            got = f"only {', '.join(self.parameters) or 'nothing'}"
            raise InvalidValue("parameters", f"complete with {name}", got, f"add {name} of shape {shape}")
        value = checks.array(name, self.parameters[name], shape, f'as the cell "{self.cell}" has it', self.dtype)
        return checks.frozen(value)

    @classmethod
    def initialise(
        cls,
        cell: str = "lstm",
        input_size: int = 1,
        *,
        hidden_size: int = 8,
        num_layers: int = 1,
        bidirectional: bool = False,
        nonlinearity: str = "tanh",
        scheme: str = "pytorch",
        seed: int = 0,
        dtype: str = "float64",
        output_size: int | None = None,
        output: str = "softmax",
        reset_after: bool = True,
        peepholes: bool = False,
        bias: bool = True,
        gain: float = 1.0,
        spectral_radius: float | None = None,
        forget_bias: float = 0.0,
        learned_initial: bool = False,
        **options: Any,
    ) -> Self:
        """A network with parameters drawn from the seed by a scheme of core.networks.initialisation.

        gain multiplies the recurrent weights; a spectral radius, where given, is what every recurrent block then gets;
        forget_bias is added to the bias of an LSTM's forget gate. The other arguments are those of Architecture, the
        options of its `options`.
        """
        architecture = Architecture(
            cell,
            input_size,
            hidden_size,
            num_layers=num_layers,
            bidirectional=bidirectional,
            nonlinearity=nonlinearity,
            output_size=output_size,
            output=output,
            reset_after=reset_after,
            peepholes=peepholes,
            bias=bias,
            learned_initial=learned_initial,
            dtype=dtype,
            options=options,
        )
        drawn = initialise(
            architecture, scheme, seed=seed, gain=gain, spectral_radius=spectral_radius, forget_bias=forget_bias
        )
        return cls(**vars_of(architecture), parameters=drawn)

    @classmethod
    def from_state_dict(
        cls,
        mapping: Mapping[str, Any],
        *,
        cell: str,
        nonlinearity: str = "tanh",
        reset_after: bool = True,
        output: str = "softmax",
        **options: Any,
    ) -> Self:
        """A network from arrays (or tensors) under PyTorch's names: sizes, layers and all else follow from them.

        Takes what `network.parameters` gives. Any bias may be absent.
        """
        arrays = arrays_of(mapping)
        architecture = architecture_of(
            arrays, cell=cell, nonlinearity=nonlinearity, reset_after=reset_after, output=output, options=options
        )
        return cls(**vars_of(architecture), parameters=arrays)

    def replace(self, parameters: Mapping[str, Any]) -> Self:
        """The same network with other values for some or all parameters."""
        return type(self)(**vars_of(self), parameters={**self.parameters, **parameters})

    def rescaled(self, spectral_radius: float) -> Self:
        """The same network with every recurrent block scaled to this spectral radius, its largest |eigenvalue|, by one
        factor a block; see core.networks.initialisation. A block whose radius is zero stays as it is."""
        return self.replace(rescaled(self, self.parameters, spectral_radius))

    def weights(self, place: Place) -> Mapping[str, Array]:
        """The parameters of one chain, by their names without its ending. Raises InvalidValue if there is none."""
        return self._of_chains[self.checked(place)]

    @cached_property
    def _of_chains(self) -> dict[Place, Mapping[str, Array]]:
        """Chain -> its parameters: every pass asks for them several times."""
        named = self.parameters.items()
        return {
            place: MappingProxyType({name.removesuffix(end): array for name, array in named if name.endswith(end)})
            for place in self.chains
            for end in [suffix(place)]
        }

    def __repr__(self) -> str:
        size = f"input_size={self.input_size}, hidden_size={self.hidden_size}, num_layers={self.num_layers}"
        count = sum(array.size for array in self.parameters.values())
        return f"Network(cell={self.cell!r}, {size}, bidirectional={self.bidirectional}, {count} parameters)"


def vars_of(architecture: Architecture) -> dict[str, Any]:
    """The fields that make an architecture."""
    return {field.name: getattr(architecture, field.name) for field in fields(Architecture)}
