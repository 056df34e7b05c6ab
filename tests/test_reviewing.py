"""The files of reviewed sentences: what is in them, and what a change of a sentence does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from reviewing import Reviewed, sentences, text_of

PANEL: dict[str, Any] = {
    "id": "hero", "area": "hero", "size": "full", "headed": False, "height": 260, "controls": [], "snippet": "import x",
    "title": "The gradient vanishes.", "note": "Log scale.", "figure": {"data": [{"name": "unseen"}]},
}  # fmt: skip
PAGE: dict[str, Any] = {
    "answers": 3, "address": "gain=2", "theme": {"colours": {"ink": "#000"}}, "template": {}, "failed": False,
    "controls": [{"label": "Gain"}], "pace": None, "proof": {"text": "1e-16"}, "message": "", "eyebrow": "Training",
    "title": "The gradient vanishes.", "notice": "Read\nwhole.", "lead": "",
    "panels": [PANEL, PANEL | {"id": "below", "title": "States."}],
    "card": {"title": "Step 3", "blocks": [
        {"kind": "equation", "mathml": "<math/>", "numbers": "1 = 1", "source": "(10.8)"},
        {"kind": "rows", "rows": [("h", "0.1", None), ("x", "0.2", "#fff")]},
        {"kind": "text", "text": "It is saturated."},
        {"kind": "tabs", "key": "node", "label": "Node", "options": [("h", "state"), ("x", "input")], "value": "h"},
    ]},
    "player": {"key": "step", "value": 3, "low": 1, "high": 9, "direction": 1, "caption": "Step 3 of 9"},
    "question": {"ask": "And at gain 2?", "options": ["less", "more"], "answer": "More: 3 times.", "revealed": False},
}  # fmt: skip


def test_every_sentence_of_a_page_from_the_top_down() -> None:
    assert sentences(PAGE) == [
        "eyebrow: Training",
        "title: The gradient vanishes.",
        "notice: Read⏎whole.",
        "hero, note: Log scale.",
        "below, title: States.",
        "below, note: Log scale.",
        "card: Step 3",
        "card 1, source: (10.8)",
        "card 2, rows: h · x",
        "card 3, text: It is saturated.",
        "card 4, label: Node",
        "card 4, options: state · input",
        "player: Step 3 of 9",
        "question: And at gain 2? (less · more)",
        "answer: More: 3 times.",
    ]


def test_a_page_that_failed_says_why() -> None:
    failed = {"failed": True, "message": "Expected a number, got x: write 1.", "controls": [], "notice": ""}
    assert sentences(failed) == ["message: Expected a number, got x: write 1."]
    assert text_of({"p": ["title: A."], "p, x": sentences(failed)}) == "p\ntitle: A.\n\np, x\n" + "\n".join(
        ["message: Expected a number, got x: write 1.", ""]
    )


@pytest.mark.parametrize("place", ["page", "panel", "card", "block", "question"])
def test_what_is_new_in_a_payload_must_be_told_or_left_out_on_purpose(place: str) -> None:
    page = PAGE | {"panels": [PANEL], "card": {"title": "", "blocks": [{"kind": "text", "text": "a"}]}}
    part = {"page": page, "panel": page["panels"][0], "card": page["card"], "block": page["card"]["blocks"][0]}
    part["question"] = page["question"] = dict(PAGE["question"])
    page["panels"][0] = part["panel"] = dict(PANEL)
    assert sentences(page)
    part[place]["whisper"] = "Nobody reviews me."
    with pytest.raises(ValueError, match="whisper: say in"):
        sentences(page)


def test_after_the_first_view_a_file_tells_what_differs() -> None:
    views = {"/p": ["title: A.", "lead: L.", "note: N."], "/p?gain=2": ["title: B.", "lead: L."], "/p?t": ["lead: L."]}
    assert text_of(views) == (
        "/p\ntitle: A.\nlead: L.\nnote: N.\n\n/p?gain=2\ntitle: B.\nnote: —\n\n/p?t\ntitle: —\nnote: —\n"
    )


VIEWS = {"/p": ["title: A.", "lead: L."], "/p?gain=2": ["title: B.", "lead: L."]}


def test_what_was_reviewed_is_compared(tmp_path: Path) -> None:
    Reviewed(tmp_path / "new", update=True).check("p", VIEWS)
    reviewed = Reviewed(tmp_path / "new", update=False)
    reviewed.check("p", VIEWS)
    with pytest.raises(AssertionError, match=r"(?s)p\.txt says.*-title: B\..*\+title: C\..*--update-sen"):
        reviewed.check("p", VIEWS | {"/p?gain=2": ["title: C.", "lead: L."]})
    with pytest.raises(AssertionError, match=r"\+lead: —"):
        reviewed.check("p", VIEWS | {"/p?gain=2": ["title: B."]})
    with pytest.raises(AssertionError, match=r"-/p\?gain=2"):
        reviewed.check("p", {"/p": VIEWS["/p"]})


def test_a_page_that_was_never_reviewed_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"p\.txt says otherwise"):
        Reviewed(tmp_path, update=False).check("p", VIEWS)
    assert not list(tmp_path.iterdir()), "nothing is written unless one asks"


def test_an_update_writes_what_is_said_now(tmp_path: Path) -> None:
    for views in (VIEWS, {"/p": ["title: Z."]}):
        Reviewed(tmp_path, update=True).check("p", views)
        assert (tmp_path / "p.txt").read_text(encoding="utf-8") == text_of(views)
    assert Reviewed(tmp_path, update=False).strangers({"q"}) == {"p"}
