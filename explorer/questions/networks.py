"""Questions to predict before the reveal. Each answer is computed by a pass of its own, not known in advance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.networks.programs import PROGRAMS
from explorer.figures import directions, routes
from explorer.figures.norms import gradient_norms
from explorer.figures.passage import correlation, told
from explorer.look.cells import CELLS
from explorer.look.notation import fraction, magnitude, one_in, relative, share
from explorer.page.view import Question
from explorer.passes import architectures, forecast, memory, programs, scenario, translation, trees, units
from explorer.passes.architectures import Architectures
from explorer.passes.forecast import PASSED, Forecast
from explorer.passes.memory import Memory
from explorer.passes.over_training import OverTraining
from explorer.passes.programs import Execution
from explorer.passes.scenario import Scenario
from explorer.passes.translation import Translated
from explorer.passes.trees import Trees
from explorer.passes.units import Passage
from explorer.state import splitting, what_if
from explorer.state.kinds import LONGEST_LENGTH
from explorer.state.network import MOST_LAYERS
from explorer.state.settings import Settings, kinds


def double_length(scene: Scenario) -> Question:
    """What becomes of the gradient at step 1 when the sequence is twice as long."""
    length = _other_length(scene)
    answer = ""
    if scene.settings.revealed:
        longer = scenario.run(scene.settings.but(length=length))
        change = relative(float(gradient_norms(longer)[0]), float(gradient_norms(scene)[0]))
        answer = f"With {longer.steps} steps it is {change} what it is now."
    return Question(
        f"Predict: with {length} steps, what becomes of ‖∂L/∂h₁‖?",
        ["the same", "half", "far less"] if length > scene.steps else ["the same", "twice", "far more"],
        answer,
        scene.settings.revealed,
    )


def raise_gain(scene: Scenario) -> Question:
    """What a larger gain does: it stretches more, and saturates more."""
    key = "radius" if scene.settings.scheme == "spectral" else "gain"
    kind = kinds()[key]
    raised = _other_size(scene.settings, key)
    answer = ""
    if scene.settings.revealed:
        now, then = (gradient_norms(s) for s in (scene, scenario.run(scene.settings.changed({key: raised}))))
        answer = f"‖∂L/∂h₁‖ is then {relative(float(then[0]), float(now[0]))} what it is now."
    return Question(
        f"Predict: {kind.label} goes to {raised:g}. What becomes of ‖∂L/∂h₁‖?",
        ["it grows", "it shrinks"],
        answer,
        scene.settings.revealed,
    )


def open_gate(scene: Scenario) -> Question:
    """What a forget gate that stands further open does to the carry's share; without one, a larger gain."""
    settings = scene.settings
    if settings.of_cell.equations.forget_gate and what_if.kind(settings) != "gate":
        key, to = "forget_bias", settings.forget_bias + (2 if settings.forget_bias <= 3 else -2)
    else:
        key = "radius" if settings.scheme == "spectral" else "gain"
        to = _other_size(settings, key)
    kind = kinds()[key]
    moved = kind.read(to)
    answer = ""
    if settings.revealed:
        now, then = (float(routes.carried(s)[0]) for s in (scene, scenario.run(settings.changed({key: moved}))))
        answer = f"{100 * now:.0f} % of what reaches step 1 now, {100 * then:.0f} % then."
    return Question(
        f"Predict: with {kind.label} {moved:g}, the carry’s part at step 1 …",
        ["grows", "shrinks"],
        answer,
        settings.revealed,
    )


def twice_as_far(five: Architectures) -> Question:
    """What becomes of the first input's share in the last output when the sequence is twice as long."""
    scene = five.scene
    length = _other_length(scene)
    moves = "lose" if length > scene.steps else "gain"
    answer = ""
    if scene.settings.revealed:
        longer = architectures.run(scene.settings.but(length=length))
        now, then = five.nets, longer.nets
        shares = [
            f"{net.name} {one_in(*net.share(-1))} → {one_in(*far.share(-1))}"
            for net, far in ((now[0], then[0]), (now[-1], then[-1]))
        ]
        answer = f"x₁ in the last output, at {scene.steps} → {longer.steps} steps: {', '.join(shares)}."
    return Question(
        f"Predict: at {length} steps, where does x₁ {moves} more of a share in the last output?",
        ["in the RNN", "under attention"],
        answer,
        scene.settings.revealed,
    )


