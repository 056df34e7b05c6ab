"""Which units follow which feature of text: on text that they were not chosen on, and against shifted texts."""

from __future__ import annotations

import numpy as np

from core.analysis.tracking import LEVEL
from explorer.figures import drawing
from explorer.figures.passage import correlation, quantity, told
from explorer.figures.picture import Picture
from explorer.look import style
from explorer.look.notation import counted, signed
from explorer.look.style import LIGHT, Look
from explorer.passes.units import Passage, confirming
from explorer.state.passage import FEATURES

RANKED, LEVELS = 12, 8
BINARY = ("string", "comment", "quotation", "margin", "word", "capital")  # features that are 0 or 1


def matrix(scene: Passage, look: Look = LIGHT) -> Picture:
    """Units × features: the confirmed correlation where it is more than chance; elsewhere nothing."""
    found, names = scene.tracking, scene.names
    units, features = found.confirmed.shape
    words = [FEATURES[name] for name in names]
    shown = np.where(found.follows, found.confirmed, np.nan).T
    custom = np.empty((features, units, 6), object)
    custom[..., 0] = np.arange(1, units + 1)
    custom[..., 1], custom[..., 5] = (np.array(one, object)[:, None] for one in (names, words))
    for layer, array in enumerate((found.confirmed, found.chosen, found.p), start=2):
        custom[..., layer] = np.round(array.T, 3)
    at, row = scene.unit_number, names.index(scene.feature)
    box = [(at - 0.5, row - 0.5), (at + 0.5, row - 0.5), (at + 0.5, row + 0.5), (at - 0.5, row + 0.5)]
    hover = "unit %{customdata[0]}, %{customdata[5]}<br>"
    hover += "confirmed %{customdata[2]}, chosen by %{customdata[3]}, p = %{customdata[4]}"
    font = {"size": look.font, "color": look.muted}
    cells = {
        "type": "heatmap",
        "x": np.arange(1, units + 1),
        "y": np.arange(features),
        "z": shown,
        "customdata": custom.tolist(),
        "colorscale": look.signed,
        "zmin": -1,
        "zmax": 1,
        "xgap": 1 if units < 100 else 0,
        "ygap": 2,
        "hovertemplate": f"{hover}<extra></extra>",
        "meta": {"click": {"custom": ["watched", "feature"]}},
        "colorbar": {"thickness": 10, "outlinewidth": 0, "x": 1.01, "xpad": 4, "tickvals": [-1, 0, 1],
                     "tickfont": font, "title": {"text": "r", "font": font}},
    }  # fmt: skip
    ground = {**cells, "z": np.where(found.follows, np.nan, 0.0).T, "colorscale": [[0, look.rule], [1, look.rule]],
              "showscale": False, "opacity": 0.45}  # fmt: skip
    layout = {
        "margin": look.margin(150, 58, 6, 40),
        "xaxis": {"range": [0.4, units + 0.6], "title": {"text": "unit"}, "nticks": 14},
        "yaxis": {"range": [features - 0.5, -0.5], "tickvals": list(range(features)), "ticktext": words,
                  "tickfont": {"size": look.font, "color": look.ink}},
    }  # fmt: skip
    some = int(found.follows.any(axis=1).sum())
    most = int(found.follows.sum(axis=0).argmax())
    title = f"{some} of {units} {quantity(scene)}s follow one of these features or more"
    title += f", {int(found.follows[:, most].sum())} of them {told(names[most])}." if some else "."
    note = (
        f"Correlation r on the half that confirms. Grey: p > {LEVEL:g}, corrected for units and features: more than "
        f"{found.most} of {found.shifts} shifted texts reach it with any unit; or the sign changes."
    )
    data = [ground, cells, drawing.lines([[*box, box[0]]], look.ink, look.line)]
    return Picture(title, data, layout, look, height=look.height(80 + 24 * features), note=note)


