"""The entry: page configuration and navigation, nothing else."""

import sys
from pathlib import Path

# `streamlit run` puts only this folder on the path. Installed, no core lies beside it, and nothing is missing.
ROOT = Path(__file__).resolve().parent.parent
if (ROOT / "core").is_dir() and str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from explorer.page import course  # noqa: E402

st.set_page_config(
    page_title="Unrolled", page_icon=str(Path(__file__).parent / "stage" / "assets" / "icon.png"), layout="wide"
)

pages = {
    section: [st.Page(f"../pages/{lesson.page}.py", title=lesson.title) for lesson in lessons]
    for section, lessons in course.SECTIONS.items()
}
overview = st.Page("../pages/overview.py", title="Overview", default=True)
st.navigation({"": [overview], **pages}, position="top").run()
