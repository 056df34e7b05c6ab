"""`python -m explorer`, or `unrolled` where it is installed: the app on a server tuned for dragging a slider.

`streamlit run explorer/app.py` shows the same pages. Here no message waits for Nagle's algorithm, no visitor
waits for an import, the garbage collector leaves alone what was loaded at start, and NumPy computes in the
visitor's own thread; what that is worth, `benchmarks/rerun.py` measures.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import gc
import importlib
import os
import pkgutil
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit
import uvicorn
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from explorer import EXPLORER, SCRIPT, SETTINGS
from explorer.hosts.one_thread import one_thread
from explorer.page import catalogue


def main(name: str) -> None:
    os.chdir(SETTINGS)
    options = read_options(name)
    try:
        listener = listen(options.host, options.port)
    except OSError as error:
        sys.exit(explain(error, options.host, options.port))
    import_explorer()
    run(SCRIPT, listener)


def command(name: str = "unrolled") -> None:
    """What the program is started by, under the name that its help gives it."""
    with contextlib.suppress(KeyboardInterrupt):
        main(name)


def run(script: Path, listener: socket.socket) -> None:
    """Serves a Streamlit script at this socket until it is stopped."""
    one_thread()
    app = streamlit.App(script, routes=page_routes(), lifespan=lambda _: started(listener))
    config = uvicorn.Config(
        app,
        log_level="warning",
        timeout_graceful_shutdown=1,
        ws_per_message_deflate=False,  # squeezing a message takes longer than sending it
    )
    uvicorn.Server(config).run(sockets=[listener])


def read_options(name: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=name, description="Unrolled, in your browser.")
    parser.add_argument(
        "--host",
        default=streamlit.get_option("server.address") or "127.0.0.1",
        help="the address to listen at (%(default)s); 0.0.0.0 serves everyone on the network",
    )
    parser.add_argument(
        "--port",
        default=streamlit.get_option("server.port"),
        type=port_number,
        help="the port to listen at (%(default)s); 0 takes a free one",
    )
    return parser.parse_args()


def port_number(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: expected a whole number from 0 to 65535")
    return int(text)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket whose connections, which inherit its options, send every message at once.

    Nagle's algorithm would hold a small message back until the last one is acknowledged: about 40 ms a rerun.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name != "nt":  # lets a restart have its port back at once; on Windows it would share one in use
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(address)
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use: end the program that holds it, or choose another with --port (make run: PORT=)."
    return f"Cannot listen at {host}, port {port}: {error.strerror}."


def import_explorer() -> None:
    """Import every module of the explorer now, so that the first page does not wait for them."""
    package = f"{__package__.rpartition('.')[0]}."
    for module in pkgutil.walk_packages([str(EXPLORER)], package):
        if module.name.removeprefix(package) not in ("app", "__main__"):  # they run, they are not imported
            importlib.import_module(module.name)


def page_routes() -> list[Route]:
    """The addresses of the pages, each answered by Streamlit's own HTML with a word on where the server is.

    Without it the browser first looks for a server below the page's address, and every deep link begins with
    two errors in the console.
    """
    html = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    told = "<head><script>window.__streamlit = {BACKEND_BASE_URL: new URL('.', location.href).href}</script>"
    html = html.replace("<head>", told, 1)

    async def page(_: Request) -> HTMLResponse:
        return HTMLResponse(html, headers={"Cache-Control": "no-cache"})

    return [Route(f"/{name}", page) for name in catalogue.names()]


@contextlib.asynccontextmanager
async def started(listener: socket.socket) -> AsyncIterator[None]:
    gc.collect()
    gc.freeze()  # what is loaded by now stays: no collection need walk through it again
    print(f"Unrolled is running at {url(listener)} (Ctrl-C stops it).", flush=True)
    yield


def url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # every address, which is none to go to
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
