"""The stage: the one component through which controls and figures reach a page, and events come back.

It keeps its own Plotly in the browser and gets only new data, which paints about twice as many pictures a second as
a chart element a figure. The scripts beside this file, and the plotly.min.js of the Python package, are served by
Streamlit itself, so that `python -m explorer` and `streamlit run` behave alike.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import plotly
import streamlit as st
from streamlit.components.v1 import declare_component

ASSETS = Path(__file__).parent / "assets"
PLOTLY = Path(plotly.__file__).parent / "package_data"

_LOADER = """
const at = (file) => new URL("%s/component/explorer.stage.assets/" + file, document.baseURI).href;
if (!document.querySelector("link[data-stage]")) {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = at("stage.css");
  sheet.dataset.stage = "";
  document.head.append(sheet);
}
export default async function (component) {
  const { mount } = await import(at("stage.js"));
  return mount(component);
}
"""


def show(view: Mapping[str, Any], key: str, on_event: Callable[[], None], held: Mapping[str, int]) -> None:
    """Puts a view (see `payload`) on the page; `on_event` runs when a person has done something there."""
    mount(payload(view, held), key, on_event)


def mount(data: bytes, key: str, on_event: Callable[[], None]) -> None:
    declare_component("assets", path=str(ASSETS))
    declare_component("plotly", path=str(PLOTLY))
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    stage = st.components.v2.component("stage", js=_LOADER % (f"/{base}" if base else ""), isolate_styles=False)
    stage(key=key, data=data, on_did_change=on_event)


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
