"""Questions to predict: what they ask differs from what is shown, also where a setting stands at its bound."""

import pytest

from explorer import architectures, questions, scenario
from explorer.settings import Settings


@pytest.mark.parametrize(
    ("ask", "settings", "words"),
    [
        (questions.double_length, {"length": 12}, "with 24 steps"),
        (questions.double_length, {"length": 60}, "with 30 steps"),
        (questions.twice_as_far, {"length": 60}, "at 30 steps, where does x₁ gain more"),
        (questions.raise_gain, {"gain": 3.0}, "Gain goes to 1.5"),
        (questions.raise_gain, {"scheme": "spectral", "radius": 0.9}, "Spectral radius of W goes to 1.8"),
        (questions.raise_gain, {"gain": 0.0}, "Gain goes to 0.8"),
        (questions.one_more_layer, {"layers": 8}, "with 7 layers"),
        (questions.open_gate, {"cell": "gru", "gain": 2.0}, "with Gain 1,"),
    ],
)
def test_it_asks_for_another_value(ask, settings, words):
    settings = Settings(**settings, revealed=True)
    makers = {questions.one_more_layer: scenario.stacked, questions.twice_as_far: architectures.run}
    question = ask(makers.get(ask, scenario.run)(settings))
    assert words in question.ask
    assert question.answer
