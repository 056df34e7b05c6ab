"""`python -m core.films`: train what is shipped, from the recipes, and write the films.

python -m core.films                     all of them, as many at a time as there are processors
python -m core.films sentiment-lstm …    these alone; "sentiment-*" for all of a kind
python -m core.films --check             how the shipped ones do on everything that was held out
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import as_completed
from fnmatch import fnmatch

from core import extras
from core.errors import InvalidValue
from core.films import film, path
from core.films.making import written
from core.films.recipes import RECIPES
from core.sweeps import executors
from core.tasks.task import Measure

HEADING = f"{'film':<30}{'right':>8}  {'of':<24}{'error':>10}  {'parameters':>10}{'KB':>7}{'seconds':>9}"


def main() -> None:
    options = read_options()
    names = [name for name in RECIPES if any(fnmatch(name, pattern) for pattern in options.names or ["*"])]
    if not options.check:
        try:
            extras.need_pytorch("to train")
        except InvalidValue as error:
            sys.exit(str(error))
    print(HEADING, flush=True)
    if options.check:
        for name in names:
            print(line(name, checked(name)), flush=True)
        return
    for name, measure, seconds in made(names, options.processes):
        print(line(name, measure, seconds), flush=True)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m core.films", description="Train the films that are shipped.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"none: all of {', '.join(RECIPES)}")
    parser.add_argument("--check", action="store_true", help="measure the shipped films anew instead")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="trained at a time (%(default)s)")
    options = parser.parse_args()
    for pattern in options.names:
        if not any(fnmatch(name, pattern) for name in RECIPES):
            sys.exit(f"Expected names of films, got {pattern}: choose of {', '.join(RECIPES)}.")
    return options


def made(names: list[str], processes: int | None) -> Iterator[tuple[str, Measure, float]]:
    """Train and write films; each one's measure and the seconds that took, as it is done."""
    with executors.processes(processes) as pool:
        started = {pool.submit(written, name): name for name in names}
        for done in as_completed(started):
            yield (started[done], *done.result())


def checked(name: str) -> Measure:
    """The measure of a shipped film, taken anew."""
    shown = film(name)
    return shown.recipe.learned().measure(shown.model(-1))


def line(name: str, measure: Measure, seconds: float | None = None) -> str:
    error = "" if measure.error is None else f"{measure.error:.4g}"
    took = "" if seconds is None else f"{seconds:.0f}"
    size = path(name).stat().st_size / 1024
    return (
        f"{name:<30}{measure.share:>8.2%}  {f'{measure.count} {measure.of}':<24}{error:>10}"
        f"  {RECIPES[name].size:>10}{size:>7.0f}{took:>9}"
    )


if __name__ == "__main__":
    main()
