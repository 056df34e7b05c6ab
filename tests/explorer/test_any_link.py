"""Any link opens some view: what it says is within its bounds, and a view's own link opens that view."""

from dataclasses import fields

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from refusals import made

from explorer.page import controls
from explorer.state.kinds import LONGEST_TEXT, Choice, Pixels, Range, Switch
from explorer.state.settings import Settings, from_link, kinds
from explorer.state.usage import DIGITS, as_drawn, image

CONTROLS = {chr(n) for n in (*range(32), *range(127, 160))} - {"\n", "\t"}
KEYS = [f.name for f in fields(Settings)]
NUMBERS = st.one_of(st.floats().map(repr), st.integers().map(str), st.integers(-200, 200).map(str))
OPTIONS = st.sampled_from(sorted({o for kind in kinds().values() if isinstance(kind, Choice) for o in kind.options}))
ODD = st.sampled_from(["true", "on", "0", "1", "", "None", "nan", "1e999", "0x10", "1_0", " 3", "٣", "\x00", "\ud800"])
VALUES = st.one_of(NUMBERS, OPTIONS, ODD, st.text(max_size=30))
QUERIES = st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=8)), VALUES, max_size=12)
RAW = st.one_of(
    VALUES, st.none(), st.booleans(), st.integers(), st.floats(), st.lists(st.integers(), max_size=2), st.just({})
)


def assert_within_bounds(settings):
    for key, kind in kinds().items():
        value, default = getattr(settings, key), getattr(Settings(), key)
        if value is None:
            assert default is None, f"{key}: only what is not said may be open"
            continue
        match kind:
            case Range():
                assert kind.low <= value <= kind.high, key
                assert value == round(value, kind.decimals), key
                assert isinstance(value, int) == (kind.decimals == 0), key
            case Choice():
                assert value in kind.options, key
            case Switch():
                assert value in (True, False), key
            case Pixels():
                assert len(value) in (0, 64), key
                assert set(value) <= set("0123456789abcdef"), key
            case _:
                assert len(value) <= LONGEST_TEXT, key
                value.encode()  # no half of a character, which nothing can be written with
                assert not CONTROLS & set(value), key


@given(QUERIES)
def test_whatever_a_link_says_its_view_is_within_bounds(query):
    assert_within_bounds(from_link(query))


@given(QUERIES)
def test_the_link_of_a_view_opens_it(query):
    settings = from_link(query)
    link = settings.link()
    assert from_link(link) == settings
    assert from_link(link).link() == link
    assert all(isinstance(value, str) for value in link.values())


@given(st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=8)), RAW, max_size=6))
@example({"gain": 10**400})
def test_whatever_the_stage_says_the_settings_are_within_bounds(changes):
    assert_within_bounds(Settings().changed(changes))


@given(QUERIES, st.dictionaries(st.sampled_from([*KEYS, "example", "reset"]), VALUES, max_size=3))
def test_whatever_a_hand_does_the_settings_are_within_bounds(query, changes):
    if after := made(lambda: controls.apply(from_link(query), changes)):
        assert_within_bounds(after)


@given(st.text("0123456789abcdefABCDEF g\n", max_size=70))
def test_a_drawing_is_whole_or_none(text):
    drawn = from_link({"drawn": text}).drawn
    assert drawn == (text.lower() if len(text) == 64 and set(text.lower()) <= set("0123456789abcdef") else "")


@given(st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_drawing_is_the_pixels_that_it_says(drawn):
    pixels, digit = image(Settings(drawn=drawn))
    assert digit is None
    assert pixels.shape == (8, 8)
    assert 0 <= pixels.min() <= pixels.max() <= 1
    assert [round(ink * 15) for ink in pixels.ravel()] == [int(c, 16) for c in drawn]


@given(st.integers(1, DIGITS))
def test_what_is_drawn_on_from_an_image_is_that_image(digit):
    seen, _ = image(Settings(digit=digit))
    again, _ = image(Settings(drawn=as_drawn(Settings(digit=digit))))
    assert abs(seen - again).max() <= 0.5 / 15 + 1e-6


@pytest.mark.parametrize("value", [10**400, -(10**400)], ids=["above", "below"])
def test_a_number_larger_than_any_is_no_error(value):
    assert Settings().changed({"gain": value}) == Settings()
