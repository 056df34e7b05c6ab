"""Training (torch): the optimiser is PyTorch's, the gradients are those that record() gives.

    for step in train(recipe):        one Step an update, the first before any
        step.loss, step.norm          of this update's examples, before it
        step.snapshot                 at chosen updates: the model as it is then, and how it does

What trains a network here so is what the pages show: the gradients of core.passes.backward, which core.oracle.networks
checks against autograd, clipped by core.analysis.clipping and, where asked for, truncated by core.analysis.truncation.
PyTorch moves the parameters: torch.optim.Adam or SGD, and its cosine schedule.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import checks, extras
from core.analysis.clipping import clip_by_norm, global_norm
from core.analysis.truncation import truncated
from core.errors import InvalidValue
from core.passes.patterns import ConditionalTrace, Model, run
from core.passes.trace import Trace
from core.tasks.task import Measure
from core.training.recipe import Recipe

Array = NDArray[Any]
SEEN = 500  # examples that a snapshot is measured on


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A model in training.

    update   how many updates were made
    model    with the parameters after these
    measure  how it does on the first SEEN examples that were held out
    """

    update: int
    model: Model
    measure: Measure


@dataclass(frozen=True, eq=False)
class Step:
    """One update.

    update     its number, from 0: how many were made before it
    loss       of its examples, as the model is before it
    norm       ‖g‖ of all gradients together, before they are clipped
    snapshot   the model before it, at the chosen updates; else None
    diverged   the loss or a gradient left the finite range: no update follows
    """

    update: int
    loss: float
    norm: float
    snapshot: Snapshot | None
    diverged: bool = False


def schedule(updates: int, snapshots: int) -> list[int]:
    """The updates at which snapshots are taken: the first, the last, and between them quadratically more apart, since
    most changes early."""
    checks.count("snapshots", snapshots, least=2)
    return sorted({round(updates * (i / (snapshots - 1)) ** 2) for i in range(snapshots)})


def train(recipe: Recipe, at: Sequence[int] = (), model: Model | None = None) -> Iterator[Step]:
    """Train a recipe's model, or another one for its task, yielding a Step before every update and one after the last.

    at   the updates before which a snapshot is taken

    Raises InvalidValue where PyTorch is not installed.
    """
    extras.need_pytorch("to train")
    import torch

    torch.set_num_threads(1)  # the products are NumPy's; a second thread here only waits for the first
    task, model = recipe.learned(), recipe.model() if model is None else model
    rng = np.random.default_rng([recipe.seed, zlib.crc32(b"examples")])
    tensors = {name: torch.tensor(array) for name, array in model.parameters.items()}
    kind = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}[recipe.optimiser]
    optimiser = kind(list(tensors.values()), lr=recipe.rate)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, recipe.updates)
    chosen = set(at)
    for update in range(recipe.updates + 1):
        trace = run(model, task.draw(rng, recipe.batch))
        gradients = _gradients(trace, recipe.truncate)
        norm = global_norm(gradients)
        finite = bool(np.isfinite(trace.loss) and np.isfinite(norm))
        snapshot = Snapshot(update, model, task.measure(model, SEEN)) if update in chosen else None
        yield Step(update, trace.loss, norm, snapshot, not finite)
        if not finite or update == recipe.updates:
            return
        if recipe.clip is not None:
            gradients, _, _ = clip_by_norm(gradients, recipe.clip)
        for name, tensor in tensors.items():
            tensor.grad = torch.from_numpy(np.array(gradients[name]))
        optimiser.step()
        falling.step()
        model = model.replace({name: tensor.numpy() for name, tensor in tensors.items()})


def _gradients(trace: Trace | ConditionalTrace, k: int | None) -> Mapping[str, Array]:
    if k is None:
        return trace.gradients
    if not isinstance(trace, Trace) or len(trace.network.chains) != 1:
        raise InvalidValue("truncate", "of a single chain", "a model of several", "leave it out")
    steps = len(trace.inputs)
    return truncated(trace, min(k, steps), min(k, steps)).gradients
