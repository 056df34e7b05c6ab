"""The floor app: the server, the widgets and the bytes of the gradients page, recorded beforehand.

python -m benchmarks.floor [--port P]
"""

from __future__ import annotations

import argparse
from functools import cache
from pathlib import Path

from explorer.hosts.server import listen, run
from explorer.page import catalogue
from explorer.page.respond import respond
from explorer.page.state import State
from explorer.state.settings import Settings

HERE = Path(__file__).resolve().parent
GAINS = [0.6 + 0.06 * i for i in range(30)]


@cache
def recorded() -> list[bytes]:
    """What the gradients page sends at each of GAINS."""
    return [respond(catalogue.page("gradients"), State(settings=Settings(gain=gain))) for gain in GAINS]


def replayed(answers: int) -> bytes:
    """The next payload, as the answer to that message."""
    payload = recorded()[answers % len(GAINS)]
    head, rest = payload.split(b",", 1)
    assert head.startswith(b'{"answers":')
    return b'{"answers":%d,' % answers + rest


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    listener = listen("127.0.0.1", parser.parse_args().port)
    recorded()
    run(HERE / "floor_app.py", listener)


if __name__ == "__main__":
    # The page imports this module by its name; run under that name too, what was recorded is there.
    from benchmarks import floor

    floor.main()
