"""The settings of one browser session, and the link that is a view of them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.settings import Settings, from_link

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
    link(state[_SETTINGS])
    return state[_SETTINGS]


def current() -> Settings:
    return st.session_state[_SETTINGS]


def keep(settings: Settings, settled: bool) -> None:
    """Keeps new settings; the link follows when the hand has come to rest."""
    st.session_state[_SETTINGS] = settings
    if settled:
        link(settings)


def link(settings: Settings) -> None:
    query = settings.link()
    if query != dict(st.query_params):
        st.query_params.from_dict(query)
    st.session_state[_LINK] = query
