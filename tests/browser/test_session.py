"""Another page is another view of the same session."""

from __future__ import annotations

from playwright.sync_api import expect
from visiting import Visitor


def test_switching_pages_keeps_what_was_set(visitor: Visitor) -> None:
    visitor.open("/unrolling?length=9&text=over%20and%20out")
    navigation = visitor.page.get_by_role("banner")
    navigation.get_by_role("link", name="Overview", exact=True).click()
    expect(visitor.page.locator(".eyebrow")).to_contain_text("the insides of recurrent networks")
    expect(visitor.slider("Length")).to_have_value("9")
    expect(visitor.input).to_have_value("over and out")
