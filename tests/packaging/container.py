"""The steps of the Dockerfile, where no container engine runs: `make container-test`.

Every COPY and RUN is done in an empty folder and an empty virtual environment, in the place of the image; then CMD is
started on a free port, in a Python that can write to no file, as on a read-only root; and HEALTHCHECK is asked. The
base image, the user and the engine itself are not tried: what the Dockerfile says of them is only read.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import time
import venv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from serving import ROOT, fetched, visited

READ_ONLY = """
import errno, os, sys
def refuse(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
        if not writes or isinstance(path, int) or os.fsdecode(path).startswith("/dev/"):
            return
    elif event not in ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.truncate"):
        return
    raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(arguments[0]))
sys.addaudithook(refuse)
"""


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile with what follows them, whole."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def the(word: str) -> str:
    (found,) = (rest for name, rest in instructions() if name == word)
    return found


@dataclass
class Image:
    """A folder in the place of the image's root, and what is set in it."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path = Path()

    def at(self, path: str) -> Path:
        return self.root / path.lstrip("/") if path.startswith("/") else self.folder / path

    def make(self) -> None:
        """Do every instruction that makes the image."""
        venv.create(self.root / "python", with_pip=True)
        path = os.pathsep.join((str(self.root / "python" / "bin"), os.environ["PATH"]))
        self.environment = {**os.environ, "PATH": path}
        self.environment.pop("PYTHONPATH", None)
        for word, rest in instructions():
            if word == "WORKDIR":
                self.folder = self.at(rest)
                self.folder.mkdir(parents=True)
            elif word == "ENV":
                given = dict(pair.split("=", 1) for pair in shlex.split(rest))
                self.environment |= {n: str(self.at(v)) if v.startswith("/") else v for n, v in given.items()}
            elif word == "COPY":
                self._copy(*rest.split())
            elif word == "RUN":
                told = subprocess.run(
                    rest, shell=True, cwd=self.folder, env=self.environment, capture_output=True, text=True
                )
                assert told.returncode == 0, f"{rest}\n{told.stderr}"

    def _copy(self, *paths: str) -> None:
        *sources, to = paths
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, self.at(to), ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, self.at(to))


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    made = Image(tmp_path_factory.mktemp("image"))
    made.make()
    yield made
    shutil.rmtree(made.root)  # more than a gigabyte, of which pytest would keep three


@pytest.fixture(scope="module")
def container(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Image, str, dict[str, str]]]:
    """CMD, running on a free port in place of the one that is exposed."""
    guard = tmp_path_factory.mktemp("guard")
    (guard / "sitecustomize.py").write_text(READ_ONLY)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    environment = image.environment | {"PYTHONPATH": str(guard)}
    command = json.loads(the("CMD").replace(the("EXPOSE"), port))
    log = guard / "log.txt"
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=image.folder, env=environment, stdout=said, stderr=said)
    try:
        end = time.monotonic() + 60
        while "is running at" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.1)
        yield image, port, environment
        assert "Traceback" not in log.read_text()
    finally:
        process.terminate()
        process.wait(timeout=10)


def test_it_is_for_a_plain_user_at_a_fixed_port() -> None:
    assert re.fullmatch(r"python:3\.\d+-slim", the("FROM"))
    assert the("USER") not in ("root", "0")
    names = [word for word, _ in instructions()]
    assert names.index("USER") > max(place for place, word in enumerate(names) if word in ("RUN", "COPY"))
    assert json.loads(the("CMD"))[-4:] == ["--host", "0.0.0.0", "--port", the("EXPOSE")]


def test_its_health_check_is_well(container: tuple[Image, str, dict[str, str]]) -> None:
    image, port, environment = container
    check = the("HEALTHCHECK").partition("CMD ")[2]
    assert f":{the('EXPOSE')}/_stcore/health" in check
    subprocess.run(json.loads(check.replace(the("EXPOSE"), port)), cwd=image.folder, env=environment, check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = str(free.getsockname()[1])
    ill = subprocess.run(
        json.loads(check.replace(the("EXPOSE"), nobody)), cwd=image.folder, env=environment, capture_output=True
    )
    assert ill.returncode != 0


def test_a_page_is_served_where_nothing_can_be_written(container: tuple[Image, str, dict[str, str]]) -> None:
    image, port, environment = container
    writing = subprocess.run(
        ["python", "-c", "open('x', 'w')"], cwd=image.folder, env=environment, capture_output=True, text=True
    )
    assert "Read-only file system: 'x'" in writing.stderr
    url = f"http://127.0.0.1:{port}"
    assert b"BACKEND_BASE_URL" in fetched(f"{url}/gates")
    kinds = [message.delta.new_element.WhichOneof("type") for message in visited(url, "gates")]
    assert "bidi_component" in kinds
    assert "exception" not in kinds


TRAINING = """
import time
from core import oracle
from core.training.recipe import Recipe
from explorer.jobs.processes import UNDER_WAY, Pool
from explorer.passes import scenario
from explorer.state.settings import Settings

with Pool(size=1) as pool:
    training = pool.start(Recipe("adding", (("distance", 12),), "gru", 3, updates=3, batch=3), snapshots=2)
    while training.state in UNDER_WAY:
        time.sleep(0.05)
print(training.state, training.sentence, oracle.compare(scenario.run(Settings()).trace, sample=8).largest < 1e-4)
"""


def test_a_network_is_trained_and_proven_where_nothing_can_be_written(
    container: tuple[Image, str, dict[str, str]],
) -> None:
    image, _, environment = container
    program = ["python", "-c", TRAINING]
    told = subprocess.run(program, cwd=image.folder, env=environment, capture_output=True, text=True)
    assert told.stdout == "done  True\n", told.stderr


def test_no_tool_that_checks_is_in_it(image: Image) -> None:
    told = subprocess.check_output(["python", "-m", "pip", "list"], env=image.environment, text=True)
    assert "streamlit" in told
    assert not re.search(r"^(pytest|ruff|mypy|playwright|hatchling)\b", told, re.MULTILINE)
