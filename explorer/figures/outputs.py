"""What comes out at every step, under the columns of the unrolled network."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.analysis.norms import euclidean
from explorer.figures import drawing, moved
from explorer.figures.picture import Picture, finite
from explorer.look import style
from explorer.look.notation import magnitude
from explorer.look.style import LIGHT, Look
from explorer.passes.scenario import Scenario

HEIGHT = 140
MOVED = 0.01  # of a probability: a change worth marking


def along(scene: Scenario, look: Look = LIGHT) -> Picture:
    """P(y_t) over the vocabulary, or the predicted numbers beside the true ones; without outputs, the states."""
    if scene.settings.system != "rnn":
        return _states(scene, look)
    return _series(scene, look) if scene.sequence.numeric else _probabilities(scene, look)


def _probabilities(scene: Scenario, look: Look) -> Picture:
    vocabulary, reach = scene.sequence.vocabulary, scene.step + 1
    shown = np.full((len(vocabulary), scene.steps), np.nan)
    shown[:, :reach] = finite(scene.trace.predictions[:reach, 0]).T
    at = np.arange(1, scene.steps + 1)
    came = scene.sequence.targets[:reach, 0]
    data: list[dict[str, Any]] = [
        {
            "type": "heatmap",
            "x": at,
            "y": np.arange(len(vocabulary)),
            "z": shown,
            "zmin": 0,
            "zmax": 1,
            "colorscale": look.probability,
            "showscale": False,
            "xgap": 2,
            "hoverongaps": False,
            "text": [[drawing.plain(word)] * scene.steps for word in vocabulary],
            "hovertemplate": "step %{x}: P(“%{text}”) = %{z:.3f}<extra></extra>",
            "meta": {"click": {"x": "step"}},
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": at[:reach],
            "y": came,
            "marker": {"symbol": "circle-open", "size": 8, "color": style.BACKWARD, "line": {"width": 1.5}},
            "hoverinfo": "skip",
        },
    ]
    if scene.original:
        was = scene.original.trace.predictions[:reach, 0]
        changed = moved.visibly(scene.trace.predictions[:reach, 0], was, 1.0, MOVED)
        rows = [(-0.5, len(vocabulary) - 0.5, changed[:, ::-1])]
        data.append(moved.outlines(at[:reach].astype(float), rows, 0.46))
    every = max(1, -(-len(vocabulary) // 9))
    layout = {
        **_frame(scene, look),
        "yaxis": {
            "range": [-0.6, len(vocabulary) - 0.4],
            "tickvals": list(range(0, len(vocabulary), every)),
            "ticktext": [drawing.plain(word if len(word) < 8 else word[:6] + "…") for word in vocabulary[::every]],
        },
    }
    chance = float(np.mean(scene.trace.predictions[np.arange(reach), 0, came]))
    title = f"P(ŷ) at every step: what comes (○) got {chance:.2f} on average; guessing gets {1 / len(vocabulary):.2f}."
    note = "Fixed scale: white is 0, full blue is 1."
    if scene.original:
        note += f" Dashed grey: {moved.told(1.0, 'P', MOVED)}."
    return Picture(title, data, layout, look, look.height(HEIGHT), note=note)


def _series(scene: Scenario, look: Look) -> Picture:
    reach = scene.step + 1
    at = np.arange(1, reach + 1)
    spread, mean = scene.sequence.scale
    guess, truth = (x[:reach, 0, 0] * spread + mean for x in (scene.trace.predictions, scene.sequence.targets))
    whole = scene.sequence.targets * spread + mean
    room = 0.15 * (float(whole.max() - whole.min()) or 1.0)
    bounds = [float(whole.min()) - room, float(whole.max()) + room]
    data = [
        _curve(at, truth, style.BACKWARD, look, "what comes", "dot"),
        _curve(at, guess, style.FORWARD, look, "expected"),
    ]
    if scene.original:
        was = scene.original.trace.predictions[:reach, 0, 0]
        data.insert(0, _curve(at, was, style.GHOST, look, "expected before the change", "dash"))
    layout = {**_frame(scene, look), "yaxis": {"range": bounds, "showgrid": True, "nticks": 4}}
    with np.errstate(all="ignore"):
        error = float(np.sqrt(np.mean((guess - truth) ** 2)))
    title = f"Expected (solid) and what comes (dotted): off by {magnitude(error)} on average."
    return Picture(title, data, layout, look, look.height(HEIGHT))


def _states(scene: Scenario, look: Look) -> Picture:
    reach = scene.step + 1
    hidden = scene.trace[0, "forward"].hidden[:reach, 0]
    start = scene.trace[0, "forward"].initial_hidden[:1]
    path = np.concatenate([start, hidden])
    at = np.arange(0, reach + 1)
    bound = float(np.nanmax(np.abs(finite(path)), initial=1.0)) * 1.05
    others = np.full((path.shape[1], len(at) + 1), np.nan)
    others[:, :-1] = finite(path).T
    x = np.tile(np.append(at, 0).astype(float), path.shape[1])
    data = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": x,
            "y": others.ravel(),
            "line": {"color": style.CANDIDATE, "width": 1},
            "hoverinfo": "skip",
        },
        _curve(at, path[:, scene.unit], style.FORWARD, look, f"unit {scene.unit + 1}"),
    ]
    if scene.original:
        was = scene.original.trace[0, "forward"].hidden[:reach, 0, scene.unit]
        data.append(_curve(at[1:], was, style.GHOST, look, f"unit {scene.unit + 1} before the change", "dash"))
    layout = {**_frame(scene, look), "yaxis": {"range": [-bound, bound], "showgrid": True, "nticks": 4}}
    away = float(euclidean(path[-1] - path[0]))
    title = (
        f"The {path.shape[1]} units of h, step by step (unit {scene.unit + 1} bold): {magnitude(away)} from the start."
    )
    return Picture(title, data, layout, look, look.height(HEIGHT))


def _frame(scene: Scenario, look: Look) -> dict[str, Any]:
    frame = drawing.stage(scene.steps, 1, look)
    return {"margin": look.margin(drawing.LEFT, 6, 4, 6), "xaxis": frame["xaxis"]}


def _curve(
    at: np.ndarray, values: np.ndarray, colour: str, look: Look, name: str, dash: str = "solid"
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": at,
        "y": finite(values),
        "line": {"color": colour, "width": look.line, "dash": dash},
        "hovertemplate": f"{name}, step %{{x}}: %{{y:+.3f}}<extra></extra>",
    }
