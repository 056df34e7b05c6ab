"""What is installed is what the files say: all that the requirements bring, at the version that is written."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from serving import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def lines(file: str) -> list[str]:
    """The lines of a requirements file, without its comments and options."""
    text = (ROOT / file).read_text(encoding="utf-8")
    return [line for raw in text.splitlines() if (line := raw.partition("#")[0].strip()) and not line.startswith("-")]


def pins(file: str) -> dict[str, str]:
    """Package -> version."""
    found = [re.fullmatch(r"([\w.-]+)==([\w.]+)", line) for line in lines(file)]
    assert all(found), f"{file} has a line that is no pin"
    return {canonicalize_name(match[1]): match[2] for match in found if match}


def brought(wanted: list[str]) -> set[str]:
    """These packages, and all that they need here, as the installed ones say."""
    found: set[str] = set()
    left = [Requirement(line) for line in wanted]
    while left:
        requirement = left.pop()
        name = canonicalize_name(requirement.name)
        if name in found:
            continue
        found.add(name)
        for line in metadata.requires(name) or []:
            needed = Requirement(line)
            extras = requirement.extras or {""}
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                left.append(needed)
    return found


def test_every_package_that_is_brought_has_its_version_in_the_constraints() -> None:
    wanted, constraints = lines("requirements.txt") + lines("requirements-dev.txt"), pins("constraints.txt")
    installed = {name: metadata.version(name).partition("+")[0] for name in brought(wanted)}
    assert {name: constraints.get(name) for name in installed} == installed, "run make constraints"


def test_the_constraints_agree_with_the_requirements_that_they_hold() -> None:
    constraints = pins("constraints.txt")
    for file in ("requirements.txt", "requirements-dev.txt"):
        assert "\n-c constraints.txt\n" in (ROOT / file).read_text(encoding="utf-8")
        assert pins(file).items() <= constraints.items()


def test_what_runs_brings_no_tool_that_checks() -> None:
    tools = pins("requirements-dev.txt").keys() - {"distributed", "jsonschema"}  # Streamlit brings the last
    assert not brought(lines("requirements.txt")) & tools


def test_the_package_asks_for_what_runs_at_versions_that_were_tested() -> None:
    tested = pins("requirements.txt")
    extras = {name: Requirement(lines[0]) for name, lines in PROJECT["optional-dependencies"].items() if name != "all"}
    assert str(extras["torch"]) == f"torch=={tested.pop('torch')}"
    assert str(extras["dask"]) == f"distributed=={pins('requirements-dev.txt')['distributed']}"
    (everything,) = PROJECT["optional-dependencies"]["all"]
    assert Requirement(everything).extras == extras.keys()
    asked = {requirement.name: requirement for requirement in map(Requirement, PROJECT["dependencies"])}
    assert asked.keys() == tested.keys()
    for name, version in tested.items():
        assert version in asked[name].specifier
