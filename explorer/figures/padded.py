"""A padded batch: its mask, its states, and what goes wrong when the mask is forgotten."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.analysis.clipping import global_norm
from core.analysis.norms import euclidean
from explorer.figures import axes, before_after, changed, drawing, moved
from explorer.figures.labels import label
from explorer.figures.picture import Picture, log10
from explorer.figures.unrolled import state_scale
from explorer.look import style
from explorer.look.notation import magnitude, percent, subscript
from explorer.look.style import LIGHT, Look
from explorer.passes.batches import Batch
from explorer.passes.scenario import names

TOP, STEP = 330, 9  # px: the drawing's height, and where the steps' numbers stand


def states(batch: Batch, look: Look = LIGHT) -> Picture:
    """Every sequence as a row of columns: its tokens, its mask and its states; padded steps are empty."""
    steps, mask = batch.steps, batch.trace.mask
    hidden = batch.trace[0, "forward"].hidden
    scale, at = state_scale(batch), np.arange(1, steps + 1)
    size = drawing.font_size(steps, look, largest=13)
    small = min(size, look.font)
    pad = "pad" if steps <= 20 else "·"
    padding: list[list[tuple[float, float]]] = []
    empty: list[list[tuple[float, float]]] = []
    changed: list[tuple[float, float, np.ndarray]] = []
    columns, texts = [], []
    room = (TOP - 26) / len(batch.rows)
    token_height = min(24.0, room * 0.3)
    for b, row in enumerate(batch.rows):
        top = TOP - 4 - b * room
        read, base = (top - token_height, top), top - room + 22
        high = read[0] - 8
        length = len(row)
        columns.append(
            # A click selects nothing here: this page shows a whole batch.
            drawing.cells(
                at[:length].astype(float), base, high, hidden[:length, b], look.signed, (-scale, scale),
                f"sequence {b + 1}, step %{{customdata[0]}}, unit %{{customdata[2]}}<br>h = %{{z:+.4f}}<extra></extra>",
                "h",
            ) | {"meta": {}}
        )  # fmt: skip
        if batch.original:
            was = batch.original.trace[0, "forward"].hidden[:length, b]
            changed.append((base, high, moved.visibly(hidden[:length, b], was, scale)))
        empty += [_outline(t, *span) for t in range(length + 1, steps + 1) for span in (read, (base, high))]
        texts.append((row, sum(read) / 2, base - 9, mask[:, b]))
        padding += [[(0.5 + length, base - 16), (0.5 + length, top)]] if length < steps else []
    left = drawing.stage(steps, TOP, look)["xaxis"]["range"][0]
    words, heights, places, colours = [], [], [], []
    for b, (row, token_at, mask_at, real) in enumerate(texts):
        words += [*drawing.fitted(row, steps, size), *[pad] * (steps - len(row)), *("1" if m else "0" for m in real)]
        heights += [token_at] * steps + [mask_at] * steps
        places += [*at.tolist()] * 2
        colours += [style.FORWARD if m else style.GHOST for m in real] + [look.ink if m else style.GHOST for m in real]
        words += [f"<b>{b + 1}</b>", "mask"]
        heights += [token_at, mask_at]
        places += [left, left]
        colours += [look.ink, look.muted]
    sides = (["middle center"] * (2 * steps) + ["middle left"] * 2) * len(texts)
    data = [
        drawing.lines(empty, style.GHOST, 1, "dot"),
        drawing.lines(padding, style.GHOST, look.line, "dash"),
        *columns,
        *([moved.outlines(at.astype(float), changed)] if batch.original else []),
        drawing.words(places, heights, words, colours, small, sides),
        drawing.words([left, *at.tolist()], STEP, ["step", *map(str, at.tolist())], look.muted, small,
                      ["middle left"] + ["middle center"] * steps),
    ]  # fmt: skip
    note = f"Dotted: padding, mask 0. Colours of h from −{scale:g} to +{scale:g}."
    note += f" Dashed grey: {moved.told(scale)}." if batch.original else ""
    return Picture(headline(batch), data, drawing.stage(steps, TOP, look), look, height=look.height(TOP), note=note)


def headline(batch: Batch) -> str:
    """What forgetting the mask does to the loss and to ∂L/∂W."""
    if not batch.padded:
        return "All lines are equally long: there is no padding to mask."
    right, wrong = batch.trace.loss, batch.forgotten.loss
    if not (batch.trace.finite and batch.forgotten.finite):
        return "This pass has left the range of finite numbers: there is nothing to compare."
    symbol = batch.settings.parameter
    by = percent(error(batch, names(batch)[symbol]))
    if batch.original:
        was = percent(error(batch.original, names(batch)[symbol]))
        return f"{changed.told(batch)}, forgetting the mask changes ∂L/∂{symbol} by {by}; it was {was}."
    digits = next((d for d in range(3, 8) if f"{right:.{d}g}" != f"{wrong:.{d}g}"), 3)
    losses = f"from {right:.{digits}g} to {wrong:.{digits}g}"
    return f"Forgetting the mask changes the loss {losses} and puts ∂L/∂{symbol} off by {by}."


def error(batch: Batch, name: str) -> float:
    """‖forgotten − right‖ / ‖right‖ of one parameter's gradient."""
    right, wrong = batch.trace.gradients[name], batch.forgotten.gradients[name]
    with np.errstate(all="ignore"):
        return float(np.divide(global_norm({name: wrong - right}), global_norm({name: right})))


