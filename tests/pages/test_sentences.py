"""What every page says, view by view, is what somebody has reviewed: tests/sentences."""

import pytest
from reviewing import sentences
from test_pages import PAGES, visit
from views import VIEWS, name


@pytest.mark.parametrize("page", PAGES)
def test_the_page_says_what_was_reviewed(page, reviewed):
    reviewed.check(page, {name(page, view): sentences(visit(page, **view)) for view in VIEWS[page]})


def test_every_page_is_reviewed_and_nothing_else(reviewed):
    assert VIEWS.keys() == set(PAGES)
    assert not reviewed.strangers(set(PAGES))
