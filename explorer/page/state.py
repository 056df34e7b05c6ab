"""What is remembered of a visitor between two answers: by whichever host, and for as long as it keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from explorer.jobs.desk import Desk
from explorer.page.page import Page
from explorer.state.settings import Settings


@dataclass(eq=False)
class State:
    """
    settings   of all pages: what a page does not read waits there for the pages that do
    at         the query string that the visitor's address was last known to show
    link       what it is to show: of the settings as they last were at rest; None before any page was opened
    answers    the number of the last message that was taken in
    dark       whether the theme is
    proof      what is being proven, and the proof to come
    desk       what goes on beside the pages
    """

    settings: Settings = field(default_factory=Settings)
    at: str = ""
    link: Mapping[str, str] | None = None
    answers: int = 0
    dark: bool = False
    proof: tuple[Any, Future[Any]] | None = None
    desk: Desk = field(default_factory=Desk)

    def open(self, page: Page, query: Mapping[str, str]) -> None:
        """A link to a page was opened: of the settings that the page reads it says all, of the others nothing."""
        said = {key: value for key, value in query.items() if key in page.reads}
        defaults = {key: getattr(Settings(), key) for key in page.reads}
        self.settings = self.settings.changed(defaults).changed(said)
        self.at = urlencode(query)
        self.rest(page)

    def rest(self, page: Page) -> None:
        """The settings have come to rest: the address is to say them."""
        self.link = page.link(self.settings)
