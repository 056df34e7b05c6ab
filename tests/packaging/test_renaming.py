"""What the wheel's tree is made by: modules are renamed where Python names them, and nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from serving import ROOT

import hatch_build

KNOWN = hatch_build.modules(ROOT)


@pytest.mark.parametrize(
    ("source", "there"),
    [
        ("from core import record", "from unrolled import record"),
        ("from core.films.film import Film", "from unrolled.films.film import Film"),
        ("from explorer import stage", "from unrolled.explorer import stage"),
        ("from pages import gradients", "from unrolled.pages import gradients"),
        ("import core.errors as e, os, explorer.look", "import unrolled.errors as e, os, unrolled.explorer.look"),
        ("import core; core.record()", "import unrolled; unrolled.record()"),
        ("import explorer.look\nexplorer.look.style", "import unrolled.explorer.look\nunrolled.explorer.look.style"),
        ("β = '∂é'; from core import (\n    record,  # ∂\n)", "β = '∂é'; from unrolled import (\n    record,  # ∂\n)"),
        ("def f():\n    from core import record", "def f():\n    from unrolled import record"),
        ("if TYPE_CHECKING:\n    import core.errors", "if TYPE_CHECKING:\n    import unrolled.errors"),
        ("'core.tasks.adding'", "'unrolled.tasks.adding'"),
        ("f'python -m core.films {name}'", "f'python -m unrolled.films {name}'"),
        ("f'''{a}\n{f'core.films {b}'} core.errors'''", "f'''{a}\n{f'unrolled.films {b}'} unrolled.errors'''"),
        ("'python -m explorer'", "'python -m unrolled.explorer'"),
        ("'from explorer.jobs.worker import main; main()'", "'from unrolled.explorer.jobs.worker import main; main()'"),
        ("'from core import record'", "'from unrolled import record'"),
        ("'/component/explorer.hosts.streamlit.assets/'", "'/component/unrolled.explorer.hosts.streamlit.assets/'"),
        ("x = 1  # as core.cells.lstm does", "x = 1  # as unrolled.cells.lstm does"),
        ('"""See core.passes: core."""', '"""See unrolled.passes: core."""'),
    ],
)
def test_a_module_is_renamed_where_it_is_named(source: str, there: str) -> None:
    assert hatch_build.renamed(source, KNOWN) == there


@pytest.mark.parametrize(
    "source",
    [
        "core = 3\nprint(core)",
        "cell.core.films",
        "from cores import record",
        "from encore.core import record",
        "from . import record",
        "'the core of it'",
        "'core.unheard of'",
        "'../pages/gradients.py, encore.films, my.core.films'",
        "'python -m explorers'",
        "f'{cell.core}'",
    ],
)
def test_the_rest_stays(source: str) -> None:
    assert hatch_build.renamed(source, KNOWN) == source


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("import core.films\nf'{core}'", "line 2: core cannot be renamed here"),
        ("import core.films\ncore = 3", "line 2: core cannot be renamed here"),
        ("from \\\n    core import record", "line 1: write it on one line"),
        ("from core \\\n    .films import film", "line 1: write it on one line"),
    ],
)
def test_what_cannot_be_renamed_is_said(source: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        hatch_build.renamed(source, KNOWN)


def test_no_file_changes_but_for_names(tmp_path: Path) -> None:
    """With the new names put back, every file is as it was."""
    hatch_build.write(ROOT, tmp_path)
    for path, place in hatch_build.places(ROOT):
        ours, theirs = (ROOT / path).read_bytes(), (tmp_path / place).read_bytes()
        if not path.endswith((".py", ".js")):
            assert theirs == ours
        else:
            back = theirs.decode().replace("unrolled.explorer", "explorer").replace("unrolled.pages", "pages")
            assert back.replace("unrolled", "core") == ours.decode().replace("unrolled", "core")


def test_two_files_for_one_place_are_refused(tmp_path: Path) -> None:
    for name in ("core/explorer/a.py", "explorer/a.py", ".streamlit/config.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    with pytest.raises(ValueError, match=r"unrolled/explorer/a\.py would hold explorer/a\.py and another file"):
        hatch_build.write(tmp_path, tmp_path / "made")
