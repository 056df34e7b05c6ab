"""What a visitor has under way beside the pages: at most one training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.films.film import Film
from explorer.jobs.processes import UNDER_WAY, Training


@dataclass(eq=False)
class Held:
    """A training, the name of its film, the one that was shown when it was started, if any, with that one's name; and
    the page that it was started on, and whether it was ended by leaving that one."""

    training: Training
    name: str
    before: Film | None = None
    named: str = ""
    page: str = "training"
    left: bool = False


def absent() -> bool:
    """Nobody is known to be there."""
    return False


@dataclass(eq=False)
class Desk:
    """
    held      the visitor's training
    present   whether the visitor is still there: one whose tab is hidden asks seldom
    """

    held: Held | None = None
    present: Callable[[], bool] = absent

    def on(self, page: str) -> None:
        """The visitor is on this page: a training that was started on another is stopped, for that one to say so."""
        held = self.held
        if held and page != held.page and held.training.state in UNDER_WAY:
            held.training.stop()
            held.left = True

    def clear(self) -> None:
        """Stop the training, if there is one, which nobody sees any more."""
        if self.held:
            self.held.training.stop()
