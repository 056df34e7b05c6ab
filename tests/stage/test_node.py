"""The stage's JavaScript, without a browser: each file beside this one is run by Node's own test runner."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
FILES = sorted(HERE.glob("*.test.mjs"))


@pytest.fixture(scope="session")
def node() -> str:
    found = shutil.which("node") or shutil.which("nodejs")
    reason = "found no Node on this machine, which runs the tests of the stage's JavaScript"
    if found:
        version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout.strip()
        if int(version.removeprefix("v").split(".")[0]) >= 18:
            return found
        reason = f"Node {version} has no test runner; the stage's JavaScript wants 18 or newer"
    if os.environ.get("UNROLLED_REQUIRE_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.removesuffix(".test.mjs"))
def test_the_stage(node: str, file: Path) -> None:
    run = subprocess.run(
        [node, "--test", "--test-reporter=spec", str(file)], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