def longer_way(scene: Trees) -> Question:
    """How the way from the first token grows with the sequence; with brackets of one’s own, how it is when balanced."""
    settings = scene.settings
    now = int(scene.paths[0][0])
    if settings.tree == "own":
        other = settings.but(brackets=trees.balanced(scene))
        ask = "Predict: were the tree balanced, how many states from x₁ to the loss?"
        options = sorted({now, scene.steps, int(np.ceil(np.log2(scene.steps))) + 1})
    else:
        length = _other_length(scene)
        if settings.read_as == "numbers" and length > splitting.count(settings.text, "numbers"):
            length = max(1, scene.steps // 2)
        other = settings.but(length=length)
        ask = f"Predict: with {length} tokens, how many states in the tree from x₁ to the loss?"
        options = sorted({now, now + (1 if length > scene.steps else -1), length} - {0})
    answer = ""
    if settings.revealed:
        there = trees.run(other)
        in_tree, in_chain = (int(path[0]) for path in there.paths)
        change = [fraction(float(t[0]), float(n[0])) for t, n in zip(there.of_inputs, scene.of_inputs, strict=True)]
        answer = f"{in_tree}; in the chain {in_chain}. ‖∂L/∂x₁‖ goes to {change[0]}, in the chain to {change[1]}."
    return Question(ask, [str(n) for n in options], answer, settings.revealed)


def one_more_layer(scene: Scenario) -> Question:
    """What is left at layer 1, step 1, under one layer more."""
    layers = scene.settings.layers + (1 if scene.settings.layers < MOST_LAYERS else -1)
    answer = ""
    if scene.settings.revealed:
        deeper = scenario.stacked(scene.settings.but(layers=layers))
        now, then = (gradient_norms(s) for s in (scene, deeper))
        answer = (
            f"‖∂L/∂h‖ at layer 1, step 1 is {magnitude(float(now[0]))} now, {magnitude(float(then[0]))} with "
            f"{layers} layers."
        )
    return Question(
        f"Predict: with {layers} layers, what reaches layer 1, step 1?",
        ["more", "as much", "less"],
        answer,
        scene.settings.revealed,
    )


def first_output(both: Scenario, forward: Scenario) -> Question:
    """How much of its input the very first output can see."""
    answer = ""
    if both.settings.revealed:
        seen, past = (
            np.count_nonzero(directions.of_output(replace(scene, settings=scene.settings.but(step=1))))
            for scene in (both, forward)
        )
        answer = f"Both ways {seen} of {both.steps}, forward only {past}."
    return Question(
        "Predict: how many inputs can the first output see, both ways and forward only?",
        ["one and one", "all and one", "all and all"],
        answer,
        both.settings.revealed,
    )


def first_to_fail(scene: Execution) -> Question:
    """Which of the programs by hand bears a wrong weight worst: the one that counts, or those that only switch."""
    error = 0.05
    names = [make().name for make in PROGRAMS.values()]
    answer = ""
    if scene.settings.revealed:
        lengths = {name: t.first_failure for name, t in programs.each_program(scene.settings, error).items()}
        parts = [
            f"{name} {f'at {n}' if n else f'nowhere up to {scene.settings.longest}'}" for name, n in lengths.items()
        ]
        answer = f"First wrong: {', '.join(parts)}."
    return Question(
        f"Predict: with ε = {error:g}, which program fails at the shortest string?",
        names,
        answer,
        scene.settings.revealed,
    )


def before_training(scene: Passage) -> Question:
    """How many units follow a feature in the network that has learned nothing yet."""
    feature, f = told(scene.feature), scene.names.index(scene.feature)
    answer = ""
    if scene.settings.revealed:
        parts = []
        for at, when in ((0, "before any update"), (scene.at, "now")):
            found = units.tracked(scene.film, at, scene.quantity)
            best = correlation(found.confirmed[found.best_unit(f), f])
            parts.append(f"{when} {int(found.follows[:, f].sum())}, the best with r {best}")
        answer = f"Of {scene.units}: {'; '.join(parts)}."
    return Question(
        f"Predict: untrained, how many follow {feature}?",
        ["none", "fewer", "as many"],
        answer,
        scene.settings.revealed,
    )


def reach_of_the_trained(scene: OverTraining) -> Question:
    """What becomes of the gradient at the first word while the network learns."""
    answer = ""
    if scene.settings.revealed:
        first, last = (float(scene.reach[k, 0]) for k in (0, -1))
        updates = int(scene.film.updates[-1])
        answer = f"After {updates:,} updates it is {magnitude(last)}, {relative(last, first)} what it was."
    return Question(
        "Predict: once it is trained, what of the gradient reaches step 1?",
        ["more", "as much", "less"],
        answer,
        scene.settings.revealed,
    )


def narrower(scene: Translated) -> Question:
    """What becomes of the same number in a context of a few units; where that is the one on show, in the widest."""
    now = translation.name(scene.settings)
    key = "4" if now != translation.CONTEXTS["4"] else "43"
    answer = ""
    if scene.settings.revealed:
        there = translation.run(scene.settings.but(language="de", reversed=False, context=key))
        joined = there.task.joined(there.said) or "Nothing"
        told = {True: "right", False: "wrong", None: "a guess"}[there.correct]
        shares = [share(one.film.measure.share) for one in (scene, there)]
        of_all = f"After training, {shares[1]} of held-out phrases come out right there, {shares[0]} here."
        answer = f"{joined}, {told}. {of_all}"
    return Question(
        f"Predict: in German through {key} numbers, how does it come out?",
        ["right", "another number", "no number"],
        answer,
        scene.settings.revealed,
    )


def elman_fails(scene: Memory) -> Question:
    """At which distance the tanh Elman net is the first time not right with every seed."""
    answer = ""
    if scene.settings.revealed:
        by_distance = memory.successes(scene).get("elman", {})
        parts = [
            f"{sum(one.measure.solved for one in outcomes)} of {len(outcomes)} at {distance}"
            for distance, outcomes in by_distance.items()
        ]
        answer = f"Seeds that solve it: {', '.join(parts)}." if parts else scene.outcomes.told
    options = [str(distance) for distance in memory.distances(scene)]
    return Question(
        "Predict: at which distance does the Elman net first fail?", options, answer, scene.settings.revealed
    )


def first_to_drift(scene: Forecast) -> Question:
    """Which cell's forecasts drift first, over all windows that were held out."""
    answer = ""
    if scene.settings.revealed:
        when = []
        for cell, errors in forecast.by_cell(scene).items():
            beyond = np.flatnonzero(errors.free > PASSED)
            passed = f"after {beyond[0] + 1}" if len(beyond) else f"not within {len(errors.free)}"
            when.append(f"{CELLS[cell].label} {passed}")
        answer = f"Half a spread is passed: {', '.join(when)} steps."
    names = [CELLS[cell].label for cell in forecast.COMPARED]
    return Question("Predict: which cell’s forecasts drift first?", names, answer, scene.settings.revealed)


def _other_length(scene: Scenario | Trees) -> int:
    """Twice as long; where that is more than a view has room for, half as long."""
    return 2 * scene.steps if 2 * scene.steps <= LONGEST_LENGTH else scene.steps // 2


def _other_size(settings: Settings, key: str) -> float:
    """Twice a slider's value; where that is out of its bounds, half of it; of 0 the default."""
    value = getattr(settings, key)
    if value == 0:
        return float(getattr(Settings(), key))
    doubled = getattr(settings.changed({key: 2 * value}), key)
    return float(doubled if doubled == 2 * value else value / 2)
