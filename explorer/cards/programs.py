"""The selected step of a program by hand: every unit's equation in its own weights, with its numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.cards.common import Block
from explorer.figures.program import number
from explorer.look.notation import subscript
from explorer.page.view import Card, Heading, Paragraph, equation
from explorer.passes.programs import Execution


def program(scene: Execution) -> Card:
    t, p = scene.step, scene.trace.network.parameters
    units = scene.program.units
    x, before, now = scene.trace.inputs[t, 0], scene.before[t], scene.hidden[t]
    symbols = [f"h{subscript(j + 1)}" for j in range(len(units))]
    blocks: list[Block] = [equation("program", "")]
    for j, unit in enumerate(units):
        weights = [*p["weight_ih_l0"][j], *p["weight_hh_l0"][j], p["bias_ih_l0"][j]]
        formula = terms(weights, [*scene.program.inputs, *(f"{h}′" for h in symbols), ""])
        numbers = terms(weights, [number(value) for value in (*x, *before)] + [""])
        blocks += [
            Heading(f"{symbols[j]} = {number(now[j])} · {unit.name}"),
            Paragraph(f"ReLU({formula}) = ReLU({numbers}): {unit.meaning}."),
        ]
    weights = [p["readout.bias"][0], *p["readout.weight"][0]]
    formula, numbers = (terms(weights, ["", *names]) for names in (symbols, [number(value) for value in now]))
    said = "yes" if scene.said[t] else "no"
    if isinstance(scene.word, tuple):
        said = str(int(scene.said[t]))
    blocks += [
        Heading(f"o = {number(scene.outputs[t])} · {scene.program.output}: {said}"),
        Paragraph(f"{formula} = {numbers}; 1 where it is above ½. ′ is the step before."),
    ]
    read = f"{x[0]:.0f} and {x[1]:.0f}" if isinstance(scene.word, tuple) else f"“{scene.sequence.tokens[t]}”"
    return Card(f"Step {t + 1}, reading {read}", blocks)


def terms(weights: Sequence[float] | np.ndarray, names: Sequence[str]) -> str:
    """A sum without its zero weights: "x + h₁′ − 2·h₂′ − 1"; an empty name is that of a constant."""
    parts = []
    for weight, name in zip(weights, names, strict=True):
        if weight == 0:
            continue
        size = number(abs(weight), 4)
        part = size if not name else name if size == "1" else f"{size}·{name}"
        parts.append(("−" if weight < 0 else "+", part))
    if not parts:
        return "0"
    (sign, first), *rest = parts
    return " ".join([f"{'−' * (sign == '−')}{first}", *(f"{sign} {part}" for sign, part in rest)])
