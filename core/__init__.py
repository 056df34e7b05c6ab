"""The engine: recurrent networks whose every state, gate and gradient is recorded.

    network = Network.initialise("lstm", input_size=3, hidden_size=8, output_size=5)
    trace = record(network, inputs, loss=losses.cross_entropy(targets))
    trace[0, "forward"].gates["forget"]

NumPy alone. What goes in and what comes out: core.network, core.record, core.trace. The equations: core.cells.
"""

from core import jacobians, losses, routes
from core.interventions import PinGate, PinState
from core.losses import Loss
from core.network import Network
from core.record import record
from core.trace import Trace

__all__ = ["Loss", "Network", "PinGate", "PinState", "Trace", "jacobians", "losses", "record", "routes"]
