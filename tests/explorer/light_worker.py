"""A training's process without PyTorch, which takes two seconds to import: the gradient alone moves the parameters.

All else is explorer.jobs.worker's: what it reads and says, its limit of memory, its end. So whoever tests what becomes
of a process need not wait for an optimiser.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from core.analysis.clipping import global_norm
from core.passes.patterns import run
from core.training.loop import Snapshot, Step
from core.training.recipe import Recipe
from explorer.jobs import worker


def train(recipe: Recipe, at: Sequence[int] = ()) -> Iterator[Step]:
    """As core.training.loop.train, by plain gradient descent."""
    task, model, rng = recipe.learned(), recipe.model(), np.random.default_rng(recipe.seed)
    for update in range(recipe.updates + 1):
        trace = run(model, task.draw(rng, recipe.batch))
        norm = global_norm(trace.gradients)
        finite = bool(np.isfinite(trace.loss) and np.isfinite(norm))
        snapshot = Snapshot(update, model, task.measure(model, 4)) if update in at else None
        yield Step(update, trace.loss, norm, snapshot, not finite)
        if not finite:
            return
        model = model.replace({name: a - recipe.rate * trace.gradients[name] for name, a in model.parameters.items()})


if __name__ == "__main__":
    worker.train = train
    worker.main()
