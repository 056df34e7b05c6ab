"""Where a gradient comes from: its parts by the route they took, stacked at every step."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.analysis import routes
from explorer.figures import axes, changed, drawing
from explorer.figures.picture import Picture, finite
from explorer.look import style
from explorer.look.notation import magnitude
from explorer.look.style import LIGHT, Look
from explorer.passes.once import once
from explorer.passes.scenario import Scenario


def state(scene: Scenario) -> str:
    """The state whose gradient is split: the chosen one, of those that the cell has; a GRU has only one."""
    view = scene.settings.of_cell
    return scene.settings.routed if scene.settings.routed in view.states else view.carried


def symbol(scene: Scenario) -> str:
    return scene.settings.of_cell.symbols[state(scene)]


def names(scene: Scenario) -> dict[str, str]:
    """Route -> what the page calls it: what comes from outside a single chain is the loss."""
    by_gate = {name: f"via {gate.symbol}" for name, gate in scene.settings.of_cell.gates.items()}
    return {"carry": "carry", **by_gate, "outside": "loss"}


def projections(scene: Scenario, of: str = "") -> dict[str, np.ndarray]:
    """Route -> (T,): its signed part of ‖∂L/∂c_t‖, or of the state `of`."""
    return dict(once(routes.projections, scene.trace, state=of or state(scene)))


def shares(scene: Scenario, of: str = "") -> dict[str, np.ndarray]:
    """Route -> (T,): its part of the total, which is 1; zero where no gradient comes."""
    parts = projections(scene, of)
    with np.errstate(all="ignore"):
        total = np.sum(list(parts.values()), axis=0)
        return {name: part / np.where(total == 0, 1.0, total) for name, part in parts.items()}


def carried(scene: Scenario) -> np.ndarray:
    """(T,): the carry's share of what reaches the state that is carried."""
    return shares(scene, scene.settings.of_cell.carried)["carry"]


def along_the_carry(scene: Scenario) -> str:
    """What the carry brings to the selected step, as a sentence."""
    t = scene.step
    driven = scene.settings.system != "autonomous"
    token = f"“{scene.tokens[t]}” at step {t + 1}" if driven else f"step {t + 1}"
    if "carry" not in shares(scene):  # ∂L/∂h is shown below, which no carry touches
        token = f"the cell at {token}"
    parts = shares(scene, scene.settings.of_cell.carried)
    total = sum(float(part[t]) for part in parts.values())
    if not np.isfinite(total):
        return f"The gradient has left the range of finite numbers at {token}."
    if total == 0:
        return f"No gradient reaches {token}."
    if t + 1 == scene.steps:
        return f"All that reaches {token} comes straight from the loss: there is no later step."
    part = float(parts["carry"][t])
    if scene.original:
        named = scene.settings.of_cell
        now, was = (
            float(np.sum([*projections(one, named.carried).values()], axis=0)[t]) for one in (scene, scene.original)
        )
        what = f"‖∂L/∂{named.symbol}‖ at step {t + 1} is {changed.compared(now, was)}"
        return f"{changed.told(scene)}, {what}; {100 * part:.0f} % of it came along the carry."
    if part < 0:
        return f"What comes along the carry takes {-100 * part:.0f} % away from what reaches {token}."
    more = ", and other routes take some of it back" if part > 1.005 else ""
    return f"{100 * part:.0f} % of what reaches {token} came along the carry{more}."


def by_step(scene: Scenario, look: Look = LIGHT) -> Picture:
    """The routes under every column, as projections on the total: what is negative works against it."""
    parts = projections(scene)
    total = np.sum(list(parts.values()), axis=0)
    title = f"At step {scene.step + 1}, ‖∂L/∂{symbol(scene)}‖ is {magnitude(float(total[scene.step]))}."
    frame = {"xaxis": drawing.stage(scene.steps, 1, look)["xaxis"], "margin": look.margin(drawing.LEFT, 6, 22, 6)}
    was = np.sum(list(projections(scene.original).values()), axis=0) if scene.original else None
    return _stacked(scene, look, parts, total, title, frame, 130, was=was)


