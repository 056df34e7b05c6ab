"""What the tuning of the server is worth: reruns of one page, the same app behind three servers, in one run.

    python -m benchmarks.rerun [--page gradients] [--reruns 40]

Each rerun is timed from the request to the server's word that the script has finished, over a WebSocket on
this machine: no browser, no painting. The servers take turns, so that what else the machine does falls on all
alike.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parent.parent
STREAMLIT = ["streamlit", "run", "explorer/app.py", "--server.port={port}"]
SERVERS = {
    "streamlit run, collecting after each run": [*STREAMLIT, "--runner.postScriptGC=true"],
    "streamlit run": STREAMLIT,
    "python -m explorer": ["explorer", "--port={port}"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Times the reruns of a page behind three servers.")
    parser.add_argument("--page", default="gradients")
    parser.add_argument("--reruns", type=int, default=40)
    options = parser.parse_args()

    with ExitStack() as stack:
        tabs = {name: stack.enter_context(open_tab(stack, command)) for name, command in SERVERS.items()}
        first = {name: rerun(tab, options.page) for name, tab in tabs.items()}
        times: dict[str, list[float]] = {name: [] for name in tabs}
        for _ in range(options.reruns):
            for name, tab in tabs.items():
                times[name].append(rerun(tab, options.page))

    print(f"{options.reruns} reruns of /{options.page}, in ms {'first':>20} {'median':>8} {'slowest tenth':>14}")
    for name, taken in times.items():
        slow = statistics.quantiles(taken, n=10)[-1]
        print(f"{name:<42} {first[name]:>5.0f} {statistics.median(taken):>8.1f} {slow:>14.1f}")


def open_tab(stack: ExitStack, command: list[str]) -> ClientConnection:
    """A server of its own, and a connection to it as a browser's tab opens one."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = [part.format(port=port) for part in command]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([sys.executable, "-m", *arguments], cwd=ROOT, **quiet)
    stack.callback(server.wait)
    stack.callback(server.terminate)
    await_health(port)
    return connect(f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=["streamlit"], max_size=None)


def await_health(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health").close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("a server did not start")


def rerun(tab: ClientConnection, page: str) -> float:
    """Milliseconds from asking for a run of the page to the word that it has finished."""
    ask = BackMsg()
    ask.rerun_script.page_name = page
    start = time.perf_counter()
    tab.send(ask.SerializeToString())
    while True:
        answer = ForwardMsg.FromString(tab.recv(timeout=30))
        if answer.delta.new_element.WhichOneof("type") == "exception":
            raise RuntimeError(f"/{page} failed: its server's log says why")
        if answer.WhichOneof("type") == "script_finished":
            return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
