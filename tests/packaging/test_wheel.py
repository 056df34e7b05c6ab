"""The built wheel, as a stranger has it: in an environment of its own, beside other packages called core and pages."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path
from zipfile import ZipFile

import pytest
from serving import ROOT, Server, fetched, serve, visited
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
STRANGERS = ("core", "explorer", "pages")


@dataclass(frozen=True)
class Installed:
    """The wheel, and the environment that it is installed in."""

    wheel: ZipFile
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """In which packages of a stranger come first on the path."""
        return os.environ | {"PYTHONPATH": str(self.folder / "strangers"), "PYTHONWARNINGS": "error"}

    def program(self, name: str) -> str:
        scripts = "Scripts" if os.name == "nt" else "bin"
        return str(self.folder / "venv" / scripts / name)

    def run(self, code: str) -> str:
        """What a program says that a stranger runs there."""
        told = subprocess.run(
            [self.program("python"), "-c", code],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert told.returncode == 0, told.stderr
        return told.stdout.strip()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    folder = tmp_path_factory.mktemp("installed")
    build = ("wheel", str(ROOT), "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder))
    pip(*build)
    (file,) = folder.glob("*.whl")
    venv.create(folder / "venv")
    with ZipFile(file) as wheel:
        found = Installed(wheel, folder)
        python = found.program("python")
        pip("--python", python, "install", "--no-deps", "--no-index", "--no-compile", str(file))
        # What it stands on is looked up where these tests have it: nothing need be fetched.
        place = subprocess.check_output(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
        )
        (Path(place.strip()) / "beside.pth").write_text(sysconfig.get_path("purelib") + "\n")
        for name in STRANGERS:
            (folder / "strangers" / name).mkdir(parents=True)
            (folder / "strangers" / name / "__init__.py").write_text(f"raise SystemExit('a stranger: {name}')")
        yield found


def pip(*arguments: str) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments], capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr


def test_it_holds_every_file_and_nothing_else_at_the_top(installed: Installed) -> None:
    held = {name for name in installed.wheel.namelist() if not name.endswith("/")}
    told = f"unrolled-{PROJECT['version']}.dist-info"
    assert {name.partition("/")[0] for name in held} == {"unrolled", told}
    tracked = subprocess.check_output(["git", "ls-files", *STRANGERS, ".streamlit"], cwd=ROOT, text=True).splitlines()
    files = {f"unrolled/{re.sub('^core/', '', name)}" for name in tracked if (ROOT / name).exists()}
    assert len(files) > 250
    assert files <= {name for name in held if name.startswith("unrolled/")}
    assert {"unrolled/py.typed", f"{told}/licenses/LICENSE"} <= held
    assert f"{told}/licenses/core/tasks/handwriting/SOURCE.txt" in held


def test_it_says_what_it_is(installed: Installed) -> None:
    folder = f"unrolled-{PROJECT['version']}.dist-info"
    told = message_from_string(installed.wheel.read(f"{folder}/METADATA").decode())
    assert (told["Name"], told["Version"]) == ("unrolled", PROJECT["version"])
    assert (told["Requires-Python"], told["License-Expression"]) == (">=3.11", "MIT AND CC-BY-4.0")
    assert set(told.get_all("Provides-Extra") or ()) == PROJECT["optional-dependencies"].keys()
    always = [line for line in told.get_all("Requires-Dist") or () if "extra ==" not in line]
    assert not [line for line in always if line.startswith(("torch", "distributed"))]
    assert len(always) == len(PROJECT["dependencies"])
    assert (
        "unrolled = unrolled.explorer.hosts.server:command"
        in installed.wheel.read(f"{folder}/entry_points.txt").decode()
    )


LEARNING = """
import numpy as np
from unrolled import Network, jacobians, losses, record

