"""Where the loss enters, and how it is measured.

With the logits o (K,) of one step of one sequence and its target y, that step adds

    cross_entropy   −Σ_k y_k log softmax(o)_k                            ∂/∂o = softmax(o) Σ_k y_k − y
    sigmoid         −Σ_k (y_k log σ(o_k) + (1 − y_k) log(1 − σ(o_k)))    ∂/∂o = σ(o) − y
    squared_error   ½ Σ_k (o_k − y_k)²                                   ∂/∂o = o − y

to the loss, L = Σ_t Σ_b of these over the steps that count; reduction="mean" divides by their number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import checks
from core.cells.nonlinearities import sigmoid as sigma
from core.errors import InvalidType, InvalidValue
from core.lengths import Lengths

Array = NDArray[Any]
KINDS = ("cross_entropy", "sigmoid", "squared_error")
PREDICTIONS = {"cross_entropy": "softmax", "sigmoid": "sigmoid", "squared_error": "identity"}


@dataclass(frozen=True, eq=False)
class Loss:
    """A loss with its targets. Make one with losses.cross_entropy, losses.sigmoid or losses.squared_error.

    kind        "cross_entropy" | "sigmoid" | "squared_error"
    targets     (T, B, K) numbers, or for cross_entropy (T, B) classes, as ints; with at="last" also one target a
                sequence, (B, K) or (B,); where K = 1 that axis may be left out
    at          "every" | "last" (each sequence's last valid step) | the 0-based steps where the loss enters
    reduction   "sum" | "mean"

    Padded steps never count, whatever stands in their targets.
    """

    kind: str
    targets: Any
    at: str | Sequence[int] = "every"
    reduction: str = "sum"

    def __post_init__(self) -> None:
        checks.choice("kind", self.kind, KINDS)
        checks.choice("reduction", self.reduction, ("sum", "mean"))
        if not isinstance(self.at, Iterable):
            raise InvalidType("at", '"every", "last" or a list of steps', repr(self.at), f"write at=[{self.at}]")
        if isinstance(self.at, str):
            checks.choice("at", self.at, ("every", "last"))
        else:
            object.__setattr__(self, "at", tuple(checks.whole("a step of at", step) for step in self.at))
        targets = checks.numbers("targets", self.targets)
        object.__setattr__(self, "targets", checks.frozen(targets))

    @property
    def output(self) -> str:
        """What makes predictions of the logits."""
        return PREDICTIONS[self.kind]

    def evaluate(self, logits: Array, lengths: Lengths) -> tuple[Array, Array]:
        """What every step adds (T, B), and ∂L/∂logits (T, B, K): zero where the loss does not enter."""
        counted = self._counted(lengths)
        y = self._aligned(logits, counted)
        losses, gradient = MEASURES[self.kind](logits, y)
        if self.reduction == "mean":
            number = logits.dtype.type(counted.sum())
            losses, gradient = losses / number, gradient / number
        return np.where(counted, losses, 0), np.where(counted[..., None], gradient, 0)

    def _counted(self, lengths: Lengths) -> Array:
        """(T, B): where the loss enters."""
        steps = np.arange(lengths.steps)[:, None]
        if self.at == "every":
            return lengths.mask
        if self.at == "last":
            last: Array = steps == lengths.values - 1
            return last
        if not self.at or not set(self.at) <= set(range(lengths.steps)):
            expected = f'"every", "last", or steps from 0 to {lengths.steps - 1}'
            raise InvalidValue("at", expected, str(self.at), "name one or more of these steps")
        return lengths.mask & np.isin(steps, self.at)

    def _aligned(self, logits: Array, counted: Array) -> Array:
        """The targets as (T, B, K), in the logits' precision; zero where the loss does not enter."""
        (T, B, K), targets = logits.shape, self.targets
        classes = self.kind == "cross_entropy" and targets.dtype.kind in "iu" and targets.ndim < 3
        per_step: set[tuple[int, ...]] = {(T, B)} if classes else {(T, B, K)}
        if K == 1:
            per_step.add((T, B))
        per_sequence = {shape[1:] for shape in per_step} if self.at == "last" else set()
        if targets.shape not in per_step | per_sequence:
            expected = f"of shape {' or '.join(map(str, sorted(per_step | per_sequence)))}"
            remedy = f"T = {T} steps, B = {B} sequences, K = {K} logits; only cross_entropy takes classes, as ints"
            raise InvalidValue("targets", expected, f"{targets.dtype} of shape {targets.shape}", remedy)
        if targets.shape not in per_step:
            targets = targets[None]
        if classes:
            return _one_hot(np.where(counted, targets, 0), K).astype(logits.dtype)
        y = np.where(counted[..., None], targets.reshape(-1, B, K), 0)
        y = checks.finite("targets", y, logits.dtype.name)
        if self.kind != "squared_error" and (y.min() < 0 or y.max() > 1):
            got = f"values from {y.min():g} to {y.max():g}"
            raise InvalidValue("targets", f"between 0 and 1 for {self.kind}", got, "pass probabilities")
        return y


def cross_entropy(targets: Any, at: str | Sequence[int] = "every", reduction: str = "sum") -> Loss:
    return Loss("cross_entropy", targets, at, reduction)


def sigmoid(targets: Any, at: str | Sequence[int] = "every", reduction: str = "sum") -> Loss:
    return Loss("sigmoid", targets, at, reduction)


def squared_error(targets: Any, at: str | Sequence[int] = "every", reduction: str = "sum") -> Loss:
    return Loss("squared_error", targets, at, reduction)


def _one_hot(classes: Array, K: int) -> Array:
    """(T, B) -> (T, B, K)."""
    if classes.min() < 0 or classes.max() >= K:
        got = f"from {classes.min()} to {classes.max()}"
        raise InvalidValue("targets", f"classes from 0 to {K - 1}, one a logit", got, "number the classes from 0")
    one_hot: Array = classes[..., None] == np.arange(K)
    return one_hot


def predict(logits: Array, output: str) -> Array:
    """Softmax, sigmoid or identity of the logits (…, K). Raises InvalidValue for another name."""
    checks.choice("output", output, tuple(PREDICTIONS.values()))
    if output == "softmax":
        return np.exp(_log_softmax(logits))
    if output == "sigmoid":
        result = np.empty_like(logits)
        sigma(logits, result)
        return result
    return logits


def _log_softmax(o: Array) -> Array:
    shifted = o - o.max(axis=-1, keepdims=True)
    log_p: Array = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return log_p


def _cross_entropy(o: Array, y: Array) -> tuple[Array, Array]:
    log_p = _log_softmax(o)
    return -(y * log_p).sum(-1), np.exp(log_p) * y.sum(-1, keepdims=True) - y


def _sigmoid(o: Array, y: Array) -> tuple[Array, Array]:
    losses = np.maximum(o, 0) - o * y + np.log1p(np.exp(-np.abs(o)))
    return losses.sum(-1), predict(o, "sigmoid") - y


def _squared_error(o: Array, y: Array) -> tuple[Array, Array]:
    return ((o - y) ** 2).sum(-1) / 2, o - y


MEASURES: dict[str, Callable[[Array, Array], tuple[Array, Array]]] = {
    "cross_entropy": _cross_entropy,
    "sigmoid": _sigmoid,
    "squared_error": _squared_error,
}
