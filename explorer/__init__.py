"""The screen layer. Here: where things lie, in the repository and in the installed package, where core is `unrolled`.

repository   core/      explorer/            pages/            .streamlit/
installed    unrolled/  unrolled/explorer/   unrolled/pages/   unrolled/.streamlit/
"""

from pathlib import Path

EXPLORER = Path(__file__).resolve().parent
SCRIPT = EXPLORER / "app.py"
PAGES = EXPLORER.parent / "pages"
SETTINGS = EXPLORER.parent  # Streamlit reads .streamlit/config.toml of the folder that it is started in
# The folder that a program is started in to find this package: that of the outermost one.
HOME = EXPLORER.parents[__name__.count(".")]
