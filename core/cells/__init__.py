"""The cells by name: the one table of them.

To add a cell, write its file, on the contract of core.cells.base, and name its class below. A cell from elsewhere is
offered by `register`, or for a while by `registered`:

    with cells.registered(MinimalGated):
        Network.initialise(cell="mgu", input_size=3)

Several classes may share a name: forms of one cell, of which an option chooses (`Cell.form`).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

from core.cells.base import AnyCell
from core.cells.elman import Elman
from core.cells.gru import GRU
from core.cells.gru_reset_before import GRUResetBefore
from core.cells.jordan import General, Jordan
from core.cells.lstm import LSTM
from core.cells.lstm_peepholes import LSTMPeepholes
from core.checks import choice, quoted
from core.errors import InvalidType, InvalidValue

_FORMS: dict[str, list[type[AnyCell]]] = {}


def register(cell: type[AnyCell]) -> None:
    """Offer a cell under its name. Raises InvalidValue if that form of that name is there already."""
    forms = _FORMS.setdefault(cell.name, [])
    if any(one.form == cell.form for one in forms):
        raise InvalidValue("cell", "a new one", f'another "{cell.name}"', "give it a name or a form of its own")
    forms.append(cell)


@contextmanager
def registered(*given: type[AnyCell]) -> Iterator[None]:
    """These cells too, until the block ends."""
    for cell in given:
        register(cell)
    try:
        yield
    finally:
        for cell in given:
            _FORMS[cell.name].remove(cell)
            if not _FORMS[cell.name]:
                del _FORMS[cell.name]


for one in (Elman, Jordan, General, GRU, GRUResetBefore, LSTM, LSTMPeepholes):
    register(one)


def names(where: Callable[[AnyCell], bool] = lambda cell: True) -> tuple[str, ...]:
    """The names of all cells, or of those that can do what is asked."""
    return tuple(name for name in _FORMS if where(build(name)))


def build(name: str, **options: Any) -> AnyCell:
    """The cell of that name in the form that the options choose, told those of them that concern it; what is not said
    is the default. Raises InvalidValue for another name, or a form that there is not."""
    forms = _forms(name)
    for form in forms:
        if all(options.get(option, value) == value for option, value in form.form.items()):
            return form(**{option.name: options[option.name] for option in fields(form) if option.name in options})
    chosen = ", ".join(f"{option}={options[option]!r}" for option in forms[0].form)
    expected = "one of " + " | ".join(", ".join(f"{o}={v!r}" for o, v in form.form.items()) for form in forms)
    raise InvalidValue(f'the form of the cell "{name}"', expected, chosen, "choose one of these")


def check(name: str, **options: Any) -> None:
    """Raises InvalidValue if there is no such cell, InvalidType if none of its forms has one of the options."""
    known = tuple(dict.fromkeys(option for form in _forms(name) for option in form.options()))
    if unknown := [option for option in options if option not in known]:
        expected = f"among {quoted(known)}" if known else "left out"
        remedy = "look for its name in the file of the cell"
        raise InvalidType(f'the options of the cell "{name}"', expected, ", ".join(unknown), remedy)


def implied(name: str, parameters: Container[str]) -> dict[str, Any]:
    """The options that are settled by which parameters, by their names in a chain, a state_dict has."""
    return {option: value for form in _forms(name) for option, value in form.implied(parameters).items()}


def _forms(name: str) -> list[type[AnyCell]]:
    choice("cell", name, tuple(_FORMS))
    return _FORMS[name]
