"""Every figure can be taken along: as SVG, PNG, a page of its own, and the Python that makes it."""

from __future__ import annotations

import ast
import json
import struct
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect
from visiting import PAGES, Visitor

TALL = {"width": 1440, "height": 1900}

# Words of the figure that its own edges cut off.
CUT = """() => {
    const width = document.querySelector(".main-svg").getBoundingClientRect().right;
    return [...document.querySelectorAll("svg text")].filter((word) => word.getBoundingClientRect().right > width + 1)
        .map((word) => word.textContent);
}"""


def download(visitor: Visitor, panel: str, form: str, folder: Path) -> Path:
    if visitor.page.evaluate("window.taken = (window.taken ?? 0) + 1") > 10:
        visitor.goto(visitor.page.url.removeprefix(visitor.url))  # Chromium lets a page have ten files in a row
        visitor.page.evaluate("window.taken = 1")
    with visitor.page.expect_download() as coming:
        visitor.panel(panel).get_by_role("button", name=f"Download as {form}", exact=True).click()
    file = folder / coming.value.suggested_filename
    coming.value.save_as(file)
    assert file.name == f"unrolled-{panel}.{form.lower()}"
    return file


@pytest.mark.parametrize("path", PAGES)
def test_every_figure_as_svg_and_png(visitor: Visitor, path: str, tmp_path: Path) -> None:
    visitor.page.set_viewport_size(TALL)
    visitor.open(path)
    assert visitor.panels()
    for panel in visitor.panels():
        svg = ElementTree.parse(download(visitor, panel, "SVG", tmp_path)).getroot()
        assert svg.tag == "{http://www.w3.org/2000/svg}svg"
        words = " ".join(svg.itertext()).replace("\xa0", " ")
        for word in visitor.title(panel).split():
            assert word in words, "the sentence goes with the figure"
        png = download(visitor, panel, "PNG", tmp_path).read_bytes()
        assert png.startswith(b"\x89PNG\r\n\x1a\n")
        width, height = struct.unpack(">II", png[16:24])
        assert width >= 1280, "sharp on a slide"
        assert (width, height) == (2 * float(svg.attrib["width"]), 2 * float(svg.attrib["height"]))


@pytest.mark.parametrize("path", PAGES)
def test_every_figure_as_a_page_that_needs_nothing_else(
    visitor: Visitor, newcomer: Callable[..., Visitor], path: str, tmp_path: Path
) -> None:
    visitor.page.set_viewport_size(TALL)
    visitor.open(path + "?text=<b>%26amp; 'x' </script>")
    pages = {panel: download(visitor, panel, "HTML", tmp_path) for panel in visitor.panels()}
    alone = newcomer(viewport=TALL, offline=True)
    asked: list[str] = []
    alone.page.on("request", lambda request: asked.append(request.url))
    for panel, file in pages.items():
        alone.page.goto(file.as_uri())
        expect(alone.page.locator("#figure .main-svg").first).to_be_visible()
        assert alone.page.title() == visitor.title(panel)
        shown = json.loads(alone.page.evaluate("JSON.stringify(document.querySelector('#figure').data)"))
        assert shown == json.loads(visitor.picture(panel))
        words = " ".join(alone.page.locator("#figure svg text").all_text_contents()).replace("\xa0", " ")
        for word in visitor.title(panel).split():
            assert word in words
        assert alone.page.evaluate(CUT) == []
    assert len(asked) == len(pages)
    assert all(url.startswith("file:") for url in asked)


def test_what_is_downloaded_is_what_is_shown(visitor: Visitor, tmp_path: Path) -> None:
    """After a drag, not as the page opened."""
    visitor.open("/backpropagation")
    first = download(visitor, "unrolled", "SVG", tmp_path).read_text()
    before = visitor.title("unrolled")
    visitor.slider("Gain").press("End")
    visitor.until(lambda: visitor.title("unrolled"), lambda title: title != before)
    visitor.rest()
    second = download(visitor, "unrolled", "SVG", tmp_path).read_text()
    assert second != first
    assert [word for word in visitor.title("unrolled").split() if word not in second] == []


@pytest.mark.parametrize("path", PAGES)
def test_every_figure_shows_its_five_lines_of_python(visitor: Visitor, path: str) -> None:
    visitor.open(path + "?length=9")
    for panel in visitor.panels():
        python = visitor.panel(panel).get_by_role("button", name="Show the Python that makes this figure")
        code = visitor.panel(panel).locator("pre")
        expect(code).to_be_hidden()
        expect(python).to_have_attribute("aria-expanded", "false")
        python.click()
        expect(code).to_be_visible()
        expect(python).to_have_attribute("aria-expanded", "true")
        lines = code.inner_text().strip().splitlines()
        assert len(lines) == 5
        assert "length=9" in code.inner_text()
        ast.parse("\n".join(lines))
        python.click()
        expect(code).to_be_hidden()
