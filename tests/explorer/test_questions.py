"""Questions to predict: what they ask differs from what is shown, also where a setting stands at its bound."""

import pytest

from explorer.passes import architectures, scenario, translation, trees
from explorer.questions import networks
from explorer.state.settings import Settings


@pytest.mark.parametrize(
    ("ask", "settings", "words"),
    [
        (networks.double_length, {"length": 12}, "with 24 steps"),
        (networks.double_length, {"length": 60}, "with 30 steps"),
        (networks.twice_as_far, {"length": 60}, "at 30 steps, where does x₁ gain more"),
        (networks.raise_gain, {"gain": 3.0}, "Gain goes to 1.5"),
        (networks.raise_gain, {"scheme": "spectral", "radius": 0.9}, "Spectral radius of W goes to 1.8"),
        (networks.raise_gain, {"gain": 0.0}, "Gain goes to 0.8"),
        (networks.one_more_layer, {"layers": 8}, "with 7 layers"),
        (networks.open_gate, {"cell": "gru", "gain": 2.0}, "with Gain 1,"),
        (networks.longer_way, {"length": 12}, "with 24 tokens"),
        (networks.longer_way, {"length": 60}, "with 30 tokens"),
        (networks.longer_way, {"length": 4, "read_as": "numbers", "text": "1 2 4 8 16 32"}, "with 2 tokens"),
        (networks.longer_way, {"tree": "own"}, "were the tree balanced"),
        (networks.narrower, {}, "through 4 numbers"),
        (networks.narrower, {"context": "4"}, "through 43 numbers"),
        (networks.narrower, {"context": "4", "language": "fr"}, "through 4 numbers"),
    ],
)
def test_it_asks_for_another_value(ask, settings, words):
    settings = Settings(**settings, revealed=True)
    makers = {networks.one_more_layer: scenario.stacked, networks.twice_as_far: architectures.run}
    makers |= {networks.longer_way: trees.run, networks.narrower: translation.run}
    question = ask(makers.get(ask, scenario.run)(settings))
    assert words in question.ask
    assert question.answer
    if ask is networks.narrower:  # of a snapshot there are figures of some phrases only
        assert "After training, " in question.answer
