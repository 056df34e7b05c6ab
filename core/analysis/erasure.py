"""What an output loses when an input is left unread (J. Li, W. Monroe, D. Jurafsky: Understanding Neural Networks
through Representation Erasure, 2016).

For the pass of one source through a conditional generator, with S words read and T said:

    erasure[t, k] = L_t(x with x_k = 0) − L_t(x)

in the units of the loss (cross-entropy: nats of log P(y_t)), the decoder reading the same words in both. A derivative
says what an infinitely small change of x_k does; this, what the whole of it did.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.checks import readonly
from core.errors import InvalidValue
from core.passes.patterns import ConditionalTrace
from core.passes.record import record

Array = NDArray[Any]


def erasure(pair: ConditionalTrace) -> Array:
    """(T, S), as above: the S sources, each with one word unread, and the whole one are one batch.

    Raises InvalidValue unless the pair is of one source, has a loss, and nothing of it is padded.
    """
    encoder, decoder = pair.encoder, pair.decoder
    loss, (S, B, _) = decoder.arguments["loss"], encoder.inputs.shape
    if B != 1 or loss is None or not (encoder.mask.all() and decoder.mask.all()):
        got = f"{B} sequences, {'no loss' if loss is None else 'a loss'}"
        raise InvalidValue("the pass", "of one source without padding, with a loss", got, "take one(b) of the batch")
    sources = np.repeat(encoder.inputs, S + 1, axis=1)
    sources[np.arange(S), np.arange(S)] = 0
    stepwise = loss.targets.shape[:2] == decoder.inputs.shape[:2]
    each = replace(loss, targets=np.repeat(loss.targets, S + 1, axis=int(stepwise)), reduction="sum")
    context = record(encoder.network, sources).final_states
    values = record(decoder.network, np.repeat(decoder.inputs, S + 1, axis=1), loss=each, initial=context).losses
    return readonly(values[:, :S] - values[:, S:])
