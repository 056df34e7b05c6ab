"""A view as bytes: what a host carries to the stage."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson

from explorer.figures.picture import Picture


def payload(view: Mapping[str, Any], held: Mapping[str, int] | None = None) -> bytes:
    """A view as JSON, each panel's figure from its Picture: arrays straight from memory, NaN and infinities as null.

    Every figure has a stamp; one that the browser holds already, by its stamp in `held`, is not sent again.
    """
    held = held or {}
    panels = []
    for panel in view.get("panels", ()):
        if panel.get("late"):
            panels.append(panel)
            continue
        figure, stamp = drawn(panel["figure"])
        sent = None if held.get(panel["id"]) == stamp else orjson.Fragment(figure)
        panels.append({**panel, "figure": sent, "stamp": stamp})
    return encode({**view, "panels": panels})


@lru_cache(512)
def drawn(picture: Picture) -> tuple[bytes, int]:
    """A picture's figure as JSON, and its stamp."""
    figure = encode(picture.spec())
    return figure, zlib.crc32(figure)


def encode(value: Any) -> bytes:
    # What orjson cannot take from memory as it lies there (a transposed array) comes as lists.
    return orjson.dumps(value, default=lambda array: array.tolist(), option=orjson.OPT_SERIALIZE_NUMPY)
