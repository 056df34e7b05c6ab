"""Going from page to page keeps what was set."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ViewportSize, expect
from visiting import PAGES, Visitor

from explorer.page import catalogue
from explorer.page.course import SECTIONS

TALL: ViewportSize = {"width": 1440, "height": 2600}  # every figure is in sight, and so is drawn

# Their networks are set by hand or trained: no gain to set.
OWN = {
    "Programs by hand", "Watching it learn", "Prediction drift", "Long-range memory", "Units", "Usage patterns",
    "Encoder and decoder",
}  # fmt: skip

# The navigation on top, section by section; the last is where the walk begins.
LESSONS = [(section, lesson.title) for section, lessons in SECTIONS.items() for lesson in lessons]
NAVIGATION = sorted([("", "Overview"), *LESSONS], key=lambda entry: entry[1].startswith("Vanishing"))
NAMES = {"Overview": "overview"} | {lesson.title: lesson.page for lessons in SECTIONS.values() for lesson in lessons}


def test_every_page_has_the_settings_of_the_one_before(visitor: Visitor) -> None:
    """Through the whole navigation, and no page is left out of it."""
    visitor.page.set_viewport_size(TALL)
    visitor.open("/gradients")
    visitor.unfold_more()
    visitor.slider("Gain").press("PageUp")
    visitor.select("Cell", "GRU")
    visitor.input.fill("over and out!")
    visitor.until(lambda: visitor.query.keys(), lambda keys: keys == {"gain", "cell", "length", "text"})
    query, left = visitor.query, visitor.view()
    seen, headlines = set(), set()
    for section, page in NAVIGATION:
        visitor.go(section, page)
        reads = catalogue.page(NAMES[page]).reads
        visitor.await_query(**{key: value for key, value in query.items() if key in reads})
        seen.add(urlsplit(visitor.page.url).path)
        headlines.add(visitor.headline.inner_text())
        assert visitor.eyebrows()[0].startswith(section or "Unrolled")
        held = visitor.view()["controls"]
        shared = held.keys() & left["controls"].keys() - {"Example", "Upload a text or CSV"}
        assert ("Gain" in shared) == (page not in OWN), page
        assert {name: held[name] for name in shared} == {name: left["controls"][name] for name in shared}, page
    assert seen == set(PAGES)
    assert len(headlines) >= len(PAGES) - 1, "the overview shows what another page explains"
    assert all(headline.endswith(".") for headline in headlines)
    back = visitor.view()
    assert (back["headline"], back["pictures"]) == (left["headline"], left["pictures"])


@pytest.mark.parametrize("page", ["Unrolling", "Backpropagation through time", "Vanishing and exploding gradients"])
def test_the_doors_of_the_overview_lead_in_with_what_was_set(visitor: Visitor, page: str) -> None:
    visitor.open("/")
    door = visitor.page.get_by_role("main").get_by_role("link", name=page)
    expect(door).to_be_visible()
    visitor.slider("Length").press("ArrowLeft")
    visitor.await_query(length="11")
    left = visitor.eyebrows()
    door.click()
    visitor.arrive(left)
    assert visitor.eyebrows()[0].endswith(page)
    expect(visitor.slider("Length")).to_have_value("11")
    visitor.await_query(length="11")


def test_the_page_left_behind_no_longer_listens(visitor: Visitor) -> None:
    """The player of one page must not play on another one."""
    visitor.open("/unrolling")
    visitor.page.evaluate("() => { wire.most = 0; }")
    visitor.page.get_by_role("button", name="Play").click()
    visitor.go("Training", "Backpropagation through time")
    visitor.rest()
    assert visitor.page.locator("[data-painted]").count() == 1
    expect(visitor.page.get_by_role("button", name="Pause")).to_have_count(0)
    stood = visitor.step()
    visitor.headline.click()
    visitor.page.keyboard.press("ArrowRight")
    visitor.until(visitor.step, lambda step: step != stood)
    assert visitor.step() == stood + 1
    assert visitor.page.evaluate("wire.most") == 1


def test_a_stage_that_is_taken_down_and_put_up_again_is_not_blank(visitor: Visitor) -> None:
    """Streamlit may do so before the first picture is painted."""
    visitor.open("/unrolling")
    shown = visitor.page.evaluate(
        """async () => {
            const stage = "component/explorer.hosts.streamlit.assets/stage.js";
            const { mount } = await import(new URL(stage, location.origin).href);
            const view = { failed: true, message: "put up", answers: 0, page: "x", at: "", address: null,
                controls: [], theme: { projector: false, colours: {} } };
            const data = new TextEncoder().encode(JSON.stringify(view));
            const component = { data, parentElement: document.createElement("div"), setTriggerValue() {} };
            document.body.append(component.parentElement);
            mount(component)();
            const close = mount(component);
            for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame);
            const stages = [...component.parentElement.querySelectorAll(".stage")];
            const shown = stages.map((stage) => stage.querySelector(".message").textContent);
            close();
            return [shown, component.parentElement.childElementCount];
        }"""
    )
    assert shown == [["put up"], 0]


def test_a_stage_that_is_taken_down_and_put_up_again_says_what_was_left_unsaid(visitor: Visitor) -> None:
    """As after a connection that broke while a slider moved."""
    visitor.open("/unrolling")
    said = visitor.page.evaluate(
        """async () => {
            const stage = "component/explorer.hosts.streamlit.assets/stage.js";
            const { mount } = await import(new URL(stage, location.origin).href);
            const gain = { kind: "slider", key: "gain", label: "Gain", low: 0, high: 3, step: 0.01,
                decimals: 2, value: 0.8 };
            const view = { failed: true, message: "", page: "unrolling", at: "", address: null, controls: [gain],
                theme: { projector: false, colours: {} } };
            const said = [];
            const component = (answers) => ({
                data: new TextEncoder().encode(JSON.stringify({ ...view, answers })),
                parentElement: document.createElement("div"),
                setTriggerValue: (name, event) => said.push(event),
            });
            const painted = () => new Promise((done) => setTimeout(done, 100));
            const first = component(0);
            document.body.append(first.parentElement);
            const close = mount(first);
            await painted();
            const slider = first.parentElement.querySelector("input[type=range]");
            slider.value = 2;
            for (const type of ["input", "change"]) slider.dispatchEvent(new Event(type, { bubbles: true }));
            close();
            first.parentElement.remove();
            const second = component(1);
            document.body.append(second.parentElement);
            const end = mount(second);
            await painted();
            end();
            second.parentElement.remove();
            return said.map(({ number, changes, settled }) => ({ number, changes, settled }));
        }"""
    )
    assert said == [
        {"number": 1, "changes": {"gain": 2}, "settled": False},
        {"number": 2, "changes": {"gain": 2}, "settled": True},
    ]


def test_two_tabs_do_not_disturb_each_other(visitor: Visitor) -> None:
    visitor.open("/gradients?gain=0.5")
    with visitor.beside() as other:
        other.goto("/gradients?gain=0.5")
        theirs = other.view()
        assert theirs == visitor.view()
        with visitor.holding("Gain") as move:
            for part in (0.3, 0.5, 0.7):
                before = visitor.headline.inner_text()
                move(part)
                visitor.until(visitor.headline.inner_text, lambda now, before=before: now != before)
                assert other.view() == theirs
        visitor.await_query(gain=visitor.slider("Gain").input_value())
        ours = visitor.view()
        other.page.get_by_role("button", name="Reset", exact=True).click()
        other.await_query()
        other.go("Memory", "Gates")
        other.slider("Forget-gate bias").press("End")
        other.await_query(forget_bias="5.0")
        assert visitor.view() == ours
        visitor.slider("Length").press("ArrowRight")
        visitor.until(visitor.view, lambda view: view["pictures"] != ours["pictures"])
        assert other.query == {"forget_bias": "5.0"}
