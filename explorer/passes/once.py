"""What an analysis of core finds in a trace, found once: several figures, the card and the question tell of it.

    parts = once(depth.split, trace, layer, direction)

It is kept for as long as the trace itself is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from core.passes.trace import Trace

Found = TypeVar("Found")
How = ParamSpec("How")

_found: WeakKeyDictionary[Trace, dict[Hashable, Any]] = WeakKeyDictionary()


def once(
    analysis: Callable[Concatenate[Trace, How], Found], trace: Trace, *args: How.args, **more: How.kwargs
) -> Found:
    """analysis(trace, …), or what it found before: nothing that holds the trace, which would then never be let go."""
    known = _found.setdefault(trace, {})
    asked = (analysis, args, tuple(more.items()))
    if asked not in known:
        known[asked] = analysis(trace, *args, **more)
    found: Found = known[asked]
    return found
