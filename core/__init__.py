"""The engine: recurrent networks whose every state, gate and gradient is recorded.

    network = Network.initialise("lstm", input_size=3, hidden_size=8, output_size=5)
    trace = record(network, inputs, loss=losses.cross_entropy(targets))
    trace[0, "forward"].gates["forget"]

    words, tree = bracketing.parse("((the film) (was good))")
    trace = record_tree(RecursiveNetwork.initialise(input_size=3, hidden_size=8, output_size=5), tree, inputs, loss=…)
    trace.grad_hidden[tree.root]

NumPy alone; only core.oracle, core.oracle_tree, core.oracle_pair and core.reference, which check the rest by PyTorch,
import that, and where they run. What goes in and what comes out: core.network, core.record, core.trace; of trees
core.tree, core.recursive, core.record_tree, core.tree_trace. The equations: core.cells, core.recursive.
"""

from core import bracketing, jacobians, losses, routes
from core.interventions import PinGate, PinState
from core.losses import Loss
from core.network import Network
from core.record import record
from core.record_tree import record_tree
from core.recursive import RecursiveNetwork
from core.trace import Trace
from core.tree import Tree
from core.tree_trace import TreeTrace

__all__ = [
    "Loss",
    "Network",
    "PinGate",
    "PinState",
    "RecursiveNetwork",
    "Trace",
    "Tree",
    "TreeTrace",
    "bracketing",
    "jacobians",
    "losses",
    "record",
    "record_tree",
    "routes",
]
