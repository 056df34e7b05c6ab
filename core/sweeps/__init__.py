"""Sweeps: many trainings compared.

grids.py says which; `python -m core.sweeps` runs them; measured/ has the outcomes.
"""

from __future__ import annotations

from pathlib import Path

MEASURED = Path(__file__).parent / "measured"


def path(name: str) -> Path:
    """The file of a sweep's outcomes."""
    return MEASURED / f"{name}.jsonl"
