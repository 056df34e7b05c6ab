"""The pictures of gates and of a gradient's routes: what they say is what the trace holds."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import cards
from explorer.figures import axes, gates, routes, schematic
from explorer.look.cells import CELLS
from explorer.look.notation import signed
from explorer.passes import scenario
from explorer.passes.scenario import gated, run
from explorer.questions import networks
from explorer.state.settings import Settings

GATED = ("gru", "gru-before", "lstm", "lstm-peephole")


def scene(**changes):
    return run(Settings(**{"cell": "lstm", "loss": "every", **changes}))


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_without_gates_is_shown_as_an_lstm_and_says_so(cell):
    settings, notice = gated(Settings(cell=cell, gain=1.5))
    assert settings == Settings(cell=cell if cell in GATED else "lstm", gain=1.5)
    assert (CELLS[cell].label in notice) == (cell not in GATED)


@pytest.mark.parametrize("cell", GATED)
def test_every_row_is_its_quantity(cell):
    shown = scene(cell=cell)
    chain = shown.trace[0, "forward"]
    held = {"cell state": getattr(chain, "cell", None) if "lstm" in cell else None, "hidden state": chain.hidden}
    held |= {name if name == "candidate" else f"{name} gate": gate for name, gate in chain.gates.items()}
    heat = [trace for trace in gates.unrolled(shown).data if trace["type"] == "heatmap"]
    rows = gates.rows(shown)
    assert [row.symbol for row in rows] == list("hnzr" if "gru" in cell else "chogif")
    for row, drawn in zip(rows, heat, strict=True):
        np.testing.assert_array_equal(row.values, held[row.word][:, 0])
        np.testing.assert_array_equal(drawn["z"][::-1, ::2].T, row.values)
        assert (drawn["zmin"], drawn["zmax"]) == row.bounds


def test_the_scale_of_the_cell_holds_what_occurs():
    assert [gates.cell_bound(np.array([x])) for x in (0.2, 1.0, 1.5, -5.0, np.inf)] == [1, 1, 2, 8, 1]


@pytest.mark.parametrize("cell", GATED)
def test_the_bars_add_up_to_the_line(cell):
    for routed in ("cell", "hidden"):
        shown = scene(cell=cell, routed=routed)
        bars = [trace["y"] for trace in routes.by_step(shown).data if trace["type"] == "bar"]
        chain = shown.trace[0, "forward"]
        total = chain.grad_cell if "lstm" in cell and routed == "cell" else chain.grad_hidden
        np.testing.assert_allclose(sum(bars), np.linalg.norm(total[:, 0], axis=1), rtol=1e-12)
        bars = [trace["y"] for trace in routes.by_share(shown).data if trace["type"] == "bar"]
        np.testing.assert_allclose(sum(bars), 100)


def test_the_ribbon_ends_at_the_selected_step():
    def reach(step):
        shown = scene(step=step)
        ribbons = [t for t in gates.unrolled(shown).data if t.get("fillcolor", "").startswith("rgba(140,109,31")]
        return min((x for t in ribbons for x in t["x"] if x is not None), default=None)

    assert reach(12) is None
    assert 3 < reach(3) < reach(5) < 6


def test_the_headline_is_the_carrys_share():
    for loss in ("last", "every"):
        shown = scene(step=3, text="the film was not good", read_as="words", length=5, loss=loss)
        share, reaches = 100 * float(routes.carried(shown)[2]), "what reaches “was” at step 3"
        says = f"{share:.0f} % of {reaches} came along the carry."
        if share < 0:
            says = f"What comes along the carry takes {-share:.0f} % away from {reaches}."
        assert routes.along_the_carry(shown) == says


def test_the_headline_speaks_of_the_cell_where_the_routes_do_not():
    shown = scene(step=3, routed="hidden", loss="last")
    assert "of what reaches the cell at “l” at step 3 came along the carry" in routes.along_the_carry(shown)
    assert "the cell" not in routes.along_the_carry(scene(step=3, routed="hidden", cell="gru"))


@pytest.mark.parametrize(("loss", "says"), [("last", "comes along the carry."), ("every", "straight from the loss.")])
def test_what_brings_most(loss, says):
    title = routes.by_share(scene(loss=loss, routed="cell" if loss == "last" else "hidden")).title
    assert title.startswith("On average over the steps, ")
    assert title.endswith(says)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"step": 12}, "straight from the loss"),
        ({"loss": "chosen", "loss_steps": "2", "step": 5}, "No gradient reaches"),
        ({"length": 1, "text": "a"}, "straight from the loss"),
    ],
)
def test_the_headline_at_the_ends(changes, says):
    assert says in routes.along_the_carry(scene(**changes))


@pytest.mark.parametrize("cell", GATED)
def test_the_card_splits_the_gradient_of_the_selected_unit(cell):
    shown = scene(cell=cell, step=4, unit=3)
    card = cards.gates(shown)
    assert card.title == "Step 4, reading “l”, unit 3"
    rows = card.blocks[-1].rows
    assert rows[-1][1] == "100 %"
    assert sum(int(value.replace("−", "-").rstrip(" %")) for _, value, _ in rows[:-1]) == pytest.approx(100, abs=3)


@pytest.mark.parametrize("cell", GATED)
@pytest.mark.parametrize("step", [1, 5])
def test_the_schematic_holds_the_numbers_of_the_step(cell, step):
    shown = scene(cell=cell, step=step, unit=2, initial="learned")
    chain, at = shown.trace[0, "forward"], (step - 1, 0, 1)
    (words,) = (t["text"] for t in schematic.cell(shown).data if any("∂L" in word for word in t.get("text", ())))
    states = [chain.hidden[at], chain.previous_hidden[at], chain.grad_hidden[at], chain.gates["candidate"][at]]
    if "lstm" in cell:
        states += [chain.cell[at], chain.previous_cell[at], chain.grad_cell[at]]
        states[2] = (chain.grad_initial_cell[0] if step == 1 else chain.grad_cell[step - 2, 0])[1]
    else:
        states.append((chain.grad_initial_hidden[0] if step == 1 else chain.grad_hidden[step - 2, 0])[1])
    for value in states:
        assert any(word.endswith(f"= {signed(float(value))}") for word in words)
    for name, gate in chain.gates.items():
        if name != "candidate":
            assert any(word.endswith(f"= {gate[at]:.2f}") for word in words)


def test_on_its_own_nothing_is_read():
    shown = scene(system="autonomous", step=3)
    assert "“" not in routes.along_the_carry(shown)
    assert not any("<i>x</i>" in word for t in schematic.cell(shown).data for word in t.get("text", ()))


def test_the_question_is_answered_by_another_pass():
    shown = scene(revealed=True)
    now, then = (100 * float(routes.carried(s)[0]) for s in (shown, scene(forget_bias=3.0)))
    assert networks.open_gate(shown).answer == f"{now:.0f} % of what reaches step 1 now, {then:.0f} % then."
    assert "Gain 1.6" in networks.open_gate(scene(cell="gru")).ask
    assert "Forget-gate bias 2.5" in networks.open_gate(scene(forget_bias=4.5)).ask


def test_what_only_selects_a_route_computes_nothing_again():
    settings = Settings(cell="lstm")
    assert scenario.key(replace(settings, routed="hidden")) == scenario.key(settings)
    assert scenario.key(replace(settings, nonlinearity="relu")) == scenario.key(settings), "an LSTM has none to choose"
    assert scenario.key(replace(settings, forget_bias=2.0)) != scenario.key(settings)


@pytest.mark.parametrize(
    ("value", "bound"),
    [(0, 1), (1, 1), (1.01, 1.2), (100 + 1e-10, 100), (0.26, 0.3), (8, 10), (np.nan, 1), (np.inf, 1)],
)
def test_a_scale_is_rounded_up(value, bound):
    assert axes.round_up(value) == pytest.approx(bound)
