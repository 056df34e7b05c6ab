"""The spans of held-out text in which the states are most like those of a selected span."""

from __future__ import annotations

from explorer import style
from explorer.figures import drawing
from explorer.figures.picture import Picture
from explorer.inputs import VISIBLE
from explorer.notation import counted
from explorer.style import LIGHT, Look
from explorer.units import Page, alike, kept

COUNT, AROUND, WIDEST, LINE = 8, 28, 48, 24


def spans(scene: Page, look: Look = LIGHT) -> Picture:
    """The selected span, and below it those most like it: the cosine of their states, and the text around them."""
    held, span = kept(scene.settings.corpus), scene.span
    own = scene.characters[span.start : span.stop]
    found = alike(scene, COUNT)
    before = scene.characters[max(0, span.start - AROUND) : span.start]
    rows = [_row(before, own, scene.characters[span.stop : span.stop + AROUND], look)]
    for one in found:
        start = held.lanes[one.stretch] + one.step
        stop = start + len(span)
        rows.append(
            _row(
                held.text[max(0, start - AROUND) : start], held.text[start:stop], held.text[stop : stop + AROUND], look
            )
        )
    heights = [LINE * (COUNT - n) + LINE / 2 for n in range(len(rows))]
    signs = ["selected", *(f"{one.similarity:.2f}" for one in found)]
    inks = [style.FORWARD] + [look.ink] * len(found)
    texts = drawing.words([0.11] * len(rows), heights, rows, look.muted, look.font + 1, "middle right")
    texts["textfont"] = {**texts["textfont"], "family": style.MONO}
    data = [
        drawing.words([0.085] * len(rows), heights, signs, inks, look.font + 1, "middle left"),
        texts,
        drawing.lines([[(0, LINE * COUNT), (1, LINE * COUNT)]], look.rule, 1),
    ]
    layout = {
        "margin": look.margin(0, 0, 0, 4),
        "xaxis": {"visible": False, "range": [0, 1], "fixedrange": True},
        "yaxis": {"visible": False, "range": [0, LINE * (COUNT + 1)], "fixedrange": True},
    }
    windows = sum(held.length - len(span) + 1 for _ in held.lanes)
    title = f"No other span of held-out text is as long as these {counted(len(span), 'character')}."
    if found:
        best = held.lanes[found[0].stretch] + found[0].step
        title = (
            f"Of {windows:,} spans of held-out text, the states are most like those at “{quoted(own).strip()}” at "
            f"“{quoted(held.text[best : best + len(span)]).strip()}”: cosine {found[0].similarity:.2f}."
        )
    note = "Cosine of the states h less their mean, character against character. What overlaps is left out."
    return Picture(title, data, layout, look, height=look.height(LINE * (COUNT + 1)), note=note)


def quoted(text: str, most: int = WIDEST) -> str:
    """A piece of text on one line, its middle left out where it is long."""
    shown = "".join(VISIBLE["\n"] if c == "\n" else c for c in text)
    return shown if len(shown) <= most else f"{shown[: most // 2]} … {shown[-most // 2 + 3 :]}"


def _row(before: str, text: str, after: str, look: Look) -> str:
    ahead, span, on = (drawing.plain(quoted(part)) for part in (before, text, after))
    padding = "\u00a0" * (AROUND - len(before))
    return f'{padding}{ahead}<span style="color:{look.words(style.FORWARD)}"><b>{span}</b></span>{on}'
