"""`python -m core.sweeps`: run a sweep, or go on with one.

    python -m core.sweeps memory                              a process for every processor
    python -m core.sweeps memory --processes 1
    python -m core.sweeps memory --dask tcp://host:8786       on the workers of a Dask cluster

Ctrl-C ends it; the same command goes on where it stopped.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import perf_counter

from core import extras
from core.errors import InvalidValue
from core.sweeps import executors, path
from core.sweeps.grids import GRIDS
from core.sweeps.sweep import Outcome, run


def main() -> None:
    options = read_options()
    recipes = GRIDS[options.sweep](**({} if options.seeds is None else {"seeds": options.seeds}))
    file: Path = options.file or path(options.sweep)
    file.parent.mkdir(parents=True, exist_ok=True)
    began = perf_counter()

    def say(done: int, of: int, last: Outcome) -> None:
        print(f"{done:>4} of {of}  {perf_counter() - began:6.0f} s  {told(last)}", flush=True)

    try:
        if not options.dask:  # whose workers have their own
            extras.need_pytorch("to train")
        place = executors.cluster(options.dask) if options.dask else executors.processes(options.processes)
        with place as executor:
            run(recipes, file, executor, say)
    except InvalidValue as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(f"\nStopped. What is done is in {file}; the same command goes on from there.")
    print(f"All {len(recipes)} are in {file}.")


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m core.sweeps", description="Run a sweep, or go on with one.")
    parser.add_argument("sweep", choices=GRIDS)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--processes", type=int, help="on this machine (one a processor)")
    where.add_argument("--dask", metavar="ADDRESS", help="the address of a Dask scheduler, tcp://host:port")
    parser.add_argument("--seeds", type=int, help="how many seeds of everything")
    parser.add_argument("--file", type=Path, help="where the outcomes go (the file that the pages read)")
    return parser.parse_args()


def told(outcome: Outcome) -> str:
    r, m = outcome.recipe, outcome.measure
    options = ", ".join(f"{name} {value}" for name, value in r.options)
    end = " diverged" if outcome.diverged else " solved" if m.solved else ""
    start = "" if r.scheme == "pytorch" else f" {r.scheme}"
    size = f"{r.layers} × {r.hidden}"
    what = f"{r.task} {options}: {r.cell}{start} {size}, seed {r.seed}"
    return f"{what}: {m.share:.1%} of {m.of} after {outcome.updates}{end}"


if __name__ == "__main__":
    main()
