"""What the README shows is so."""

import re

from serving import ROOT

from explorer.page import course

README = (ROOT / "README.md").read_text()


def test_its_python_runs():
    exec("\n".join(re.findall(r"```python\n(.*?)```", README, re.DOTALL)), {})


def test_every_page_is_on_the_tour_under_its_name():
    for lessons in course.SECTIONS.values():
        for lesson in lessons:
            assert f"| **{lesson.title}** `/{lesson.page}` |" in README


def test_what_it_points_to_is_there():
    for path in re.findall(r"`((?:core|explorer|pages|tests|benchmarks)/[\w./]*)`", README):
        assert (ROOT / path).exists(), path
    for picture in re.findall(r"\((docs/\w+\.png)\)", README):
        assert (ROOT / picture).exists(), picture
