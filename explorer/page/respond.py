"""The one function of every page: what a person did, and what the page shows then.

    payload = respond(page, state, event)

No host is known here. A page's declaration comes in, with what is remembered of the visitor and what they did; out
comes the view as bytes. Hosts (explorer.hosts) carry both ways.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from explorer.figures import changed
from explorer.look import style
from explorer.page import controls, proof
from explorer.page.page import Page
from explorer.page.payload import payload
from explorer.page.state import State
from explorer.page.view import Card, Panel, Rows
from explorer.passes.base import Pass
from explorer.state.errors import InputError
from explorer.state.settings import Settings

CARD = "card"  # what it is called among the panels that are wanted

log = logging.getLogger(__name__)

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Heard:
    """
    What is left to do of an event that was taken in.

    prove     whether the proof was asked for
    held      panel -> the stamp of the figure that the browser has
    wanted    the panels to bring, of those that the browser has, and whether the card; None: all
    refused   the sentence on what was refused
    """

    prove: bool = False
    held: Mapping[str, int] = field(default_factory=dict)
    wanted: Collection[str] | None = None
    refused: str = ""

    def late(self, panel: str) -> bool:
        """Whether the browser keeps this panel as it is for now."""
        return self.wanted is not None and panel not in self.wanted and panel in self.held


def respond(page: Page, state: State, event: Event | None = None) -> bytes:
    """What the page shows this visitor, after what they did; `state` remembers it.

    event    None where a page is opened, or drawn again; else what the stage sent:
             number    of the message: the payload answers it
             changes   setting or action -> value, as explorer.page.controls.apply takes them; `prove` wants the proof
             settled   whether the hand rests: then the address is to say the settings
             held      panel -> the stamp of the figure that the browser has: it is not sent again
             wanted    while a hand moves, the panels to bring, of those held, and "card"; the first panel comes always
             at, moved   the query string that the address shows, if it is this page's; whether the visitor has brought
                       it there, by a step in the browser's history
    """
    return answer(page, state, hear(page, state, event) if event else Heard())


def hear(page: Page, state: State, event: Event) -> Heard:
    """The first half of `respond`: takes in what a person did. What is refused leaves the settings as they were."""
    state.answers = event["number"]
    changes = event["changes"]
    heard = Heard(bool(changes.get("prove")), event["held"], event.get("wanted"))
    if (at := event.get("at")) is not None:
        if event.get("moved"):
            state.open(page, dict(parse_qsl(at, keep_blank_values=True)))
        state.at = at  # as the browser writes it: what it says twice, or in another order, it will say so again
    try:
        state.settings = controls.apply(state.settings, changes, page.reads)
        if page.beside:
            adapted, _ = page.adapt(page.own(state.settings))
            state.settings = state.settings.changed(page.beside.did(adapted, changes, state.desk))
    except Exception as error:
        return replace(heard, refused=_failed(error, state.settings)["message"])
    if event["settled"]:
        state.rest(page)
    return heard


def answer(page: Page, state: State, heard: Heard) -> bytes:
    """The second half of `respond`: what the page shows of the settings that there are now."""
    state.desk.on(page.name)
    return payload(_view(page, state, heard), heard.held)


def _view(page: Page, state: State, heard: Heard) -> dict[str, Any]:
    settings, notice = page.own(state.settings), ""
    failed: dict[str, Any] = {}
    try:
        settings, notice = page.adapt(settings)
    except Exception as error:
        failed = _failed(error, settings)
    if heard.refused:
        failed = {"failed": True, "message": heard.refused}
    look = style.Look(dark=state.dark, projector=settings.projector)
    view = failed or _compose(page, state, settings, look, heard)
    hands: dict[str, Any] = {"controls": [], "pace": None}
    try:
        hands["controls"] += controls.specs(settings, page.main, (*page.more, "projector"))
        if page.beside:
            _bound(hands["controls"], page.beside.bounds(settings, state.desk))
            hands["controls"].append(page.beside.control(settings, state.desk))
            hands["pace"] = page.beside.pace(settings, state.desk)
    except Exception as error:
        view = _failed(error, settings)  # what controls there are by then stay in sight
    return {
        "answers": state.answers,
        "page": page.name,
        "at": state.at,
        "address": _address(page, state),
        "theme": {"projector": settings.projector, "colours": look.properties(page.accent)},
        "template": look.template,
        "failed": False,
        "message": "",
        "doors": [{"caption": caption, "ways": ways} for caption, ways in page.doors.items()],
        **hands,
        **view,
        "notice": " ".join(filter(None, (notice, view.get("notice")))),
    }


def _address(page: Page, state: State) -> str | None:
    """What the address is to say of these settings; None while a hand moves them."""
    query = page.link(state.settings)
    return urlencode(query) if query == state.link else None


def _bound(shown: list[dict[str, Any]], bounds: Mapping[str, float]) -> None:
    """Lowers the upper bounds of controls to what there is by now."""
    for control in shown:
        if (high := bounds.get(control["key"])) is not None:
            control["high"], control["value"] = high, min(control["value"], high)


def _compose(page: Page, state: State, settings: Settings, look: style.Look, heard: Heard) -> dict[str, Any]:
    try:
        scene: Pass = page.beside.run(settings, state.desk) if page.beside else page.run(settings)
        view = page.compose(scene, look)
        return {
            "eyebrow": view.eyebrow,
            "title": view.title,
            "notice": f"{changed.notice(scene)}{scene.sequence.notice} {view.notice}".strip(),
            "panels": [
                _panel(panel, settings, first=i == 0, late=i > 0 and heard.late(panel.id))
                for i, panel in enumerate(view.panels)
            ],
            "lead": view.lead,
            "card": _card(view.card, look, late=heard.wanted is not None and CARD not in heard.wanted),
            "player": view.player,
            "question": view.question,
            "proof": proof.line(scene, heard.prove, state) if view.proof else None,
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


def _card(write: Callable[[], Card] | None, look: style.Look, late: bool) -> dict[str, Any] | None:
    """The card, its values in colours that can be read."""
    if write is None or late:
        return {"late": True} if write else None
    card = write()
    return {
        "title": card.title,
        "blocks": [_readable(one, look) if isinstance(one, Rows) else one for one in card.blocks],
    }


def _readable(rows: Rows, look: style.Look) -> Rows:
    return Rows([(label, value, colour and look.words(colour)) for label, value, colour in rows.rows])


def _panel(panel: Panel, settings: Settings, first: bool, late: bool) -> dict[str, Any]:
    own = [controls.spec(settings, key) for key in panel.controls]
    if late:
        return {"id": panel.id, "controls": own, "late": True}
    return {
        "id": panel.id,
        "area": panel.area,
        "size": panel.size,
        "title": panel.picture.title,
        "headed": panel.headed and not first,
        "note": panel.picture.note,
        "height": panel.picture.height,
        "controls": own,
        "snippet": panel.snippet,
        "figure": panel.picture,
    }
