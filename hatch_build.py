"""Makes the tree that the wheel holds, in which nothing is called core, explorer or pages at the top.

    core/      unrolled/               pages/        unrolled/pages/
    explorer/  unrolled/explorer/      .streamlit/   unrolled/.streamlit/

Modules are renamed where Python names them: in import statements, found by the syntax tree, and in strings and comments
wherever a dotted name is one of a module that is there ("core.tasks.adding", "python -m core.films"). Prose that says
"core" stays as it is, and so does every other file.
"""

from __future__ import annotations

import ast
import io
import re
import tempfile
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGES = {"core": "unrolled", "explorer": "unrolled.explorer", "pages": "unrolled.pages"}
AS_THEY_ARE = {".streamlit/config.toml": "unrolled/.streamlit/config.toml"}
DOTTED = re.compile(rf"(?<![\w.])({'|'.join(PACKAGES)})(?:\.\w+)+")
WHOLE = re.compile(rf"(?<=\bfrom )({'|'.join(PACKAGES)})(?= import\b)|(?<=-m )({'|'.join(PACKAGES)})(?![\w.])")
Edit = tuple[int, int, str]  # from, to, and what stands there instead


class WheelHook(BuildHookInterface[Any]):
    """Called by hatchling when it builds the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            raise ValueError("the repository runs as it is, without being installed: make run, or python -m explorer")
        self._made = tempfile.TemporaryDirectory()
        made = Path(self._made.name)
        write(Path(self.root), made)
        build_data["force_include"][str(made / "unrolled")] = "unrolled"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        self._made.cleanup()


def write(root: Path, to: Path) -> None:
    """Write the tree of the wheel: of the repository at `root`, into the folder `to`."""
    known = modules(root)
    for path, place in places(root):
        source, file = root / path, to / place
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists():
            raise ValueError(f"{place} would hold {path} and another file: give one of them another name")
        if path.endswith(".py"):
            file.write_bytes(renamed(source.read_text(encoding="utf-8"), known).encode())
        elif path.endswith(".js"):  # the address of a component holds the name of the module that declares it
            file.write_bytes(_in_words(source.read_text(encoding="utf-8"), known).encode())
        else:
            file.write_bytes(source.read_bytes())


def places(root: Path) -> Iterator[tuple[str, str]]:
    """Every file of the package, as it lies in the repository and in the wheel."""
    yield from AS_THEY_ARE.items()
    for part, package in PACKAGES.items():
        for file in sorted((root / part).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                yield file.relative_to(root).as_posix(), f"{package.replace('.', '/')}/{_below(file, root / part)}"


def _below(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix()


def modules(root: Path) -> frozenset[str]:
    """The names of all modules and packages of the repository."""
    files = (file.relative_to(root) for part in PACKAGES for file in (root / part).rglob("*.py"))
    dotted = {file.with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__") for file in files}
    return frozenset(dotted | {name.rpartition(".")[0] for name in dotted} - {""})


def renamed(source: str, known: frozenset[str]) -> str:
    """A module of the repository as it stands in the wheel. Raises ValueError where it cannot be renamed."""
    result = _edited(source, _of_imports(source))
    if _in_words(result, known) != result:  # the tokens take longer than all the rest
        result = _edited(result, _of_words(result, known))
    left = [name for node in ast.walk(ast.parse(result)) for name in _imported(node) if _top(name) in PACKAGES]
    if left:
        raise ValueError(f"still imported after renaming: {', '.join(left)}")
    return result


def _of_imports(source: str) -> Iterator[Edit]:
    """The names in import statements, and those that `import core.x` binds where they are used."""
    tree, at = ast.parse(source), _Offsets(source)
    bound = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and _top(node.module or "") in PACKAGES:
            start = at(node.lineno, node.col_offset)
            found = re.compile(r"from\s+([\w.]+)").match(source, start)
            if found is None or found[1] != node.module:
                raise ValueError(f"line {node.lineno}: write it on one line, from {node.module} import …")
            yield found.start(1), found.end(1), _new(found[1])
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if _top(alias.name) in PACKAGES:
                    start = at(alias.lineno, alias.col_offset)
                    yield start, start + len(alias.name), _new(alias.name)
                    bound |= set() if alias.asname else {_top(alias.name)}
    if not bound:
        return
    quoted = {id(name) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for name in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in bound:
            if id(node) in quoted or not isinstance(node.ctx, ast.Load):
                raise ValueError(f"line {node.lineno}: {node.id} cannot be renamed here: import what is used from it")
            start = at(node.lineno, node.col_offset)
            yield start, start + len(node.id), _new(node.id)


def _of_words(source: str, known: frozenset[str]) -> Iterator[Edit]:
    """The names of modules in strings, f-strings whole, and comments."""
    begins, ends = (getattr(tokenize, name, None) for name in ("FSTRING_START", "FSTRING_END"))  # from Python 3.12 on
    at, open_at = _Offsets(source), []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        start, end = at(*token.start, characters=True), at(*token.end, characters=True)
        if token.type == begins:
            open_at.append(start)
            continue
        if token.type == ends:
            start = open_at.pop()
        elif token.type not in (tokenize.STRING, tokenize.COMMENT):
            continue
        if not open_at and (words := _in_words(source[start:end], known)) != source[start:end]:
            yield start, end, words


def _in_words(text: str, known: frozenset[str]) -> str:
    def dotted(found: re.Match[str]) -> str:
        parts = found[0].split(".")
        return _new(found[0]) if any(".".join(parts[:n]) in known for n in range(2, len(parts) + 1)) else found[0]

    return WHOLE.sub(lambda found: PACKAGES[found[0]], DOTTED.sub(dotted, text))


def _edited(text: str, edits: Iterator[Edit]) -> str:
    for start, end, words in sorted(edits, reverse=True):
        text = text[:start] + words + text[end:]
    return text


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []


def _top(name: str) -> str:
    return name.partition(".")[0]


def _new(name: str) -> str:
    top, dot, rest = name.partition(".")
    return PACKAGES[top] + dot + rest


class _Offsets:
    """Where a line and a column are in a text: columns in bytes as ast counts them, or in characters."""

    def __init__(self, text: str):
        self._lines = io.StringIO(text, newline="\n").readlines()
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def __call__(self, line: int, column: int, characters: bool = False) -> int:
        if not characters:
            column = len(self._lines[line - 1].encode()[:column].decode())
        return self._starts[line - 1] + column
