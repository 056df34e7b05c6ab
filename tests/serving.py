"""Starting the server as a person does, and reading what it says."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Server:
    """`python -m explorer` on a port, a free one unless it is given; `log` holds what it has said so far."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path


@contextmanager
def serve(
    log: Path,
    program: tuple[str, ...] = ("-m", "explorer"),
    folder: Path = ROOT,
    port: int = 0,
    option: str = "--port",
    command: tuple[str, ...] = (),
    env: dict[str, str] | None = None,
) -> Iterator[Server]:
    """Run `program` by this Python, or `command` in its place, until the block ends."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*(command or (sys.executable, *program)), option, str(port)],
            cwd=folder,
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Server(process, _url(process, log), log)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _url(process: subprocess.Popen[bytes], log: Path) -> str:
    """The address that the server gives once it answers."""
    end = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < end:
        _, found, rest = log.read_text().partition("http://")
        if found and "\n" in rest:
            return found + rest.split()[0]
        time.sleep(0.02)
    raise RuntimeError(f"The server did not start. It said:\n{log.read_text()}")


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:
        found: bytes = answer.read()
        return found


def visited(url: str, page: str) -> list[ForwardMsg]:
    """What the server at this address sends to a browser that opens a page, until the page's script has finished."""
    ask = BackMsg()
    ask.rerun_script.page_name = page
    found: list[ForwardMsg] = []
    address = url.replace("http", "ws") + "/_stcore/stream"
    with connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None) as tab:
        tab.send(ask.SerializeToString())
        while not found or found[-1].WhichOneof("type") != "script_finished":
            found.append(ForwardMsg.FromString(tab.recv(timeout=60)))
    return found
