"""The steps of the reference (torch): one function a cell, from its equations, in torch's own operations.

STEPS[cell](network, p) gives that cell's step(x_t, state, pin) -> everything the step computes, by name. `p` are
the chain's parameters by their names without layer and direction; `state` holds hidden (B, H), an LSTM's cell
too, and the output (B, O) that a Jordan network is fed back from. pin(name, v) is v, the value of a gate or of
"hidden", with what is pinned in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

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
    """a_t = W_ih x_t + b_ih + W_oh y_{t−1} + b_hh,  h_t = φ(a_t),  o_t = W_ho h_t + b_ho,  y_t = φ(o_t).

    "general": a_t also has W_hh h_{t−1}.
    """
    phi = PHI[network.nonlinearity]

    def step(x: Tensor, state: Tensors, pin: Pin) -> dict[str, Tensor]:
        a = affine(p, "ih", x) + state["output"] @ p["weight_oh"].T
        if network.cell == "general":
            a = a + state["hidden"] @ p["weight_hh"].T
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


STEPS = {"rnn": _elman, "jordan": _jordan, "general": _jordan, "gru": _gru, "lstm": _lstm}
