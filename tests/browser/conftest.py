"""Chromium, and the visitors that come with it. One server and one browser serve all these tests, one tab a module."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright
from serving import Server
from visiting import ANSWERED, KEEP, Newcomer, Visitor

HERE = Path(__file__).resolve().parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK: ViewportSize = {"width": 1440, "height": 900}
FAILED = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--part", default="1/1", help="of the browser tests, this part alone: 1/2, 2/2")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """These tests come last: the slow ones, and the only ones during which the browser's event loop is open."""
    items.sort(key=lambda item: HERE in item.path.parents)
    ours = [item for item in items if HERE in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.browser)
    part, of = map(int, config.getoption("--part", "1/1").split("/"))
    there = parts([item.path.stem for item in ours], of)[part - 1]
    left = [item for item in ours if item.path.stem not in there]
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=left)


def parts(modules: list[str], of: int) -> list[set[str]]:
    """The modules of tests, each as often as it has tests, in so many parts of about as many tests."""
    counts = [0] * of
    found: list[set[str]] = [set() for _ in range(of)]
    for module, tests in sorted(Counter(modules).items(), key=lambda one: (-one[1], one[0])):
        least = counts.index(min(counts))
        counts[least] += tests
        found[least].add(module)
    return found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        reason = f"found no Chromium on this machine (none of {', '.join(names)} on the path)"
        if os.environ.get("UNROLLED_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def desk(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context(viewport=DESK, permissions=["clipboard-read", "clipboard-write"]) as context:
        yield context


@pytest.fixture(scope="module")
def tabs() -> Iterator[list[Visitor]]:
    """The one tab that a module's tests share, for to load it is what takes long; a test that fails takes it along."""
    tabs: list[Visitor] = []
    yield tabs
    for visitor in tabs:
        visitor.page.close()


@pytest.fixture
def quiet_server(server: Server) -> Iterator[None]:
    """Whatever the server says during a test is a complaint."""
    heard = len(server.log.read_text())
    yield
    said = server.log.read_text()[heard:]
    assert said == "", said[-3000:]


@pytest.fixture
def visitor(
    desk: BrowserContext, tabs: list[Visitor], server: Server, quiet_server: None, request: pytest.FixtureRequest
) -> Iterator[Visitor]:
    """Someone who has the app open, or opens it now."""
    if not tabs:
        tabs.append(Visitor(desk.new_page(), server.url))
    visitor = tabs[0]
    visitor.page.set_viewport_size(DESK)
    yield visitor
    failed = request.node.stash.get(FAILED, False)
    leave(visitor, request, failed)
    complaints = visitor.complaints.copy()
    visitor.complaints.clear()
    if failed or complaints:
        tabs.pop().page.close()
    assert complaints == []


@pytest.fixture
def newcomer(
    chromium: Browser, server: Server, quiet_server: None, request: pytest.FixtureRequest
) -> Iterator[Newcomer]:
    """Makes visitors who come with nothing: each with a browser context of its own."""
    visitors: list[Visitor] = []
    with ExitStack() as contexts:

        def come(url: str = server.url, **options: Any) -> Visitor:
            context = contexts.enter_context(chromium.new_context(**{"viewport": DESK, **options}))
            visitors.append(Visitor(context.new_page(), url))
            return visitors[-1]

        yield come
        failed = request.node.stash.get(FAILED, False)
        for i, visitor in enumerate(visitors):
            leave(visitor, request, failed, f"-newcomer-{i}")
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


def leave(visitor: Visitor, request: pytest.FixtureRequest, failed: bool, suffix: str = "") -> None:
    """Keeps a picture of what the test has left, once nothing is asked of the server any more: where it failed, and of
    every test where somebody says in which folder."""
    if visitor.page.url.startswith(visitor.url) and not failed:
        visitor.page.wait_for_function(ANSWERED)
    if not (failed or KEEP):
        return
    name = re.sub(r"\W+", "-", f"{request.path.stem}-{request.node.name}".removeprefix("test_")).strip("-")
    visitor.screenshot(name + suffix)
