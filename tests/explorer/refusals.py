"""What is made of what a person gives, or nothing, where it is refused: in a sentence, and in no other way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from explorer.state.errors import InputError

Made = TypeVar("Made")


def made(make: Callable[[], Made]) -> Made | None:
    try:
        return make()
    except InputError as refusal:
        sentence = str(refusal)
    assert sentence.startswith("Expected"), sentence
    assert ": " in sentence, "what to do instead"
    return None
