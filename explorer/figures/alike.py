"""The spans of held-out text with states most like those of a selected span, and the units that are on all along it."""

from __future__ import annotations

from explorer.figures import drawing
from explorer.figures.picture import Picture
from explorer.look import style
from explorer.look.notation import counted, percent
from explorer.look.style import LIGHT, Look
from explorer.passes.units import Passage, alike, kept, on
from explorer.state.splitting import VISIBLE

COUNT, LINE, WIDEST = 8, 24, 48
BESIDE, NAMED, LISTED = 15, 80, 12  # characters drawn beside a span, named below a drawing; units named in a sentence


def spans(scene: Passage, look: Look = LIGHT) -> Picture:
    """The selected span, and below it those most like it: the cosine of their states, and the text around them."""
    held, span = kept(scene.settings.corpus), scene.span
    around = 24 if look.projector else 36
    own = scene.characters[span.start : span.stop]
    found = alike(scene, COUNT)
    texts = [(scene.characters, span.start)]
    texts += [(held.text, held.lanes[one.stretch] + one.step) for one in found]
    rows = [_row(text, start, len(span), around, look) for text, start in texts]
    heights = [LINE * (COUNT - n) + LINE / 2 for n in range(len(rows))]
    signs = ["selected", *(f"{one.similarity:.2f}" for one in found)]
    inks = [style.FORWARD] + [look.ink] * len(found)
    words = drawing.words([0.11] * len(rows), heights, rows, look.muted, look.font + 1, "middle right")
    words["textfont"] = {**words["textfont"], "family": style.MONO}
    data = [
        drawing.words([0.085] * len(rows), heights, signs, inks, look.font + 1, "middle left"),
        words,
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
    if scene.settings.span_from > scene.settings.span_to:
        note = f"The ends are put in order: from character {span.start + 1} to {span.stop}. {note}"
    return Picture(title, data, layout, look, height=look.height(LINE * (COUNT + 1)), note=note)


def units_on(scene: Passage, look: Look = LIGHT) -> Picture:
    """The hidden state of every unit around the span: in colour those that are on all along it."""
    span, hidden = scene.span, scene.trace[0, "forward"].hidden[:, 0]
    chosen, share = on(scene)
    shown = range(max(0, span.start - BESIDE), min(scene.steps, span.stop + BESIDE))
    at = [t + 1 for t in shown]
    read = [drawing.plain(scene.tokens[t]) for t in shown]
    curves = [[*zip(at, hidden[shown.start : shown.stop, unit].tolist(), strict=True)] for unit in range(scene.units)]
    rest, those = ([curve for curve, is_on in zip(curves, chosen, strict=True) if is_on == wanted] for wanted in (0, 1))
    each = 1 if len(at) <= NAMED else len(at) // NAMED + 1
    threshold = scene.settings.threshold
    line = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": threshold, "y1": threshold,
            "line": {"color": look.ink, "width": 1, "dash": "dot"}}  # fmt: skip
    ground = {"type": "rect", "x0": span.start + 0.5, "x1": span.stop + 0.5, "yref": "paper", "y0": 0, "y1": 1,
              "fillcolor": look.well, "line": {"width": 0}, "layer": "below"}  # fmt: skip
    data = [
        drawing.lines(rest, look.rule, look.line / 2),
        drawing.lines(those, style.FORWARD, look.line / 2),
        drawing.lines([curves[scene.unit]], look.ink, look.line),
    ]
    layout = {
        "margin": look.margin(52, 8, 6, 30),
        "xaxis": {"range": [at[0] - 0.5, at[-1] + 0.5], "tickvals": at[::each], "ticktext": read[::each],
                  "tickangle": 0, "tickfont": {"family": style.MONO, "size": look.font, "color": look.ink}},
        "yaxis": {"range": [-1.02, 1.02], "nticks": 5, "title": {"text": "hidden state h"}},
        "shapes": [ground, line],
    }  # fmt: skip
    numbers = [str(unit + 1) for unit in chosen.nonzero()[0]]
    listed = ", ".join(numbers[:LISTED]) + (", …" if len(numbers) > LISTED else "")
    title = f"No unit of {scene.units} is at {threshold:g} or above all along the span."
    if numbers:
        where = "they are all there" if len(numbers) > 1 else "it is there"
        title = (
            f"{len(numbers)} of {scene.units} units stay at {threshold:g} or above all along the span ({listed}); "
            f"{where} at {percent(share)} of held-out characters."
        )
    note = f"Blue: these units. Dark: unit {scene.unit_number}. Shaded: the span. Dotted: the threshold."
    return Picture(title, data, layout, look, height=look.height(230), note=note)


def quoted(text: str, most: int = WIDEST) -> str:
    """A piece of text on one line, its middle left out where it is long."""
    shown = "".join(VISIBLE["\n"] if c == "\n" else c for c in text)
    return shown if len(shown) <= most else f"{shown[: most // 2]} … {shown[-most // 2 + 3 :]}"


def _row(text: str, start: int, width: int, around: int, look: Look) -> str:
    """A span of a text in colour, with the characters around it."""
    stop, first = start + width, max(0, start - around)
    parts = (text[first:start], text[start:stop], text[stop : stop + around])
    ahead, span, after = (drawing.plain(quoted(part)) for part in parts)
    padding = "\u00a0" * (around - start + first)
    return f'{padding}{ahead}<span style="color:{look.words(style.FORWARD)}"><b>{span}</b></span>{after}'
