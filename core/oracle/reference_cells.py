"""The cells of the reference (torch): each from its equations alone, in torch's own operations.

REFERENCES[cell].step(network, p) gives that cell's step(x_t, state, pin) -> everything the step computes, by name. `p`
are the chain's parameters by their names without layer and direction; `state` holds the cell's states, hidden (B, H)
and what else it names, and the output (B, O) that a Jordan network is fed back from. pin(name, v) is v, the value of a
gate or of "hidden", with what is pinned in its place.

To add a cell, write its step and its line in REFERENCES; one from elsewhere is checked against what `register`, or for
a while `registered`, is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import InvalidValue

if TYPE_CHECKING:
    from torch import Tensor

    from core.networks.network import Network

    Tensors = Mapping[str, Tensor]
    Pin = Callable[[str, Tensor], Tensor]
    Step = Callable[[Tensor, Tensors, Pin], dict[str, Tensor]]

# The identity is a copy, so that h_t and a_t are two nodes of the graph.
PHI: dict[str, Callable[[Any], Any]] = {
    "tanh": lambda a: a.tanh(),
    "relu": lambda a: a.relu(),
    "sigmoid": lambda a: a.sigmoid(),
    "identity": lambda a: a.clone(),
}


def affine(p: Tensors, name: str, v: Tensor) -> Tensor:
    """W v + b, with the weight and, if there is one, the bias of that name."""
    product = v @ p[f"weight_{name}"].T
    return product + p[f"bias_{name}"] if f"bias_{name}" in p else product


def _elman(network: Network, p: Tensors) -> Step:
    """a_t = W_ih x_t + b_ih + W_hh h_{t−1} + b_hh,  h_t = φ(a_t)."""
    phi = PHI[network.nonlinearity]

    def step(x: Tensor, state: Tensors, pin: Pin) -> dict[str, Tensor]:
        a = affine(p, "ih", x) + affine(p, "hh", state["hidden"])
        return {"hidden": pin("hidden", phi(a)), "preactivations.hidden": a}

    return step


def _jordan(network: Network, p: Tensors) -> Step:
    """a_t = W_ih x_t + b_ih + W_oh y_{t−1} + b_hh,  h_t = φ(a_t),  o_t = W_ho h_t + b_ho,  y_t = φ(o_t)."""
    return _fed_back(network, p, lambda state: state["output"] @ p["weight_oh"].T)


def _general(network: Network, p: Tensors) -> Step:
    """As Jordan's, but a_t also has W_hh h_{t−1}."""
    return _fed_back(network, p, lambda state: state["output"] @ p["weight_oh"].T + state["hidden"] @ p["weight_hh"].T)


def _fed_back(network: Network, p: Tensors, back: Callable[[Tensors], Tensor]) -> Step:
    phi = PHI[network.nonlinearity]

    def step(x: Tensor, state: Tensors, pin: Pin) -> dict[str, Tensor]:
        a = affine(p, "ih", x) + back(state)
        if "bias_hh" in p:
            a = a + p["bias_hh"]
        h = pin("hidden", phi(a))
        o = affine(p, "ho", h)
        return {"hidden": h, "preactivations.hidden": a, "logits": o, "output": phi(o)}

    return step


