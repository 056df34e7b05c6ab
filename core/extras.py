"""What the engine can do without: a package that is looked for where it is needed, and missed in a sentence."""

from __future__ import annotations

from importlib.util import find_spec

from core.errors import InvalidValue

PYTORCH = "torch==2.13.0"  # exactly: a looser range installs a build with gigabytes of CUDA


def installed(package: str) -> bool:
    """Whether there is a package of that name; it is not imported."""
    try:
        return find_spec(package) is not None
    except ImportError:
        return False


def need_pytorch(purpose: str) -> None:
    """Raises InvalidValue where PyTorch is not installed. `purpose` goes on after "installed"."""
    if not installed("torch"):
        raise InvalidValue("PyTorch", f"installed, {purpose}", "no such package", f"run pip install {PYTORCH}")