def ranked(scene: Passage, look: Look = LIGHT) -> Picture:
    """The units that correlate most with the feature where one chooses, and what is left of that where one confirms."""
    found, names = scene.tracking, scene.names
    f = names.index(scene.feature)
    order = np.argsort(-np.abs(found.chosen[:, f]), kind="stable")[:RANKED]
    labels = [str(unit + 1) for unit in order]
    limit = float(found.limits[f])
    custom = [[int(unit) + 1] for unit in order]
    data = [
        {
            "type": "bar",
            "x": labels,
            "y": found.chosen[order, f],
            "customdata": custom,
            "marker": {"color": style.GHOST, "opacity": 0.45},
            "width": 0.8,
            "hovertemplate": "unit %{x}, where one chooses: %{y:.3f}<extra></extra>",
            "meta": {"click": {"custom": ["watched"]}},
        },
        {
            "type": "bar",
            "x": labels,
            "y": found.confirmed[order, f],
            "customdata": custom,
            "marker": {"color": [style.FORWARD if found.follows[unit, f] else look.muted for unit in order],
                       "line": {"color": look.ink, "width": [2 * (unit == scene.unit) for unit in order]}},
            "width": 0.45,
            "hovertemplate": "unit %{x}, confirmed: %{y:.3f}<extra></extra>",
            "meta": {"click": {"custom": ["watched"]}},
        },
    ]  # fmt: skip
    dotted = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "line": {"color": look.ink, "width": 1, "dash": "dot"}}
    layout = {
        "barmode": "overlay",
        "margin": look.margin(52, 8, 8, 42),
        "xaxis": {"type": "category", "title": {"text": "unit, by |r| where one chooses"}},
        "yaxis": {"range": [-1, 1], "showgrid": True, "zeroline": True, "zerolinecolor": look.muted, "nticks": 5,
                  "title": {"text": "correlation r"}},
        "shapes": [{**dotted, "y0": y, "y1": y} for y in (-limit, limit)],
    }  # fmt: skip
    count = int(found.follows[:, f].sum())
    among = int(found.follows[order, f].sum())
    best = order[0]
    chosen, confirmed = (correlation(r[best, f]) for r in (found.chosen, found.confirmed))
    who = "No unit follows" if not count else f"{counted(count, 'unit')} follow{'s' * (count == 1)}"
    where = f", {among} of them among these {len(order)}" if among < count else ""
    title = (
        f"{who} {told(scene.feature)}{where}. The best to choose, unit {best + 1}: {chosen}, confirmed {confirmed}; "
        f"{int(found.reached[best, f])} of {found.shifts} shifted texts reach that."
    )
    note = (
        f"The {len(order)} of {scene.units} units with the largest |r| where one chooses, pale; full: confirmed. "
        f"Beyond the dotted lines p ≤ {LEVEL:g}."
    )
    return Picture(title, data, layout, look, height=look.height(230), note=note)


def levels(scene: Passage, look: Look = LIGHT) -> Picture:
    """What the unit is where the feature is 0, 1, 2, …: mean and spread on the half that confirms."""
    value, feature = confirming(scene)
    groups = _grouped(feature, scene.feature in BINARY)
    means, spreads, counts = (
        [float(measure(value[there])) for _, there in groups] for measure in (np.mean, np.std, np.size)
    )
    labels = [label for label, _ in groups]
    view = scene.settings.of_cell
    colour = view.gates[scene.quantity].colour if scene.quantity in view.gates else style.FORWARD
    if view.carried != "hidden" and scene.quantity == view.symbol:
        colour = style.CARRY
    data = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": labels,
            "y": means,
            "customdata": counts,
            "error_y": {"type": "data", "array": spreads, "color": look.muted, "thickness": 1.5, "width": 5},
            "line": {"color": colour, "width": look.line},
            "marker": {"color": colour, "size": 8},
            "hovertemplate": "%{y:.3f} on average over %{customdata} characters<extra></extra>",
        }
    ]
    layout = {
        "margin": look.margin(52, 8, 8, 42),
        "xaxis": {"type": "category", "title": {"text": FEATURES[scene.feature]}},
        "yaxis": {"showgrid": True, "nticks": 6, "title": {"text": f"{quantity(scene)} of unit {scene.unit_number}"}},
    }
    first, last = (signed(means[end]) for end in (0, -1))
    who = f"On average unit {scene.unit_number}’s {quantity(scene)} is"
    title = f"{who} {first} where {FEATURES[scene.feature]} is {labels[0]}, {last} where it is {labels[-1]}."
    if scene.feature in BINARY:
        title = f"{who} {first} {labels[0]} {FEATURES[scene.feature]}, {last} {labels[-1]}."
    note = "Mean ± standard deviation on the half that confirms; this unit’s own scale."
    return Picture(title, data, layout, look, height=look.height(230), note=note)


def _grouped(feature: np.ndarray, binary: bool) -> list[tuple[str, np.ndarray]]:
    """The characters by what a feature is there: every value by itself or, where there are many, in some LEVELS
    stretches of as many characters each."""
    found = np.unique(feature)
    if len(found) > LEVELS:
        found = np.unique(np.quantile(feature, np.linspace(0, 1, LEVELS + 1)[:-1]).round())
    group = np.searchsorted(found, feature, side="right")
    groups = [(feature[group == g + 1], group == g + 1) for g in range(len(found))]
    labels = [f"{x.min():g}" if x.min() == x.max() else f"{x.min():g}–{x.max():g}" for x, _ in groups]
    if binary:
        labels = ["inside" if x[0] else "outside" for x, _ in groups]
    return list(zip(labels, (there for _, there in groups), strict=True))