def _gru(network: Network, p: Tensors) -> Step:
    """r_t, z_t = σ(W x_t + U h_{t−1} + b),  h_t = (1 − z_t) n_t + z_t h_{t−1}, and

    reset after (torch.nn.GRU):       n_t = tanh(W_n x_t + b_in + r_t (U_n h_{t−1} + b_hn))
    reset before (Cho et al. 2014):   n_t = tanh(W_n x_t + b_in + U_n (r_t h_{t−1}) + b_hn)
    """

    def step(x: Tensor, state: Tensors, pin: Pin) -> dict[str, Tensor]:
        h = state["hidden"]
        x_r, x_z, x_n = affine(p, "ih", x).chunk(3, dim=-1)
        h_r, h_z, h_n = affine(p, "hh", h).chunk(3, dim=-1)
        a_r, a_z = x_r + h_r, x_z + h_z
        r, z = pin("reset", a_r.sigmoid()), pin("update", a_z.sigmoid())
        if not network.reset_after:
            h_n = affine(p, "hh", r * h).chunk(3, dim=-1)[2]
        a_n = x_n + (r * h_n if network.reset_after else h_n)
        n = pin("candidate", a_n.tanh())
        return {
            "hidden": pin("hidden", (1 - z) * n + z * h),
            "gates.reset": r,
            "gates.update": z,
            "gates.candidate": n,
            "preactivations.reset": a_r,
            "preactivations.update": a_z,
            "preactivations.candidate": a_n,
        }

    return step


def _lstm(network: Network, p: Tensors) -> Step:
    """i, f, o = σ(W x_t + U h_{t−1} + b),  g = tanh(…),  c_t = f c_{t−1} + i g,  h_t = o tanh(c_t).

    Peepholes (Graves 2013) add w_ci c_{t−1} to the argument of i, w_cf c_{t−1} to f's, w_co c_t to o's.
    """

    def step(x: Tensor, state: Tensors, pin: Pin) -> dict[str, Tensor]:
        h, c = state["hidden"], state["cell"]
        a_i, a_f, a_g, a_o = (affine(p, "ih", x) + affine(p, "hh", h)).chunk(4, dim=-1)
        if "weight_ci" in p:
            a_i, a_f = a_i + p["weight_ci"] * c, a_f + p["weight_cf"] * c
        i, f = pin("input", a_i.sigmoid()), pin("forget", a_f.sigmoid())
        g = pin("candidate", a_g.tanh())
        c = f * c + i * g
        if "weight_co" in p:
            a_o = a_o + p["weight_co"] * c
        o = pin("output", a_o.sigmoid())
        return {
            "hidden": pin("hidden", o * c.tanh()),
            "cell": c,
            "gates.input": i,
            "gates.forget": f,
            "gates.candidate": g,
            "gates.output": o,
            "preactivations.input": a_i,
            "preactivations.forget": a_f,
            "preactivations.candidate": a_g,
            "preactivations.output": a_o,
        }

    return step


def _first_output(network: Network, p: Tensors, state: Tensors) -> dict[str, Tensor]:
    """The output that a Jordan network's first step is fed back: y = φ(W_ho h + b_ho) of the initial state."""
    return {"output": PHI[network.nonlinearity](affine(p, "ho", state["hidden"]))}


def _nothing(network: Network, p: Tensors, state: Tensors) -> dict[str, Tensor]:
    return {}


@dataclass(frozen=True)
class Reference:
    """A cell of the reference.

    step      (network, p) -> its step
    states    what a chain starts with
    started   (network, p, initial states) -> what else the first step is handed
    """

    step: Callable[[Network, Tensors], Step]
    states: tuple[str, ...] = ("hidden",)
    started: Callable[[Network, Tensors, Tensors], dict[str, Tensor]] = _nothing


REFERENCES: dict[str, Reference] = {
    "rnn": Reference(_elman),
    "jordan": Reference(_jordan, started=_first_output),
    "general": Reference(_general, started=_first_output),
    "gru": Reference(_gru),
    "lstm": Reference(_lstm, states=("hidden", "cell")),
}


def register(name: str, reference: Reference) -> None:
    """Check the cell of this name against this reference. Raises InvalidValue if it has one."""
    if name in REFERENCES:
        raise InvalidValue("the reference", "of a new cell", f'another of "{name}"', "leave the one that there is")
    REFERENCES[name] = reference


@contextmanager
def registered(name: str, reference: Reference) -> Iterator[None]:
    """The same until the block ends."""
    register(name, reference)
    try:
        yield
    finally:
        del REFERENCES[name]
