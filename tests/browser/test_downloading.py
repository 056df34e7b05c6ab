"""Every figure can be taken along: as SVG, PNG, a page of its own, and the Python that makes it."""

from __future__ import annotations

import ast
import json
import struct
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, ViewportSize, expect
from visiting import Newcomer, Visitor

TALL: ViewportSize = {"width": 1440, "height": 2600}

# Words of the figure that its own edges cut off.
CUT = """() => {
    const width = document.querySelector(".main-svg").getBoundingClientRect().right;
    return [...document.querySelectorAll("svg text")].filter((word) => word.getBoundingClientRect().right > width + 1)
        .map((word) => word.textContent);
}"""


class Addresses(HTMLParser):
    """Every address that a page's own tags name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data", "action")]


def download(visitor: Visitor, panel: str, form: str, folder: Path) -> Path:
    if visitor.page.evaluate("window.taken = (window.taken ?? 0) + 1") > 10:
        visitor.goto(visitor.link)  # Chromium lets a page have ten files in a row
        visitor.page.evaluate("window.taken = 1")
    with visitor.page.expect_download() as coming:
        visitor.panel(panel).get_by_role("button", name=f"Download as {form}", exact=True).click()
    file = folder / coming.value.suggested_filename
    coming.value.save_as(file)
    assert file.name == f"unrolled-{panel}.{form.lower()}"
    return file


@pytest.mark.parametrize("path", ["/gradients", "/influence", "/gates"])
def test_figures_as_svg_and_png(visitor: Visitor, path: str, tmp_path: Path) -> None:
    visitor.page.set_viewport_size(TALL)
    visitor.open(path)
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


def test_figures_as_pages_that_need_nothing_else(visitor: Visitor, newcomer: Newcomer, tmp_path: Path) -> None:
    alone = newcomer(viewport=TALL, offline=True)
    asked: list[str] = []
    alone.page.on("request", lambda request: asked.append(request.url))
    visitor.page.set_viewport_size(TALL)
    files = []
    for path, panel in (
        ("/backpropagation", "unrolled"), ("/gradients", "matrix"), ("/gradients", "cliff"), ("/gates", "schematic"),
        ("/stacked", "gradients"),
    ):  # fmt: skip
        visitor.open(path + "?text=<b>%26amp; 'x' </script>")
        files.append(download(visitor, panel, "HTML", tmp_path))
        assert Addresses(files[-1].read_text(encoding="utf-8")).found == []
        alone.page.goto(files[-1].as_uri())
        expect(alone.page.locator("#figure .main-svg").first).to_be_visible()
        assert alone.page.title() == visitor.title(panel)
        shown = json.loads(alone.page.evaluate("JSON.stringify(document.querySelector('#figure').data)"))
        assert shown == json.loads(visitor.picture(panel))
        words = " ".join(alone.page.locator("#figure svg text").all_text_contents()).replace("\xa0", " ")
        for word in visitor.title(panel).split():
            assert word in words
        assert alone.page.evaluate(CUT) == []
    assert asked == [file.as_uri() for file in files]


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


def python(visitor: Visitor, panel: str) -> Locator:
    return visitor.panel(panel).get_by_role("button", name="Show the Python that makes this figure")


def test_every_figure_shows_its_five_lines_of_python(visitor: Visitor) -> None:
    visitor.goto("/gradients?length=9")
    for panel in visitor.panels():
        code = visitor.panel(panel).locator("pre")
        expect(code).to_be_hidden()
        expect(python(visitor, panel)).to_have_attribute("aria-expanded", "false")
        python(visitor, panel).click()
        expect(code).to_be_visible()
        expect(python(visitor, panel)).to_have_attribute("aria-expanded", "true")
        lines = code.inner_text().strip().splitlines()
        assert len(lines) == 5
        assert "length=9" in code.inner_text()
        ast.parse("\n".join(lines))
        python(visitor, panel).click()
        expect(code).to_be_hidden()


def test_the_python_can_be_copied(visitor: Visitor) -> None:
    visitor.goto("/backpropagation?text=a 'b' c&length=9")
    python(visitor, "unrolled").click()
    code = visitor.panel("unrolled").locator("pre")
    expect(code).to_be_visible()
    code.evaluate("(code) => getSelection().selectAllChildren(code)")
    visitor.page.keyboard.press("Control+c")
    taken = visitor.page.evaluate("navigator.clipboard.readText()")
    assert taken.strip() == (code.text_content() or "").strip()
    assert len(ast.parse(taken).body) == 5
