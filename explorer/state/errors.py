"""What a page says in one plain sentence."""

from __future__ import annotations


class InputError(ValueError):
    """Input that cannot be read; its message is one plain sentence for the page."""


def refused(error: Exception) -> InputError:
    """What core says of an input that it refuses, as a sentence of the page: with a capital."""
    sentence = f"{error}"
    return InputError(sentence[:1].upper() + sentence[1:])
