"""A program by hand: the network at work on a word, its weights, and how far it is right."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.figures import axes, drawing
from explorer.figures.picture import Picture
from explorer.look import style
from explorer.look.notation import counted, subscript
from explorer.look.style import LIGHT, Look
from explorer.passes.programs import EACH, Execution, each_program

# Heights of the rows, in px from the bottom; the states take what the rows of inputs leave.
STEP, TOKEN, GAP, STATES_TOP, OUTPUT, ANSWER, TOP = 9, (24, 28), 30, 214, (242, 268), 286, 302
NAMES = 112  # px for the names of the rows
COLOURS = {"parity": style.FORWARD, "addition": style.INPUT, "aⁿbⁿ": style.OUTPUT}


def number(value: float, digits: int = 3) -> str:
    """A whole number as one; another with a few digits."""
    return (f"{value:.0f}" if value == round(value) and abs(value) < 1e6 else f"{value:.{digits}g}").replace("-", "−")


def drawn(scene: Execution, look: Look = LIGHT) -> Picture:
    """The unrolled network up to the selected step, every state a number; above it its answers and the right ones."""
    steps, reach = scene.steps, scene.step_number
    at = np.arange(1, steps + 1)
    read = _inputs(scene)
    base, height = TOKEN
    low, high = base + height * len(read) + GAP, STATES_TOP
    hidden, units = scene.hidden[:reach], scene.program.units
    row = (high - low) / len(units)
    size = drawing.font_size(steps, look)
    dense = steps > 24
    states = [number(h) for h in hidden.ravel()]
    outputs = [number(round(float(o)) if dense else o) for o in scene.outputs[:reach]]
    inside = min(0.98 * drawing.font_size(steps, look, words=states), 0.6 * row)
    above = min(0.98 * drawing.font_size(steps, look, words=outputs), look.font + 1)
    small = min(size, look.font)
    edge = drawing.HALF + 0.05
    middles = [high - (j + 0.5) * row for j in range(len(units))]
    linked, shown = range(1, reach), at[:reach].tolist()
    largest = max(1.0, float(scene.hidden.max()))
    right = scene.right[:reach] == scene.said[:reach]
    layout = drawing.stage(steps, TOP, look)
    left, end = layout["xaxis"]["range"]
    left -= 0.01 * (end - left)  # so that the names do not touch the first column
    links = [[(t + edge, (low + high) / 2), (t + 1 - edge, (low + high) / 2)] for t in linked]
    ups = [[(t, base + height * len(read)), (t, low - 12)] for t in shown]
    ups += [[(t, high + 5), (t, OUTPUT[0] - 8)] for t in shown]
    ends = [(t, low - 11) for t in shown] + [(t, OUTPUT[0] - 7) for t in shown]
    cells = drawing.cells(
        at[:reach].astype(float), low, high, hidden, look.signed, (-2 * largest, 2 * largest),
        "step %{customdata[0]}, h<sub>%{customdata[2]}</sub> = %{z}<extra></extra>", "h",
    )  # fmt: skip
    states = drawing.fitted(states, steps, inside, numeric=True)
    outputs = drawing.fitted(outputs, steps, above, numeric=True)
    marks = [f"{answer} {'✓' if ok else '✗'}" for answer, ok in zip(scene.right[:reach], right, strict=True)]
    if dense or look.projector:
        marks = ["✓" if ok else "✗" for ok in right]
    numbers = [str(t) if not dense or t % 2 == 0 or t == reach else "" for t in at]
    rows = [
        ("step", STEP, look.muted),
        ("<i>o</i>", sum(OUTPUT) / 2, style.FORWARD),
        ("right answer", ANSWER, look.muted),
    ]
    rows += [(name, base + (len(read) - 0.5 - i) * height, style.FORWARD) for i, (name, _) in enumerate(read)]
    rows += [(f"<i>h</i>{subscript(j + 1)} {u.name}", middles[j], style.FORWARD) for j, u in enumerate(units)]
    names, heights, inks = (list(column) for column in zip(*rows, strict=True))
    data = [
        drawing.lines(ups, style.CANDIDATE, 1.4),
        drawing.heads(ends, "up", style.CANDIDATE, 7),
        drawing.lines(links, style.FORWARD, 1.2),
        *([drawing.heads([(t + 1 - edge - 0.03, (low + high) / 2) for t in linked], "right", style.FORWARD, 6)]
          if steps <= 20 else []),
        drawing.boxes(at.tolist(), low - 4, high + 4, look.rule),
        drawing.boxes(at.tolist(), base, base + height * len(read) - 2, "rgba(0,0,0,0)", look.well),
        cells,
        drawing.boxes([reach], low - 4, high + 4, look.ink, width=look.line),
        drawing.words(np.repeat(shown, len(units)).tolist(), middles * reach, states, look.ink, inside),
        drawing.words(
            at.tolist() * len(read),
            [base + (len(read) - 0.5 - i) * height for i in range(len(read)) for _ in at],
            [word for _, words in read for word in words],
            [style.FORWARD if t <= reach else style.GHOST for t in at] * len(read), size,
            hover=[f"read at step {t}: {drawing.plain(word)}" for _, words in read
                   for t, word in zip(at, words, strict=True)],
            custom=[[int(t), "x"] for t in at] * len(read),
        ),
        drawing.words(shown, sum(OUTPUT) / 2, outputs, style.FORWARD, above),
        drawing.words(shown, ANSWER, marks, [look.muted if ok else style.BACKWARD for ok in right], small),
        drawing.words(
            [*at.tolist(), *[left] * len(rows)], [*[STEP] * steps, *heights], [*numbers, *names],
            [*(look.ink if t == reach else look.muted for t in at), *inks],
            [*[small] * steps, *[look.font + 1] * len(rows)],
            [*["middle center"] * steps, *["middle left"] * len(rows)],
        ),
    ]  # fmt: skip
    layout["xaxis"] |= {"range": [left, end]}
    layout = {**layout, "margin": look.margin(NAMES, 6, 0, 0)}
    note = "The answer is 1 where o is above ½. Weights set by hand, none is learned."
    return Picture(headline(scene), data, layout, look, height=look.height(TOP), note=note)


def _inputs(scene: Execution) -> list[tuple[str, list[str]]]:
    """The rows of what is read: the bits of both numbers, else the word."""
    if isinstance(scene.word, str):
        return [("<i>x</i>", list(scene.word))]
    bits = scene.trace.inputs[:, 0].T
    return [
        (f"bit of {drawing.plain(name)}", [number(bit) for bit in row]) for name, row in zip("ab", bits, strict=True)
    ]


def headline(scene: Execution) -> str:
    """What was read up to the selected step, what is right, and what the network says."""
    t, error = scene.step_number, scene.settings.weight_error
    said, right = scene.said[:t], scene.right[:t]
    start = f"With ε = {error:g}, " if error else ""
    if isinstance(scene.word, tuple):
        a, b = scene.word
        got, true = (sum(int(bit) << i for i, bit in enumerate(bits)) for bits in (said, right))
        wrong = "" if got == true else f", not {true}"
        if t == scene.steps:
            asked = f"{a} + {b}" if wrong else f"{a} + {b} = {true}"
            return f"{start}{asked}: the network says {got}{wrong}."
        wrong = wrong and f", not {true:0{t}b}"
        lowest = "lowest bit" if t == 1 else f"lowest {t} bits"
        return f"{start}{a} + {b}, the {lowest}: the network says {got:0{t}b}{wrong}."
    word = scene.word[:t]
    shown = word if len(word) <= 16 else f"{word[:6]}…{word[-6:]}"
    failed = bool(said[-1] != right[-1])
    if scene.settings.program == "parity":
        ones = word.count("1")
        odd = "odd" if right[-1] else "even"
        told = f"{shown} has {counted(ones, 'one')}: {odd}"
        return f"{start}{told}. The network says {int(said[-1])}{', wrongly' * failed}, after {counted(t, 'step')}."
    form = f"is aⁿbⁿ with n = {t // 2}" if right[-1] else "is not of the form aⁿbⁿ"
    return f"{start}{shown} {form}: the network {'wrongly ' * failed}{'accepts' if said[-1] else 'rejects'} it."


def lengths(scene: Execution, look: Look = LIGHT) -> Picture:
    """How many of the random words of every length are answered rightly."""
    tried = scene.tried
    longest, words, right = len(tried.right), tried.words, int(tried.right.sum())
    error, first = scene.settings.weight_error, tried.first_failure
    at = np.arange(1, longest + 1)
    data: list[dict[str, Any]] = [
        {
            "type": "bar",
            "x": at,
            "y": tried.right.sum(axis=1),
            "width": 0.8,
            "marker": {"color": style.FORWARD, "line": {"width": 0}},
            "hovertemplate": f"length %{{x}}: %{{y}} of {EACH} right<extra></extra>",
        }
    ]
    if first is not None:
        place = "middle right" if first < 0.8 * longest else "middle left"
        data.append(drawing.lines([[(first - 0.5, 0), (first - 0.5, EACH + 0.9)]], look.ink, 1, "dot"))
        data.append(
            drawing.words([first - 0.4], EACH + 0.7, [f"first wrong: length {first}"], look.ink, look.font, place)
        )
    layout = {
        "margin": look.margin(NAMES, 6, 6, 36),
        "xaxis": axes.step_axis(longest, "length of the string, in steps"),
        "yaxis": {"range": [0, EACH + 1.2], "tickvals": [0, EACH], "title": {"text": f"right, of {EACH}"}},
        "bargap": 0,
    }
    if first is not None:
        start = f"With ε = {error:g}, " if error else ""
        title = f"{start}{right} of {words} strings up to length {longest} are right; the first failure is at {first}."
    elif error:
        title = f"With ε = {error:g}, still all {words} strings up to length {longest} are right."
    else:
        title = f"All {words} strings up to length {longest}: {right} right."
    note = f"{EACH} random strings of every length; right: every answer on the way is."
    return Picture(title, data, layout, look, height=look.height(140), note=note)


def weights(scene: Execution, look: Look = LIGHT) -> Picture:
    """Every weight, signed, as its number: U, W, b and V, one row a unit; the one that ε is added to is outlined."""
    parameters, program = scene.trace.network.parameters, scene.program
    units, D = len(program.units), len(program.inputs)
    initial = scene.trace[0, "forward"].initial_hidden[0]
    blocks = [
        ("U", parameters["weight_ih_l0"], list(program.inputs)),
        ("W", parameters["weight_hh_l0"], [f"h{subscript(j + 1)}′" for j in range(units)]),
        ("b", parameters["bias_ih_l0"][:, None], [""]),
        ("Vᵀ", parameters["readout.weight"].T, ["o"]),
        ("h₀", initial[:, None], [""]),
    ]
    gap = np.full((units, 1), np.nan)
    table = np.concatenate([part for _, block, _ in blocks for part in (block, gap)][:-1], axis=1)
    ticks, names, middles, x = [], [], [], 0
    for name, _, columns in blocks:
        ticks += [(x + i, column) for i, column in enumerate(columns)]
        names.append(f"<b>{name}</b>")
        middles.append(x + (len(columns) - 1) / 2)
        x += len(columns) + 1
    filled = np.argwhere(np.isfinite(table))
    i, j = program.weight
    left, top = D + 1 + j - 0.5, i - 0.5
    size = look.font + 2
    data = [
        {
            "type": "heatmap",
            "x": np.arange(table.shape[1]),
            "y": np.arange(units),
            "z": table,
            "colorscale": look.signed,
            "zmin": -4,
            "zmax": 4,
            "showscale": False,
            "xgap": 2,
            "ygap": 2,
            "hoverongaps": False,
            "hoverinfo": "skip",
        },
        drawing.lines(
            [[(left, top), (left + 1, top), (left + 1, top + 1), (left, top + 1), (left, top)]], look.ink, 1.5, "dot"
        ),
        drawing.words(
            filled[:, 1].tolist(), filled[:, 0].tolist(), [number(table[r, c], 4) for r, c in filled], look.ink, size
        ),
        drawing.words(middles, -0.85, names, look.ink, size),
    ]
    layout = {
        "margin": look.margin(NAMES, 10, 4, 24),
        "xaxis": {
            "range": [-0.6, table.shape[1] - 0.4], "tickvals": [t for t, _ in ticks], "ticktext": [w for _, w in ticks],
        },
        "yaxis": {
            "range": [units - 0.45, -1.2], "tickvals": list(range(units)),
            "ticktext": [f"h{subscript(n + 1)} {unit.name}" for n, unit in enumerate(program.units)],
            "tickfont": {"color": look.ink, "size": look.font},
        },
    }  # fmt: skip
    every = np.concatenate([array.ravel() for array in program.network.parameters.values()])
    low, high = (number(value) for value in (every.min(), every.max()))
    title = f"The whole program is {every.size} whole numbers from {low} to {high}."
    if error := scene.settings.weight_error:
        weight = f"W{subscript(i + 1)}‚{subscript(j + 1)}"
        title = f"One of the {every.size} numbers of the program, {weight}, is off by {error:g}."
    note = f"c = {number(parameters['readout.bias'][0])}. Dotted: the weight that ε is added to; ′: the step before."
    return Picture(title, data, layout, look, height=look.height(86 + 38 * units), note=note)


def largest(scene: Execution, look: Look = LIGHT) -> Picture:
    """The largest state that words of up to a length lead to, in every program as it should be: bounded, or a count."""
    every = each_program(scene.settings, 0.0)
    longest = scene.settings.longest
    at = np.arange(1, longest + 1)
    high = max(float(tried.largest[-1]) for tried in every.values())
    data = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": at,
            "y": tried.largest,
            "line": {"color": COLOURS[name], "width": look.line * (1.6 if name == scene.program.name else 0.9)},
            "hovertemplate": f"{name}, up to length %{{x}}: %{{y}}<extra></extra>",
        }
        for name, tried in every.items()
    ]
    ends = [float(tried.largest[-1]) for tried in every.values()]
    apart = 0.09 * high * look.scale
    heights = [max(end, apart * (n + 0.5)) if n < 2 else end for n, end in enumerate(ends)]
    names = [f"{name} {number(end)}" for name, end in zip(every, ends, strict=True)]
    data.append(
        drawing.words([longest * 1.02] * len(ends), heights, names, list(COLOURS.values()), look.font, "middle right")
    )
    axis = axes.step_axis(longest, "length of the string, in steps")
    layout = {
        "margin": look.margin(52, 6, 8, 40),
        "xaxis": {**axis, "range": [0.45, longest * 1.24]},
        "yaxis": {"range": [0, 1.06 * high], "nticks": 5, "showgrid": True, "title": {"text": "largest state"}},
    }
    parts = [f"{name} {number(end)}" for name, end in zip(every, ends, strict=True)]
    title = f"The largest state in strings up to length {longest}: {', '.join(parts)}."
    note = "Without an error. Bounded: a finite automaton; a count has no bound."
    return Picture(title, data, layout, look, height=look.height(230), note=note)
