"""The closed loop: a network that reads its own output, and what a small error becomes in it.

Free running, the output of every step is the next input: with the state s (h; of an LSTM [h; c]), x̂_{t+1} = V h_t + c
and s_t = F(s_{t−1}, x_t), what is read from step t + 1 on is x_{t+1} = x̂_{t+1}. So the state alone says what follows,
and its own step Jacobian has a second way, out by the readout and in again by the input:

    K_t = ∂s_t/∂s_{t−1} = A_t + B_t V_s,      A_t = ∂F/∂s_{t−1},   B_t = ∂F/∂x_t,   V_s = ∂x̂_t/∂s_{t−1} = [V  0]

    ∂x̂_{t+n}/∂x_t = V_s K_{t+n−1} ⋯ K_{t+1} B_t

Teacher forced, the loop is open and x̂_{t+1} is off by ε_{t+1} at every step. Let it run freely from there, and to first
order the forecast is off by all of these, each as it has grown on its way (errors, below):

    x̂_{t+n} − x_{t+n} = Σ_{m ≤ n} ∂x̂_{t+n}/∂x_{t+m} ε_{t+m},   the derivative for m = n being the identity

A trace of the free-running pass (record() on what was read, the forecasts among it) gives the derivatives along the
forecast; one of the teacher-forced pass gives them along the true series. One forward chain with a linear readout as
wide as its inputs.

    loop = close(trace)              K, B and V_s of every step
    loop.growth(t, steps)            ∂x̂_{t+n}/∂x_t
    loop.errors(made, t)             what the errors of single steps add up to
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import checks
from core.analysis import jacobians
from core.checks import readonly
from core.errors import InvalidValue
from core.networks.network import Network
from core.passes.record import record
from core.passes.trace import Trace

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Loop:
    """The Jacobians of one sequence with the loop closed. S = H, of an LSTM 2H.

    step       (T, S, S): K_t = ∂s_t/∂s_{t−1}
    by_input   (T, S, D): B_t = ∂s_t/∂x_t, the state before it held fixed
    by_state   (D, S): V_s = ∂x̂_{t+1}/∂s_t, the same at every step
    """

    step: Array
    by_input: Array
    by_state: Array

    def growth(self, t: int, steps: int) -> Array:
        """∂x̂_{t+n}/∂x_t for n = 1 … steps: (steps, D, D), entry n − 1 for n.

        Raises InvalidValue where the trace ends before step t + steps − 1.
        """
        last = self._last(t, steps)
        reached, found = self.by_input[t], []
        with np.errstate(all="ignore"):
            for n in range(t, last + 1):
                reached = reached if n == t else self.step[n] @ reached
                found.append(self.by_state @ reached)
        return readonly(np.stack(found))

    def errors(self, made: Array, t: int) -> Array:
        """What the errors of every single step add up to, to first order: (steps, D), entry n − 1 of x̂_{t+n}.

        made   (steps, D): ε_{t+n}, by how much the teacher-forced forecast of x_{t+n} is off

        With all but the first of them zero it is what that one alone grows to. Raises InvalidValue as `growth`.
        """
        last = self._last(t, len(made))
        state, found = np.zeros(self.step.shape[-1], self.step.dtype), [made[0]]
        with np.errstate(all="ignore"):
            for n in range(t + 1, last + 1):
                # read what is off, out of a state that is: the loop's Jacobian, and by the input the last step's own
                state = self.step[n] @ state + self.by_input[n] @ made[n - t - 1]
                found.append(self.by_state @ state + made[n - t])
        return readonly(np.stack(found))

    def _last(self, t: int, steps: int) -> int:
        """The last step that is read on the way."""
        T = len(self.step)
        checks.whole("t", t)
        checks.count("steps", steps)
        if not 0 <= t <= t + steps - 1 < T:
            expected, got = f"steps of the trace, 0 to {T - 1}", f"{t} to {t + steps - 1}"
            raise InvalidValue("t and those after it", expected, got, "ask for fewer steps")
        return t + steps - 1


def close(trace: Trace, sequence: int = 0) -> Loop:
    """The loop closed around one sequence of a pass. Raises InvalidValue for another network, or no such sequence."""
    network = trace.network
    one = list(network.chains) == [(0, "forward")] and "readout.weight" in network.parameters
    if not one or network.logits_size != network.input_size:
        expected = "one forward chain with a linear readout as wide as its inputs"
        raise InvalidValue("network", expected, repr(network), "train one on the task of drift")
    opened, by_input, by_state = (
        jacobians.step(trace, sequence=sequence),
        _by_input(trace, sequence),
        _by_state(network),
    )
    with np.errstate(all="ignore"):
        return Loop(readonly(opened + by_input @ by_state), readonly(by_input), readonly(by_state))


def _by_input(trace: Trace, sequence: int) -> Array:
    """As the cell says it; else by its backward step: every step is a sequence of its own, once for every entry of its
    state, whose gradient alone is 1."""
    network, chain = trace.network, trace[0, "forward"]
    said = chain.input_jacobians(sequence)
    if said is not None:
        return said
    (T, _, D), H = trace.inputs.shape, network.hidden_size
    S = H * len(chain.states)
    before = {state: np.repeat(array[:, sequence], S, axis=0)[None] for state, array in chain.previous_states.items()}
    ones = np.tile(np.eye(S, dtype=network.dtype), (T, 1))  # (T·S, S)
    each = {state: np.ascontiguousarray(ones[None, :, n * H : (n + 1) * H]) for n, state in enumerate(before)}
    once = record(network, np.repeat(trace.inputs[:, sequence], S, axis=0)[None], initial=before, final_gradient=each)
    by_input: Array = once.grad_inputs[0].reshape(T, S, D)
    return by_input


def _by_state(network: Network) -> Array:
    V = network.parameters["readout.weight"]
    others = len(network.equations.states) - 1
    return np.concatenate([V, *[np.zeros_like(V)] * others], axis=1)
