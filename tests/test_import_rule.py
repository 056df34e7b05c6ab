"""Pages stand on the explorer, the explorer on core, never the other way: checked over the syntax trees."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MARKED = {  # package -> the files of core that may import it, where they use it
    "torch": {
        "core/oracle/networks.py",
        "core/oracle/trees.py",
        "core/oracle/reference.py",
        "core/oracle/reference_cells.py",
        "core/oracle/reference_tree.py",
        "core/training/loop.py",
    },
    "num2words": {"core/tasks/numerals.py"},
    "distributed": {"core/sweeps/executors.py"},
}
HOSTS = ("explorer/hosts/", "explorer/app.py", "explorer/__main__.py")  # the only ones that know a host's library
PARTS = ("core", "explorer", "pages")
SOURCES = sorted(p.relative_to(ROOT).as_posix() for part in PARTS for p in (ROOT / part).rglob("*.py"))
SIBLINGS = {p.stem for p in (ROOT / "explorer").iterdir() if not p.name.startswith(("_", "."))}


parsed = cache(ast.parse)


def breaches(path: str, source: str) -> list[str]:
    """What the file at `path` does against the rule: '<line>: <what>'."""
    tree = parsed(source)
    found = [f"{line}: imports {name}" for line, name, late in imports(tree) if not may_import(path, name, late)]
    if path.startswith("pages/"):
        found += [f"{node.lineno}: {what}" for node in ast.walk(tree) if (what := beyond_composition(node))]
    return found


def imports(tree: ast.Module) -> Iterator[tuple[int, str, bool]]:
    """Line, module, and whether it waits for a call (or for ever: what only a type checker reads)."""

    def within(node: ast.AST, late: bool) -> Iterator[tuple[int, str, bool]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from ((child.lineno, alias.name, late) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                yield child.lineno, "." * child.level + (child.module or ""), late
            else:
                yield from within(child, late or is_late(child))

    return within(tree, late=False)


def is_late(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return ast.unparse(node.test).endswith("TYPE_CHECKING") and not node.orelse
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


def may_import(path: str, name: str, late: bool) -> bool:
    part = path.split("/")[0]
    module = name.split(".")[0]
    if module == "":
        return False  # relative: a module is always written by its whole name
    if module in MARKED:
        return late and path in MARKED[module]
    if part == "core":
        return module in sys.stdlib_module_names | {"core", "numpy"}
    if module in ("streamlit", "uvicorn", "starlette") and not path.startswith(HOSTS):
        return False
    if part == "pages" and module == "plotly":
        return False
    return module != "pages" and module not in SIBLINGS


def beyond_composition(node: ast.AST) -> str | None:
    """What `node` does that is no business of a page, or None."""
    match node:
        case ast.ClassDef():
            return f"defines the class {node.name}"
        case ast.BinOp(op=ast.BitOr()):
            return None  # a union of types
        case ast.BinOp(left=ast.Constant(value=str()) | ast.JoinedStr(), op=ast.Mod()):
            return None  # a formatted string
        case ast.BinOp() | ast.AugAssign():
            return f"computes {ast.unparse(node)}"
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name) if "cache" in name:
            return f"caches with {name}"
    return None


@pytest.mark.parametrize("path", SOURCES)
def test_the_files_keep_the_rule(path: str) -> None:
    assert breaches(path, (ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("path", "source", "breach"),
    [
        ("core/passes/trace.py", "import explorer.look.style", "1: imports explorer.look.style"),
        ("core/passes/trace.py", "from pages import gradients", "1: imports pages"),
        ("core/passes/trace.py", "import scipy.linalg", "1: imports scipy.linalg"),
        ("core/cells/lstm.py", "from ..trace import Trace", "1: imports ..trace"),
        ("core/passes/trace.py", "def f():\n    import torch", "2: imports torch"),
        ("core/oracle/networks.py", "import torch", "1: imports torch"),
        ("core/oracle/networks.py", "try:\n    import torch\nexcept ImportError:\n    pass", "2: imports torch"),
        ("core/oracle/networks.py", "class A:\n    from torch import nn", "2: imports torch"),
        ("explorer/passes/store.py", "def f():\n    import torch", "2: imports torch"),
        ("core/passes/trace.py", "def f():\n    import num2words.lang_DE", "2: imports num2words.lang_DE"),
        ("core/tasks/numerals.py", "from num2words import num2words", "1: imports num2words"),
        ("pages/patterns.py", "def f():\n    import num2words", "2: imports num2words"),
        ("explorer/passes/store.py", "from pages import gradients", "1: imports pages"),
        ("explorer/passes/store.py", "import state", "1: imports state"),
        ("explorer/passes/store.py", "from . import settings", "1: imports ."),
        ("explorer/figures/unrolled.py", "import streamlit as st", "1: imports streamlit"),
        ("explorer/look/style.py", "def f():\n    from streamlit import config", "2: imports streamlit"),
        ("pages/gates.py", "import streamlit as st", "1: imports streamlit"),
        ("explorer/page/respond.py", "import streamlit as st", "1: imports streamlit"),
        ("pages/gradients.py", "import plotly.graph_objects as go", "1: imports plotly.graph_objects"),
        ("pages/gradients.py", "import torch", "1: imports torch"),
        ("pages/gradients.py", "from state.settings import Settings", "1: imports state.settings"),
        ("pages/gradients.py", "class A: ...", "1: defines the class A"),
        ("pages/gradients.py", "@st.cache_data\ndef f(): ...", "1: caches with cache_data"),
        ("pages/gradients.py", "from functools import lru_cache", "1: caches with lru_cache"),
        ("pages/gradients.py", "n = length - 1", "1: computes length - 1"),
        ("pages/gradients.py", "n += 1", "1: computes n += 1"),
        ("pages/gradients.py", "f'{n * 2}'", "1: computes n * 2"),
    ],
)
def test_the_rule_sees_a_breach(path: str, source: str, breach: str) -> None:
    assert breach in breaches(path, source)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("core/passes/trace.py", "import math\nimport numpy.linalg\nfrom core.cells import lstm"),
        ("core/oracle/networks.py", "def f():\n    import torch"),
        ("core/oracle/networks.py", "if TYPE_CHECKING:\n    import torch"),
        ("core/tasks/numerals.py", "def f():\n    from num2words import num2words"),
        (
            "explorer/passes/store.py",
            "import core.oracle.networks\nfrom explorer.state import settings",
        ),
        ("explorer/figures/unrolled.py", "import numpy as np\nimport plotly.graph_objects as go"),
        ("pages/gradients.py", "from explorer.page import panels\nkey: int | str = -1\n'%d' % key\nf'{key:.2f}'"),
    ],
)
def test_the_rule_lets_the_rest_be(path: str, source: str) -> None:
    assert breaches(path, source) == []


def test_the_explorer_hides_no_other_module() -> None:
    """`streamlit run` puts explorer/ first on the path, so its files come before others of their name."""
    taken = sys.stdlib_module_names | packages_distributions().keys()
    assert SIBLINGS & taken == set()


# Every room stands above those that it imports from. What stands together in one line shares a floor.
FLOORS = (
    ("core/errors.py",),
    ("core/checks.py", "core/extras.py"),
    ("core/lengths.py",),
    ("core/cells/",),
    ("core/networks/",),
    ("core/passes/",),
    ("core/analysis/",),
    ("core/tasks/", "core/oracle/"),
    ("core/training/",),
    ("core/sweeps/",),
    ("core/films/",),
    ("core/__init__.py",),
    ("explorer/look/", "explorer/stage/", "explorer/__init__.py"),
    ("explorer/state/",),
    ("explorer/passes/",),
    ("explorer/figures/", "explorer/jobs/"),
    ("explorer/page/",),
    ("explorer/cards/", "explorer/questions/"),
    ("explorer/hosts/",),
    ("explorer/",),
    ("pages/",),
)


def room(path: str) -> tuple[int, str]:
    """The floor of a file, and its room."""
    found = [(len(name), floor, name) for floor, names in enumerate(FLOORS) for name in names if path.startswith(name)]
    _, floor, name = max(found)
    return floor, name


@cache
def inner_imports() -> dict[str, set[str]]:
    """Every file -> the files of this project that it imports, for a type checker's eyes alone included."""
    files = {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in SOURCES}
    graph: dict[str, set[str]] = {path: set() for path in SOURCES}
    for path in SOURCES:
        for node in ast.walk(parsed((ROOT / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
                graph[path] |= {files.get(name) or files.get(node.module, "") for name in names}
            elif isinstance(node, ast.Import):
                graph[path] |= {files.get(alias.name, "") for alias in node.names}
        graph[path] -= {"", path}
    return graph


def test_no_arrow_runs_back_up() -> None:
    upward = [
        f"{path} imports {other}"
        for path, others in inner_imports().items()
        for other in sorted(others)
        if room(other) != room(path) and room(other)[0] >= room(path)[0]
    ]
    # A package's name stands for the whole of it: to import from `core` is to import its public names.
    assert [line for line in upward if not line.endswith(" core/__init__.py") or line.startswith("core/cells")] == []


def test_no_two_files_import_each_other() -> None:
    graph = inner_imports()
    TopologicalSorter(
        {path: {o for o in others if not o.endswith("__init__.py")} for path, others in graph.items()}
    ).prepare()


def loaded_by(program: str) -> set[str]:
    """The top-level packages that a fresh interpreter has loaded after `program`."""
    program += "\nimport sys; print(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(run.stdout.split())


IMPORT_ALL = """
import importlib, pkgutil, {part}
for module in pkgutil.walk_packages({part}.__path__, "{part}."):
    if module.name not in ("explorer.app", "explorer.__main__"):
        importlib.import_module(module.name)
"""


def test_nothing_needs_torch_or_a_screen_before_it_is_used() -> None:
    loaded = loaded_by(IMPORT_ALL.format(part="core"))
    assert "numpy" in loaded
    assert not loaded & {*MARKED, "streamlit", "plotly"}


def test_the_explorer_starts_without_torch() -> None:
    loaded = loaded_by(IMPORT_ALL.format(part="explorer"))
    assert "streamlit" in loaded
    assert not loaded & MARKED.keys()


def test_a_page_answers_without_streamlit() -> None:
    program = (
        "from explorer.page import catalogue, respond, state\n"
        "for name in catalogue.names():\n"
        "    assert respond.respond(catalogue.page(name), state.State())"
    )
    loaded = loaded_by(program)
    assert "explorer" in loaded
    assert not loaded & {"streamlit", "torch"}