def gradients(batch: Batch, look: Look = LIGHT) -> Picture:
    """‖∂L/∂h_t‖ of every sequence and step, with the mask and without it; 0 is written where it is exactly 0."""
    both = [euclidean(trace[0, "forward"].grad_hidden) for trace in (batch.trace, batch.forgotten)]
    low, high, note = axes.decades(*both)
    sequences = len(batch.rows)
    data, annotations = [], []
    for i, (norms, name) in enumerate(zip(both, ("with the mask", "mask forgotten"), strict=True)):
        axis = str(i + 1) if i else ""
        data.append(_heat(norms, low, high, axis, look))
        zero = np.argwhere(norms == 0)
        data.append(
            {
                **drawing.words(
                    [int(t) + 1 for t, _ in zero], [float(b) + 1 for _, b in zero], ["0"] * len(zero),
                    look.muted, min(look.font, drawing.font_size(2 * batch.steps, look)),
                ),
                "xaxis": f"x{axis}", "yaxis": f"y{axis}",
            }
        )  # fmt: skip
        annotations.append(label(f"‖∂L/∂hₜ‖, {name}", 0.53 * i, 1.02, look.ink, look, "left bottom", "xy"))
    rows = {"range": [sequences + 0.5, 0.5], "tickvals": list(range(1, sequences + 1)), "title": {"text": ""}}
    layout = {
        "margin": look.margin(drawing.LEFT, 48, 22, 40),
        "xaxis": {**axes.step_axis(batch.steps), "domain": [0, 0.47]},
        "xaxis2": {**axes.step_axis(batch.steps), "domain": [0.53, 1]},
        "yaxis": rows,
        "yaxis2": {**rows, "anchor": "x2"},
        "annotations": annotations,
    }
    padding = ~batch.trace.mask
    leak = float(np.max(both[1][padding], initial=0.0))
    if not batch.padded:
        title = "No step is padded: both passes are one and the same."
    else:
        exact = bool((both[0][padding] == 0).all())
        steps = "padded step receives" if batch.padded == 1 else "padded steps receive"
        without = f"without the mask up to {magnitude(leak)}" if leak else "without the mask 0 too"
        zero_words = "exactly 0" if exact else f"up to {magnitude(float(both[0][padding].max()))}"
        title = f"{batch.padded} {steps} a gradient of {zero_words}, {without}."
    return Picture(title, data, layout, look, height=look.height(76 + 22 * sequences), note=note)


