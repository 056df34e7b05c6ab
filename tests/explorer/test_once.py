"""What is found in a trace is found once, and let go with it."""

from __future__ import annotations

import gc
import weakref

from core.analysis import depth
from core.passes.trace import Trace
from explorer.passes import scenario
from explorer.passes.once import once
from explorer.state.settings import Settings


def test_the_same_question_is_asked_once() -> None:
    asked: list[tuple[int, str]] = []

    def question(trace: Trace, layer: int, direction: str = "forward") -> depth.Split:
        asked.append((layer, direction))
        return depth.split(trace, layer, direction)

    trace, other = (scenario.stacked(Settings(length=4, layers=2, seed=seed)).trace for seed in (1, 2))
    first = once(question, trace, 1)
    assert once(question, trace, 1) is first
    assert asked == [(1, "forward")]
    once(question, trace, 0)
    once(question, trace, 1, direction="forward")  # said in another way: it may be asked again
    assert once(question, other, 1) is not first
    assert asked[1:] == [(0, "forward"), (1, "forward"), (1, "forward")]


def test_what_was_found_does_not_keep_the_trace() -> None:
    trace = scenario.run(Settings(length=4)).trace
    once(depth.split, trace)
    gone = weakref.ref(trace)
    del trace
    gc.collect()
    assert gone() is None
