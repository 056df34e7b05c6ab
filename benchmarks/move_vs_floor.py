"""What a move costs the server: CPU a move on every page, against a floor app that sends the same bytes, in one run.

    python -m benchmarks.move_vs_floor [--rounds 3] [--page NAME …]

The floor is the same server, the same widget and the very payloads of that page, recorded beforehand and sent back
without computing anything: what is left above it is what the pass, the figures and the words cost. Every page is moved
by its first slider, over values that this server was not asked for before, and by its player, which only moves along
what is there; a round has a server of its own, and the best of the rounds counts, of the page as of the floor.

CPU is of the server's process, all its threads; the hand, `benchmarks.tab`, is another process. Needs Linux's clocks.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import hand
from benchmarks.tab import Tab, tab
from explorer.page import course

ROOT = Path(__file__).resolve().parents[1]
NAMES = ["overview", *(lesson.page for lessons in course.SECTIONS.values() for lesson in lessons)]
WARM = 2  # moves that are not counted: with the first ones a page remembers what no move changes


@dataclass(frozen=True)
class Server:
    url: str
    clock: int

    @property
    def cpu(self) -> float:
        """Milliseconds of CPU that its process has used."""
        return time.clock_gettime_ns(self.clock) / 1e6


@contextmanager
def serving(*command: str) -> Iterator[Server]:
    """Runs a server that says its address."""
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        clock = ctypes.c_int()
        if ctypes.CDLL(None).clock_getcpuclockid(process.pid, ctypes.byref(clock)):
            sys.exit("This benchmark needs a system that tells the CPU time of another process: Linux does.")
        assert process.stdout is not None
        for line in process.stdout:
            if "http://" in line:
                yield Server("http://" + line.split("http://")[1].split()[0], clock.value)
                break
        else:
            raise RuntimeError(f"{' '.join(command)} did not start")
    finally:
        process.terminate()
        process.wait(timeout=10)


def a_move(server: Server, opened: bytes, visitor: Tab, way: str) -> tuple[str, float, list[int]] | None:
    """The setting moved on the page that is open, the CPU that a move of it took the server, in ms, and the bytes that
    came; None where there is nothing to move."""
    view = json.loads(opened)
    found = hand.moved(view, way)
    if found is None:
        return None
    key, values = found
    sizes, start, mover = [], 0.0, hand.Hand()
    for number, value in enumerate(values, 1):
        if number == WARM + 1:
            time.sleep(0.05)  # the end of the last run belongs to it
            start = server.cpu
        payload = visitor.did(mover.message(number, key, value, view))
        view = json.loads(payload)
        if view["answers"] != number or view["failed"]:
            raise RuntimeError(f"{key} = {value} was not answered: {view['message']}")
        sizes.append(len(payload))
    time.sleep(0.05)
    return key, (server.cpu - start) / (len(values) - WARM), sizes


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU a move on every page, against the floor app.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", nargs="+", choices=NAMES, default=NAMES)
    options = parser.parse_args()

    taken: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    with serving("benchmarks.floor", "--page", *options.page) as floor:
        for _ in range(options.rounds):
            with serving("explorer", "--port", "0") as app:
                for page in options.page:
                    for way in hand.WAYS:
                        with tab(app.url) as visitor:
                            ours = a_move(app, visitor.open("" if page == "overview" else page), visitor, way)
                        with tab(floor.url) as visitor:
                            least = a_move(floor, visitor.open(of=page, way=way), visitor, way)
                        if ours is None or least is None:
                            continue
                        if ours[2] != least[2]:
                            raise RuntimeError(f"/{page}: the floor sent other bytes")
                        taken[page, way, ours[0]].append(ours[1])
                        taken[page, way, ""].append(least[1])

    print(f"{'CPU a move, in ms':<18}{'moved by':<22}{'page':>7}{'floor':>7}{'ratio':>7}")
    ratios: dict[str, list[float]] = defaultdict(list)
    for (page, way, key), times in taken.items():
        if key:
            best, least_of_all = min(times), min(taken[page, way, ""])
            ratios[way].append(best / least_of_all)
            print(f"{page:<18}{key:<22}{best:>7.1f}{least_of_all:>7.1f}{ratios[way][-1]:>7.2f}")
    for way, of_pages in ratios.items():
        print(f"by the {way}: {statistics.median(of_pages):.2f} on the median page, {max(of_pages):.2f} on the worst")


if __name__ == "__main__":
    main()