def parameters(batch: Batch, look: Look = LIGHT) -> Picture:
    """Every parameter's gradient with the mask and without it: norms, relative error and angle."""
    right, wrong, symbols = batch.trace.gradients, batch.forgotten.gradients, names(batch)
    errors = {symbol: error(batch, name) for symbol, name in symbols.items()}
    words = {
        symbol: f"{percent(errors[symbol])} · {before_after.turned({name: right[name]}, {name: wrong[name]})}"
        for symbol, name in symbols.items()
    }
    words[before_after.ALL] = before_after.turned(right, wrong)
    known = {symbol: e for symbol, e in errors.items() if np.isfinite(e)}
    if not known:
        title = "The gradients are zero or not finite: there is nothing to compare."
    elif not any(known.values()):
        title = "Every gradient is the right one: there was no padding to mask."
    else:
        worst = max(known, key=lambda symbol: known[symbol])
        title = f"Without the mask ∂L/∂{worst} is off by {percent(known[worst])}."
    picture = before_after.norms(title, right, wrong, symbols, look, words, heading="error · turns by")
    note = (
        f"Before: with the mask; after: without. Error: ‖difference‖ as a part of the right one’s norm. {picture.note}"
    )
    return Picture(picture.title, picture.data, picture.layout, look, picture.height, note.strip())


def finals(batch: Batch, look: Look = LIGHT) -> Picture:
    """The state that stands for each sequence: after its last step, and, the mask forgotten, after its padding."""
    right, wrong = batch.trace.final_hidden[0], batch.forgotten.final_hidden[0]
    scale, units = state_scale(batch), right.shape[1]
    table = np.full((3 * len(right) - 1, units), np.nan)
    table[0::3], table[1::3] = right, wrong
    ticks = [
        f"{b + 1}: <i>h</i>{subscript(step)}" for b, row in enumerate(batch.rows) for step in (len(row), batch.steps)
    ]
    at = [i for i in range(len(table)) if i % 3 < 2]
    data = [
        {
            "type": "heatmap",
            "x": np.arange(1, units + 1),
            "y": np.arange(len(table)),
            "z": np.where(np.isfinite(table), table, np.nan),
            "colorscale": look.signed,
            "zmin": -scale,
            "zmax": scale,
            "showscale": False,
            "hoverongaps": False,
            "xgap": 2,
            "ygap": 2,
            "hovertemplate": "unit %{x}: h = %{z:+.4f}<extra></extra>",
        }
    ]
    layout = {
        "margin": look.margin(64, 10, 8, 42),
        "xaxis": {**axes.step_axis(units, "unit")},
        "yaxis": {
            "autorange": "reversed",
            "tickvals": at,
            "ticktext": ticks,
            "tickfont": {"color": look.ink, "size": look.font},
        },
    }
    note = (
        f"Above: after the last step of the sequence; below: after the padding. Colours from −{scale:g} to +{scale:g}."
    )
    return Picture(_finals_title(batch, right, wrong), data, layout, look, height=look.height(250), note=note)


def _finals_title(batch: Batch, right: np.ndarray, wrong: np.ndarray) -> str:
    if not batch.padded:
        return "Every sequence ends with the batch: its last state is the right one."
    if not (np.isfinite(right).all() and np.isfinite(wrong).all()):
        return "A final state has left the range of finite numbers."
    with np.errstate(all="ignore"):
        away = euclidean(wrong - right) / euclidean(right)
    away = np.where(np.isfinite(away), away, 0.0)
    b = int(np.argmax(away))
    end = len(batch.rows[b])
    return (
        f"Without the mask, sequence {b + 1} would be judged by its state after step {batch.steps}, not {end}: "
        f"{percent(float(away[b]))} off."
    )


def _heat(norms: np.ndarray, low: int, high: int, axis: str, look: Look) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "x": np.arange(1, len(norms) + 1),
        "y": np.arange(1, norms.shape[1] + 1),
        "z": log10(norms).T,
        **axes.orders(look, low, high, most=3),
        "showscale": bool(axis),
        "xgap": 1,
        "ygap": 1,
        "hoverongaps": False,
        "hovertemplate": "sequence %{y}, step %{x}: 10<sup>%{z:.2f}</sup><extra></extra>",
        "xaxis": f"x{axis}",
        "yaxis": f"y{axis}",
    }


def _outline(t: int, low: float, high: float) -> list[tuple[float, float]]:
    half = drawing.HALF
    return [(t - half, low), (t + half, low), (t + half, high), (t - half, high), (t - half, low)]
