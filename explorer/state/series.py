"""A series of numbers in a text: one a line, a list on one line, or a CSV's last column of numbers."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from functools import lru_cache

from explorer.state.errors import InputError

DELIMITERS = ";\t,"
QUOTED = re.compile(r'"[^"]*"')
DECIMAL_COMMAS = re.compile(r"\s*[-−+]?\d+,\d+\s*")


@dataclass(frozen=True)
class Series:
    """The numbers, the cells that they were read from, the column's name or "", and what a person should know of it."""

    values: tuple[float, ...]
    cells: tuple[str, ...]
    name: str
    notice: str


Row = tuple[int, list[str]]  # the number of the line that it begins on, and its cells


@lru_cache(maxsize=32)
def read(text: str) -> Series:
    """Raises InputError where there are no two numbers to read."""
    lines = [(at, line) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
    bare = [QUOTED.sub("", line) for _, line in lines]
    delimiter = next((d for d in DELIMITERS if any(d in line for line in bare)), " ")
    rows = _rows(lines, delimiter)
    listed = len(rows) == 1
    if listed:
        rows = [(at, [cell]) for at, cells in rows for cell in cells if cell]
    if not rows:
        raise InputError("Expected a series of numbers, got nothing: type or paste one number a line.")
    header = not listed and all(number(cell, delimiter) is None for cell in rows[0][1])
    body = rows[1:] if header else rows
    width = min(len(cells) for _, cells in body)
    columns = [[number(cells[i], delimiter) for _, cells in body] for i in range(width)]
    good = [i for i, column in enumerate(columns) if all(v is not None for v in column)]
    if not good:
        where, what = next((at, c) for at, cells in body for c in cells if number(c, delimiter) is None)
        shown = what if len(what) <= 20 else what[:20] + "…"
        remedy = "give one number a line, or a CSV with a column of numbers."
        raise InputError(f"Expected numbers, got “{shown}” on line {where}: {remedy}")
    values = tuple(v for v in columns[good[-1]] if v is not None)
    if len(values) < 2:
        raise InputError("Expected at least two numbers, got one: one to read and the next to predict.")
    name = rows[0][1][good[-1]] if header else ""
    notice = f"Column {good[-1] + 1} of {width}{f' (“{name}”)' if name else ''} is read. " if width > 1 else ""
    if delimiter == "," and all(DECIMAL_COMMAS.fullmatch(line) for _, line in lines):
        notice += "If 1,5 is meant as one and a half, write 1.5. "
    return Series(values, tuple(cells[good[-1]] for _, cells in body), name, notice)


def _rows(lines: list[tuple[int, str]], delimiter: str) -> list[Row]:
    """The rows of a table; one may be of several lines, where a quotation holds their ends. Every row has a cell."""
    reader = csv.reader((line for _, line in lines), delimiter=delimiter)
    rows: list[Row] = []
    begins = 0
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            rows.append((lines[begins][0], [cell for cell in cells if cell] if delimiter == " " else cells))
            begins = reader.line_num
    except csv.Error:
        most = f"{csv.field_size_limit():,} characters"
        raise InputError(f"Expected numbers, got more than {most} without an end: give one number a line.") from None
    return [row for row in rows if row[1]]


def number(cell: str, delimiter: str = " ") -> float | None:
    """A cell's number, or None. Where the delimiter is no comma, a comma is a decimal one."""
    cell = cell.replace("−", "-")
    try:
        value = float(cell if delimiter in ", " else cell.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e100 else None


def looks_numeric(text: str) -> bool:
    """Whether somebody may have pasted a series and forgotten to say so."""
    try:
        return len(read(text).values) >= 4
    except InputError:
        return False


def shortened(text: str, most: int) -> str:
    """At most so many characters of a text; of a long series the column that is read, one number a line."""
    if len(text) <= most or not looks_numeric(text):
        return text[:most]
    whole = read(text)
    cells = [cell.replace(",", ".") for cell in whole.cells]
    kept, room = [], most
    for line in [_quoted(whole.name), *cells] if whole.name else cells:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join(kept)


def _quoted(name: str) -> str:
    """A column's name as one cell, whatever the delimiter."""
    if not any(mark in name for mark in DELIMITERS + ' "'):
        return name
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
