from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

import pytest
from serving import ROOT, Server, serve

from benchmarks.tab import tab
from explorer.hosts.server import listen, port_number
from explorer.state.settings import Settings


@pytest.mark.parametrize("path", ["/", "/gradients", "/_stcore/health"])
def test_it_answers(server: Server, path: str) -> None:
    with urllib.request.urlopen(server.url + path) as answer:
        assert answer.status == 200


def test_a_page_is_told_where_its_server_is(server: Server) -> None:
    """Else its browser looks below the page's own address first, and the console begins with two errors."""
    with urllib.request.urlopen(server.url + "/gradients") as answer:
        assert "BACKEND_BASE_URL" in answer.read().decode()


def message(number: int, **changes: Any) -> dict[str, Any]:
    return {"number": number, "held": {}, "changes": changes, "settled": True, "at": None}


def test_the_first_message_of_a_page_is_heard_though_the_last_of_the_one_before_came_late(server: Server) -> None:
    with tab(server.url) as visitor:
        visitor.open("lengths")
        visitor.did(message(1, lines="ja\nnein"))
        before = visitor.page, visitor.stage, visitor.fragment
        visitor.open("unrolling")
        after = visitor.page, visitor.stage, visitor.fragment
        visitor.page, visitor.stage, visitor.fragment = before
        visitor.did(message(2, lines="ja"))
        visitor.page, visitor.stage, visitor.fragment = after
        heard = json.loads(visitor.did(message(2, read_as="words")))
    assert heard["answers"] == 2
    assert next(one["value"] for one in heard["controls"] if one["key"] == "read_as") == "words"


def test_the_last_word_of_a_page_that_was_left_changes_nothing_of_the_link_that_was_opened(server: Server) -> None:
    with tab(server.url) as visitor:
        visitor.open("backpropagation")
        before = visitor.page, visitor.stage, visitor.fragment
        visitor.open("unrolling", length="14")
        after = visitor.page, visitor.stage, visitor.fragment
        visitor.page, visitor.stage, visitor.fragment = before
        visitor.say(message(1, gain=1.33))
        visitor.page, visitor.stage, visitor.fragment = after
        heard = json.loads(visitor.did(message(1)))
    assert heard["address"] == "length=14"
    assert next(one["value"] for one in heard["controls"] if one["key"] == "gain") == Settings().gain


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send to one process")
def test_ctrl_c_ends_it_without_a_word(tmp_path: Path) -> None:
    with serve(tmp_path / "log.txt") as second:
        second.process.send_signal(signal.SIGINT)
        assert second.process.wait(timeout=10) == 0
        assert second.log.read_text() == f"Unrolled is running at {second.url} (Ctrl-C stops it).\n"


def test_it_runs_from_another_folder(tmp_path: Path) -> None:
    program = (str(ROOT / "explorer"),)
    with (
        serve(tmp_path / "log.txt", program, folder=tmp_path) as running,
        urllib.request.urlopen(running.url + "/_stcore/health") as answer,
    ):
        assert answer.read() == b"ok"


def test_it_starts_without_pytorch() -> None:
    """It costs seconds, and only proofs need it."""
    code = (
        "import sys, explorer.hosts.server, explorer.page.respond, explorer.page.proof; print('torch' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert told.stdout.splitlines()[-1] == "False"


def test_streamlits_own_server_shows_it_too(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = ("-m", "streamlit", "run", "explorer/app.py")
    with serve(tmp_path / "log.txt", program, port=port, option="--server.port") as running:
        for path in ("/_stcore/health", "/gradients"):
            with urllib.request.urlopen(running.url + path) as answer:
                assert answer.status == 200
        assert "Traceback" not in running.log.read_text()


def test_a_port_in_use_is_said_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        told = run("--port", str(port))
    assert told.returncode == 1
    assert told.stdout == ""
    assert told.stderr.startswith(f"Port {port} is in use: ")
    assert told.stderr.count("\n") == 1


def test_what_is_no_port_is_refused() -> None:
    told = run("--port=eighty")
    assert told.returncode == 2
    assert "'eighty' is not a port" in told.stderr
    for port in ("-1", "65536", "8501.5", ""):
        with pytest.raises(ArgumentTypeError, match=f"'{port}' is not a port"):
            port_number(port)
    assert [port_number(port) for port in ("0", "65535")] == [0, 65535]


def test_its_connections_send_at_once() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()[:2]):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "explorer", *options], cwd=ROOT, capture_output=True, text=True, timeout=30
    )
