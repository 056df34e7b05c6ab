"""The entry of the Streamlit host: page configuration and navigation, nothing else."""

import sys
from pathlib import Path

# `streamlit run` puts only this folder on the path.
ROOT = str(Path(__file__).resolve().parent.parent)
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

from explorer.hosts import streamlit  # noqa: E402

streamlit.run()
