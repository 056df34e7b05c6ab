"""What every gradient is checked against: PyTorch's autograd, and finite differences.

core.oracle.networks checks a Trace, core.oracle.trees a TreeTrace, core.oracle.pairs two networks through a context.
"""

from core.oracle.networks import (
    Proof,
    autograd,
    compare,
    detached,
    difference,
    finite_differences,
    recorded,
    together,
)

__all__ = [
    "Proof",
    "autograd",
    "compare",
    "detached",
    "difference",
    "finite_differences",
    "recorded",
    "together",
]
