"""The app where PyTorch is not installed: it starts, and says what is missing where it would be used."""

from __future__ import annotations

import json

import without

from core import extras
from explorer.page import proof as line

PROOFS = """
import json
from explorer.jobs.processes import Pool
from explorer.page import proof
from explorer.passes import scenario, translation, trees
from explorer.state.settings import Settings
from core.training.recipe import Recipe

found = [
    proof._line(lambda: proof._compare(scene))
    for scene in (
        scenario.run(Settings()),
        trees.run(Settings()),
        translation.run(Settings(context="4", snapshot=15, forcing="forced")),
    )
]
with Pool() as pool:
    training = pool.start(Recipe("adding", (("distance", 12),), "gru", 3, updates=3, batch=3))
    print(json.dumps([found, proof._both("PyTorch autograd"), training.state, training.sentence]))
"""


def test_the_proof_is_of_finite_differences_and_a_training_says_what_it_needs() -> None:
    told = without.run("torch", PROOFS)
    assert told.returncode == 0, told.stderr
    proofs, against, state, sentence = json.loads(told.stdout)
    for proof in proofs:
        assert proof["agrees"]
        assert proof["text"] == "✓ ours = finite differences"
        numbers, _, remedy = proof["detail"].partition(". ")
        assert numbers.startswith("largest difference ")
        assert int(numbers.split()[-2]) in (48, 96)
        assert remedy == f"PyTorch’s autograd would check every number: pip install {extras.PYTORCH}"
    assert against == "finite differences"
    assert state == "failed"
    assert sentence.startswith("PyTorch must be installed, to train, but got no such package")


def test_where_it_is_installed_both_are_named() -> None:
    assert line._both("PyTorch autograd") == "PyTorch autograd"
