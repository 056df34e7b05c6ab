"""The entry of the Streamlit host: page configuration and navigation, nothing else."""

import sys
from pathlib import Path

# `streamlit run` puts only this folder on the path. Installed, no core lies beside it, and nothing is missing.
ROOT = Path(__file__).resolve().parent.parent
if (ROOT / "core").is_dir() and str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from explorer.hosts import streamlit  # noqa: E402

streamlit.run()
