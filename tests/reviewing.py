"""Sentences that a person has reviewed: what a page says, in one plain file a page.

    pytest tests/pages --update-sentences     writes the files anew; the diff is then read, line by line, and committed

A file tells the page as it opens, then what other views say differently: a line for every sentence that is another or
new, and "—" for one that is no longer there. So a sentence that changes everywhere is one line of the diff.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Payload = Mapping[str, Any]

TOLD = {"eyebrow", "title", "message", "notice", "lead", "panels", "card", "player", "question", "doors"}
# What a payload holds beside sentences: numbers, places, and words that are looked up or measured anew.
SILENT = {"answers", "page", "at", "address", "theme", "template", "failed", "controls", "pace", "proof"}
SILENT_IN_A_PANEL = {"id", "area", "size", "headed", "height", "controls", "snippet", "figure", "stamp"}
SILENT_IN_A_BLOCK = {"kind", "mathml", "numbers", "key", "value"}
MISSING = "—"


def sentences(payload: Payload) -> list[str]:
    """Every sentence of a page, "where: sentence", from the top down; a line each.

    Raises ValueError for a part of the payload that it does not know: whether anybody reads it must be said here.
    """
    return [f"{where}: {words.strip()}".replace("\n", "⏎") for where, words in _told(payload) if words.strip()]


def _told(page: Payload) -> Iterator[tuple[str, str]]:
    _all_known("the payload", page, SILENT | TOLD)
    for part in ("eyebrow", "title", "message", "notice", "lead"):
        yield part, page.get(part, "")
    for panel in page.get("panels") or ():
        _all_known("a panel", panel, SILENT_IN_A_PANEL | {"title", "alt", "note"})
        for part in ("title", "alt", "note"):
            words = panel.get(part, "")
            yield f"{panel['id']}, {part}", "" if part == "title" and words == page["title"] else words
    if card := page.get("card"):
        _all_known("a card", card, {"title", "blocks"})
        yield "card", card["title"]
        for n, block in enumerate(card["blocks"], 1):
            yield from ((f"card {n}, {part}", words) for part, words in _of_a_block(block))
    if player := page.get("player"):
        yield "player", player["caption"]
    if question := page.get("question"):
        _all_known("a question", question, {"ask", "options", "answer", "revealed"})
        yield "question", f"{question['ask']} ({' · '.join(question['options'])})"
        yield "answer", question["answer"]
    for doors in page.get("doors", ()):
        yield "doors", doors["caption"]
        for way in doors["ways"]:
            yield f"door {way['page']}", " · ".join(filter(None, (way["lead"] + way["label"], way["help"])))


def _of_a_block(block: Payload) -> Iterator[tuple[str, str]]:
    """A row and a tab by their names: the numbers beside them are others on every machine."""
    _all_known("a block", block, SILENT_IN_A_BLOCK | {"text", "label", "source", "rows", "options"})
    yield from ((part, block.get(part, "")) for part in ("text", "label", "source"))
    yield "rows", " · ".join(label for label, *_ in block.get("rows", ()))
    yield "options", " · ".join(word for _, word in block.get("options", ()))


def _all_known(what: str, part: Payload, known: set[str]) -> None:
    if unknown := sorted(part.keys() - known):
        raise ValueError(f"{what} has {', '.join(unknown)}: say in {Path(__file__).name} whether a person reads it")


def text_of(views: Mapping[str, list[str]]) -> str:
    """The file of a page: the sentences of its views, by their links; after the first, what differs from it."""
    first = next(iter(views.values()), [])
    before = dict(line.split(": ", 1) for line in first)
    lines: list[str] = []
    for link, told in views.items():
        now = dict(line.split(": ", 1) for line in told)
        lines += ["", f"{link}"] if lines else [link]
        if told is first:
            lines += told
            continue
        lines += [line for line in told if line not in first]
        if "message" not in now:  # all that a page says that could not be computed
            lines += [f"{where}: {MISSING}" for where in before if where not in now]
    return "\n".join(lines) + "\n"


class Reviewed:
    """The files in a folder, to compare with or, where they are updated, to write."""

    def __init__(self, folder: Path, update: bool):
        self.folder, self.update = folder, update

    def check(self, name: str, views: Mapping[str, list[str]]) -> None:
        """Whether the views say what the file of this name says. Raises AssertionError with the difference."""
        file, now = self.folder / f"{name}.txt", text_of(views)
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        if self.update and now != before:
            self.folder.mkdir(parents=True, exist_ok=True)
            file.write_text(now, encoding="utf-8")
        elif now != before:
            lines = before.splitlines(), now.splitlines()
            difference = difflib.unified_diff(*lines, "reviewed", "now", lineterm="", n=1)
            remedy = "If that is right: pytest tests/pages --update-sentences, and review the diff."
            raise AssertionError("\n".join([f"{file.name} says otherwise.", *difference, remedy]))

    def strangers(self, names: set[str]) -> set[str]:
        """The files of no page."""
        return {file.stem for file in self.folder.glob("*.txt")} - names
