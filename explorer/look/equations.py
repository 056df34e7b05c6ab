"""The equations on the pages, by name: LaTeX as in a paper, MathML for the browser. Those of one cell alone stand in
its view (explorer.look.cells).

Goodfellow, Bengio and Courville (2016), chapter 10, writes s for the state h and o, ŷ for what we call logits and
predictions; their equation numbers stand beside ours.
"""

from __future__ import annotations

from functools import cache

from explorer.look.cells import CELLS

SYMBOLS = {
    # forward, (10.8) to (10.11)
    "dynamic": r"h_t = f(h_{t-1};\, \theta)",
    "driven": r"h_t = f(h_{t-1},\, x_t;\, \theta)",
    "a": r"a_t = b + W h_{t-1} + U x_t",
    "h": r"h_t = \varphi(a_t)",
    "o": r"o_t = c + V h_t",
    "y_softmax": r"\hat{y}_t = \mathrm{softmax}(o_t)",
    "y_temperature": r"P(y_t) = \mathrm{softmax}(o_t / \tau)",
    "y_identity": r"\hat{y}_t = o_t",
    "L_cross_entropy": r"L_t = -\log \hat{y}_{t,\,\mathrm{target}}",
    "L_squared_error": r"L_t = \tfrac{1}{2} (\hat{y}_t - y_t)^2",
    # backward, internal nodes, (10.17) to (10.21)
    "dL": r"\frac{\partial L}{\partial L_t} = 1",
    "do_softmax": r"\frac{\partial L}{\partial o_t} = \hat{y}_t - \mathbf{1}_{y_t}",
    "do_identity": r"\frac{\partial L}{\partial o_t} = \hat{y}_t - y_t",
    "dh_last": r"\frac{\partial L}{\partial h_T} = V^\top \frac{\partial L}{\partial o_T}",
    "dh": r"\begin{array}{l} \frac{\partial L}{\partial h_t} = W^\top \mathrm{diag}(\varphi'_{t+1})"
    r" \frac{\partial L}{\partial h_{t+1}} \\ \quad + V^\top \frac{\partial L}{\partial o_t} \end{array}",
    "dh_gated": r"\begin{array}{l} \frac{\partial L}{\partial h_t} = V^\top \frac{\partial L}{\partial o_t} + "
    r"\sum_g \left(\frac{\partial g_{t+1}}{\partial h_t}\right)^{\!\top}"
    r" \frac{\partial L}{\partial g_{t+1}} \end{array}",
    "da": r"\frac{\partial L}{\partial a_t} = \mathrm{diag}(\varphi'_t) \frac{\partial L}{\partial h_t}",
    "dx": r"\frac{\partial L}{\partial x_t} = U^\top \frac{\partial L}{\partial a_t}",
    # backward, parameters, (10.22) to (10.28)
    "dc": r"\frac{\partial L}{\partial c} = \sum_t \frac{\partial L}{\partial o_t}",
    "db": r"\frac{\partial L}{\partial b} = \sum_t \mathrm{diag}(\varphi'_t) \frac{\partial L}{\partial h_t}",
    "dV": r"\frac{\partial L}{\partial V} = \sum_t \frac{\partial L}{\partial o_t}\, h_t^\top",
    "dW": r"\frac{\partial L}{\partial W} = \sum_t \mathrm{diag}(\varphi'_t)"
    r" \frac{\partial L}{\partial h_t}\, h_{t-1}^\top",
    "dU": r"\frac{\partial L}{\partial U} = \sum_t \mathrm{diag}(\varphi'_t)"
    r" \frac{\partial L}{\partial h_t}\, x_t^\top",
    "shared": r"\frac{\partial L}{\partial \theta} = \sum_t \frac{\partial L}{\partial a_t}"
    r" \frac{\partial a_t}{\partial \theta}",
    "dh0": r"\frac{\partial L}{\partial h_0} = W^\top \mathrm{diag}(\varphi'_1) \frac{\partial L}{\partial h_1}",
    # several chains
    "deep_h": r"h^{\ell}_t = \varphi(b + W h^{\ell}_{t-1} + U h^{\ell-1}_t)",
    "deep_cell": r"h^{\ell}_t = \mathrm{cell}(h^{\ell}_{t-1},\, h^{\ell-1}_t)",
    "deep_dh": r"\begin{array}{l} \frac{\partial L}{\partial h^{\ell}_t} ="
    r" \left(\frac{\partial h^{\ell}_{t+1}}{\partial h^{\ell}_t}\right)^{\!\top}"
    r" \frac{\partial L}{\partial h^{\ell}_{t+1}} \\ \quad +"
    r" \left(\frac{\partial h^{\ell+1}_t}{\partial h^{\ell}_t}\right)^{\!\top}"
    r" \frac{\partial L}{\partial h^{\ell+1}_t} \end{array}",
    "deep_dh_top": r"\frac{\partial L}{\partial h_t} ="
    r" \left(\frac{\partial h_{t+1}}{\partial h_t}\right)^{\!\top} \frac{\partial L}{\partial h_{t+1}}"
    r" + V^\top \frac{\partial L}{\partial o_t}",
    "both_o": r"o_t = c + V [\overrightarrow{h}_t;\, \overleftarrow{h}_t]",
    "both_o_fed_back": r"o_t = \overrightarrow{o}_t + \overleftarrow{o}_t",
    # a recursive network over a tree
    "tree_leaf": r"h_k = \varphi(b + U x_k)",
    "tree_node": r"h_p = \varphi(b + W_\ell h_\ell + W_r h_r)",
    "tree_dh_root": r"\frac{\partial L}{\partial h_{\mathrm{root}}} = V^\top \frac{\partial L}{\partial o}",
    "tree_dh_left": r"\frac{\partial L}{\partial h_\ell} = W_\ell^\top \mathrm{diag}(\varphi'_p)"
    r" \frac{\partial L}{\partial h_p}",
    "tree_dh_right": r"\frac{\partial L}{\partial h_r} = W_r^\top \mathrm{diag}(\varphi'_p)"
    r" \frac{\partial L}{\partial h_p}",
    # a program by hand
    "program": r"\begin{array}{l} h_t = \mathrm{ReLU}(b + W h_{t-1} + U x_t) \\ o_t = c + V h_t \end{array}",
    # a network that reads its own forecasts
    "loop_state": r"K_t = \frac{\partial h_t}{\partial h_{t-1}} + \frac{\partial h_t}{\partial x_t}\, V",
    "loop_growth": r"\frac{\partial \hat{x}_{k+n}}{\partial x_k} = V K_{k+n-1} \cdots K_{k+1}"
    r" \frac{\partial h_k}{\partial x_k}",
    # Jacobians
    "product": r"\frac{\partial h_t}{\partial h_k} = \prod_{j=k+1}^{t} \mathrm{diag}(\varphi'_j)\, W",
    "product_gated": r"\frac{\partial s_t}{\partial s_k} = \prod_{j=k+1}^{t} \frac{\partial s_j}{\partial s_{j-1}}",
    "pair": r"\frac{\partial L_t}{\partial h_k} = \left(\frac{\partial h_t}{\partial h_k}\right)^{\!\top}"
    r" \frac{\partial L_t}{\partial h_t}",
    "bound": r"\left\| \frac{\partial h_t}{\partial h_k} \right\| \le (\gamma\, \sigma_{\max}(W))^{t-k}",
    # what the outputs see
    "sees_recurrent": r"\frac{\partial y_t}{\partial x_k} = \frac{\partial h_t}{\partial h_k}"
    r" \frac{\partial h_k}{\partial x_k}",
    "attention": r"y_t = \sum_m \mathrm{softmax}_m\!\left(\frac{q_t^\top k_m}{\sqrt{d}}\right) v_m",
    # an encoder and a decoder
    "decoder": r"P(y_t \mid y_{<t},\, c) = \mathrm{softmax}(o_t)",
    "through_context": r"\frac{\partial o_t}{\partial x_k} = \frac{\partial o_t}{\partial c}"
    r" \frac{\partial c}{\partial x_k}",
    # a padded batch
    "masked": r"L = \sum_b \sum_t m_{t,b}\, L_{t,b}",
}

# In a reverse chain the step that comes next is t − 1.
SYMBOLS |= {f"{name}_reverse": SYMBOLS[name].replace("t+1", "t-1") for name in ("deep_dh", "deep_dh_top")}

# Where an equation stands in Goodfellow, Bengio and Courville (2016).
SOURCES = {
    "dynamic": "10.1",
    "driven": "10.5",
    "a": "10.8",
    "h": "10.9",
    "o": "10.10",
    "y_softmax": "10.11",
    "dL": "10.17",
    "do_softmax": "10.18",
    "dh_last": "10.19",
    "dh": "10.21",
    "dc": "10.22",
    "db": "10.23",
    "dV": "10.24",
    "dW": "10.26",
    "dU": "10.28",
}


def latex(name: str) -> str:
    """An equation, of these here or of a cell's own."""
    return SYMBOLS[name] if name in SYMBOLS else next(v.latex[name] for v in CELLS.values() if name in v.latex)


def mathml(name: str) -> str:
    """An equation as MathML, which browsers draw without any script or font of ours."""
    return _converted(latex(name))


@cache
def _converted(equation: str) -> str:
    from latex2mathml.converter import convert

    return convert(equation)
