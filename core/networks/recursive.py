"""The recursive network: one cell, tied over all nodes of a tree.

    leaf k         h_k = φ(U x_k + b)
    inner node p   h_p = φ(W_l h_left + W_r h_right + b)
    node n         o_n = V h_n + c                          the root's alone where the loss enters at the root alone

U is weight_ih, W_l weight_left, W_r weight_right, b bias, V readout.weight, c readout.bias; φ as
core.cells.nonlinearities. Backward, root first, with ∂h_n for ∂L/∂h_n:

    ∂a_n     = φ′(a_n) ⊙ ∂h_n
    ∂h_left  = W_lᵀ ∂a_p + Vᵀ ∂o_left         ∂h_right = W_rᵀ ∂a_p + Vᵀ ∂o_right         ∂x_k = Uᵀ ∂a_k

    ∂U = Σ_k ∂a_k x_kᵀ   ∂W_l = Σ_p ∂a_p h_leftᵀ   ∂W_r = Σ_p ∂a_p h_rightᵀ   ∂b = Σ_n ∂a_n   (k leaves, p inner nodes)

A gradient comes from the root to leaf k through as many of these steps as the leaf is deep: log₂ T in a balanced tree.
Along the spine of the left comb this is the Elman chain that starts from h_1 and reads the states of the leaves
h_2, h_3, …, with W_hh = W_l and W_ih = W_r.

R. Socher, C. Lin, A. Ng, C. Manning: Parsing natural scenes and natural language with recursive neural networks. ICML
2011. R. Socher et al.: Recursive deep models for semantic compositionality over a sentiment treebank. EMNLP 2013.
Goodfellow, Bengio, Courville, Deep Learning (2016), section 10.6.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Self

from numpy.typing import NDArray

from core import checks
from core.cells.nonlinearities import NONLINEARITIES, Nonlinearity
from core.errors import InvalidValue
from core.networks import initialisation
from core.networks.architecture import OUTPUTS, Architecture
from core.networks.network import Network

Array = NDArray[Any]
CHAIN = "rnn"
"""The cell whose chain the tree is set beside: its states are made as those of a tree are, but of one child."""


@dataclass(frozen=True, eq=False, repr=False)
class RecursiveNetwork:
    """A frozen recursive network.

    input_size D, hidden_size H
    output_size K   logits of the readout; None: there is none, and the logits are the states themselves
    nonlinearity    "tanh" | "relu" | "sigmoid" | "identity"
    output          what makes predictions of the logits where no loss says so: "softmax" | "sigmoid" | "identity"
    dtype           "float64" | "float32"
    parameters      name -> read-only array: weight_ih (H, D), weight_left (H, H), weight_right (H, H), bias (H,),
                    readout.weight (K, H), readout.bias (K,)

    Raises InvalidValue or InvalidType for what cannot be used.
    """

    input_size: int
    hidden_size: int
    output_size: int | None = None
    nonlinearity: str = "tanh"
    output: str = "softmax"
    dtype: str = "float64"
    parameters: Mapping[str, Array] = field(kw_only=True)

    def __post_init__(self) -> None:
        checks.count("input_size", self.input_size)
        checks.count("hidden_size", self.hidden_size)
        if self.output_size is not None:
            checks.count("output_size", self.output_size)
        checks.choice("nonlinearity", self.nonlinearity, tuple(NONLINEARITIES))
        checks.choice("output", self.output, OUTPUTS)
        checks.choice("dtype", self.dtype, checks.PRECISIONS)
        if set(self.parameters) != set(self.shapes):
            got = ", ".join(self.parameters) or "nothing"
            raise InvalidValue("parameters", f"named {', '.join(self.shapes)}", got, "give each of these, and no other")
        frozen = {
            name: checks.frozen(checks.array(name, self.parameters[name], shape, "by these sizes", self.dtype))
            for name, shape in self.shapes.items()
        }
        object.__setattr__(self, "parameters", MappingProxyType(frozen))

    @classmethod
    def initialise(
        cls,
        input_size: int = 1,
        hidden_size: int = 8,
        *,
        output_size: int | None = None,
        nonlinearity: str = "tanh",
        output: str = "softmax",
        dtype: str = "float64",
        scheme: str = "pytorch",
        seed: int = 0,
        gain: float = 1.0,
        spectral_radius: float | None = None,
    ) -> Self:
        """Parameters drawn by a scheme of core.networks.initialisation, to be set beside an Elman chain of the same
        arguments.

        U, V and c are that chain's, W_l is its W_hh, and b the sum of its biases; W_r, which it has not, is drawn and
        scaled as W_hh is, as that of a reverse chain. So from child to parent the gradient takes the same kind of step
        in the tree as from step to step in the chain.
        """
        sizes: dict[str, Any] = {"cell": CHAIN, "input_size": input_size, "hidden_size": hidden_size, "dtype": dtype}
        drawn: dict[str, Any] = {"scheme": scheme, "seed": seed, "gain": gain, "spectral_radius": spectral_radius}
        chain = Network.initialise(**sizes, **drawn, output_size=output_size, nonlinearity=nonlinearity, output=output)
        both = Network.initialise(**sizes, **drawn, bidirectional=True)
        p = chain.parameters
        parameters = {
            "weight_ih": p["weight_ih_l0"],
            "weight_left": p["weight_hh_l0"],
            "weight_right": both.parameters["weight_hh_l0_reverse"],
            "bias": p["bias_ih_l0"] + p["bias_hh_l0"],
        }
        parameters |= {name: array for name, array in p.items() if name.startswith("readout")}
        return cls(input_size, hidden_size, output_size, nonlinearity, output, dtype, parameters=parameters)

    def replace(self, parameters: Mapping[str, Any]) -> Self:
        """The same network with other values for some or all parameters."""
        return dataclasses.replace(self, parameters={**self.parameters, **parameters})

    def rescaled(self, spectral_radius: float) -> Self:
        """The same network with W_l and W_r each scaled to this spectral radius, as Network.rescaled does W_hh."""
        names = {"weight_left": "weight_hh_l0", "weight_right": "weight_hh_l0_reverse"}
        both = Architecture(CHAIN, self.input_size, self.hidden_size, bidirectional=True, dtype=self.dtype)
        given = {other: self.parameters[name] for name, other in names.items()}
        scaled = initialisation.rescaled(both, given, spectral_radius)
        return self.replace({name: scaled[other] for name, other in names.items()})

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of every parameter, by name."""
        D, H, K = self.input_size, self.hidden_size, self.output_size
        shapes: dict[str, tuple[int, ...]] = {
            "weight_ih": (H, D), "weight_left": (H, H), "weight_right": (H, H), "bias": (H,),
        }  # fmt: skip
        return shapes | ({"readout.weight": (K, H), "readout.bias": (K,)} if K else {})

    @property
    def phi(self) -> Nonlinearity:
        return NONLINEARITIES[self.nonlinearity]

    def __repr__(self) -> str:
        count = sum(array.size for array in self.parameters.values())
        return f"RecursiveNetwork(input_size={self.input_size}, hidden_size={self.hidden_size}, {count} parameters)"
