"""A fresh interpreter in which a package cannot be imported, as where it is not installed."""

from __future__ import annotations

import subprocess
import sys

from serving import ROOT

HIDDEN = """
import sys
class Hidden:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] == {package!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hidden)
sys.argv[1:] = {arguments!r}
"""


def run(package: str, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a program says and how it ends, without this package."""
    program = HIDDEN.format(package=package, arguments=list(arguments)) + code
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120)


def module(package: str, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The same of `python -m name`."""
    return run(package, f"import runpy; runpy.run_module({name!r}, run_name='__main__')", *arguments)