def by_share(scene: Scenario, look: Look = LIGHT) -> Picture:
    """The same as parts of 100 %, where what is small can be seen too."""
    parts = {name: 100 * part for name, part in shares(scene).items()}
    total = np.sum(list(parts.values()), axis=0)
    frame = {"xaxis": axes.step_axis(scene.steps), "margin": look.margin(52, 8, 26, 40)}
    return _stacked(scene, look, parts, total, _largest_share(scene, parts), frame, 250, unit=" %")


def _largest_share(scene: Scenario, parts: dict[str, np.ndarray]) -> str:
    """What brings most, on average over the steps that have a later one."""
    if scene.steps == 1:
        return "One step has no past: all of its gradient comes from the loss."
    means = {name: float(np.mean(part[:-1])) for name, part in parts.items()}
    largest = max(means, key=lambda name: means[name])
    if not np.isfinite(means[largest]):
        return "The gradient leaves the range of finite numbers on its way back."
    word = {"carry": "along the carry", "outside": "straight from the loss"}.get(largest, names(scene)[largest])
    return f"On average over the steps, {means[largest]:.0f} % of ∂L/∂{symbol(scene)} comes {word}."


def _stacked(
    scene: Scenario, look: Look, parts: dict[str, np.ndarray], total: np.ndarray, title: str, frame: dict[str, Any],
    height: int, unit: str = "", was: np.ndarray | None = None,
) -> Picture:  # fmt: skip
    """`was` (T,): the total before a change."""
    at, called, of_route = np.arange(1, scene.steps + 1), names(scene), scene.settings.of_cell.route_colour
    reached = np.where(at > scene.step, 1.0, 0.3)
    data: list[dict[str, Any]] = [
        {
            "type": "bar",
            "x": at,
            "y": finite(part),
            "marker": {"color": of_route(name), "opacity": reached, "line": {"width": 0}},
            "width": 2 * drawing.HALF,
            "hovertemplate": f"step %{{x}}, {called[name]}: %{{y:.3g}}{unit}<extra></extra>",
            "meta": {"click": {"x": "step"}},
        }
        for name, part in parts.items()
    ]
    edge = drawing.HALF + 0.05
    for level, colour, dash in ((was, style.GHOST, "4px,3px"), (total, look.ink, "solid")):
        if level is not None:
            tops = [[(t - edge, y), (t + edge, y)] for t, y in zip(at, finite(level), strict=True)]
            data.append(drawing.lines(tops, colour, look.line, dash))
    heights = np.array(list(parts.values()))
    with np.errstate(all="ignore"):
        highest = float(np.nanmax(finite(np.where(heights > 0, heights, 0).sum(axis=0)), initial=0.0))
        highest = max(highest, 0.0 if was is None else float(np.nanmax(finite(was), initial=0.0)))
        lowest = float(np.nanmax(finite(-np.where(heights < 0, heights, 0).sum(axis=0)), initial=0.0))
    high, low = axes.round_up(highest), axes.round_up(lowest) if lowest > 0 else 0.0
    left, right = frame["xaxis"]["range"]
    short = {name: word.removeprefix("via " if look.projector else "") for name, word in called.items()}
    words = [drawing.key("■", of_route(name), short[name]) for name in parts] + ["━ total"]
    places = np.linspace(left, right, 2 * len(words) + 1)[1::2].tolist()
    colours = [of_route(name) for name in parts] + [look.ink]
    data.append(drawing.words(places, high, words, colours, look.font, "top center"))
    layout = {
        **frame,
        "barmode": "relative",
        "yaxis": {"range": [-low, high], "nticks": 4, "showgrid": True, "zeroline": True, "zerolinecolor": look.muted,
                  "ticksuffix": unit, "exponentformat": "power"},
    }  # fmt: skip
    note = f"‖∂L/∂{symbol(scene)}‖ by route; below 0: against the total. Rescaled, in round steps, to what occurs."
    note += "" if was is None else " Dashed grey: the total before the change."
    return Picture(title, data, layout, look, height=look.height(height), note=note)
