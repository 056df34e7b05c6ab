"""Chromium, and the visitors that come with it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright
from serving import Server
from visiting import WIRE, Visitor

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


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for these tests; its loop, left open, would be in the way of other tests that run their own."""
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


@pytest.fixture(scope="package")
def desk(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context(viewport=DESK) as context:
        context.add_init_script(WIRE)
        yield context


@pytest.fixture(scope="package")
def tabs() -> list[Visitor]:
    """The one tab that the tests share, for to load it is what takes long; a test that fails takes it along."""
    return []


@pytest.fixture
def visitor(
    desk: BrowserContext, tabs: list[Visitor], server: Server, request: pytest.FixtureRequest
) -> Iterator[Visitor]:
    """Someone who has the app open, or opens it now."""
    heard = len(server.log.read_text())
    if not tabs:
        tabs.append(Visitor(desk.new_page(), server.url))
    visitor = tabs[0]
    visitor.page.set_viewport_size(DESK)
    yield visitor
    failed = request.node.stash.get(FAILED, False)
    if failed:
        visitor.screenshot(re.sub(r"\W+", "-", request.node.name).strip("-"))
    complaints = visitor.complaints.copy()
    visitor.complaints.clear()
    if failed or complaints:
        tabs.pop().page.close()
    assert complaints == []
    said = server.log.read_text()[heard:]
    assert "Traceback" not in said, said[-3000:]


@pytest.fixture
def newcomer(chromium: Browser, server: Server) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors who come with nothing: each with a browser context of its own."""
    heard = len(server.log.read_text())
    visitors: list[Visitor] = []
    with ExitStack() as contexts:

        def come(**options: Any) -> Visitor:
            options = {"viewport": DESK, **options}
            context = contexts.enter_context(chromium.new_context(**options))
            context.add_init_script(WIRE)
            visitors.append(Visitor(context.new_page(), server.url))
            return visitors[-1]

        yield come
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []
    said = server.log.read_text()[heard:]
    assert "Traceback" not in said, said[-3000:]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=2))  # a busy machine may starve a browser once, not thrice


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report
