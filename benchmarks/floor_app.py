"""The floor app's page: sends recorded payloads back, one after the other, and computes nothing."""

import streamlit as st

from benchmarks import floor
from explorer.hosts.streamlit import mount

st.set_page_config(layout="wide")
name, way = st.query_params.get("of", "gradients"), st.query_params.get("way", "slider")


def did() -> None:
    st.session_state["answers"] = st.session_state["stage"].did["number"]


@st.fragment
def live() -> None:
    answers = st.session_state.get("answers", 0)
    mount(floor.replayed(name, way, answers), "stage", did)


live()
