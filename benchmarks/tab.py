"""A browser's tab without the browser: it opens a page of a server, tells it what a hand does, and is sent payloads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect


class Tab:
    """One connection, and on it one page after the other."""

    def __init__(self, connection: ClientConnection):
        self.connection = connection
        self.page, self.stage, self.fragment = "", "", ""  # their ids, of the page that is open

    def open(self, page: str = "", **query: str) -> bytes:
        """Opens a page of the app; returns its payload."""
        ask = BackMsg()
        ask.rerun_script.page_name = page
        ask.rerun_script.query_string = urlencode(query)
        return self._answer(ask)

    def did(self, message: dict[str, Any]) -> bytes:
        """Says what a hand did on the stage of that page; returns the payload that answers."""
        return self._answer(self._saying(message))

    def say(self, message: dict[str, Any]) -> None:
        """Says it, and waits for no answer."""
        self.connection.send(self._saying(message).SerializeToString())

    def _saying(self, message: dict[str, Any]) -> BackMsg:
        ask = BackMsg()
        ask.rerun_script.page_script_hash, ask.rerun_script.fragment_id = self.page, self.fragment
        state = ask.rerun_script.widget_states.widgets.add()
        state.id = f"$$STREAMLIT_INTERNAL_KEY_{self.stage}__events"  # all triggers of a component come under this name
        state.json_trigger_value = json.dumps([{"event": "did", "value": message}])
        return ask

    def _answer(self, ask: BackMsg) -> bytes:
        """The payload that this asks for, once the script has finished."""
        self.connection.send(ask.SerializeToString())
        payload = None
        while True:
            answer = ForwardMsg.FromString(self.connection.recv(timeout=60))
            kind = answer.delta.new_element.WhichOneof("type")
            if kind == "exception":
                raise RuntimeError("the page failed: its server's log says why")
            if answer.WhichOneof("type") == "new_session":
                self.page = answer.new_session.page_script_hash
            if answer.WhichOneof("type") == "navigation":
                self.page = answer.navigation.page_script_hash
            if kind == "bidi_component":
                component = answer.delta.new_element.bidi_component
                self.stage, self.fragment, payload = component.id, answer.delta.fragment_id, component.bytes
            if answer.WhichOneof("type") == "script_finished":
                if answer.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                if payload is None:
                    raise RuntimeError("the server sent no payload")
                return payload


@contextmanager
def tab(url: str) -> Iterator[Tab]:
    """A new visitor to this server."""
    with connect(
        url.replace("http://", "ws://") + "/_stcore/stream", subprotocols=["streamlit"], max_size=None
    ) as open:
        yield Tab(open)
