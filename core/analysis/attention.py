"""One self-attention layer with a single head, and what each of its outputs sees.

    q_t = W_q x_t       k_t = W_k x_t       v_t = W_v x_t
    s_tm = q_t·k_m / √d       A_t = softmax(s_t)       y_t = Σ_m A_tm v_m

in matrices softmax(QKᵀ/√d) V: A. Vaswani et al., Attention is all you need, NeurIPS 2017, eq. 1. Every output reads
every input; no positions are added, so that it sees a set.

With ∂A_tj/∂s_tm = A_tj (δ_jm − A_tm) and ∂s_tm/∂x_k = (δ_mk W_kᵀ q_t + δ_tk W_qᵀ k_m) / √d, and Σ_m A_tm v_m = y_t,

    ∂y_t/∂x_k = A_tk W_v                                                  the value that it brings
              + A_tk (v_k − y_t) (W_kᵀ q_t)ᵀ / √d                         the key that it is found by
              + δ_tk Σ_m A_tm (v_m − y_t) (W_qᵀ k_m)ᵀ / √d                the query that it asks

Weights are N(0, 1/D); every one has a random stream of its own, from the seed and its name.

Shapes: x (T, D); W_q, W_k, W_v (H, D), d = H; A (T, T); y (T, H).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core.analysis.norms import euclidean
from core.analysis.windows import sequence, taps

Array = NDArray[Any]
AT_ONCE = 4  # outputs whose derivatives are looked at together: of more they no longer fit beside the processor


@dataclass(frozen=True, eq=False)
class SelfAttention:
    """See the module."""

    W_q: Array
    W_k: Array
    W_v: Array

    @classmethod
    def initialise(cls, input_size: int, hidden_size: int, *, seed: int = 0) -> Self:
        return cls(*(taps(f"attention.{name}", seed, 1, hidden_size, input_size)[0] for name in "qkv"))

    def projected(self, x: Array) -> tuple[Array, Array, Array]:
        """Queries, keys and values: (T, H) each."""
        x = sequence(x, self.W_q)
        return x @ self.W_q.T, x @ self.W_k.T, x @ self.W_v.T

    def weights(self, x: Array) -> Array:
        """A, (T, T): row t what output t attends to."""
        q, k, _ = self.projected(x)
        scores = q @ k.T / np.sqrt(q.shape[1])
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        weights: Array = raised / raised.sum(axis=1, keepdims=True)
        return weights

    def outputs(self, x: Array) -> Array:
        """y: (T, H)."""
        return self.weights(x) @ self.projected(x)[2]

    def influence(self, x: Array) -> Array:
        """‖∂y_t/∂x_k‖ (Frobenius): (T, T), row t the output, column k the input."""
        return np.concatenate([euclidean(some.reshape(*some.shape[:2], -1)) for some in self._some(x, AT_ONCE)])

    def jacobian(self, x: Array) -> Array:
        """∂y_t/∂x_k: (T, T, H, D)."""
        return next(self._some(x, len(x)))

    def _some(self, x: Array, outputs: int) -> Iterator[Array]:
        """∂y_t/∂x_k, (outputs, T, H, D), of so many outputs after the other."""
        q, k, v = self.projected(x)
        A, root = self.weights(x), np.sqrt(q.shape[1])
        y = A @ v
        weighted = A[..., None] * (v - y[:, None]) / root  # (T, T, H): A_tk (v_k − y_t) / √d
        by_key, by_query = q @ self.W_k, k @ self.W_q
        for first in range(0, len(q), outputs):
            t = np.arange(first, min(first + outputs, len(q)))
            some = A[t, :, None, None] * self.W_v
            some += weighted[t, ..., None] * by_key[t, None, None]
            some[t - first, t] += weighted[t].swapaxes(1, 2) @ by_query
            yield some
