"""Truncated backpropagation through time: where the sweep is cut, and what the cut loses."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.analysis.truncation import Truncation, Window
from explorer.figures import before_after, drawing
from explorer.figures.picture import Picture
from explorer.look import style
from explorer.look.notation import ROUNDING, counted, percent
from explorer.look.style import LIGHT, Look
from explorer.passes.scenario import Scenario, names

SCISSORS = "✂\ufe0e"  # as a letter, not as a picture
MOST_CUTS = 8  # of earlier windows; more would be a fence


def parameters(scene: Scenario, look: Look = LIGHT) -> Picture:
    """Every parameter's full and truncated norm, with the bias ‖lost‖/‖full‖ and the angle between both."""
    left, symbols = _truncation(scene), names(scene)
    words = {}
    for symbol, name in symbols.items():
        words[symbol] = f"{percent(left.bias(name))} · {before_after.turned(*_pair(left, name))}"
    everything = left.bias()
    words[before_after.ALL] = f"{percent(everything)} · {before_after.turned(left.full.gradients, left.gradients)}"
    if not np.isfinite(everything):
        title = "The gradient is not finite or zero: there is nothing to compare."
    elif everything < ROUNDING:
        title = "The cut loses nothing: all that the losses send back stays on this side of it."
    else:
        biases = {s: b for s, name in symbols.items() if np.isfinite(b := left.bias(name))}
        worst = max(biases, key=lambda s: biases[s])
        title = f"The cut loses {percent(everything)} of the gradient, of ∂L/∂{worst} {percent(biases[worst])}."
    heading = "bias · turns by"
    picture = before_after.norms(title, left.full.gradients, left.gradients, symbols, look, words, heading=heading)
    rescaled = f" {picture.note}" if picture.note else ""
    note = f"Before: the full gradient; after: truncated. Bias: ‖lost‖ as a part of ‖full‖.{rescaled}"
    return Picture(picture.title, picture.data, picture.layout, look, picture.height, note)


def notice(scene: Scenario) -> str:
    """The same sentence as the title, for a page that has another; nothing where truncation is off."""
    return title(scene) if scene.settings.truncate else ""


def title(scene: Scenario) -> str:
    """What the cut does to the gradient of the chosen parameter, as a sentence."""
    left, symbol = _truncation(scene), scene.settings.parameter
    name = names(scene)[symbol]
    if all(window.cut is None for window in _with_losses(scene)):
        return f"Nothing is cut: going {counted(left.k2, 'step')} back, every loss reaches step 1."
    before, after = left.norms(name)
    cut = f"Cut after {counted(left.k2, 'step')}"
    if not np.isfinite([before, after]).all():
        return f"{cut}, ∂L/∂{symbol} is not finite."
    if before == 0:
        return f"{cut} or not, ∂L/∂{symbol} is 0."
    if after == 0:
        return f"{cut}, nothing is left of ∂L/∂{symbol}."
    lost, turned = percent(left.bias(name)), before_after.turned(*_pair(left, name))
    return f"{cut}, ∂L/∂{symbol} loses {lost} and turns by {turned}."


def cuts(scene: Scenario) -> tuple[int | None, list[int]]:
    """Where sweeps are cut, as the 0-based step before which: that of the last loss, and those of earlier ones."""
    places = [window.cut for window in _with_losses(scene)]
    return places[-1], sorted({place for place in places[:-1] if place} - {places[-1]})


def scissors(scene: Scenario, look: Look, low: float, high: float) -> list[dict[str, Any]]:
    """A dashed line with scissors across every edge that is cut; that of the last loss in ink."""
    last, earlier = cuts(scene)
    earlier = earlier if len(earlier) <= MOST_CUTS else []
    marked = [(place, style.GHOST) for place in earlier] + ([(last, look.ink)] if last else [])
    if not marked:
        return []
    traces = [
        drawing.lines(
            [[(place + 0.5, low), (place + 0.5, high)] for place, c in marked if c == colour], colour, width, "dash"
        )
        for colour, width in ((style.GHOST, 1.2), (look.ink, look.line))
        if any(c == colour for _, c in marked)
    ]
    sign = round(17 * look.scale)
    at, colours = [place + 0.5 for place, _ in marked], [colour for _, colour in marked]
    return [*traces, drawing.words(at, high + 8, [SCISSORS] * len(at), colours, sign)]


def edges(scene: Scenario) -> str:
    """Which edges are cut for which losses, in words for a note."""
    last, earlier = cuts(scene)
    if last is None:
        return ""
    window, told = _with_losses(scene)[-1], "Grey, as far as the sweep has come: what is lost."
    if len(earlier) > MOST_CUTS:
        told = f"{len(earlier)} more cuts, of earlier losses, are not drawn. {told}"
    if reached := [t for t in scene.loss_steps if t in window.losses]:
        losses = "loss" if len(reached) == 1 else "losses"
        told = f"✂ for the {losses} at {_listed(reached)}: nothing passes from step {last + 1} to {last}. {told}"
    if whole := [t for t in scene.loss_steps if not _heard(scene, t)]:
        told += f" Lost whole, before their sweep’s reach: the loss at {_listed(whole)}."
    return told


def _truncation(scene: Scenario) -> Truncation:
    assert scene.truncation is not None, "only where truncation is on"
    return scene.truncation


def _heard(scene: Scenario, t: int) -> bool:
    """Whether the loss at t reaches anything."""
    return bool(_truncation(scene).reaches[t, t])


def _with_losses(scene: Scenario) -> list[Window]:
    """The sweeps in which a loss enters."""
    windows = _truncation(scene).windows
    return [w for w in windows if any(w.start <= t < w.end for t in scene.loss_steps)]


def _pair(left: Truncation, name: str) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    return {name: left.full.gradients[name]}, {name: left.gradients[name]}


def _listed(steps: list[int]) -> str:
    """Steps as a person counts: 1–3, 6."""
    runs: list[list[int]] = []
    for t in steps:
        if runs and t == runs[-1][-1] + 1:
            runs[-1].append(t)
        else:
            runs.append([t])
    told = [str(run[0] + 1) if len(run) == 1 else f"{run[0] + 1}–{run[-1] + 1}" for run in runs]
    return ", ".join(told[:4]) + (", …" if len(told) > 4 else "")
