"""What is clicked in a figure is selected: its equation with its numbers, its product of Jacobians."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from visiting import Visitor

# Where the middle of a place in the drawing is, by what a click there sets: step, node and, of a state, the unit.
PLACE = """(panel, wanted) => {
    const same = (custom) => custom && custom[0] === wanted[0] && custom[1] === wanted[1]
        && (wanted.length < 3 || custom[2] === wanted[2]);
    for (const trace of panel.querySelector(".plot").data) {
        for (const [i, custom] of (trace.customdata ?? []).entries()) {
            if (trace.type === "heatmap") {
                const j = custom.findIndex(same);
                if (j >= 0) return [(trace.x[j] + trace.x[j + 1]) / 2, (trace.y[i] + trace.y[i + 1]) / 2];
            } else if (same(custom)) return [trace.x[i], trace.y[i]];
        }
    }
    return null;
}"""


def click_node(visitor: Visitor, *place: int | str) -> None:
    """Clicks the drawing at a step and node, and unit if it is a state."""
    x, y = visitor.panel("unrolled").evaluate(PLACE, list(place))
    visitor.click("unrolled", x, y)


def test_a_click_on_a_unit_of_a_state_opens_its_equation(visitor: Visitor) -> None:
    visitor.open("/unrolling?step=12")
    click_node(visitor, 3, "h", 2)
    expect(visitor.card.locator("h2")).to_have_text("Step 3, reading “l”")
    expect(visitor.card.locator(".numbers").first).to_contain_text("h₃‚₂ = tanh(")
    expect(visitor.caption).to_contain_text("step 3 of 12")
    visitor.await_query(step="3", unit="2")
    z = visitor.panel("unrolled").evaluate(
        "(p) => p.querySelector('.plot').data.find((d) => d.type === 'heatmap').z.at(-2)[4]"
    )
    expect(visitor.card.locator(".numbers").first).to_contain_text(f"= {z:+.2f}".replace("-", "−"))


@pytest.mark.parametrize("node", [("x", "x"), ("y", "ŷ"), ("L", "L")])
def test_a_click_on_a_node_opens_its_equation(visitor: Visitor, node: tuple[str, str]) -> None:
    key, pressed = node
    visitor.open("/unrolling?step=12&loss=every")
    before = visitor.card.inner_text()
    click_node(visitor, 5, key)
    expect(visitor.card.locator("h2")).to_have_text("Step 5, reading “o”")
    tabs = visitor.card.get_by_role("group", name="Node")
    expect(tabs.get_by_role("button", name=pressed, exact=True)).to_have_attribute("aria-pressed", "true")
    expect(tabs.locator("[aria-pressed=true]")).to_have_count(1)
    assert visitor.card.inner_text() != before
    visitor.await_query(loss="every", step="5", node=key)


def test_every_node_and_parameter_has_its_equation(visitor: Visitor) -> None:
    visitor.open("/backpropagation")
    seen = set()
    for group in ("Node", "Parameter"):
        tabs = visitor.card.get_by_role("group", name=group)
        for word in tabs.get_by_role("button").all_inner_texts():
            tabs.get_by_role("button", name=word, exact=True).click()
            expect(tabs.get_by_role("button", name=word, exact=True)).to_have_attribute("aria-pressed", "true")
            visitor.rest()
            seen.add(visitor.card.inner_text())
            assert visitor.card.locator("math").count() >= 1
            assert "undefined" not in visitor.card.inner_text()
    assert len(seen) >= 8


def test_the_choices_on_a_card_are_those_of_its_network(visitor: Visitor) -> None:
    visitor.open("/stacked")
    layers = visitor.card.get_by_role("group", name="Layer").get_by_role("button")
    expect(layers).to_have_count(3)
    for key, count in (("End", 8), ("Home", 1), ("ArrowRight", 2)):
        visitor.slider("Layers").press(key)
        expect(layers).to_have_count(count)
    layers.last.click()
    expect(layers.last).to_have_attribute("aria-pressed", "true")
    visitor.await_query(layers="2", layer="2")


def test_a_click_in_the_matrix_opens_the_product_of_jacobians(visitor: Visitor) -> None:
    visitor.open("/gradients")
    for k, t in ((3, 9), (7, 7)):
        before = visitor.view()["pictures"]
        visitor.click("matrix", k, t)
        expect(visitor.card.locator("h2")).to_contain_text(f"at {t}")
        expect(visitor.card.locator("h2")).to_contain_text(f"at {k}")
        expect(visitor.card.locator("tr").first).to_contain_text(str(t - k))
        now = visitor.until(visitor.pictures, lambda now, before=before: now["product"] != before["product"])
        assert now["matrix"] != before["matrix"], "the selected cell is framed"
        assert f"at {t}" in visitor.title("product")
    visitor.await_query(step="7", loss_time="7")


def test_a_click_on_a_bar_goes_to_its_step(visitor: Visitor) -> None:
    visitor.open("/backpropagation?step=1")
    height = visitor.panel("by-step").evaluate("(p) => p.querySelector('.plot').data[0].y[8]")
    visitor.click("by-step", 9, height / 2)
    expect(visitor.caption).to_contain_text("step 9 of 12")
    visitor.await_query(step="9")


def test_fold_and_unfold(visitor: Visitor) -> None:
    visitor.open("/unrolling")
    unfolded = visitor.view()
    fold = visitor.page.get_by_role("switch", name="Fold")
    expect(fold).not_to_be_checked()
    fold.press(" ")
    expect(fold).to_be_checked()
    folded = visitor.until(visitor.view, lambda view: view["headline"] != unfolded["headline"])
    shape = "(p) => p.querySelector('.plot').data.find((d) => d.type === 'heatmap').z[0].length"
    assert visitor.panel("unrolled").evaluate(shape) == 1, "one column, for all steps"
    visitor.await_query(folded="1")
    visitor.headline.click()
    visitor.page.keyboard.press("ArrowRight")
    visitor.until(lambda: visitor.picture("unrolled"), lambda now: now != folded["pictures"]["unrolled"])
    visitor.page.keyboard.press("ArrowLeft")
    visitor.await_query(folded="1")
    fold.click()
    visitor.until(visitor.view, lambda view: view == unfolded)


def test_from_the_dynamic_system_to_the_network(visitor: Visitor) -> None:
    visitor.open("/unrolling")
    nodes = """(panel) => [...new Set(panel.querySelector(".plot").data
        .flatMap((trace) => (trace.customdata ?? []).flat(trace.type === "heatmap" ? 1 : 0))
        .map((custom) => custom[1]))].sort().join("")"""
    headlines = set()
    for word, drawn in (("on its own", "h"), ("driven by x", "hx"), ("an RNN", "hxy")):
        visitor.choose("System", word)
        visitor.until(
            lambda: visitor.panel("unrolled").evaluate(nodes).replace("L", ""), lambda now, drawn=drawn: now == drawn
        )
        headlines.add(visitor.headline.inner_text())
    assert len(headlines) == 3


def test_the_proof_line_appears_and_agrees(visitor: Visitor) -> None:
    visitor.open("/backpropagation")
    proof = visitor.page.locator(".proof")
    expect(proof.locator("strong")).to_have_text("✓ ours = autograd = finite differences", timeout=60_000)
    detail = proof.locator("span").inner_text()
    assert "autograd" in detail
    assert "finite" in detail
    assert 0 < float(detail.split("largest difference ")[1].split()[0]) < 1e-9
    before = detail
    visitor.slider("Gain").press("PageUp")
    visitor.until(proof.locator("span").inner_text, lambda now: "autograd" in now and now != before)
    expect(proof.locator("strong")).to_contain_text("✓")


def test_predict_then_reveal(visitor: Visitor) -> None:
    """The answer is not on the page before it is asked for."""
    for path in ("/unrolling", "/influence", "/backpropagation", "/gates"):
        visitor.open(path)
        question = visitor.page.locator(".question")
        expect(question).to_contain_text("Predict: ")
        expect(question.locator(".answer")).to_have_count(0)
        asked = question.inner_text()
        question.get_by_role("button", name="Reveal").click()
        expect(question.locator(".answer")).to_be_visible()
        assert question.locator(".answer").inner_text().endswith(".")
        visitor.await_query(revealed="1")
        question.get_by_role("button", name="Hide").click()
        expect(question.locator(".answer")).to_have_count(0)
        assert question.inner_text() == asked
        visitor.await_query()
