"""Whoever sees nothing, or has no mouse, finds everything: by role, by name and by key."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from visiting import PAGES, Visitor

# What a person acts on, as the browser tells it to a screen reader.
ACTED_ON = {
    "button", "link", "slider", "textbox", "combobox", "radio", "checkbox", "switch", "menuitem",
    "DisclosureTriangle", "spinbutton", "tab", "form",
}  # fmt: skip
KINDS = ("/unrolling?read_as=numbers&text=1,2,3", "/gradients?cell=lstm&loss=chosen&truncate=1",
         "/backpropagation?encoding=embedding&scheme=spectral")  # fmt: skip


def tree(visitor: Visitor) -> list[tuple[str, str, dict[str, Any]]]:
    """Role, name and properties of all that the browser tells a screen reader."""
    session = visitor.page.context.new_cdp_session(visitor.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        (
            node["role"]["value"],
            node.get("name", {}).get("value", ""),
            {p["name"]: p["value"].get("value") for p in node.get("properties", [])},
        )
        for node in nodes
        if not node.get("ignored")
    ]


@pytest.mark.parametrize("path", PAGES + KINDS)
def test_every_control_and_button_has_a_name(visitor: Visitor, path: str) -> None:
    visitor.open(path)
    visitor.unfold_more()
    found = [(role, name) for role, name, _ in tree(visitor) if role in ACTED_ON]
    assert len(found) > 20
    assert [role for role, name in found if not name.strip()] == []
    sliders = [name for role, name in found if role == "slider"]
    assert len(sliders) == len(set(sliders)) >= 1, "a slider is found by its name"


@pytest.mark.parametrize("path", ["/unrolling", "/influence", "/gradients", "/bidirectional"])
def test_every_figure_says_its_sentence(visitor: Visitor, path: str) -> None:
    visitor.open(path)
    visitor.unfold_more()
    visitor.slider("Gain").press("ArrowRight")
    visitor.await_query(gain="0.81")
    visitor.rest()
    panels = visitor.panels()
    told = [name for role, name, _ in tree(visitor) if role in ("image", "img") and name]
    for panel in panels:
        plot = visitor.panel(panel).locator(".plot")
        expect(plot).to_have_role("img")
        title = visitor.title(panel)
        assert title.endswith(".")
        assert len(title.split()) >= 4
        assert title in told
        heading = visitor.panel(panel).locator("h2")
        if heading.inner_text().strip():
            expect(heading).to_have_text(title)
    assert visitor.title(panels[0]) == visitor.headline.inner_text()


def test_a_slider_tells_its_value_as_it_is_shown(visitor: Visitor) -> None:
    visitor.open("/gradients?clip=0.05")
    visitor.unfold_more()
    for name, value in (("Clip at", "0.05"), ("Gain", "0.80"), ("Length", "12")):
        expect(visitor.slider(name)).to_have_attribute("aria-valuetext", value)


@pytest.mark.parametrize("path", ["/unrolling", "/gradients", "/gates"])
def test_everything_is_reached_by_the_tab_key_and_is_seen_to_be(visitor: Visitor, path: str) -> None:
    visitor.open(path)
    visitor.unfold_more()
    visitor.page.evaluate("document.activeElement.blur()")
    wanted = visitor.page.evaluate(
        """() => {
            const groups = new Set();
            return [...document.querySelectorAll(".stage :is(input, select, textarea, button, summary)")]
                .filter((e) => e.checkVisibility() && e.tabIndex >= 0)
                .filter((e) => e.type !== "radio" || (!groups.has(e.name) && groups.add(e.name)))
                .length;
        }"""
    )
    visitor.page.evaluate("() => { window.reached = new Map(); }")
    for _ in range(wanted + 25):
        visitor.page.keyboard.press("Tab")
        visitor.page.evaluate(
            """() => {
                const e = document.activeElement;
                if (!e.matches(".stage :is(input, select, textarea, button, summary)")) return;
                const shown = e.type === "radio" ? e.nextElementSibling : e;
                window.reached.set(e.type === "radio" ? e.name : e, getComputedStyle(shown).outlineStyle !== "none");
            }"""
        )
    reached = visitor.page.evaluate("[...window.reached.values()]")
    assert len(reached) == wanted
    assert all(reached), "what has the focus is outlined"


def test_a_page_has_one_headline_and_names_its_language(visitor: Visitor) -> None:
    visitor.open("/gradients")
    assert visitor.page.get_by_role("heading", level=1).count() == 1
    assert visitor.page.evaluate("document.documentElement.lang") == "en"
    assert [name for role, name, _ in tree(visitor) if role == "heading" and not name.strip()] == []
