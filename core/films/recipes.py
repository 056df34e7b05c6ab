"""What every shipped film is made of: the one table that `python -m core.films` trains from.

A film is called by its task, what is special of it, and its cell. The cells of one kind have as many parameters as come
closest to the LSTM's, and start from one seed. Where something is to be remembered the LSTM's forget gates start almost
open (forget bias 4): with less it never left the plateau of the adding problem at distance 50.
"""

from __future__ import annotations

from typing import Any

from core.training.recipe import Options, Recipe

CONTEXTS = (4, 8, 16, 32)  # units of the context whose capacity is looked at


def _each(name: str, task: str, hidden: dict[str, int], options: Options = (), **recipe: Any) -> dict[str, Recipe]:
    """The same recipe for several cells, each of so many units."""
    return {f"{name}-{cell}": Recipe(task, options, cell, units, **recipe) for cell, units in hidden.items()}


def _options(**options: Any) -> Options:
    return tuple(options.items())


GERMAN, FRENCH = _options(language="de"), _options(language="fr")
REVERSED = _options(language="de", reverse=True)
TRANSLATING: dict[str, Any] = {"task": "translation", "updates": 3000, "rate": 5e-3}
PREDICTING: dict[str, Any] = {"task": "text", "updates": 8000, "rate": 5e-3}
READING: dict[str, Any] = {"updates": 1000, "rate": 1e-2}
REMEMBERING: dict[str, Any] = {"updates": 8000, "rate": 1e-2, "forget_bias": 4.0}
FORECASTING: dict[str, Any] = {"task": "drift", "updates": 3000, "rate": 5e-3}

RECIPES: dict[str, Recipe] = {
    **_each("sentiment", "sentiment", {"lstm": 16, "gru": 20, "rnn": 47}, **READING),
    **_each("tagging", "tagging", {"lstm": 16, "gru": 20, "rnn": 45}, **READING),
    **_each("tagging-both", "tagging", {"lstm": 10, "gru": 13, "rnn": 30}, bidirectional=True, **READING),
    **_each("source", options=_options(corpus="source"), hidden={"lstm": 64, "gru": 77, "rnn": 142}, **PREDICTING),
    **_each("prose", options=_options(corpus="prose"), hidden={"lstm": 48}, **PREDICTING),
    **_each("digits", "digits", {"rnn": 48}, updates=3000, rate=5e-3),
    **_each("captioning", "captioning", {"lstm": 24, "gru": 30, "rnn": 65}, updates=4000, rate=5e-3),
    **_each("translation-de", options=GERMAN, hidden={"lstm": 36, "gru": 43, "rnn": 81}, **TRANSLATING),
    **_each("translation-fr", options=FRENCH, hidden={"gru": 43}, **TRANSLATING),
    **_each("translation-reversed", options=REVERSED, hidden={"gru": 43}, **TRANSLATING),
    **{
        name: one
        for units in CONTEXTS
        for name, one in _each(f"translation-{units}", options=GERMAN, hidden={"gru": units}, **TRANSLATING).items()
    },
    **_each("adding", "adding", {"lstm": 17, "gru": 20, "rnn": 36}, _options(distance=50), **REMEMBERING),
    **_each("order", "temporal order", {"lstm": 17, "gru": 20, "rnn": 36}, _options(distance=50), **REMEMBERING),
    **_each("copying", "copying", {"lstm": 32, "gru": 38, "rnn": 67}, _options(distance=5), **REMEMBERING),
    **_each("sines", options=_options(series="sines"), hidden={"lstm": 24, "gru": 28, "rnn": 49}, **FORECASTING),
    **_each("lorenz", options=_options(series="lorenz"), hidden={"lstm": 24, "gru": 28, "rnn": 50}, **FORECASTING),
}
