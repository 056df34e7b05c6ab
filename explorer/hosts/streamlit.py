"""The Streamlit host: it carries a page's payloads to the stage in a browser, and what a person did there back.

settings of the visitor, and what they have under way: one explorer.page.state.State a session
a payload: the one component of explorer.stage, which keeps its own Plotly in the browser
an event: the component's one trigger, `did`
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import plotly
import streamlit as st
from streamlit import runtime
from streamlit.components.v1 import declare_component
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer.jobs.desk import Desk
from explorer.page import catalogue, course
from explorer.page.page import Page
from explorer.page.respond import Event, Heard, answer, hear
from explorer.page.state import State
from explorer.stage import ASSETS

PLOTLY = Path(plotly.__file__).parent / "package_data"

_LOADER = """
const at = (file) => new URL("%s/component/explorer.hosts.streamlit.assets/" + file, document.baseURI).href;
if (!document.querySelector("link[data-stage]")) {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = at("stage.css");
  sheet.dataset.stage = "";
  document.head.append(sheet);
}
export default async function (component) {
  const { mount } = await import(at("stage.js"));
  return mount(component);
}
"""


def run() -> None:
    """The whole app: every page of the course under its section, and the overview, which opens first."""
    st.set_page_config(page_title="Unrolled", page_icon=str(ASSETS / "icon.png"), layout="wide")
    overview = st.Page(partial(show, "overview"), title="Overview", url_path="overview", default=True)
    sections = {
        section: [st.Page(partial(show, one.page), title=one.title, url_path=one.page) for one in lessons]
        for section, lessons in course.SECTIONS.items()
    }
    st.navigation({"": [overview], **sections}, position="top").run()


def show(name: str) -> None:
    """One page, for this session."""
    page, state = catalogue.page(name), _state()
    _opened(page, state)
    st.session_state["opening"] = True
    _live(name)


def _state() -> State:
    state: State | None = st.session_state.get("state")
    if state is None:
        state = st.session_state["state"] = State(desk=Desk(present=_presence()))
    return state


def _presence() -> Callable[[], bool]:
    """Whether the browser of this session is still connected."""
    context = get_script_run_ctx()
    if context is None or not runtime.exists():
        return lambda: False
    return partial(runtime.get_instance().is_active_session, context.session_id)


def _opened(page: Page, state: State) -> None:
    """Reads the link that a page was opened with. What is edited or gone back to on a page, the stage says: what
    Streamlit says of the address may be as old as the page."""
    query = dict(st.query_params)
    moved = st.session_state.get("page") != page.name
    st.session_state["page"] = page.name
    if state.link is None or (moved and query):
        state.open(page, query)
    elif moved:  # leaving for another page clears the query; that is no wish for the defaults
        state.at = ""
        state.rest(page)


@st.fragment
def _live(name: str) -> None:
    page, state, key = catalogue.page(name), _state(), f"stage-{name}"
    of, heard = st.session_state.pop("heard", (key, Heard()))
    if of != key:
        heard = Heard()  # a last word from a page that has been left
    state.dark = st.context.theme.type == "dark"
    event = mount(answer(page, state, heard), key, lambda: _did(page, state, key))
    opening = st.session_state.pop("opening", False)
    if event is not None and event["number"] > state.answers and not opening:
        # After a page was changed while its last message was under way, Streamlit's callback finds no value. What comes
        # with the very run that opens a page is of an earlier visit to it.
        st.session_state["heard"] = key, hear(page, state, event)
        st.rerun(scope="fragment")


def _did(page: Page, state: State, key: str) -> None:
    """Takes in what a person did on the stage at once: the run that is to answer may be cut short by the next one."""
    stage = st.session_state.get(key)
    if stage is None or stage.did is None:
        return  # a last word from a page that has been left
    st.session_state["heard"] = key, hear(page, state, stage.did)


def mount(data: bytes, key: str, on_event: Callable[[], None]) -> Event | None:
    """Puts a payload on the page; `on_event` runs when a person has done something there. Returns what that was, where
    this run is of it."""
    declare_component("assets", path=str(ASSETS))
    declare_component("plotly", path=str(PLOTLY))
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    stage = st.components.v2.component("stage", js=_LOADER % (f"/{base}" if base else ""), isolate_styles=False)
    event: Event | None = stage(key=key, data=data, on_did_change=on_event).did
    return event
