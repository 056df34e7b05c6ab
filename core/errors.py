"""The errors of core. Each is one sentence: what was expected, what was got, what to do."""

from __future__ import annotations


class InvalidValue(ValueError):
    """A value, shape or name that cannot be used. Carries the parts of its sentence."""

    def __init__(self, what: str, expected: str, got: str, remedy: str):
        super().__init__(_sentence(what, expected, got, remedy))
        self.what, self.expected, self.got, self.remedy = what, expected, got, remedy


class InvalidType(TypeError):
    """A value of the wrong kind: integers for floats, a string for an array."""

    def __init__(self, what: str, expected: str, got: str, remedy: str):
        super().__init__(_sentence(what, expected, got, remedy))
        self.what, self.expected, self.got, self.remedy = what, expected, got, remedy


class NotRecorded(ValueError):
    """A quantity that this trace does not hold."""


def _sentence(what: str, expected: str, got: str, remedy: str) -> str:
    return f"{what} must be {expected}, but got {got}: {remedy}."
