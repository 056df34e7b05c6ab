"""The floor app: the server, the widgets and the bytes of a page, recorded beforehand.

python -m benchmarks.floor [--port P] [--page NAME …]

A page's payloads are those of `benchmarks.hand`: the page is opened, then its slider is moved, or its player.
"""

from __future__ import annotations

import argparse
import json
from functools import cache
from pathlib import Path

from benchmarks import hand
from explorer.hosts.server import listen, run
from explorer.page import catalogue
from explorer.page.respond import respond
from explorer.page.state import State

HERE = Path(__file__).resolve().parent


@cache
def recorded(name: str, way: str = "slider") -> list[bytes]:
    """What that page sends: first as it opens, then at each move."""
    page, state = catalogue.page(name), State()
    state.open(page, {})
    state.rest(page)
    payloads = [respond(page, state)]
    key, values = hand.moved(json.loads(payloads[0]), way) or ("", [])
    mover = hand.Hand()
    for number, value in enumerate(values, 1):
        payloads.append(respond(page, state, mover.message(number, key, value, json.loads(payloads[-1]))))
    return payloads


def replayed(name: str, way: str, answers: int) -> bytes:
    """The next payload, as the answer to that message."""
    payloads = recorded(name, way)
    head, rest = payloads[answers % len(payloads)].split(b",", 1)
    assert head.startswith(b'{"answers":')
    return b'{"answers":%d,' % answers + rest


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--page", nargs="+", choices=catalogue.names(), default=["gradients"])
    options = parser.parse_args()
    listener = listen("127.0.0.1", options.port)
    for name in options.page:
        for way in hand.WAYS:
            recorded(name, way)
    run(HERE / "floor_app.py", listener)


if __name__ == "__main__":
    # The app's page imports this module by its name; run under that name too, what was recorded is there.
    from benchmarks import floor

    floor.main()
