"""The engine: recurrent networks whose every state, gate and gradient is recorded.

    network = Network.initialise("lstm", input_size=3, hidden_size=8, output_size=5)
    trace = record(network, inputs, loss=losses.cross_entropy(targets))
    trace[0, "forward"].gates["forget"]

    words, tree = bracketing.parse("((the film) (was good))")
    trace = record_tree(RecursiveNetwork.initialise(input_size=3, hidden_size=8, output_size=5), tree, inputs, loss=…)
    trace.grad_hidden[tree.root]

The rooms, each standing on those before it:

    cells      the equations: one file a cell
    networks   what a network is, before anything runs through it
    passes     record() and record_tree(), and the Trace and the TreeTrace that they give back
    analysis   what can be read from these: jacobians, sensitivity, routes, truncation …
    tasks, training, films, sweeps   what is learned, how, and what has been
    oracle     PyTorch's autograd and finite differences, which check the rest

NumPy alone; PyTorch is imported where core.oracle and core.training run, and nowhere else.
"""

from core.analysis import clipping, closed_loop, depth, influence, jacobians, routes, sensitivity, truncation
from core.networks.network import Network
from core.networks.recursive import RecursiveNetwork
from core.passes import bracketing, losses
from core.passes.interventions import PinGate, PinState
from core.passes.losses import Loss
from core.passes.record import record
from core.passes.record_tree import record_tree
from core.passes.trace import Trace
from core.passes.tree import Tree
from core.passes.tree_trace import TreeTrace

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
    "clipping",
    "closed_loop",
    "depth",
    "influence",
    "jacobians",
    "losses",
    "record",
    "record_tree",
    "routes",
    "sensitivity",
    "truncation",
]
