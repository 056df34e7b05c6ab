"""Everything that happened in one pass up a tree and back down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cells.contributions import Share
from core.checks import readonly
from core.errors import InvalidValue
from core.lengths import Lengths
from core.networks.recursive import RecursiveNetwork
from core.passes.chain import required
from core.passes.interventions import PinState
from core.passes.losses import Loss, predict
from core.passes.tree import Tree

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Adjoint:
    """∂L/∂ of the logits (N, B, K), the states (N, B, H) and the preactivations (N, B, H)."""

    logits: Array
    hidden: Array
    preactivations: Array


@dataclass(frozen=True, eq=False, repr=False)
class TreeTrace:
    """One recorded pass. Arrays are NumPy, read-only, in the network's precision; N = 2T − 1 nodes as core.passes.tree
    numbers them, B sequences on the same tree.

    network, tree        the RecursiveNetwork and the Tree
    inputs               (T, B, D)
    given                the Loss, or None
    interventions        what was held at a value, and held (N, B, H): where
    preactivations       (N, B, H)   a_n
    hidden               (N, B, H)   h_n; hidden[-1] is the root's
    logits               (N, B, K)   o_n: of the readout, else the states
    predictions          (N, B, K)   softmax, sigmoid or identity of the logits, as the loss, else network.output, says
    losses               (N, B)      what every node of every sequence adds to the loss
    loss                 float       their sum; 0 where there is no loss

    has_gradients        whether a loss entered; if not, all that follows raises NotRecorded
    gradients            parameter name -> ∂L/∂parameter
    contributions(name)  (N, *shape)   the part of that gradient that each node adds; they sum to it
    grad_logits          (N, B, K)
    grad_hidden          (N, B, H)   ∂L/∂h_n in total: from its parent and from its own logits
    grad_preactivations  (N, B, H)
    grad_inputs          (T, B, D)

    overflow_node        the first node, in the order of computation, whose state left the finite range; or None
    finite               whether all states, losses and gradients are finite
    """

    network: RecursiveNetwork
    tree: Tree
    inputs: Array
    given: Loss | None
    interventions: tuple[PinState, ...]
    held: Array
    preactivations: Array
    hidden: Array
    logits: Array
    losses: Array
    adjoint: Adjoint | None

    def __repr__(self) -> str:
        T, B, _ = self.inputs.shape
        return f"TreeTrace({self.network!r}, {T} leaves, {B} sequences, loss={self.loss:.6g})"

    @cached_property
    def predictions(self) -> Array:
        with np.errstate(all="ignore"):
            return readonly(predict(self.logits, self.network.output if self.given is None else self.given.output))

    @cached_property
    def loss(self) -> float:
        with np.errstate(all="ignore"):
            return float(self.losses.sum())

    @property
    def has_gradients(self) -> bool:
        return self.adjoint is not None

    @property
    def grad_logits(self) -> Array:
        return required(self.adjoint).logits

    @property
    def grad_hidden(self) -> Array:
        return required(self.adjoint).hidden

    @property
    def grad_preactivations(self) -> Array:
        return required(self.adjoint).preactivations

    @cached_property
    def grad_inputs(self) -> Array:
        at_leaves = self.grad_preactivations[: self.tree.leaves]
        with np.errstate(all="ignore"):
            return readonly(at_leaves @ self.network.parameters["weight_ih"])

    @cached_property
    def gradients(self) -> Mapping[str, Array]:
        with np.errstate(all="ignore"):
            return MappingProxyType({name: readonly(share.total()) for name, (_, share) in self._shares.items()})

    def contributions(self, name: str) -> Array:
        if name not in self._shares:
            expected = f"one of {', '.join(self._shares)}"
            raise InvalidValue("name", expected, repr(name), "choose one of these parameters")
        nodes, share = self._shares[name]
        spans = Lengths(np.full(self.inputs.shape[1], len(share.left)), len(share.left))
        parts = np.zeros((self.tree.nodes, *self.network.parameters[name].shape), self.network.dtype)
        if len(share.left):
            with np.errstate(all="ignore"):
                parts[nodes] = share.parts(spans, "forward")
        return readonly(parts)

    @cached_property
    def overflow_node(self) -> int | None:
        wrong = ~np.isfinite(self.hidden).all(axis=(1, 2))
        return int(wrong.argmax()) if wrong.any() else None

    @cached_property
    def finite(self) -> bool:
        arrays = [self.hidden, self.losses]
        if self.adjoint is not None:
            arrays += [self.grad_hidden, self.grad_inputs, *self.gradients.values()]
        return all(bool(np.isfinite(array).all()) for array in arrays)

    @cached_property
    def _shares(self) -> dict[str, tuple[slice, Share]]:
        """Parameter -> the nodes that use it, and how its gradient is summed over them."""
        leaves, inner, every = slice(self.tree.leaves), slice(self.tree.leaves, None), slice(None)
        left, right = np.array(self.tree.children, int).reshape(-1, 2).T
        da, h = self.grad_preactivations, self.hidden
        shares = {
            "weight_ih": (leaves, Share(da[leaves], self.inputs)),
            "weight_left": (inner, Share(da[inner], h[left])),
            "weight_right": (inner, Share(da[inner], h[right])),
            "bias": (every, Share(da)),
            "readout.weight": (every, Share(self.grad_logits, h)),
            "readout.bias": (every, Share(self.grad_logits)),
        }
        return {name: shares[name] for name in self.network.parameters}
