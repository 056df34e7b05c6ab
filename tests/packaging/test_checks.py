"""What is done at a commit is what `make check` does; what is written of the version is written once."""

from __future__ import annotations

import re
import tomllib

from serving import ROOT


def read(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def test_a_commit_is_checked_as_make_checks() -> None:
    (recipe,) = re.findall(r"^check:.*\n((?:\t.*\n)+)", read("Makefile"), re.MULTILINE)
    checks = [line.strip().replace("$(RUN)", ".venv/bin/python") for line in recipe.splitlines()]
    assert re.findall(r"^ +entry: (.+)$", read(".pre-commit-config.yaml"), re.MULTILINE) == checks
    assert re.search(r"^test: check$", read("Makefile"), re.MULTILINE)


def test_the_changelog_knows_the_version_and_no_other_file_repeats_it() -> None:
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    assert f"\n## [{version}] - " in read("CHANGELOG.md")
    assert "\nversion:" not in read("CITATION.cff")
