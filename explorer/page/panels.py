"""A live page: settings in, a View out, at every move of a control. The one place where a page meets the stage."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

import streamlit as st

from explorer import stage
from explorer.figures import changed
from explorer.hosts import session
from explorer.jobs import own_training
from explorer.look import style
from explorer.page import controls, proof
from explorer.page.view import Card, Panel, View
from explorer.passes import store
from explorer.passes.base import Pass
from explorer.state.errors import InputError
from explorer.state.settings import Settings

log = logging.getLogger(__name__)

Compose = Callable[[Any, style.Look], View]
Adapt = Callable[[Settings], tuple[Settings, str]]
Run = Callable[[Settings], Pass]


class Beside(Protocol):
    """What goes on beside the page, as explorer.jobs.own_training is: its control, what its buttons do, and after how
    many ms there will be something new to see."""

    def control(self, settings: Settings) -> dict[str, Any]: ...
    def did(self, settings: Settings, changes: Mapping[str, Any]) -> None: ...
    def pace(self, settings: Settings) -> int | None: ...


def show(
    page: str,
    compose: Compose,
    main: Sequence[str],
    more: Sequence[str] = (),
    accent: str = style.FORWARD,
    adapt: Adapt = lambda settings: (settings, ""),
    run: Run = store.run,
    beside: Beside | None = None,
) -> None:
    """Shows `compose(run(settings), look)` with the controls `main` in sight and `more` behind a fold.

    `adapt` gives the settings that this page can show in place of the session's, which stay, and a notice of why.
    """
    session.settings(page)
    own_training.left_behind(page)
    _live(page, compose, (tuple(main), (*more, "projector")), accent, adapt, run, beside)


@st.fragment
def _live(
    page: str,
    compose: Compose,
    keys: tuple[Sequence[str], Sequence[str]],
    accent: str,
    adapt: Adapt,
    run: Run,
    beside: Beside | None,
) -> None:
    key = f"stage-{page}"
    event = st.session_state.pop("event", {})
    if event.get("stage") != key:
        event = {}  # a last word from a page that has been left
    if event.get("settled"):
        session.link(session.current())
    asked = session.current()
    settings, notice = asked, ""
    failed: dict[str, Any] = {}
    try:
        settings, notice = adapt(asked)
    except Exception as error:
        failed = _failed(error, asked)
    look = style.Look(dark=st.context.theme.type == "dark", projector=settings.projector)
    if message := event.get("refused", ""):
        failed = {"failed": True, "message": message}
    view = failed or _compose(compose, run, settings, look, bool(event.get("prove")))
    hands: dict[str, Any] = {"controls": [], "pace": None}
    try:
        hands["controls"] += controls.specs(settings, *keys)
        if beside:
            hands["controls"].append(beside.control(settings))
            hands["pace"] = beside.pace(settings)
    except Exception as error:
        view = _failed(error, settings)  # what controls there are by then stay in sight
    data = {
        "answers": st.session_state.get("answers", 0),
        "address": session.address(),
        "theme": {"projector": settings.projector, "colours": look.properties(accent)},
        "template": look.template,
        "failed": False,
        "message": "",
        **hands,
        **view,
        "notice": " ".join(filter(None, (notice, view.get("notice")))),
    }
    stage.show(data, key=key, on_event=lambda: _did(key, adapt, beside), held=event.get("held", {}))


def _did(key: str, adapt: Adapt, beside: Beside | None) -> None:
    """Takes in what a person did on the stage, before the page is composed anew."""
    stage_state = st.session_state.get(key)
    if stage_state is None or stage_state.did is None:
        return  # a last word from a page that has been left
    event = stage_state.did
    changes = event["changes"]
    outcome = {"stage": key, "prove": changes.get("prove", False), "held": event["held"]}
    st.session_state["answers"] = event["number"]  # by this run or, if that is cut short, by the next one
    try:
        session.keep(controls.apply(session.current(), changes))
        outcome["settled"] = event["settled"]
        if beside:
            beside.did(adapt(session.current())[0], changes)
    except Exception as error:
        outcome["refused"] = _failed(error, session.current())["message"]
    st.session_state["event"] = outcome


def _compose(compose: Compose, run: Run, settings: Settings, look: style.Look, prove: bool) -> dict[str, Any]:
    try:
        scene = run(settings)
        view = compose(scene, look)
        return {
            "eyebrow": view.eyebrow,
            "title": view.title,
            "notice": f"{changed.notice(scene)}{scene.sequence.notice} {view.notice}".strip(),
            "panels": [_panel(panel, settings, first=i == 0) for i, panel in enumerate(view.panels)],
            "lead": view.lead,
            "card": _card(view.card, look) if view.card else None,
            "player": asdict(view.player) if view.player else None,
            "question": asdict(view.question) if view.question else None,
            "proof": proof.line(scene, ask=prove) if view.proof else None,
        }
    except Exception as error:
        return _failed(error, settings)


def _failed(error: Exception, settings: Settings) -> dict[str, Any]:
    """What the page says instead of a view: no traceback reaches it, and the settings are kept."""
    if isinstance(error, InputError):
        return {"failed": True, "message": str(error)}
    log.error("a view could not be composed: %s", settings.link(), exc_info=error)
    sentence = "This view could not be computed with these settings: change the last one back, or press Reset."
    return {"failed": True, "message": sentence}


def _card(card: Card, look: style.Look) -> dict[str, Any]:
    """The card as plain data, its values in colours that can be read."""
    shown = asdict(card)
    for block in shown["blocks"]:
        if block["kind"] == "rows":
            block["rows"] = [(label, value, colour and look.words(colour)) for label, value, colour in block["rows"]]
    return shown


def _panel(panel: Panel, settings: Settings, first: bool) -> dict[str, Any]:
    return {
        "id": panel.id,
        "area": panel.area,
        "size": panel.size,
        "title": panel.picture.title,
        "headed": panel.headed and not first,
        "note": panel.picture.note,
        "height": panel.picture.height,
        "controls": [controls.spec(settings, key) for key in panel.controls],
        "snippet": panel.snippet,
        "figure": panel.picture.spec(),
    }
