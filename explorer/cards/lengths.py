"""What each sequence of a padded batch adds to the loss, with the mask and without it."""

from __future__ import annotations

from explorer.cards.common import Block
from explorer.look import style
from explorer.look.notation import counted, magnitude
from explorer.page.view import Card, Heading, Paragraph, Rows, equation
from explorer.passes.batches import Batch


def _both(right: float, wrong: float) -> str:
    same = magnitude(right) == magnitude(wrong)
    return f"{magnitude(right)}, unchanged" if same else f"{magnitude(right)}, not {magnitude(wrong)}"


def lengths(batch: Batch) -> Card:
    """The masked loss as a sum over sequences, and the same sum when the padding is counted too."""
    T = batch.steps
    parts = zip(batch.rows, batch.trace.losses.sum(0), batch.forgotten.losses.sum(0), strict=True)
    rows = [
        (f"{b}: {len(row)} of {T} steps", _both(float(right), float(wrong)), None)
        for b, (row, right, wrong) in enumerate(parts, 1)
    ]
    blocks: list[Block] = [
        equation("masked", f"the mask m is 1 at {batch.trace.mask.sum()} steps, 0 at {batch.padded} padded ones"),
        Heading("What each sequence adds to L"),
        Rows(rows),
        Rows(
            [
                ("L, with the mask", magnitude(batch.trace.loss), style.BACKWARD),
                ("L, mask forgotten", magnitude(batch.forgotten.loss), None),
            ]
        ),
        Paragraph("Forgotten, the padding is a token like any other: it is read, and is to be predicted."),
    ]
    return Card(f"{counted(len(batch.rows), 'sequence')}, one batch", blocks)
