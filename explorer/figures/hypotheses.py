"""What a beam found: the most probable phrases, with their probabilities."""

from __future__ import annotations

import numpy as np

from explorer.figures import drawing
from explorer.figures.encoder_decoder import as_number
from explorer.figures.picture import Picture
from explorer.look import style
from explorer.look.notation import magnitude, signed
from explorer.look.style import LIGHT, Look
from explorer.passes.translation import Translated, phrase

ROW = 26  # px
AT, BAR = (0.0, 0.14, 0.26, 0.44), 0.16  # where the columns begin, and how long a bar of P = 1 is
LONGEST = 46  # letters of a phrase


def found(scene: Translated, look: Look = LIGHT) -> Picture:
    """One row a hypothesis: its words joined as they are written, the number that it is, log P, and P as a bar."""
    task, several = scene.task, scene.hypotheses
    rows = np.arange(len(several), dtype=float)
    words = [phrase(task, one) for one in several]
    numbers = [as_number(task, one) for one in words]
    p = [float(np.exp(one.log_probability)) for one in several]
    right = [one == scene.right for one in words]
    joined = [(task.joined(one) or "nothing") + ("" if several[n].ended else " …") for n, one in enumerate(words)]
    said = ["–" if number is None else str(number) for number in numbers]
    bars = [
        [(AT[2], r - 0.3), (AT[2] + BAR * q, r - 0.3), (AT[2] + BAR * q, r + 0.3), (AT[2], r + 0.3)]
        for r, q in zip(rows, p, strict=True)
    ]
    columns = (
        [f"{number} ✓" if ok else number for number, ok in zip(said, right, strict=True)],
        [signed(one.log_probability) for one in several],
        [word if len(word) <= LONGEST else word[: LONGEST - 1] + "…" for word in joined],
    )
    inks = [style.INPUT if ok else look.ink for ok in right]
    data = [
        drawing.words(AT, -0.95, ["number", "log P", "P", "phrase"], look.muted, look.font, "middle right"),
        *(
            drawing.words([x] * len(several), rows.tolist(), column, inks, look.font, "middle right")
            for x, column in zip((AT[0], AT[1], AT[3]), columns, strict=True)
        ),
        {**drawing.lines(bars, style.FORWARD, 0), "fill": "toself", "fillcolor": style.FORWARD},
    ]
    layout = {
        "margin": look.margin(8, 8, 4, 4),
        "xaxis": {"visible": False, "range": [0, 1.02]},
        "yaxis": {"visible": False, "range": [max(len(several), 4) - 0.4, -1.5]},
    }
    note = "Kept at every step: as many beginnings as the beam is wide. log P of the whole phrase, its end included."
    return Picture(title(scene, p), data, layout, look, look.height(60 + ROW * max(len(several), 4)), note=note)


def title(scene: Translated, p: list[float]) -> str:
    """What the best one is worth beside the next, and where the right one stands."""
    if len(p) == 1:
        return f"A beam of width 1 is greedy: it finds one phrase, of probability {p[0]:.2f}."
    words = [phrase(scene.task, one) for one in scene.hypotheses]
    told = f"The best of {len(p)} has probability {magnitude(p[0])}, the next {magnitude(p[1])}"
    if scene.right is None:
        return f"{told}."
    place = "none is right" if scene.right not in words else f"the right one is number {words.index(scene.right) + 1}"
    return f"{told}; {place}."
