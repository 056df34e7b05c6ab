"""The entry: page configuration and navigation, nothing else."""

import sys
from pathlib import Path

# `streamlit run` puts only this folder on the path.
ROOT = str(Path(__file__).resolve().parent.parent)
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

import streamlit as st  # noqa: E402

st.set_page_config(
    page_title="Unrolled", page_icon=str(Path(__file__).parent / "stage" / "assets" / "icon.png"), layout="wide"
)

pages = {
    "": [st.Page("../pages/overview.py", title="Overview", default=True)],
    "Foundations": [
        st.Page("../pages/unrolling.py", title="Unrolling"),
        st.Page("../pages/feedback.py", title="Where the feedback starts"),
        st.Page("../pages/lengths.py", title="Different lengths"),
        st.Page("../pages/influence.py", title="What can the output see?"),
    ],
    "Training": [
        st.Page("../pages/backpropagation.py", title="Backpropagation through time"),
        st.Page("../pages/gradients.py", title="Vanishing and exploding gradients"),
    ],
    "Memory": [st.Page("../pages/gates.py", title="Gates")],
    "Architectures": [
        st.Page("../pages/stacked.py", title="Stacked layers"),
        st.Page("../pages/bidirectional.py", title="Both directions"),
        st.Page("../pages/trees.py", title="Chain or tree"),
    ],
}
st.navigation(pages, position="top").run()
