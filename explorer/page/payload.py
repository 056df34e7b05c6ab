"""A view as bytes: what a host carries to the stage."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import orjson


def payload(view: Mapping[str, Any], held: Mapping[str, int] | None = None) -> bytes:
    """A view as JSON: arrays straight from memory, NaN and infinities as null.

    Every figure has a stamp; one that the browser holds already, by its stamp in `held`, is not sent again.
    """
    held = held or {}
    panels = []
    for panel in view.get("panels", ()):
        figure = encode(panel["figure"])
        stamp = zlib.crc32(figure)
        sent = None if held.get(panel["id"]) == stamp else orjson.Fragment(figure)
        panels.append({**panel, "figure": sent, "stamp": stamp})
    return encode({**view, "panels": panels})


def encode(value: Any) -> bytes:
    # What orjson cannot take from memory as it lies there (a transposed array) comes as lists.
    return orjson.dumps(value, default=lambda array: array.tolist(), option=orjson.OPT_SERIALIZE_NUMPY)