network = Network.initialise("lstm", input_size=3, hidden_size=8, output_size=5, seed=0)
inputs = np.random.default_rng(0).standard_normal((20, 1, 3))
loss = losses.cross_entropy(np.zeros((20, 1), int))
trace = record(network, inputs, loss=loss)
rate = 1e-6
moved = {name: p - rate * trace.gradients[name] for name, p in network.parameters.items()}
fell = trace.loss - record(network.replace(moved), inputs, loss=loss).loss
assert jacobians.between(trace, 19, 0).shape == (16, 16)
print(fell / (rate * sum((g**2).sum() for g in trace.gradients.values())))
"""


def test_a_step_down_its_gradient_lowers_the_loss_by_as_much_as_that_says(installed: Installed) -> None:
    """L(θ − η g) = L(θ) − η ‖g‖² + O(η²): it holds only where forward and backward pass are both right."""
    assert float(installed.run(LEARNING)) == pytest.approx(1, abs=1e-3)


EVERYTHING = """
import importlib, pkgutil, sys, unrolled
for module in pkgutil.walk_packages(unrolled.__path__, "unrolled."):
    if not module.name.endswith((".app", ".__main__")) and not module.name.startswith("unrolled.pages."):
        importlib.import_module(module.name)
from unrolled.tasks import TASKS, make
for name in TASKS:
    make(name)
from unrolled.films import RECIPES, film
loaded = {name.partition(".")[0] for name in sys.modules}
print(len(film(next(iter(RECIPES)))), *loaded & {"core", "explorer", "pages", "torch"})
"""


def test_every_module_stands_without_a_strangers_and_without_pytorch(installed: Installed) -> None:
    assert installed.run(EVERYTHING) == "30"


TRAINING = """
import time
from unrolled.explorer.jobs.processes import UNDER_WAY, Pool
from unrolled.training.recipe import Recipe

with Pool(size=1) as pool:
    training = pool.start(Recipe("adding", (("distance", 12),), "gru", 3, updates=3, batch=3), snapshots=2)
    while training.state in UNDER_WAY:
        time.sleep(0.05)
    print(training.state, training.sentence, len(training.film))
"""


def test_a_live_training_finds_its_program(installed: Installed) -> None:
    assert installed.run(TRAINING) == "done  2"


@pytest.fixture(scope="module")
def app(installed: Installed) -> Iterator[Server]:
    log = installed.folder / "log.txt"
    with serve(log, command=(installed.program("unrolled"),), folder=installed.folder, env=installed.environment) as it:
        yield it


@pytest.fixture(scope="module")
def visit(app: Server) -> list[ForwardMsg]:
    return visited(app.url, "gradients")


def test_its_command_serves_the_app(app: Server) -> None:
    assert fetched(app.url + "/_stcore/health") == b"ok"
    assert b"BACKEND_BASE_URL" in fetched(app.url + "/encoder-decoder")


def test_the_app_has_its_own_settings_and_composes_a_page(visit: list[ForwardMsg], app: Server) -> None:
    (session,) = (message.new_session for message in visit if message.WhichOneof("type") == "new_session")
    assert session.custom_theme.primary_color == THEME["primaryColor"]
    assert not session.config.gather_usage_stats
    elements = [message.delta.new_element for message in visit]
    assert "exception" not in [element.WhichOneof("type") for element in elements]
    assert "Traceback" not in app.log.read_text()


def test_the_browser_finds_every_script_of_the_stage(visit: list[ForwardMsg], app: Server) -> None:
    """Streamlit serves a component under the name of the module that declares it, which is another one here."""
    (component,) = (e for m in visit if (e := m.delta.new_element).WhichOneof("type") == "bidi_component")
    loader = component.bidi_component.js_content
    (place,) = set(re.findall(r"/component/[\w.]+/", loader))
    script = fetched(app.url + place + "plotly.js").decode()
    (plotly,) = set(re.findall(r'"\.\./([\w.]+/plotly\.min\.js)"', script))
    assert len(fetched(f"{app.url}/component/{plotly}")) > 1_000_000
    assert b"mount" in fetched(app.url + place + "stage.js")


def test_the_five_lines_of_a_page_make_its_figure(visit: list[ForwardMsg], installed: Installed) -> None:
    (component,) = (e for m in visit if (e := m.delta.new_element).WhichOneof("type") == "bidi_component")
    panel = json.loads(component.bidi_component.bytes)["panels"][0]
    snippet: str = panel["snippet"]
    assert "from unrolled.explorer." in snippet
    assert snippet.endswith("picture.figure().show()\n")
    assert installed.run(snippet.replace("picture.figure().show()", "print(picture.title)")) == panel["title"]


def test_its_command_says_its_options(installed: Installed) -> None:
    command = [installed.program("unrolled"), "--help"]
    told = subprocess.check_output(command, env=installed.environment, text=True)
    assert told.startswith("usage: unrolled [-h] [--host HOST] [--port PORT]")
