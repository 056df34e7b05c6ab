"""Files of the visitor's own: text, series of numbers, and what cannot be read."""

from __future__ import annotations

from playwright.sync_api import expect
from visiting import Visitor


def upload(visitor: Visitor, name: str, content: bytes, kind: str = "text/plain") -> None:
    visitor.unfold_more()
    chooser = visitor.form.get_by_label("Upload a text or CSV", exact=True)
    chooser.set_input_files({"name": name, "mimeType": kind, "buffer": content})


def test_a_text_file(visitor: Visitor) -> None:
    visitor.open("/unrolling")
    upload(visitor, "poem.txt", "Ein süßer\nReim".encode())
    visitor.until(visitor.tokens, lambda tokens: tokens == list("Ein␣süßer⏎Reim"))
    expect(visitor.input).to_have_value("Ein süßer\nReim")
    visitor.await_query(text="Ein süßer\nReim", length="14")


def test_a_file_of_another_encoding_that_says_so(visitor: Visitor) -> None:
    visitor.open("/unrolling")
    upload(visitor, "notepad.txt", "Straße".encode("utf-16"))
    visitor.until(visitor.tokens, lambda tokens: tokens == list("Straße"))


def test_a_series_in_a_csv(visitor: Visitor) -> None:
    visitor.open("/gradients?read_as=numbers&text=1,2,3")
    upload(visitor, "prices.csv", b"day;price\n1;10\n2;12.5\n3;11\n4;-3\n5;7\n", "text/csv")
    expect(visitor.notice).to_contain_text("Column 2 of 2 (“price”) is read.")
    expect(visitor.slider("Length")).to_have_value("4")
    expect(visitor.slider("Length")).to_have_attribute("max", "4")
    visitor.open(visitor.page.url.removeprefix(visitor.url).replace("/gradients", "/unrolling"))
    assert visitor.tokens() == ["10", "12.5", "11", "-3"]


def test_a_file_that_is_not_utf_8_is_one_sentence_and_changes_nothing(visitor: Visitor) -> None:
    visitor.open("/backpropagation")
    visitor.slider("Length").press("ArrowLeft")
    visitor.await_query(length="11")
    visitor.unfold_more()
    before, query = visitor.view(), visitor.query
    upload(visitor, "old.txt", "Übermut tut selten gut".encode("latin-1"))
    expect(visitor.message).to_have_text(
        "Expected text in UTF-8, got a byte that is none at position 0 of “old.txt”: "
        "save the file as UTF-8 and upload it again."
    )
    assert visitor.view() == before
    assert visitor.query == query
    upload(visitor, "new.txt", "Übermut".encode())  # mended, under the same chooser
    visitor.until(visitor.tokens, lambda tokens: tokens == list("Übermut"))
    expect(visitor.message).to_be_hidden()


def test_a_refused_file_does_not_stand_in_the_way(visitor: Visitor) -> None:
    visitor.open("/unrolling")
    upload(visitor, "nothing.txt", b"  \n")
    expect(visitor.message).to_contain_text("got an empty file: choose another than “nothing.txt”")
    visitor.slider("Length").press("ArrowRight")
    visitor.until(visitor.tokens, lambda tokens: len(tokens) == 13)
    expect(visitor.message).to_be_hidden()
    expect(visitor.page.locator(".hero")).to_have_css("opacity", "1")


def test_a_file_too_large_is_one_sentence(visitor: Visitor) -> None:
    visitor.open("/unrolling")
    before = visitor.view()["pictures"]
    upload(visitor, "novel.txt", b"It was a dark and stormy night. " * 40_000)
    expect(visitor.message).to_contain_text("at most 1 MB")
    assert visitor.view()["pictures"] == before
