"""The pages by name: each is read from its file in pages/ the first time that it is asked for."""

from __future__ import annotations

import runpy
from functools import cache

from explorer import PAGES
from explorer.page.page import Page


@cache
def page(name: str) -> Page:
    """The page of that name. Raises KeyError where there is none."""
    file = PAGES / f"{name}.py"
    if name not in names():
        raise KeyError(name)
    found: Page = runpy.run_path(str(file))["PAGE"]
    return found


@cache
def names() -> tuple[str, ...]:
    """The names of all pages."""
    return tuple(sorted(file.stem for file in PAGES.glob("[!_]*.py")))
