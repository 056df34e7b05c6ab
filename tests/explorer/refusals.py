"""What is made of what a person gives, or nothing, where it is refused: in a sentence, and in no other way."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from explorer.state.errors import InputError

Made = TypeVar("Made")
WHAT_TO_DO = re.compile(r"[A-Z].* got .+: .+\.", re.DOTALL)  # what was expected, what was got, what to do


def made(make: Callable[[], Made]) -> Made | None:
    try:
        return make()
    except InputError as refusal:
        sentence = str(refusal)
    assert WHAT_TO_DO.fullmatch(sentence), sentence
    return None
