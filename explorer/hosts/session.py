"""The settings of one browser session, and the link that is a view of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import streamlit as st

from explorer.state.settings import Settings, from_link

_SETTINGS, _PAGE, _LINK = "settings", "page", "link"


def settings(page: str) -> Settings:
    """The session's settings; a link that was opened, edited or gone back to is read first."""
    state: Any = st.session_state
    query = dict(st.query_params)
    moved = state.get(_PAGE) != page
    state[_PAGE] = page
    # Leaving for another page clears the query; that is no wish for the defaults.
    opened = bool(query) if moved else query != state.get(_LINK, {})
    if _SETTINGS not in state or opened:
        state[_SETTINGS] = from_link(query)
    elif moved:
        # Written from here it would be a second entry in the browser's history, after one without the settings.
        state[_LINK] = state[_SETTINGS].link()
        return state[_SETTINGS]
    link(state[_SETTINGS])
    return state[_SETTINGS]


def current() -> Settings:
    return st.session_state[_SETTINGS]


def keep(settings: Settings) -> None:
    st.session_state[_SETTINGS] = settings


def address() -> str | None:
    """What the browser's address bar has to say of these settings; None while a hand moves them."""
    query = current().link()
    return urlencode(query) if query == st.session_state.get(_LINK) else None


def link(settings: Settings) -> None:
    """Makes the link that of these settings: they have come to rest."""
    query = settings.link()
    st.session_state[_LINK] = query  # first: telling the browser may be where this run ends for a newer one
    if query != dict(st.query_params):
        st.query_params.from_dict(query)
